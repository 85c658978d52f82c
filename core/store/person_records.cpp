#include "core/model/body.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"
#include "core/store/misc_tables.h"
#include "core/store/person_table.h"

#include <QtCore/QJsonDocument>

namespace patchbay::persons {

using namespace Qt::StringLiterals;

namespace {

enum class RecordKind { Text, Integer, Real, Flag, Time, Json };

/// One column of a SELECT under its documented key.
struct RecordField {
    const char *key;
    RecordKind kind = RecordKind::Text;
};
using RecordFields = std::vector<RecordField>;

QJsonValue recordValue(const Row &row, int column, RecordKind kind)
{
    switch (kind) {
    case RecordKind::Text: break;
    case RecordKind::Integer: return row.integer(column);
    case RecordKind::Real: return row.real(column);
    case RecordKind::Flag: return row.boolean(column);
    case RecordKind::Time:
        return row.time(column) ? QJsonValue(row.time(column).toDateTime().toString(Qt::ISODateWithMs)) : QJsonValue();
    case RecordKind::Json: {
        const QJsonDocument document = QJsonDocument::fromJson(row.text(column).toUtf8());
        return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    }
    }
    return row.text(column);
}

QJsonObject recordFrom(const Row &row, const RecordFields &fields)
{
    QJsonObject object;
    int column = 0;
    for (const RecordField &field : fields)
        object.insert(QLatin1String(field.key), recordValue(row, column++, field.kind));
    return object;
}

QJsonArray recordsFrom(const std::vector<Row> &rows, const RecordFields &fields)
{
    QJsonArray all;
    for (const Row &row : rows)
        all.append(recordFrom(row, fields));
    return all;
}

const RecordFields &taskFields()
{
    static const RecordFields fields{{"uid"},
                                     {"payload", RecordKind::Json},
                                     {"created_at", RecordKind::Time},
                                     {"cancelled_at", RecordKind::Time},
                                     {"status_at_target"}};
    return fields;
}

const RecordFields &deliveryFields()
{
    static const RecordFields fields{{"uid"},
                                     {"kind"},
                                     {"destination"},
                                     {"key"},
                                     {"payload", RecordKind::Json},
                                     {"state"},
                                     {"attempts", RecordKind::Integer},
                                     {"error"},
                                     {"external_id"},
                                     {"external_url"},
                                     {"response"},
                                     {"created_at", RecordKind::Time},
                                     {"settled_at", RecordKind::Time},
                                     {"linked_at", RecordKind::Time}};
    return fields;
}

const RecordFields &localTaskFields()
{
    static const RecordFields fields{{"uid"},
                                     {"key"},
                                     {"payload", RecordKind::Json},
                                     {"done", RecordKind::Flag},
                                     {"created_at", RecordKind::Time},
                                     {"done_at", RecordKind::Time}};
    return fields;
}

constexpr const char *recordDeliverySelect =
    "SELECT d.uid, d.kind, COALESCE(t.name, ch.name, m.name, ''), d.key, d.payload, d.state, d.attempts, d.last_error, "
    "d.external_id, d.external_url, d.response, d.created_at, d.settled_at, d.linked_at FROM delivery d LEFT JOIN "
    "target t "
    "ON t.id = d.target_id LEFT JOIN channel ch ON ch.id = d.channel_id LEFT JOIN model m ON m.id = d.model_id WHERE "
    "d.";

/// What hangs on some ids, one chunk after the other.
template <class IdType>
QJsonArray recordsOf(Database &db, const QByteArray &upToIn, const QByteArray &after, const std::vector<IdType> &ids,
                     const RecordFields &fields)
{
    QJsonArray all;
    forIdList(db, upToIn + " IN ", after, {}, ids, [&](const Row &row) { all.append(recordFrom(row, fields)); });
    return all;
}

QJsonArray recordJoined(QJsonArray first, const QJsonArray &second)
{
    for (const QJsonValue &value : second)
        first.append(value);
    return first;
}

} // namespace

QJsonObject contactRecord(Database &db, const Person &person)
{
    QJsonObject record{{u"uid"_s, person.contact.uid}, {u"name"_s, person.contact.name}};
    if (const auto row = db.row("SELECT created_at FROM contact WHERE id = ?", {person.contact.id.value}))
        record.insert(u"created_at"_s, recordValue(*row, 0, RecordKind::Time));
    QJsonArray handles;
    for (const Handle &handle : person.handles)
        handles.append(QJsonObject{{u"kind"_s, handle.kind}, {u"address"_s, handle.address}});
    record.insert(u"handles"_s, handles);
    QJsonArray merged;
    for (const ContactPart &part : identity::partsOf(db, person.contact.id)) {
        if (part.mergedInto)
            merged.append(QJsonObject{{u"uid"_s, part.contact.uid},
                                      {u"name"_s, part.contact.name},
                                      {u"merged_at"_s, part.mergedAt.toDateTime().toString(Qt::ISODateWithMs)}});
    }
    record.insert(u"merged"_s, merged);
    QJsonArray phones;
    for (const identity::Phone &phone : identity::phonesOf(db, person.contacts))
        phones.append(QJsonObject{
            {u"number"_s, phone.phone}, {u"source"_s, phone.side.source}, {u"written"_s, phone.side.written}});
    record.insert(u"phones"_s, phones);
    return record;
}

QJsonObject conversationRecord(Database &db, const Person &person, const Place &place)
{
    const auto row =
        db.row("SELECT v.uid, ch.name, v.subject, v.status, COALESCE(c.name, ''), v.priority, v.language, "
               "v.first_at, v.sort_at FROM conversation v JOIN channel ch ON ch.id = v.channel_id LEFT JOIN "
               "category c ON c.id = v.category_id WHERE v.id = ?",
               {place.id.value});
    if (!row)
        return {};
    const auto time = RecordKind::Time;
    QJsonObject record = recordFrom(*row,
                                    {{"uid"},
                                     {"channel"},
                                     {"subject"},
                                     {"status"},
                                     {"category"},
                                     {"priority"},
                                     {"language"},
                                     {"first_at", time},
                                     {"last_at", time}});
    record.insert(u"shared_with_others"_s, !place.isWhole());
    QJsonArray names;
    for (const QString &address : addressesIn(person, place)) {
        for (const Row &own : db.rows("SELECT name FROM participant WHERE conversation_id = ? AND address = ?",
                                      {place.id.value, address}))
            names.append(QJsonObject{{u"address"_s, address}, {u"name"_s, own.text(0)}});
    }
    record.insert(u"takes_part_as"_s, names);
    if (!place.isWhole())
        return record;
    record.insert(u"labels"_s, QJsonArray::fromStringList(labels::of(db, place.id)));
    record.insert(
        u"drafts"_s,
        recordsFrom(db.rows("SELECT kind, draft_text, updated_at FROM draft WHERE conversation_id = ? ORDER BY "
                            "operator_id, kind",
                            {place.id.value}),
                    {{"kind"}, {"text"}, {"updated_at", time}}));
    return record;
}

QJsonObject messageRecord(Database &db, MessageId id)
{
    const auto time = RecordKind::Time;
    const auto row =
        db.row("SELECT m.uid, v.uid, m.direction, m.author_name, m.author_address, m.subject, m.body_text, "
               "m.to_addresses, m.cc_addresses, m.reply_to, COALESCE(m.external_id, ''), m.is_automatic, "
               "m.provider_at, m.arrived_at, m.body FROM message m JOIN conversation v ON v.id = "
               "m.conversation_id WHERE m.id = ?",
               {id.value});
    if (!row)
        return {};
    QJsonObject record = recordFrom(*row,
                                    {{"uid"},
                                     {"conversation"},
                                     {"direction"},
                                     {"author_name"},
                                     {"author_address"},
                                     {"subject"},
                                     {"text"},
                                     {"to", RecordKind::Json},
                                     {"cc", RecordKind::Json},
                                     {"reply_to"},
                                     {"external_id"},
                                     {"automatic", RecordKind::Flag},
                                     {"written_at", time},
                                     {"arrived_at", time}});
    const auto body = bodyFromBytes(row->blob(14));
    record.insert(u"full_text"_s, body ? plainText(*body) : row->text(6));
    const auto real = RecordKind::Real;
    const auto json = RecordKind::Json;
    record.insert(
        u"attachments"_s,
        recordsFrom(
            db.rows("SELECT name, media_type, size, sha256, is_inline FROM attachment WHERE "
                    "message_id = ? ORDER BY position",
                    {id.value}),
            {{"name"}, {"media_type"}, {"size", RecordKind::Integer}, {"sha256"}, {"inline", RecordKind::Flag}}));
    record.insert(u"events"_s,
                  recordsFrom(db.rows("SELECT kind, author_name, author_address, body_text, fate, told_at FROM "
                                      "message_event WHERE message_id = ? ORDER BY id",
                                      {id.value}),
                              {{"kind"}, {"author_name"}, {"author_address"}, {"text"}, {"fate"}, {"at", time}}));
    record.insert(u"classifications"_s,
                  recordsFrom(db.rows("SELECT c.name, k.source, k.confidence, k.document, k.created_at FROM "
                                      "classification k JOIN category c ON c.id = k.category_id WHERE k.message_id = ? "
                                      "ORDER BY k.id",
                                      {id.value}),
                              {{"category"}, {"source"}, {"confidence", real}, {"because", json}, {"at", time}}));
    record.insert(
        u"lessons"_s,
        recordsFrom(db.rows("SELECT l.uid, c.name, l.lesson_text, l.created_at, l.undone_at FROM lesson l JOIN "
                            "category c ON c.id = l.category_id WHERE l.message_id = ? ORDER BY l.id",
                            {id.value}),
                    {{"uid"}, {"category"}, {"text"}, {"at", time}, {"undone_at", time}}));
    record.insert(u"suggestions"_s,
                  recordsFrom(db.rows("SELECT s.uid, s.version, s.state, c.name, s.draft, s.trace, s.created_at, "
                                      "s.decided_at FROM suggestion s JOIN category c ON c.id = s.category_id WHERE "
                                      "s.message_id = ? ORDER BY s.id",
                                      {id.value}),
                              {{"uid"},
                               {"version", RecordKind::Integer},
                               {"state"},
                               {"category"},
                               {"draft", json},
                               {"trace", json},
                               {"at", time},
                               {"decided_at", time}}));
    return record;
}

QJsonObject workRecords(Database &db, ConversationId conversation, const std::vector<MessageId> *messages)
{
    const QByteArray tasks = "SELECT t.uid, t.payload, t.created_at, t.cancelled_at, t.remote_status FROM task t ";
    const QByteArray locals =
        "SELECT l.uid, l.key, l.payload, l.is_done, l.created_at, l.done_at FROM local_task l JOIN "
        "delivery d ON d.key = l.key AND d.target_id = l.target_id WHERE d.";
    const std::vector<ConversationId> all{conversation};
    if (!messages)
        return {{u"tasks"_s, recordsOf(db, tasks + "WHERE t.conversation_id", {}, all, taskFields())},
                {u"deliveries"_s,
                 recordsOf(db, QByteArray(recordDeliverySelect) + "conversation_id", {}, all, deliveryFields())},
                {u"local_tasks"_s, recordsOf(db, locals + "conversation_id", {}, all, localTaskFields())}};
    const QByteArray ofTheirs =
        "task_id IN (SELECT t.id FROM task t JOIN suggestion s ON s.id = t.suggestion_id WHERE s.message_id";
    const QByteArray deliveries = recordDeliverySelect;
    return {{u"tasks"_s,
             recordsOf(db, tasks + "JOIN suggestion s ON s.id = t.suggestion_id WHERE s.message_id", {}, *messages,
                       taskFields())},
            {u"deliveries"_s,
             recordJoined(recordsOf(db, deliveries + "message_id", {}, *messages, deliveryFields()),
                          recordsOf(db, deliveries + ofTheirs, ")", *messages, deliveryFields()))},
            {u"local_tasks"_s, recordsOf(db, locals + ofTheirs, ")", *messages, localTaskFields())}};
}

QJsonArray modelCallRecords(Database &db, const Place &place)
{
    QJsonArray all;
    for (const Row &row :
         db.rows("SELECT k.started_at, m.name, k.host, k.purpose, o.name, k.state, k.bytes, k.redactions, k.sent_text, "
                 "COALESCE(q.answer, '') FROM model_call k JOIN model m ON m.id = k.model_id JOIN operator o ON o.id = "
                 "k.operator_id LEFT JOIN question q ON q.id = k.question_id WHERE k.conversation_id = ? ORDER BY k.id",
                 {place.id.value})) {
        QJsonObject record{{u"at"_s, recordValue(row, 0, RecordKind::Time)},
                           {u"model"_s, row.text(1)},
                           {u"host"_s, row.text(2)},
                           {u"purpose"_s, row.text(3)},
                           {u"operator"_s, row.text(4)},
                           {u"state"_s, row.text(5)},
                           {u"bytes"_s, row.integer(6)},
                           {u"redactions"_s, row.integer(7)},
                           {u"conversation"_s, place.uid}};
        if (place.isWhole()) { // elsewhere others' words stand in it
            record.insert(u"text"_s, row.text(8));
            record.insert(u"answer"_s, QJsonDocument::fromJson(row.text(9).toUtf8()).object());
        }
        all.append(record);
    }
    return all;
}

QJsonArray auditRecords(Database &db, const QStringList &subjectUids)
{
    QJsonArray all;
    const auto time = RecordKind::Time;
    for (const QString &uid : subjectUids) {
        if (uid.isEmpty())
            continue;
        const auto rows = db.rows("SELECT a.at, o.name, a.action, a.subject_kind, a.subject_uid, a.detail FROM audit a "
                                  "JOIN operator o ON o.id = a.operator_id WHERE a.subject_uid = ? ORDER BY a.id",
                                  {uid});
        all = recordJoined(all,
                           recordsFrom(rows,
                                       {{"at", time},
                                        {"operator"},
                                        {"action"},
                                        {"subject_kind"},
                                        {"subject_uid"},
                                        {"detail", RecordKind::Json}}));
    }
    return all;
}

std::vector<RawMessageId> sourcesOf(Database &db, MessageId id)
{
    std::vector<RawMessageId> ids;
    for (const Row &row :
         db.rows("SELECT id FROM raw_message WHERE message_id = ? AND body IS NOT NULL ORDER BY id", {id.value}))
        ids.push_back(row.id<RawMessageId>(0));
    return ids;
}

std::optional<Source> source(Database &db, RawMessageId id)
{
    const auto row = db.row("SELECT source_key, state, received_at, body FROM raw_message WHERE id = ?", {id.value});
    if (!row)
        return std::nullopt;
    return Source{row->text(0), row->text(1), row->time(2), row->blob(3)};
}

} // namespace patchbay::persons
