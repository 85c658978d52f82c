#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/conversation_find.h"

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>

class QLabel;
class QLineEdit;

namespace patchbay {

class ThreadView;

/// The line above a thread that looks for a text in the whole conversation, counts its places and goes from one to the
/// next. Its keys come from the registry. Owned by the thread's pane; GUI thread.
class FindBar final : public QFrame {
    Q_OBJECT

public:
    FindBar(Store &store, const ActionRegistry &actions, ThreadView &view, QWidget *parent);

    QLineEdit *field() const { return m_field; }
    QLabel *status() const { return m_status; }
    ConversationFind &find() { return m_find; }
    bool isOpen() const { return m_open; }
    /// Shows it with what was looked for last selected.
    void open(ConversationId conversation);
    /// Ends it and gives the focus back.
    void close();
    /// Another conversation is on the screen: looks there.
    void follow(ConversationId conversation);
    void move(int steps);

Q_SIGNALS:
    void failed(const QString &sentence);

private:
    void look();
    void showStatus();

    ThreadView &m_view;
    ConversationFind m_find;
    ConversationId m_conversation;
    QPointer<QWidget> m_before; ///< what had the focus
    QLineEdit *m_field;
    QLabel *m_status;
    QTimer m_typing;
    bool m_open = false;
};

} // namespace patchbay
