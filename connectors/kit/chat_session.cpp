#include "connectors/kit/account_base.h"
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// The gateway answers within 4 seconds, and storing wants its part of them.
constexpr milliseconds longestNaming{1500};

HttpSettings addressHttp(HttpSettings settings, const Credentials &credentials)
{
    settings.credentials = credentials;
    return settings;
}

QUrl chatBase(const ChatSpec &spec, const AccountConfig &account)
{
    const QUrl base = accountBase(spec.form, account.settings);
    const auto &[field, before] = spec.secretPath;
    return field.isEmpty() || base.isEmpty() ? base : baseWithSecret(base, account, spec.secretForms, field, before);
}

DeliveryFacts chatFacts(const ChatSpec &spec, const QJsonObject &settings)
{
    DeliveryFacts facts;
    facts.idempotency = spec.idempotency;
    facts.deadline = deadlineOf(settings, spec.deadline);
    facts.indexLag = spec.indexLag;
    facts.waitsByThread = spec.chatWaits;
    return facts;
}

/// A form without an address, or whose address need not be there, is that of a sender which only calls us.
bool needsAddress(const std::vector<FormField> &form)
{
    const auto url =
        std::find_if(form.begin(), form.end(), [](const FormField &field) { return field.key == u"url"_s; });
    return url != form.end() && (url->required || !url->initial.isEmpty());
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
    settings.rules.isAccountWide = spec.accountWaits;
    return settings;
}

ChatSession::ChatSession(ChatSpec spec, const ConnectorServices &services, AccountConfig account)
    : m_spec(std::move(spec))
    , m_services(services)
    , m_account(asProposed(m_spec.form, std::move(account)))
    , m_facts(chatFacts(m_spec, m_account.settings))
    , m_base(chatBase(m_spec, m_account))
    , m_tokens(accessTokensOf(m_spec.tokens, services, m_account, chatHttp(m_spec, m_account, m_base, {}).rules))
    , m_standing(*services.clock,
                 [this](const ChannelStanding &now) {
                     const auto tell = [this, now] { Q_EMIT standingChanged(now); };
                     QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
                 })
    , m_http(*services.transport, *services.clock, services.random, ownHttp(m_spec.limit))
    , m_limit(m_spec.limit, *services.clock)
{
    for (const QString &secret : std::as_const(m_account.secrets))
        registerSecret(secret); // those of a way in that is not used, too: the other side may tell them all the same
    if (m_spec.socket.auth) {
        m_addresses = std::make_unique<HttpClient>(*services.transport, *services.clock, services.random,
                                                   addressHttp(ownHttp(m_spec.limit), m_spec.socket.auth(m_account)));
    }
    if (m_spec.names.lacking) {
        m_names = std::make_unique<ChatNames>(m_spec.names, *services.clock, [this](QString id, milliseconds within) {
            return nameOf(std::move(id), within);
        });
    }
    if (isCalled(m_spec, m_account.settings))
        m_hook.emplace(m_spec.hook, m_account, *services.clock, hookNames());
}

ChatSession::~ChatSession() = default;

HttpSettings ChatSession::ownHttp(RateLimit limit)
{
    HttpSettings settings = chatHttp(m_spec, m_account, m_base, limit);
    settings.failed = [this](const Error &error) {
        m_standing.answered(error);
        if (error.accountWide)
            pauseAll(error.retryAfter);
    };
    return settings;
}

void ChatSession::pauseAll(milliseconds time)
{
    m_limit.pauseFor(time); // before each chat's own
    m_http.pauseFor(time);
    if (m_addresses)
        m_addresses->pauseFor(time);
}

DeliveryFacts ChatSession::facts() const { return m_facts; }

ChatContext ChatSession::context(const QByteArray &cursor) const
{
    ChatContext about;
    about.settings = m_account.settings;
    about.base = m_base;
    about.known = m_known;
    about.cursor = cursor;
    about.reachedAt = m_reachedAt;
    about.now = m_services.clock->now();
    return about;
}

Async<Result<Done>> ChatSession::signIn()
{
    if (m_base.isEmpty() && needsAddress(m_spec.form)) {
        co_return makeError(
            !m_spec.secretPath.first.isEmpty() ? Error::Kind::Unauthorized : Error::Kind::Refused,
            u"%1 has no usable address, or its key is missing. Check the channel settings."_s.arg(m_spec.title));
    }
    if (m_tokens->isNeeded()) {
        const Result<AccessToken> token = co_await m_tokens->current();
        if (!token) {
            m_standing.failed(token.error());
            co_return token.error();
        }
        m_http.setCredentials(m_tokens->credentialsOf(*token));
        if (!token->base.isEmpty())
            m_base = token->base;
        m_http.setBase(m_base);
    }
    if (m_isKnown || !m_spec.me.build)
        co_return Done{};
    const Result<QJsonObject> asked = co_await call(&m_http, m_spec.me, context());
    const Result<QJsonObject> known = heard(asked);
    if (!known)
        co_return known.error();
    m_known = *known;
    if (const QString account = accountName(); guard() && !account.isEmpty()) {
        auto asking = guard()(account);
        const Result<Done> ours = co_await finished(std::move(asking));
        if (!ours)
            co_return ours.error();
    }
    m_isKnown = true;
    co_return Done{};
}

Async<Result<Reply>> ChatSession::send(HttpClient *http, Request request, BeforeEffect gate)
{
    for (const auto &[name, value] : m_spec.headers)
        request = Request(request).header(name, value);
    co_return co_await sendSignedIn(http, m_tokens.get(), std::move(request), std::move(gate));
}

Async<Result<QString>> ChatSession::test()
{
    m_isKnown = false;
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    if (m_spec.socket.address.read && !m_hook) {
        const Result<QUrl> live = co_await address(QByteArray());
        if (!live)
            co_return live.error();
    }
    if (m_spec.socket.address.read && !m_spec.me.build)
        co_return u"%1 takes the credentials, and opens a live connection for them."_s.arg(m_spec.title);
    if (m_spec.socket.fixed && !m_spec.me.build) {
        co_return u"%1 allows one live connection, so it is not tried beside the one at work: the channel's state says "
                  "whether the credentials are taken."_s.arg(m_spec.title);
    }
    if (!m_spec.me.build)
        co_return u"There is nothing to sign in to: %1 is tried when the first request comes."_s.arg(m_spec.title);
    const QString signedIn =
        u"Signed in to %1 as %2."_s.arg(m_spec.title, escapedForLog(m_known.value(u"name"_s).toString(), 200));
    const Result<QString> place = co_await placeSentence();
    if (!place)
        co_return place.error();
    co_return QStringList{signedIn, *place}.join(u' ').trimmed();
}

Async<Result<Pairing>> ChatSession::pairing()
{
    if (!m_spec.pairing.build)
        co_return makeError(Error::Kind::Refused, u"%1 is not connected by scanning a code."_s.arg(m_spec.title));
    co_return co_await call(&m_http, m_spec.pairing, context());
}

HookInbox::Named ChatSession::hookNames()
{
    if (!m_names)
        return {};
    return [this](std::vector<RawItem> items) { return m_names->named(std::move(items), longestNaming); };
}

Async<HookReply> ChatSession::receive(HookRequest request)
{
    HookReply refusal;
    refusal.status = m_hook ? 503 : 404;
    if (!m_hook || !m_hookSink)
        co_return refusal;
    const std::vector<ChatTyping> typing = m_hook->typing(request);
    for (const ChatTyping &who : typing)
        Q_EMIT typed(who);
    HookReply reply = co_await m_hook->receive(std::move(request), m_hookSink);
    if (m_inbox && reply.status == 200 && typing.empty()) // that somebody writes is no news to ask for
        m_inbox->wake();
    co_return reply;
}

Async<Result<ChatPage>> ChatSession::look(QByteArray cursor, bool patient)
{
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    const Result<Done> free = co_await freeInbox();
    if (!free)
        co_return free.error();
    ChatContext about = context(cursor);
    about.patient = patient;
    const Result<Request> request = m_spec.poll.build(about);
    if (!request)
        co_return request.error();
    const milliseconds hold = patient ? milliseconds(m_spec.poll.hold) : milliseconds(0);
    Request timed = Request(*request).deadline(m_facts.deadline + hold);
    const Result<Reply> answer = co_await send(&m_http, std::move(timed), BeforeEffect());
    const Result<Reply> reply = heard(answer);
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
    if (m_spec.socket.fixed)
        co_return m_spec.socket.fixed(context(cursor));
    HttpClient *http = m_addresses ? m_addresses.get() : &m_http;
    ChatContext about = context(cursor);
    if (!m_spec.socket.ask) {
        const Result<QUrl> url = co_await call(http, m_spec.socket.address, std::move(about));
        co_return heard(url);
    }
    const Result<Request> request = m_spec.socket.ask(about, m_account);
    if (!request)
        co_return request.error();
    const Result<QUrl> told = co_await answered(http, Request(*request), m_spec.socket.address, std::move(about));
    co_return heard(told);
}

Async<Result<QString>> ChatSession::nameOf(QString id, milliseconds within)
{
    ChatContext about = context();
    about.remote.insert(u"id"_s, id);
    co_return co_await call(&m_http, m_spec.names.call, std::move(about), within);
}

ChatNotes ChatSession::notes()
{
    ChatNotes notes;
    notes.health = [this](Health health, const QString &detail) { report(health, detail); };
    notes.waits = [this](std::vector<QJsonObject> waiting) {
        for (QJsonObject &one : waiting)
            m_scope.run(acknowledge(std::move(one)));
    };
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
