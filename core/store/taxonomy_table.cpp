#include "core/store/taxonomy_table.h"

#include "core/model/names.h"
#include "core/store/id_list.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <limits>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString taxonomyText(const QJsonDocument &document)
{
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

QJsonDocument taxonomyJson(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()); }

#define PATCHBAY_CATEGORY_COLUMNS                                                                                      \
    "id, uid, name, description, keywords, default_priority, position, is_unsorted, retired_at, merged_into, version"

Category categoryFrom(const Row &row)
{
    Category c;
    c.id = row.id<CategoryId>(0);
    c.uid = row.text(1);
    c.name = row.text(2);
    c.description = row.text(3);
    for (const QJsonValue &word : taxonomyJson(row.text(4)).array())
        c.keywords << word.toString();
    c.defaultPriority = priorityFrom(row.text(5));
    c.position = int(row.integer(6));
    c.isUnsorted = row.boolean(7);
    c.retiredAt = row.time(8);
    c.mergedInto = row.id<CategoryId>(9);
    c.version = int(row.integer(10));
    return c;
}

#define PATCHBAY_LESSON_COLUMNS                                                                                        \
    "l.id, l.uid, l.message_id, l.category_id, l.previous_id, l.weight, l.operator_id, l.created_at, l.undone_at, "    \
    "l.lesson_text, l.source"

Lesson lessonFrom(const Row &row)
{
    Lesson l;
    l.id = row.id<LessonId>(0);
    l.uid = row.text(1);
    l.message = row.id<MessageId>(2);
    l.category = row.id<CategoryId>(3);
    l.previous = row.id<CategoryId>(4);
    l.weight = row.real(5);
    l.operatorId = row.id<OperatorId>(6);
    l.createdAt = row.time(7);
    l.undoneAt = row.time(8);
    l.text = row.text(9);
    l.source = row.text(10);
    return l;
}

} // namespace

namespace categories {

Taxonomy all(Database &db)
{
    Taxonomy taxonomy;
    for (const Row &row : db.rows("SELECT " PATCHBAY_CATEGORY_COLUMNS " FROM category ORDER BY position, id"))
        taxonomy.push_back(categoryFrom(row));
    return taxonomy;
}

Taxonomy inUse(Database &db)
{
    Taxonomy taxonomy = all(db);
    std::erase_if(taxonomy, [](const Category &category) { return category.isRetired(); });
    return taxonomy;
}

std::optional<Category> byId(Database &db, CategoryId id)
{
    const auto row = db.row("SELECT " PATCHBAY_CATEGORY_COLUMNS " FROM category WHERE id = ?", {id.value});
    if (!row)
        return std::nullopt;
    return categoryFrom(*row);
}

std::optional<Category> byName(Database &db, const QString &name)
{
    const auto row = db.row("SELECT " PATCHBAY_CATEGORY_COLUMNS " FROM category WHERE name = ?", {name});
    if (!row)
        return std::nullopt;
    return categoryFrom(*row);
}

CategoryId insert(Database &db, Category c)
{
    if (c.name.trimmed().isEmpty())
        db.fail(makeError(Error::Kind::Refused, u"A category needs a name."_s));
    else if (byName(db, c.name))
        db.fail(makeError(Error::Kind::Conflict, u"There is already a category named %1."_s.arg(c.name)));
    db.changes().taxonomy = true;
    return {
        db.insert("INSERT INTO category (uid, name, description, keywords, default_priority, position, is_unsorted) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                  {c.uid.isEmpty() ? newUid(db.clock()) : c.uid, c.name, c.description,
                   taxonomyText(QJsonDocument(QJsonArray::fromStringList(c.keywords))), nameOf(c.defaultPriority),
                   c.position, c.isUnsorted})};
}

} // namespace categories

namespace classifications {

QString insert(Database &db, MessageId message, ConversationId conversation, const Classification &classification)
{
    QString document = jsonText(classification);
    db.exec("INSERT INTO classification (message_id, category_id, source, confidence, document, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            {message.value, classification.category.value, nameOf(classification.source), classification.confidence,
             document, db.now().us});
    db.changes().conversations.insert(conversation);
    return document;
}

std::vector<Classification> lastOf(Database &db, MessageId message, int limit)
{
    std::vector<Classification> list;
    for (const Row &row : db.rows("SELECT document FROM classification WHERE message_id = ? ORDER BY id DESC LIMIT ?",
                                  {message.value, limit}))
        list.push_back(classificationFromText(row.text(0)));
    return list;
}

std::optional<Classification> newestOf(Database &db, MessageId message)
{
    const std::vector<Classification> last = lastOf(db, message, 1);
    return last.empty() ? std::nullopt : std::optional(last.front());
}

std::optional<Classification> newestBy(Database &db, MessageId message, ClassificationSource source)
{
    const auto row = db.row("SELECT document FROM classification WHERE message_id = ? AND source = ? ORDER BY id DESC "
                            "LIMIT 1",
                            {message.value, nameOf(source)});
    if (!row)
        return std::nullopt;
    return classificationFromText(row->text(0));
}

bool Newest::abstained() const
{
    return known ? known->abstained : document.startsWith(u"{\"abstained\":true"); // keys are sorted
}

std::optional<Classification> Newest::classification() const
{
    if (known || document.isEmpty())
        return known;
    return classificationFromText(document);
}

std::optional<Newest> newestInbound(Database &db, ConversationId conversation, MessageId except)
{
    const QHash<ConversationId, Newest> found = newestInbound(db, std::vector{conversation}, except);
    const auto it = found.constFind(conversation);
    return it == found.cend() ? std::nullopt : std::optional<Newest>(*it);
}

QHash<ConversationId, Newest> newestInbound(Database &db, const std::vector<ConversationId> &conversations,
                                            MessageId except)
{
    QHash<ConversationId, Newest> found;
    forIdList(
        db,
        "SELECT c.id, m.id, m.sort_at, COALESCE(k.source, ''), COALESCE(k.document, '') FROM conversation c "
        "JOIN message m ON m.id = (SELECT n.id FROM message n WHERE n.conversation_id = c.id AND "
        "n.direction = 'inbound' AND n.id <> ? ORDER BY n.sort_at DESC, n.id DESC LIMIT 1) "
        "LEFT JOIN classification k ON k.id = (SELECT o.id FROM classification o WHERE o.message_id = m.id "
        "ORDER BY o.id DESC LIMIT 1) WHERE c.id IN ",
        {}, {except.value}, conversations, [&found](const Row &row) {
            found.insert(
                row.id<ConversationId>(0),
                Newest{row.id<MessageId>(1), row.time(2), classificationSourceFrom(row.text(3)), row.text(4), {}});
        });
    return found;
}

} // namespace classifications

namespace lessons {

LessonId insert(Database &db, Lesson l)
{
    db.changes().lessons = true;
    return {db.insert(
        "INSERT INTO lesson (uid, message_id, category_id, previous_id, weight, lesson_text, source, operator_id, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        {l.uid.isEmpty() ? newUid(db.clock()) : l.uid, idOrNull(l.message), l.category.value, idOrNull(l.previous),
         l.weight, l.text, l.source, l.operatorId.value, l.createdAt ? l.createdAt.us : db.now().us})};
}

std::vector<Lesson> all(Database &db, bool withUndone)
{
    std::vector<Lesson> list;
    for (const Row &row :
         db.rows(withUndone ? "SELECT " PATCHBAY_LESSON_COLUMNS " FROM lesson l ORDER BY l.id"
                            : "SELECT " PATCHBAY_LESSON_COLUMNS " FROM lesson l WHERE l.undone_at = 0 ORDER BY l.id"))
        list.push_back(lessonFrom(row));
    return list;
}

std::optional<Lesson> byId(Database &db, LessonId id)
{
    const auto row = db.row("SELECT " PATCHBAY_LESSON_COLUMNS " FROM lesson l WHERE l.id = ?", {id.value});
    if (!row)
        return std::nullopt;
    return lessonFrom(*row);
}

std::vector<Listed> newest(Database &db, LessonId before, int limit)
{
    constexpr qint64 none = std::numeric_limits<qint64>::max();
    std::vector<Listed> list;
    for (const Row &row :
         db.rows("SELECT " PATCHBAY_LESSON_COLUMNS ", c.name, COALESCE(p.name, ''), o.name, "
                 "COALESCE(m.conversation_id, 0) FROM lesson l JOIN category c ON c.id = l.category_id "
                 "JOIN operator o ON o.id = l.operator_id LEFT JOIN category p ON p.id = l.previous_id "
                 "LEFT JOIN message m ON m.id = l.message_id WHERE l.id < ? ORDER BY l.id DESC LIMIT ?",
                 {before ? before.value : none, limit}))
        list.push_back({lessonFrom(row), row.text(11), row.text(12), row.text(13), row.id<ConversationId>(14)});
    return list;
}

std::optional<Lesson> newestOf(Database &db, MessageId message)
{
    const auto row = db.row("SELECT " PATCHBAY_LESSON_COLUMNS " FROM lesson l WHERE l.message_id = ? AND "
                            "l.undone_at = 0 ORDER BY l.id DESC LIMIT 1",
                            {message.value});
    return row ? std::optional(lessonFrom(*row)) : std::nullopt;
}

void undo(Database &db, LessonId id)
{
    db.exec("UPDATE lesson SET undone_at = ? WHERE id = ? AND undone_at = 0", {db.now().us, id.value});
    db.changes().lessons = true;
}

} // namespace lessons

namespace rule_sets {

Published current(Database &db)
{
    const auto row = db.row("SELECT version, document FROM rule_set ORDER BY version DESC LIMIT 1");
    return row ? Published{int(row->integer(0)), row->text(1).toUtf8()} : Published{};
}

int publish(Database &db, const QByteArray &document, OperatorId author)
{
    const int version = current(db).version + 1;
    db.exec("INSERT INTO rule_set (uid, version, document, author_id, published_at) VALUES (?, ?, ?, ?, ?)",
            {newUid(db.clock()), version, QString::fromUtf8(document), author.value, db.now().us});
    db.changes().rules = true;
    return version;
}

} // namespace rule_sets

} // namespace patchbay
