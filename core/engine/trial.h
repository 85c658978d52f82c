#pragma once

#include "core/engine/replay.h"
#include "core/engine/taxonomy_plan.h"

#include <variant>

namespace patchbay {

/// Another threshold: of what the model answers so many are to be right (0.5 to 0.999; 0: as a new workspace has it).
struct ThresholdDraft {
    double wantedPrecision = 0;
};

/// One change of one category, as TaxonomyDesk would make it.
struct TaxonomyDraft {
    enum class Kind {
        Change, ///< name, description, key words and priority of `changed`
        Merge, ///< `into`
        Split, ///< as `split` says
        Retire,
    } kind = Kind::Change;
    CategoryId category = {};
    Category changed = {};
    CategoryId into = {};
    SplitPlan split = {};
};

/// What a lead may try on history before it holds.
using TrialDraft = std::variant<RuleSet, ThresholdDraft, TaxonomyDraft>;

struct TrialOptions {
    replay_rows::Span span = {};
    ReplayRequest::Messages messages = ReplayRequest::Messages::Newest;
    /// Asks the models anew, a person's word kept. A threshold always does; of categories and rules otherwise what was
    /// decided then is taken.
    bool classifyAgain = false;
};

/// What a trial found, and what it took for granted.
struct TrialResult {
    ReplayResult replay = {};
    std::shared_ptr<const Snapshot> live = {};
    std::shared_ptr<const Snapshot> draft = {};
    Taxonomy known = {}; ///< all that the workspace has, for the names of what is retired
    bool askedModels = false; ///< not taken as it was decided then
    int doubtful = -1; ///< of a split: the part for what fits none surely; -1: Unsorted
    NamedBy named = {}; ///< rules, searches and routes that name a category that is tried on

    /// Empty: there is none. Before the change, and after it.
    QString liveName(CategoryId category) const;
    QString draftName(CategoryId category) const;
    /// Of the threshold's held-out answers; nothing while there are too few lessons, or no threshold reaches it.
    static std::optional<ThresholdPoint> reached(const Classifier &classifier);
};

/// Tries a draft of any kind on history: makes what would decide then (as publication, the threshold's command or the
/// TaxonomyDesk would), and replays. Writes nothing. Event loop's thread.
class Trial final : public QObject {
    Q_OBJECT

public:
    Trial(Store &store, const Snapshots &snapshots);

    /// One at a time. Refused with the desk's sentence where the draft could not be applied; Cancelled when `cancel`
    /// was, soon after.
    QFuture<Result<TrialResult>> run(TrialDraft draft, TrialOptions options, CancelToken cancel = {});

Q_SIGNALS:
    /// Conversations looked at, of those in the span.
    void progress(qint64 done, qint64 total);

private:
    struct Setup;
    Async<Result<TrialResult>> work(TrialDraft draft, TrialOptions options, CancelToken cancel);
    Async<Result<Done>> setUpTaxonomy(Setup *setup, TaxonomyDraft draft, CancelToken cancel);

    Store &m_store;
    const Snapshots &m_snapshots;
    Replay m_replay;
    AsyncScope m_scope;
};

} // namespace patchbay
