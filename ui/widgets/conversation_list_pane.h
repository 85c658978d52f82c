#pragma once

#include "ui/models/conversation_list_model.h"

#include <QtWidgets/QWidget>

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;

namespace patchbay {

class StatePage;

/// The list of one view with its heading, the bar of held arrivals and its honest states. Follows the current row. GUI
/// thread.
class ConversationListPane final : public QWidget {
    Q_OBJECT

public:
    ConversationListPane(Store &store, OperatorId me, QWidget *parent = nullptr);

    void setView(conversations::View view, const QString &title);
    ConversationListModel &model() { return *m_model; }
    QListView *list() const { return m_list; }
    ConversationId current() const;

    void move(int steps);
    /// To the next row, else the one before, if `after` is still the current conversation.
    void advance(ConversationId after);
    void toNextAwaiting();
    /// True when the conversation is in this view and now selected.
    bool select(ConversationId id);

Q_SIGNALS:
    void picked(patchbay::ConversationId id);
    void activated(patchbay::ConversationId id);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showState();
    void rowsShift(int first, int last, int sign);
    void updateBar();

    ConversationListModel *m_model;
    QLabel *m_title;
    QLabel *m_count;
    QPushButton *m_bar;
    QStackedWidget *m_stack;
    QListView *m_list;
    StatePage *m_state;
    conversations::View m_view = conversations::View::AwaitingUs;
    int m_above = 0; ///< arrivals above what is on screen
    bool m_selectFirst = false;
};

} // namespace patchbay
