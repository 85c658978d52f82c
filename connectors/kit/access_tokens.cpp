#include "connectors/kit/access_tokens.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds spare = 60s; ///< a token that ends sooner is renewed first
constexpr milliseconds shortestLife = 30s; ///< a refused token is not renewed more often than this

HttpSettings tokenSettings(const StatusRules &rules)
{
    HttpSettings settings;
    settings.rules = rules;
    settings.limit = RateLimit{10, 60s}; // no vendor hands out more, and none is needed
    return settings;
}

bool lasts(const AccessToken &token, Timestamp since, Timestamp now)
{
    return token.validFor == 0ms || now < since + std::max(token.validFor - spare, token.validFor / 2);
}

} // namespace

AccessTokens::AccessTokens(TokenSpec spec, const ConnectorServices &services, AccountConfig account, StatusRules rules)
    : m_spec(std::move(spec))
    , m_services(services)
    , m_account(std::move(account))
    , m_who(rules.who)
    , m_http(*services.transport, *services.clock, services.random, tokenSettings(rules))
{
    if (!isNeeded())
        return;
    for (const QString &secret : std::as_const(m_account.secrets)) // none of them is a credential of a request
        registerSecret(secret);
}

Async<Result<AccessToken>> AccessTokens::current()
{
    if (m_token && !m_storesLater && lasts(*m_token, m_renewedAt, m_services.clock->now()))
        co_return *m_token;
    if (!m_renewal || m_renewal->isFinished())
        m_renewal = m_scope.run(renewed());
    QFuture<Result<AccessToken>> waiting = *m_renewal;
    co_return co_await finished(std::move(waiting));
}

void AccessTokens::refused(const QString &token)
{
    const bool old = m_services.clock->now() >= m_renewedAt + shortestLife;
    if (m_token && m_token->token == token && old)
        m_token.reset();
}

bool AccessTokens::isFor(const TokenSpec &spec, const AccountConfig &account) const
{
    const QString refreshToken = account.secrets.value(m_spec.rotates);
    const QString ours = m_account.secrets.value(m_spec.rotates);
    const bool known = !refreshToken.isEmpty() && (refreshToken == ours || m_replaced.contains(refreshToken));
    if (spec.build != m_spec.build || account.uid != m_account.uid || !known)
        return false;
    AccountConfig same = account;
    same.secrets.insert(m_spec.rotates, ours);
    const Result<Request> mine = m_spec.build(m_account);
    const Result<Request> theirs = m_spec.build(same);
    return mine && theirs && mine->url() == theirs->url() && mine->bytes() == theirs->bytes()
        && mine->headers() == theirs->headers();
}

Async<Result<AccessToken>> AccessTokens::renewed()
{
    if (m_storesLater) {
        const Result<Done> stored = co_await storeRefreshToken();
        if (!stored)
            co_return stored.error();
        if (m_token && lasts(*m_token, m_renewedAt, m_services.clock->now()))
            co_return *m_token;
    }
    const Result<Request> request = m_spec.build(m_account);
    if (!request)
        co_return request.error();
    const Result<Reply> reply = co_await m_http.send(Request(*request).reading());
    if (!reply) {
        Error error = reply.error();
        // RFC 6749, section 5.2: invalid_grant comes with 400.
        if (error.kind == Error::Kind::Refused)
            error.kind = Error::Kind::Unauthorized;
        if (error.kind == Error::Kind::Unauthorized) {
            error.message = u"%1 Sign in to %2 again in its settings."_s.arg(error.message, m_who);
            if (!m_account.secrets.value(m_spec.rotates).isEmpty()) // one that a renewal elsewhere may have replaced
                error.message +=
                    u" A copy of it at work on another workstation may have ended it: sign in on each by itself."_s;
        }
        co_return error;
    }
    JsonReader in = JsonReader::parse(reply->body, u"reply"_s);
    const Result<AccessToken> token = in.ok() ? m_spec.read(in, m_account) : Result<AccessToken>(in.error());
    if (!token)
        co_return token.error();
    registerSecret(token->token);
    m_token = *token;
    m_renewedAt = m_services.clock->now();
    m_signInUntil = token->signInFor > 0ms ? m_renewedAt + token->signInFor : Timestamp();
    const QString old = m_account.secrets.value(m_spec.rotates);
    if (!m_spec.rotates.isEmpty() && !token->refreshToken.isEmpty() && token->refreshToken != old) {
        registerSecret(token->refreshToken);
        m_replaced.append(old);
        m_account.secrets.insert(m_spec.rotates, token->refreshToken);
        m_storesLater = true;
        const Result<Done> stored = co_await storeRefreshToken();
        if (!stored)
            co_return stored.error();
    }
    co_return *m_token;
}

Async<Result<Done>> AccessTokens::storeRefreshToken()
{
    if (!m_services.storeSecret)
        co_return makeError(Error::Kind::Storage,
                            u"%1 renewed the sign-in, and there is no place to store it."_s.arg(m_who));
    auto storing = m_services.storeSecret(m_account, m_spec.rotates, m_account.secrets.value(m_spec.rotates));
    const Result<Done> stored = co_await std::move(storing);
    if (!stored) {
        co_return makeError(
            Error::Kind::Storage,
            u"%1 renewed the sign-in, but it could not be stored: %2"_s.arg(m_who, stored.error().message));
    }
    m_storesLater = false;
    co_return Done{};
}

std::shared_ptr<AccessTokens> SharedTokens::of(const TokenSpec &spec, const ConnectorServices &services,
                                               const AccountConfig &account, const StatusRules &rules)
{
    std::erase_if(m_all, [](const std::weak_ptr<AccessTokens> &one) { return one.expired(); });
    for (const std::weak_ptr<AccessTokens> &one : m_all) {
        const std::shared_ptr<AccessTokens> known = one.lock();
        if (known && known->isFor(spec, account))
            return known;
    }
    const auto made = std::make_shared<AccessTokens>(spec, services, account, rules);
    m_all.push_back(made);
    return made;
}

std::shared_ptr<AccessTokens> accessTokensOf(const TokenSpec &spec, const ConnectorServices &services,
                                             const AccountConfig &account, const StatusRules &rules)
{
    const bool shares = services.tokens && !spec.rotates.isEmpty();
    return shares ? services.tokens->of(spec, services, account, rules)
                  : std::make_shared<AccessTokens>(spec, services, account, rules);
}

Async<Result<Reply>> sendSignedIn(HttpClient *http, AccessTokens *tokens, Request request, SendGate gate)
{
    const Result<Reply> reply = co_await http->send(request, gate);
    const bool again = !reply && reply.error().kind == Error::Kind::Unauthorized && !reply.error().ambiguous;
    if (!again || !tokens->isNeeded())
        co_return reply;
    // Refused at the door: nothing has happened there, so it may go again with a new token.
    const Result<AccessToken> old = co_await tokens->current();
    if (!old)
        co_return reply;
    tokens->refused(old->token);
    const Result<AccessToken> renewed = co_await tokens->current();
    if (!renewed || renewed->token == old->token)
        co_return renewed ? reply : Result<Reply>(renewed.error());
    http->setCredentials(tokens->credentialsOf(*renewed));
    co_return co_await http->send(request, gate);
}

Result<Request> refreshTokenRequest(const AccountConfig &account, const QUrl &tokenUrl)
{
    QList<QPair<QString, QString>> fields{{u"grant_type"_s, u"refresh_token"_s},
                                          {u"refresh_token"_s, account.secrets.value(u"refresh_token"_s)},
                                          {u"client_id"_s, settingText(account.settings, u"client_id"_s)}};
    if (const QString secret = account.secrets.value(u"client_secret"_s); !secret.isEmpty())
        fields.append({u"client_secret"_s, secret});
    return Request(QByteArrayLiteral("POST"), tokenUrl).form(fields);
}

Result<Request> jsonRefreshRequest(const AccountConfig &account, const QString &path)
{
    const Result<QUrl> address = tokenUrlOf(account, originOf(QUrl(settingText(account.settings, u"url"_s))) + path);
    if (!address)
        return address.error();
    return Request(QByteArrayLiteral("POST"), *address)
        .json({{u"grant_type"_s, u"refresh_token"_s},
               {u"client_id"_s, settingText(account.settings, u"client_id"_s)},
               {u"client_secret"_s, account.secrets.value(u"client_secret"_s)},
               {u"refresh_token"_s, account.secrets.value(u"refresh_token"_s)},
               {u"redirect_uri"_s, settingText(account.settings, u"redirect"_s)}});
}

Result<Request> clientCredentialsRequest(const AccountConfig &account, const QUrl &tokenUrl, const QString &scope)
{
    QList<QPair<QString, QString>> fields{{u"grant_type"_s, u"client_credentials"_s},
                                          {u"client_id"_s, settingText(account.settings, u"client_id"_s)},
                                          {u"client_secret"_s, account.secrets.value(u"client_secret"_s)}};
    if (!scope.isEmpty())
        fields.append({u"scope"_s, scope});
    return Request(QByteArrayLiteral("POST"), tokenUrl).form(fields);
}

Result<AccessToken> readTokenReply(JsonReader &reply, const AccountConfig &)
{
    AccessToken token;
    token.token = reply.text(u"/access_token"_s);
    token.refreshToken = reply.optionalText(u"/refresh_token"_s).value_or(QString());
    if (reply.has(u"/expires_in"_s)) // a number, but some write it as text
        token.validFor =
            std::chrono::seconds(std::clamp<qint64>(reply.id(u"/expires_in"_s).toLongLong(), 0, 31'536'000));
    if (reply.has(u"/refresh_token_expires_in"_s))
        token.signInFor = std::chrono::seconds(
            std::clamp<qint64>(reply.id(u"/refresh_token_expires_in"_s).toLongLong(), 0, 315'360'000));
    if (token.token.isEmpty())
        reply.fault(u"/access_token"_s, u"is empty"_s);
    return reply.finish(token);
}

Result<AccessToken> readTokenAt(JsonReader &reply, const QString &tokenPath, const QString &secondsPath)
{
    AccessToken token;
    token.token = reply.text(tokenPath);
    token.validFor = std::chrono::seconds(std::clamp<qint64>(reply.integer(secondsPath), 0, 31'536'000));
    if (token.token.isEmpty())
        reply.fault(tokenPath, u"is empty"_s);
    return reply.finish(token);
}

Result<AccessToken> readTokenReplyWithBase(JsonReader &reply, const AccountConfig &account, const QString &basePath)
{
    Result<AccessToken> token = readTokenReply(reply, account);
    if (!token)
        return token;
    const QString address = reply.text(basePath);
    const Result<QUrl> base = checkedUrl(address, settingSwitch(account.settings, u"allow_http"_s));
    if (!base) {
        reply.fault(basePath, base.error().message);
        return reply.error();
    }
    token->base = *base;
    return token;
}

QUrl tokenUrlAt(const AccountConfig &account, const QString &proposed, const QString &path)
{
    const QString address = settingText(account.settings, u"url"_s);
    QUrl url(address.isEmpty() ? proposed : address);
    url.setPath(path);
    return url;
}

Result<QUrl> tokenUrlOf(const AccountConfig &account, const QString &proposed)
{
    const QString chosen = settingText(account.settings, u"token_url"_s);
    return checkedUrl(chosen.isEmpty() ? proposed : chosen, settingSwitch(account.settings, u"allow_http"_s));
}

} // namespace patchbay
