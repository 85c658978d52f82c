#pragma once

#include "ui/models/search_desk.h"
#include "ui/models/search_list_model.h"

#include <QtWidgets/QWidget>

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;

namespace patchbay {

class ConversationListPane;
class SearchEmptyPage;
class SearchField;
class StatePage;

/// The column of conversations: the search field, and below it either the list of a view or what the search found, with
/// what was searched and what is wrong. The list of the view stays as it was while one searches. GUI thread.
class SearchPane final : public QWidget {
    Q_OBJECT

public:
    /// Takes the list of views into its column.
    SearchPane(Store &store, OperatorId me, ConversationListPane *views, QWidget *parent = nullptr);

    SearchField *field() const { return m_field; }
    QListView *list() const { return m_list; }
    SearchListModel &model() { return *m_model; }
    /// What the line under the field says.
    QString line() const;
    /// True while hits (or what is said instead of them) take the place of the view.
    bool isActive() const;
    bool isBest() const { return m_best; }

    /// Into the field, ready to type.
    void start();
    /// Searches for this, as a person would have typed it, and goes to the hits.
    void open(const QString &text);
    /// Back to the list of the view.
    void leave();
    void setBest(bool best);
    void toggleDetails();

    ConversationId current() const;
    void move(int steps);
    void advance(ConversationId after);
    void toNextAwaiting();
    bool select(ConversationId id);

Q_SIGNALS:
    void activeChanged(bool active);
    /// A hit is selected: its conversation, and the message to show there (none: its end).
    void picked(patchbay::ConversationId conversation, patchbay::MessageId message);
    void activated();

private:
    void buildResults();
    QueryContext context(bool typing) const;
    void edited();
    void interpret(bool typing);
    void setActive(bool active);
    void showState();
    void showLine();
    void showDetails();
    void toHits();
    void pick(const QModelIndex &at);
    QString coverageText() const;

    SearchDesk m_desk;
    SearchListModel *m_model;
    SearchField *m_field;
    QStackedWidget *m_column; ///< the view, or the results
    QWidget *m_results;
    QLabel *m_line;
    QLabel *m_details;
    QPushButton *m_bestButton;
    QPushButton *m_detailsButton;
    QPushButton *m_bar;
    QStackedWidget *m_stack; ///< hits, nothing found, or a state
    QListView *m_list;
    SearchEmptyPage *m_empty;
    StatePage *m_state;
    QTimer m_typed;
    QString m_asked; ///< the search that runs or ran, as toText() writes it
    std::optional<QueryProblem> m_problem;
    bool m_best = false;
    bool m_goToHits = false; ///< as soon as there are some
    ConversationId m_keep; ///< selected before the rows were read again
};

} // namespace patchbay
