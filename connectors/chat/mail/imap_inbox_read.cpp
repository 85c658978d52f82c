// How an inbox reads messages: numbers first, then sizes, then texts in bounded portions.
#include "connectors/chat/mail/imap_inbox.h"

#include "core/base/fault.h"
#include "core/base/log.h"

#include <algorithm>
#include <limits>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 inboxPortionBytes = 4 * 1024 * 1024;
constexpr qint64 inboxLongestText = ImapLimits().literal;
constexpr int inboxTriesPerMessage = 3;
constexpr std::chrono::hours inboxClockSlack{1};

/// The message with this UID that tells what is wanted, when there are several.
const ImapMessage *inboxFind(const std::vector<ImapMessage> &messages, quint32 uid, bool withText)
{
    const auto found = std::find_if(messages.begin(), messages.end(), [uid, withText](const ImapMessage &message) {
        return message.uid == uid && (withText ? message.hasText : message.size >= 0);
    });
    return found == messages.end() ? nullptr : &*found;
}

} // namespace

Async<Result<Done>> ImapInbox::catchUp()
{
    if (m_cursor->lastUid < m_cursor->windowEnd) {
        Result<Done> window = co_await readWindow(m_cursor->windowEnd, true);
        if (!window)
            co_return window;
        const std::vector<RawItem> nothing;
        window = co_await hand(nothing, m_cursor->windowEnd);
        if (!window)
            co_return window;
    }
    co_return co_await readWindow(0, false);
}

/// Reads up to `last` (0: to the end, until nothing more comes).
Async<Result<Done>> ImapInbox::readWindow(quint32 last, bool onlyRecent)
{
    for (;;) {
        if (m_cursor->lastUid >= (last == 0 ? std::numeric_limits<quint32>::max() : last))
            co_return Done{};
        const QDate since = onlyRecent ? windowStart() : QDate();
        const QFuture<Answer> foundLater = m_connection->run(imapSearch(m_cursor->lastUid + 1, last, since));
        const Answer found = co_await finished(foundLater);
        if (!found)
            co_return found.error();
        std::vector<quint32> uids = found->found;
        // "n:*" always names the last message, even when its number is below n.
        std::erase_if(uids,
                      [this, last](quint32 uid) { return uid <= m_cursor->lastUid || (last != 0 && uid > last); });
        if (uids.empty())
            co_return Done{};
        report(Health::CatchingUp,
               u"Reading %1 from %2."_s.arg(uids.size() == 1 ? u"1 message"_s : u"%1 messages"_s.arg(uids.size()),
                                            m_settings.imap.host));
        while (!uids.empty()) {
            const std::vector<quint32> next(uids.begin(), uids.begin() + std::min(uids.size(), mostMessages));
            const Result<Done> read = co_await readNext(next);
            if (!read)
                co_return read;
            std::erase_if(uids, [this](quint32 uid) { return uid <= m_cursor->lastUid; });
        }
    }
}

/// Reads a first portion of these, or all; the cursor tells how far it came.
Async<Result<Done>> ImapInbox::readNext(std::vector<quint32> uids)
{
    const QFuture<Answer> answerLater = m_connection->run(imapFetchSizes(uids));
    const Answer answer = co_await finished(answerLater);
    if (!answer)
        co_return answer.error();
    std::vector<ImapMessage> sizes;
    for (const quint32 uid : uids) {
        if (const ImapMessage *message = inboxFind(answer->messages, uid, false))
            sizes.push_back(*message);
    }
    if (sizes.empty()) { // deleted in between
        m_cursor->lastUid = uids.back();
        co_return Done{};
    }
    if (sizes.front().size > inboxLongestText)
        co_return co_await readOversize(sizes.front());
    const std::vector<ImapMessage> portion = nextPortion(sizes);
    const quint32 lastUid = portion.size() == sizes.size() ? uids.back() : portion.back().uid;
    co_return co_await readTexts(portion, lastUid);
}

std::vector<ImapMessage> ImapInbox::nextPortion(const std::vector<ImapMessage> &sizes) const
{
    std::vector<ImapMessage> portion;
    const qint64 mostBytes = inboxPortionBytes * qint64(m_portion) / qint64(mostMessages);
    qint64 bytes = 0;
    for (const ImapMessage &message : sizes) {
        const bool alone = message.uid <= m_cautiousUntil || message.size > inboxLongestText;
        if (!portion.empty() && (alone || bytes + message.size > mostBytes))
            break;
        portion.push_back(message);
        bytes += message.size;
        if (alone || portion.size() >= m_portion)
            break;
    }
    return portion;
}

Async<Result<Done>> ImapInbox::readTexts(std::vector<ImapMessage> sizes, quint32 lastUid)
{
    std::vector<quint32> uids;
    for (const ImapMessage &message : sizes)
        uids.push_back(message.uid);
    const QFuture<Answer> textsLater = m_connection->run(imapFetchTexts(uids));
    const Answer texts = co_await finished(textsLater);
    m_portion = texts ? std::min(m_portion * 2, mostMessages) : std::max<size_t>(m_portion / 4, 1);
    if (!texts)
        co_return co_await textsRefused(sizes.front(), sizes.back().uid, texts.error());
    std::vector<RawItem> items;
    for (const ImapMessage &size : sizes) {
        if (const ImapMessage *message = inboxFind(texts->messages, size.uid, true)) {
            items.push_back(itemOf(*message));
            continue;
        }
        // Deleted just now, or withheld? Only a message that is gone may be passed by.
        const std::vector<quint32> one{size.uid};
        const QFuture<Answer> againLater = m_connection->run(imapFetchSizes(one));
        const Answer again = co_await finished(againLater);
        if (!again)
            co_return again.error();
        if (inboxFind(again->messages, size.uid, false) != nullptr) {
            const Error withheld = makeError(Error::Kind::Refused,
                                             u"%1 gave no text for message %2 of %3."_s.arg(m_settings.imap.host)
                                                 .arg(size.uid)
                                                 .arg(m_settings.folder));
            co_return co_await textsRefused(size, sizes.back().uid, withheld);
        }
    }
    co_return co_await hand(std::move(items), lastUid);
}

Async<Result<Done>> ImapInbox::readOversize(ImapMessage size)
{
    const QFuture<Answer> headerLater = m_connection->run(imapFetchHeader(size.uid));
    const Answer header = co_await finished(headerLater);
    if (!header)
        co_return co_await textsRefused(size, size.uid, header.error());
    RawItem item;
    item.sourceKey = noteOversize(m_cursor->sourceKey(size.uid), size.size);
    item.historical = isHistorical(size.uid, size.internalDate);
    if (const ImapMessage *message = inboxFind(header->messages, size.uid, true))
        item.raw = message->text;
    std::vector<RawItem> items;
    items.push_back(std::move(item));
    co_return co_await hand(std::move(items), size.uid);
}

/// One message that cannot be had must not hold up all others: after three tries its place is taken by the server's
/// words, which end up in the quarantine, where a person sees them.
Async<Result<Done>> ImapInbox::textsRefused(ImapMessage first, quint32 lastUid, Error error)
{
    const bool aboutMessage = error.kind == Error::Kind::Refused || error.kind == Error::Kind::Protocol
        || error.kind == Error::Kind::NotFound;
    if (!aboutMessage)
        co_return error;
    const bool wasAlone = first.uid == lastUid || first.uid <= m_cautiousUntil;
    m_cautiousUntil = std::max(m_cautiousUntil, lastUid);
    if (wasAlone && ++m_trouble[first.uid] >= inboxTriesPerMessage) {
        logWarning("mail", u"%1: %2"_s.arg(m_settings.address, error.message));
        std::vector<RawItem> items(1);
        items.front().sourceKey = noteUnreadable(m_cursor->sourceKey(first.uid));
        items.front().raw = error.message.toUtf8();
        items.front().historical = isHistorical(first.uid, first.internalDate);
        const Result<Done> handed = co_await hand(std::move(items), first.uid);
        if (!handed)
            co_return handed;
    }
    if (m_connection->isAlive())
        co_return Done{}; // on with the next, or once more, one by one
    error.kind = Error::Kind::Remote;
    co_return error;
}

RawItem ImapInbox::itemOf(const ImapMessage &message) const
{
    RawItem item;
    item.sourceKey = m_cursor->sourceKey(message.uid);
    if (message.textSize > message.text.size())
        item.sourceKey = noteOversize(item.sourceKey, message.textSize);
    item.raw = message.text;
    item.historical = isHistorical(message.uid, message.internalDate);
    return item;
}

bool ImapInbox::isHistorical(quint32 uid, Timestamp internalDate) const
{
    if (!internalDate || !m_settings.addedAt)
        return false;
    // INTERNALDATE has whole seconds. What came after the first look is new even when the server's clock is late; only
    // old mail that somebody moved into the folder is not.
    const Timestamp added{m_settings.addedAt.us / 1'000'000 * 1'000'000};
    return internalDate < (uid <= m_cursor->windowEnd ? added : added - inboxClockSlack);
}

/// Hands a batch over and moves the cursor when it is stored.
Async<Result<Done>> ImapInbox::hand(std::vector<RawItem> items, quint32 lastUid)
{
    InboxCursor moved = *m_cursor;
    moved.lastUid = std::max(moved.lastUid, lastUid);
    Batch batch;
    batch.items = std::move(items);
    batch.cursor = moved.toBytes();
    if (batch.items.empty() && batch.cursor == m_storedCursor)
        co_return Done{};
    const bool progress = !batch.items.empty();
    const QByteArray cursor = batch.cursor;
    faultPoint("intake.after_read");
    const QFuture<Result<Done>> storing = m_sink(std::move(batch));
    const Result<Done> stored = co_await finished(storing);
    if (!stored) {
        const Error &cause = stored.error();
        co_return makeError(Error::Kind::Storage,
                            u"New mail cannot be stored, so it stays unread here: %1"_s.arg(cause.message));
    }
    m_cursor = moved;
    m_storedCursor = cursor;
    if (progress)
        m_backoff.reset();
    faultPoint("intake.after_ack");
    co_return Done{};
}

} // namespace patchbay
