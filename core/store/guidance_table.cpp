#include "core/store/guidance_table.h"

#include "core/store/id_list.h"

namespace patchbay {

namespace {

QString guidanceDay(QDate day) { return day.isValid() ? day.toString(Qt::ISODate) : QStringLiteral(""); }

ValidDays guidanceDays(const Row &row, int column)
{
    return {QDate::fromString(row.text(column), Qt::ISODate), QDate::fromString(row.text(column + 1), Qt::ISODate)};
}

} // namespace

namespace canned_replies {

std::vector<CannedReply> all(Database &db)
{
    std::vector<CannedReply> found;
    for (const Row &row : db.rows("SELECT id, uid, title, category_id, language, reply_text, valid_from, valid_until "
                                  "FROM canned_reply ORDER BY title")) {
        CannedReply reply;
        reply.id = row.id<CannedReplyId>(0);
        reply.uid = row.text(1);
        reply.title = row.text(2);
        reply.category = row.id<CategoryId>(3);
        reply.language = row.text(4);
        reply.text = row.text(5);
        reply.valid = guidanceDays(row, 6);
        found.push_back(std::move(reply));
    }
    return found;
}

void put(Database &db, const CannedReply &r)
{
    db.exec("INSERT INTO canned_reply (uid, title, category_id, language, reply_text, valid_from, valid_until) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (title) DO UPDATE SET category_id = excluded.category_id, "
            "language = excluded.language, reply_text = excluded.reply_text, valid_from = excluded.valid_from, "
            "valid_until = excluded.valid_until",
            {newUid(db.clock()), r.title, idOrNull(r.category), r.language, r.text, guidanceDay(r.valid.from),
             guidanceDay(r.valid.until)});
    db.changes().taxonomy = true;
}

void change(Database &db, const CannedReply &r)
{
    db.exec("UPDATE canned_reply SET title = ?, category_id = ?, language = ?, reply_text = ?, valid_from = ?, "
            "valid_until = ? WHERE id = ?",
            {r.title, idOrNull(r.category), r.language, r.text, guidanceDay(r.valid.from), guidanceDay(r.valid.until),
             r.id.value});
    db.changes().taxonomy = true;
}

void remove(Database &db, const QString &title)
{
    db.exec("DELETE FROM canned_reply WHERE title = ?", {title});
    db.changes().taxonomy = true;
}

} // namespace canned_replies

namespace business_rules {

std::vector<BusinessRule> all(Database &db)
{
    std::vector<BusinessRule> found;
    for (const Row &row : db.rows("SELECT id, uid, title, category_id, rule_text, valid_from, valid_until "
                                  "FROM business_rule ORDER BY title")) {
        BusinessRule rule;
        rule.id = row.id<BusinessRuleId>(0);
        rule.uid = row.text(1);
        rule.title = row.text(2);
        rule.category = row.id<CategoryId>(3);
        rule.text = row.text(4);
        rule.valid = guidanceDays(row, 5);
        found.push_back(std::move(rule));
    }
    return found;
}

void put(Database &db, const BusinessRule &r)
{
    db.exec("INSERT INTO business_rule (uid, title, category_id, rule_text, valid_from, valid_until) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (title) DO UPDATE SET category_id = excluded.category_id, "
            "rule_text = excluded.rule_text, valid_from = excluded.valid_from, valid_until = excluded.valid_until",
            {newUid(db.clock()), r.title, idOrNull(r.category), r.text, guidanceDay(r.valid.from),
             guidanceDay(r.valid.until)});
    db.changes().taxonomy = true;
}

void change(Database &db, const BusinessRule &r)
{
    db.exec("UPDATE business_rule SET title = ?, category_id = ?, rule_text = ?, valid_from = ?, valid_until = ? "
            "WHERE id = ?",
            {r.title, idOrNull(r.category), r.text, guidanceDay(r.valid.from), guidanceDay(r.valid.until), r.id.value});
    db.changes().taxonomy = true;
}

void remove(Database &db, const QString &title)
{
    db.exec("DELETE FROM business_rule WHERE title = ?", {title});
    db.changes().taxonomy = true;
}

} // namespace business_rules

namespace packs {

std::vector<Installed> all(Database &db)
{
    std::vector<Installed> found;
    for (const Row &row : db.rows("SELECT name, document, imported_at FROM pack ORDER BY name"))
        found.push_back({row.text(0), row.text(1).toUtf8(), row.time(2)});
    return found;
}

std::optional<Installed> byName(Database &db, const QString &name)
{
    const auto row = db.row("SELECT name, document, imported_at FROM pack WHERE name = ?", {name});
    return row ? std::optional(Installed{row->text(0), row->text(1).toUtf8(), row->time(2)}) : std::nullopt;
}

void put(Database &db, const QString &name, const QByteArray &document, OperatorId by)
{
    db.exec("INSERT INTO pack (uid, name, document, operator_id, imported_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET document = excluded.document, operator_id = excluded.operator_id, "
            "imported_at = excluded.imported_at",
            {newUid(db.clock()), name, QString::fromUtf8(document), by.value, db.now().us});
}

} // namespace packs

} // namespace patchbay
