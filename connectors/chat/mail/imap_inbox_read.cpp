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
constexpr int inboxSpokenTries = 3; ///< refusals in words, when the server reads others meanwhile
constexpr int inboxMostTries = 10; ///< of any kind
constexpr std::chrono::hours inboxClockSlack{1};

/// The server said in words that it will not, as against a line that broke.
bool inboxIsSpoken(const Error &error)
{
    return error.kind != Error::Kind::Offline && error.kind != Error::Kind::Timeout;
}

/// What the server told about this UID: the line with the text, or the one with the size; any line means that the
/// message is there, even if it tells neither.
const ImapMessage *inboxFind(const std::vector<ImapMessage> &messages, quint32 uid, bool withText)
{
    const ImapMessage *found = nullptr;
    for (const ImapMessage &message : messages) {
        if (message.uid != uid)
            continue;
        if (withText ? message.hasText : message.size >= 0)
            return &message;
        found = withText ? nullptr : &message;
    }
    return found;
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
    if (m_trouble.contains(uids.front())) {
        const Result<bool> passed = co_await passUnreadable(uids);
        if (!passed)
            co_return passed.error();
        if (*passed)
            co_return Done{};
    }
    if (uids.front() <= m_cautiousUntil)
        uids.resize(1);
    const QFuture<Answer> answerLater = m_connection->run(imapFetchSizes(uids));
    const Answer answer = co_await finished(answerLater);
    if (!answer)
        co_return refused(uids.front(), uids.back(), answer.error());
    std::vector<ImapMessage> sizes;
    std::vector<quint32> silent;
    for (const quint32 uid : uids) {
        if (const ImapMessage *message = inboxFind(answer->messages, uid, false)) {
            sizes.push_back(*message);
            sizes.back().size = std::max<qint64>(message->size, 0);
        } else {
            silent.push_back(uid);
        }
    }
    if (!silent.empty()) {
        const Result<Done> gone = co_await areGone(silent);
        if (!gone)
            co_return gone;
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

/// Only messages that are gone may be passed by: an error when the server still finds one that it said nothing about.
Async<Result<Done>> ImapInbox::areGone(std::vector<quint32> uids)
{
    const QFuture<Answer> searching = m_connection->run(imapSearch(uids.front(), uids.back()));
    const Answer there = co_await finished(searching);
    if (!there)
        co_return there.error();
    for (const quint32 uid : uids) {
        if (!std::binary_search(there->found.begin(), there->found.end(), uid))
            continue;
        m_cautiousUntil = std::max(m_cautiousUntil, uids.back());
        Error withheld = makeError(Error::Kind::Remote,
                                   u"%1 finds message %2 of %3, but tells nothing about it."_s.arg(m_settings.imap.host)
                                       .arg(uid)
                                       .arg(m_settings.folder));
        noteTrouble(uid, withheld);
        co_return withheld; // a new connection sees what is there now
    }
    co_return Done{};
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
        co_return refused(sizes.front().uid, sizes.back().uid, texts.error());
    std::vector<RawItem> items;
    for (const ImapMessage &size : sizes) {
        if (const ImapMessage *message = inboxFind(texts->messages, size.uid, true)) {
            items.push_back(itemOf(*message));
            continue;
        }
        const std::vector<quint32> one{size.uid}; // deleted just now, or withheld?
        const Result<Done> gone = co_await areGone(one);
        if (!gone)
            co_return gone;
    }
    co_return co_await hand(std::move(items), lastUid);
}

Async<Result<Done>> ImapInbox::readOversize(ImapMessage size)
{
    const QFuture<Answer> headerLater = m_connection->run(imapFetchHeader(size.uid));
    const Answer header = co_await finished(headerLater);
    if (!header)
        co_return refused(size.uid, size.uid, header.error());
    RawItem item;
    item.sourceKey = noteOversize(m_cursor->sourceKey(size.uid), size.size);
    item.historical = isHistorical(size.uid, size.internalDate);
    if (const ImapMessage *message = inboxFind(header->messages, size.uid, true))
        item.raw = message->text;
    std::vector<RawItem> items;
    items.push_back(std::move(item));
    co_return co_await hand(std::move(items), size.uid);
}

/// Reading `first` to `last` failed. One by one it turns out which message it is; that one is counted. An error when
/// the connection is lost, which is never one that waits for a person: the server did sign us in and open the folder.
Result<Done> ImapInbox::refused(quint32 first, quint32 last, Error error)
{
    if (first == last)
        noteTrouble(first, error);
    if (inboxIsSpoken(error) || first == last)
        m_cautiousUntil = std::max(m_cautiousUntil, last);
    if (m_connection->isAlive() && error.kind != Error::Kind::Remote)
        return Done{}; // on with the next, or once more, one by one
    if (inboxIsSpoken(error))
        error.kind = Error::Kind::Remote;
    return error;
}

void ImapInbox::noteTrouble(quint32 uid, const Error &error)
{
    Trouble &trouble = m_trouble[uid];
    ++trouble.tries;
    trouble.spoken += inboxIsSpoken(error) ? 1 : 0;
    trouble.words = error.message;
}

/// One message that cannot be had must not hold up all others: its place is taken by the server's words, which end up
/// in the quarantine, where a person sees them. But a server that can read nothing just now (its disk is away) must not
/// have all mail given up: so another message has to be readable, or very many tries have failed. True when it is
/// passed.
Async<Result<bool>> ImapInbox::passUnreadable(std::vector<quint32> uids)
{
    const quint32 uid = uids.front();
    const Trouble trouble = m_trouble.value(uid);
    bool giveUp = trouble.tries >= inboxMostTries;
    if (!giveUp && trouble.spoken >= inboxSpokenTries && uids.size() > 1) {
        const quint32 other = uids[1 + size_t(trouble.tries) % (uids.size() - 1)]; // each time another one
        const QFuture<Answer> headerLater = m_connection->run(imapFetchHeader(other));
        const Answer header = co_await finished(headerLater);
        if (!header) {
            ++m_trouble[uid].tries;
            Error error = header.error();
            error.kind = Error::Kind::Remote;
            co_return error;
        }
        giveUp = inboxFind(header->messages, other, true) != nullptr;
    }
    if (!giveUp)
        co_return false;
    logWarning("mail", u"%1: %2"_s.arg(m_settings.address, trouble.words));
    std::vector<RawItem> items(1);
    items.front().sourceKey = noteUnreadable(m_cursor->sourceKey(uid));
    items.front().raw =
        u"Message %1 of %2 could not be read in %3 tries. %4 Open it in a mail program, or ask who runs the server."_s
            .arg(uid)
            .arg(m_settings.folder)
            .arg(trouble.tries)
            .arg(trouble.words)
            .toUtf8();
    const Result<Done> handed = co_await hand(std::move(items), uid);
    if (!handed)
        co_return handed.error();
    m_trouble.remove(uid);
    co_return true;
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
    const bool progress = !batch.items.empty() && !readItemNote(batch.items.front().sourceKey).unreadable;
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
    if (progress) {
        m_backoff.reset();
        m_trouble.clear(); // it is about the message that was next
    }
    faultPoint("intake.after_ack");
    co_return Done{};
}

} // namespace patchbay
