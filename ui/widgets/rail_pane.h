#pragma once

#include "ui/models/console_context.h"
#include "ui/models/rail_model.h"

#include <QtWidgets/QWidget>

class QLabel;
class QListView;

namespace patchbay {

/// The left rail: views, work, channels and targets with their health, and what the workspace is. GUI thread.
class RailPane final : public QWidget {
    Q_OBJECT

public:
    explicit RailPane(const ConsoleContext &context, QWidget *parent = nullptr);
    RailModel &model() { return *m_model; }
    QListView *list() const { return m_list; }
    void select(int row);
    /// The connection line and what this run cannot do, as they are now.
    void showFoot();

Q_SIGNALS:
    void chosen(const patchbay::RailRow &row);
    /// The menu of a saved search is asked for, by the mouse or the menu key.
    void menuWanted(const patchbay::RailRow &row, const QPoint &at);

private:
    void pick(const QModelIndex &index);

    const ConsoleContext &m_context;
    RailModel *m_model;
    QListView *m_list;
    QLabel *m_watermark;
    QLabel *m_limits;
    QLabel *m_trouble;
};

} // namespace patchbay
