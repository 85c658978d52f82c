#pragma once

#include <QtWidgets/QWidget>

class QAbstractItemModel;
class QBoxLayout;
class QLabel;
class QTableView;
class QStackedWidget;
class QVBoxLayout;

namespace patchbay {

class StatePage;

/// What the pages of work have in common: a heading, tools, a table, and a pane of details below. GUI thread.
class TablePage : public QWidget {
    Q_OBJECT

public:
    TablePage(const QString &title, const QString &explanation, QWidget *parent);
    QTableView *table() const { return m_table; }
    int currentRow() const;

protected:
    void setTable(QAbstractItemModel *model, const QList<int> &widths, int stretch);
    QBoxLayout *tools() const { return m_tools; }
    QVBoxLayout *details() const { return m_details; }
    QWidget *detailsWidget() const { return m_detailsHolder; }
    StatePage *state() const { return m_state; }
    /// Table when there are rows, else the state page; says so when only the newest of `total` are listed.
    void showTable(int rows, int total);
    virtual void currentRowChanged() = 0;
    void clearDetails();

private:
    QBoxLayout *m_tools;
    QStackedWidget *m_stack;
    QTableView *m_table;
    StatePage *m_state;
    QLabel *m_more;
    QWidget *m_detailsHolder;
    QVBoxLayout *m_details;
};

} // namespace patchbay
