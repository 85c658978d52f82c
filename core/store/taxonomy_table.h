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
void insert(Database &db, MessageId message, ConversationId conversation, const Classification &classification);
std::optional<Classification> newestOf(Database &db, MessageId message);
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
void undo(Database &db, LessonId id);
} // namespace lessons

namespace routes {
std::vector<Route> all(Database &db);
std::optional<Route> byId(Database &db, RouteId id);
RouteId insert(Database &db, Route route);
void update(Database &db, const Route &route);
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
