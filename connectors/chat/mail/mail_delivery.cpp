#include "connectors/chat/mail/mail_delivery.h"

#include "connectors/chat/mail/sent_copy.h"
#include "connectors/chat/mail/smtp_connection.h"
#include "core/mail/mail.h"
#include "core/ports/chat_connector.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A message as bytes, with its envelope.
struct MailLetter {
    QString messageId = {};
    SmtpJob job = {};
};

Result<MailLetter> mailLetter(const MailSettings &settings, const QJsonObject &payload)
{
    const Result<OutboundMessage> message = outboundFromJson(payload);
    if (!message)
        return message.error();
    MailDraft draft;
    draft.messageId = message->messageId;
    draft.from = message->from;
    if (draft.from.address.isEmpty())
        draft.from = {settings.displayName, settings.address};
    draft.to = message->to;
    draft.cc = message->cc;
    draft.subject = message->subject;
    draft.text = message->text;
    draft.inReplyTo = message->inReplyTo;
    draft.references = message->references;
    draft.date = message->createdAt;
    const Result<QByteArray> text = composeMail(draft);
    if (!text)
        return text.error();

    MailLetter letter;
    letter.messageId = message->messageId;
    letter.job.from = wireAddress(settings.address); // the envelope is the account's own, whatever the header says
    letter.job.text = *text;
    for (const std::vector<Address> *list : {&message->to, &message->cc}) {
        for (const Address &recipient : *list) {
            const QString wire = wireAddress(recipient.address);
            if (!letter.job.to.contains(wire, Qt::CaseInsensitive))
                letter.job.to << wire;
        }
    }
    return letter;
}

std::unique_ptr<SmtpConnection> mailSmtp(const MailDeliveryTools &tools, const SmtpJob &job)
{
    return std::make_unique<SmtpConnection>(tools.makeStream(), tools.settings.smtp, job, tools.settings.deadline);
}

} // namespace

Async<Result<Receipt>> deliverMail(MailDeliveryTools tools, DeliveryRequest request, BeforeEffect beforeEffect)
{
    const Result<MailLetter> letter = mailLetter(tools.settings, request.payload);
    if (!letter)
        co_return letter.error();
    const QString folder = tools.settings.sentFolder;
    std::unique_ptr<SentCopy> copy;
    if (!folder.isEmpty())
        copy = std::make_unique<SentCopy>(tools.makeStream(), tools.settings.imap, folder);

    const std::unique_ptr<SmtpConnection> connection = mailSmtp(tools, letter->job);
    const QFuture<SmtpConnection::Answer> preparing = connection->begin();
    const SmtpConnection::Answer prepared = co_await finished(preparing);
    if (!prepared)
        co_return prepared.error();
    const Result<Done> allowed = co_await beforeEffect();
    if (!allowed)
        co_return allowed.error(); // the connection closes without a text
    const QFuture<SmtpConnection::Answer> sending = connection->sendText();
    const SmtpConnection::Answer sent = co_await finished(sending);
    if (!sent)
        co_return sent.error();

    Receipt receipt;
    receipt.externalId = letter->messageId;
    receipt.response = *sent;
    if (copy) {
        const Result<Done> kept = co_await copy->keep(letter->messageId, letter->job.text);
        if (!kept) // beside the health line, which the next one takes away
            receipt.response += u" The copy in %1 was not kept: %2"_s.arg(folder, kept.error().message);
        if (!kept && tools.note)
            tools.note(u"The reply was sent, but there is no copy of it in %1: %2"_s.arg(folder, kept.error().message));
    }
    co_return receipt;
}

Async<Result<QString>> testMail(MailDeliveryTools tools)
{
    const MailSettings &settings = tools.settings;
    ImapConnection imap(tools.makeStream(), settings.imap, settings.silence);
    const QFuture<ImapConnection::Answer> signingIn = imap.open();
    const ImapConnection::Answer signedIn = co_await finished(signingIn);
    if (!signedIn)
        co_return signedIn.error();
    const QFuture<ImapConnection::Answer> opening = imap.run(imapExamine(settings.folder));
    const ImapConnection::Answer folder = co_await finished(opening);
    if (!folder)
        co_return folder.error();
    imap.logout();

    SmtpJob probe;
    probe.from = wireAddress(settings.address);
    probe.probe = true;
    const std::unique_ptr<SmtpConnection> smtp = mailSmtp(tools, probe);
    const QFuture<SmtpConnection::Answer> probing = smtp->begin();
    const SmtpConnection::Answer accepted = co_await finished(probing);
    if (!accepted)
        co_return accepted.error();
    const QString count = folder->exists == 1 ? u"1 message"_s : u"%1 messages"_s.arg(folder->exists);
    co_return u"Signed in as %1; %2 has %3; SMTP accepts mail from %4."_s.arg(settings.imap.user, settings.folder,
                                                                              count, settings.address);
}

} // namespace patchbay
