#pragma once

#include "core/model/marked_text.h"
#include "ui/models/timeline_model.h"
#include "ui/models/triage.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace patchbay {

class AttachmentStrip;
class CatchUpGuard;

/// Where a reply or a note is written. The text belongs to the conversation and its kind: switching swaps it, nothing
/// but a send that was accepted clears it. GUI thread.
class Composer final : public QFrame {
    Q_OBJECT

public:
    explicit Composer(Triage &triage, QWidget *parent = nullptr);

    void beginReply() { begin(QStringLiteral("reply")); }
    void beginNote() { begin(QStringLiteral("note")); }
    void toggleMode();
    /// Puts a text at the cursor of the reply; it can be taken back with the editor's own undo.
    void insertReply(const QString &text);
    /// The reply is to quote this message; says why where that cannot be.
    void answerTo(const TimelineItem &item);
    /// Opens the words of a message that was sent, to be changed; says why where that cannot be.
    void change(const TimelineItem &item);
    bool canQuote() const { return abilities().quotes; }
    bool canChange(const TimelineItem &item) const;
    /// Takes off the message that is answered, or leaves the change that is being written; false where there is none.
    bool leaveAbout();
    /// Gives what is chosen in the reply this look, or takes it away; says why where the platform shows no such look.
    void format(Mark mark);
    QString mode() const { return m_mode; }
    QPlainTextEdit *editor() const { return m_edit; }
    QPushButton *sendButton() const { return m_send; }
    QPushButton *templateButton() const { return m_template; }
    AttachmentStrip *files() const { return m_files; }
    void send(bool thenDoneAndNext);
    /// A customer's message came in while something is written here.
    void messageBelow();

Q_SIGNALS:
    /// One of the platform's approved templates is to be sent.
    void templateWanted();

private:
    /// The message that the reply quotes, or that is being changed.
    struct About {
        MessageId message = {};
        QString line = {}; ///< for a person
    };
    void buildAbout();
    void showAbout();
    /// Why this message cannot be changed, or nothing.
    QString whyUnchangeable(const TimelineItem &item) const;
    void begin(const QString &mode);
    void setMode(const QString &mode);
    void conversationChanged();
    void detailsChanged();
    /// The operator has changed the text.
    void wrote();
    /// As its draft is kept.
    QString draft() const;
    /// The words of a draft, without the message that they are to change.
    static QString wordsOfDraft(const QString &draft);
    static QString changeDraft(MessageId message, const QString &words);
    /// What is written in a reply, as it would be sent.
    MarkedText written() const;
    /// Of the open conversation's chat; none of them where it is mail, or not known.
    ChatAbilities abilities() const;
    /// What the customer will see otherwise than it stands here, or nothing.
    QString formatWarning() const;
    void showText();
    void showWords();
    /// Of the open conversation's channel; null: not known.
    const ChatConnectorInfo *connector() const;
    /// Why a reply cannot go out at all, or nothing.
    QString obstacle() const;
    /// Why the chat's platform would not take what is written, or nothing.
    QString chatObstacle(const ChatConnectorInfo &info) const;
    /// Who gets the reply, each on their own.
    QStringList people() const;
    /// What stands in the way or is to be known, how much room is left, until when the platform takes an answer.
    void showGuard();
    void showRoom();
    /// What to know before a reply to `people` is sent, or nothing.
    QString warning(const QString &people, const QString &channel) const;
    /// Neither a text nor, in a reply, a file.
    bool isEmpty() const;
    void enableSend();
    void grow();

    Triage &m_triage;
    QPlainTextEdit *m_edit;
    QPushButton *m_replyTab;
    QPushButton *m_noteTab;
    QPushButton *m_send;
    QPushButton *m_template; ///< where the platform takes templates
    QPushButton *m_attach; ///< where the channel takes files
    AttachmentStrip *m_files;
    QLabel *m_to;
    QLabel *m_hint;
    QFrame *m_strip;
    QLabel *m_stripText;
    QFrame *m_about; ///< hidden where the reply is about no message
    QLabel *m_aboutText;
    QFrame *m_guard;
    QLabel *m_guardText;
    CatchUpGuard *m_catchUp;
    QLabel *m_room; ///< of a chat: characters that are left, and the time
    QTimer m_clock; ///< while there is a time to tell
    QString m_mode;
    ConversationId m_conversation;
    QHash<ConversationId, QString> m_modes;
    QHash<ConversationId, About> m_quotes;
    QHash<ConversationId, About> m_changes;
    bool m_showing = false;
};

} // namespace patchbay
