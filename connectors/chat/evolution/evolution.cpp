#include "connectors/chat/evolution/evolution.h"

#include "connectors/kit/calls.h"
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/pairing_form.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/text_marks.h"
#include "connectors/kit/timed_rounds.h"
#include "connectors/kit/whatsapp_files.h"
#include "connectors/kit/whatsapp_web.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// {"status":400,"error":"Bad Request","response":{"message":["..."]}}, or a text in place of the list.
QString evolutionWords(const QByteArray &body)
{
    JsonReader in = JsonReader::parse(body, u"reply"_s);
    const QJsonValue told = in.value(u"/response/message"_s);
    QStringList words;
    for (const QJsonValue &one : told.isString() ? QJsonArray{told} : told.toArray()) {
        const QString number = one.toObject().value("number"_L1).toString();
        const bool isUnknown = one.isObject() && !one.toObject().value("exists"_L1).toBool(true);
        words << (isUnknown ? u"%1 is not on WhatsApp."_s.arg(number) : one.toString());
    }
    return words.isEmpty() ? textOr(in, u"/message"_s, textOr(in, u"/error"_s)) : words.join(u' ');
}

/// The server says 400 also when something failed behind the sending.
std::optional<VendorFailure> evolutionFailure(const Reply &reply, Timestamp)
{
    const QString words = evolutionWords(reply.body);
    const VendorFailure failure{Error::Kind::Refused, words, {}, !words.contains("is not on WhatsApp"_L1)};
    return reply.status == 400 ? std::optional(failure) : std::nullopt;
}

// --- what is stored: "message:<chat>:<id>" as the server keeps or sends it, "status:<id>:<STATUS>" and "deleted:<id>"
// (what became of it), "edited:<id>:<hash>"; ids are WhatsApp's, and made by who sends

/// One event as the socket or a webhook brings it ("messages.upsert"); nothing of other kinds.
std::optional<RawItem> evolutionItem(const QString &event, const QByteArray &data)
{
    if (data.isEmpty())
        return std::nullopt;
    JsonReader in = JsonReader::parse(data, u"event"_s);
    const QString id = in.optionalId(u"/key/id"_s).value_or(QString());
    const QString keyId = in.optionalId(u"/keyId"_s).value_or(textOr(in, u"/id"_s));
    const QString status = textOr(in, u"/status"_s);
    if (event == u"messages.upsert"_s || event == u"send.message"_s)
        return RawItem{webMessageKey(in, id), data};
    if (event == u"messages.delete"_s || (event == u"messages.update"_s && status == u"DELETED"_s))
        return RawItem{u"deleted:"_s + (id.isEmpty() ? keyId : id), data};
    const bool isOurs = in.optionalBoolean(u"/fromMe"_s).value_or(false); // else: that we have read theirs
    if (event == u"messages.update"_s)
        return isOurs ? std::optional(RawItem{u"status:%1:%2"_s.arg(keyId, status), data}) : std::nullopt;
    if (event != u"messages.edited"_s)
        return std::nullopt;
    if (!in.has(u"/editedMessage"_s)) // taken back: WhatsApp tells it in the same way
        return RawItem{u"deleted:"_s + id, data};
    return RawItem{webEditKey(id, data), data};
}

Result<InboundMessage> parseEvolutionItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    if (item.sourceKey.startsWith(u"message:"_s))
        return in.finish(readWebMessage(in));
    if (item.sourceKey.startsWith(u"status:"_s))
        message = readWebFate(in.id(u"/keyId"_s), in.text(u"/status"_s));
    else if (item.sourceKey.startsWith(u"edited:"_s))
        message = readWebEdit(in);
    else
        becomeDeletion(message, item.sourceKey.section(u':', 1));
    message.dedupeKey = item.sourceKey;
    return in.finish(std::move(message));
}

/// What an event of this instance tells, as it came. The envelope around it has a key in it, and is not kept.
QByteArray evolutionData(const QByteArray &envelope, const QJsonObject &settings)
{
    const QString own = settingText(settings, u"instance"_s);
    const JsonReader in = JsonReader::parse(envelope, u"event"_s);
    const bool isOurs = in.ok() && textOr(in, u"/instance"_s, own) == own;
    return isOurs ? rawJsonAt(envelope, u"/data"_s) : QByteArray();
}

std::vector<ChatTyping> evolutionHookTyping(const HookRequest &request, const AccountConfig &account)
{
    const bool isTyping = textOr(JsonReader::parse(request.body, u"event"_s), u"/event"_s) == u"presence.update"_s;
    return isTyping ? readWebTyping(evolutionData(request.body, account.settings)) : std::vector<ChatTyping>();
}

/// A message with what became of it; the events say it in the same words.
void addEvolutionRecord(ChatPage &page, JsonReader &record, const QByteArray &raw)
{
    page.items.push_back({webMessageKey(record, record.id(u"/key/id"_s)), raw});
    for (JsonReader &one : record.optionalArray(u"/MessageUpdate"_s)) {
        const QJsonObject told{{u"keyId"_s, record.id(u"/key/id"_s)},
                               {u"remoteJid"_s, textOr(record, u"/key/remoteJid"_s)},
                               {u"fromMe"_s, record.optionalBoolean(u"/key/fromMe"_s).value_or(false)},
                               {u"status"_s, textOr(one, u"/status"_s)}};
        if (const auto item = evolutionItem(u"messages.update"_s, QJsonDocument(told).toJson(QJsonDocument::Compact)))
            page.items.push_back(*item);
    }
}

const PairingForm evolutionPairing{
    .title = u"Evolution"_s,
    .state = u"/instance/state"_s,
    .paired = u"open"_s,
    .joining = u"connecting"_s,
    .failed = u"/error"_s,
    .words = u"/message"_s,
    .scan = u"/code"_s,
    .typed = u"/pairingCode"_s,
    .lasts = std::chrono::seconds(20), // WhatsApp makes a new one about then
    .saysPaired = u"The instance is connected to WhatsApp."_s,
    .saysJoining = u"The instance is connecting to WhatsApp, or waits for its code to be scanned."_s,
    .saysLost = u"The instance is not connected to WhatsApp (%1). Scan its code with the telephone."_s,
    .saysWait = u"The instance is making a code. This takes some seconds."_s,
    .saysScan = u"On the telephone: WhatsApp, Linked devices, Link a device; then scan this code."_s,
};

/// What came to WhatsApp while the telephone or the server was off has the time at which it was written.
const TimedSearch evolutionSearch{
    .address = u"/chat/findMessages/{instance}"_s,
    .body = uR"({"where": {"messageTimestamp": {"gte": "{from}", "lte": "{to}"}}, "page": "#{page}", "offset": 50})"_s,
    .list = u"/messages/records"_s,
    .time = u"/messageTimestamp"_s,
    .page = 50,
    .overlap = std::chrono::minutes(10),
    .overlapAtStart = std::chrono::hours(24),
    .add = &addEvolutionRecord,
    .whole = {&filledGet<"/instance/connectionState/{instance}">, &checkPaired<evolutionPairing>},
};

Result<QJsonObject> readEvolutionMe(JsonReader &reply, const ChatContext &context)
{
    const QString instance = chatValue(u"instance"_s, context);
    return reply.finish(QJsonObject{{u"id"_s, context.base.host() + u'/' + instance},
                                    {u"name"_s, u"%1 (%2)"_s.arg(instance, reply.text(u"/instance/state"_s))}});
}

std::vector<FormField> evolutionForm()
{
    return {ownAddressField(QT_TRANSLATE_NOOP("form", "For example https://evolution.example.org")),
            textField("instance", QT_TRANSLATE_NOOP("form", "Instance"), true,
                      QT_TRANSLATE_NOOP("form", "Its name in the Evolution manager")),
            secretField("api_key", QT_TRANSLATE_NOOP("form", "Key of the instance"), true,
                        QT_TRANSLATE_NOOP("form", "The instance's own, not the server's")),
            byGateway(secretField("hook_secret", QT_TRANSLATE_NOOP("form", "Secret of the webhook"), true,
                                  QT_TRANSLATE_NOOP("form", "Make one up: letters and digits, 8 at least")))};
}

ChatSpec evolution()
{
    ChatSpec spec;
    spec.id = u"evolution"_s;
    spec.title = u"Evolution (WhatsApp Web)"_s;
    spec.form = evolutionForm();
    spec.contract = {true, u"Evolution API v2 (OpenAPI)"_s, {}};
    spec.auth = &headerOf<"apikey", "api_key">;
    spec.words = &evolutionWords;
    spec.failure = &evolutionFailure;
    spec.me = {&filledGet<"/instance/connectionState/{instance}">, &readEvolutionMe};
    spec.pairing = {&filledGet<"/instance/connect/{instance}">, &readPairing<evolutionPairing>};
    spec.poll.build = &askTimed<evolutionSearch>;
    spec.poll.read = &readTimed<evolutionSearch>;
    spec.poll.pause = std::chrono::seconds(30);
    spec.socket.fixed = evolutionSocket;
    spec.socket.headers = &secretHeader<"apikey", "api_key">;
    spec.socket.dialogue = makeEvolutionDialogue;
    spec.hook = {verifyEvolution, nullptr, false, &readEvolutionHook};
    spec.hook.typing = &evolutionHookTyping;
    spec.hook.besideAsking = true;
    spec.check = &hasHookSecret<&evolutionForm, "hook_secret">;
    spec.parse = &parseEvolutionItem;
    spec.media = {{&filledSearch<"/chat/getBase64FromMediaMessage/{instance}",
                                 R"({"message": {"key": {"id": "{remote.id}"}}, "convertToMp4": false})">}};
    spec.fileIn = &base64FileAt<"/base64">;
    spec.addresses = Addresses::Phones;
    spec.abilities = takingFiles(quoting(markedTexts(65536, &writtenForWhatsapp)), 1, 1024);
    spec.limit = {5, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.send = {&postToJid<"/message/sendText/{instance}",
                            R"({"number": "{thread}", "text": "{text}", "quoted": {"key": {"id": "{answered}"}}})">,
                 &readSentAs<"{/key/id}">};
    spec.files.send = {&postToJid<"/message/sendMedia/{instance}", R"({
        "number": "{thread}", "caption": "{text}", "mediatype": "{remote.kind}", "mimetype": "{file.type}",
        "fileName": "{file.name}", "media": "{file.base64}", "quoted": {"key": {"id": "{answered}"}}})">,
                       spec.send.read};
    spec.typing = {&postToJid<"/chat/sendPresence/{instance}",
                              R"({"number": "{thread}", "presence": "composing", "delay": 5000})">};
    spec.change.words.write = &postToJid<"/chat/updateMessage/{instance}", R"({"number": "{thread}", "text": "{text}",
        "key": {"remoteJid": "{thread}", "fromMe": true, "id": "{changed}"}})">;
    return spec;
}

} // namespace

const SocketIo evolutionEvents{
    u"Evolution"_s, [](const ChatContext &context) { return settingText(context.settings, u"instance"_s); },
    [](SocketStep &step, const QString &name, const QByteArray &envelope, const ChatContext &context) {
        const QByteArray data = evolutionData(envelope, context.settings);
        step.news = name == u"connection.update"_s && !data.isEmpty();
        if (name == u"presence.update"_s)
            step.typing = readWebTyping(data);
        if (const auto item = evolutionItem(name, data))
            step.items.push_back(*item);
    }};

std::vector<RawItem> readEvolutionHook(const HookRequest &request, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString event = in.text(u"/event"_s);
    if (!in.ok())
        return unreadableHook(request);
    const auto item = evolutionItem(event, evolutionData(request.body, account.settings));
    return item ? std::vector<RawItem>{*item} : std::vector<RawItem>{};
}

ChatConnectorInfo chat_evolution(const ConnectorServices &services) { return makeChatInfo<&evolution>(services); }

} // namespace patchbay
