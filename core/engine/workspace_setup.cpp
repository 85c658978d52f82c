#include "core/engine/workspace_setup.h"

#include "core/engine/default_taxonomy.h"
#include "core/engine/pack_import.h"
#include "core/engine/rules.h"
#include "core/store/account_table.h"
#include "core/store/guidance_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Unsorted alone: the pack brings the others.
Taxonomy setupTaxonomy(const Pack *pack)
{
    Taxonomy taxonomy = defaultTaxonomy();
    if (pack)
        std::erase_if(taxonomy, [](const Category &category) { return !category.isUnsorted; });
    return taxonomy;
}

/// The pack's rules as they are, before it is imported as a whole: there is nothing to mix them with.
Result<Done> setupPack(Database &db, const Pack &pack)
{
    const OperatorId system = operators::system(db).id;
    if (rule_sets::current(db).version == 0 && !pack.rules.isEmpty())
        rule_sets::publish(db, pack.rules, system);
    const Result<PackDiff> brought = applyPack(db, system, pack, {}, {});
    if (!brought)
        return brought.error();
    return Done{};
}

} // namespace

Result<Done> setUpWorkspace(Database &db, const Pack *pack)
{
    const bool isNew = categories::all(db).empty();
    if (!isNew && pack && !packs::byName(db, pack->name))
        return makeError(
            Error::Kind::Conflict,
            u"This workspace has categories already. Bring the pack in with \"packs import %1\"."_s.arg(pack->name));
    if (isNew) {
        for (const Category &category : setupTaxonomy(pack))
            categories::insert(db, category);
    }
    if (routes::all(db).empty()) {
        const std::vector<Target> known = targets::all(db);
        const auto local =
            std::find_if(known.begin(), known.end(), [](const Target &t) { return t.connector == u"local"_s; });
        Target target;
        target.connector = u"local"_s;
        target.name = u"Local tasks"_s;
        target.health = Health::Ok;
        Route route;
        route.name = u"Tasks"_s;
        route.targets = {local != known.end() ? local->id : targets::insert(db, target)};
        routes::insert(db, route);
    }
    if (isNew && pack) {
        if (const Result<Done> brought = setupPack(db, *pack); !brought)
            return brought.error();
    }
    if (rule_sets::current(db).version == 0)
        rule_sets::publish(db, defaultRuleSet(), operators::system(db).id);
    return db.finish(Done{});
}

} // namespace patchbay
