#include "core/store/delivery_table.h"

#include "core/model/names.h"
#include "core/store/delivery_rows.h"
#include "core/store/identity_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

QString deliveryText(const QString &text) { return text.isNull() ? u""_s : text; }

static std::vector<Backup> backupsFrom(const QString &text)
{
    std::vector<Backup> backups;
    if (text.isEmpty())
        return backups;
    for (const QJsonValue &value : QJsonDocument::fromJson(text.toUtf8()).array())
        backups.push_back({TargetId{value.toObject().value("target"_L1).toString().toLongLong()},
                           value.toObject().value("payload"_L1).toObject()});
    return backups;
}

static QString backupsText(const std::vector<Backup> &backups)
{
    QJsonArray list;
    for (const Backup &backup : backups)
        list.append(QJsonObject{{u"target"_s, QString::number(backup.target.value)}, {u"payload"_s, backup.payload}});
    return list.isEmpty() ? u""_s : QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

Delivery deliveryFrom(const Row &row)
{
    Delivery d;
    int i = 0;
    d.id = row.id<DeliveryId>(i++);
    d.uid = row.text(i++);
    d.kind = deliveryKindFrom(row.text(i++));
    d.conversation = row.id<ConversationId>(i++);
    d.message = row.id<MessageId>(i++);
    d.task = row.id<TaskId>(i++);
    d.channel = row.id<ChannelId>(i++);
    d.target = row.id<TargetId>(i++);
    d.key = row.text(i++);
    d.payload = QJsonDocument::fromJson(row.text(i++).toUtf8()).object();
    d.state = deliveryStateFrom(row.text(i++));
    d.attempts = int(row.integer(i++));
    d.everAmbiguous = row.boolean(i++);
    d.fence = row.integer(i++);
    d.leaseOwner = row.text(i++);
    d.leaseUntil = row.time(i++);
    d.attemptStartedAt = row.time(i++);
    d.effectStartedAt = row.time(i++);
    d.notBefore = row.time(i++);
    d.nextAttemptAt = row.time(i++);
    d.lastError = row.text(i++);
    d.errorKind = row.text(i++);
    d.externalId = row.text(i++);
    d.externalUrl = row.text(i++);
    d.response = row.text(i++);
    d.createdAt = row.time(i++);
    d.settledAt = row.time(i++);
    d.operatorId = row.id<OperatorId>(i++);
    d.settledBy = row.id<OperatorId>(i++);
    d.backups = backupsFrom(row.text(i++));
    d.replacedBy = row.id<DeliveryId>(i++);
    d.remoteStatus = row.text(i++);
    d.remoteClosed = row.boolean(i++);
    d.model = row.id<ModelId>(i++);
    d.linkedAt = row.time(i++);
    return d;
}

std::vector<Delivery> deliveriesFrom(const std::vector<Row> &rows)
{
    std::vector<Delivery> all;
    all.reserve(rows.size());
    for (const Row &row : rows)
        all.push_back(deliveryFrom(row));
    return all;
}

std::optional<Delivery> deliveryFrom(const std::optional<Row> &row)
{
    if (!row)
        return std::nullopt;
    return deliveryFrom(*row);
}

void announce(Database &db, const Delivery &d)
{
    db.changes().deliveries.insert(d.id);
    db.changes().conversations.insert(d.conversation);
    if (d.message)
        db.changes().timelines.insert(d.conversation);
    if (d.task)
        db.changes().tasks.insert(d.task);
}

DeliveryId insert(Database &db, const Delivery &delivery)
{
    Delivery d = delivery;
    if (d.uid.isEmpty())
        d.uid = newUid(db.clock());
    if (!d.createdAt)
        d.createdAt = db.now();
    // Never 0: the earliest time of all rows tells when the Outbox wakes, and 0 would mean that nothing waits.
    d.nextAttemptAt = std::max({d.nextAttemptAt, d.notBefore, d.createdAt});
    d.id = {db.insert(
        "INSERT INTO delivery (uid, kind, conversation_id, message_id, task_id, channel_id, target_id, key, payload, "
        "state, not_before, next_attempt_at, created_at, operator_id, backups, model_id) VALUES (?, ?, ?, ?, ?, ?, ?, "
        "?, "
        "?, ?, ?, ?, ?, ?, ?, ?) "
        "RETURNING id",
        {d.uid, nameOf(d.kind), d.conversation.value, deliveryNullable(d.message), deliveryNullable(d.task),
         deliveryNullable(d.channel), deliveryNullable(d.target), d.key,
         QString::fromUtf8(QJsonDocument(d.payload).toJson(QJsonDocument::Compact)), nameOf(d.state), d.notBefore.us,
         d.nextAttemptAt.us, d.createdAt.us, d.operatorId.value, backupsText(d.backups), deliveryNullable(d.model)})};
    announce(db, d);
    return d.id;
}

std::optional<Delivery> byId(Database &db, DeliveryId id)
{
    return deliveryFrom(db.row("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery WHERE id = ?", {id.value}));
}

std::optional<Delivery> byKey(Database &db, const QString &key)
{
    return deliveryFrom(
        db.row("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery WHERE key = ?", {deliveryText(key)}));
}

Result<Delivery> byUid(Database &db, const QString &uidOrPrefix)
{
    const QString prefix = uidOrPrefix.trimmed().toLower();
    bool wellFormed = prefix.size() >= 4 && prefix.size() <= 36;
    for (const QChar c : prefix)
        wellFormed = wellFormed && (c == u'-' || (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'));
    if (!wellFormed)
        return makeError(
            Error::Kind::NotFound,
            u"“%1” is not the id of an Outbox entry: give at least 4 characters of it."_s.arg(uidOrPrefix.left(40)));
    const auto rows = db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery WHERE uid LIKE ? ORDER BY id LIMIT 2",
                              {QString(prefix + u'%')});
    if (rows.empty())
        return makeError(Error::Kind::NotFound, u"There is no Outbox entry %1."_s.arg(prefix));
    if (rows.size() > 1)
        return makeError(Error::Kind::Conflict,
                         u"Several Outbox entries begin with %1: give more characters of the id."_s.arg(prefix));
    return deliveryFrom(rows.front());
}

std::vector<Delivery> ofConversation(Database &db, ConversationId conversation)
{
    return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                                  " FROM delivery WHERE conversation_id = ? ORDER BY id",
                                  {conversation.value}));
}

static const char *whereOf(Filter filter)
{
    // A question that came to nothing is told where it was asked: nothing is owed to anybody.
    return filter == Filter::Open ? "d.state NOT IN ('sent', 'cancelled') AND NOT (d.kind = 'question' AND d.state = "
                                    "'dead')"
        : filter == Filter::Problems ? "d.state IN ('failed', 'unknown', 'dead') AND d.kind <> 'question'"
                                     : "1 = 1";
}

std::vector<Entry> list(Database &db, Filter filter, int limit)
{
    QByteArray columns("d.");
    columns += QByteArray(PATCHBAY_DELIVERY_COLUMNS).replace(", ", ", d.");
    const QByteArray sql = "SELECT " + columns
        + ", COALESCE(t.name, m.name), ch.name, c.name, o.name FROM delivery d "
          "LEFT JOIN target t ON t.id = d.target_id LEFT JOIN channel ch ON ch.id = d.channel_id "
          "LEFT JOIN model m ON m.id = d.model_id "
          "JOIN conversation v ON v.id = d.conversation_id JOIN contact c ON c.id = " PATCHBAY_PERSON_OF(
                               "v.contact_id") " "
                                               "JOIN operator o ON o.id = d.operator_id WHERE "
        + whereOf(filter) + " ORDER BY d.id DESC LIMIT ?";
    std::vector<Entry> entries;
    for (const Row &row : db.rows(sql, {limit})) {
        Entry entry;
        entry.delivery = deliveryFrom(row);
        entry.destination = row.isNull(columnCount) ? row.text(columnCount + 1) : row.text(columnCount);
        entry.title = entry.delivery.payload
                          .value(entry.delivery.kind == DeliveryKind::Reply          ? "subject"_L1
                                     : entry.delivery.kind == DeliveryKind::Question ? "purpose"_L1
                                                                                     : "title"_L1)
                          .toString();
        if (entry.title.isEmpty() && entry.delivery.kind == DeliveryKind::Reply) // a chat's has no subject
            entry.title = entry.delivery.payload.value("text"_L1).toString().left(400).simplified().left(120);
        for (const OutboundFile &file : filesFrom(entry.delivery.payload.value("attachments"_L1).toArray())) {
            if (entry.title.isEmpty()) // nothing but files
                entry.title = file.name;
        }
        entry.contactName = row.text(columnCount + 2);
        entry.operatorName = row.text(columnCount + 3);
        entries.push_back(std::move(entry));
    }
    return entries;
}

int count(Database &db, Filter filter)
{
    const auto row = db.row((QByteArray("SELECT COUNT(*) FROM delivery d WHERE ") + whereOf(filter)).constData());
    return row ? int(row->integer(0)) : 0;
}

} // namespace patchbay::deliveries
