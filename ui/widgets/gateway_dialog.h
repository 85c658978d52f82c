#pragma once

#include "core/engine/gateway_desk.h"
#include "ui/models/console_context.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace patchbay {

class FoldSection;

/// The gateway of this console: whether and where it listens, what stands in its way, the address of each channel whose
/// platform calls us, and its settings. GUI thread.
class GatewayDialog final : public QDialog {
    Q_OBJECT

public:
    /// The context has a gateway.
    explicit GatewayDialog(const ConsoleContext &context, QWidget *parent = nullptr);

    /// How it stands, as it is shown.
    QString standing() const;
    QString answer() const;
    QTableWidget *addresses() const { return m_addresses; }
    QCheckBox *allowed() const { return m_allowed; }
    QSpinBox *port() const { return m_port; }
    QLineEdit *publicUrl() const { return m_publicUrl; }
    QPushButton *tryButton() const { return m_try; }
    /// Tunnel, reverse proxy and relay in plain words.
    FoldSection *ways() const { return m_ways; }
    void save();
    /// The address of the chosen channel.
    void copy();

private:
    void show_();
    void showAddresses();
    void tick();
    void explain();
    void say(const QString &sentence, const char *look);
    QStringList standingLines(const GatewayState &state) const;

    ConsoleContext m_context;
    GatewayDesk &m_desk;
    GatewaySettings m_shown; ///< as the fields had them when they were filled
    FoldSection *m_ways;
    QLabel *m_standing;
    QPushButton *m_try;
    QCheckBox *m_allowed;
    QSpinBox *m_port;
    QLineEdit *m_publicUrl;
    QTableWidget *m_addresses;
    QPushButton *m_copy;
    QPushButton *m_save;
    QLabel *m_answer;
    QTimer m_second; ///< the next try comes nearer
};

} // namespace patchbay
