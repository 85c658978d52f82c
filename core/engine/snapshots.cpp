#include "core/engine/snapshots.h"

#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

void Snapshot::setRules(RuleSet set)
{
    rules = std::move(set);
    compiled = std::make_shared<const CompiledRules>(rules);
}

const CompiledRules &Snapshot::compiledRules() const
{
    static const CompiledRules none{RuleSet{}};
    return compiled ? *compiled : none;
}

std::shared_ptr<const Snapshot> Snapshots::current() const
{
    const std::lock_guard guard(m_mutex);
    return m_current;
}

void Snapshots::replace(std::shared_ptr<const Snapshot> next)
{
    const std::lock_guard guard(m_mutex);
    m_current = std::move(next);
}

bool Snapshots::replaceIf(const std::shared_ptr<const Snapshot> &expected, std::shared_ptr<const Snapshot> next)
{
    const std::lock_guard guard(m_mutex);
    if (m_current != expected)
        return false;
    m_current = std::move(next);
    return true;
}

std::optional<ShadowRules> shadowRules(Database &db)
{
    const auto draft = rule_drafts::inShadow(db);
    if (!draft)
        return std::nullopt;
    auto rules = parseRuleSet(draft->document, 0);
    if (!rules) // it was read when it went into the shadow; a draft decides nothing, so the rest goes on
        return std::nullopt;
    return ShadowRules{draft->id, draft->shadowUntil, std::make_shared<const CompiledRules>(std::move(*rules))};
}

std::shared_ptr<const Snapshot> Snapshots::build(Database &db)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->taxonomy = categories::all(db);
    snapshot->routes = routes::all(db);
    snapshot->operators = operators::all(db);
    snapshot->shadow = shadowRules(db);
    const rule_sets::Published published = rule_sets::current(db);
    if (published.version > 0) {
        auto rules = parseRuleSet(published.document, published.version);
        if (rules)
            snapshot->setRules(std::move(*rules));
        else // deciding without the lead's rules would be a lie
            db.fail(makeError(
                Error::Kind::Refused,
                u"Version %1 of the rules cannot be read (%2). Publish a version that can be."_s.arg(published.version)
                    .arg(rules.error().message)));
    }
    const std::vector<Lesson> learned = lessons::all(db, false);
    for (const Lesson &lesson : learned)
        snapshot->lessons.insert(lesson.id);
    snapshot->classifier = Classifier::trained(snapshot->taxonomy, learned);
    return snapshot;
}

} // namespace patchbay
