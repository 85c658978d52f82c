#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// A vendor's sign-in with the browser (OAuth 2.0, authorization code) through an app that the team registers there
/// itself: constant facts of a connector. An account may put other addresses in their place.
struct OAuthApp {
    const char *authorizeUrl = "";
    const char *tokenUrl = "";
    const char *scope = "";
    const char *extra = ""; ///< further items of the authorize address: "audience=api&prompt=consent"
    const char *redirectHost = "localhost"; ///< or "127.0.0.1"
    bool secretInHeader = false; ///< the app proves itself with HTTP Basic, not in the form
};

/// Vendors compare the address that the browser comes back to letter by letter, so it is the same for all of them:
/// http://localhost:28931/
constexpr quint16 oauthRedirectPort = 28931;

/// The choice "sign_in" is "browser".
bool signsInWithBrowser(const AccountConfig &account);
/// The form's own fields, of which the first secret is the key that lasts and is needed only with `sign_in` "key";
/// before it the choice "sign_in", behind it client_id, client_secret and refresh_token, at the end authorize_url and
/// token_url.
std::vector<FormField> withBrowserSignIn(std::vector<FormField> form, const OAuthApp &app);
/// Refused when the browser is chosen and the form lacks what it needs.
Result<Done> checkBrowserSignIn(const AccountConfig &account);
Result<OAuthOffer> offerOf(const OAuthApp &app, const AccountConfig &account);
template <const OAuthApp &app> Result<OAuthOffer> offerOf(const AccountConfig &account)
{
    return offerOf(app, account);
}
/// The renewal with the refresh token; Unauthorized while nobody has signed in.
Result<Request> renewalOf(const OAuthApp &app, const AccountConfig &account);

template <const OAuthApp &app> Result<Request> renewalOf(const AccountConfig &account)
{
    return renewalOf(app, account);
}

/// The same of a vendor whose addresses or scope hang on the account.
using OAuthAppOf = OAuthOffer (*)(const AccountConfig &account);
OAuthOffer oauthVendor(const QString &authorizeUrl, const QString &tokenUrl, const QString &scope);
/// The vendor's offer with the client of the form, and with authorize_url and token_url where they are not empty.
/// Refused while the form says another sign-in.
Result<OAuthOffer> offerFor(const AccountConfig &account, OAuthOffer vendor);
/// With `sign_in` "client_credentials" the request of the application itself, for `appScope`; else the renewal.
Result<Request> tokenRequestFor(const AccountConfig &account, OAuthOffer vendor, const QString &appScope = {});
template <OAuthAppOf vendor> Result<OAuthOffer> offerBy(const AccountConfig &account)
{
    return offerFor(account, vendor(account));
}
template <OAuthAppOf vendor> Result<Request> tokenRequestBy(const AccountConfig &account)
{
    return tokenRequestFor(account, vendor(account));
}
/// The choice "sign_in" is "refresh_token".
bool wantsRefreshToken(const AccountConfig &account);

/// Lets a spec whose `auth` takes a key that lasts also sign in with the browser. Call it when the form is complete.
template <const OAuthApp &app> void offerBrowserSignIn(CrmSpec &spec)
{
    spec.form = withBrowserSignIn(std::move(spec.form), app);
    spec.signIn = &offerOf<app>;
    spec.tokens.build = &renewalOf<app>;
    spec.tokens.read = &readTokenReply;
    spec.tokens.rotates = QStringLiteral("refresh_token");
    spec.tokens.wanted = &signsInWithBrowser;
}

} // namespace patchbay
