#include "core/engine/trial.h"

#include "core/engine/taxonomy_check.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Error trialCancelled() { return makeError(Error::Kind::Cancelled, u"The trial was cancelled."_s); }

/// A workspace after a change of its categories, as far as decisions go.
struct TrialTaxonomy {
    SnapshotSource source = {};
    CategoryMapping mapping = {};
    NamedBy named = {};
    Taxonomy known = {};
};

void trialRemove(Taxonomy &taxonomy, CategoryId category)
{
    std::erase_if(taxonomy, [category](const Category &one) { return one.id == category; });
}

/// Live rules with the names as they would be.
Result<Done> trialFollow(Database &db, TrialTaxonomy &after, const QString &from, const QStringList &to)
{
    const rule_sets::Published published = rule_sets::current(db);
    const auto document = rulesFollow(published.document, from, to);
    if (!document)
        return Done{};
    auto rules = parseRuleSet(*document, published.version);
    if (!rules)
        return rules.error();
    after.source.rules = std::move(*rules);
    return Done{};
}

Result<Done> trialChange(Database &db, TrialTaxonomy &after, const Category &draft)
{
    const Result<Category> changed = checkedChange(db, draft);
    if (!changed)
        return changed.error();
    for (Category &one : after.source.taxonomy) {
        if (one.id != changed->id)
            continue;
        const QString before = std::exchange(one.name, changed->name);
        one.description = changed->description;
        one.keywords = changed->keywords;
        one.defaultPriority = changed->defaultPriority;
        if (before != one.name)
            return trialFollow(db, after, before, {one.name});
    }
    return Done{};
}

Result<Done> trialMerge(Database &db, TrialTaxonomy &after, const Category &from, CategoryId into)
{
    const Result<MergePreview> possible = previewMergeOf(db, from.id, into);
    if (!possible)
        return possible.error();
    const Category *other = categoryIn(after.source.taxonomy, into);
    const QString name = other ? other->name : QString();
    trialRemove(after.source.taxonomy, from.id);
    after.mapping = {from.id, into, {}, {}};
    return trialFollow(db, after, from.name, {name});
}

/// New parts have numbers below 0: they are in no table.
Result<Done> trialSplit(Database &db, TrialTaxonomy &after, const Category &from, const SplitPlan &plan)
{
    const Result<Taxonomy> parts = checkedParts(db, from, plan);
    if (!parts)
        return parts.error();
    CategoryMapping mapping{from.id, {}, std::make_shared<const SplitJudge>(*parts), {}};
    QStringList names;
    trialRemove(after.source.taxonomy, from.id);
    for (Category part : *parts) {
        names << part.name;
        if (!part.id) {
            part.id = {-1 - qint64(mapping.parts.size())};
            part.position = from.position;
            after.source.taxonomy.push_back(part);
        }
        mapping.parts.push_back(part.id);
    }
    for (const Category &one : after.source.taxonomy) {
        if (one.isUnsorted)
            mapping.to = one.id;
    }
    if (plan.doubtful >= 0)
        mapping.to = mapping.parts[size_t(plan.doubtful)];
    after.mapping = std::move(mapping);
    return trialFollow(db, after, from.name, names);
}

Result<Done> trialApply(Database &db, TrialTaxonomy &after, const TaxonomyDraft &draft)
{
    if (draft.kind == TaxonomyDraft::Kind::Change)
        return trialChange(db, after, draft.changed);
    const Result<Category> category = changeableCategory(db, draft.category);
    if (!category)
        return category.error();
    if (draft.kind == TaxonomyDraft::Kind::Merge)
        return trialMerge(db, after, *category, draft.into);
    if (draft.kind == TaxonomyDraft::Kind::Split)
        return trialSplit(db, after, *category, draft.split);
    trialRemove(after.source.taxonomy, category->id);
    after.mapping.from = category->id;
    return Done{};
}

Result<TrialTaxonomy> trialTaxonomy(Database &db, const TaxonomyDraft &draft)
{
    TrialTaxonomy after;
    after.source = Snapshots::read(db, false);
    after.known = categories::all(db);
    const CategoryId about = draft.kind == TaxonomyDraft::Kind::Change ? draft.changed.id : draft.category;
    if (const Category *category = categoryIn(after.known, about))
        after.named = namedBy(db, *category);
    if (const Result<Done> applied = trialApply(db, after, draft); !applied)
        return applied.error();
    return db.finish(std::move(after));
}

/// On a thread of the pool: training takes its time.
QFuture<Result<std::shared_ptr<const Snapshot>>> trialTrained(SnapshotSource source, CategoryMapping mapping,
                                                              std::shared_ptr<const Classifier> before,
                                                              CancelToken cancel)
{
    using Made = Result<std::shared_ptr<const Snapshot>>;
    auto promise = std::make_shared<QPromise<Made>>();
    promise->start();
    auto future = promise->future();
    QThreadPool::globalInstance()->start(
        [promise, source = std::move(source), mapping, before = std::move(before), cancel]() mutable {
            std::vector<Lesson> taught;
            for (Lesson &lesson : source.lessons) {
                if (const auto category = mapping.ofLesson(lesson)) {
                    lesson.category = *category;
                    taught.push_back(std::move(lesson));
                }
            }
            source.lessons = std::move(taught);
            auto snapshot = Snapshots::made(std::move(source), std::move(before), cancel);
            promise->addResult(snapshot ? Made(std::move(snapshot)) : Made(trialCancelled()));
            promise->finish();
        });
    return future;
}

Result<Taxonomy> trialKnown(Database &db) { return db.finish(categories::all(db)); }

} // namespace

/// What work() makes before it replays; lives in its frame.
struct Trial::Setup {
    ReplayRequest request = {};
    TrialResult result = {};
};

Trial::Trial(Store &store, const Snapshots &snapshots)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_replay(store)
{
    connect(&m_replay, &Replay::progress, this, &Trial::progress);
}

QFuture<Result<TrialResult>> Trial::run(TrialDraft draft, TrialOptions options, CancelToken cancel)
{
    return m_scope.run(work(std::move(draft), std::move(options), std::move(cancel)));
}

Async<Result<TrialResult>> Trial::work(TrialDraft draft, TrialOptions options, CancelToken cancel)
{
    Setup setup;
    setup.request.live = m_snapshots.current();
    setup.request.span = options.span;
    setup.request.messages = options.messages;
    setup.request.classifyAgain = options.classifyAgain || std::holds_alternative<ThresholdDraft>(draft);
    if (auto *taxonomy = std::get_if<TaxonomyDraft>(&draft)) {
        const Result<Done> ready = co_await setUpTaxonomy(&setup, std::move(*taxonomy), cancel);
        if (!ready)
            co_return ready.error();
    } else {
        auto next = std::make_shared<Snapshot>(*setup.request.live);
        if (auto *rules = std::get_if<RuleSet>(&draft))
            next->setRules(std::move(*rules));
        else
            next->classifier = next->classifier->withPrecision(std::get<ThresholdDraft>(draft).wantedPrecision);
        setup.request.draft = std::move(next);
        auto reading = m_store.read(trialKnown);
        Result<Taxonomy> known = co_await finished(std::move(reading));
        if (!known)
            co_return known.error();
        setup.result.known = std::move(*known);
    }
    setup.result.live = setup.request.live;
    setup.result.draft = setup.request.draft;
    setup.result.askedModels = setup.request.classifyAgain;
    auto replaying = m_replay.run(std::move(setup.request), cancel);
    Result<ReplayResult> replayed = co_await finished(std::move(replaying));
    if (!replayed)
        co_return replayed.error();
    setup.result.replay = std::move(*replayed);
    co_return std::move(setup.result);
}

Async<Result<Done>> Trial::setUpTaxonomy(Setup *setup, TaxonomyDraft draft, CancelToken cancel)
{
    setup->result.doubtful = draft.split.doubtful;
    auto reading = m_store.read([draft](Database &db) { return trialTaxonomy(db, draft); });
    Result<TrialTaxonomy> after = co_await finished(std::move(reading));
    if (!after)
        co_return after.error();
    setup->result.known = std::move(after->known);
    setup->result.named = std::move(after->named);
    setup->request.mapping = std::make_shared<const CategoryMapping>(after->mapping);
    auto training =
        trialTrained(std::move(after->source), after->mapping, setup->request.live->classifier, std::move(cancel));
    const Result<std::shared_ptr<const Snapshot>> made = co_await finished(std::move(training));
    if (!made)
        co_return made.error();
    setup->request.draft = *made;
    co_return Done{};
}

QString TrialResult::liveName(CategoryId category) const
{
    const Category *there = categoryIn(live->taxonomy, category);
    there = there ? there : categoryIn(known, category);
    return there ? there->name : QString();
}

QString TrialResult::draftName(CategoryId category) const
{
    const Category *there = categoryIn(draft->taxonomy, category);
    return there ? there->name : liveName(category);
}

std::optional<ThresholdPoint> TrialResult::reached(const Classifier &classifier)
{
    const std::vector<ThresholdPoint> points = classifier.thresholds();
    const double threshold = classifier.threshold();
    const auto point = std::find_if(points.begin(), points.end(), [threshold](const ThresholdPoint &one) {
        return one.threshold >= threshold - 1e-9;
    });
    return threshold > 1 || point == points.end() ? std::nullopt : std::optional(*point);
}

} // namespace patchbay
