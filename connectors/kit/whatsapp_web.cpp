#include "connectors/kit/whatsapp_web.h"

#include "connectors/kit/chat_parts.h"
#include "connectors/kit/rest.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QHash>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto peopleDomain = "@s.whatsapp.net"_L1;
constexpr auto groupDomain = "@g.us"_L1;
constexpr size_t mostWebTyping = 50;

const std::vector<LineForm> webLines{
    {u"/contactMessage"_s, u"Contact: {/contactMessage/displayName}"_s},
    {u"/contactsArrayMessage/contacts"_s, u"Contact: {/displayName}"_s},
    {u"/pollCreationMessage"_s, u"Poll: {/pollCreationMessage/name}"_s},
    {u"/pollCreationMessage/options"_s, u"- {/optionName}"_s},
    {u"/pollCreationMessageV2"_s, u"Poll: {/pollCreationMessageV2/name}"_s},
    {u"/pollCreationMessageV2/options"_s, u"- {/optionName}"_s},
    {u"/pollCreationMessageV3"_s, u"Poll: {/pollCreationMessageV3/name}"_s},
    {u"/pollCreationMessageV3/options"_s, u"- {/optionName}"_s},
};
const std::vector<FileKind> webFiles{
    {u"/imageMessage"_s, u"photo.jpg"_s, u"image/jpeg"_s},
    {u"/videoMessage"_s, u"video.mp4"_s, u"video/mp4"_s},
    {u"/ptvMessage"_s, u"video.mp4"_s, u"video/mp4"_s},
    {u"/audioMessage"_s, u"voice.ogg"_s, u"audio/ogg"_s},
    {u"/stickerMessage"_s, u"sticker.webp"_s, u"image/webp"_s},
    {u"/documentMessage"_s, u"file"_s, u"application/octet-stream"_s},
};

/// The first that names a number; WhatsApp hides it behind "@lid" more and more, and names it beside.
QString personOfJids(const QStringList &jids)
{
    for (const QString &jid : jids) {
        if (jid.endsWith(peopleDomain))
            return threadOfJid(jid);
    }
    for (const QString &jid : jids) {
        if (!jid.isEmpty())
            return threadOfJid(jid);
    }
    return {};
}

QString webChat(const JsonReader &in)
{
    const QString jid = textOr(in, u"/key/remoteJid"_s);
    if (!jid.endsWith("@lid"_L1))
        return threadOfJid(jid);
    return personOfJids({textOr(in, u"/key/remoteJidAlt"_s), textOr(in, u"/key/senderPn"_s), jid});
}

/// Where the content stands: some kinds of messages wrap another one.
QString webContentAt(const JsonReader &in)
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

QString webText(const JsonReader &content)
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
        if (const QString text = textOr(content, place); !text.isEmpty())
            return text;
    }
    return {};
}

void addWebFiles(InboundMessage &message, const JsonReader &content)
{
    for (const FileKind &kind : webFiles) {
        if (!content.has(kind.at))
            continue;
        const QString told = textOr(content, kind.at + u"/fileName"_s, textOr(content, kind.at + u"/title"_s));
        const QJsonValue size = content.value(kind.at + u"/fileLength"_s); // a number, a text, or {"low", "high"}
        message.attachments.push_back(remoteFile(
            told.isEmpty() ? kind.name : told, textOr(content, kind.at + u"/mimetype"_s, kind.type).section(u';', 0, 0),
            size.isObject() ? size["low"_L1].toInteger() : size.toVariant().toLongLong(),
            {{u"id"_s, message.externalId}}));
    }
}

void addWebPlaces(InboundMessage &message, JsonReader &content)
{
    for (const QString &place : {u"/locationMessage"_s, u"/liveLocationMessage"_s}) {
        if (content.has(place)) {
            addChatLine(message,
                        u"Location: %1 %2, %3"_s.arg(textOr(content, place + u"/name"_s))
                            .arg(content.optionalNumber(place + u"/degreesLatitude"_s).value_or(0), 0, 'f', 6)
                            .arg(content.optionalNumber(place + u"/degreesLongitude"_s).value_or(0), 0, 'f', 6));
        }
    }
}

QString webQuoted(const JsonReader &in, const JsonReader &content, const QStringList &kinds)
{
    for (const QString &kind : kinds) {
        const QString quoted = textOr(content, pointerStep(kind) + u"/contextInfo/stanzaId"_s);
        if (!quoted.isEmpty())
            return quoted;
    }
    return textOr(in, u"/contextInfo/stanzaId"_s);
}

bool isWebNoise(const JsonReader &in, const QStringList &kinds)
{
    const QString jid = textOr(in, u"/key/remoteJid"_s);
    const bool isTechnical = kinds.contains("protocolMessage"_L1) || kinds.contains("pollUpdateMessage"_L1)
        || kinds == QStringList{u"senderKeyDistributionMessage"_s} || kinds.isEmpty();
    return isTechnical || jid.endsWith("@broadcast"_L1) || jid.endsWith("@newsletter"_L1);
}

/// Whose it is, and in which group.
void readWebAuthor(InboundMessage &message, JsonReader &in)
{
    const bool isGroup = isGroupJid(message.threadKey);
    message.fromSelf = in.optionalBoolean(u"/key/fromMe"_s).value_or(false);
    const QString writer = personOfJids({textOr(in, u"/key/participantAlt"_s), textOr(in, u"/key/participantPn"_s),
                                         textOr(in, u"/key/participant"_s), textOr(in, u"/participant"_s)});
    if (!message.fromSelf)
        message.from = {textOr(in, u"/pushName"_s), isGroup ? writer : message.threadKey};
    if (isGroup)
        message.subject = u"WhatsApp group %1"_s.arg(message.threadKey.section(u'@', 0, 0));
    if (message.threadKey.isEmpty() || (!message.fromSelf && message.from.address.isEmpty()))
        in.fault(u"/key"_s, u"names no chat or nobody who wrote"_s);
}

void readWebReaction(InboundMessage &message, JsonReader &content)
{
    message.kind = InboundKind::Reaction;
    message.about = content.id(u"/reactionMessage/key/id"_s);
    message.dedupeKey = u"reaction:"_s + std::exchange(message.externalId, QString());
    message.text = textOr(content, u"/reactionMessage/text"_s);
}

} // namespace

QString threadOfJid(const QString &jid)
{
    const QString user = jid.section(u'@', 0, 0).section(u':', 0, 0);
    const QString domain = jid.mid(jid.indexOf(u'@'));
    return domain == peopleDomain || domain == "@c.us"_L1 ? user : user + domain;
}

QString jidOfThread(const QString &thread) { return thread.contains(u'@') ? thread : thread + peopleDomain; }

bool isGroupJid(const QString &jid) { return jid.endsWith(groupDomain); }

QString webMessageKey(JsonReader &in, const QString &id)
{
    return u"message:%1:%2"_s.arg(textOr(in, u"/key/remoteJid"_s), id);
}

QString webEditKey(const QString &id, const QByteArray &data)
{
    const QByteArray hash = QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex().left(16);
    return u"edited:%1:%2"_s.arg(id, QString::fromLatin1(hash));
}

InboundMessage readWebMessage(JsonReader &in)
{
    InboundMessage message;
    const QString at = webContentAt(in);
    message.externalId = in.id(u"/key/id"_s);
    message.threadKey = webChat(in);
    message.dedupeKey = message.threadKey + u':' + message.externalId; // the id is the sender's, and may come twice
    message.providerAt = chatTime(in.optionalInteger(u"/messageTimestamp"_s).value_or(0));
    const QStringList kinds = in.keys(at);
    if (isWebNoise(in, kinds)) {
        message.kind = InboundKind::Nothing;
        return message;
    }
    readWebAuthor(message, in);
    JsonReader content = in.object(at);
    if (content.has(u"/reactionMessage"_s)) {
        readWebReaction(message, content);
        return message;
    }
    message.answers = webQuoted(in, content, kinds);
    setChatText(message, webText(content));
    addWebFiles(message, content);
    addWebPlaces(message, content);
    addChatLines(message, content, webLines);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in WhatsApp.)"_s);
    return message;
}

InboundMessage readWebEdit(JsonReader &in)
{
    InboundMessage message;
    message.kind = InboundKind::Edit;
    message.about = in.id(u"/key/id"_s);
    message.providerAt = chatTimeMs(in.optionalId(u"/timestampMs"_s).value_or(QString()).toLongLong());
    setChatText(message, webText(in.object(u"/editedMessage"_s)));
    if (message.text.isEmpty())
        in.fault(u"/editedMessage"_s, u"has no text"_s);
    return message;
}

InboundMessage readWebFate(const QString &id, const QString &status)
{
    static const QHash<QString, MessageFate> fates{{u"ERROR"_s, MessageFate::Failed},
                                                   {u"SERVER_ACK"_s, MessageFate::Accepted},
                                                   {u"DELIVERY_ACK"_s, MessageFate::Delivered},
                                                   {u"READ"_s, MessageFate::Read},
                                                   {u"PLAYED"_s, MessageFate::Read}};
    InboundMessage message;
    message.about = id;
    message.kind = fates.contains(status) ? InboundKind::Receipt : InboundKind::Nothing;
    message.fate = fates.value(status);
    if (message.fate == MessageFate::Failed)
        message.text = u"WhatsApp did not take it."_s;
    return message;
}

std::vector<ChatTyping> readWebTyping(const QByteArray &data)
{
    JsonReader in = JsonReader::parse(data, u"event"_s);
    std::vector<ChatTyping> typing;
    const QString thread = threadOfJid(textOr(in, u"/id"_s));
    for (const QString &person : in.keys(u"/presences"_s)) {
        const QString sign = textOr(in, u"/presences"_s + pointerStep(person) + u"/lastKnownPresence"_s);
        const bool isTyping = sign == u"composing"_s || sign == u"recording"_s;
        if (!thread.isEmpty() && typing.size() < mostWebTyping)
            typing.push_back({thread, isGroupJid(thread) ? threadOfJid(person) : QString(), isTyping});
    }
    return typing;
}

} // namespace patchbay
