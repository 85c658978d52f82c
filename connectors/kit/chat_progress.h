#pragma once

#include "connectors/kit/backoff.h"
#include "core/ports/chat_connector.h"

#include <functional>

namespace patchbay {

/// One way in which a channel's platform brings what is new. Owned by ChatSession, event loop's thread; destroying it
/// ends its work.
class ChatInbox {
public:
    virtual ~ChatInbox() = default;
    /// Reads on and on, and comes back by itself after a loss.
    virtual void start(const QByteArray &cursor, IntakeSink sink) = 0;
    /// Something is new: an inbox that is asked is asked now.
    virtual void wake() { }
    /// Reads what is there now; no second try.
    virtual void fetchOnce(const QByteArray &cursor, IntakeSink sink) = 0;
};

/// What an inbox tells its session. May be given from within its own work: the receiver must not end it there.
struct ChatNotes {
    std::function<void(Health, QString)> health = {};
    std::function<void()> caughtUp = {};
    /// Items are stored, and this waits for us over there (ChatSpec::acknowledge).
    std::function<void(std::vector<QJsonObject> waiting)> waits = {};
};

/// How far an inbox is read and stored, and since when it may lack something. The stored cursor is
/// "<ms since 1970 of the last look>;<the platform's own>". A value.
class ChatProgress {
public:
    /// `keeps`: what nobody fetched is forgotten after this time; 0: never.
    ChatProgress(QString title, std::chrono::hours keeps);

    /// Goes on from what is stored; one that cannot be read begins anew.
    void begin(const QByteArray &stored);
    /// The platform's own cursor; empty: the first time.
    const QByteArray &cursor() const { return m_cursor; }
    /// None: never.
    Timestamp lookedAt() const { return m_lookedAt; }

    /// The other side answered: all that it has kept can be read from here.
    void looked(Timestamp now);
    /// What came since the last look does not come again.
    void missed(Timestamp now);
    /// A sentence with the times between which messages may be missing; empty: nothing is known to be.
    const QString &gap() const { return m_gap; }

    /// Whether the time of the last look has to be stored although nothing came.
    bool isDue() const;
    /// What the sink is given; an empty cursor stays as it is.
    Batch batch(std::vector<RawItem> items, const QByteArray &cursor) const;
    /// The batch with this cursor is stored.
    void stored(const QByteArray &cursor);

private:
    void noteGap(Timestamp until, const QString &why);

    QString m_title;
    std::chrono::hours m_keeps;
    QByteArray m_cursor;
    Timestamp m_lookedAt = {};
    Timestamp m_storedAt = {};
    QString m_gap;
};

/// How long to wait after an error: a short wait that grows, or a long one where a person is needed, because many tries
/// lock accounts. A value.
class ChatPatience {
public:
    ChatPatience(std::chrono::milliseconds first, std::function<double()> random);
    std::chrono::milliseconds after(const Error &error);
    /// Before the platform is connected to again because it asked for that: it asks many at the same moment.
    std::chrono::milliseconds spread() const;
    /// The other side answered.
    void reset();

private:
    std::chrono::milliseconds m_first;
    std::function<double()> m_random;
    Backoff m_short;
    Backoff m_long;
};

/// Failed where a person is needed or the workspace cannot take it, else Offline.
Health healthAfter(const Error &error);
/// "... Trying again in 5 s."
QString againSentence(const Error &error, std::chrono::milliseconds wait);

} // namespace patchbay
