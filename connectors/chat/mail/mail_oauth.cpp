#include "connectors/chat/mail/mail_oauth.h"

#include "connectors/chat/mail/mail_settings.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// What a provider's documentation says of its sign-in.
struct MailProvider {
    QString id = {}; ///< the value of "sign_in"
    QString name = {};
    QString authorizeUrl = {};
    QString tokenUrl = {};
    QString scope = {};
    QList<QPair<QString, QString>> extra = {}; ///< of the authorize address
    QString redirectHost = u"127.0.0.1"_s;
    QString devicePlace = {}; ///< where it hands out codes for another device (core/net/oauth_sign_in.h)
};

const QList<MailProvider> &mailProviders()
{
    static const QList<MailProvider> all{
        // Without both extras Google gives no refresh token at a second sign-in.
        {u"google"_s,
         u"Google"_s,
         u"https://accounts.google.com/o/oauth2/v2/auth"_s,
         u"https://oauth2.googleapis.com/token"_s,
         u"https://mail.google.com/"_s,
         {{u"access_type"_s, u"offline"_s}, {u"prompt"_s, u"consent"_s}}},
        // Of a public client Microsoft only knows "localhost", at any port.
        {u"microsoft"_s,
         u"Microsoft"_s,
         u"https://login.microsoftonline.com/common/oauth2/v2.0/authorize"_s,
         u"https://login.microsoftonline.com/common/oauth2/v2.0/token"_s,
         u"https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"_s,
         {},
         u"localhost"_s,
         u"devicecode"_s},
        {u"oauth"_s},
    };
    return all;
}

const MailProvider *mailProviderOf(const AccountConfig &account)
{
    const QString chosen = settingText(account.settings, u"sign_in"_s);
    for (const MailProvider &provider : mailProviders()) {
        if (provider.id == chosen)
            return &provider;
    }
    return nullptr;
}

Result<QUrl> mailSignInUrl(const AccountConfig &account, const QString &field, const QString &preset)
{
    const QString given = settingText(account.settings, field);
    if (given.isEmpty())
        return QUrl(preset);
    const Result<QUrl> url = checkedUrl(given, false);
    if (!url)
        return mailFieldFault(field, u"cannot be used: "_s + url.error().message.chopped(1));
    return *url;
}

Result<Request> mailTokenRequest(const AccountConfig &account)
{
    const Result<std::optional<OAuthOffer>> offer = readMailOAuth(account);
    if (!offer)
        return offer.error();
    if (!*offer || account.secrets.value(u"refresh_token"_s).isEmpty()) {
        return makeError(
            Error::Kind::Unauthorized,
            u"Nobody has signed in to %1 for this mailbox yet: use \"Sign in with the browser\" in the channel's settings."_s
                .arg(mailProviderName(account)));
    }
    return refreshTokenRequest(account, (*offer)->tokenUrl);
}

} // namespace

std::vector<FormField> mailSignInForm()
{
    return {
        choiceField("sign_in", QT_TRANSLATE_NOOP("form", "Sign-in"),
                    {u"password"_s, u"google"_s, u"microsoft"_s, u"oauth"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Password")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "OAuth 2.0: Google")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "OAuth 2.0: Microsoft")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "OAuth 2.0: another provider"))}),
        secretField("password", QT_TRANSLATE_NOOP("form", "Password"), false,
                    QT_TRANSLATE_NOOP("form", "Not with OAuth 2.0; some providers want an app password")),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Client id"), false,
                  QT_TRANSLATE_NOOP("form", "OAuth 2.0: of your team's own registration with the provider")),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), false,
                    QT_TRANSLATE_NOOP("form", "OAuth 2.0: Google gives one; leave it empty for Microsoft")),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false,
                    QT_TRANSLATE_NOOP("form", "OAuth 2.0: filled by the sign-in with the browser")),
        textField("authorize_url", QT_TRANSLATE_NOOP("form", "Address of the sign-in page"), false,
                  QT_TRANSLATE_NOOP("form", "OAuth 2.0: empty: the provider's")),
        textField("token_url", QT_TRANSLATE_NOOP("form", "Address for tokens"), false,
                  QT_TRANSLATE_NOOP("form", "OAuth 2.0: empty: the provider's")),
        textField("scope", QT_TRANSLATE_NOOP("form", "Scopes"), false,
                  QT_TRANSLATE_NOOP("form", "OAuth 2.0: empty: what the provider wants for IMAP and SMTP")),
    };
}

Result<std::optional<OAuthOffer>> readMailOAuth(const AccountConfig &account)
{
    const QString chosen = settingText(account.settings, u"sign_in"_s);
    if (chosen.isEmpty() || chosen == u"password"_s)
        return std::optional<OAuthOffer>();
    const MailProvider *provider = mailProviderOf(account);
    if (!provider)
        return mailFieldFault(u"sign_in"_s,
                              u"must be password, google, microsoft or oauth, not \"%1\""_s.arg(chosen.left(50)));
    OAuthOffer offer;
    offer.clientId = settingText(account.settings, u"client_id"_s);
    offer.clientSecret = account.secrets.value(u"client_secret"_s);
    offer.extra = provider->extra;
    offer.redirectHost = provider->redirectHost;
    offer.device.place = provider->devicePlace;
    if (offer.clientId.isEmpty())
        return mailFieldFault(
            u"client_id"_s,
            u"is missing: with OAuth 2.0 your team registers its own application with the provider; the setup page tells how"_s);
    const Result<QUrl> authorize = mailSignInUrl(account, u"authorize_url"_s, provider->authorizeUrl);
    if (!authorize)
        return authorize.error();
    const Result<QUrl> token = mailSignInUrl(account, u"token_url"_s, provider->tokenUrl);
    if (!token)
        return token.error();
    if (token->isEmpty())
        return mailFieldFault(u"token_url"_s, u"is missing: only Google's and Microsoft's are known"_s);
    offer.authorizeUrl = *authorize;
    offer.tokenUrl = *token;
    offer.scope = settingText(account.settings, u"scope"_s);
    if (offer.scope.isEmpty())
        offer.scope = provider->scope;
    for (const auto &[field, value] : {std::pair(u"client_id"_s, offer.clientId), std::pair(u"scope"_s, offer.scope)}) {
        const bool isLine = std::all_of(value.begin(), value.end(), [](QChar c) { return c.unicode() >= 0x20; });
        if (!isLine || value.size() > 2000)
            return mailFieldFault(field, u"must be one line of at most 2000 characters"_s);
    }
    return std::optional<OAuthOffer>(offer);
}

Result<OAuthOffer> mailSignInOffer(const AccountConfig &account)
{
    const Result<std::optional<OAuthOffer>> offer = readMailOAuth(account);
    if (!offer)
        return offer.error();
    if (!*offer)
        return makeError(Error::Kind::Refused,
                         u"This mailbox signs in with a password. Choose OAuth 2.0 as its sign-in first."_s);
    if ((*offer)->authorizeUrl.isEmpty())
        return mailFieldFault(u"authorize_url"_s, u"is missing: only Google's and Microsoft's are known"_s);
    return **offer;
}

Result<OAuthOffer> mailDeviceOffer(const AccountConfig &account)
{
    const Result<OAuthOffer> offer = mailSignInOffer(account);
    if (offer && offer->device.place.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"Only Microsoft hands out codes for another device that mail can be read with. Sign in with "
                         "the browser on this computer."_s);
    return offer;
}

TokenSpec mailTokenSpec()
{
    TokenSpec spec;
    spec.build = mailTokenRequest;
    spec.read = readTokenReply;
    spec.rotates = u"refresh_token"_s;
    return spec;
}

QString mailProviderName(const AccountConfig &account)
{
    const MailProvider *provider = mailProviderOf(account);
    if (provider && !provider->name.isEmpty())
        return provider->name;
    return QUrl(settingText(account.settings, u"token_url"_s)).host();
}

} // namespace patchbay
