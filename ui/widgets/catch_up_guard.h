#pragma once

#include "core/model/account.h"

#include <QtWidgets/QFrame>

#include <optional>

class QLabel;
class QPushButton;

namespace patchbay {

/// Stands above a reply while its channel catches up: says up to when everything is here, and has the first sending
/// asked once more, because newer messages of the customer may still be on their way. Whoever wants to sends all the
/// same. GUI thread.
class CatchUpGuard final : public QFrame {
    Q_OBJECT

public:
    explicit CatchUpGuard(QWidget *parent = nullptr);

    /// What the reply goes to; null: nothing that could be late. What was asked is forgotten with the conversation, and
    /// when the channel has caught up.
    void follow(ConversationId conversation, const Channel *channel);
    /// Whether a sending has to wait for a second word: it is asked for now. The second time it is given.
    bool asks(bool thenDoneAndNext);
    /// Another message came in: it is to be read first.
    void askAgain();

Q_SIGNALS:
    void sendAllTheSame(bool thenDoneAndNext);

private:
    void showWords();

    QLabel *m_text;
    QPushButton *m_send;
    ConversationId m_conversation;
    QString m_channel;
    Timestamp m_upTo; ///< everything up to then is here; none: not known
    std::optional<bool> m_asked; ///< what it was asked with
    bool m_isLate = false;
};

} // namespace patchbay
