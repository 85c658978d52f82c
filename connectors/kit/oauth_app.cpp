#include "connectors/kit/oauth_app.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"

#include <QtCore/QUrlQuery>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<QUrl> oauthAddress(const AccountConfig &account, const QString &field, const QUrl &known)
{
    const QString chosen = settingText(account.settings, field);
    return checkedUrl(chosen.isEmpty() ? known.toString() : chosen, settingSwitch(account.settings, u"allow_http"_s));
}

OAuthOffer withClient(OAuthOffer offer, const AccountConfig &account)
{
    offer.clientId = settingText(account.settings, u"client_id"_s);
    offer.clientSecret = account.secrets.value(u"client_secret"_s);
    offer.port = oauthRedirectPort;
    return offer;
}

OAuthOffer vendorOf(const OAuthApp &app)
{
    OAuthOffer vendor = oauthVendor(QString::fromLatin1(app.authorizeUrl), QString::fromLatin1(app.tokenUrl),
                                    QString::fromLatin1(app.scope));
    vendor.extra = QUrlQuery(QString::fromLatin1(app.extra)).queryItems(QUrl::FullyDecoded);
    vendor.redirectHost = QString::fromLatin1(app.redirectHost);
    vendor.secretInHeader = app.secretInHeader;
    return vendor;
}

FormField addressField(const char *key, const char *label, const char *proposed)
{
    return proposedField(key, label, proposed,
                         QT_TRANSLATE_NOOP("form", "Only changed for a sandbox, another region or a proxy"));
}

} // namespace

bool signsInWithBrowser(const AccountConfig &account)
{
    return settingText(account.settings, u"sign_in"_s) == u"browser"_s;
}

std::vector<FormField> withBrowserSignIn(std::vector<FormField> form, const OAuthApp &app)
{
    const auto isSecret = [](const FormField &field) { return field.kind == FormField::Kind::Secret; };
    auto key = std::find_if(form.begin(), form.end(), isSecret);
    key->requiredUnless = u"sign_in=browser"_s;
    key = form.insert(key,
                      choiceField("sign_in", QT_TRANSLATE_NOOP("form", "Sign-in"), {u"key"_s, u"browser"_s},
                                  {QStringLiteral(QT_TRANSLATE_NOOP("form", "With a key that lasts")),
                                   QStringLiteral(QT_TRANSLATE_NOOP("form", "With the browser (OAuth 2.0)"))}));
    const FormField browser[] = {
        textField("client_id", QT_TRANSLATE_NOOP("form", "Client id"), false,
                  QT_TRANSLATE_NOOP("form", "Browser: of the app that your team registered")),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), false,
                    QT_TRANSLATE_NOOP("form", "Browser: where the vendor gives one")),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false,
                    QT_TRANSLATE_NOOP("form", "Browser: filled by the sign-in")),
    };
    form.insert(key + 2, std::begin(browser), std::end(browser));
    form.push_back(
        addressField("authorize_url", QT_TRANSLATE_NOOP("form", "Address of the sign-in page"), app.authorizeUrl));
    form.push_back(addressField("token_url", QT_TRANSLATE_NOOP("form", "Address for tokens"), app.tokenUrl));
    return form;
}

Result<Done> checkBrowserSignIn(const AccountConfig &account)
{
    if (!signsInWithBrowser(account) || !settingText(account.settings, u"client_id"_s).isEmpty())
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"Client id (client_id): is missing; your team registers its own app, as the setup page tells."_s);
}

bool wantsRefreshToken(const AccountConfig &account)
{
    return settingText(account.settings, u"sign_in"_s) == u"refresh_token"_s;
}

OAuthOffer oauthVendor(const QString &authorizeUrl, const QString &tokenUrl, const QString &scope)
{
    OAuthOffer vendor;
    vendor.authorizeUrl = QUrl(authorizeUrl);
    vendor.tokenUrl = QUrl(tokenUrl);
    vendor.scope = scope;
    vendor.redirectHost = u"localhost"_s;
    return vendor;
}

Result<OAuthOffer> offerFor(const AccountConfig &account, OAuthOffer vendor)
{
    if (Result<Done> complete = checkBrowserSignIn(account); !complete)
        return complete.error();
    const QString chosen = settingText(account.settings, u"sign_in"_s);
    if (!chosen.isEmpty() && !signsInWithBrowser(account) && !wantsRefreshToken(account)) {
        return makeError(Error::Kind::Refused,
                         u"The settings say another sign-in. Choose the one with the browser there first."_s);
    }
    const Result<QUrl> authorize = oauthAddress(account, u"authorize_url"_s, vendor.authorizeUrl);
    if (!authorize)
        return authorize.error();
    const Result<QUrl> token = oauthAddress(account, u"token_url"_s, vendor.tokenUrl);
    if (!token)
        return token.error();
    OAuthOffer offer = withClient(std::move(vendor), account);
    offer.authorizeUrl = *authorize;
    offer.tokenUrl = *token;
    return offer;
}

Result<Request> tokenRequestFor(const AccountConfig &account, OAuthOffer vendor, const QString &appScope)
{
    const Result<QUrl> token = oauthAddress(account, u"token_url"_s, vendor.tokenUrl);
    if (!token)
        return token.error();
    if (settingText(account.settings, u"sign_in"_s) == u"client_credentials"_s)
        return clientCredentialsRequest(account, *token, appScope);
    const QString refreshToken = account.secrets.value(u"refresh_token"_s);
    if (refreshToken.isEmpty()) {
        return makeError(Error::Kind::Unauthorized,
                         u"Nobody has signed in yet: use \"Sign in with the browser\" in the target's settings."_s);
    }
    OAuthOffer offer = withClient(std::move(vendor), account);
    offer.tokenUrl = *token;
    return oauthTokenRequest(offer, {{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, refreshToken}});
}

Result<OAuthOffer> offerOf(const OAuthApp &app, const AccountConfig &account)
{
    return offerFor(account, vendorOf(app));
}

Result<Request> renewalOf(const OAuthApp &app, const AccountConfig &account)
{
    return tokenRequestFor(account, vendorOf(app));
}

} // namespace patchbay
