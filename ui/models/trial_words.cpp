#include "ui/models/trial_runner.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

QString trialWord(const QString &name) { return words::oneLine(name, 60); }

QString trialReached(const std::optional<ThresholdPoint> &point)
{
    return point ? TrialRunner::tr("it answers %1 of them, and %2 of its answers are right")
                       .arg(words::percent(point->coverage), words::percent(point->precision))
                 : TrialRunner::tr("no threshold reaches what is wanted, and it abstains from everything");
}

QStringList thresholdWords(const TrialResult &result)
{
    QStringList said{TrialRunner::tr("Today's model was asked anew, with both thresholds; a person's word was kept.")};
    const Classifier &live = *result.live->classifier;
    const Classifier &draft = *result.draft->classifier;
    if (live.thresholds().empty())
        return said << TrialRunner::tr("There are too few lessons to say which threshold reaches that: it stays as it "
                                       "is.");
    return said << TrialRunner::tr("On held-out lessons now %1.").arg(trialReached(TrialResult::reached(live)))
                << TrialRunner::tr("With the draft %1.").arg(trialReached(TrialResult::reached(draft)));
}

QString mappedWords(const TaxonomyDraft &draft, const TrialResult &result)
{
    const QString name = trialWord(result.liveName(draft.category));
    switch (draft.kind) {
    case TaxonomyDraft::Kind::Change:
        return TrialRunner::tr("What was decided keeps its category, under whatever name it has then.");
    case TaxonomyDraft::Kind::Merge:
        return TrialRunner::tr("What was decided as %1 counts as %2, a person's word too.")
            .arg(name, trialWord(result.liveName(draft.into)));
    case TaxonomyDraft::Kind::Split: {
        const QString rest = draft.split.doubtful < 0
            ? TrialRunner::tr("Unsorted")
            : trialWord(draft.split.parts[size_t(draft.split.doubtful)].existing
                            ? result.liveName(draft.split.parts[size_t(draft.split.doubtful)].existing)
                            : draft.split.parts[size_t(draft.split.doubtful)].made.name);
        return TrialRunner::tr("What was decided as %1, a person's word too, goes to the part that fits best by name "
                               "and key words, and to %2 what fits none surely.")
            .arg(name, rest);
    }
    case TaxonomyDraft::Kind::Retire: break;
    }
    return TrialRunner::tr("What was decided as %1, by a person too, was asked of a model that does not know it: so "
                           "would be the next of its kind. What has the category keeps it when it is retired.")
        .arg(name);
}

QStringList taxonomyWords(const TaxonomyDraft &draft, const TrialResult &result)
{
    QStringList said{mappedWords(draft, result)};
    if (result.askedModels)
        said << TrialRunner::tr("All else was asked of the model anew, now and as it would be trained then.");
    const auto listed = [](QStringList names) {
        for (QString &name : names)
            name = trialWord(name);
        return names.join(QStringLiteral(", "));
    };
    const bool follow = draft.kind != TaxonomyDraft::Kind::Retire;
    if (!result.named.rules.isEmpty())
        said << (follow
                     ? TrialRunner::tr("Live rules that name it follow: %1.").arg(listed(result.named.rules))
                     : TrialRunner::tr("Live rules that name it no longer hold: %1.").arg(listed(result.named.rules)));
    if (!result.named.routes.isEmpty() && draft.kind != TaxonomyDraft::Kind::Change)
        said << TrialRunner::tr("A trial counts routes, not their targets; these choose the target by it: %1.")
                    .arg(listed(result.named.routes));
    return said;
}

} // namespace

QStringList trialAssumptions(const TrialDraft &draft, const TrialResult &result)
{
    if (std::holds_alternative<ThresholdDraft>(draft))
        return thresholdWords(result);
    if (const auto *taxonomy = std::get_if<TaxonomyDraft>(&draft))
        return taxonomyWords(*taxonomy, result);
    return {result.askedModels
                ? TrialRunner::tr("The model was asked anew; a person's word was kept.")
                : TrialRunner::tr("Categories were taken as they were decided then, a person's corrections included.")};
}

} // namespace patchbay
