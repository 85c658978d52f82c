#include "core/engine/snapshots.h"

#include "core/store/taxonomy_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

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

std::shared_ptr<const Snapshot> Snapshots::build(Database &db)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->taxonomy = categories::inUse(db);
    snapshot->routes = routes::all(db);
    const rule_sets::Published published = rule_sets::current(db);
    if (published.version > 0) {
        auto rules = parseRuleSet(published.document, published.version);
        if (rules)
            snapshot->rules = std::move(*rules);
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
