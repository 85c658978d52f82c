#pragma once

#include "connectors/chat/mail/imap_connection.h"
#include "core/async/async.h"

namespace patchbay {

/// Puts a copy of a sent mail into a folder of the account, once: it looks for our Message-ID first, because some
/// providers keep a copy by themselves. Made before the mail goes out, so that the connection is ready in time. Owned
/// by the delivery; event loop's thread.
class SentCopy {
public:
    /// The longest that keep() takes for a mail without files, whatever the server does.
    static constexpr std::chrono::seconds limit{5};

    /// `within`: the longest that keep() takes.
    SentCopy(std::unique_ptr<Stream> stream, MailServer server, QString folder, std::chrono::milliseconds within);

    /// `text` as it was sent. An error means that there is no copy, not that nothing was sent.
    Async<Result<Done>> keep(QString messageId, QByteArray text);

private:
    QString m_folder;
    std::chrono::milliseconds m_within;
    ImapConnection m_connection;
    QFuture<ImapConnection::Answer> m_signedIn;
};

} // namespace patchbay
