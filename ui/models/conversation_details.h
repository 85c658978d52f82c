#pragma once

#include "core/engine/contact_desk.h"
#include "core/engine/evidence_places.h"
#include "core/engine/model_policy.h"
#include "core/engine/task_plan.h"
#include "core/model/account.h"
#include "core/model/conversation.h"
#include "core/model/delivery.h"
#include "core/model/guidance.h"
#include "core/model/operator.h"
#include "core/model/task.h"
#include "core/store/misc_tables.h"
#include "core/store/question_table.h"
#include "core/store/task_table.h"
#include "core/store/task_watch_table.h"

#include <optional>

namespace patchbay {

/// Everything that the panes beside the thread show of one conversation, read in one transaction. A value.
struct ConversationDetails {
    Conversation conversation = {};
    Contact contact = {};
    std::optional<PersonShown> person = {}; ///< the contact over all channels
    std::vector<Conversation> past = {}; ///< other conversations of the person, over all channels, newest first
    QHash<ChannelId, QString> channelNames = {};
    std::vector<Participant> participants = {};
    std::optional<Suggestion> suggestion = {}; ///< the pending one, else the newest
    EvidencePlaces evidence = {}; ///< of the suggestion's reasons, in the message that was read
    Timestamp evidenceAt = {}; ///< when that message came; none: it is not there any more
    std::optional<TaskPlan> plan = {}; ///< what comes of the pending one when it is accepted
    QString planProblem = {}; ///< why nothing can come of it
    std::vector<tasks::OpenAt> openTasks = {}; ///< at the plan's targets, newest first
    Taxonomy taxonomy = {};
    std::vector<Route> routes = {};
    std::vector<Target> targets = {};
    std::vector<Task> tasks = {};
    std::vector<Delivery> deliveries = {};
    std::vector<task_watch::Watch> watches = {}; ///< how the statuses of the deliveries were read
    std::vector<Operator> operators = {};
    std::vector<drafts::Draft> drafts = {};
    QStringList labels = {};
    QStringList allLabels = {};
    std::optional<Channel> channel = {};
    QString threadKey = {}; ///< of a chat: which one it is over there
    std::optional<Message> newestInbound = {};
    std::vector<questions::Shown> questions = {}; ///< to remote models, the newest first
    ModelPolicy modelPolicy = {};
    std::vector<ModelAccount> models = {};
    std::optional<Classification> localClassification =
        {}; ///< the local model's word on the newest message from outside
    std::vector<CannedReply> cannedReplies = {};
    std::vector<BusinessRule> businessRules = {}; ///< all of the workspace; heldRules() picks today's
    std::vector<Address> recipients = {}; ///< who gets a reply now, the contact first

    QString categoryName(CategoryId id) const;
    QString operatorName(OperatorId id) const;
    /// What was done here and is not so over there: changes that failed, are unknown or were given up.
    std::vector<const Delivery *> troubledChanges() const;
    const Route *route(RouteId id) const;
    const Target *target(TargetId id) const;
    /// Where the suggestion's route leads to first.
    const Target *targetOf(const Suggestion &suggestion) const;
    /// In the order in which they were made: at several targets at once, or one after the other.
    std::vector<const Delivery *> deliveriesOf(TaskId task) const;
    const Task *task(TaskId id) const;
    /// Without a delivery when it is not watched.
    task_watch::Watch watch(DeliveryId id) const;
    QString draft(const QString &kind) const;
    bool isPending() const { return suggestion && suggestion->state == Suggestion::State::Pending; }
};

Result<ConversationDetails> loadDetails(Database &db, ConversationId id, OperatorId me);

} // namespace patchbay
