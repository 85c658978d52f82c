#include "connectors/kit/account_base.h"
#include "connectors/kit/chat_poll.h"
#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/chat_socket.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

HttpSettings addressHttp(HttpSettings settings, const Credentials &credentials)
{
    settings.credentials = credentials;
    return settings;
}

QUrl chatBase(const ChatSpec &spec, const AccountConfig &account)
{
    const QUrl base = accountBase(spec.form, account.settings);
    return spec.secretBase && !base.isEmpty() ? spec.secretBase(base, account) : base;
}

DeliveryFacts chatFacts(const ChatSpec &spec, const QJsonObject &settings)
{
    DeliveryFacts facts;
    facts.idempotency = spec.idempotency;
    facts.deadline = deadlineOf(settings, spec.deadline);
    facts.indexLag = spec.indexLag;
    return facts;
}

/// A form whose address need not be there is that of a sender which only calls us.
bool needsAddress(const std::vector<FormField> &form)
{
    const auto url =
        std::find_if(form.begin(), form.end(), [](const FormField &field) { return field.key == u"url"_s; });
    return url == form.end() || url->required || !url->initial.isEmpty();
}

} // namespace

HttpSettings chatHttp(const ChatSpec &spec, const AccountConfig &account, const QUrl &base, RateLimit limit)
{
    HttpSettings settings;
    settings.base = base;
    settings.credentials = spec.auth ? spec.auth(account) : Credentials::none();
    settings.limit = limit;
    settings.retry.attempts = 1; // the inbox and the Outbox have patience of their own
    settings.rules.who = spec.title;
    settings.rules.words = spec.words;
    settings.rules.failure = spec.failure;
    settings.rules.isAnswer = spec.isAnswer;
    return settings;
}

ChatSession::ChatSession(ChatSpec spec, const ConnectorServices &services, AccountConfig account)
    : m_spec(std::move(spec))
    , m_services(services)
    , m_account(asProposed(m_spec.form, std::move(account)))
    , m_facts(chatFacts(m_spec, m_account.settings))
    , m_base(chatBase(m_spec, m_account))
    , m_tokens(accessTokensOf(m_spec.tokens, services, m_account, chatHttp(m_spec, m_account, m_base, {}).rules))
    , m_http(*services.transport, *services.clock, services.random, chatHttp(m_spec, m_account, m_base, m_spec.limit))
    , m_limit(m_spec.limit, *services.clock)
{
    if (m_spec.socket.auth) {
        m_addresses = std::make_unique<HttpClient>(
            *services.transport, *services.clock, services.random,
            addressHttp(chatHttp(m_spec, m_account, m_base, m_spec.limit), m_spec.socket.auth(m_account)));
    }
    if (m_spec.names.lacking) {
        m_names = std::make_unique<ChatNames>(m_spec.names, *services.clock,
                                              [this](QString id) { return nameOf(std::move(id)); });
    }
    if (isCalled(m_spec, m_account.settings))
        m_hook.emplace(m_spec.hook, m_account, *services.clock);
}

ChatSession::~ChatSession() = default;

DeliveryFacts ChatSession::facts() const { return m_facts; }

ChatContext ChatSession::context(const QByteArray &cursor) const
{
    ChatContext about;
    about.settings = m_account.settings;
    about.base = m_base;
    about.known = m_known;
    about.cursor = cursor;
    about.now = m_services.clock->now();
    return about;
}

Async<Result<Done>> ChatSession::signIn()
{
    if (m_base.isEmpty() && needsAddress(m_spec.form)) {
        co_return makeError(
            m_spec.secretBase ? Error::Kind::Unauthorized : Error::Kind::Refused,
            u"%1 has no usable address, or its key is missing. Check the channel settings."_s.arg(m_spec.title));
    }
    if (m_tokens->isNeeded()) {
        const Result<AccessToken> token = co_await m_tokens->current();
        if (!token)
            co_return token.error();
        m_http.setCredentials(m_tokens->credentialsOf(*token));
        if (!token->base.isEmpty())
            m_base = token->base;
        m_http.setBase(m_base);
    }
    if (m_isKnown || !m_spec.me.build)
        co_return Done{};
    const Result<QJsonObject> known = co_await call(&m_http, m_spec.me, context());
    if (!known)
        co_return known.error();
    m_known = *known;
    m_isKnown = true;
    co_return Done{};
}

Async<Result<Reply>> ChatSession::send(HttpClient *http, Request request, BeforeEffect gate)
{
    for (const auto &[name, value] : m_spec.headers)
        request = Request(request).header(name, value);
    co_return co_await sendSignedIn(http, m_tokens.get(), std::move(request), std::move(gate));
}

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
    tools.dialogue = [this](const QByteArray &cursor) {
        return m_spec.socket.dialogue(context(cursor), m_account, m_services.random);
    };
    if (m_names)
        tools.named = [this](std::vector<RawItem> items) { return m_names->named(std::move(items)); };
    tools.news = std::move(news);
    tools.greeting = m_facts.deadline;
    tools.firstWait = milliseconds(settingNumber(m_account.settings, u"retry_ms"_s).value_or(1000));
    return std::make_unique<ChatSocket>(m_spec, *m_services.clock, patience(), std::move(tools), std::move(notes));
}

bool ChatSession::isBesideAsking() const { return m_hook && m_spec.hook.besideAsking && m_spec.poll.build != nullptr; }

bool ChatSession::makeInbox(bool receives)
{
    m_inbox.reset();
    m_health = Health::Unknown; // whoever waits for the end of one look hears it also when it is the last one's
    const bool polls = m_spec.poll.build != nullptr;
    const bool connects = m_spec.socket.dialogue != nullptr && !m_hook;
    if (m_hook && !isBesideAsking()) {
        report(Health::Ok,
               receives ? u"Waiting for what %1 sends to its address at the gateway."_s.arg(m_spec.title)
                        : u"%1 sends by itself; there is nothing to fetch."_s.arg(m_spec.title));
        notes().caughtUp();
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
    if (m_hook)
        m_hookSink = asksToo(m_spec) && !isBesideAsking() ? keepingTime(cursor, sink) : sink;
    if (makeInbox(true))
        m_inbox->start(cursor, std::move(sink));
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

void ChatSession::fetchOnce(QByteArray cursor, IntakeSink sink)
{
    if (makeInbox(false))
        m_inbox->fetchOnce(cursor, std::move(sink));
}

void ChatSession::stop()
{
    m_inbox.reset();
    m_hookSink = {};
    m_health = Health::Unknown;
}

Async<Result<QString>> ChatSession::test()
{
    m_isKnown = false;
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    if (m_spec.socket.address.build && !m_hook) {
        const Result<QUrl> live = co_await address(QByteArray());
        if (!live)
            co_return live.error();
    }
    if (!m_spec.me.build)
        co_return u"There is nothing to sign in to: %1 is tried when the first request comes."_s.arg(m_spec.title);
    co_return u"Signed in to %1 as %2."_s.arg(m_spec.title, escapedForLog(m_known.value(u"name"_s).toString(), 200));
}

Async<Result<Pairing>> ChatSession::pairing()
{
    if (!m_spec.pairing.build)
        co_return makeError(Error::Kind::Refused, u"%1 is not connected by scanning a code."_s.arg(m_spec.title));
    co_return co_await call(&m_http, m_spec.pairing, context());
}

Async<HookReply> ChatSession::receive(HookRequest request)
{
    HookReply refusal;
    refusal.status = m_hook ? 503 : 404;
    if (!m_hook || !m_hookSink)
        co_return refusal;
    HookReply reply = co_await m_hook->receive(std::move(request), m_hookSink);
    if (m_inbox && reply.status == 200)
        m_inbox->wake();
    co_return reply;
}

Async<Result<ChatPage>> ChatSession::look(QByteArray cursor, bool patient)
{
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext about = context(cursor);
    about.patient = patient;
    const Result<Request> request = m_spec.poll.build(about);
    if (!request)
        co_return request.error();
    const milliseconds hold = patient ? milliseconds(m_spec.poll.hold) : milliseconds(0);
    Request timed = Request(*request).deadline(m_facts.deadline + hold);
    const Result<Reply> reply = co_await send(&m_http, std::move(timed), BeforeEffect());
    if (!reply && reply.error().kind == Error::Kind::NotFound && m_spec.poll.gone && !cursor.isEmpty()) {
        const ChatPage past = m_spec.poll.gone(about);
        if (!past.cursor.isEmpty() && past.cursor != cursor) // else it leads past nothing
            co_return past;
    }
    if (!reply)
        co_return reply.error();
    co_return m_spec.poll.read(reply->body, about);
}

Async<Result<QUrl>> ChatSession::address(QByteArray cursor)
{
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    if (m_spec.socket.at)
        co_return m_spec.socket.at(context(cursor));
    co_return co_await call(m_addresses ? m_addresses.get() : &m_http, m_spec.socket.address, context(cursor));
}

Async<Result<QString>> ChatSession::nameOf(QString id)
{
    ChatContext about = context();
    about.remote.insert(u"id"_s, id);
    co_return co_await call(&m_http, m_spec.names.call, std::move(about));
}

ChatNotes ChatSession::notes()
{
    ChatNotes notes;
    notes.health = [this](Health health, const QString &detail) { report(health, detail); };
    // Queued, because who hears it may stop us, and the inbox is in the middle of its work.
    notes.caughtUp = [this] { QMetaObject::invokeMethod(this, &ChatConnector::caughtUp, Qt::QueuedConnection); };
    return notes;
}

void ChatSession::report(Health health, const QString &detail)
{
    const QString sentence = redacted(detail);
    if (m_health == health && m_detail == sentence)
        return; // nothing new
    m_health = health;
    m_detail = sentence;
    const auto tell = [this, health, sentence] { Q_EMIT healthChanged(health, sentence); };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
}

} // namespace patchbay
