#pragma once

#include "core/store/store.h"
#include "ui/models/conversation_source.h"
#include "ui/models/ordered_conversations.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QTimer>

namespace patchbay {

/// A list of conversations, of a view of the rail or of any other source: all ids in order in memory, the newest at
/// once and the rest in pages behind, rows fetched in batches when they are painted. A commit moves exactly the rows it
/// touched; while the list is held (the pointer is over it) nothing shifts and arrivals are counted, and the pinned
/// (opened) conversation stays where it is until another is opened. GUI thread.
class ConversationListModel final : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole + 1 };
    enum class State { Empty, Loading, Ready, Failed };

    ConversationListModel(Store &store, OperatorId me, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    void setView(conversations::View view);
    conversations::View view() const { return m_view; }
    State state() const { return m_state; }
    /// Every page is here; until then what is shown is the newest part, and commits wait to be shown.
    bool isComplete() const { return m_complete; }
    QString failure() const { return m_failure; }

    /// What the row paints; nothing while it is being fetched.
    const conversations::Summary *summary(int row) const;
    ConversationId idAt(int row) const;
    int rowOf(ConversationId id) const { return m_order.rowOf(id); }
    /// The next conversation after `row`, wrapping once, that waits for us; none when there is none among the rows that
    /// are at hand.
    ConversationId nextAwaiting(int row) const;

    void setHeld(bool held);
    int heldCount() const;
    /// Shows what was held back.
    void releaseHeld();
    /// The conversation that stays in its place although it left the view.
    void setPinned(ConversationId id);
    bool hasLeft(ConversationId id) const { return m_left.contains(id); }
    void reload();

Q_SIGNALS:
    void heldChanged(int count);
    void stateChanged();

private:
    void loadPage(std::optional<conversations::Ordered> before);
    void takePage(const std::vector<conversations::Ordered> &page, bool first, bool last);
    void applyChanges(const ChangeSet &changes);
    void askAgain();
    void place(const QSet<ConversationId> &asked, const std::vector<conversations::Ordered> &present);
    void placeOne(ConversationId id, const conversations::Ordered *now);
    void insertRow(const conversations::Ordered &entry);
    void removeRow(int row);
    void want(ConversationId id) const;
    void fetchWanted();
    void takeRows(const std::vector<conversations::Summary> &rows);
    void markStale(const QSet<ConversationId> &ids);
    void setState(State state, const QString &failure = {});

    Store &m_store;
    OperatorId m_me;
    conversations::View m_view = conversations::View::AwaitingUs;
    ConversationSource m_source;
    State m_state = State::Empty;
    bool m_complete = false;
    QString m_failure;
    quint64 m_epoch = 0; ///< answers to questions of an earlier view are dropped
    OrderedConversations m_order;
    QHash<ConversationId, conversations::Summary> m_cache;
    mutable std::vector<ConversationId> m_wanted; ///< what was painted last is fetched first
    QSet<ConversationId> m_inFlight;
    QSet<ConversationId> m_stale;
    QSet<ConversationId> m_changed;
    QSet<ConversationId> m_heldIds;
    QSet<ConversationId> m_left;
    ConversationId m_pinned;
    bool m_held = false;
    mutable QTimer m_fetchTimer;
    QTimer m_changeTimer;
};

} // namespace patchbay
