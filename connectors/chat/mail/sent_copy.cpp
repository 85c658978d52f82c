#include "connectors/chat/mail/sent_copy.h"

namespace patchbay {

SentCopy::SentCopy(std::unique_ptr<Stream> stream, MailServer server, QString folder, std::chrono::milliseconds within)
    : m_folder(std::move(folder))
    , m_within(within)
    , m_connection(std::move(stream), std::move(server), within)
    , m_signedIn(m_connection.open())
{
}

Async<Result<Done>> SentCopy::keep(QString messageId, QByteArray text)
{
    using Answer = ImapConnection::Answer;
    m_connection.endWithin(m_within);
    const Answer signedIn = co_await finished(m_signedIn);
    if (!signedIn)
        co_return signedIn.error();
    const QFuture<Answer> opening = m_connection.run(imapExamine(m_folder));
    const Answer opened = co_await finished(opening);
    if (!opened)
        co_return opened.error();
    const QFuture<Answer> searching = m_connection.run(imapSearchMessageId(messageId.toUtf8()));
    const Answer found = co_await finished(searching);
    if (!found)
        co_return found.error();
    if (found->found.empty()) {
        const QFuture<Answer> appending = m_connection.run(imapAppend(m_folder, text));
        const Answer appended = co_await finished(appending);
        if (!appended)
            co_return appended.error();
    }
    m_connection.logout();
    co_return Done{};
}

} // namespace patchbay
