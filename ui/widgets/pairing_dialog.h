#pragma once

#include "core/async/async.h"
#include "ui/models/console_context.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

class QLabel;

namespace patchbay {

class QrCode;

/// Connects a channel whose platform is paired with a telephone: the code to scan, how long it is good, another one
/// when it is over; closes by itself when the channel is paired. Asks only while it is open. GUI thread.
class PairingDialog final : public QDialog {
    Q_OBJECT

public:
    /// `pause`: between two questions.
    PairingDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent = nullptr,
                  std::chrono::milliseconds pause = std::chrono::seconds(3));

    QrCode *code() const { return m_code; }
    /// What a person does now.
    QString sentence() const;
    /// "Good for 34 s".
    QString countdown() const;
    /// The code to enter instead; empty: there is none.
    QString typed() const;

Q_SIGNALS:
    void paired(const QString &name);

private:
    void askNow();
    void show_(const Result<Pairing> &now);
    void tick();

    ConsoleContext m_context;
    Channel m_channel;
    QString m_shown; ///< the text of the code that is drawn
    bool m_fits = true; ///< into a code
    Timestamp m_until = {};
    bool m_isAsking = false;
    QLabel *m_sentence;
    QrCode *m_code;
    QLabel *m_countdown;
    QLabel *m_typed;
    QTimer m_ask;
    QTimer m_second;
    AsyncScope m_scope;
};

} // namespace patchbay
