#include "core/store/rule_table.h"

#include "core/store/id_list.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 ruleHour = qint64(3600) * 1'000'000;
constexpr qint64 ruleDifferencesKept = 10'000;

#define PATCHBAY_RULE_DRAFT_COLUMNS                                                                                    \
    "id, uid, document, comment, based_on, author_id, created_at, updated_at, shadow_from, shadow_until, "             \
    "shadow_seen, shadow_differs"

rule_drafts::Draft ruleDraftFrom(const Row &row)
{
    rule_drafts::Draft draft;
    draft.id = row.id<RuleDraftId>(0);
    draft.uid = row.text(1);
    draft.document = row.text(2).toUtf8();
    draft.comment = row.text(3);
    draft.basedOn = int(row.integer(4));
    draft.author = row.id<OperatorId>(5);
    draft.createdAt = row.time(6);
    draft.updatedAt = row.time(7);
    draft.shadowFrom = row.time(8);
    draft.shadowUntil = row.time(9);
    draft.shadowSeen = row.integer(10);
    draft.shadowDiffers = row.integer(11);
    return draft;
}

void ruleDraftTouched(Database &db, qint64 rows)
{
    if (rows == 0)
        db.fail(makeError(Error::Kind::NotFound, u"This draft of the rules is no longer there."_s));
    db.changes().rules = true;
}

} // namespace

namespace rule_sets {

std::vector<Version> versions(Database &db)
{
    std::vector<Version> list;
    for (const Row &row : db.rows("SELECT version, uid, author_id, written_by, published_at, comment, restores "
                                  "FROM rule_set ORDER BY version DESC"))
        list.push_back({int(row.integer(0)), row.text(1), row.id<OperatorId>(2), row.id<OperatorId>(3), row.time(4),
                        row.text(5), int(row.integer(6))});
    return list;
}

QByteArray document(Database &db, int version)
{
    const auto row = db.row("SELECT document FROM rule_set WHERE version = ?", {version});
    if (!row)
        db.fail(makeError(Error::Kind::NotFound, u"There is no version %1 of the rules."_s.arg(version)));
    return row ? row->text(0).toUtf8() : QByteArray();
}

int publish(Database &db, const QByteArray &document, const Version &about)
{
    const int version = publish(db, document, about.publishedBy);
    db.exec("UPDATE rule_set SET comment = ?, written_by = ?, restores = ? WHERE version = ?",
            {about.comment, about.writtenBy.value, about.restores, version});
    return version;
}

} // namespace rule_sets

namespace rule_drafts {

std::vector<Draft> all(Database &db)
{
    std::vector<Draft> list;
    for (const Row &row :
         db.rows("SELECT " PATCHBAY_RULE_DRAFT_COLUMNS " FROM rule_draft ORDER BY updated_at DESC, id DESC"))
        list.push_back(ruleDraftFrom(row));
    return list;
}

std::optional<Draft> byId(Database &db, RuleDraftId id)
{
    const auto row = db.row("SELECT " PATCHBAY_RULE_DRAFT_COLUMNS " FROM rule_draft WHERE id = ?", {id.value});
    if (!row) {
        if (db.ok())
            db.fail(makeError(Error::Kind::NotFound, u"This draft of the rules is no longer there."_s));
        return std::nullopt;
    }
    return ruleDraftFrom(*row);
}

RuleDraftId insert(Database &db, Draft draft)
{
    db.changes().rules = true;
    return {db.insert("INSERT INTO rule_draft (uid, document, comment, based_on, author_id, created_at, updated_at) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                      {draft.uid.isEmpty() ? newUid(db.clock()) : draft.uid, QString::fromUtf8(draft.document),
                       draft.comment, draft.basedOn, draft.author.value, db.now().us, db.now().us})};
}

void change(Database &db, RuleDraftId id, const QByteArray &document, const QString &comment, OperatorId author)
{
    // What the shadow counted was said of another document.
    ruleDraftTouched(db,
                     db.exec("UPDATE rule_draft SET document = ?, comment = ?, author_id = ?, updated_at = ?, "
                             "shadow_from = 0, shadow_until = 0, shadow_seen = 0, shadow_differs = 0 WHERE id = ?",
                             {QString::fromUtf8(document), comment, author.value, db.now().us, id.value}));
    db.exec("DELETE FROM rule_difference WHERE draft_id = ?", {id.value});
}

void follow(Database &db, RuleDraftId id, const QByteArray &document)
{
    ruleDraftTouched(
        db, db.exec("UPDATE rule_draft SET document = ? WHERE id = ?", {QString::fromUtf8(document), id.value}));
}

void rebase(Database &db, int from, int to)
{
    if (db.exec("UPDATE rule_draft SET based_on = ? WHERE based_on = ?", {to, from}) > 0)
        db.changes().rules = true;
}

void remove(Database &db, RuleDraftId id)
{
    ruleDraftTouched(db, db.exec("DELETE FROM rule_draft WHERE id = ?", {id.value}));
}

void setShadow(Database &db, RuleDraftId id, Timestamp until)
{
    if (!until) {
        ruleDraftTouched(db, db.exec("UPDATE rule_draft SET shadow_until = 0 WHERE id = ?", {id.value}));
        return;
    }
    db.exec("UPDATE rule_draft SET shadow_until = 0 WHERE id <> ?", {id.value}); // one at a time
    db.exec("DELETE FROM rule_difference WHERE draft_id = ?", {id.value});
    ruleDraftTouched(db,
                     db.exec("UPDATE rule_draft SET shadow_from = ?, shadow_until = ?, shadow_seen = 0, "
                             "shadow_differs = 0 WHERE id = ?",
                             {db.now().us, until.us, id.value}));
}

std::optional<Draft> inShadow(Database &db)
{
    const auto row =
        db.row("SELECT " PATCHBAY_RULE_DRAFT_COLUMNS " FROM rule_draft WHERE shadow_until > ? ORDER BY id DESC LIMIT 1",
               {db.now().us});
    return row ? std::optional(ruleDraftFrom(*row)) : std::nullopt;
}

std::optional<Draft> lastInShadow(Database &db)
{
    auto draft = inShadow(db);
    if (draft)
        return draft;
    for (Draft &one : all(db)) {
        if (one.shadowFrom)
            return std::move(one);
    }
    return std::nullopt;
}

bool countShadow(Database &db, RuleDraftId id, bool differs)
{
    return db.exec("UPDATE rule_draft SET shadow_seen = shadow_seen + 1, shadow_differs = shadow_differs + ? "
                   "WHERE id = ? AND shadow_until > ?",
                   {differs ? 1 : 0, id.value, db.now().us})
        > 0;
}

void addDifference(Database &db, RuleDraftId id, const Difference &difference)
{
    const qint64 added =
        db.insert("INSERT INTO rule_difference (draft_id, message_id, conversation_id, live, draft, created_at) "
                  "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                  {id.value, difference.message.value, difference.conversation.value, difference.live, difference.draft,
                   db.now().us});
    if (added > 0 && added % 1000 == 0)
        db.exec("DELETE FROM rule_difference WHERE draft_id = ? AND id < (SELECT MIN(id) FROM (SELECT id FROM "
                "rule_difference WHERE draft_id = ? ORDER BY id DESC LIMIT ?) AS kept)",
                {id.value, id.value, ruleDifferencesKept});
}

std::vector<Difference> differences(Database &db, RuleDraftId id, qint64 before, int limit)
{
    std::vector<Difference> list;
    for (const Row &row : db.rows("SELECT id, message_id, conversation_id, live, draft, created_at FROM "
                                  "rule_difference WHERE draft_id = ? AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?",
                                  {id.value, before, before, limit}))
        list.push_back(
            {row.integer(0), row.id<MessageId>(1), row.id<ConversationId>(2), row.text(3), row.text(4), row.time(5)});
    return list;
}

} // namespace rule_drafts

namespace rule_use {

QHash<QString, int> now(Database &db)
{
    QHash<QString, int> times;
    for (const Row &row : db.rows("SELECT rule, times FROM rule_use WHERE hour = ?", {db.now().us / ruleHour}))
        times.insert(row.text(0), int(row.integer(1)));
    return times;
}

void count(Database &db, const QString &rule)
{
    const qint64 hour = db.now().us / ruleHour;
    db.exec("DELETE FROM rule_use WHERE rule = ? AND hour < ?", {rule, hour});
    db.exec("INSERT INTO rule_use (rule, hour, times) VALUES (?, ?, 1) ON CONFLICT (rule, hour) DO UPDATE "
            "SET times = rule_use.times + 1",
            {rule, hour});
}

} // namespace rule_use

namespace rule_acceptances {

void add(Database &db, const Wanted &wanted)
{
    db.exec("INSERT INTO rule_acceptance (conversation_id, message_id, rule, rule_set_version, created_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING",
            {wanted.conversation.value, wanted.message.value, wanted.rule, wanted.ruleSetVersion, db.now().us});
    db.changes().conversations.insert(wanted.conversation);
}

std::vector<Wanted> next(Database &db, int limit)
{
    std::vector<Wanted> list;
    for (const Row &row : db.rows("SELECT id, conversation_id, message_id, rule, rule_set_version FROM "
                                  "rule_acceptance ORDER BY id LIMIT ?",
                                  {limit}))
        list.push_back(
            {row.integer(0), row.id<ConversationId>(1), row.id<MessageId>(2), row.text(3), int(row.integer(4))});
    return list;
}

bool take(Database &db, qint64 id) { return db.exec("DELETE FROM rule_acceptance WHERE id = ?", {id}) > 0; }

} // namespace rule_acceptances

} // namespace patchbay
