// Chatwoot's conversations as its API writes them: lists of conversations with messages, or the messages of one.
#include "connectors/chat/file/helpdesk_reader.h"
#include "core/mail/html_body.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isChatwoot(const QString &path, const QByteArray &start)
{
    if (QFileInfo(path).isDir())
        return false;
    return (start.startsWith('{') || start.startsWith('['))
        && (start.contains("\"message_type\"") || start.contains("\"inbox_id\""));
}

Result<Done> readChatwoot(const ImportSource &source, const ImportEach &each)
{
    HelpdeskShape shape;
    shape.format = u"chatwoot"_s;
    shape.envelopes = {"data", "payload", "conversations"};
    shape.messages = "messages";
    shape.facts = {"id", "meta", "additional_attributes"};
    shape.marks = {"content", "message_type"};
    shape.conversationId = u"/conversation_id"_s;
    return readHelpdesk(shape, source, each);
}

enum class ChatwootType { Incoming, Outgoing, Activity, Template };

/// The API has numbers, webhooks have words.
std::optional<ChatwootType> chatwootType(const QString &type)
{
    static const QHash<QString, ChatwootType> types{
        {u"0"_s, ChatwootType::Incoming}, {u"incoming"_s, ChatwootType::Incoming},
        {u"1"_s, ChatwootType::Outgoing}, {u"outgoing"_s, ChatwootType::Outgoing},
        {u"2"_s, ChatwootType::Activity}, {u"activity"_s, ChatwootType::Activity},
        {u"3"_s, ChatwootType::Template}, {u"template"_s, ChatwootType::Template}};
    const auto found = types.find(type);
    return found == types.end() ? std::nullopt : std::optional(*found);
}

Address chatwootPerson(JsonReader &in, const QString &path, const QString &kind)
{
    const auto text = [&](const QString &key) { return in.optionalText(path + key).value_or(QString()).trimmed(); };
    QString address = text(u"/email"_s);
    if (address.isEmpty() && !text(u"/phone_number"_s).isEmpty())
        address = text(u"/phone_number"_s);
    if (const auto id = in.optionalId(path + u"/id"_s); address.isEmpty() && id)
        address = kind + *id + u"@chatwoot"_s;
    return importedPerson(text(u"/name"_s), address);
}

Timestamp chatwootTime(JsonReader &in, const QString &zone)
{
    const QString written = in.id(u"/created_at"_s);
    bool isNumber = false;
    const qint64 seconds = written.toLongLong(&isNumber);
    const Timestamp at = isNumber ? unixTimeOf(seconds) : isoTimeOf(written, zone);
    if (!at && !isNumber)
        in.fault(u"/created_at"_s, u"has no time"_s);
    return at;
}

/// Whose conversation it is, as the conversation says.
Address chatwootContact(const QJsonObject &facts)
{
    const QJsonObject sender = facts.value(u"meta"_s).toObject().value(u"sender"_s).toObject();
    const QByteArray json = QJsonDocument(QJsonObject{{u"sender"_s, sender}}).toJson();
    JsonReader in = JsonReader::parse(json, u"conversation"_s);
    return chatwootPerson(in, u"/sender"_s, u"contact"_s);
}

} // namespace

ImportFormat chatwootFormat()
{
    ImportFormat format;
    format.id = u"chatwoot"_s;
    format.title = u"Chatwoot conversations (JSON)"_s;
    format.form = {timeZoneField()};
    format.recognises = isChatwoot;
    format.read = readChatwoot;
    return format;
}

Result<InboundMessage> parseChatwootItem(const ImportedItem &item)
{
    JsonReader in = JsonReader::parse(item.message, u"message"_s);
    const QString id = in.id(u"/id"_s);
    QString conversation = item.facts.value(u"id"_s).toVariant().toString();
    if (conversation.isEmpty())
        conversation = in.id(u"/conversation_id"_s);
    const auto type = chatwootType(in.id(u"/message_type"_s));
    if (!type)
        in.fault(u"/message_type"_s, u"has an unknown kind of message"_s);
    const bool isNote = in.optionalBoolean(u"/private"_s).value_or(false);

    InboundMessage message;
    message.externalId = importedKey(u"chatwoot"_s, {conversation, id});
    message.dedupeKey = message.externalId;
    message.threadKey = importedKey(u"chatwoot"_s, {conversation});
    message.subject =
        cleanLine(item.facts.value(u"additional_attributes"_s).toObject().value(u"mail_subject"_s).toString());
    message.providerAt = chatwootTime(in, item.facts.value(u"zone"_s).toString());
    const Address contact = chatwootContact(item.facts);
    const bool incoming = type == ChatwootType::Incoming;
    message.fromSelf = !incoming;
    message.automatic = type == ChatwootType::Activity || type == ChatwootType::Template;
    if (in.has(u"/sender"_s))
        message.from = chatwootPerson(in, u"/sender"_s, incoming ? u"contact"_s : u"user"_s);
    else if (incoming)
        message.from = contact;
    else
        message.from = importedPerson(u"Chatwoot"_s, u"system@chatwoot"_s);
    if (!incoming && !contact.address.isEmpty())
        message.to << recipientText(contact);
    setText(message, in.optionalText(u"/content"_s).value_or(QString()));
    for (JsonReader &file : in.optionalArray(u"/attachments"_s)) {
        const QString name =
            file.optionalText(u"/data_url"_s).value_or(QString()).section(u'/', -1).section(u'?', 0, 0);
        addNotice(message, u"The file \"%1\" is not in the export; it stayed in Chatwoot."_s.arg(cleanFileName(name)));
    }
    if (isNote)
        addNotice(message, u"A private note: it was never sent to the customer."_s);
    return in.finish(std::move(message));
}

} // namespace patchbay
