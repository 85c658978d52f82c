#pragma once

#include "connectors/chat/mail/imap_connection.h"
#include "connectors/chat/mail/inbox_cursor.h"
#include "connectors/chat/mail/mail_sign_in.h"
#include "connectors/kit/backoff.h"
#include "core/async/async.h"
#include "core/ports/chat_connector.h"

#include <QtCore/QHash>

#include <functional>
#include <memory>

namespace patchbay {

/// What an inbox tells its connector.
struct InboxNotes {
    std::function<void(Health, QString)> health = {};
    std::function<void()> caughtUp = {};
};

/// Reads one IMAP folder, without ever changing it, into an IntakeSink: what is there from the cursor on, then what
/// comes. The cursor moves only when the sink has stored the batch. Comes back by itself after a loss. Owned by
/// MailConnector; event loop's thread. The notes may be given from within its own work: their receivers must not end it
/// there.
class ImapInbox {
public:
    using MakeStream = std::function<std::unique_ptr<Stream>()>;

    ImapInbox(MailSettings settings, std::shared_ptr<MailSignIn> signIn, MakeStream makeStream,
              std::function<double()> random, InboxNotes notes);

    /// Reads on and on. `cursor` may be empty.
    void start(const QByteArray &cursor, IntakeSink sink);
    /// Reads what is there now; no second try.
    void fetchOnce(const QByteArray &cursor, IntakeSink sink);

private:
    using Answer = ImapConnection::Answer;

    /// What happened to a message that cannot be read.
    struct Trouble {
        int tries = 0;
        int spoken = 0; ///< tries that the server ended in words
        QString words = {}; ///< the last ones
    };

    Async<Result<Done>> readForEver();
    Async<Result<Done>> readOnce();
    Async<Result<Done>> openFolder();
    Async<Result<Done>> placeCursor(ImapReply folder);
    Async<Result<Done>> catchUp();
    Async<Result<Done>> readWindow(quint32 last, bool onlyRecent);
    Async<Result<Done>> readNext(std::vector<quint32> uids);
    Async<Result<Done>> readTexts(std::vector<ImapMessage> sizes, quint32 lastUid);
    Async<Result<Done>> readOversize(ImapMessage size);
    Async<Result<Done>> areGone(std::vector<quint32> uids);
    Async<Result<bool>> passUnreadable(std::vector<quint32> uids);
    Result<Done> refused(quint32 first, quint32 last, Error error);
    void noteTrouble(quint32 uid, const Error &error);
    Async<Result<Done>> hand(std::vector<RawItem> items, quint32 lastUid);
    Async<Result<Done>> awaitNews();

    void takeCursor(const QByteArray &cursor, IntakeSink sink);
    std::vector<ImapMessage> nextPortion(const std::vector<ImapMessage> &sizes) const;
    RawItem itemOf(const ImapMessage &message) const;
    bool isHistorical(quint32 uid, Timestamp internalDate) const;
    std::chrono::milliseconds waitAfter(const Error &error, std::chrono::milliseconds lived);
    void report(Health health, const QString &sentence);
    QDate windowStart() const;

    MailSettings m_settings;
    std::shared_ptr<MailSignIn> m_signIn;
    MakeStream m_makeStream;
    InboxNotes m_notes;
    Backoff m_backoff;
    Backoff m_slowBackoff; ///< after a refused sign-in: many tries lock accounts
    IntakeSink m_sink;
    std::optional<InboxCursor> m_cursor;
    QByteArray m_storedCursor;
    QHash<quint32, Trouble> m_trouble; ///< by UID
    static constexpr size_t mostMessages = 50;
    size_t m_portion =
        mostMessages; ///< messages fetched at once: fewer while the connection breaks, so that it gets on
    quint32 m_cautiousUntil = 0; ///< up to this UID one message at a time
    bool m_idleWorks = true;
    bool m_down = false; ///< since a failure, until signed in again
    std::unique_ptr<ImapConnection> m_connection;
    AsyncScope m_scope; // last: its coroutines use all of the above
};

} // namespace patchbay
