// One message of WhatsApp Web, or what became of one, as what it tells.
#include "connectors/chat/evolution/evolution.h"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"

#include <QtCore/QCryptographicHash>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto evolutionPeople = "@s.whatsapp.net"_L1;

/// "5511999998888:12@s.whatsapp.net" is a device of a person.
QString evolutionThread(const QString &jid)
{
    QString user = jid.section(u'@', 0, 0).section(u':', 0, 0);
    const QString domain = jid.mid(jid.indexOf(u'@'));
    return domain == evolutionPeople || domain == "@c.us"_L1 ? user : user + domain;
}

/// The first that names a number; WhatsApp hides it behind "@lid" more and more, and names it beside.
QString evolutionPerson(const QStringList &jids)
{
    for (const QString &jid : jids) {
        if (jid.endsWith(evolutionPeople))
            return evolutionThread(jid);
    }
    for (const QString &jid : jids) {
        if (!jid.isEmpty())
            return evolutionThread(jid);
    }
    return {};
}

QString evolutionChat(const JsonReader &in)
{
    const QString jid = textOr(in, u"/key/remoteJid"_s);
    if (!jid.endsWith("@lid"_L1))
        return evolutionThread(jid);
    return evolutionPerson({textOr(in, u"/key/remoteJidAlt"_s), textOr(in, u"/key/senderPn"_s), jid});
}

/// Where the content stands: some kinds of messages wrap another one.
QString evolutionContent(const JsonReader &in)
{
    static const QStringList wraps{u"ephemeralMessage"_s, u"viewOnceMessage"_s, u"viewOnceMessageV2"_s,
                                   u"viewOnceMessageV2Extension"_s, u"documentWithCaptionMessage"_s};
    QString at = u"/message"_s;
    for (int depth = 0; depth < 4; ++depth) {
        const QString before = at;
        for (const QString &wrap : wraps) {
            if (in.has(at + u'/' + wrap + u"/message"_s))
                at += u'/' + wrap + u"/message"_s;
        }
        if (at == before)
            break;
    }
    return at;
}

QString evolutionText(const JsonReader &in, const QString &at)
{
    static const QStringList places{u"/conversation"_s,
                                    u"/extendedTextMessage/text"_s,
                                    u"/imageMessage/caption"_s,
                                    u"/videoMessage/caption"_s,
                                    u"/documentMessage/caption"_s,
                                    u"/listResponseMessage/title"_s,
                                    u"/buttonsResponseMessage/selectedDisplayText"_s,
                                    u"/templateButtonReplyMessage/selectedDisplayText"_s};
    for (const QString &place : places) {
        if (const QString text = textOr(in, at + place); !text.isEmpty())
            return text;
    }
    return {};
}

void addEvolutionFiles(InboundMessage &message, JsonReader &in, const QString &at)
{
    static const std::vector<std::tuple<QString, QString, QString>> kinds{
        {u"/imageMessage"_s, u"photo.jpg"_s, u"image/jpeg"_s},
        {u"/videoMessage"_s, u"video.mp4"_s, u"video/mp4"_s},
        {u"/ptvMessage"_s, u"video.mp4"_s, u"video/mp4"_s},
        {u"/audioMessage"_s, u"voice.ogg"_s, u"audio/ogg"_s},
        {u"/stickerMessage"_s, u"sticker.webp"_s, u"image/webp"_s},
        {u"/documentMessage"_s, u"file"_s, u"application/octet-stream"_s}};
    for (const auto &[place, name, type] : kinds) {
        if (!in.has(at + place))
            continue;
        const QString told = textOr(in, at + place + u"/fileName"_s, textOr(in, at + place + u"/title"_s));
        const QJsonValue size = in.value(at + place + u"/fileLength"_s); // a number, a text, or {"low", "high"}
        message.attachments.push_back(
            remoteFile(told.isEmpty() ? name : told, textOr(in, at + place + u"/mimetype"_s, type).section(u';', 0, 0),
                       size.isObject() ? size["low"_L1].toInteger() : size.toVariant().toLongLong(),
                       {{u"id"_s, message.externalId}}));
    }
}

/// What is no text, in words.
void addEvolutionLines(InboundMessage &message, JsonReader &in, const QString &at)
{
    for (const QString &place : {at + u"/locationMessage"_s, at + u"/liveLocationMessage"_s}) {
        if (in.has(place)) {
            addChatLine(message,
                        u"Location: %1 %2, %3"_s.arg(textOr(in, place + u"/name"_s))
                            .arg(in.optionalNumber(place + u"/degreesLatitude"_s).value_or(0), 0, 'f', 6)
                            .arg(in.optionalNumber(place + u"/degreesLongitude"_s).value_or(0), 0, 'f', 6));
        }
    }
    if (in.has(at + u"/contactMessage"_s))
        addChatLine(message, u"Contact: %1"_s.arg(textOr(in, at + u"/contactMessage/displayName"_s)));
    for (JsonReader &one : in.optionalArray(at + u"/contactsArrayMessage/contacts"_s))
        addChatLine(message, u"Contact: %1"_s.arg(textOr(one, u"/displayName"_s)));
    for (const QString &poll : {u"/pollCreationMessage"_s, u"/pollCreationMessageV2"_s, u"/pollCreationMessageV3"_s}) {
        if (!in.has(at + poll))
            continue;
        addChatLine(message, u"Poll: %1"_s.arg(textOr(in, at + poll + u"/name"_s)));
        for (JsonReader &option : in.optionalArray(at + poll + u"/options"_s))
            addChatLine(message, u"- %1"_s.arg(textOr(option, u"/optionName"_s)));
    }
}

QString evolutionQuoted(JsonReader &in, const QString &at)
{
    for (const QString &kind : in.keys(at)) {
        const QString quoted = textOr(in, at + pointerStep(kind) + u"/contextInfo/stanzaId"_s);
        if (!quoted.isEmpty())
            return quoted;
    }
    return textOr(in, u"/contextInfo/stanzaId"_s);
}

/// Statuses of everybody's, channels that one follows, and what the application tells itself.
bool isEvolutionNoise(JsonReader &in, const QString &at)
{
    const QString jid = textOr(in, u"/key/remoteJid"_s);
    const QStringList kinds = in.keys(at);
    const bool isTechnical = kinds.contains("protocolMessage"_L1) || kinds.contains("pollUpdateMessage"_L1)
        || kinds == QStringList{u"senderKeyDistributionMessage"_s} || kinds.isEmpty();
    return isTechnical || jid.endsWith("@broadcast"_L1) || jid.endsWith("@newsletter"_L1);
}

InboundMessage evolutionReaction(JsonReader &in, InboundMessage message, const QString &at)
{
    message.kind = InboundKind::Reaction;
    message.about = in.id(at + u"/reactionMessage/key/id"_s);
    message.dedupeKey = u"reaction:"_s + std::exchange(message.externalId, QString());
    message.text = textOr(in, at + u"/reactionMessage/text"_s);
    return message;
}

InboundMessage evolutionMessage(JsonReader &in)
{
    InboundMessage message;
    const QString at = evolutionContent(in);
    message.externalId = message.dedupeKey = in.id(u"/key/id"_s);
    message.threadKey = evolutionChat(in);
    message.providerAt = chatTime(in.optionalInteger(u"/messageTimestamp"_s).value_or(0));
    if (isEvolutionNoise(in, at)) {
        message.kind = InboundKind::Nothing;
        return message;
    }
    const bool isGroup = message.threadKey.endsWith("@g.us"_L1);
    message.fromSelf = in.optionalBoolean(u"/key/fromMe"_s).value_or(false);
    const QString writer = evolutionPerson({textOr(in, u"/key/participantAlt"_s), textOr(in, u"/key/participantPn"_s),
                                            textOr(in, u"/key/participant"_s), textOr(in, u"/participant"_s)});
    if (!message.fromSelf)
        message.from = {textOr(in, u"/pushName"_s), isGroup ? writer : message.threadKey};
    if (isGroup)
        message.subject = u"WhatsApp group %1"_s.arg(message.threadKey.section(u'@', 0, 0));
    if (message.threadKey.isEmpty() || (!message.fromSelf && message.from.address.isEmpty()))
        in.fault(u"/key"_s, u"names no chat or nobody who wrote"_s);
    if (in.has(at + u"/reactionMessage"_s))
        return evolutionReaction(in, std::move(message), at);
    message.answers = evolutionQuoted(in, at);
    setChatText(message, evolutionText(in, at));
    addEvolutionFiles(message, in, at);
    addEvolutionLines(message, in, at);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in WhatsApp.)"_s);
    return message;
}

InboundMessage evolutionFate(JsonReader &in)
{
    static const QHash<QString, MessageFate> fates{{u"ERROR"_s, MessageFate::Failed},
                                                   {u"SERVER_ACK"_s, MessageFate::Accepted},
                                                   {u"DELIVERY_ACK"_s, MessageFate::Delivered},
                                                   {u"READ"_s, MessageFate::Read},
                                                   {u"PLAYED"_s, MessageFate::Read}};
    InboundMessage message;
    const QString status = in.text(u"/status"_s);
    message.about = in.id(u"/keyId"_s);
    message.kind = fates.contains(status) ? InboundKind::Receipt : InboundKind::Nothing;
    message.fate = fates.value(status);
    if (message.fate == MessageFate::Failed)
        message.text = u"WhatsApp did not take it."_s;
    return message;
}

InboundMessage evolutionEdit(JsonReader &in)
{
    InboundMessage message;
    message.kind = InboundKind::Edit;
    message.about = in.id(u"/key/id"_s);
    message.providerAt = chatTimeMs(in.optionalId(u"/timestampMs"_s).value_or(QString()).toLongLong());
    setChatText(message, evolutionText(in, u"/editedMessage"_s));
    if (message.text.isEmpty())
        in.fault(u"/editedMessage"_s, u"has no text"_s);
    return message;
}

} // namespace

QString evolutionJid(const QString &thread) { return thread.contains(u'@') ? thread : thread + evolutionPeople; }

std::optional<RawItem> evolutionItem(const QString &event, const QByteArray &data)
{
    JsonReader in = JsonReader::parse(data, u"event"_s);
    const QString id = in.optionalId(u"/key/id"_s).value_or(QString());
    const QString keyId = in.optionalId(u"/keyId"_s).value_or(textOr(in, u"/id"_s));
    const QString status = textOr(in, u"/status"_s);
    if (event == u"messages.upsert"_s || event == u"send.message"_s)
        return RawItem{u"message:"_s + id, data};
    if (event == u"messages.delete"_s || (event == u"messages.update"_s && status == u"DELETED"_s))
        return RawItem{u"deleted:"_s + (id.isEmpty() ? keyId : id), data};
    if (event == u"messages.update"_s && !in.optionalBoolean(u"/fromMe"_s).value_or(false))
        return std::nullopt; // that we have read theirs
    if (event == u"messages.update"_s)
        return RawItem{u"status:%1:%2"_s.arg(keyId, status), data};
    if (event != u"messages.edited"_s)
        return std::nullopt;
    if (!in.has(u"/editedMessage"_s)) // taken back: WhatsApp tells it in the same way
        return RawItem{u"deleted:"_s + id, data};
    const QByteArray hash = QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex().left(16);
    return RawItem{u"edited:%1:%2"_s.arg(id, QString::fromLatin1(hash)), data};
}

Result<InboundMessage> parseEvolutionItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    if (item.sourceKey.startsWith(u"message:"_s)) {
        message = evolutionMessage(in);
        return in.finish(std::move(message));
    }
    if (item.sourceKey.startsWith(u"status:"_s)) {
        message = evolutionFate(in);
    } else if (item.sourceKey.startsWith(u"edited:"_s)) {
        message = evolutionEdit(in);
    } else {
        message.kind = InboundKind::Deletion;
        message.about = item.sourceKey.section(u':', 1);
    }
    message.dedupeKey = item.sourceKey;
    return in.finish(std::move(message));
}

} // namespace patchbay
