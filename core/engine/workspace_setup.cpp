#include "core/engine/workspace_setup.h"

#include "core/engine/default_taxonomy.h"
#include "core/engine/rules.h"
#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

Result<Done> setUpWorkspace(Database &db)
{
    if (categories::all(db).empty()) {
        for (const Category &category : defaultTaxonomy())
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
    if (rule_sets::current(db).version == 0)
        rule_sets::publish(db, defaultRuleSet(), operators::system(db).id);
    return db.finish(Done{});
}

} // namespace patchbay
