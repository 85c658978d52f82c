#pragma once

#include "core/async/async.h"
#include "core/engine/rules_lint.h"
#include "core/engine/snapshots.h"
#include "core/model/operator.h"
#include "core/store/store.h"

namespace patchbay {

/// What a lead does with rules: drafts, trial in the shadow, publication, roll back. Each is one transaction with its
/// audit row; what is published holds from the next message on. Errors are sentences. Event loop's thread.
class RuleDesk final {
public:
    RuleDesk(Store &store, Snapshots &snapshots, Operator me);

    /// A new draft (no id), or another document for one that is there; a trial in the shadow ends. Refused, with the
    /// place, when the document cannot be read.
    QFuture<Result<RuleDraftId>> saveDraft(RuleDraftId draft, QByteArray document, QString comment);
    QFuture<Result<Done>> removeDraft(RuleDraftId draft);

    /// Makes the draft the next version and removes it; the number of the version. Refused when the linter finds an
    /// error, and when the workspace wants a second person and this one wrote the draft. Conflict when another version
    /// was published since the draft was begun, unless `overNewer`.
    QFuture<Result<int>> publish(RuleDraftId draft, bool overNewer = false);
    /// Publishes the document of an older version (0: of the one before the live one) as a new version. It was
    /// published once, so no second person is asked for.
    QFuture<Result<int>> rollBack(int version);

    /// For so many days (1 to 90) the draft is asked beside the live rules about each new message; what it would have
    /// decided otherwise is counted and listed (rule_drafts::differences()), and has no effect. One draft at a time.
    QFuture<Result<Done>> startShadow(RuleDraftId draft, int days);
    QFuture<Result<Done>> endShadow(RuleDraftId draft);

    /// Whether another person than its author has to publish a draft.
    QFuture<Result<Done>> requireSecondPerson(bool required);

private:
    Async<Result<int>> publishNow(RuleDraftId draft, bool overNewer);
    Async<Result<int>> rollBackNow(int version);
    Async<Result<Done>> shadowNow(RuleDraftId draft, int days);

    Store &m_store;
    Snapshots &m_snapshots;
    Operator m_me;
    AsyncScope m_scope;
};

/// Whether the workspace wants a second person.
bool wantsSecondPerson(Database &db);

/// What these rules say of the newest message from outside of a conversation: every rule with every condition and both
/// values, however many there are. NotFound when nothing was received in it. Changes nothing.
Result<Decision> explainRules(Database &db, const Snapshot &snapshot, const RuleSet &rules,
                              ConversationId conversation);

} // namespace patchbay
