#pragma once

#include "core/base/cancel.h"
#include "core/store/conversation_table.h"
#include "core/store/search_table.h"
#include "core/store/store.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QTimer>

namespace patchbay {

/// What a search found, newest or best first, in pages that come as one scrolls. A new search gives up the one before;
/// its rows stay until there are others. Rows never move: what comes in later is counted, and shown when asked for.
/// GUI thread.
class SearchListModel final : public QAbstractListModel {
    Q_OBJECT

public:
    enum class State {
        Idle, ///< nothing was searched for
        Searching, ///< rows are those of the search before
        Ready,
        Failed,
    };

    SearchListModel(Store &store, OperatorId me, QObject *parent = nullptr);
    ~SearchListModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    void search(const SearchQuery &query, bool best);
    /// The words of the search, for marking them in a thread.
    std::vector<QString> words() const;
    /// The same search again: after a failure, or for what came in since.
    void again();
    /// Gives up what runs, and forgets the rows.
    void clear();

    State state() const { return m_state; }
    QString failure() const { return m_failure; }
    /// True when a search has been running so long that one should say so.
    bool isSlow() const { return m_isSlow; }
    /// True when there are more hits than rows.
    bool hasMore() const { return m_reached != 0; }
    /// Conversations that match since the search and are not shown.
    int arrivedCount() const { return int(m_arrived.size()); }

    const conversations::Summary *summary(int row) const;
    const search::Hit *hit(int row) const;
    ConversationId idAt(int row) const;
    int rowOf(ConversationId id) const;
    /// The next conversation after `row`, wrapping once, that waits for us; none when there is none among the rows.
    ConversationId nextAwaiting(int row) const;
    /// True when it matched and does not any more.
    bool hasLeft(ConversationId id) const { return m_left.contains(id); }

Q_SIGNALS:
    void stateChanged();
    void arrivedChanged();

private:
    struct Found {
        search::Hit hit = {};
        conversations::Summary summary = {};
    };
    struct FoundPage {
        std::vector<Found> rows = {};
        qint64 reached = 0;
    };
    static std::vector<Found> withSummaries(Database &db, OperatorId me, const std::vector<search::Hit> &hits);
    void run();
    void replaceRows(const FoundPage &page);
    void append(const FoundPage &page);
    void fail(const Error &error);
    void setState(State state);
    void applyChanges(const ChangeSet &changes);
    void askAgain();
    void update(const std::vector<ConversationId> &asked, const std::vector<Found> &now);
    QString sentence(const Found &row) const;

    Store &m_store;
    OperatorId m_me;
    SearchQuery m_query;
    bool m_best = false;
    State m_state = State::Idle;
    QString m_failure;
    bool m_isSlow = false;
    bool m_fetching = false;
    qint64 m_reached = 0;
    quint64 m_epoch = 0; ///< answers to an earlier search are dropped
    CancelToken m_cancel;
    std::vector<Found> m_rows;
    QHash<ConversationId, int> m_rowOf;
    QSet<ConversationId> m_left;
    QSet<ConversationId> m_arrived;
    QSet<ConversationId> m_changed;
    QTimer m_slowTimer;
    QTimer m_changeTimer;
};

} // namespace patchbay
