#include "core/store/retention_table.h"

#include "core/store/misc_tables.h"

namespace patchbay::retention {

using namespace Qt::StringLiterals;

namespace {

const QString retentionKey = u"retention_months"_s;

#define PATCHBAY_RETENTION_OPEN                                                                                        \
    "EXISTS (SELECT 1 FROM delivery d WHERE d.conversation_id = v.id AND d.state IN ('queued', 'sending', 'failed', "  \
    "'unknown'))"
#define PATCHBAY_RETENTION_OLD "v.status = 'done' AND v.sort_at < ?"
#define PATCHBAY_RETENTION_WHERE " WHERE " PATCHBAY_RETENTION_OLD " AND NOT " PATCHBAY_RETENTION_OPEN

qint64 retentionCount(Database &db, const QByteArray &sql, Timestamp before)
{
    const auto rows = db.rows("SELECT COUNT(*) FROM " + sql, {before.us});
    return rows.empty() ? 0 : rows.front().integer(0);
}

} // namespace

int months(Database &db) { return settings::get(db, retentionKey, u"0"_s).toInt(); }

void setMonths(Database &db, int months) { settings::set(db, retentionKey, QString::number(months)); }

Overwriting::Overwriting(Database &db)
    : m_db(db)
{
    if (db.dialect() == Dialect::Sqlite)
        db.rows("PRAGMA secure_delete=ON");
}

Overwriting::~Overwriting()
{
    if (m_db.dialect() == Dialect::Sqlite)
        m_db.rows(
            "PRAGMA secure_delete=FAST"); // after a failure the connection keeps overwriting, which costs time only
}

std::optional<ConversationId> nextClosed(Database &db, Timestamp before)
{
    const auto row = db.row(
        "SELECT v.id FROM conversation v" PATCHBAY_RETENTION_WHERE " ORDER BY v.sort_at, v.id LIMIT 1", {before.us});
    if (!row)
        return std::nullopt;
    return row->id<ConversationId>(0);
}

Removed countOlder(Database &db, Timestamp before)
{
    const QByteArray conversations = "(SELECT v.id FROM conversation v" PATCHBAY_RETENTION_WHERE ")";
    const QByteArray ofMessages =
        " x JOIN message m ON m.id = x.message_id WHERE m.conversation_id IN " + conversations;
    const QByteArray direct = " x WHERE x.conversation_id IN " + conversations;
    Removed counts;
    counts.conversations = retentionCount(db, conversations + " c", before);
    counts.messages = retentionCount(db, "message" + direct, before);
    counts.items = retentionCount(db, "raw_message" + ofMessages, before);
    counts.attachments = retentionCount(db, "attachment" + ofMessages, before);
    counts.classifications = retentionCount(db, "classification" + ofMessages, before);
    counts.lessons = retentionCount(db, "lesson" + ofMessages, before);
    counts.suggestions = retentionCount(db, "suggestion" + direct, before);
    counts.tasks = retentionCount(db, "task" + direct, before);
    counts.deliveries = retentionCount(db, "delivery" + direct, before);
    return counts;
}

qint64 keptBack(Database &db, Timestamp before)
{
    return retentionCount(db, "conversation v WHERE " PATCHBAY_RETENTION_OLD " AND " PATCHBAY_RETENTION_OPEN, before);
}

Timestamp oldestClosed(Database &db)
{
    const auto row = db.row("SELECT MIN(sort_at) FROM conversation WHERE status = 'done'");
    return row ? row->time(0) : Timestamp{};
}

} // namespace patchbay::retention
