#pragma once

#include "ui/models/triage.h"

#include <QtCore/QDeadlineTimer>

namespace patchbay {

/// Who writes at this moment in the open conversation. It ends by itself a few seconds after the platform said so last,
/// and when the message is there; nothing of it is kept. GUI thread.
class TypingLine final : public QObject {
    Q_OBJECT

public:
    explicit TypingLine(Triage &triage, QObject *parent = nullptr);

    /// "Zoë is writing…"; empty: nobody is known to.
    QString text() const;
    /// How long a sign is shown that nothing follows.
    void setLasting(std::chrono::milliseconds time) { m_lasting = time; }

Q_SIGNALS:
    void changed();

private:
    void typed(ChannelId channel, const ChatTyping &who);
    void forget();
    void end();

    Triage &m_triage;
    std::chrono::milliseconds m_lasting{12000}; ///< platforms repeat it every ten seconds at the latest
    QMap<QString, QDeadlineTimer> m_names;
    QTimer m_timer;
    MessageId m_newest; ///< of the customer's
};

} // namespace patchbay
