#pragma once

#include "core/store/database.h"

namespace patchbay::search {

/// Says that a new message or task is to be indexed; part of its transaction.
void note(Database &db, MessageId message);
void note(Database &db, TaskId task);
void note(Database &db, const std::vector<MessageId> &messages);

/// Indexes at most `limit` of what waits; how many it were. Ten thousand a second, so bound it.
int indexSome(Database &db, int limit);
/// Merges a little of the index, some 20 ms of work; false: there is nothing left to merge. A merged index is quicker
/// to search, and holds nothing any more of what was forgotten.
bool mergeSome(Database &db);
/// Writes the whole index anew, a part of it with each call: afterwards nothing in it remembers what was forgotten.
/// `first` on the first call; false: it is done.
bool rewriteSome(Database &db, bool first);
/// What is stored and not yet indexed.
qint64 waiting(Database &db);

/// Takes messages out of the index: call it before their rows, and those of their attachments, go.
void forget(Database &db, const std::vector<MessageId> &messages);
/// The same for tasks.
void forget(Database &db, const std::vector<TaskId> &tasks);
/// Begins anew: all that is stored waits to be indexed.
void startAgain(Database &db);

} // namespace patchbay::search
