#include "connectors/kit/wecom_platform.h"

#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> wecomSignIn(const AccountConfig &account)
{
    const QString secret = account.secrets.value(u"corp_secret"_s);
    registerSecret(QString::fromLatin1(QUrl::toPercentEncoding(secret)));
    QUrl url = tokenUrlAt(account, u"https://qyapi.weixin.qq.com"_s, u"/cgi-bin/gettoken"_s);
    const QueryItems query{{u"corpid"_s, settingText(account.settings, u"corp_id"_s)}, {u"corpsecret"_s, secret}};
    url.setQuery(pathOf({}, query).query(QUrl::FullyEncoded));
    return Request("GET", url);
}

Result<AccessToken> wecomToken(JsonReader &reply, const AccountConfig &)
{
    return readTokenAt(reply, u"/access_token"_s, u"/expires_in"_s);
}

Credentials wecomCredentials(const QString &token) { return Credentials::inQuery("access_token", token); }

} // namespace

std::vector<FormField> wecomAppForm()
{
    return {textField("corp_id", QT_TRANSLATE_NOOP("form", "Company (CorpID)"), true),
            secretField("corp_secret", QT_TRANSLATE_NOOP("form", "Secret of the app"), true)};
}

TokenSpec wecomTokens() { return {&wecomSignIn, &wecomToken, &wecomCredentials}; }

std::optional<VendorFailure> wecomFailure(const Reply &reply, Timestamp)
{
    static const CodedFailures table{
        u"/errcode"_s,
        u"/errmsg"_s,
        {{Error::Kind::Unauthorized, {40001, 40014, 41001, 42001}}, // the token
         {Error::Kind::Unauthorized, {40013, 48002, 60011, 60020}}, // company, API, rights, address not trusted
         {Error::Kind::RateLimited, {45009, 45033}},
         {Error::Kind::Remote, {-1}}}}; // "the system is busy": how far it came is not said
    return codedFailure(reply, table);
}

} // namespace patchbay
