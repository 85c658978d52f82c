// What ChatSession tells a platform that calls us, and what waits over there until we have said that it came.
#include "connectors/kit/chat_session_calls.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Its place only: what follows may be a secret of the other program's.
QString placeOf(const QString &address) { return escapedForLog(originOf(QUrl(address)), 200); }

Error sendsElsewhere(const QString &title, const QString &address)
{
    return makeError(
        Error::Kind::Refused,
        u"%1 sends what comes to another program, at %2 (a webhook), and gives it to nobody else meanwhile. "
        "End that there first, or use an account of its own for Patchbay."_s.arg(title, placeOf(address)));
}

} // namespace

bool ChatSession::isOurs(const QString &address) const
{
    return !m_account.uid.isEmpty() && QUrl(address).path().endsWith(u"/hooks/"_s + m_account.uid);
}

Async<Result<Done>> ChatSession::tell(Result<Request> request)
{
    if (!request)
        co_return request.error();
    Request timed = Request(*request).deadline(m_facts.deadline);
    const Result<Reply> reply = co_await send(&m_http, std::move(timed), BeforeEffect());
    if (!reply)
        co_return reply.error();
    co_return Done{};
}

Async<Result<Done>> ChatSession::placeHook()
{
    const HookPlace &place = m_spec.hook.place;
    if (!place.tell)
        co_return Done{}; // a person enters the address over there
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    const Result<HookPlaceNow> now = co_await call(&m_http, place.now, context());
    if (!now)
        co_return now.error();
    if (!now->address.isEmpty() && !isOurs(now->address))
        co_return sendsElsewhere(m_spec.title, now->address);
    if (m_reachedAt.scheme() != "https"_L1 || isLoopback(m_reachedAt.host())) {
        co_return makeError(Error::Kind::Refused,
                            u"%1 sends to addresses on the internet with https only, and the gateway knows none of its "
                            "own: patchbayctl gateway set --public-url https://…"_s.arg(m_spec.title));
    }
    co_return co_await tell(place.tell(context(), m_account)); // again: the secret may be a new one
}

Async<Result<Done>> ChatSession::freeInbox()
{
    const HookPlace &place = m_spec.hook.place;
    if (!place.end || m_isFree)
        co_return Done{};
    const Result<HookPlaceNow> now = co_await call(&m_http, place.now, context());
    if (!now)
        co_return now.error();
    if (!now->address.isEmpty() && !isOurs(now->address))
        co_return sendsElsewhere(m_spec.title, now->address);
    if (!now->address.isEmpty()) {
        const Result<Done> ended = co_await tell(place.end(context()));
        if (!ended)
            co_return ended.error();
    }
    m_isFree = true;
    co_return Done{};
}

Async<Result<QString>> ChatSession::placeSentence()
{
    const HookPlace &place = m_spec.hook.place;
    if (!place.now.build)
        co_return QString();
    const Result<HookPlaceNow> now = co_await call(&m_http, place.now, context());
    if (!now)
        co_return now.error();
    if (!now->address.isEmpty() && !isOurs(now->address))
        co_return sendsElsewhere(m_spec.title, now->address);
    QString sentence;
    if (now->address.isEmpty())
        sentence = m_hook ? u"It sends nowhere yet, and learns the address when the channel starts."_s
                          : u"It sends nowhere, so it can be asked."_s;
    else
        sentence = m_hook
            ? u"It sends to this channel's address at the gateway."_s
            : u"It still sends to this channel's address at the gateway, and refuses to be asked until the "
              "channel starts and ends that."_s;
    if (!now->trouble.isEmpty())
        sentence += u" The last time it could not: %1"_s.arg(escapedForLog(now->trouble, 200));
    co_return sentence;
}

Async<Result<Done>> ChatSession::acknowledge(QJsonObject waiting)
{
    ChatContext about = context();
    about.remote = std::move(waiting);
    const Result<Done> told = co_await call(&m_http, m_spec.acknowledge, std::move(about));
    if (!told) // it is stored; over there somebody waits in vain for a sign of it
        logWarning("channels", u"“%1”: %2"_s.arg(m_account.name, told.error().message));
    co_return told;
}

QString ChatSession::accountName() const
{
    const QString id = m_known.value(u"id"_s).toString();
    if (id.isEmpty())
        return {};
    const QString port = m_base.port() > 0 ? u':' + QString::number(m_base.port()) : QString();
    return indexKey(m_spec.id + u':' + m_base.host() + port + u'/' + id);
}

Async<Result<QString>> ChatSession::accountOverThere()
{
    if (!m_spec.me.build)
        co_return QString();
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    co_return accountName();
}

Async<Result<Done>> ChatSession::proveAccount()
{
    ChatPatience waiting = patience();
    const IntakeSink sink = m_hookSink;
    bool complained = false;
    for (;;) {
        const Result<Done> ready = co_await signIn();
        const bool isTaken = !ready && ready.error().kind == Error::Kind::Conflict;
        if (isTaken != !m_hookSink)
            m_hookSink = isTaken ? IntakeSink() : sink;
        if (ready && complained)
            report(Health::Ok, hookSentence());
        if (ready)
            co_return ready;
        const std::chrono::milliseconds wait = waiting.after(ready.error());
        const QString again = againSentence(ready.error(), wait);
        complained |= isTaken || ready.error().kind == Error::Kind::Unauthorized;
        if (isTaken)
            report(Health::Failed, again);
        else if (ready.error().kind == Error::Kind::Unauthorized)
            report(Health::Failed, u"What %1 sends still comes in, but: %2"_s.arg(m_spec.title, again));
        co_await sleepFor(wait);
    }
}

QString ChatSession::hookSentence() const
{
    return u"Waiting for what %1 sends to its address at the gateway."_s.arg(m_spec.title);
}

} // namespace patchbay
