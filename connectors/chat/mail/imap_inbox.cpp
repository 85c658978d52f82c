#include "connectors/chat/mail/imap_inbox.h"

#include "core/base/log.h"

#include <QtCore/QElapsedTimer>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int inboxLongestWait = 300; // times the first one: 5 minutes
constexpr std::chrono::minutes inboxStable{2}; // a connection that lived so long was a good one

QString inboxSeconds(std::chrono::milliseconds wait)
{
    const qint64 seconds = (wait.count() + 999) / 1000;
    return seconds < 120 ? u"%1 s"_s.arg(seconds) : u"%1 min"_s.arg((seconds + 30) / 60);
}

bool inboxNeedsPerson(Error::Kind kind)
{
    return kind == Error::Kind::Unauthorized || kind == Error::Kind::Refused || kind == Error::Kind::NotFound;
}

} // namespace

ImapInbox::ImapInbox(MailSettings settings, std::shared_ptr<MailSignIn> signIn, MakeStream makeStream,
                     std::function<double()> random, InboxNotes notes)
    : m_settings(std::move(settings))
    , m_signIn(std::move(signIn))
    , m_makeStream(std::move(makeStream))
    , m_notes(std::move(notes))
    , m_backoff(m_settings.retry, m_settings.retry * inboxLongestWait, random)
    , m_slowBackoff(m_settings.retry * inboxLongestWait, m_settings.retry * inboxLongestWait * 12, random)
{
}

void ImapInbox::start(const QByteArray &cursor, IntakeSink sink)
{
    takeCursor(cursor, std::move(sink));
    m_scope.run(readForEver());
}

void ImapInbox::fetchOnce(const QByteArray &cursor, IntakeSink sink)
{
    takeCursor(cursor, std::move(sink));
    m_scope.run(readOnce());
}

void ImapInbox::takeCursor(const QByteArray &cursor, IntakeSink sink)
{
    m_sink = std::move(sink);
    m_storedCursor = cursor;
    m_cursor.reset();
    if (cursor.isEmpty())
        return;
    const Result<InboxCursor> read = InboxCursor::fromBytes(cursor);
    if (read)
        m_cursor = *read;
    else // the window is read again; what is stored already is recognised
        logWarning("mail",
                   u"%1: %2 Reading the last %3 days again."_s.arg(m_settings.address, read.error().message)
                       .arg(m_settings.daysBack));
}

Async<Result<Done>> ImapInbox::readForEver()
{
    for (;;) {
        QElapsedTimer lived;
        lived.start();
        Result<Done> result = co_await openFolder();
        while (result) {
            result = co_await catchUp();
            if (!result)
                break;
            report(Health::Ok,
                   u"Connected to %1; %2 is read to its end."_s.arg(m_settings.imap.host, m_settings.folder));
            m_notes.caughtUp();
            result = co_await awaitNews();
        }
        m_connection.reset();
        m_down = true;
        const std::chrono::milliseconds wait = waitAfter(result.error(), std::chrono::milliseconds(lived.elapsed()));
        const bool failed = inboxNeedsPerson(result.error().kind) || result.error().kind == Error::Kind::Storage;
        report(failed ? Health::Failed : Health::Offline,
               u"%1 Trying again in %2."_s.arg(result.error().message, inboxSeconds(wait)));
        co_await sleepFor(wait);
    }
}

Async<Result<Done>> ImapInbox::readOnce()
{
    Result<Done> result = co_await openFolder();
    if (result)
        result = co_await catchUp();
    if (!result) {
        m_connection.reset();
        report(Health::Failed, result.error().message);
        co_return result;
    }
    m_connection->logout();
    report(Health::Ok, u"%1 at %2 is read to its end."_s.arg(m_settings.folder, m_settings.imap.host));
    m_notes.caughtUp();
    co_return result;
}

std::chrono::milliseconds ImapInbox::waitAfter(const Error &error, std::chrono::milliseconds lived)
{
    if (inboxNeedsPerson(error.kind))
        return m_slowBackoff.next();
    m_slowBackoff.reset();
    if (lived > inboxStable)
        m_backoff.reset();
    return std::max(m_backoff.next(), error.retryAfter);
}

Async<Result<Done>> ImapInbox::openFolder()
{
    if (!m_down) // a failure stays on the screen until it is over
        report(Health::CatchingUp, u"Connecting to %1."_s.arg(m_settings.imap.host));
    auto opening = openImap(m_signIn, m_makeStream, m_settings);
    Result<std::unique_ptr<ImapConnection>> opened = co_await std::move(opening);
    if (!opened)
        co_return opened.error();
    m_connection = std::move(*opened);
    m_slowBackoff.reset();
    m_down = false;
    m_idleWorks = m_connection->canIdle();
    const QFuture<Answer> examined = m_connection->run(imapExamine(m_settings.folder));
    const Answer folder = co_await finished(examined);
    if (!folder)
        co_return folder.error();
    co_return co_await placeCursor(*folder);
}

Async<Result<Done>> ImapInbox::placeCursor(ImapReply folder)
{
    if (folder.uidValidity == 0)
        co_return makeError(Error::Kind::Protocol,
                            u"%1 does not tell the UIDVALIDITY of %2."_s.arg(m_settings.imap.host, m_settings.folder));
    const bool sameFolder = m_cursor && m_cursor->folder == m_settings.folder;
    const bool sameNumbers = sameFolder && m_cursor->uidValidity == folder.uidValidity;
    // The next number was given already: the folder comes from a backup, and new mail gets numbers that are read.
    const bool wentBack = sameNumbers && folder.uidNext > 0 && folder.uidNext <= m_cursor->lastUid;
    if (sameNumbers && !wentBack)
        co_return Done{};
    if (sameFolder)
        logWarning(
            "mail",
            u"%1: the server gave new numbers to messages of %2 (%3). Reading them again; what is stored already is recognised."_s
                .arg(m_settings.address, m_settings.folder, wentBack ? u"UIDNEXT went back"_s : u"UIDVALIDITY"_s));
    InboxCursor cursor{m_settings.folder, folder.uidValidity, 0, 0, m_cursor ? m_cursor->generation : 0};
    if (sameFolder && folder.uidValidity <= m_cursor->uidValidity)
        ++cursor.generation; // only a greater UIDVALIDITY was never there before
    if (folder.uidNext > 0) {
        cursor.windowEnd = folder.uidNext - 1;
    } else if (folder.exists > 0) {
        const QFuture<Answer> searched = m_connection->run(imapSearch(1, 0));
        const Answer all = co_await finished(searched);
        if (!all)
            co_return all.error();
        cursor.windowEnd = all->found.empty() ? 0 : all->found.back();
    }
    if (!sameFolder && m_settings.daysBack == 0)
        cursor.lastUid = cursor.windowEnd; // only what comes from now on
    m_cursor = cursor;
    m_trouble.clear();
    m_cautiousUntil = 0;
    const std::vector<RawItem> nothing;
    co_return co_await hand(nothing, cursor.lastUid);
}

Async<Result<Done>> ImapInbox::awaitNews()
{
    if (m_idleWorks) {
        const QFuture<Answer> idling = m_connection->idle(m_settings.idle);
        const Answer idled = co_await finished(idling);
        if (idled || !m_connection->isAlive())
            co_return idled ? Result<Done>(Done{}) : Result<Done>(idled.error());
        m_idleWorks = false; // offered, but refused
    }
    co_await sleepFor(m_settings.poll);
    const QFuture<Answer> asking = m_connection->run(imapNoop());
    const Answer asked = co_await finished(asking);
    if (!asked)
        co_return asked.error();
    co_return Done{};
}

void ImapInbox::report(Health health, const QString &sentence) { m_notes.health(health, sentence); }

QDate ImapInbox::windowStart() const
{
    // One day more, because SINCE knows no hours and servers no common time zone. Counted from when the channel was
    // added, so that a full read after a UIDVALIDITY change covers everything this channel ever promised to read.
    return m_settings.addedAt.toDateTime().date().addDays(-m_settings.daysBack - 1);
}

} // namespace patchbay
