#include "connectors/chat/mail/mail_delivery.h"

#include "connectors/chat/mail/sent_copy.h"
#include "connectors/chat/mail/smtp_connection.h"
#include "connectors/kit/outbound_mail.h"
#include "core/mail/mail.h"
#include "core/ports/chat_connector.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A connection whose server waits for the text, or accepted the probe; with a new token where the first was refused.
Async<Result<std::unique_ptr<SmtpConnection>>> openSmtp(MailDeliveryTools tools, SmtpJob job)
{
    auto preparing = tools.signIn->at(tools.settings.smtp);
    Result<MailServer> server = co_await std::move(preparing);
    while (server) {
        auto connection = std::make_unique<SmtpConnection>(tools.makeStream(), *server, job, tools.settings.deadline);
        const QFuture<SmtpConnection::Answer> beginning = connection->begin();
        const SmtpConnection::Answer begun = co_await finished(beginning);
        if (begun)
            co_return std::move(connection);
        auto trying = tools.signIn->again(*server, begun.error());
        server = co_await std::move(trying);
    }
    co_return server.error();
}

/// Keeps the copy beside the mail; null when none is wanted.
Async<Result<std::unique_ptr<SentCopy>>> openCopy(MailDeliveryTools tools, std::chrono::milliseconds within)
{
    if (tools.settings.sentFolder.isEmpty())
        co_return std::unique_ptr<SentCopy>();
    auto preparing = tools.signIn->at(tools.settings.imap);
    const Result<MailServer> imap = co_await std::move(preparing);
    if (!imap)
        co_return imap.error();
    co_return std::make_unique<SentCopy>(tools.makeStream(), *imap, tools.settings.sentFolder, within);
}

Async<Result<Done>> keepCopy(Result<std::unique_ptr<SentCopy>> copy, QString messageId, QByteArray text)
{
    if (!copy)
        co_return copy.error();
    if (!*copy)
        co_return Done{};
    auto keeping = (*copy)->keep(std::move(messageId), std::move(text));
    const Result<Done> kept = co_await std::move(keeping);
    co_return kept;
}

} // namespace

Async<Result<Receipt>> deliverMail(MailDeliveryTools tools, DeliveryRequest request, BeforeEffect beforeEffect)
{
    const Result<OutboundMessage> message = outboundFromJson(request.payload);
    if (!message)
        co_return message.error();
    const MailSettings &settings = tools.settings;
    auto writing = writtenMail(*message, {settings.displayName, settings.address}, tools.readFile);
    const Result<QByteArray> text = co_await std::move(writing);
    if (!text)
        co_return text.error();
    // The envelope is the account's own, whatever the header says.
    const SmtpJob job{.from = wireAddress(settings.address), .to = wireRecipients(*message), .text = *text};
    const std::chrono::milliseconds filesTime = mailTimeFor(message->files);
    tools.settings.deadline += filesTime;
    auto opening = openSmtp(tools, job);
    const Result<std::unique_ptr<SmtpConnection>> connection = co_await std::move(opening);
    if (!connection)
        co_return connection.error();
    auto copying = openCopy(tools, SentCopy::limit + filesTime); // now, so that it is ready in time, with a good token
    Result<std::unique_ptr<SentCopy>> copy = co_await std::move(copying);
    const Result<Done> allowed = co_await beforeEffect();
    if (!allowed)
        co_return allowed.error(); // the connection closes without a text
    const QFuture<SmtpConnection::Answer> sending = (*connection)->sendText();
    const SmtpConnection::Answer sent = co_await finished(sending);
    if (!sent)
        co_return sent.error();

    Receipt receipt;
    receipt.externalId = message->messageId;
    receipt.response = *sent;
    const QString folder = tools.settings.sentFolder;
    auto keeping = keepCopy(std::move(copy), message->messageId, *text);
    const Result<Done> kept = co_await std::move(keeping);
    if (!kept) // beside the health line, which the next one takes away
        receipt.response += u" The copy in %1 was not kept: %2"_s.arg(folder, kept.error().message);
    if (!kept && tools.note)
        tools.note(u"The reply was sent, but there is no copy of it in %1: %2"_s.arg(folder, kept.error().message));
    co_return receipt;
}

Async<Result<QString>> testMail(MailDeliveryTools tools)
{
    const MailSettings &settings = tools.settings;
    auto signingIn = openImap(tools.signIn, tools.makeStream, settings);
    const Result<std::unique_ptr<ImapConnection>> imap = co_await std::move(signingIn);
    if (!imap)
        co_return imap.error();
    const QFuture<ImapConnection::Answer> opening = (*imap)->run(imapExamine(settings.folder));
    const ImapConnection::Answer folder = co_await finished(opening);
    if (!folder)
        co_return folder.error();
    (*imap)->logout();

    SmtpJob probe;
    probe.from = wireAddress(settings.address);
    probe.probe = true;
    auto probing = openSmtp(tools, probe);
    const Result<std::unique_ptr<SmtpConnection>> accepted = co_await std::move(probing);
    if (!accepted)
        co_return accepted.error();
    const QString count = folder->exists == 1 ? u"1 message"_s : u"%1 messages"_s.arg(folder->exists);
    co_return u"Signed in as %1; %2 has %3; SMTP accepts mail from %4."_s.arg(settings.imap.user, settings.folder,
                                                                              count, settings.address);
}

} // namespace patchbay
