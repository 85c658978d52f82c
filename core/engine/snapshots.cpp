#include "core/engine/snapshots.h"

#include "core/engine/classifier_base.h"
#include "core/store/account_table.h"
#include "core/store/classifier_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

const QString snapshotPrecisionKey = u"classifier.precision"_s;

} // namespace

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

SnapshotSource Snapshots::read(Database &db, bool withStoredModel)
{
    SnapshotSource source;
    source.taxonomy = categories::inUse(db);
    source.routes = routes::all(db);
    source.operators = operators::all(db);
    source.shadow = shadowRules(db);
    const rule_sets::Published published = rule_sets::current(db);
    if (published.version > 0) {
        auto rules = parseRuleSet(published.document, published.version);
        if (rules)
            source.rules = std::move(*rules);
        else // deciding without the lead's rules would be a lie
            db.fail(makeError(
                Error::Kind::Refused,
                u"Version %1 of the rules cannot be read (%2). Publish a version that can be."_s.arg(published.version)
                    .arg(rules.error().message)));
    }
    source.lessons = lessons::all(db, false);
    source.wantedPrecision = wantedPrecision(db);
    if (withStoredModel)
        source.storedModel = classifiers::current(db).body;
    return source;
}

std::shared_ptr<const Snapshot> Snapshots::made(SnapshotSource source, std::shared_ptr<const Classifier> before,
                                                const CancelToken &cancel)
{
    auto snapshot = std::make_shared<Snapshot>();
    TrainingOptions options;
    options.before = std::move(before);
    options.stored = source.storedModel;
    options.wantedPrecision = source.wantedPrecision;
    options.cancel = cancel;
    snapshot->classifier = Classifier::trained(source.taxonomy, source.lessons, options);
    if (!snapshot->classifier)
        return nullptr;
    for (const Lesson &lesson : source.lessons)
        snapshot->lessons.insert(lesson.id);
    snapshot->taxonomy = std::move(source.taxonomy);
    snapshot->setRules(std::move(source.rules));
    snapshot->operators = std::move(source.operators);
    snapshot->shadow = std::move(source.shadow);
    snapshot->routes = std::move(source.routes);
    return snapshot;
}

std::shared_ptr<const Snapshot> Snapshots::build(Database &db) { return made(read(db, true), nullptr, {}); }

void Snapshots::keepModel(Database &db, const QByteArray &fingerprint, const QByteArray &model)
{
    if (classifiers::fingerprint(db) == fingerprint)
        return;
    // A deletion may have taken what it was made from.
    const std::vector<Lesson> active = lessons::all(db, false);
    if (fingerprintOf(categories::inUse(db), active, exactlyLearned(active)) == fingerprint)
        classifiers::store(db, {fingerprint, model});
}

double wantedPrecision(Database &db)
{
    const double wanted = settings::get(db, snapshotPrecisionKey).toDouble();
    return wanted > 0 && wanted < 1 ? wanted : 0;
}

void setWantedPrecision(Database &db, double wanted)
{
    settings::set(db, snapshotPrecisionKey, QString::number(wanted));
}

} // namespace patchbay
