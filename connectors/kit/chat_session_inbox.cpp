// How ChatSession reads: one inbox at a time, of the kind that the platform has and the account wants.
#include "connectors/kit/chat_called.h"
#include "connectors/kit/chat_poll.h"
#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qsizetype mostToldChats = 2000;

} // namespace

ChatPatience ChatSession::patience() const
{
    const std::optional<qint64> first = settingNumber(m_account.settings, u"retry_ms"_s);
    return ChatPatience(milliseconds(first.value_or(1000)), m_services.random);
}

std::unique_ptr<ChatPoll> ChatSession::makePoll(ChatNotes notes)
{
    ChatPoll::Look looking = [this](QByteArray cursor, bool patient) { return look(std::move(cursor), patient); };
    return std::make_unique<ChatPoll>(m_spec, *m_services.clock, patience(), std::move(looking), std::move(notes));
}

std::unique_ptr<ChatSocket> ChatSession::makeSocket(ChatNotes notes, std::function<void()> news)
{
    ChatSocketTools tools;
    tools.address = [this](QByteArray cursor) { return address(std::move(cursor)); };
    tools.makeSocket = m_services.makeWebSocket;
    if (m_spec.socket.headers)
        tools.headers = [this](const QUrl &address) { return m_spec.socket.headers(address, m_account); };
    tools.dialogue = [this](const QByteArray &cursor, const QUrl &url) {
        ChatContext about = context(cursor);
        about.live = url;
        return m_spec.socket.dialogue(about, m_account, m_services.random);
    };
    if (m_names)
        tools.named = [this](std::vector<RawItem> items) { return m_names->named(std::move(items), {}); };
    tools.news = std::move(news);
    tools.greeting = m_facts.deadline;
    tools.firstWait = milliseconds(settingNumber(m_account.settings, u"retry_ms"_s).value_or(1000));
    tools.chat = [this](const QString &thread, const QJsonObject &chat) {
        if (m_told.size() >= mostToldChats)
            m_told.clear(); // what sending needs is asked for, or comes again with the next message
        m_told.insert(thread, chat);
    };
    tools.typed = [this](const ChatTyping &who) { Q_EMIT typed(who); };
    auto socket =
        std::make_unique<ChatSocket>(m_spec, *m_services.clock, patience(), std::move(tools), std::move(notes));
    m_socket = socket.get();
    return socket;
}

bool ChatSession::isBesideAsking() const { return m_hook && m_spec.hook.besideAsking && m_spec.poll.build != nullptr; }

bool ChatSession::makeInbox()
{
    m_inbox.reset();
    m_isFree = false;
    m_health = Health::Unknown; // whoever waits for the end of one look hears it also when it is the last one's
    const bool polls = m_spec.poll.build != nullptr;
    const bool connects = m_spec.socket.dialogue != nullptr && !m_hook;
    if (m_hook && !isBesideAsking()) {
        m_inbox = std::make_unique<ChatCalled>(
            m_spec.title, patience(), [this] { return placeHook(); }, notes());
    } else if (polls && connects) {
        m_inbox = std::make_unique<ChatPushed>(
            m_spec.title, notes(), [this](ChatNotes told) { return makePoll(std::move(told)); },
            [this](ChatNotes told, std::function<void()> news) {
                return makeSocket(std::move(told), std::move(news));
            });
    } else if (polls) {
        m_inbox = makePoll(notes());
    } else if (connects) {
        m_inbox = makeSocket(notes(), {});
    } else {
        report(Health::Failed, u"%1 has no inbox."_s.arg(m_spec.title));
    }
    return m_inbox != nullptr;
}

void ChatSession::start(QByteArray cursor, IntakeSink sink)
{
    m_isKnown = false; // the account may be another one by now
    m_proving.cancelAll();
    if (m_hook)
        m_hookSink = asksToo(m_spec) && !isBesideAsking() ? keepingTime(cursor, sink) : sink;
    if (makeInbox())
        m_inbox->start(cursor, std::move(sink));
    if (m_hook && m_spec.me.build && guard())
        m_proving.run(proveAccount());
}

/// What the platform sends is not missing on the day on which it is asked again: the stored place has the time.
IntakeSink ChatSession::keepingTime(const QByteArray &cursor, IntakeSink sink) const
{
    auto progress = std::make_shared<ChatProgress>(m_spec.title, std::chrono::hours(0));
    progress->begin(cursor);
    return [progress, sink = std::move(sink), clock = m_services.clock](Batch batch) {
        progress->looked(clock->now());
        return sink(progress->batch(std::move(batch.items), {}));
    };
}

/// What the platform sends is not missing on the day on which it is asked again: the stored place has the time.
void ChatSession::fetchOnce(QByteArray cursor, IntakeSink sink)
{
    if (makeInbox())
        m_inbox->fetchOnce(cursor, std::move(sink));
}

void ChatSession::stop()
{
    m_inbox.reset();
    m_proving.cancelAll();
    m_hookSink = {};
    m_isKnown = false; // it may be another channel's by the time that something is sent
    m_health = Health::Unknown;
}

} // namespace patchbay
