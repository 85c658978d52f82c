#pragma once

#include "core/model/delivery.h"
#include "core/model/task.h"
#include "core/store/database.h"

namespace patchbay {

namespace tasks {

TaskId insert(Database &db, const Task &task);
std::optional<Task> byId(Database &db, TaskId id);
std::vector<Task> ofConversation(Database &db, ConversationId conversation);
/// Not cancelled, not closed at its target.
std::optional<Task> openOne(Database &db, ConversationId conversation);
/// A task that is at a target, or on its way there, and not closed over there.
struct OpenAt {
    Task task = {};
    Delivery delivery = {};
};
/// Of the conversation, newest first. What was given up or went elsewhere is not there.
std::vector<OpenAt> openAt(Database &db, ConversationId conversation, const std::vector<TargetId> &targets);
/// How it stands at the delivery's target. The task is closed when it is closed wherever it was sent.
void setStatusAt(Database &db, DeliveryId delivery, const QString &status, bool closed);
void setCancelled(Database &db, TaskId id, bool cancelled);
void setRemoteStatus(Database &db, TaskId id, const QString &status, bool closed);

} // namespace tasks

namespace local_tasks {

/// The row with this key at this target, made when there is none: a repeat finds it.
LocalTask findOrInsert(Database &db, TargetId target, const QString &key, const TaskPayload &payload);
std::optional<LocalTask> byKey(Database &db, TargetId target, const QString &key);
std::optional<LocalTask> byId(Database &db, LocalTaskId id);
std::optional<LocalTask> byUid(Database &db, const QString &uid);
std::vector<LocalTask> list(Database &db, bool withDone, int limit);
int count(Database &db, bool withDone);
void setDone(Database &db, LocalTaskId id, bool done);

} // namespace local_tasks

} // namespace patchbay
