#pragma once

#include "core/model/routing.h"
#include "core/store/database.h"

#include <QtCore/QHash>

namespace patchbay {

namespace categories {
/// In their order, with those that are retired or were merged: for the names of what they named.
Taxonomy all(Database &db);
/// Those that are suggested, learned and offered.
Taxonomy inUse(Database &db);
std::optional<Category> byId(Database &db, CategoryId id);
std::optional<Category> byName(Database &db, const QString &name);
CategoryId insert(Database &db, Category category);
} // namespace categories

namespace classifications {
/// The document that it was stored as.
QString insert(Database &db, MessageId message, ConversationId conversation, const Classification &classification);
std::optional<Classification> newestOf(Database &db, MessageId message);
/// What was said of it last and before that, the newest first; at most so many.
std::vector<Classification> lastOf(Database &db, MessageId message, int limit);
/// What this source said of it last.
std::optional<Classification> newestBy(Database &db, MessageId message, ClassificationSource source);
/// The newest inbound message of a conversation, and what it was classified as: the document is not taken apart.
struct Newest {
    MessageId message = {};
    Timestamp sortAt = {};
    ClassificationSource source = ClassificationSource::LocalModel;
    QString document = {}; ///< JSON; empty: it was not classified, or `known` says what as
    std::optional<Classification> known = {};

    bool abstained() const;
    std::optional<Classification> classification() const;
};
/// Of all but the message `except` (none: of all).
std::optional<Newest> newestInbound(Database &db, ConversationId conversation, MessageId except = {});
/// The same of many conversations; those without an inbound message are left out.
QHash<ConversationId, Newest> newestInbound(Database &db, const std::vector<ConversationId> &conversations,
                                            MessageId except = {});
} // namespace classifications

namespace lessons {
LessonId insert(Database &db, Lesson lesson);
/// Oldest first, those undone left out unless asked for.
std::vector<Lesson> all(Database &db, bool withUndone);
std::optional<Lesson> byId(Database &db, LessonId id);
/// A lesson as a person reads it.
struct Listed {
    Lesson lesson = {};
    QString category = {};
    QString previous = {}; ///< what it was before; empty: nothing
    QString operatorName = {};
    ConversationId conversation = {}; ///< none: from a file
};
/// Newest first, those undone among them: at most `limit`, older than `before` (0: from the newest).
std::vector<Listed> newest(Database &db, LessonId before, int limit);
/// The newest of a message that was not undone.
std::optional<Lesson> newestOf(Database &db, MessageId message);
void undo(Database &db, LessonId id);
} // namespace lessons

namespace routes {
/// Without those that were removed.
std::vector<Route> all(Database &db);
/// Also a removed one.
std::optional<Route> byId(Database &db, RouteId id);
std::optional<Route> byName(Database &db, const QString &name);
/// Conflict when the name is taken. A removed route of this name comes back as this one.
RouteId insert(Database &db, Route route);
/// Conflict when another one has the name.
void update(Database &db, const Route &route);
void remove(Database &db, RouteId id);
} // namespace routes

namespace rule_sets {
struct Published {
    int version = 0;
    QByteArray document = {};
};
/// The newest; version 0 and an empty document when none was published.
Published current(Database &db);
int publish(Database &db, const QByteArray &document, OperatorId author);
} // namespace rule_sets

} // namespace patchbay
