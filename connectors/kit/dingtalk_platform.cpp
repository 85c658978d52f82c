#include "connectors/kit/dingtalk_platform.h"

#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> dingtalkSignIn(const AccountConfig &account)
{
    QString address = settingText(account.settings, u"url"_s);
    if (address.isEmpty())
        address = u"https://api.dingtalk.com"_s;
    while (address.endsWith(u'/'))
        address.chop(1);
    return Request("POST", QUrl(address + u"/v1.0/oauth2/accessToken"_s))
        .json({{u"appKey"_s, settingText(account.settings, u"app_key"_s)},
               {u"appSecret"_s, account.secrets.value(u"app_secret"_s)}});
}

Result<AccessToken> dingtalkToken(JsonReader &reply, const AccountConfig &)
{
    return readTokenAt(reply, u"/accessToken"_s, u"/expireIn"_s);
}

Credentials dingtalkCredentials(const QString &token)
{
    return Credentials::inHeader("x-acs-dingtalk-access-token", token);
}

} // namespace

std::vector<FormField> dingtalkAppForm()
{
    return {textField("app_key", QT_TRANSLATE_NOOP("form", "AppKey (client ID)"), true),
            secretField("app_secret", QT_TRANSLATE_NOOP("form", "AppSecret (client secret)"), true)};
}

TokenSpec dingtalkTokens() { return {&dingtalkSignIn, &dingtalkToken, &dingtalkCredentials}; }

QString dingtalkRefusal(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const QString code = in.ok() ? textOr(in, u"/code"_s) : QString();
    if (reply.status < 400 || code.isEmpty())
        return {};
    return (textOr(in, u"/message"_s, code) + u' ' + code).toLower();
}

std::optional<VendorFailure> dingtalkFailure(const Reply &reply, Timestamp)
{
    const QString told = dingtalkRefusal(reply);
    if (!told.contains(u"qpslimit"_s) && !told.contains(u"flowcontrol"_s) && !told.contains(u"throttling"_s))
        return std::nullopt;
    return VendorFailure{Error::Kind::RateLimited, commonWords(reply.body)};
}

} // namespace patchbay
