#pragma once

#include "ui/models/task_board_model.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QScrollArea>

class QHBoxLayout;

namespace patchbay {

/// The board: columns of cards side by side. Arrows move among cards and columns; a card cannot be dragged, because
/// nothing here moves a task over there. GUI thread.
class TaskBoard final : public QScrollArea {
    Q_OBJECT

public:
    explicit TaskBoard(Store &store, QWidget *parent = nullptr);
    TaskBoardModel &model() { return m_model; }
    /// Of the current card; none: there is no card.
    const task_list::Entry *current() const;
    /// The current column's list, for the focus.
    QWidget *list() const;
    const std::vector<QListView *> &lists() const { return m_lists; }
    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void activated();

private:
    void rebuild();
    void showHeads();
    void step(int columns);

    TaskBoardModel m_model;
    QHBoxLayout *m_row;
    std::vector<QListView *> m_lists;
    std::vector<QLabel *> m_heads;
    size_t m_at = 0; ///< the current column
};

} // namespace patchbay
