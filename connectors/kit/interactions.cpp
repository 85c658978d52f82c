#include "connectors/kit/interactions.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_parts.h"
#include "connectors/kit/pressed_words.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

// Kinds of interactions, and of answers to them.
constexpr int isThere = 1;
constexpr int commandGiven = 2;
constexpr int buttonPressed = 3;
constexpr int wordsTyped = 4;
constexpr int answerThere = 1;
constexpr int answerMessage = 4;
constexpr int answerTaken = 6; // what has the button stays as it is
constexpr int answerProposals = 8;
constexpr int onlyForOne = 1 << 6;

QJsonObject answerTo(qint64 kind, const QJsonObject &settings)
{
    if (kind == buttonPressed)
        return {{u"type"_s, answerTaken}};
    if (kind == wordsTyped)
        return {{u"type"_s, answerProposals}, {u"data"_s, QJsonObject{{u"choices"_s, QJsonArray()}}}};
    const QJsonObject shown{{u"content"_s, settingText(settings, u"received"_s)}, {u"flags"_s, onlyForOne}};
    return {{u"type"_s, answerMessage}, {u"data"_s, shown}};
}

qint64 kindOf(const HookRequest &request)
{
    JsonReader in = JsonReader::parse(request.body, u"interaction"_s);
    return in.ok() ? in.optionalInteger(u"/type"_s).value_or(0) : 0;
}

HookReply answerHooked(const HookRequest &request, const AccountConfig &account)
{
    return jsonHookReply(answerTo(kindOf(request), account.settings));
}

/// What is not stored: the look whether somebody is there, and words that are being typed.
std::optional<HookReply> answerAtOnce(const HookRequest &request, const AccountConfig &account)
{
    const qint64 kind = kindOf(request);
    if (kind == isThere)
        return jsonHookReply({{u"type"_s, answerThere}});
    return kind == wordsTyped ? std::optional(answerHooked(request, account)) : std::nullopt;
}

std::vector<RawItem> readHooked(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"interaction"_s);
    const std::vector<GatewayItem> items = interactionItems(in);
    if (!in.ok() || items.empty())
        return unreadableHook(request);
    return {hookItem(items.front().key, QJsonObject{{u"frame"_s, items.front().kept}})};
}

} // namespace

std::vector<GatewayItem> interactionItems(JsonReader &interaction)
{
    const QString id = interaction.id(u"/id"_s);
    const QString token = interaction.text(u"/token"_s);
    const qint64 kind = interaction.integer(u"/type"_s);
    if (!interaction.ok() || kind == wordsTyped)
        return {};
    QJsonObject kept = interaction.value().toObject();
    kept.remove(u"token"_s);
    GatewayItem item;
    item.key = u"interaction:"_s + id;
    item.kept = {{u"t"_s, QString(interactionEvent)}, {u"d"_s, kept}};
    item.waiting = {{u"id"_s, id}, {u"token"_s, token}, {u"type"_s, kind}};
    return {item};
}

void readInteraction(InboundMessage &message, JsonReader &in)
{
    constexpr qint64 snowflakesBegin = 1420070400000; // an id has the time of its making in it, ms since 2015
    const QString id = in.id(u"/id"_s);
    const qint64 kind = in.integer(u"/type"_s);
    JsonReader data = in.object(u"/data"_s);
    message.externalId = message.dedupeKey = u"interaction:"_s + id;
    message.answers = in.optionalId(u"/message/id"_s).value_or(QString());
    message.providerAt = chatTimeMs(qint64(id.toULongLong() >> 22) + snowflakesBegin);
    const QJsonValue around = in.value(u"/message/components"_s);
    QStringList chosen;
    for (JsonReader &one : data.optionalArray(u"/values"_s))
        chosen << buttonWords(around, u"value"_s, one.id({}), u"label"_s);
    if (kind == commandGiven)
        setChatText(message, u'/' + commandWords(data));
    else if (!chosen.isEmpty())
        setChatText(message, u"Chose: "_s + chosen.join(u", "_s));
    else if (kind == buttonPressed)
        setChatText(message,
                    u"Pressed: "_s + buttonWords(around, u"custom_id"_s, data.text(u"/custom_id"_s), u"label"_s));
    else
        addFormLines(message, data);
    if (message.text.isEmpty())
        message.kind = InboundKind::Nothing;
}

HookSpec interactionHook()
{
    HookSpec hook;
    hook.verify = &isSignedByKey<"x-signature-timestamp", "x-signature-ed25519", "public_key">;
    hook.challenge = &answerAtOnce;
    hook.read = &readHooked;
    hook.answer = &answerHooked;
    return hook;
}

Result<Request> answerInteraction(const ChatContext &context)
{
    const QString token = context.remote.value(u"token"_s).toString();
    registerSecret(token); // it stands in the address
    return postTo(
        u"/interactions/%1/%2/callback"_s.arg(pathPart(context.remote.value(u"id"_s).toString()), pathPart(token)),
        answerTo(context.remote.value(u"type"_s).toInteger(), context.settings));
}

} // namespace patchbay
