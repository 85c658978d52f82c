#include "core/net/device_sign_in.h"

#include "core/base/json_reader.h"
#include "core/base/log.h"

#include <QtCore/QUrlQuery>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds usualInterval = 5s; ///< where the vendor names none (RFC 8628, section 3.2)
constexpr seconds longestInterval = 60s;
constexpr seconds usualLife = 600s; ///< of a code, where the vendor does not say it
constexpr seconds longestLife = 1800s;
constexpr qsizetype longestUserCode = 60;

/// What RFC 8628, section 3.5, and the vendors' own words mean. The kinds are this file's own: Conflict: not yet.
std::optional<VendorFailure> deviceFailure(const Reply &reply, Timestamp)
{
    struct Word {
        QLatin1StringView error;
        Error::Kind kind = Error::Kind::Refused;
    };
    static constexpr Word words[] = {
        {"authorization_pending"_L1, Error::Kind::Conflict}, {"slow_down"_L1, Error::Kind::RateLimited},
        {"access_denied"_L1, Error::Kind::Unauthorized},     {"authorization_declined"_L1, Error::Kind::Unauthorized},
        {"expired_token"_L1, Error::Kind::NotFound},         {"expired"_L1, Error::Kind::NotFound},
        {"other_dc"_L1, Error::Kind::Unauthorized}};
    if (reply.status >= 500) // some say it with 200
        return std::nullopt;
    const JsonReader in = JsonReader::parse(reply.body, u"answer"_s);
    const QString error = in.ok() ? in.value(u"/error"_s).toString() : QString();
    const auto known =
        std::find_if(std::begin(words), std::end(words), [&error](const Word &one) { return one.error == error; });
    if (known == std::end(words))
        return std::nullopt;
    return VendorFailure{known->kind, commonWords(reply.body)};
}

HttpSettings deviceSettings(const OAuthOffer &offer)
{
    HttpSettings settings;
    settings.rules.who = offer.tokenUrl.host();
    settings.rules.failure = &deviceFailure;
    settings.retry.attempts = 1; // the wait for the code asks again anyway
    return settings;
}

Async<Done> pauseOf(milliseconds time)
{
    co_await sleepFor(time);
    co_return Done();
}

/// A time of the answer within bounds. Far numbers are bounded before they could overflow.
seconds timeIn(JsonReader &in, const QString &path, milliseconds unit, seconds usual, seconds longest)
{
    const qint64 most = longest / unit;
    const qint64 count = std::clamp<qint64>(in.optionalInteger(path).value_or(usual / unit), 0, most);
    return std::max(std::chrono::duration_cast<seconds>(count * unit), 1s);
}

/// A page that a person may be sent to: encrypted, unless the vendor's own address is not.
bool isOpenable(const QUrl &page, const QUrl &vendor)
{
    return (page.scheme() == u"https"_s || page.scheme() == vendor.scheme()) && !page.host().isEmpty()
        && page.userInfo().isEmpty();
}

bool isUserCode(const QString &code)
{
    return !code.isEmpty() && code.size() <= longestUserCode
        && std::all_of(code.begin(), code.end(), [](QChar c) { return c >= u' ' && c < u'\x7f'; });
}

Error tooLate() { return makeError(Error::Kind::Timeout, u"Nobody entered the code within its time. Begin again."_s); }

/// The last answer, said as the end of the sign-in.
Error refusedBy(Error error)
{
    error.message = u"The sign-in was refused: %1"_s.arg(error.message);
    return error;
}

} // namespace

OAuthDeviceSignIn::OAuthDeviceSignIn(Transport &transport, const Clock &clock, OAuthOffer offer, Pause pause)
    : m_offer(std::move(offer))
    , m_pause(pause ? std::move(pause) : Pause(&pauseOf))
    , m_http(
          transport, clock, [] { return 0.5; }, deviceSettings(m_offer))
{
}

Async<Result<OAuthDeviceCode>> OAuthDeviceSignIn::begin()
{
    if (m_offer.device.place.isEmpty())
        co_return makeError(Error::Kind::Refused, u"The vendor hands out no codes for another device."_s);
    if (m_offer.clientId.isEmpty() || !m_offer.tokenUrl.isValid())
        co_return makeError(Error::Kind::Refused, u"The sign-in needs a client id first. Enter it in the settings."_s);
    QList<QPair<QString, QString>> fields{{u"client_id"_s, m_offer.clientId}};
    if (!m_offer.scope.isEmpty())
        fields.append({u"scope"_s, m_offer.scope});
    fields += QUrlQuery(m_offer.device.extra).queryItems(QUrl::FullyDecoded);
    const QUrl address = m_offer.tokenUrl.resolved(QUrl(m_offer.device.place));
    const Request request = Request(QByteArrayLiteral("POST"), address).form(fields).reading();
    const Result<Reply> reply = co_await m_http.send(request);
    if (!reply)
        co_return reply.error();
    JsonReader in = JsonReader::parse(reply->body, u"reply"_s);
    m_deviceCode = in.text(u"/device_code"_s);
    registerSecret(m_deviceCode);
    OAuthDeviceCode handedOut;
    const QString page = in.has(u"/verification_url"_s) ? u"/verification_url"_s : u"/verification_uri"_s;
    handedOut.page = QUrl(in.text(page), QUrl::StrictMode);
    handedOut.code = in.text(u"/user_code"_s);
    handedOut.validFor = timeIn(in, u"/expires_in"_s, m_offer.device.unit, usualLife, longestLife);
    m_interval = timeIn(in, u"/interval"_s, m_offer.device.unit, usualInterval, longestInterval);
    if (in.ok() && m_deviceCode.isEmpty())
        in.fault(u"/device_code"_s, u"is empty"_s);
    if (in.ok() && !isOpenable(handedOut.page, m_offer.tokenUrl))
        in.fault(page, u"is no page to open"_s);
    if (in.ok() && !isUserCode(handedOut.code))
        in.fault(u"/user_code"_s, u"is no code that a person could enter"_s);
    m_left = handedOut.validFor;
    co_return in.finish(handedOut);
}

Async<Result<OAuthGrant>> OAuthDeviceSignIn::grant()
{
    const QList<QPair<QString, QString>> fields{{u"grant_type"_s, m_offer.device.grantType},
                                                {m_offer.device.codeField, m_deviceCode}};
    // An answer that is lost may have been the grant: then the next one says so, and the person begins again.
    OAuthOffer place = m_offer;
    place.tokenUrl = m_offer.tokenUrl.resolved(QUrl(m_offer.device.tokenPlace));
    const Request request = oauthTokenRequest(place, fields).reading();
    while (m_left > m_interval) {
        m_left -= m_interval;
        co_await m_pause(m_interval);
        const Result<Reply> reply = co_await m_http.send(request);
        if (reply)
            co_return readOAuthGrant(*reply);
        const std::optional<seconds> interval = intervalAfter(reply.error());
        if (!interval)
            co_return reply.error().kind == Error::Kind::NotFound ? tooLate() : refusedBy(reply.error());
        m_interval = *interval;
    }
    co_return tooLate();
}

std::optional<seconds> OAuthDeviceSignIn::intervalAfter(const Error &error) const
{
    switch (error.kind) {
    case Error::Kind::Conflict: return m_interval;
    case Error::Kind::RateLimited: return std::min(m_interval + 5s, longestInterval); // RFC 8628, section 3.5
    case Error::Kind::Offline:
    case Error::Kind::Timeout:
    case Error::Kind::Remote: return std::min(m_interval * 2, longestInterval);
    default: return std::nullopt;
    }
}

} // namespace patchbay
