#include "core/store/message_table.h"

#include "core/base/json_writer.h"
#include "core/model/names.h"
#include "core/store/id_list.h"
#include "core/store/search_index.h"

#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay::messages {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_MESSAGE_COLUMNS                                                                                       \
    "id, uid, conversation_id, channel_id, direction, author_name, author_address, operator_id, external_id, "         \
    "subject, "                                                                                                        \
    "body_text, body, to_addresses, cc_addresses, reply_to, is_automatic, is_new_participant, is_conflicting, "        \
    "provider_at, arrived_at, sort_at, answers"

QString messageList(const QStringList &list)
{
    JsonWriter out;
    out.beginArray();
    for (const QString &text : list)
        out.text(text);
    out.endArray();
    return std::move(out).take();
}

QStringList messageListFrom(const QString &text)
{
    QStringList list;
    for (const QJsonValue &value : QJsonDocument::fromJson(text.toUtf8()).array())
        list << value.toString();
    return list;
}

Message messageFrom(const Row &row)
{
    Message m;
    m.id = row.id<MessageId>(0);
    m.uid = row.text(1);
    m.conversation = row.id<ConversationId>(2);
    m.channel = row.id<ChannelId>(3);
    m.direction = directionFrom(row.text(4));
    m.author = {row.text(5), row.text(6)};
    m.operatorId = row.id<OperatorId>(7);
    m.externalId = row.text(8);
    m.subject = row.text(9);
    m.text = row.text(10);
    if (auto body = bodyFromBytes(row.blob(11)))
        m.body = std::move(*body);
    else // the text is there in any case; say why the rest is not
        m.body = Body{{BodyBlock{.runs = {BodyRun{.text = m.text}}}}, body.error().message};
    m.to = messageListFrom(row.text(12));
    m.cc = messageListFrom(row.text(13));
    m.replyTo = row.text(14);
    m.automatic = row.boolean(15);
    m.newParticipant = row.boolean(16);
    m.conflicting = row.boolean(17);
    m.providerAt = row.time(18);
    m.arrivedAt = row.time(19);
    m.sortAt = row.time(20);
    m.answers = row.text(21);
    return m;
}

/// From its second column on: id, name, media type, hash, size, content id, whether it is inline, where it is got.
Attachment attachmentFrom(const Row &row)
{
    Attachment a;
    a.id = row.id<AttachmentId>(1);
    a.name = row.text(2);
    a.mediaType = row.text(3);
    a.sha256 = row.text(4).toLatin1();
    a.size = row.integer(5);
    a.contentId = row.text(6);
    a.isInline = row.boolean(7);
    if (const QString remote = row.text(8); !remote.isEmpty())
        a.remote = QJsonDocument::fromJson(remote.toUtf8()).object();
    return a;
}

std::vector<Attachment> attachmentsFrom(const std::vector<Row> &rows)
{
    std::vector<Attachment> all;
    for (const Row &row : rows)
        all.push_back(attachmentFrom(row));
    return all;
}

std::vector<Message> messagesFrom(Database &db, const std::vector<Row> &rows)
{
    std::vector<Message> all;
    std::vector<MessageId> ids;
    QHash<qint64, size_t> place;
    for (const Row &row : rows) {
        all.push_back(messageFrom(row));
        place.insert(all.back().id.value, ids.size());
        ids.push_back(all.back().id);
    }
    forIdList(db,
              "SELECT message_id, id, name, media_type, sha256, size, content_id, is_inline, remote FROM attachment "
              "WHERE message_id IN ",
              " ORDER BY message_id, position", {}, ids,
              [&](const Row &row) { all[place.value(row.integer(0))].attachments.push_back(attachmentFrom(row)); });
    return all;
}

std::optional<Message> messageFrom(Database &db, const std::vector<Row> &rows)
{
    auto all = messagesFrom(db, rows);
    if (all.empty())
        return std::nullopt;
    return std::move(all.front());
}

} // namespace

std::vector<Message> before(Database &db, ConversationId conversation, std::optional<Position> before, int limit)
{
    auto all = before
        ? messagesFrom(db,
                       db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE conversation_id = ? AND "
                               "(sort_at, id) < (?, ?) ORDER BY sort_at DESC, id DESC LIMIT ?",
                               {conversation.value, before->sortAt.us, before->id.value, limit}))
        : messagesFrom(db,
                       db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE conversation_id = ? "
                               "ORDER BY sort_at DESC, id DESC LIMIT ?",
                               {conversation.value, limit}));
    std::reverse(all.begin(), all.end());
    return all;
}

std::vector<Message> after(Database &db, ConversationId conversation, Position after, int limit)
{
    return messagesFrom(db,
                        db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE conversation_id = ? AND "
                                "(sort_at, id) > (?, ?) ORDER BY sort_at, id LIMIT ?",
                                {conversation.value, after.sortAt.us, after.id.value, limit}));
}

std::optional<Message> byId(Database &db, MessageId id)
{
    return messageFrom(db, db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE id = ?", {id.value}));
}

qint64 count(Database &db, ConversationId conversation)
{
    const auto row = db.row("SELECT count(*) FROM message WHERE conversation_id = ?", {conversation.value});
    return row ? row->integer(0) : 0;
}

std::optional<Message> newestInbound(Database &db, ConversationId conversation)
{
    return messageFrom(db,
                       db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE conversation_id = ? AND "
                               "direction = 'inbound' ORDER BY sort_at DESC, id DESC LIMIT 1",
                               {conversation.value}));
}

bool isNewestInbound(Database &db, ConversationId conversation, MessageId id)
{
    const auto row = db.row("SELECT id FROM message WHERE conversation_id = ? AND direction = 'inbound' "
                            "ORDER BY sort_at DESC, id DESC LIMIT 1",
                            {conversation.value});
    return row && row->id<MessageId>(0) == id;
}

std::optional<Message> newestInboundFrom(Database &db, ConversationId conversation, const QString &author)
{
    return messageFrom(db,
                       db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS " FROM message WHERE conversation_id = ? AND "
                               "direction = 'inbound' AND author_address = ? ORDER BY sort_at DESC, id DESC LIMIT 1",
                               {conversation.value, author}));
}

std::optional<Message> byExternalId(Database &db, ChannelId channel, const QString &externalId)
{
    if (externalId.isEmpty())
        return std::nullopt;
    return messageFrom(db,
                       db.rows("SELECT " PATCHBAY_MESSAGE_COLUMNS
                               " FROM message WHERE channel_id = ? AND external_id = ? "
                               "ORDER BY id LIMIT 1",
                               {channel.value, indexKey(externalId)}));
}

std::optional<MessageId> byDedupeKey(Database &db, ChannelId channel, const QString &dedupeKey)
{
    if (dedupeKey.isEmpty())
        return std::nullopt;
    const auto row =
        db.row("SELECT id FROM message WHERE channel_id = ? AND dedupe_key = ?", {channel.value, indexKey(dedupeKey)});
    if (!row)
        return std::nullopt;
    return row->id<MessageId>(0);
}

QHash<QString, MessageId> byDedupeKeys(Database &db, ChannelId channel, const QStringList &indexKeys)
{
    QHash<QString, MessageId> found;
    forTextList(db, "SELECT dedupe_key, id FROM message WHERE channel_id = ? AND dedupe_key IN ", {}, {channel.value},
                indexKeys, [&found](const Row &row) { found.insert(row.text(0), row.id<MessageId>(1)); });
    return found;
}

QHash<QString, MessageId> byExternalIds(Database &db, ChannelId channel, const QStringList &indexKeys)
{
    QHash<QString, MessageId> found;
    forTextList(db, "SELECT external_id, MIN(id) FROM message WHERE channel_id = ? AND external_id IN ",
                " GROUP BY external_id", {channel.value}, indexKeys,
                [&found](const Row &row) { found.insert(row.text(0), row.id<MessageId>(1)); });
    return found;
}

MessageId insert(Database &db, const Message &m, const QString &dedupeKey)
{
    const MessageId id = insertUnnoted(db, m, dedupeKey);
    if (id)
        search::note(db, id);
    return id;
}

MessageId insertUnnoted(Database &db, const Message &m, const QString &dedupeKey, const QByteArray &bodyBytes)
{
    const MessageId id{db.insert(
        "INSERT INTO message (uid, conversation_id, channel_id, direction, author_name, author_address, operator_id, "
        "external_id, dedupe_key, subject, body_text, quoted_text, body, to_addresses, cc_addresses, reply_to, "
        "is_automatic, "
        "is_new_participant, is_conflicting, provider_at, arrived_at, sort_at, answers) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (channel_id, dedupe_key) DO NOTHING RETURNING id",
        {m.uid.isEmpty() ? newUid(db.clock()) : m.uid,
         m.conversation.value,
         m.channel.value,
         nameOf(m.direction),
         m.author.name,
         m.author.address,
         idOrNull(m.operatorId),
         textOrNull(indexKey(m.externalId)),
         textOrNull(indexKey(dedupeKey)),
         m.subject,
         m.text,
         m.quotedText,
         bodyBytes.isEmpty() ? toBytes(m.body) : bodyBytes,
         messageList(m.to),
         messageList(m.cc),
         m.replyTo,
         m.automatic,
         m.newParticipant,
         m.conflicting,
         m.providerAt.us,
         m.arrivedAt.us,
         m.sortAt.us,
         m.answers.isEmpty() ? u""_s : indexKey(m.answers)})};
    if (!id)
        return {};
    insertAttachments(db, id, m.attachments);
    db.changes().timelines.insert(m.conversation);
    return id;
}

void insertAttachments(Database &db, MessageId message, const std::vector<Attachment> &attachments)
{
    int position = 0;
    for (const Attachment &a : attachments) {
        const QString remote =
            a.remote.isEmpty() ? u""_s : QString::fromUtf8(QJsonDocument(a.remote).toJson(QJsonDocument::Compact));
        db.exec("INSERT INTO attachment (message_id, position, name, media_type, size, sha256, content_id, is_inline, "
                "remote) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {message.value, position++, a.name, a.mediaType, a.size, QString::fromLatin1(a.sha256), a.contentId,
                 a.isInline, remote});
    }
}

std::vector<Attachment> filesOf(Database &db, ConversationId conversation, int limit)
{
    return attachmentsFrom(
        db.rows("SELECT a.message_id, a.id, a.name, a.media_type, a.sha256, a.size, a.content_id, a.is_inline, "
                "a.remote FROM message m JOIN attachment a ON a.message_id = m.id WHERE m.conversation_id = ? AND "
                "a.sha256 <> '' AND m.direction = 'inbound' ORDER BY m.sort_at DESC, m.id DESC, a.position LIMIT ?",
                {conversation.value, limit}));
}

std::vector<Attachment> filesOf(Database &db, MessageId message, int limit)
{
    return attachmentsFrom(
        db.rows("SELECT message_id, id, name, media_type, sha256, size, content_id, is_inline, remote FROM attachment "
                "WHERE message_id = ? AND sha256 <> '' ORDER BY position LIMIT ?",
                {message.value, limit}));
}

QStringList externalIds(Database &db, ConversationId conversation, int limit)
{
    QStringList ids;
    for (const Row &row :
         db.rows("SELECT external_id FROM message WHERE conversation_id = ? AND external_id IS NOT NULL "
                 "ORDER BY sort_at DESC, id DESC LIMIT ?",
                 {conversation.value, limit}))
        ids.prepend(row.text(0));
    return ids;
}

std::optional<QByteArray> raw(Database &db, MessageId id)
{
    const auto row = db.row("SELECT body FROM raw_message WHERE message_id = ? AND body IS NOT NULL "
                            "ORDER BY CASE state WHEN 'visible' THEN 0 ELSE 1 END, id LIMIT 1",
                            {id.value});
    if (!row)
        return std::nullopt;
    return row->blob(0);
}

} // namespace patchbay::messages
