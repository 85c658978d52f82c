#pragma once

#include "ui/models/console_context.h"
#include "ui/models/conversation_details.h"
#include "ui/models/draft_files.h"

#include <QtCore/QTimer>
#include <QtGui/QImage>

namespace patchbay {

/// A sentence that a deed leaves on the screen, and until when it can be undone.
struct Said {
    QString text = {};
    bool canUndo = false;
    Timestamp undoUntil = {}; ///< none: as long as the sentence stands
};

/// The open conversation and what the operator does with it. Every deed is one command; its answer becomes a sentence,
/// and what can be undone is remembered in order. GUI thread.
class Triage final : public QObject {
    Q_OBJECT

public:
    explicit Triage(const ConsoleContext &context, QObject *parent = nullptr);

    void open(ConversationId conversation);
    ConversationId current() const { return m_current; }
    /// None while loading, or when nothing is open.
    const ConversationDetails *details() const { return m_details ? &*m_details : nullptr; }
    DraftKeeper &drafts() { return m_drafts; }
    DraftFiles &files() { return m_files; }
    const ConsoleContext &context() const { return m_context; }

    bool canAccept() const;
    /// With the version that is painted; refused there and then when it changed meanwhile.
    void accept(bool thenNext, Commands::IfOpen ifOpen = Commands::IfOpen::Ask);
    /// Answers the suggestion with a task that is open.
    void linkTo(TaskId task, bool thenNext);
    /// What the Task dialog did: said, and Z takes it back.
    void taskCreated(const Commands::Accepted &made);
    void recordLinked(const Commands::LinkedRecord &linked);
    void taskLinked(const Commands::Linked &linked);
    void unlinkRecord(TaskId task);
    /// Who may be the person of the open conversation, as it is painted; none when nobody may.
    const ContactMatch *suggestedPerson() const;
    bool canMerge() const;
    /// The suggested one is this person, who stays; or is somebody else.
    void samePerson();
    void notSamePerson();
    /// What the Merge dialog did: said, and Z takes it back.
    void personsMerged(const ContactDesk::Merged &merged);
    void splitPerson(ContactId part);
    void dismiss();
    void suggestAgain();
    void overrideCategory(CategoryId category);
    void setRoute(RouteId route);
    void finish(bool thenNext);
    void reopen();
    void snooze(Timestamp until);
    void assign(OperatorId to);
    void setLabel(const QString &label, bool on);
    void toggleUnread();
    void markSeen();
    void includeParticipant(const QString &address, bool included);
    /// With the files that are attached. `draft`: the text as asDraft() keeps it. `quoted`: the message that it
    /// answers, where one was chosen.
    void sendReply(const QString &draft, bool thenDone, MessageId quoted = {});
    /// Whether files can go along with a reply in the open conversation; where not, it is said why.
    bool mayAttach();
    bool takesFiles() const { return fileAbilities().most > 0; }
    void attachFiles(const QStringList &paths);
    void attachPicture(const QImage &picture);
    /// Why the open conversation's channel does not take this file, or nothing.
    std::optional<Error> whyNotAttached(const OutboundFile &file) const;
    /// A message that was sent is to read so; `kept` is the text as the draft of the change has it.
    void changeMessage(MessageId message, const MarkedText &text, const QString &kept);
    /// The draft of the template stays when it is refused.
    void sendTemplate(const TemplateUse &use);
    /// The template that is being filled in for the open conversation.
    std::optional<TemplateUse> templateDraft() const;
    /// Whether the open conversation's platform takes templates.
    bool takesTemplates() const;
    void addNote(const QString &text);
    /// Of the open conversation, or of another one.
    void refreshTaskStatus(ConversationId conversation = {});

    void retryDelivery(DeliveryId delivery);
    void settleDelivery(DeliveryId delivery, Settlement as);
    void cancelDelivery(DeliveryId delivery);
    void setLocalTaskDone(LocalTaskId task, bool done);
    void requeueRaw(RawMessageId raw);

    bool canUndo() const;
    void undo();
    void reload();

Q_SIGNALS:
    void currentChanged();
    void detailsChanged();
    void detailsFailed(const QString &sentence);
    void said(const patchbay::Said &what);
    void failed(const QString &sentence);
    /// A deed on this conversation asks for the next one.
    void nextWanted(patchbay::ConversationId after);
    void replySent(patchbay::ConversationId conversation);
    void messageChanged(patchbay::ConversationId conversation);
    /// Accepting was not done, because a task is open there already: link to it, or make another.
    void openTaskFound(const patchbay::Commands::OpenTask &task, bool thenNext);

private:
    struct Undo {
        QString text; ///< what stands there when it was undone
        Timestamp until;
        std::function<QFuture<Result<Done>>()> run;
    };
    /// Runs a command; on success says `text`, with `undo` when there is one.
    void deed(QFuture<Result<Done>> command, const QString &text, std::function<QFuture<Result<Done>>()> undo = {},
              bool thenNext = false);
    void pushUndo(const QString &text, Timestamp until, std::function<QFuture<Result<Done>>()> run);
    void applyChanges(const ChangeSet &changes);
    void acceptAnswered(ConversationId conversation, bool thenNext, const Result<Commands::Accepted> &answer);
    FileAbilities fileAbilities() const;
    QString platform() const;
    void sendAnswered(ConversationId conversation, const QString &kind, const QString &text, bool thenDone,
                      const Result<Commands::Reply> &answer);

    ConsoleContext m_context;
    DraftKeeper m_drafts;
    DraftFiles m_files;
    ConversationId m_current;
    std::optional<ConversationDetails> m_details;
    quint64 m_epoch = 0;
    QSet<ConversationId> m_accepting;
    QSet<ConversationId> m_sending;
    QSet<ConversationId> m_noting;
    std::vector<Undo> m_undo;
    QTimer m_changeTimer;
};

} // namespace patchbay

Q_DECLARE_METATYPE(patchbay::Said)
