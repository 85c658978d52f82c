#include "connectors/kit/chat_poll.h"

namespace patchbay {

using namespace Qt::StringLiterals;

ChatPoll::ChatPoll(const ChatSpec &spec, const Clock &clock, ChatPatience patience, Look look, ChatNotes notes)
    : m_title(spec.title)
    , m_pause(spec.poll.pause)
    , m_clock(clock)
    , m_patience(std::move(patience))
    , m_look(std::move(look))
    , m_notes(std::move(notes))
    , m_progress(spec.title, spec.poll.keeps)
{
}

void ChatPoll::start(const QByteArray &cursor, IntakeSink sink)
{
    m_progress.begin(cursor);
    m_sink = std::move(sink);
    m_scope.run(readForEver());
}

void ChatPoll::fetchOnce(const QByteArray &cursor, IntakeSink sink)
{
    m_progress.begin(cursor);
    m_sink = std::move(sink);
    m_scope.run(readOnce());
}

Async<Result<Done>> ChatPoll::readForEver()
{
    m_notes.health(Health::CatchingUp, u"Reading what has come to %1."_s.arg(m_title));
    for (;;) {
        Result<Done> result = co_await catchUp(false);
        while (result) {
            m_notes.health(Health::Ok, sentence());
            m_notes.caughtUp();
            co_await pause();
            result = co_await catchUp(true);
        }
        const std::chrono::milliseconds wait = m_patience.after(result.error());
        m_notes.health(healthAfter(result.error()), againSentence(result.error(), wait));
        co_await sleepFor(wait);
    }
}

void ChatPoll::wake()
{
    m_isWoken = true;
    if (const auto pausing = std::exchange(m_pausing, nullptr)) {
        pausing->addResult(Done{});
        pausing->finish();
    }
}

Async<Result<Done>> ChatPoll::pause()
{
    if (m_isWoken)
        co_return Done{};
    const auto pausing = std::make_shared<QPromise<Result<Done>>>();
    pausing->start();
    m_pausing = pausing;
    QTimer end;
    end.setSingleShot(true);
    QObject::connect(&end, &QTimer::timeout, &end, [this] { wake(); });
    end.start(m_pause);
    auto ending = pausing->future();
    const Result<Done> ended = co_await finished(std::move(ending));
    co_return ended;
}

Async<Result<Done>> ChatPoll::readOnce()
{
    const Result<Done> result = co_await catchUp(false);
    if (!result) {
        m_notes.health(Health::Failed, result.error().message);
        co_return result;
    }
    m_notes.health(Health::Ok, sentence());
    m_notes.caughtUp();
    co_return result;
}

Async<Result<Done>> ChatPoll::catchUp(bool patient)
{
    m_isWoken = false;
    for (bool isFirst = true;; isFirst = false) {
        const Result<bool> more = co_await readPage(patient && isFirst);
        if (!more)
            co_return more.error();
        m_patience.reset();
        if (!*more)
            co_return Done{};
    }
}

Async<Result<bool>> ChatPoll::readPage(bool patient)
{
    auto looking = m_look(m_progress.cursor(), patient);
    Result<ChatPage> page = co_await std::move(looking);
    if (!page)
        co_return page.error();
    m_progress.looked(m_clock.now());
    const bool moves = !page->cursor.isEmpty() && page->cursor != m_progress.cursor();
    if (!page->items.empty() || moves || m_progress.isDue()) {
        auto storing = m_sink(m_progress.batch(std::move(page->items), page->cursor));
        const Result<Done> stored = co_await finished(std::move(storing));
        if (!stored)
            co_return stored.error(); // the same page comes again
        m_progress.stored(page->cursor);
        if (!page->waiting.empty())
            m_notes.waits(std::move(page->waiting));
    }
    co_return page->more &&moves; // a page that leads nowhere would be read for ever
}

QString ChatPoll::sentence() const
{
    const QString read = u"%1 is read to its end."_s.arg(m_title);
    return m_progress.gap().isEmpty() ? read : read + u' ' + m_progress.gap();
}

} // namespace patchbay
