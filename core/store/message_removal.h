#pragma once

#include "core/store/database.h"

namespace patchbay {

/// What a removal took along, by kind.
struct Removed {
    qint64 messages = 0;
    qint64 items = 0; ///< raw, as they came
    qint64 attachments = 0;
    qint64 classifications = 0;
    qint64 lessons = 0;
    qint64 suggestions = 0;
    qint64 tasks = 0;
    qint64 deliveries = 0;
    qint64 conversations = 0;
    qint64 contacts = 0;

    Removed &operator+=(const Removed &other);
};

namespace messages {

/// The one way in which messages leave a workspace: they go with everything that hangs on them (raw bytes,
/// attachments, classifications, lessons, suggestions with their tasks, deliveries). What came from outside is marked
/// so that it does not come again, the counters follow, and audit rows keep who did what and when, but no longer about
/// what. Conflict when a delivery of theirs waits, runs or is unknown: those are settled first. Files become loose.
Removed remove(Database &db, const std::vector<MessageId> &ids);

} // namespace messages

namespace conversations {

/// A conversation without messages, with its notes of who takes part, drafts, labels, tasks and suggestions.
Removed remove(Database &db, ConversationId id);
/// The beginning of its newest message, stored as its snippet.
QString recountSnippet(Database &db, ConversationId id);
/// Brings count, snippet, times and waiting in line with the messages that are left.
void recount(Database &db, ConversationId id);
/// Persons of whom one is among these and who are in no conversation any more go, with their handles.
qint64 removeContactsWithout(Database &db, const std::vector<ContactId> &contacts);

} // namespace conversations

namespace audit {

/// Keeps of the rows about a subject who did what and when, and nothing else.
void forget(Database &db, const QString &subjectUid);

} // namespace audit

} // namespace patchbay
