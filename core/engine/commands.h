#pragma once

#include "core/async/async.h"
#include "core/engine/examples_file.h"
#include "core/engine/snapshots.h"
#include "core/engine/task_form.h"
#include "core/model/delivery.h"
#include "core/model/marked_text.h"
#include "core/model/operator.h"
#include "core/model/routing.h"
#include "core/ports/catalog.h"
#include "core/ports/crm_connector.h"
#include "core/store/store.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <chrono>
#include <functional>

namespace patchbay {

struct ReplyContent;

/// What an operator can do. Each is one transaction (change, deliveries, audit); errors are sentences. Event loop's
/// thread; nothing here talks to the network.
class Commands final : public QObject {
    Q_OBJECT

public:
    Commands(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator me);

    /// How long an accepted task or a sent reply stays queued so that it can be taken back.
    void setHoldTime(std::chrono::milliseconds hold);
    std::chrono::milliseconds holdTime() const;
    Operator me() const;

    /// A task that is open for the conversation at a target of the suggestion's route.
    struct OpenTask {
        TaskId task = {};
        QString uid = {};
        QString title = {};
        QString target = {}; ///< its name
        DeliveryState state = DeliveryState::Queued;
        QString remoteStatus = {};
        QString url = {};
    };
    enum class IfOpen { Ask, Another };
    struct Accepted {
        std::optional<OpenTask> open = {}; ///< then nothing was decided: link() to it, or accept again with Another
        TaskId task = {};
        QString taskUid = {};
        DeliveryId delivery = {}; ///< the first one
        QStringList deliveryUids = {};
        QStringList targets = {}; ///< their names
        Timestamp canUndoUntil = {};
    };
    /// Conflict when the pending suggestion has another version than the one that was painted.
    QFuture<Result<Accepted>> accept(ConversationId conversation, int suggestionVersion, IfOpen ifOpen = IfOpen::Ask);
    struct Linked {
        SuggestionId suggestion = {};
        QString taskUid = {};
        QString title = {};
    };
    /// Answers the pending suggestion by a task that is open; nothing is sent and nothing learned.
    QFuture<Result<Linked>> link(ConversationId conversation, int suggestionVersion, TaskId task);
    QFuture<Result<Done>> unlink(SuggestionId suggestion);

    /// What the form of a new task begins with; nothing is changed.
    QFuture<Result<TaskStart>> startTask(ConversationId conversation);
    /// What would come of the form now.
    QFuture<Result<TaskPlan>> planTask(ConversationId conversation, TaskForm form);
    /// A task as a person wrote it, held and taken back like an acceptance. It answers the pending suggestion of this
    /// version; with version 0 none may be pending. Another category than the suggested one is a lesson, and the
    /// conversation's from then on. Conflict when the suggestion changed meanwhile.
    QFuture<Result<Accepted>> createTask(ConversationId conversation, int suggestionVersion, TaskForm form,
                                         IfOpen ifOpen = IfOpen::Ask);
    struct LinkedRecord {
        TaskId task = {};
        QString taskUid = {};
        QString title = {};
        QString target = {}; ///< its name
    };
    /// A task that is a record which the target has already, as it was read there: nothing is sent, and nothing
    /// learned. It answers the pending suggestion of this version; with version 0 none may be pending. Conflict when
    /// this conversation has the record already.
    QFuture<Result<LinkedRecord>> linkRecord(ConversationId conversation, int suggestionVersion, TargetId target,
                                             RemoteRecord record);
    /// Takes such a link back; the record over there stays as it is.
    QFuture<Result<Done>> unlinkRecord(TaskId task);

    QFuture<Result<Done>> dismiss(ConversationId conversation, int suggestionVersion);
    /// A person's category: a lesson, applied at once, and a re-evaluated suggestion.
    QFuture<Result<Done>> overrideCategory(ConversationId conversation, CategoryId category);
    /// Takes this operator's word back: its lesson is undone, and what was said before stands again, as it was said.
    /// Conflict when a newer message has come in, or somebody has said something else since.
    QFuture<Result<Done>> takeBackCategory(ConversationId conversation, CategoryId chosen);
    /// A new suggestion for a conversation that has none pending, e.g. for another task.
    QFuture<Result<Done>> suggestAgain(ConversationId conversation);
    QFuture<Result<Done>> setRoute(ConversationId conversation, RouteId route);

    /// The model forgets it, behind the answer. Conflict when it was undone already.
    QFuture<Result<Done>> undoLesson(LessonId lesson);
    /// Of what the model answers so many are to be right (0.5 to 0.999); 0: the threshold of a new workspace.
    QFuture<Result<Done>> setWantedPrecision(double wanted);
    struct Taught {
        qsizetype added = 0;
        qsizetype known = 0; ///< lines that were lessons before
        qsizetype changed = 0; ///< of `added`: the text was in another category before, and that lesson is undone
        QStringList newCategories = {};
    };
    /// Each example becomes a lesson, in one transaction; then the model is trained, which the future waits for. A
    /// category that the workspace does not have is added when `addCategories` is set, else NotFound and nothing
    /// changes.
    QFuture<Result<Taught>> teach(std::vector<LabelledText> examples, QString source, bool addCategories);

    struct Reply {
        DeliveryId delivery = {}; ///< the first one
        QString deliveryUid = {};
        MessageId message = {};
        std::vector<DeliveryId> deliveries = {}; ///< all: files that the channel takes one by one are messages each
        Timestamp canUndoUntil = {};
    };
    /// To the contact and the participants the operator included. `files` are what keepFile gave; the text may be
    /// empty then. Removes the draft, of the files too, in the same transaction. `quoted`: the message that the
    /// operator chose to answer, where the chat's platform shows that.
    QFuture<Result<Reply>> reply(ConversationId conversation, MarkedText text, std::vector<OutboundFile> files = {},
                                 MessageId quoted = {});
    QFuture<Result<Reply>> reply(ConversationId conversation, QString text, std::vector<OutboundFile> files = {});
    /// Takes the whole reply back while nothing of it is under way or sent: all of it or nothing.
    QFuture<Result<Done>> takeReplyBack(std::vector<DeliveryId> deliveries);
    /// A file as it is now, for a draft or a reply; see core/engine/kept_files.h.
    QFuture<Result<OutboundFile>> keepFile(QString path);
    QFuture<Result<OutboundFile>> keepMade(QString name, std::function<QByteArray()> make);
    /// An approved template of the chat's platform, filled in: goes out when a free answer does not. Removes its draft.
    QFuture<Result<Reply>> replyWithTemplate(ConversationId conversation, TemplateUse use);
    /// A message that was written here and sent is to read so, over there and here. Refused with the reason.
    QFuture<Result<Done>> changeMessage(MessageId message, MarkedText text);
    QFuture<Result<Done>> note(ConversationId conversation, QString text);
    QFuture<Result<Done>> saveDraft(ConversationId conversation, QString kind, QString text);

    QFuture<Result<Done>> markRead(ConversationId conversation, bool read);
    QFuture<Result<Done>> done(ConversationId conversation);
    QFuture<Result<Done>> reopen(ConversationId conversation);
    QFuture<Result<Done>> snooze(ConversationId conversation, Timestamp until);
    QFuture<Result<Done>> assign(ConversationId conversation, OperatorId to);
    QFuture<Result<Done>> setLabel(ConversationId conversation, QString label, bool on);
    QFuture<Result<Done>> includeParticipant(ConversationId conversation, QString address, bool included);

    /// Outbox decisions. Refused, with the state named, when it does not allow them.
    QFuture<Result<Done>>
    cancelDelivery(DeliveryId delivery); ///< also takes an acceptance or reply back while it is queued
    /// Takes an acceptance back while nothing of it is under way or sent, wherever it goes: all of it or nothing.
    QFuture<Result<Done>> cancelTask(TaskId task);
    QFuture<Result<Done>> retryDelivery(DeliveryId delivery);
    QFuture<Result<Done>> settleDelivery(DeliveryId delivery, Settlement as);
    QFuture<Result<Done>> requeueRaw(RawMessageId raw);
    QFuture<Result<Done>> setLocalTaskDone(LocalTaskId task, bool done);

    /// Set-up. Secrets go to the secret store, not through here.
    /// `account`: who the platform says this is (Channels::identify); empty: not known yet. Conflict: another channel
    /// has the account.
    QFuture<Result<Channel>> addChannel(QString connector, QString name, QJsonObject settings, QString account = {});
    QFuture<Result<Target>> addTarget(QString connector, QString name, QJsonObject settings);
    /// Other settings for an account that is there; the connection is made anew with them.
    QFuture<Result<Done>> changeChannel(ChannelId channel, QString name, QJsonObject settings, QString account = {});
    QFuture<Result<Done>> changeTarget(TargetId target, QString name, QJsonObject settings);
    /// By which platforms that have agents know the operator; empty takes it away. Refused where it is no mail address,
    /// or another operator's.
    QFuture<Result<Done>> setOperatorMail(OperatorId whose, QString mail);
    QFuture<Result<Done>> setChannelPaused(ChannelId channel, bool paused);
    /// Makes this target the one that the default route leads to. Refused when that one has more than one target.
    QFuture<Result<Done>> routeToTarget(TargetId target);
    /// Checked as a whole: name, strategy and its targets, categories, mappings. A rename or removal is refused while a
    /// rule of the published set names the route; pending suggestions for a changed one get a new version.
    QFuture<Result<Route>> addRoute(Route route);
    QFuture<Result<Done>> changeRoute(Route route);
    QFuture<Result<Done>> removeRoute(RouteId route);

    /// Searches that the team keeps. Refused when the name or the search is empty or too long.
    QFuture<Result<Done>> saveSearch(QString name, QString query);
    QFuture<Result<Done>> renameSearch(SavedSearchId search, QString name);
    QFuture<Result<Done>> changeSearch(SavedSearchId search, QString query);
    QFuture<Result<Done>> removeSearch(SavedSearchId search);
    /// To this place in the rail, from 1.
    QFuture<Result<Done>> moveSearch(SavedSearchId search, int position);

private:
    // What also has something to do after the commit.
    Async<Result<Accepted>> acceptNow(ConversationId conversation, int suggestionVersion, IfOpen ifOpen);
    Async<Result<Accepted>> createNow(ConversationId conversation, int suggestionVersion, TaskForm form, IfOpen ifOpen);
    Async<Result<Done>> overrideNow(ConversationId conversation, CategoryId category);
    Async<Result<Done>> takeBackNow(ConversationId conversation, CategoryId chosen);
    Async<Result<Reply>> replyNow(ConversationId conversation, ReplyContent content);
    Async<Result<Done>> forgetAfter(QFuture<Result<bool>> deciding);
    /// The store's routes become the snapshot's.
    Async<Result<Done>> routesChanged(QFuture<Result<std::vector<Route>>> changing);
    Async<Result<Route>> addRouteNow(Route route);
    /// The model learns at once.
    void learn(const Lesson &lesson);
    /// After a lesson was undone, or when a training is due: the model is made anew from the lessons there are.
    Async<Result<Done>> relearn();
    Async<Result<Done>> undoNow(LessonId lesson);
    Async<Result<Done>> precisionNow(double wanted);
    Async<Result<Taught>> teachNow(std::vector<LabelledText> examples, QString source, bool addCategories);

    Store &m_store;
    const Catalog &m_catalog;
    Snapshots &m_snapshots;
    Operator m_me;
    std::chrono::milliseconds m_hold{5000};
    bool m_training = false; ///< because one was due
    AsyncScope m_scope;
};

} // namespace patchbay
