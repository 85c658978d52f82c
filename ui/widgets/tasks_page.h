#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/task_list_model.h"
#include "ui/models/triage.h"

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace patchbay {

class StatePage;
class TaskBoard;

/// All tasks of the workspace with what is true of them, as a list or as a board of the same filter. GUI thread.
class TasksPage final : public QWidget {
    Q_OBJECT

public:
    TasksPage(Triage &triage, const ActionRegistry &actions, QWidget *parent = nullptr);

    TaskListModel &model() { return *m_model; }
    TaskBoard *board() const { return m_board; }
    QTableView *table() const { return m_table; }
    QLineEdit *field() const { return m_text; }
    bool isBoard() const;
    /// What has the keyboard on this page: the table, or the board's current column.
    QWidget *main() const;
    /// The current task; nothing while it is being fetched.
    const task_list::Entry *current() const;

    void showBoard(bool board);
    void setState(task_list::State state);
    void find();
    void pickTarget();
    void pickCategory();
    void toggleMine();
    void openConversation();
    void openRecord();
    void readAgain();
    void retry();
    void settle();
    void tick();

Q_SIGNALS:
    void conversationWanted(patchbay::ConversationId id);
    void failed(const QString &sentence);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *buildFilters();
    QWidget *buildDetails();
    void follow();
    void applyFilter();
    void showState();
    void showCounts();
    void loadTargets();
    void showDetails();
    /// The first of the current task's deliveries in one of these states.
    const Delivery *deliveryIn(std::initializer_list<DeliveryState> states) const;

    Triage &m_triage;
    const ActionRegistry &m_actions;
    TaskListModel *m_model;
    QTableView *m_table;
    TaskBoard *m_board;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLineEdit *m_text;
    QComboBox *m_target;
    QComboBox *m_category;
    QCheckBox *m_mine;
    QPushButton *m_asBoard;
    QList<QPushButton *> m_tabs;
    QList<QPushButton *> m_deeds; ///< what is done to the current task
    QLabel *m_details;
    QTimer m_typing;
    bool m_loaded = false; ///< it reads when it is first shown
    task_list::State m_chosen = task_list::State::Open;
};

} // namespace patchbay
