#pragma once

#include "core/model/channel_event.h"
#include "ui/models/console_context.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class ChannelLogModel;
class StatePage;

/// What happened to one channel, newest first, followed while it is open; trouble alone where that is wanted. GUI
/// thread.
class ChannelLogDialog final : public QDialog {
    Q_OBJECT

public:
    ChannelLogDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent = nullptr);

    ChannelLogModel &model() const { return *m_model; }
    QTableView *table() const { return m_table; }
    StatePage *state() const { return m_state; }
    QCheckBox *troubleOnly() const { return m_trouble; }
    /// The chosen rows, or all when none is chosen.
    void copy();

private:
    void reload();
    void show_(const Result<std::vector<ChannelEvent>> &events);

    ConsoleContext m_context;
    ChannelId m_channel;
    ChannelLogModel *m_model;
    QTableView *m_table;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QCheckBox *m_trouble;
    QPushButton *m_copy;
    QLabel *m_said;
    QTimer m_timer; ///< another process may write it: there is no other sign of it
    quint64 m_epoch = 0;
};

} // namespace patchbay
