#include "core/store/category_edits.h"

#include "core/model/names.h"
#include "core/model/task.h"
#include "core/store/id_list.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// What an edit touched; nothing: somebody was faster.
void categoryEdited(Database &db, qint64 rows, const Category &category)
{
    db.changes().taxonomy = true;
    if (rows == 0 && db.ok())
        db.fail(makeError(
            Error::Kind::Conflict,
            u"Somebody has changed the category “%1” since it was shown here. Look at it again, then change it."_s.arg(
                category.name)));
}

/// Ids stand in these documents as `"category":12,` and `"runner_up":12,`; inside a text a quote is never bare.
QString categoryMark(const char *key, CategoryId id)
{
    return u"\"%1\":%2,"_s.arg(QLatin1String(key), QString::number(id.value));
}

QString categoryDocument(QString document, CategoryId from, CategoryId to)
{
    return document.replace(categoryMark("category", from), categoryMark("category", to))
        .replace(categoryMark("runner_up", from), categoryMark("runner_up", to));
}

qint64 categoryMoveSuggestion(Database &db, const Row &row, CategoryId from, CategoryId to, const QString &name)
{
    const bool pending = row.text(2) == "pending"_L1;
    QString draft = row.text(4);
    if (pending) {
        TaskPayload payload = taskPayloadFromJson(QJsonDocument::fromJson(draft.toUtf8()).object());
        if (from == to && payload.category == name)
            return 0;
        payload.category = name;
        draft = jsonText(payload);
    } else if (from == to) {
        return 0;
    }
    db.exec("UPDATE suggestion SET category_id = ?, classification = ?, draft = ?, version = version + ? WHERE id = ?",
            {to.value, categoryDocument(row.text(3), from, to), draft, pending ? 1 : 0, row.integer(0)});
    db.changes().conversations.insert(row.id<ConversationId>(1));
    return 1;
}

} // namespace

namespace categories {

void change(Database &db, const Category &c)
{
    const QString words =
        QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(c.keywords)).toJson(QJsonDocument::Compact));
    categoryEdited(db,
                   db.exec("UPDATE category SET name = ?, description = ?, keywords = ?, default_priority = ?, "
                           "version = version + 1 WHERE id = ? AND version = ? AND merged_into = 0",
                           {c.name, c.description, words, nameOf(c.defaultPriority), c.id.value, c.version}),
                   c);
}

void retire(Database &db, const Category &c)
{
    categoryEdited(db,
                   db.exec("UPDATE category SET retired_at = ?, version = version + 1 WHERE id = ? AND version = ? AND "
                           "retired_at = 0 AND is_unsorted = 0",
                           {db.now().us, c.id.value, c.version}),
                   c);
}

void bringBack(Database &db, const Category &c)
{
    categoryEdited(db,
                   db.exec("UPDATE category SET retired_at = 0, version = version + 1 WHERE id = ? AND version = ? AND "
                           "retired_at <> 0 AND merged_into = 0",
                           {c.id.value, c.version}),
                   c);
}

void beginMerge(Database &db, const Category &c, CategoryId into)
{
    categoryEdited(
        db,
        db.exec("UPDATE category SET retired_at = ?, merged_into = ?, version = version + 1 WHERE id = ? AND "
                "version = ? AND merged_into = 0 AND is_unsorted = 0",
                {c.isRetired() ? c.retiredAt.us : db.now().us, into.value, c.id.value, c.version}),
        c);
}

void endMerge(Database &db, const Category &c)
{
    const QString name = u"%1 (merged, %2)"_s.arg(c.name, c.uid.right(12));
    db.exec("UPDATE category SET name = ?, version = version + 1 WHERE id = ? AND merged_into <> 0",
            {name, c.id.value});
    db.changes().taxonomy = true;
}

void move(Database &db, CategoryId id, int position)
{
    db.oneAtATime("taxonomy");
    Taxonomy order = inUse(db);
    const auto moved = std::find_if(order.begin(), order.end(), [id](const Category &one) { return one.id == id; });
    if (moved == order.end())
        return db.fail(makeError(Error::Kind::NotFound, u"This category is no longer in use: somebody retired it."_s));
    if (moved->isUnsorted)
        return db.fail(makeError(Error::Kind::Refused, u"“%1” stays the last one."_s.arg(moved->name)));
    const Category category = *moved;
    order.erase(moved);
    order.insert(order.begin() + std::clamp<std::ptrdiff_t>(position - 1, 0, std::ssize(order)), category);
    std::stable_partition(order.begin(), order.end(), [](const Category &one) { return !one.isUnsorted; });
    int place = 0;
    for (const Category &one : order) {
        if (one.position != place)
            db.exec("UPDATE category SET position = ? WHERE id = ?", {place, one.id.value});
        ++place;
    }
    db.changes().taxonomy = true;
}

QHash<CategoryId, CategoryCounts> counts(Database &db)
{
    QHash<CategoryId, CategoryCounts> found;
    for (const Row &row : db.rows("SELECT category_id, COUNT(*) FROM conversation WHERE category_id IS NOT NULL "
                                  "GROUP BY category_id"))
        found[row.id<CategoryId>(0)].conversations = row.integer(1);
    for (const Row &row : db.rows("SELECT category_id, COUNT(*) FROM lesson WHERE undone_at = 0 GROUP BY category_id"))
        found[row.id<CategoryId>(0)].lessons = row.integer(1);
    return found;
}

} // namespace categories

namespace category_history {

qint64 highestId(Database &db, Table table)
{
    const auto row = db.row(table == Table::Lesson           ? "SELECT COALESCE(MAX(id), 0) FROM lesson"
                                : table == Table::Suggestion ? "SELECT COALESCE(MAX(id), 0) FROM suggestion"
                                                             : "SELECT COALESCE(MAX(id), 0) FROM classification");
    return row ? row->integer(0) : 0;
}

qint64 moveConversations(Database &db, CategoryId from, CategoryId to, int limit)
{
    qint64 moved = 0;
    for (const Row &row : db.rows("UPDATE conversation SET category_id = ? WHERE id IN (SELECT id FROM conversation "
                                  "WHERE category_id = ? ORDER BY id LIMIT ?) RETURNING id",
                                  {to.value, from.value, limit})) {
        db.changes().conversations.insert(row.id<ConversationId>(0));
        ++moved;
    }
    return moved;
}

std::vector<ConversationId> conversationsOf(Database &db, CategoryId category, int limit, bool newestFirst)
{
    std::vector<ConversationId> found;
    for (const Row &row :
         db.rows(newestFirst ? "SELECT id FROM conversation WHERE category_id = ? ORDER BY id DESC LIMIT ?"
                             : "SELECT id FROM conversation WHERE category_id = ? ORDER BY id LIMIT ?",
                 {category.value, limit}))
        found.push_back(row.id<ConversationId>(0));
    return found;
}

qint64 conversationCount(Database &db, CategoryId category)
{
    const auto row = db.row("SELECT COUNT(*) FROM conversation WHERE category_id = ?", {category.value});
    return row ? row->integer(0) : 0;
}

void moveConversation(Database &db, ConversationId conversation, CategoryId from, CategoryId to, double confidence,
                      const QString &name)
{
    db.exec("UPDATE conversation SET category_id = ?, confidence = ? WHERE id = ? AND category_id = ?",
            {to.value, confidence, conversation.value, from.value});
    db.exec("UPDATE classification SET category_id = ?, document = REPLACE(REPLACE(document, ?, ?), ?, ?) "
            "WHERE category_id = ? AND message_id IN (SELECT id FROM message WHERE conversation_id = ?)",
            {to.value, categoryMark("category", from), categoryMark("category", to), categoryMark("runner_up", from),
             categoryMark("runner_up", to), from.value, conversation.value});
    for (const Row &row : db.rows("SELECT id, conversation_id, state, classification, draft FROM suggestion "
                                  "WHERE conversation_id = ? AND category_id = ?",
                                  {conversation.value, from.value}))
        categoryMoveSuggestion(db, row, from, to, name);
    db.changes().conversations.insert(conversation);
}

qint64 moveLessons(Database &db, Stretch s, CategoryId from, CategoryId to)
{
    db.exec("UPDATE lesson SET previous_id = ? WHERE previous_id = ? AND id > ? AND id <= ?",
            {to.value, from.value, s.after, s.upTo});
    const qint64 moved = db.exec("UPDATE lesson SET category_id = ? WHERE category_id = ? AND id > ? AND id <= ?",
                                 {to.value, from.value, s.after, s.upTo});
    if (moved > 0)
        db.changes().lessons = true;
    return moved;
}

std::vector<Learned> lessonsOf(Database &db, CategoryId category, Stretch s)
{
    std::vector<Learned> found;
    for (const Row &row : db.rows("SELECT id, lesson_text FROM lesson WHERE category_id = ? AND id > ? AND id <= ? "
                                  "ORDER BY id",
                                  {category.value, s.after, s.upTo}))
        found.push_back({row.id<LessonId>(0), row.text(1)});
    return found;
}

void moveLesson(Database &db, LessonId lesson, CategoryId to)
{
    db.exec("UPDATE lesson SET category_id = ? WHERE id = ?", {to.value, lesson.value});
    db.changes().lessons = true;
}

qint64 moveSuggestions(Database &db, Stretch s, CategoryId from, CategoryId to, const QString &name)
{
    qint64 moved = 0;
    for (const Row &row : db.rows("SELECT id, conversation_id, state, classification, draft FROM suggestion "
                                  "WHERE category_id = ? AND id > ? AND id <= ? ORDER BY id",
                                  {from.value, s.after, s.upTo}))
        moved += categoryMoveSuggestion(db, row, from, to, name);
    return moved;
}

qint64 moveClassifications(Database &db, Stretch s, CategoryId from, CategoryId to)
{
    return db.exec("UPDATE classification SET category_id = ?, document = REPLACE(REPLACE(document, ?, ?), ?, ?) "
                   "WHERE category_id = ? AND id > ? AND id <= ?",
                   {to.value, categoryMark("category", from), categoryMark("category", to),
                    categoryMark("runner_up", from), categoryMark("runner_up", to), from.value, s.after, s.upTo});
}

std::vector<RouteDocument> routeDocuments(Database &db)
{
    std::vector<RouteDocument> found;
    for (const Row &row : db.rows("SELECT id, uid, name, document FROM route ORDER BY id"))
        found.push_back(
            {row.id<RouteId>(0), row.text(1), row.text(2), QJsonDocument::fromJson(row.text(3).toUtf8()).object()});
    return found;
}

void setRouteDocument(Database &db, RouteId route, const QJsonObject &document)
{
    db.exec("UPDATE route SET document = ? WHERE id = ?",
            {QString::fromUtf8(QJsonDocument(document).toJson(QJsonDocument::Compact)), route.value});
    db.changes().rules = true;
}

void moveGuidance(Database &db, CategoryId from, CategoryId to)
{
    db.exec("UPDATE canned_reply SET category_id = ? WHERE category_id = ?", {idOrNull(to), from.value});
    db.exec("UPDATE business_rule SET category_id = ? WHERE category_id = ?", {idOrNull(to), from.value});
}

} // namespace category_history

} // namespace patchbay
