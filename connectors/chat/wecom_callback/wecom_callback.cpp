#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_kinds.h"
#include "connectors/kit/field_rules.h"
#include "connectors/kit/flat_xml.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/sealed_callback.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/signatures.h"
#include "connectors/kit/socket_talk.h"
#include "connectors/kit/wecom_platform.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestWecomText = 2048; // bytes of UTF-8; WeCom would cut the rest off
constexpr auto wecomReplayWindow = std::chrono::seconds(300);

std::vector<FormField> wecomCallbackForm()
{
    std::vector<FormField> form = wecomAppForm();
    form.push_back(numberField("agent_id", QT_TRANSLATE_NOOP("form", "AgentId of the app"), true));
    form.push_back(secretField("token", QT_TRANSLATE_NOOP("form", "Token"), true,
                               QT_TRANSLATE_NOOP("form", "Of “Receive messages” in the app: WeCom signs with it")));
    form.push_back(secretField("aes_key", QT_TRANSLATE_NOOP("form", "EncodingAESKey"), true,
                               QT_TRANSLATE_NOOP("form", "43 characters, from the same page")));
    form.push_back(apiAddressField("https://qyapi.weixin.qq.com"));
    return form;
}

Result<Done> checkWecomCallback(const AccountConfig &account)
{
    const std::vector<FormField> form = wecomCallbackForm();
    const auto key = account.secrets.constFind(u"aes_key"_s);
    if (key != account.secrets.constEnd() && !isSealKey(*key))
        return fieldFault(form, u"aes_key"_s, u"is not the 43 characters that WeCom shows."_s);
    return checkHookSecret(account, form, u"token"_s, 3);
}

CallbackSeal wecomSeal(const AccountConfig &account)
{
    return {account.secrets.value(u"token"_s), account.secrets.value(u"aes_key"_s),
            settingText(account.settings, u"corp_id"_s)};
}

/// What is sealed in it: a parameter of the look for the address, else an element of the body.
QString wecomSealed(const HookRequest &request)
{
    if (request.method == "GET") // some decode a plus sign as a blank; base64 has none
        return request.parameter(u"echostr"_s).replace(u' ', u'+');
    const Result<QHash<QString, QString>> fields = flatXml(request.body);
    return fields ? fields->value(u"Encrypt"_s) : QString();
}

/// Signed, not older than five minutes, sealed with our key for our company.
Result<Done> verifyWecom(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const CallbackSeal seal = wecomSeal(account);
    const QString time = request.parameter(u"timestamp"_s);
    const QString sealed = wecomSealed(request);
    const Result<Done> isSigned =
        checkSeal(seal, request.parameter(u"msg_signature"_s), time, request.parameter(u"nonce"_s), sealed);
    if (!isSigned)
        return isSigned;
    if (const Result<Done> isFresh = checkAge(chatTime(time.toLongLong()), now, wecomReplayWindow); !isFresh)
        return isFresh;
    const Result<QByteArray> text = unsealed(seal, sealed);
    return text ? Result<Done>(Done{}) : Result<Done>(text.error());
}

std::optional<HookReply> challengeWecom(const HookRequest &request, const AccountConfig &account)
{
    if (request.method != "GET")
        return std::nullopt;
    const Result<QByteArray> text = unsealed(wecomSeal(account), wecomSealed(request));
    return text ? plainHookReply(*text) : hookRefusal(401, text.error().message);
}

/// The opened XML, as it came. A message has an id; an event is known by who did what and when.
std::vector<RawItem> readWecom(const HookRequest &request, const AccountConfig &account)
{
    const Result<QByteArray> text = unsealed(wecomSeal(account), wecomSealed(request));
    if (!text)
        return unreadableHook(request);
    RawItem item;
    item.raw = text->isEmpty() ? QByteArrayLiteral("") : *text;
    const Result<QHash<QString, QString>> fields = flatXml(item.raw);
    const QString id = fields ? fields->value(u"MsgId"_s) : QString();
    const QStringList names{u"FromUserName"_s, u"CreateTime"_s, u"Event"_s, u"ChangeType"_s, u"EventKey"_s};
    QStringList event;
    for (const QString &name : names)
        event << (fields ? fields->value(name) : QString());
    const bool isKnown = fields && !fields->value(u"CreateTime"_s).isEmpty();
    item.sourceKey = itemKey(item.raw, {{u"message"_s, id}, {u"event"_s, isKnown ? event.join(u':') : QString()}});
    return {item};
}

// --- reading

KindFile wecomFile(const QString &name, const QString &type)
{
    return {name, type, {}, {{u"media_id"_s, u"{/MediaId}"_s}}};
}

const std::vector<ChatKind> wecomKinds{{u"text"_s, u"{/Content}"_s},
                                       {u"image"_s, {}, wecomFile(u"picture.jpg"_s, u"image/jpeg"_s)},
                                       {u"voice"_s, {}, wecomFile(u"voice.amr"_s, u"audio/amr"_s)},
                                       {u"video"_s, {}, wecomFile(u"video.mp4"_s, u"video/mp4"_s)},
                                       {u"location"_s, u"Location: {/Label}, {/Location_X}, {/Location_Y}"_s},
                                       {u"link"_s, u"{/Title}\n{/Url}"_s}};

/// The elements of the XML as members, as the table of kinds has them.
JsonReader wecomContent(const QHash<QString, QString> &fields)
{
    QJsonObject members;
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it)
        members.insert(it.key(), it.value());
    return JsonReader::parse(QJsonDocument(members).toJson(QJsonDocument::Compact), u"message"_s);
}

Result<InboundMessage> parseWecomXml(const RawItem &item, const AccountConfig &)
{
    const Result<QHash<QString, QString>> fields = flatXml(item.raw);
    if (!fields)
        return fields.error();
    if (fields->value(u"MsgType"_s) == u"event"_s)
        return nothingToShow(item);
    for (const QString &needed : {u"MsgType"_s, u"MsgId"_s, u"FromUserName"_s, u"CreateTime"_s}) {
        if (fields->value(needed).isEmpty())
            return makeError(Error::Kind::Protocol, u"The message has no %1."_s.arg(needed));
    }
    InboundMessage message;
    message.externalId = message.dedupeKey = fields->value(u"MsgId"_s);
    message.threadKey = message.from.address = fields->value(u"FromUserName"_s);
    message.providerAt = chatTime(fields->value(u"CreateTime"_s).toLongLong());
    JsonReader content = wecomContent(*fields);
    readKind(message, fields->value(u"MsgType"_s), content, wecomKinds);
    tellIfEmpty(message);
    return message;
}

// --- calls

Result<Request> wecomAgent(const ChatContext &context)
{
    return getFrom(u"/cgi-bin/agent/get"_s, {{u"agentid"_s, settingText(context.settings, u"agent_id"_s)}});
}

Result<QJsonObject> wecomAgentName(JsonReader &reply, const ChatContext &context)
{
    const QString company = settingText(context.settings, u"corp_id"_s);
    return reply.finish(
        QJsonObject{{u"id"_s, u"%1:%2"_s.arg(company, reply.id(u"/agentid"_s))}, {u"name"_s, reply.text(u"/name"_s)}});
}

Result<Request> sendToWecom(const ChatContext &context)
{
    const qsizetype size = context.message.text.toUtf8().size();
    if (size > longestWecomText) {
        return refusal(u"WeCom takes at most %1 bytes in one message, and this one has %2 (a Chinese character has "
                       "three). Send it in parts."_s.arg(longestWecomText)
                           .arg(size));
    }
    return postTo(u"/cgi-bin/message/send"_s,
                  {{u"touser"_s, context.message.threadKey},
                   {u"msgtype"_s, u"text"_s},
                   {u"agentid"_s, settingNumber(context.settings, u"agent_id"_s).value_or(0)},
                   {u"text"_s, QJsonObject{{u"content"_s, context.message.text}}}});
}

Result<Receipt> readWecomSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    receipt.externalId = reply.id(u"/msgid"_s);
    return reply.finish(receipt);
}

/// Also a person whom a call has left out.
std::optional<VendorFailure> wecomChatFailure(const Reply &reply, Timestamp now)
{
    if (const auto failure = wecomFailure(reply, now))
        return failure;
    const JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (textOr(in, u"/invaliduser"_s).isEmpty())
        return std::nullopt;
    return VendorFailure{Error::Kind::Refused, u"the app may not write to this person"_s};
}

Result<Request> loadWecomFile(const ChatContext &context)
{
    return getFrom(u"/cgi-bin/media/get"_s, {{u"media_id"_s, context.remote.value(u"media_id"_s).toString()}});
}

ChatSpec wecomCallback()
{
    ChatSpec spec;
    spec.id = u"wecom_callback"_s;
    spec.title = u"WeCom app"_s;
    spec.form = wecomCallbackForm();
    spec.check = &checkWecomCallback;
    spec.contract = {false, u"WeCom developer documentation (read, no machine-readable contract)"_s, {}};
    spec.tokens = wecomTokens();
    spec.failure = &wecomChatFailure;
    spec.me = {&wecomAgent, &wecomAgentName};
    spec.hook = {&verifyWecom, &challengeWecom, false, &readWecom};
    spec.hook.acceptedEmpty = true;
    spec.parse = &parseWecomXml;
    spec.media = {{&loadWecomFile, nullptr}};
    spec.abilities.longestText = longestWecomText;
    spec.limit = {20, std::chrono::seconds(1)};
    spec.chatLimit = {30, std::chrono::seconds(60)}; // WeCom drops what is more, and says nothing
    spec.send = {&sendToWecom, &readWecomSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_wecom_callback(const ConnectorServices &services)
{
    return makeChatInfo<&wecomCallback>(services);
}

} // namespace patchbay
