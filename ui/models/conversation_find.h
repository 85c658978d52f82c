#pragma once

#include "core/base/cancel.h"
#include "core/store/message_table.h"
#include "core/store/store.h"

#include <QtCore/QTimer>

#include <deque>

namespace patchbay {

/// A place in a conversation where the text stands that is looked for.
struct FindHit {
    MessageId message = {};
    Timestamp sortAt = {};
    bool folded = false; ///< in quoted text or a signature
    int nth = 0; ///< among the places of the message
    int nthUnfolded = 0; ///< among those that stand outside quotes and signatures

    bool operator==(const FindHit &) const = default;
};

/// Looks for a text in all messages and notes of one conversation, as a browser does in a page: anywhere in words, with
/// case and accents folded as the search folds them. Reads the conversation in pages off the GUI thread, the newest
/// first, counts at most 999 places, and follows what comes in. GUI thread.
class ConversationFind final : public QObject {
    Q_OBJECT

public:
    explicit ConversationFind(Store &store, QObject *parent = nullptr);

    /// `reading` is where one reads: the first place at or after it becomes the current one.
    void start(ConversationId conversation, const QString &text, Timestamp reading);
    void stop();
    /// What is looked for, folded; empty: nothing.
    const QString &folded() const { return m_folded; }
    bool isLoading() const { return m_loading; }
    int count() const { return int(m_hits.size()); }
    /// There are more than are counted.
    bool isCapped() const { return m_capped; }
    /// Null when there is none.
    const FindHit *current() const;
    /// From 1, in the order of reading; 0 without a current one.
    int number() const;
    /// To the next place below, or above; round at the ends.
    void move(int steps);

    /// Places in one message, in the order of reading.
    static std::vector<FindHit> hitsIn(const Message &message, const QString &folded, int limit);

Q_SIGNALS:
    void changed();
    /// Another place is the current one.
    void currentChanged();
    void failed(const QString &sentence);

private:
    struct Page {
        std::vector<FindHit> hits = {}; ///< newest first
        messages::Position newest = {};
        messages::Position oldest = {};
        bool full = false;
        qint64 messages = 0; ///< read
        qint64 inAll = 0; ///< of the conversation, when what is new was read
    };
    void begin();
    void again();
    void readOlder();
    void readNewer();
    static Page pageOf(const std::vector<Message> &messages, const QString &folded, int page, CancelToken cancel);
    void takeOlder(const Page &page);
    void takeNewer(const Page &page);
    void chooseFirst(bool complete);
    void applyChanges(const ChangeSet &changes);

    Store &m_store;
    CancelToken m_cancel;
    ConversationId m_conversation;
    QString m_folded;
    Timestamp m_reading;
    std::deque<FindHit> m_hits; ///< newest first
    int m_current = -1;
    std::optional<FindHit> m_kept; ///< the current one, while all is read again
    bool m_readsNewer = false;
    std::optional<messages::Position> m_oldest;
    std::optional<messages::Position> m_newest;
    qint64 m_messages = 0; ///< read so far
    bool m_loading = false;
    bool m_capped = false;
    QTimer m_changeTimer;
};

} // namespace patchbay
