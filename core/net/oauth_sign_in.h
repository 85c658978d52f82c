#pragma once

#include "core/net/http_client.h"

#include <QtCore/QJsonObject>

class QTcpServer;
class QTcpSocket;

namespace patchbay {

/// How a vendor signs a person in who has the browser on another device (RFC 8628).
struct DeviceFlow {
    QString place = {}; ///< of the address that hands out codes, relative to the token address; empty: there is none
    QString extra = {}; ///< further fields of the request for a code: "response_type=device_code"
    QString grantType = QStringLiteral("urn:ietf:params:oauth:grant-type:device_code");
    QString codeField = QStringLiteral("device_code"); ///< where the code stands in the request for tokens
    QString tokenPlace = {}; ///< where a code is exchanged, relative to the token address; empty: there
    std::chrono::milliseconds unit = std::chrono::seconds(1); ///< in which its answer tells times
};

/// What a connector declares so that a person can sign in with the system's browser (RFC 8252: authorization code with
/// PKCE, redirected to this machine).
struct OAuthOffer {
    QUrl authorizeUrl = {};
    QUrl tokenUrl = {};
    QString clientId = {};
    QString clientSecret = {}; ///< only where the vendor wants one of desktop applications, too
    QString scope = {};
    QList<QPair<QString, QString>> extra = {}; ///< of the authorize address: access_type=offline
    quint16 port = 0; ///< the redirect's port where it has to be registered; 0: any
    QString redirectHost = QStringLiteral("127.0.0.1"); ///< some vendors only register "localhost"
    bool secretInHeader = false; ///< the client proves itself with HTTP Basic, not in the form (RFC 6749, 2.3.1)
    DeviceFlow device = {};
};

/// What the vendor handed out. The tokens are registered as secrets.
struct OAuthGrant {
    QString accessToken = {};
    QString refreshToken = {};
    QJsonObject reply = {}; ///< the whole answer, for what else a vendor says there (instance_url, api_domain)
};

/// A call of the token address: these fields, and who the client is.
Request oauthTokenRequest(const OAuthOffer &offer, QList<QPair<QString, QString>> fields);
/// The tokens in its answer.
Result<OAuthGrant> readOAuthGrant(const Reply &reply);

/// RFC 7636: the challenge for a verifier, method S256.
QByteArray pkceChallenge(const QByteArray &verifier);

/// One sign-in: listens on loopback, gives the address for the browser, takes the redirect and exchanges its code.
/// Event loop's thread; destroying it ends the wait.
class OAuthSignIn {
public:
    /// `randomBytes`: that many, from the system's generator.
    OAuthSignIn(Transport &transport, const Clock &clock, std::function<QByteArray(int)> randomBytes, OAuthOffer offer);
    ~OAuthSignIn();

    /// Begins to listen and gives the address to open. Refused when the port is taken or the offer is incomplete.
    Result<QUrl> begin();
    /// Waits until the browser comes back. Unauthorized: the person, or the vendor, said no (in its words); Timeout
    /// after `patience`.
    Async<Result<OAuthGrant>> grant(std::chrono::milliseconds patience = std::chrono::minutes(10));

private:
    void accept();
    void readFrom(QTcpSocket *socket);
    /// Answers one request; true when it was the redirect.
    bool answer(QTcpSocket *socket, const QByteArray &request);
    void settle(Result<QString> code);
    Async<Result<OAuthGrant>> exchange(QString code);

    OAuthOffer m_offer;
    std::function<QByteArray(int)> m_randomBytes;
    HttpClient m_http;
    std::unique_ptr<QTcpServer> m_server;
    QByteArray m_state;
    QByteArray m_verifier;
    QString m_redirect;
    QPromise<Result<QString>> m_code;
    bool m_settled = false;
};

} // namespace patchbay
