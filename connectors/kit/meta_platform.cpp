#include "connectors/kit/meta_platform.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/signatures.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestMetaChallenge = 200;
constexpr qint64 windowIsOver = 131047; // WhatsApp
/// Messenger and Instagram refuse with code 10, which is a missing right elsewhere, and say so in error_subcode.
const QList<qint64> outsideTheWindow{2018065, 2018278, 2534022};

QString metaVersion(const QJsonObject &settings)
{
    static const std::vector<FormField> form = metaForm();
    return settingOrProposed(form, settings, u"version"_s);
}

} // namespace

std::vector<FormField> metaForm()
{
    return {
        secretField("access_token", QT_TRANSLATE_NOOP("form", "Access token"), true,
                    QT_TRANSLATE_NOOP("form", "Of a system user, without an end")),
        secretField("app_secret", QT_TRANSLATE_NOOP("form", "App secret"), true,
                    QT_TRANSLATE_NOOP("form", "Requests are signed with it")),
        secretField("verify_token", QT_TRANSLATE_NOOP("form", "Verify token"), true,
                    QT_TRANSLATE_NOOP("form", "Make one; the same is entered on the app's page")),
        proposedField("version", QT_TRANSLATE_NOOP("form", "Version of the API"), "v23.0"),
        apiAddressField("https://graph.facebook.com"),
    };
}

Result<Done> checkMeta(const AccountConfig &account)
{
    static const QRegularExpression version(u"^v\\d{1,3}\\.\\d\\z"_s);
    const std::vector<FormField> form = metaForm();
    if (!version.match(metaVersion(account.settings)).hasMatch())
        return fieldFault(form, u"version"_s, u"is no version such as v23.0"_s);
    if (Result<Done> secret = checkHookSecret(account, form, u"app_secret"_s); !secret)
        return secret;
    return checkHookSecret(account, form, u"verify_token"_s);
}

Result<Done> verifyMeta(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    const SignatureForm form{"x-hub-signature-256", QCryptographicHash::Sha256, false, "sha256="};
    return checkSignature(request, form, account.secrets.value(u"app_secret"_s));
}

std::optional<HookReply> challengeMeta(const HookRequest &request, const AccountConfig &account)
{
    if (request.method != "GET" || request.parameter(u"hub.mode"_s) != "subscribe"_L1)
        return std::nullopt;
    const QString challenge = request.parameter(u"hub.challenge"_s);
    const QString token = account.secrets.value(u"verify_token"_s);
    if (challenge.size() > longestMetaChallenge || !checkToken(request.parameter(u"hub.verify_token"_s), token))
        return std::nullopt;
    return plainHookReply(challenge.toUtf8());
}

QString metaPath(const ChatContext &context, const QString &rest)
{
    return u'/' + metaVersion(context.settings) + u'/' + rest;
}

Result<Request> showMetaTyping(const ChatContext &context)
{
    if (context.message.inReplyTo.isEmpty())
        return makeError(Error::Kind::Refused, u"The customer has not written yet, so nothing can be shown to them."_s);
    const QString number = pathPart(settingText(context.settings, u"phone_number_id"_s));
    return postTo(metaPath(context, number + u"/messages"_s),
                  {{u"messaging_product"_s, u"whatsapp"_s},
                   {u"status"_s, u"read"_s},
                   {u"message_id"_s, context.message.inReplyTo},
                   {u"typing_indicator"_s, QJsonObject{{u"type"_s, u"text"_s}}}});
}

std::optional<VendorFailure> metaFailure(const Reply &reply, Timestamp)
{
    static const CodedFailures table{u"/error/code"_s,
                                     u"/error/message"_s,
                                     {{Error::Kind::RateLimited, {4, 32, 613, 80006, 80007, 130429, 131048, 131056}},
                                      {Error::Kind::Unauthorized, {3, 10, 102, 190, 200, 299, 131005, 131031}},
                                      {Error::Kind::Remote, {1, 2, 131000, 1200, 131016, 131057, 133004}}},
                                     {}};
    std::optional<VendorFailure> failure = codedFailure(reply, table);
    if (!failure)
        return failure;
    if (failure->kind == Error::Kind::RateLimited)
        failure->retryAfter = std::chrono::seconds(60); // it says how long nowhere
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const bool isOutside = outsideTheWindow.contains(in.optionalInteger(u"/error/error_subcode"_s).value_or(0));
    if (isOutside)
        failure->kind = Error::Kind::Refused;
    if (isOutside || in.optionalInteger(u"/error/code"_s) == windowIsOver)
        failure->words += u"; the 24 hours after the customer's last message are over, wait until they write again"_s;
    return failure;
}

QList<QPair<QByteArray, QByteArray>> metaHeaders() { return {{"User-Agent", "Patchbay/0.1.0"}}; }

QStringList metaFileHosts() { return {u"lookaside.fbsbx.com"_s}; }

Error notMetasServer(const QUrl &url)
{
    return makeError(Error::Kind::Refused,
                     u"The file is said to be at “%1”, which is none of Meta's servers: it is not loaded."_s.arg(
                         url.host().left(100)));
}

Result<QUrl> metaFileAddress(const QString &address, const ChatContext &context)
{
    const QUrl url(address, QUrl::StrictMode);
    const bool isOwn = url.scheme() == "https"_L1 && metaFileHosts().contains(url.host());
    if (url.isValid() && (isOwn || isSameOrigin(url, context.base)))
        return url;
    return notMetasServer(url);
}

Result<Request> loadMetaFileAt(const ChatContext &context)
{
    const Result<QUrl> address = metaFileAddress(context.remote.value(u"url"_s).toString(), context);
    return address ? Result<Request>(Request("GET", *address)) : Result<Request>(address.error());
}

} // namespace patchbay
