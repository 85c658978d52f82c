#include "core/net/oauth_sign_in.h"

#include "core/base/json_reader.h"
#include "core/base/log.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QTimer>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qsizetype longestRedirect = 16 * 1024;
constexpr int mostCallers = 8; ///< at once: browsers open a second connection for the icon
constexpr auto callersTime = std::chrono::seconds(10);

QByteArray urlSafe(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

HttpSettings exchangeSettings(const OAuthOffer &offer)
{
    HttpSettings settings;
    settings.rules.who = offer.tokenUrl.host();
    return settings;
}

QByteArray pageOf(int status, const char *word, const QByteArray &sentence)
{
    const QByteArray body = "<!doctype html><meta charset=utf-8><title>Patchbay</title><p>" + sentence + "</p>\n";
    return "HTTP/1.1 " + QByteArray::number(status) + ' ' + word
        + "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
          "Content-Security-Policy: default-src 'none'\r\nConnection: close\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// The target of a GET, or nothing when it is no such request.
QUrl targetOf(const QByteArray &request)
{
    const QByteArray line = request.left(request.indexOf("\r\n"));
    const QList<QByteArray> words = line.split(' ');
    if (words.size() != 3 || words[0] != "GET" || !words[2].startsWith("HTTP/1.") || !words[1].startsWith('/'))
        return {};
    return QUrl::fromEncoded("http://loopback" + words[1], QUrl::StrictMode);
}

QString valueOf(const QUrlQuery &query, const QString &name) { return query.queryItemValue(name, QUrl::FullyDecoded); }

} // namespace

Request oauthTokenRequest(const OAuthOffer &offer, QList<QPair<QString, QString>> fields)
{
    const bool inHeader = offer.secretInHeader && !offer.clientSecret.isEmpty(); // without one: a public client
    if (!inHeader) {
        fields.append({u"client_id"_s, offer.clientId});
        if (!offer.clientSecret.isEmpty())
            fields.append({u"client_secret"_s, offer.clientSecret});
    }
    Request request = Request(QByteArrayLiteral("POST"), offer.tokenUrl).form(fields);
    if (!inHeader)
        return request;
    const Credentials client = Credentials::basic(offer.clientId, offer.clientSecret);
    return std::move(request).header(client.header, client.value);
}

Result<OAuthGrant> readOAuthGrant(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    OAuthGrant granted;
    granted.accessToken = in.text(u"/access_token"_s);
    granted.refreshToken = in.optionalText(u"/refresh_token"_s).value_or(QString());
    granted.reply = in.value().toObject();
    for (const QString &token : {granted.accessToken, granted.refreshToken})
        registerSecret(token);
    return in.finish(granted);
}

QByteArray pkceChallenge(const QByteArray &verifier)
{
    return urlSafe(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256));
}

OAuthSignIn::OAuthSignIn(Transport &transport, const Clock &clock, std::function<QByteArray(int)> randomBytes,
                         OAuthOffer offer)
    : m_offer(std::move(offer))
    , m_randomBytes(std::move(randomBytes))
    , m_http(
          transport, clock, [] { return 0.5; }, exchangeSettings(m_offer))
{
}

OAuthSignIn::~OAuthSignIn() = default;

Result<QUrl> OAuthSignIn::begin()
{
    if (m_offer.clientId.isEmpty() || !m_offer.authorizeUrl.isValid() || !m_offer.tokenUrl.isValid())
        return makeError(Error::Kind::Refused, u"The sign-in needs a client id first. Enter it in the settings."_s);
    m_server = std::make_unique<QTcpServer>();
    m_server->setMaxPendingConnections(mostCallers);
    if (!m_server->listen(QHostAddress::LocalHost, m_offer.port)) {
        return makeError(Error::Kind::Refused,
                         u"Port %1 of this computer, to which the browser comes back, is taken: %2."_s.arg(m_offer.port)
                             .arg(m_server->errorString()));
    }
    QObject::connect(m_server.get(), &QTcpServer::newConnection, m_server.get(), [this] { accept(); });
    m_state = urlSafe(m_randomBytes(24));
    m_verifier = urlSafe(m_randomBytes(48));
    registerSecret(QString::fromLatin1(m_verifier));
    m_redirect = u"http://%1:%2/"_s.arg(m_offer.redirectHost).arg(m_server->serverPort());
    m_code.start();

    QUrl url = m_offer.authorizeUrl;
    QUrlQuery query(url);
    QList<QPair<QString, QString>> items{{u"response_type"_s, u"code"_s},
                                         {u"client_id"_s, m_offer.clientId},
                                         {u"redirect_uri"_s, m_redirect},
                                         {u"state"_s, QString::fromLatin1(m_state)},
                                         {u"code_challenge"_s, QString::fromLatin1(pkceChallenge(m_verifier))},
                                         {u"code_challenge_method"_s, u"S256"_s}};
    if (!m_offer.scope.isEmpty())
        items.append({u"scope"_s, m_offer.scope});
    items += m_offer.extra;
    for (const auto &[name, value] : items)
        query.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(name)),
                           QString::fromLatin1(QUrl::toPercentEncoding(value)));
    url.setQuery(query);
    return url;
}

void OAuthSignIn::accept()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        socket->setReadBufferSize(longestRedirect + 1);
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { readFrom(socket); });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(callersTime, socket, [socket] { socket->abort(); });
        if (m_server->findChildren<QTcpSocket *>(Qt::FindDirectChildrenOnly).size() > mostCallers)
            socket->abort();
    }
}

void OAuthSignIn::readFrom(QTcpSocket *socket)
{
    const QByteArray request = socket->peek(longestRedirect + 1);
    if (!request.contains("\r\n\r\n")) {
        if (request.size() > longestRedirect)
            socket->abort();
        return;
    }
    socket->readAll();
    socket->disconnect(SIGNAL(readyRead()));
    answer(socket, request);
}

bool OAuthSignIn::answer(QTcpSocket *socket, const QByteArray &request)
{
    const auto say = [socket](int status, const char *word, const QByteArray &sentence) {
        socket->write(pageOf(status, word, sentence));
        socket->disconnectFromHost();
    };
    const QUrl target = targetOf(request);
    const QUrlQuery query(target);
    // Anything on this machine can call: only who knows the state is the browser that we sent out.
    const bool ours = target.path() == u"/"_s && valueOf(query, u"state"_s).toLatin1() == m_state;
    if (!ours || m_settled) {
        say(404, "Not Found", "There is nothing here.");
        return false;
    }
    const QString code = valueOf(query, u"code"_s);
    if (!code.isEmpty()) {
        registerSecret(code);
        say(200, "OK", "Signed in. You can close this page and go back to Patchbay.");
        settle(code);
        return true;
    }
    const QString why = valueOf(query, u"error_description"_s);
    const QString words = escapedForLog(why.isEmpty() ? valueOf(query, u"error"_s) : why, 300);
    say(200, "OK", "Patchbay was not signed in. You can close this page.");
    settle(makeError(Error::Kind::Unauthorized,
                     u"The sign-in was refused: %1"_s.arg(words.isEmpty() ? u"no reason was given."_s : words)));
    return true;
}

void OAuthSignIn::settle(Result<QString> code)
{
    if (std::exchange(m_settled, true))
        return;
    m_code.addResult(std::move(code));
    m_code.finish();
}

Async<Result<OAuthGrant>> OAuthSignIn::grant(milliseconds patience)
{
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [this] {
        settle(makeError(Error::Kind::Timeout, u"Nobody signed in within the time. Begin again."_s));
    });
    timer.start(patience);
    QFuture<Result<QString>> coming = m_code.future();
    const Result<QString> code = co_await finished(std::move(coming));
    timer.stop();
    m_server->close();
    if (!code)
        co_return code.error();
    co_return co_await exchange(*code);
}

Async<Result<OAuthGrant>> OAuthSignIn::exchange(QString code)
{
    QList<QPair<QString, QString>> fields{{u"grant_type"_s, u"authorization_code"_s},
                                          {u"code"_s, code},
                                          {u"redirect_uri"_s, m_redirect},
                                          {u"code_verifier"_s, QString::fromLatin1(m_verifier)}};
    // A code works once: a repeat would only hide how the first one ended, so this is a request that changes something.
    const Request request = oauthTokenRequest(m_offer, fields);
    const Result<Reply> reply = co_await m_http.send(request);
    if (!reply) {
        Error error = reply.error();
        error.ambiguous = false;
        co_return error;
    }
    co_return readOAuthGrant(*reply);
}

} // namespace patchbay
