#pragma once

#include "core/model/taxonomy.h"
#include "core/store/database.h"

#include <QtCore/QHash>
#include <QtCore/QJsonObject>

namespace patchbay {

/// What there is under a category.
struct CategoryCounts {
    qint64 conversations = 0;
    qint64 lessons = 0; ///< without those undone
};

namespace categories {

/// Texts, key words and priority. Conflict when it is not of `category.version` any more; so are those below.
void change(Database &db, const Category &category);
void retire(Database &db, const Category &category);
void bringBack(Database &db, const Category &category);
/// Retired, and its history goes over to `into`.
void beginMerge(Database &db, const Category &category, CategoryId into);
/// Its name is free again.
void endMerge(Database &db, const Category &category);
/// To this place among those in use, from 1; Unsorted stays the last one.
void move(Database &db, CategoryId id, int position);
QHash<CategoryId, CategoryCounts> counts(Database &db);

} // namespace categories

/// What follows a category, at most so many rows at once.
namespace category_history {

/// A stretch of a table by its id: (after, upTo].
struct Stretch {
    qint64 after = 0;
    qint64 upTo = 0;
};
enum class Table { Lesson, Suggestion, Classification };
qint64 highestId(Database &db, Table table);

qint64 moveConversations(Database &db, CategoryId from, CategoryId to, int limit);
std::vector<ConversationId> conversationsOf(Database &db, CategoryId category, int limit, bool newestFirst);
qint64 conversationCount(Database &db, CategoryId category);
/// One conversation with its classifications and suggestions; `name`: of the category it goes to.
void moveConversation(Database &db, ConversationId conversation, CategoryId from, CategoryId to, double confidence,
                      const QString &name);
qint64 moveLessons(Database &db, Stretch stretch, CategoryId from, CategoryId to);
/// Lessons of the category in the stretch, also those undone: id and text.
struct Learned {
    LessonId id = {};
    QString text = {};
};
std::vector<Learned> lessonsOf(Database &db, CategoryId category, Stretch stretch);
void moveLesson(Database &db, LessonId lesson, CategoryId to);
/// With drafts of pending ones, which get a new version: what somebody sees on the screen is not what is there now.
qint64 moveSuggestions(Database &db, Stretch stretch, CategoryId from, CategoryId to, const QString &name);
qint64 moveClassifications(Database &db, Stretch stretch, CategoryId from, CategoryId to);
/// The documents of routes, in which categories are named by id.
struct RouteDocument {
    RouteId id = {};
    QString uid = {};
    QString name = {};
    QJsonObject document = {};
};
std::vector<RouteDocument> routeDocuments(Database &db);
void setRouteDocument(Database &db, RouteId route, const QJsonObject &document);
/// Canned replies and business rules; without `to`: they are for every category from now on.
void moveGuidance(Database &db, CategoryId from, CategoryId to);

} // namespace category_history

} // namespace patchbay
