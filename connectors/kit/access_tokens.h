#pragma once

#include "connectors/kit/services.h"
#include "core/base/json_reader.h"
#include "core/net/http_client.h"

#include <QtCore/QFuture>

#include <memory>
#include <vector>

namespace patchbay {

/// An access token as a vendor hands it out.
struct AccessToken {
    QString token = {};
    std::chrono::milliseconds validFor{0}; ///< 0: until it is refused
    QString refreshToken = {}; ///< a new one; empty: the old one stays
    std::chrono::milliseconds signInFor{0}; ///< then the refresh token ends, too, and a person signs in; 0: not told
    QUrl base = {}; ///< the address that the API has for this account from now on; empty: as it was
};

/// How an account gets its access tokens: captureless functions over what the form holds (OAuth 2.0, RFC 6749, or a
/// vendor's own call). A value; without `build` there are none.
struct TokenSpec {
    /// The address is absolute: it may be another origin than the API's.
    Result<Request> (*build)(const AccountConfig &account) = nullptr;
    Result<AccessToken> (*read)(JsonReader &reply, const AccountConfig &account) = nullptr;
    Credentials (*credentials)(const QString &accessToken) = &Credentials::bearer;
    QString rotates = {}; ///< the secret field that holds the refresh token which a renewal may replace
    /// Null: always; else whether this account needs them, where the form also takes a key that lasts (CrmSpec::auth).
    bool (*wanted)(const AccountConfig &account) = nullptr;
};

/// The access token of one account: renewed before it ends, once for all who ask meanwhile. A renewed refresh token is
/// stored before the access token that came with it is used, because the old one may be worth nothing from then on.
/// Outlives its calls; event loop's thread.
class AccessTokens {
public:
    AccessTokens(TokenSpec spec, const ConnectorServices &services, AccountConfig account, StatusRules rules);

    bool isNeeded() const { return m_spec.build && (!m_spec.wanted || m_spec.wanted(m_account)); }
    /// One that is valid for another minute. Unauthorized: the sign-in is over; Storage: it was renewed and could not
    /// be stored (it is kept and tried again).
    Async<Result<AccessToken>> current();
    /// The other side did not accept it: the next current() renews, but not sooner than 30 s after the last renewal.
    void refused(const QString &token);
    /// When the refresh token ends, as the vendor said with the newest access token; none: it did not.
    Timestamp signInUntil() const { return m_signInUntil; }
    Credentials credentialsOf(const AccessToken &token) const { return m_spec.credentials(token.token); }
    /// Whether a connection with this account would sign in as this one does: the same call, with the refresh token
    /// that is in use or one that it has replaced.
    bool isFor(const TokenSpec &spec, const AccountConfig &account) const;

private:
    Async<Result<AccessToken>> renewed();
    Async<Result<Done>> storeRefreshToken();

    TokenSpec m_spec;
    ConnectorServices m_services;
    AccountConfig m_account;
    QStringList m_replaced = {}; ///< refresh tokens that renewals have replaced
    QString m_who;
    HttpClient m_http;
    std::optional<AccessToken> m_token = {};
    Timestamp m_renewedAt = {};
    Timestamp m_signInUntil = {};
    bool m_storesLater = false; ///< the refresh token in m_account is not in the secret store yet
    std::optional<QFuture<Result<AccessToken>>> m_renewal = {};
    AsyncScope m_scope = {};
};

/// The accounts' access tokens whose refresh token is replaced by a renewal. All connections of an account that sign in
/// in the same way have one in common: the trial of its settings would otherwise use the refresh token up that the live
/// connection still has. Event loop's thread.
class SharedTokens {
public:
    std::shared_ptr<AccessTokens> of(const TokenSpec &spec, const ConnectorServices &services,
                                     const AccountConfig &account, const StatusRules &rules);

private:
    std::vector<std::weak_ptr<AccessTokens>> m_all;
};

/// The account's access tokens: those that another connection of it has, where a renewal replaces the refresh token and
/// `services.tokens` knows them; else new ones.
std::shared_ptr<AccessTokens> accessTokensOf(const TokenSpec &spec, const ConnectorServices &services,
                                             const AccountConfig &account, const StatusRules &rules);

/// Sends it with a valid access token, where the account needs one; one that is refused at the door is renewed once,
/// and the request goes again. Both outlive the call.
Async<Result<Reply>> sendSignedIn(HttpClient *http, AccessTokens *tokens, Request request, SendGate gate);

/// `grant_type=refresh_token` (RFC 6749, section 6) to `tokenUrl`: secret "refresh_token", setting "client_id" and,
/// where the form has one, secret "client_secret".
Result<Request> refreshTokenRequest(const AccountConfig &account, const QUrl &tokenUrl);
/// The same as JSON, to this path at the account's own address (unless "token_url" says another), with the setting
/// "redirect", for vendors that ask for it.
Result<Request> jsonRefreshRequest(const AccountConfig &account, const QString &path);
/// `grant_type=client_credentials` (section 4.4), with a scope where one is given.
Result<Request> clientCredentialsRequest(const AccountConfig &account, const QUrl &tokenUrl, const QString &scope = {});
/// The reply of section 5.1: access_token, expires_in, refresh_token; and refresh_token_expires_in, which the RFC does not
/// have and several vendors send where a sign-in lasts for a time (docs.github.com, "Refreshing user access tokens").
Result<AccessToken> readTokenReply(JsonReader &reply, const AccountConfig &account);
/// A reply of a vendor's own form: the token, and the seconds that it is valid.
Result<AccessToken> readTokenAt(JsonReader &reply, const QString &tokenPath, const QString &secondsPath);
/// The same as readTokenReply of a vendor that says there at `basePath` which address the account's API has.
Result<AccessToken> readTokenReplyWithBase(JsonReader &reply, const AccountConfig &account, const QString &basePath);
/// A path at the address of the API (setting "url", else the proposed one), for vendors that give the token there.
QUrl tokenUrlAt(const AccountConfig &account, const QString &proposed, const QString &path);
/// The setting "token_url", else the proposed address.
Result<QUrl> tokenUrlOf(const AccountConfig &account, const QString &proposed);

} // namespace patchbay
