#pragma once

#include "ui/models/triage.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace patchbay {

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
    QString mode() const { return m_mode; }
    QPlainTextEdit *editor() const { return m_edit; }
    QPushButton *sendButton() const { return m_send; }
    void send(bool thenDoneAndNext);
    /// A customer's message came in while something is written here.
    void messageBelow();

private:
    void begin(const QString &mode);
    void setMode(const QString &mode);
    void conversationChanged();
    void detailsChanged();
    void showText();
    void showWords();
    /// Why a reply cannot go out at all, or nothing.
    QString obstacle() const;
    /// What to know before a reply to `people` is sent, or nothing.
    QString warning(const QString &people, const QString &channel) const;
    void enableSend();
    void grow();

    Triage &m_triage;
    QPlainTextEdit *m_edit;
    QPushButton *m_replyTab;
    QPushButton *m_noteTab;
    QPushButton *m_send;
    QLabel *m_to;
    QLabel *m_hint;
    QFrame *m_strip;
    QLabel *m_stripText;
    QFrame *m_guard;
    QLabel *m_guardText;
    QString m_mode;
    ConversationId m_conversation;
    QHash<ConversationId, QString> m_modes;
    bool m_showing = false;
};

} // namespace patchbay
