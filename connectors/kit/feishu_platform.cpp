#include "connectors/kit/feishu_platform.h"

#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> feishuSignIn(const AccountConfig &account)
{
    const QUrl url =
        tokenUrlAt(account, u"https://open.feishu.cn"_s, u"/open-apis/auth/v3/tenant_access_token/internal"_s);
    return Request("POST", url)
        .json({{u"app_id"_s, settingText(account.settings, u"app_id"_s)},
               {u"app_secret"_s, account.secrets.value(u"app_secret"_s)}});
}

Result<AccessToken> feishuToken(JsonReader &reply, const AccountConfig &)
{
    return readTokenAt(reply, u"/tenant_access_token"_s, u"/expire"_s);
}

} // namespace

std::vector<FormField> feishuAppForm()
{
    return {textField("app_id", QT_TRANSLATE_NOOP("form", "App ID"), true),
            secretField("app_secret", QT_TRANSLATE_NOOP("form", "App Secret"), true)};
}

TokenSpec feishuTokens() { return {&feishuSignIn, &feishuToken}; }

std::optional<VendorFailure> feishuFailure(const Reply &reply, Timestamp)
{
    static const CodedFailures table{
        u"/code"_s,
        u"/msg"_s,
        {{Error::Kind::RateLimited, {99991400, 230020, 1254290, 1254291, 1254607}}, // limits, another write, not ready
         {Error::Kind::Unauthorized, {99991661, 99991663, 99991664, 99991668, 99991671, 99991677}}, // the token
         {Error::Kind::Unauthorized, {99991672, 230006, 230027, 1470403, 1254302, 91403}}, // permissions
         {Error::Kind::NotFound, {1470404, 1254040, 1254041, 1254043, 91402}},
         {Error::Kind::Remote, {1000040343, 1470500, 1470422, 1255001, 1255002, 1255040}}},
        "x-ogw-ratelimit-reset"};
    return codedFailure(reply, table);
}

} // namespace patchbay
