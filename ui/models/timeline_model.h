#pragma once

#include "core/model/delivery.h"
#include "core/store/message_event_table.h"
#include "core/store/message_table.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// The message that another one quotes.
struct TimelineQuote {
    MessageId message = {};
    QString author = {};
    QString text = {}; ///< its beginning, in one line

    bool operator==(const TimelineQuote &) const = default;
};

/// One row of a thread: a message with how it fares, or neighbouring events folded into one.
struct TimelineItem {
    std::vector<Message> messages = {}; ///< one; several only for events
    std::optional<Delivery> delivery = {};
    std::optional<Delivery> change = {}; ///< of its words, which is not over there yet, or was refused
    QString operatorName = {}; ///< who wrote it here
    MessageStory story = {}; ///< what was told of it since
    std::optional<TimelineQuote> quote = {};
    bool isEvents() const { return messages.front().direction == Direction::Event; }
};

/// Whether both read the same; how they fare may differ.
bool readsTheSame(const TimelineItem &a, const TimelineItem &b);

/// A window over one conversation's messages, oldest first, that grows at either end and stays bounded. Follows commits
/// while its end is the conversation's end. GUI thread.
class TimelineModel final : public RowsModel<TimelineItem> {
    Q_OBJECT

public:
    enum Role { MessageIdRole = Qt::UserRole + 1 };

    explicit TimelineModel(Store &store, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex &index, int role) const override;

    /// Shows the newest messages of this conversation; none: an empty thread.
    void open(ConversationId conversation);
    /// Shows the messages around this one; the newest when it is not in the conversation any more.
    void openAt(ConversationId conversation, MessageId message);
    /// What openAt() asked for; none after open().
    MessageId target() const { return m_target; }
    ConversationId conversation() const { return m_conversation; }
    bool isLoading() const { return m_loading; }
    bool hasOlder() const { return m_moreBefore; }
    bool hasNewer() const { return m_moreAfter; }
    void loadOlder();
    void loadNewer();

    /// What one read brings.
    struct Page {
        std::vector<Message> messages = {};
        std::vector<Delivery> deliveries = {};
        QHash<MessageId, MessageStory> stories = {}; ///< of each message of this page
        QHash<QString, Message> quoted = {}; ///< by their external ids
        QHash<OperatorId, QString> operators = {};
        bool full = false; ///< as many as were asked for: there may be more
        bool moreAfter = false; ///< around a message: there may be more behind, too
    };

Q_SIGNALS:
    void opened();
    /// A customer's message came in below what was on screen.
    void inboundArrived();
    void failed(const QString &sentence);

protected:
    qint64 key(const TimelineItem &row) const override { return row.messages.front().id.value; }
    bool same(const TimelineItem &a, const TimelineItem &b) const override;

private:
    enum class Kind { Newest, Around, Older, Newer, Refresh };
    void load(Kind kind);
    static Page around(Database &db, ConversationId conversation, MessageId message);
    static void readStories(Database &db, Page &page);
    std::optional<TimelineQuote> quoteOf(const Message &message) const;
    void take(Kind kind, Page page);
    void trim(Kind kind);
    void rebuild();
    void applyChanges(const ChangeSet &changes);

    Store &m_store;
    ConversationId m_conversation;
    MessageId m_target;
    quint64 m_epoch = 0;
    bool m_loading = false;
    bool m_refreshAgain = false;
    bool m_moreBefore = false;
    bool m_moreAfter = false;
    std::vector<Message> m_messages;
    std::vector<Delivery> m_deliveries;
    QHash<MessageId, MessageStory> m_stories;
    QHash<QString, Message> m_quoted;
    QHash<OperatorId, QString> m_operators;
    QTimer m_changeTimer;
};

} // namespace patchbay
