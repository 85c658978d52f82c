#include "connectors/chat/evolution/evolution.h"

#include "connectors/kit/calls.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/signatures.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int evolutionPage = 50;
constexpr int mostEvolutionPages = 400;
// What came to WhatsApp while the telephone or the server was off has the time at which it was written.
constexpr qint64 evolutionBefore = 24 * 3600;
constexpr qint64 evolutionOverlap = 600;

QString evolutionPath(const QJsonObject &settings, const QString &call)
{
    return call + u'/' + pathPart(settingText(settings, u"instance"_s));
}

/// {"status":400,"error":"Bad Request","response":{"message":["..."]}}, or a text in place of the list.
QString evolutionWords(const QByteArray &body)
{
    JsonReader in = JsonReader::parse(body, u"reply"_s);
    if (!in.ok())
        return {};
    const QJsonValue told = in.value(u"/response/message"_s);
    QStringList words;
    for (const QJsonValue &one : told.toArray()) {
        const QString number = one.toObject().value("number"_L1).toString();
        const bool isUnknown = one.isObject() && !one.toObject().value("exists"_L1).toBool(true);
        words << (isUnknown ? u"%1 is not on WhatsApp."_s.arg(number) : one.toString());
    }
    if (told.isString())
        words << told.toString();
    return words.isEmpty() ? textOr(in, u"/message"_s, textOr(in, u"/error"_s)) : words.join(u' ');
}

/// The server says 400 also when something failed behind the sending.
std::optional<VendorFailure> evolutionFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 400)
        return std::nullopt;
    VendorFailure failure;
    failure.words = evolutionWords(reply.body);
    failure.mayHaveActed = !failure.words.contains("is not on WhatsApp"_L1);
    return failure;
}

/// How far the messages are read, newest first within one round, and then the state of the instance.
struct EvolutionPlace {
    qint64 since = 0; ///< seconds; what came before the round that began then is read
    qint64 from = 0; ///< of this round
    qint64 now = 0; ///< when it began; 0: it has not
    int page = 1; ///< 0: the state is asked next

    static EvolutionPlace of(const ChatContext &context)
    {
        const QJsonObject json = QJsonDocument::fromJson(context.cursor).object();
        const qint64 now = context.now.us / 1000000;
        EvolutionPlace place{json.value("since"_L1).toInteger(now), json.value("from"_L1).toInteger(),
                             json.value("now"_L1).toInteger(), json.value("page"_L1).toInt(1)};
        if (place.now == 0) {
            place.now = now;
            place.from = place.since - (context.patient ? evolutionOverlap : evolutionBefore);
        }
        return place;
    }
    QByteArray cursor() const
    {
        QJsonObject json{{u"since"_s, since}};
        if (now > 0)
            json = {{u"since"_s, since}, {u"from"_s, from}, {u"now"_s, now}, {u"page"_s, page}};
        return QJsonDocument(json).toJson(QJsonDocument::Compact);
    }
};

QString evolutionTime(qint64 seconds)
{
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODateWithMs);
}

Result<Request> askEvolutionState(const ChatContext &context)
{
    return getFrom(evolutionPath(context.settings, u"/instance/connectionState"_s));
}

Result<Request> lookAtEvolution(const ChatContext &context)
{
    const EvolutionPlace place = EvolutionPlace::of(context);
    if (place.page == 0)
        return askEvolutionState(context);
    const QJsonObject written{{u"gte"_s, evolutionTime(place.from)},
                              {u"lte"_s, evolutionTime(place.now + evolutionBefore)}};
    return searchAt(evolutionPath(context.settings, u"/chat/findMessages"_s),
                    {{u"where"_s, QJsonObject{{u"messageTimestamp"_s, written}}},
                     {u"page"_s, place.page},
                     {u"offset"_s, evolutionPage}});
}

/// What became of a message, from its record; the events say it in the same words.
void addEvolutionFates(ChatPage &page, JsonReader &record)
{
    for (JsonReader &one : record.optionalArray(u"/MessageUpdate"_s)) {
        const QJsonObject told{{u"keyId"_s, record.id(u"/key/id"_s)},
                               {u"remoteJid"_s, textOr(record, u"/key/remoteJid"_s)},
                               {u"fromMe"_s, record.optionalBoolean(u"/key/fromMe"_s).value_or(false)},
                               {u"status"_s, textOr(one, u"/status"_s)}};
        const auto item = evolutionItem(u"messages.update"_s, QJsonDocument(told).toJson(QJsonDocument::Compact));
        if (item)
            page.items.push_back(*item);
    }
}

Result<ChatPage> readEvolutionMessages(const QByteArray &reply, EvolutionPlace place)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> records = in.array(u"/messages/records"_s);
    const std::vector<QByteArray> raw = rawElements(reply, u"/messages/records"_s);
    bool goesOn = int(records.size()) >= evolutionPage && place.page < mostEvolutionPages;
    ChatPage page;
    for (size_t i = std::min(records.size(), raw.size()); i-- > 0;) { // the oldest first
        const qint64 at = records[i].optionalInteger(u"/messageTimestamp"_s).value_or(place.from);
        goesOn = goesOn && at >= place.from; // a server that does not know the filter gives everything
        if (at < place.from)
            continue;
        page.items.push_back({u"message:"_s + records[i].id(u"/key/id"_s), raw[i]});
        addEvolutionFates(page, records[i]);
    }
    place.page = goesOn ? place.page + 1 : 0;
    page.cursor = place.cursor();
    page.more = true;
    return in.finish(std::move(page));
}

Error notOnWhatsapp(const QString &state)
{
    if (state == u"connecting"_s) {
        return makeError(Error::Kind::Offline,
                         u"The instance is connecting to WhatsApp, or waits for its code to be scanned."_s);
    }
    // Conflict: a person is needed, and it is looked at again soon, because scanning takes a minute.
    return makeError(
        Error::Kind::Conflict,
        u"The instance is not connected to WhatsApp (%1). Scan its code with the telephone."_s.arg(state.left(40)));
}

/// While it was not connected, messages waited at WhatsApp: they come with the times at which they were written.
Result<ChatPage> readEvolutionState(const QByteArray &reply, const EvolutionPlace &place, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const QString state = in.text(u"/instance/state"_s);
    if (in.ok() && state != u"open"_s)
        return notOnWhatsapp(state);
    ChatPage page;
    EvolutionPlace next;
    const bool hadToWait = now.us / 1000000 - place.now > evolutionOverlap;
    next.since = hadToWait ? place.from : std::max(place.since, place.now);
    page.cursor = next.cursor();
    return in.finish(std::move(page));
}

Result<ChatPage> readEvolution(const QByteArray &reply, const ChatContext &context)
{
    const EvolutionPlace place = EvolutionPlace::of(context);
    return place.page == 0 ? readEvolutionState(reply, place, context.now) : readEvolutionMessages(reply, place);
}

Result<QJsonObject> readEvolutionMe(JsonReader &reply, const ChatContext &context)
{
    const QString instance = settingText(context.settings, u"instance"_s);
    return reply.finish(QJsonObject{{u"id"_s, context.base.host() + u'/' + instance},
                                    {u"name"_s, u"%1 (%2)"_s.arg(instance, reply.text(u"/instance/state"_s))}});
}

/// {"code", "pairingCode"}, or the state where the instance is open already.
Result<Pairing> readEvolutionPairing(JsonReader &reply, const ChatContext &context)
{
    Pairing pairing;
    pairing.isPaired = textOr(reply, u"/instance/state"_s) == u"open"_s;
    if (pairing.isPaired) {
        pairing.sentence = u"The instance is connected to WhatsApp."_s;
        return reply.finish(pairing);
    }
    if (reply.optionalBoolean(u"/error"_s).value_or(false))
        return makeError(Error::Kind::Refused, u"Evolution: %1"_s.arg(textOr(reply, u"/message"_s).left(300)));
    pairing.scan = textOr(reply, u"/code"_s);
    pairing.typed = textOr(reply, u"/pairingCode"_s);
    pairing.until = context.now + std::chrono::seconds(20); // WhatsApp makes a new one about then
    pairing.sentence = pairing.scan.isEmpty()
        ? u"The instance is making a code. This takes some seconds."_s
        : u"On the telephone: WhatsApp, Linked devices, Link a device; then scan this code."_s;
    return reply.finish(pairing);
}

Result<Request> sendToEvolution(const ChatContext &context)
{
    QJsonObject body{{u"number"_s, evolutionJid(context.message.threadKey)}, {u"text"_s, context.message.text}};
    if (!context.message.inReplyTo.isEmpty())
        body.insert(u"quoted"_s, QJsonObject{{u"key"_s, QJsonObject{{u"id"_s, context.message.inReplyTo}}}});
    return postTo(evolutionPath(context.settings, u"/message/sendText"_s), body);
}

Result<Receipt> readEvolutionSent(JsonReader &reply, const ChatContext &)
{
    return reply.finish(Receipt{reply.text(u"/key/id"_s)});
}

Result<Request> loadEvolutionFile(const ChatContext &context)
{
    const QJsonObject key{{u"id"_s, context.remote.value(u"id"_s)}};
    return searchAt(evolutionPath(context.settings, u"/chat/getBase64FromMediaMessage"_s),
                    {{u"message"_s, QJsonObject{{u"key"_s, key}}}, {u"convertToMp4"_s, false}});
}

Result<QByteArray> evolutionFileIn(const QByteArray &answer)
{
    JsonLimits limits;
    limits.bytes = 64 * 1024 * 1024;
    JsonReader in = JsonReader::parse(answer, u"reply"_s, limits);
    const auto bytes =
        QByteArray::fromBase64Encoding(in.text(u"/base64"_s).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes || bytes.decoded.isEmpty())
        in.fault(u"/base64"_s, u"is no file"_s);
    return in.finish(bytes.decoded);
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

Result<Done> checkEvolution(const AccountConfig &account)
{
    return checkHookSecret(account, evolutionForm(), u"hook_secret"_s);
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
    spec.me = {&askEvolutionState, &readEvolutionMe};
    spec.pairing = {[](const ChatContext &context) -> Result<Request> {
                        return getFrom(evolutionPath(context.settings, u"/instance/connect"_s));
                    },
                    &readEvolutionPairing};
    spec.poll.build = &lookAtEvolution;
    spec.poll.read = &readEvolution;
    spec.poll.pause = std::chrono::seconds(30);
    spec.socket.fixed = &evolutionSocket;
    spec.socket.headers = &evolutionSocketKey;
    spec.socket.dialogue = &makeEvolutionDialogue;
    spec.hook = {&verifyEvolution, nullptr, false, &readEvolutionHook};
    spec.hook.besideAsking = true;
    spec.check = &checkEvolution;
    spec.parse = &parseEvolutionItem;
    spec.media = {{&loadEvolutionFile, nullptr}};
    spec.fileIn = &evolutionFileIn;
    spec.addresses = Addresses::Phones;
    spec.abilities.longestText = 65536;
    spec.limit = {5, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.send = {&sendToEvolution, &readEvolutionSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_evolution(const ConnectorServices &services) { return makeChatInfo<&evolution>(services); }

} // namespace patchbay
