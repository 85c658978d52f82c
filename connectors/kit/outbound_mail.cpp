#include "connectors/kit/outbound_mail.h"

#include "core/async/on_pool.h"
#include "core/mail/mail.h"

#include <limits>

namespace patchbay {

static constexpr qint64 mailFileBytes = 18'000'000;

Async<Result<QByteArray>> writtenMail(OutboundMessage message, Address own, ReadFile read)
{
    MailDraft draft;
    for (const OutboundFile &file : message.files) {
        auto reading = inHand(read, file);
        const Result<FileInHand> one = co_await std::move(reading);
        if (!one)
            co_return one.error();
        draft.files.push_back({file.name, file.mediaType, one->bytes});
    }
    draft.messageId = message.messageId;
    draft.from = message.from.address.isEmpty() ? own : message.from;
    draft.to = message.to;
    draft.cc = message.cc;
    draft.subject = message.subject;
    draft.text = message.text;
    draft.inReplyTo = message.inReplyTo;
    draft.references = message.references;
    draft.date = message.createdAt;
    if (draft.files.empty())
        co_return composeMail(draft);
    auto composing = onPool([draft]() -> Result<QByteArray> { return composeMail(draft); }); // base64 of all files
    const Result<QByteArray> mail = co_await finished(std::move(composing));
    co_return mail;
}

QStringList wireRecipients(const OutboundMessage &message)
{
    QStringList all;
    for (const std::vector<Address> *list : {&message.to, &message.cc}) {
        for (const Address &recipient : *list) {
            const QString wire = wireAddress(recipient.address);
            if (!all.contains(wire, Qt::CaseInsensitive))
                all << wire;
        }
    }
    return all;
}

std::chrono::milliseconds mailTimeFor(const std::vector<OutboundFile> &files)
{
    return timeForBytes(bytesOf(files) * 7 / 5);
}

FileAbilities mailFileAbilities()
{
    return {.most = int(mostAttachedFiles),
            .largest = mailFileBytes,
            .together = mailFileBytes,
            .longestCaption = std::numeric_limits<int>::max()};
}

} // namespace patchbay
