#include "connectors/kit/chat_socket.h"

#include <QtCore/QPointer>

#include <iterator>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr int mostSocketAttempts = 12;
constexpr int attemptWindow = 600; // times the first wait: 10 minutes
constexpr size_t mostWaiting = 2000; // steps that are not stored yet
constexpr qint64 mostWaitingBytes = 32 * 1024 * 1024;
constexpr size_t mostAtOnce = 50; // items of one batch

milliseconds steadyNow()
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace

Result<SocketStep> SocketDialogue::say(const ChatContext &, Timestamp)
{
    return makeError(Error::Kind::Refused, u"Messages do not go over this connection."_s);
}

AttemptWindow::AttemptWindow(int most, milliseconds per)
    : m_most(most)
    , m_per(per)
{
}

milliseconds AttemptWindow::reserve(milliseconds now)
{
    while (!m_made.empty() && m_made.front() + m_per <= now)
        m_made.pop_front();
    milliseconds at = now;
    if (int(m_made.size()) >= m_most)
        at = std::max(now, m_made[m_made.size() - size_t(m_most)] + m_per);
    m_made.push_back(at);
    return at - now;
}

ChatSocket::ChatSocket(const ChatSpec &spec, const Clock &clock, ChatPatience patience, ChatSocketTools tools,
                       ChatNotes notes)
    : m_title(spec.title)
    , m_isBinary(spec.socket.binary)
    , m_keeps(spec.socket.keeps)
    , m_clock(clock)
    , m_patience(std::move(patience))
    , m_window(mostSocketAttempts, tools.firstWait * attemptWindow)
    , m_tools(std::move(tools))
    , m_notes(std::move(notes))
    , m_progress(spec.title, std::chrono::hours(0))
{
    m_wake.setSingleShot(true);
    m_wake.setTimerType(Qt::PreciseTimer);
    m_greeting.setSingleShot(true);
    m_alive.start(std::chrono::minutes(10)); // a connection on which nothing comes misses nothing
    connect(&m_alive, &QTimer::timeout, this, [this] {
        SocketStep nothing;
        if (m_isReady)
            apply(std::move(nothing));
    });
    connect(&m_wake, &QTimer::timeout, this, [this] {
        if (m_dialogue)
            apply(m_dialogue->tick(m_clock.now()));
    });
    connect(&m_greeting, &QTimer::timeout, this,
            [this] { end(makeError(Error::Kind::Timeout, u"%1 does not greet."_s.arg(m_title)), false); });
}

ChatSocket::~ChatSocket() { drop(); }

void ChatSocket::start(const QByteArray &cursor, IntakeSink sink)
{
    m_progress.begin(cursor);
    m_sink = std::move(sink);
    m_scope.run(readForEver());
}

void ChatSocket::fetchOnce(const QByteArray &cursor, IntakeSink sink)
{
    m_progress.begin(cursor);
    m_sink = std::move(sink);
    m_scope.run(readOnce());
}

Async<Result<Done>> ChatSocket::readForEver()
{
    m_notes.health(Health::CatchingUp, u"Connecting to %1."_s.arg(m_title));
    for (;;) {
        const milliseconds turn = m_window.reserve(m_tools.steady ? m_tools.steady() : steadyNow());
        (void)co_await pause(turn);
        const Result<Done> ended = co_await converse(false);
        if (m_atOnce) {
            (void)co_await pause(m_patience.spread());
            continue;
        }
        const Error why =
            ended ? makeError(Error::Kind::Offline, u"%1 closed the connection."_s.arg(m_title)) : ended.error();
        const milliseconds wait = m_patience.after(why);
        m_notes.health(healthAfter(why), againSentence(why, wait));
        (void)co_await pause(wait);
    }
}

Async<Result<Done>> ChatSocket::pause(milliseconds time)
{
    if (m_tools.pause) {
        auto waiting = m_tools.pause(time);
        co_return co_await finished(std::move(waiting));
    }
    co_await sleepFor(time);
    co_return Done{};
}

Async<Result<Done>> ChatSocket::readOnce()
{
    const Result<Done> ended = co_await converse(true);
    if (!ended)
        m_notes.health(Health::Failed, ended.error().message);
    co_return ended;
}

Async<Result<Done>> ChatSocket::converse(bool once)
{
    m_once = once;
    m_atOnce = false;
    m_isReady = false;
    auto asking = m_tools.address(m_progress.cursor());
    const Result<QUrl> url = co_await std::move(asking);
    if (!url)
        co_return url.error();
    if (!m_tools.makeSocket)
        co_return makeError(Error::Kind::Refused, u"No live connections are opened here."_s);
    open(*url);
    auto ending = m_ended->future();
    const Result<Done> ended = co_await finished(std::move(ending));
    drop();
    // What has come is stored before the next connection asks for what comes after it.
    if (m_isStoring) {
        auto storing = m_storing;
        const Result<Done> stored = co_await finished(std::move(storing));
        if (!stored) {
            m_atOnce = false;
            co_return stored.error();
        }
    }
    co_return ended;
}

void ChatSocket::open(const QUrl &url)
{
    m_ended = std::make_shared<QPromise<Result<Done>>>();
    m_ended->start();
    m_queue.clear();
    m_queuedBytes = 0;
    m_dialogue = m_tools.dialogue(m_progress.cursor(), url);
    m_socket = m_tools.makeSocket().release();
    connect(m_socket, &WebSocket::opened, this, [this] { apply(m_dialogue->opened(m_clock.now())); });
    connect(m_socket, &WebSocket::received, this, [this](const QByteArray &frame, bool isText) {
        if (m_greeting.isActive())
            m_greeting.start(); // it talks: what came meanwhile may be much
        apply(m_dialogue->received(frame, isText, m_clock.now()));
    });
    connect(m_socket, &WebSocket::closed, this, [this](int code, const QString &reason, const Error &error) {
        const std::optional<Error> meant = m_dialogue->closed(code, reason);
        end(meant.value_or(error), false);
    });
    m_greeting.start(m_tools.greeting);
    const auto headers = m_tools.headers ? m_tools.headers(url) : QList<QPair<QByteArray, QByteArray>>();
    for (const auto &[name, value] : headers)
        m_socket->setHeader(name, value);
    m_socket->open(url);
}

void ChatSocket::apply(SocketStep step)
{
    if (!m_socket || m_ended->future().isFinished())
        return; // what came behind the end is not in order any more
    const Timestamp now = m_clock.now();
    for (const QByteArray &frame : step.send)
        m_socket->send(frame, !m_isBinary);
    for (auto it = step.chats.constBegin(); m_tools.chat && it != step.chats.constEnd(); ++it)
        m_tools.chat(it.key(), it.value());
    for (const ChatTyping &who : step.typing) {
        if (m_tools.typed && !who.threadKey.isEmpty())
            m_tools.typed(who);
    }
    for (const SocketReceipt &one : step.settled)
        settle(one.key, one.receipt);
    if (step.wake)
        m_wake.start(*step.wake);
    if (step.ready) {
        const bool isLate = m_keeps.count() > 0 && now - m_progress.lookedAt() > m_keeps;
        if (step.missed || isLate)
            m_progress.missed(now);
        m_isReady = true;
        m_notice = step.notice;
        m_greeting.stop();
        m_patience.reset();
    }
    if (m_isReady)
        m_progress.looked(now);
    if (!m_isReady && !step.sentence.isEmpty())
        m_notes.health(Health::CatchingUp, u"%1: %2."_s.arg(m_title, step.sentence));
    const bool isNews = step.news || step.ready;
    const std::optional<Error> over = step.end;
    const bool atOnce = step.atOnce;
    take(std::move(step));
    if (isNews && m_tools.news)
        m_tools.news();
    if (over)
        end(*over, atOnce);
}

void ChatSocket::take(SocketStep step)
{
    const bool isNews = !step.items.empty() || !step.cursor.isEmpty() || !step.acknowledge.empty() || step.ready
        || (m_isReady && m_progress.isDue());
    if (!isNews)
        return;
    Portion portion;
    for (RawItem &item : step.items) {
        if (item.raw.isNull())
            item.raw = QByteArrayLiteral(""); // nothing at all is something, too
        portion.bytes += item.raw.size();
    }
    portion.items = std::move(step.items);
    portion.cursor = std::move(step.cursor);
    portion.acknowledge = std::move(step.acknowledge);
    portion.waiting = std::move(step.waiting);
    portion.ready = step.ready;
    if (m_queue.size() >= mostWaiting || m_queuedBytes + portion.bytes > mostWaitingBytes) {
        // Nothing of it is acknowledged or passed by the cursor.
        end(makeError(Error::Kind::Storage, u"%1 sends faster than the workspace can store."_s.arg(m_title)), false);
        return;
    }
    m_queuedBytes += portion.bytes;
    m_queue.push_back(std::move(portion));
    if (!m_isStoring) {
        m_isStoring = true;
        m_storing = m_scope.run(storeAll());
    }
}

Async<Result<Done>> ChatSocket::storeAll()
{
    while (!m_queue.empty()) {
        std::vector<Portion> portions;
        std::vector<RawItem> items;
        QByteArray cursor;
        while (!m_queue.empty() && items.size() < mostAtOnce) {
            Portion &next = m_queue.front();
            m_queuedBytes -= next.bytes;
            std::move(next.items.begin(), next.items.end(), std::back_inserter(items));
            if (!next.cursor.isEmpty())
                cursor = next.cursor;
            portions.push_back(std::move(next));
            m_queue.pop_front();
        }
        if (m_tools.named && !items.empty()) {
            auto naming = m_tools.named(items);
            const Result<std::vector<RawItem>> named = co_await std::move(naming);
            if (named)
                items = *named;
        }
        if (!items.empty() || !cursor.isEmpty() || m_progress.isDue()) {
            auto storing = m_sink(m_progress.batch(std::move(items), cursor));
            const Result<Done> stored = co_await finished(std::move(storing));
            if (!stored) {
                m_queue.clear(); // it comes again
                m_queuedBytes = 0;
                m_isStoring = false;
                end(stored.error(), false);
                co_return stored;
            }
            m_progress.stored(cursor);
        }
        for (const Portion &portion : portions)
            acknowledge(portion);
    }
    m_isStoring = false;
    co_return Done{};
}

void ChatSocket::acknowledge(const Portion &portion)
{
    if (m_socket) {
        for (const QByteArray &frame : portion.acknowledge)
            m_socket->send(frame, !m_isBinary);
    }
    if (!portion.waiting.empty())
        m_notes.waits(portion.waiting);
    if (!portion.ready)
        return;
    const QString sentence = u"Connected to %1; what comes is stored at once."_s.arg(m_title);
    m_notes.health(Health::Ok, QStringList{sentence, m_notice, m_progress.gap()}.join(u' ').simplified());
    m_notes.caughtUp();
    if (m_once && m_ended && !m_ended->future().isFinished()) {
        m_ended->addResult(Done{});
        m_ended->finish();
    }
}

void ChatSocket::end(const Error &error, bool atOnce)
{
    if (!m_ended || m_ended->future().isFinished())
        return;
    if (m_isReady)
        m_progress.looked(m_clock.now());
    m_isReady = false;
    m_atOnce = atOnce;
    m_ended->addResult(error);
    m_ended->finish();
}

Async<Result<Receipt>> ChatSocket::say(ChatContext about, milliseconds within, BeforeEffect gate)
{
    const QPointer<ChatSocket> self(this); // the channel may be stopped while the gate is asked
    if (!m_isReady)
        co_return notConnected();
    const Error lost = notConnected();
    const Result<Done> open = co_await gate();
    if (!open)
        co_return open.error();
    if (!self || !m_isReady)
        co_return lost;
    Result<SocketStep> step = m_dialogue->say(about, m_clock.now());
    if (!step)
        co_return step.error();
    auto promise = std::make_shared<QPromise<Result<Receipt>>>();
    promise->start();
    auto answer = promise->future();
    m_said.insert(about.key, promise);
    const QString late = u"%1 did not answer within %2 s."_s.arg(m_title).arg(within.count() / 1000);
    QTimer::singleShot(within, this, [this, promise, key = about.key, late] {
        if (m_said.value(key) == promise)
            settle(key, makeAmbiguous(Error::Kind::Timeout, late));
    });
    apply(std::move(*step));
    co_return co_await finished(std::move(answer));
}

void ChatSocket::settle(const QString &key, const Result<Receipt> &receipt)
{
    const auto promise = m_said.take(key);
    if (!promise)
        return; // nobody waits any more
    promise->addResult(receipt);
    promise->finish();
}

Error ChatSocket::notConnected() const
{
    return makeError(Error::Kind::Offline,
                     u"%1 takes messages over the live connection only, and there is none just now."_s.arg(m_title));
}

void ChatSocket::drop()
{
    m_wake.stop();
    m_greeting.stop();
    const QStringList said = m_said.keys();
    for (const QString &key : said)
        settle(key,
               makeAmbiguous(Error::Kind::Offline, u"The connection to %1 ended before it answered."_s.arg(m_title)));
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->close();
    m_socket->deleteLater();
    m_socket = nullptr;
}

} // namespace patchbay
