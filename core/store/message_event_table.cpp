#include "core/store/message_event_table.h"

#include "core/store/id_list.h"
#include "core/store/message_removal.h"
#include "core/store/message_table.h"
#include "core/store/raw_message_table.h"
#include "core/store/search_index.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <array>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Kind = MessageEvent::Kind;

constexpr qsizetype eventTextLimit = 1'000'000;

constexpr std::array<std::pair<Kind, const char *>, 5> eventKinds{{{Kind::Original, "original"},
                                                                   {Kind::Edit, "edit"},
                                                                   {Kind::Deletion, "deletion"},
                                                                   {Kind::Reaction, "reaction"},
                                                                   {Kind::Receipt, "receipt"}}};
constexpr std::array<std::pair<MessageFate, const char *>, 4> eventFates{{{MessageFate::Accepted, "accepted"},
                                                                          {MessageFate::Delivered, "delivered"},
                                                                          {MessageFate::Read, "read"},
                                                                          {MessageFate::Failed, "failed"}}};

template <class Names, class Value> QString eventName(const Names &names, Value value)
{
    const auto found =
        std::find_if(names.begin(), names.end(), [value](const auto &one) { return one.first == value; });
    return QString::fromLatin1(found->second);
}

template <class Names> auto eventValue(const Names &names, const QString &name)
{
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&name](const auto &one) { return name == QLatin1String(one.second); });
    return found == names.end() ? names.front().first : found->first;
}

void eventAnnounce(Database &db, MessageId message)
{
    if (const auto row = db.row("SELECT conversation_id FROM message WHERE id = ?", {message.value}))
        db.changes().timelines.insert(row->id<ConversationId>(0));
}

} // namespace

bool message_events::add(Database &db, MessageId message, const QString &key, const MessageEvent &event)
{
    const qint64 id =
        db.insert("INSERT INTO message_event (message_id, event_key, kind, author_name, author_address, body_text, "
                  "fate, told_at) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id, event_key) DO NOTHING RETURNING id",
                  {message.value, indexKey(key), eventName(eventKinds, event.kind),
                   event.author.name.isNull() ? u""_s : event.author.name,
                   event.author.address.isNull() ? u""_s : event.author.address,
                   event.text.isNull() ? u""_s : event.text.left(eventTextLimit),
                   event.kind == Kind::Receipt ? eventName(eventFates, event.fate) : u""_s, event.at.us});
    if (id)
        eventAnnounce(db, message);
    return id != 0;
}

QHash<MessageId, std::vector<MessageEvent>> message_events::of(Database &db, const std::vector<MessageId> &messages)
{
    QHash<MessageId, std::vector<MessageEvent>> all;
    forIdList(db,
              "SELECT message_id, kind, author_name, author_address, body_text, fate, told_at FROM message_event WHERE "
              "message_id IN ",
              " ORDER BY message_id, id", {}, messages, [&all](const Row &row) {
                  MessageEvent event;
                  event.kind = eventValue(eventKinds, row.text(1));
                  event.author = {row.text(2), row.text(3)};
                  event.text = row.text(4);
                  event.fate = eventValue(eventFates, row.text(5));
                  event.at = row.time(6);
                  all[row.id<MessageId>(0)].push_back(std::move(event));
              });
    return all;
}

std::vector<MessageEvent> message_events::of(Database &db, MessageId message)
{
    return of(db, std::vector<MessageId>{message}).value(message);
}

void message_events::forgetReceipts(Database &db, MessageId message)
{
    db.exec("DELETE FROM message_event WHERE message_id = ? AND kind = 'receipt'", {message.value});
    eventAnnounce(db, message);
}

void message_events::remove(Database &db, const std::vector<MessageId> &messages)
{
    forIdList(db, "DELETE FROM message_event WHERE message_id IN ", " RETURNING 1", {}, messages, [](const Row &) {});
}

namespace messages {

namespace {

bool eventSameFile(const Attachment &stored, const Attachment &now)
{
    return stored.name == now.name
        && (now.remote.isEmpty() ? stored.sha256 == now.sha256 : stored.remote == now.remote);
}

bool eventSameFiles(const std::vector<Attachment> &stored, const std::vector<Attachment> &now)
{
    return std::equal(stored.begin(), stored.end(), now.begin(), now.end(), eventSameFile);
}

} // namespace

void rewrite(Database &db, const Message &message)
{
    const std::optional<Message> stored = byId(db, message.id);
    if (!stored)
        return;
    search::forget(db, std::vector<MessageId>{message.id}); // while its text and attachments are there
    db.exec("UPDATE message SET body_text = ?, body = ? WHERE id = ?",
            {message.text, toBytes(message.body), message.id.value});
    if (!eventSameFiles(stored->attachments, message.attachments)) {
        db.exec("INSERT INTO loose_file (sha256) SELECT DISTINCT sha256 FROM attachment WHERE message_id = ? AND "
                "sha256 <> '' ON CONFLICT (sha256) DO NOTHING",
                {message.id.value});
        db.exec("DELETE FROM attachment WHERE message_id = ?", {message.id.value});
        insertAttachments(db, message.id, message.attachments);
    }
    search::note(db, message.id);
    conversations::recountSnippet(db, message.conversation);
    db.changes().timelines.insert(message.conversation);
}

void nameSent(Database &db, ChannelId channel, MessageId message, const QString &externalId)
{
    db.exec("UPDATE message SET external_id = ? WHERE id = ?", {indexKey(externalId), message.value});
    eventAnnounce(db, message);
    raw_messages::requeueAbout(db, channel, externalId);
}

std::optional<ChannelFile> file(Database &db, AttachmentId id)
{
    const auto row =
        db.row("SELECT m.channel_id, a.id, a.name, a.media_type, a.sha256, a.size, a.remote FROM attachment "
               "a JOIN message m ON m.id = a.message_id WHERE a.id = ?",
               {id.value});
    if (!row)
        return std::nullopt;
    ChannelFile found;
    found.channel = row->id<ChannelId>(0);
    found.file.id = row->id<AttachmentId>(1);
    found.file.name = row->text(2);
    found.file.mediaType = row->text(3);
    found.file.sha256 = row->text(4).toLatin1();
    found.file.size = row->integer(5);
    found.file.remote = QJsonDocument::fromJson(row->text(6).toUtf8()).object();
    return found;
}

std::vector<AttachmentId> notLoaded(Database &db, ConversationId conversation, const QString &name)
{
    std::vector<AttachmentId> all;
    for (const Row &row : db.rows("SELECT a.id, a.name FROM attachment a JOIN message m ON m.id = a.message_id WHERE "
                                  "m.conversation_id = ? AND a.sha256 = '' AND a.remote <> '' ORDER BY a.id",
                                  {conversation.value})) {
        if (name.isEmpty() || row.text(1) == name)
            all.push_back(row.id<AttachmentId>(0));
    }
    return all;
}

void fileLoaded(Database &db, AttachmentId id, const QByteArray &sha256, qint64 size)
{
    const auto row = db.row("UPDATE attachment SET sha256 = ?, size = ? WHERE id = ? RETURNING message_id",
                            {QString::fromLatin1(sha256), size, id.value});
    if (row)
        eventAnnounce(db, row->id<MessageId>(0));
}

QHash<QString, Message> quoted(Database &db, ChannelId channel, const QStringList &externalIds)
{
    QHash<QString, Message> found;
    QHash<QString, QString> asked;
    for (const QString &id : externalIds)
        asked.insert(indexKey(id), id);
    forTextList(db,
                "SELECT external_id, id, direction, author_name, author_address, operator_id, SUBSTR(body_text, 1, "
                "400) FROM message WHERE channel_id = ? AND external_id IN ",
                {}, {channel.value}, asked.keys(), [&](const Row &row) {
                    Message message;
                    message.id = row.id<MessageId>(1);
                    message.direction = row.text(2) == u"inbound"_s ? Direction::Inbound : Direction::Outbound;
                    message.author = {row.text(3), row.text(4)};
                    message.operatorId = row.id<OperatorId>(5);
                    message.text = row.text(6);
                    found.insert(asked.value(row.text(0)), message);
                });
    return found;
}

} // namespace messages

} // namespace patchbay
