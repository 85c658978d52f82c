// One message, or a conversation's state, as what it tells.
#include "connectors/chat/chatwoot/chatwoot.h"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/told_addresses.h"

#include <QtCore/QMimeDatabase>
#include <QtCore/QUrl>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isChatwootOurs(qint64 type) { return type == 1 || type == 3; } // outgoing, template

Address chatwootAuthor(JsonReader &in, bool ours)
{
    const QString id = in.optionalId(u"/sender/id"_s).value_or(QString());
    const QString name = textOr(in, u"/sender/name"_s, textOr(in, u"/sender/available_name"_s));
    const QString kind = textOr(in, u"/sender/type"_s, ours ? u"user"_s : u"contact"_s);
    return {name, id.isEmpty() ? QString() : kind + u':' + id};
}

/// Only what the server itself keeps can be loaded with the channel's token; other addresses are shown as text.
QString chatwootFilePath(const QString &address)
{
    const QUrl url(address, QUrl::StrictMode);
    const qsizetype at = url.path(QUrl::FullyEncoded).indexOf("/rails/active_storage/"_L1);
    return url.isValid() && at >= 0 ? url.path(QUrl::FullyEncoded).mid(at) : QString();
}

void addChatwootFile(InboundMessage &message, JsonReader &file)
{
    const QString type = textOr(file, u"/file_type"_s);
    const QString title = textOr(file, u"/fallback_title"_s);
    const QString address = textOr(file, u"/data_url"_s);
    const QString path = chatwootFilePath(address);
    const QString name = QUrl::fromPercentEncoding(path.section(u'/', -1).toUtf8());
    if (type == u"location"_s) {
        addChatLine(message,
                    u"Location: %1 %2, %3"_s.arg(title)
                        .arg(file.optionalNumber(u"/coordinates_lat"_s).value_or(0), 0, 'f', 6)
                        .arg(file.optionalNumber(u"/coordinates_long"_s).value_or(0), 0, 'f', 6));
    } else if (type == u"contact"_s) {
        addChatLine(message, u"Contact: %1"_s.arg(title));
    } else if (path.isEmpty()) {
        addChatLine(message, u"File: %1 %2"_s.arg(title, address));
    } else {
        message.attachments.push_back(
            remoteFile(name.isEmpty() ? u"file"_s : name,
                       QMimeDatabase().mimeTypeForFile(name, QMimeDatabase::MatchExtension).name(),
                       file.optionalInteger(u"/file_size"_s).value_or(0), {{u"path"_s, path}}));
    }
}

void readChatwootContent(InboundMessage &message, JsonReader &in)
{
    setChatText(message, in.optionalText(u"/content"_s).value_or(QString()));
    for (JsonReader &choice : in.optionalArray(u"/content_attributes/items"_s))
        addChatLine(message, u"- %1"_s.arg(textOr(choice, u"/title"_s)));
    const QString subject = textOr(in, u"/content_attributes/email/subject"_s);
    if (!subject.isEmpty())
        addChatNotice(message, u"Subject: %1"_s.arg(subject));
    for (JsonReader &file : in.optionalArray(u"/attachments"_s))
        addChatwootFile(message, file);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Chatwoot.)"_s);
}

InboundMessage chatwootState(JsonReader &in, const QString &key)
{
    InboundMessage message;
    message.kind = InboundKind::Event;
    message.dedupeKey = key;
    message.threadKey = in.id(u"/id"_s);
    message.status = in.text(u"/status"_s) == u"done"_s ? ConversationStatus::Done : ConversationStatus::Open;
    message.providerAt = chatTime(in.optionalInteger(u"/last_activity_at"_s).value_or(0));
    return message;
}

/// How a message of ours fares, or that one is gone.
InboundMessage chatwootFate(JsonReader &in, const QString &key)
{
    InboundMessage message;
    const QString status = textOr(in, u"/status"_s);
    message.about = in.id(u"/id"_s);
    message.dedupeKey = key;
    if (key.startsWith(u"deleted:"_s)) {
        message.kind = InboundKind::Deletion;
        return message;
    }
    message.kind = InboundKind::Receipt;
    message.fate = status == u"read"_s ? MessageFate::Read
        : status == u"delivered"_s     ? MessageFate::Delivered
        : status == u"failed"_s        ? MessageFate::Failed
                                       : MessageFate::Accepted;
    if (message.fate == MessageFate::Failed)
        message.text = cleanLine(textOr(in, u"/content_attributes/external_error"_s), 500);
    return message;
}

} // namespace

QString chatwootStatusKey(JsonReader &message)
{
    static const QStringList told{u"delivered"_s, u"read"_s, u"failed"_s};
    const QString status = textOr(message, u"/status"_s);
    const bool counts = isChatwootOurs(message.optionalInteger(u"/message_type"_s).value_or(-1))
        && !message.optionalBoolean(u"/private"_s).value_or(false) && told.contains(status);
    return counts ? u"status:%1:%2"_s.arg(message.id(u"/id"_s), status) : QString();
}

Result<InboundMessage> parseChatwootItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    if (item.sourceKey.startsWith(u"state:"_s))
        return in.finish(chatwootState(in, item.sourceKey));
    if (item.sourceKey.startsWith(u"status:"_s) || item.sourceKey.startsWith(u"deleted:"_s))
        return in.finish(chatwootFate(in, item.sourceKey));
    InboundMessage message;
    const qint64 type = in.integer(u"/message_type"_s);
    const bool isNote = in.optionalBoolean(u"/private"_s).value_or(false);
    message.externalId = message.dedupeKey = in.id(u"/id"_s);
    message.threadKey = in.id(u"/conversation_id"_s);
    message.providerAt = chatTime(in.integer(u"/created_at"_s));
    message.from = chatwootAuthor(in, isChatwootOurs(type));
    message.alsoAt = toldAddresses(in, {u"/sender/email"_s, u"/sender/phone_number"_s});
    if (isNote)
        message.kind = InboundKind::Note;
    else if (type == 2)
        message.kind = InboundKind::Event;
    else if (type == 0 && message.from.address.isEmpty())
        in.fault(u"/sender"_s, u"is not there"_s);
    message.fromSelf = !isNote && isChatwootOurs(type);
    message.automatic = type == 3 || textOr(in, u"/sender/type"_s) == u"agent_bot"_s;
    message.answers = in.optionalId(u"/content_attributes/in_reply_to"_s).value_or(QString());
    readChatwootContent(message, in);
    if (in.value(u"/content_attributes/deleted"_s).toBool())
        addChatNotice(message, u"Deleted in Chatwoot."_s);
    return in.finish(std::move(message));
}

} // namespace patchbay
