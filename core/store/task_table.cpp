#include "core/store/task_table.h"

#include "core/store/delivery_table.h"
#include "core/store/id_list.h"
#include "core/store/search_index.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_TASK_COLUMNS                                                                                          \
    "id, uid, conversation_id, suggestion_id, payload, operator_id, created_at, remote_status, remote_closed, "        \
    "status_read_at, lesson_id"
#define PATCHBAY_LOCAL_TASK_COLUMNS "id, uid, key, target_id, payload, is_done, created_at, done_at"

QString taskPayloadText(const TaskPayload &payload)
{
    return QString::fromUtf8(QJsonDocument(toJson(payload)).toJson(QJsonDocument::Compact));
}

TaskPayload taskPayloadFromText(const QString &text)
{
    return taskPayloadFromJson(QJsonDocument::fromJson(text.toUtf8()).object());
}

Task taskFrom(const Row &row)
{
    Task task;
    task.id = row.id<TaskId>(0);
    task.uid = row.text(1);
    task.conversation = row.id<ConversationId>(2);
    task.suggestion = row.id<SuggestionId>(3);
    task.payload = taskPayloadFromText(row.text(4));
    task.operatorId = row.id<OperatorId>(5);
    task.createdAt = row.time(6);
    task.remoteStatus = row.text(7);
    task.remoteClosed = row.boolean(8);
    task.statusReadAt = row.time(9);
    task.lesson = row.id<LessonId>(10);
    return task;
}

LocalTask localTaskFrom(const Row &row)
{
    LocalTask task;
    task.id = row.id<LocalTaskId>(0);
    task.uid = row.text(1);
    task.key = row.text(2);
    task.target = row.id<TargetId>(3);
    task.payload = taskPayloadFromText(row.text(4));
    task.done = row.boolean(5);
    task.createdAt = row.time(6);
    task.doneAt = row.time(7);
    return task;
}

template <class T> std::optional<T> taskRow(const std::optional<Row> &row, T (*from)(const Row &))
{
    if (!row)
        return std::nullopt;
    return from(*row);
}

void taskTouched(Database &db, const std::optional<Row> &idAndConversation)
{
    if (!idAndConversation)
        return;
    db.changes().tasks.insert(idAndConversation->id<TaskId>(0));
    db.changes().conversations.insert(idAndConversation->id<ConversationId>(1));
}

} // namespace

namespace tasks {

TaskId insert(Database &db, const Task &task)
{
    const TaskId id{
        db.insert("INSERT INTO task (uid, conversation_id, suggestion_id, lesson_id, payload, operator_id, created_at, "
                  "title, category, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                  {task.uid.isEmpty() ? newUid(db.clock()) : task.uid, task.conversation.value,
                   idOrNull(task.suggestion), idOrNull(task.lesson), taskPayloadText(task.payload),
                   task.operatorId.value, task.createdAt ? task.createdAt.us : db.now().us, task.payload.title,
                   task.payload.category, task.payload.due.us})};
    search::note(db, id);
    db.changes().tasks.insert(id);
    db.changes().conversations.insert(task.conversation);
    return id;
}

std::optional<Task> byId(Database &db, TaskId id)
{
    return taskRow(db.row("SELECT " PATCHBAY_TASK_COLUMNS " FROM task WHERE id = ?", {id.value}), taskFrom);
}

std::vector<Task> ofConversation(Database &db, ConversationId conversation)
{
    std::vector<Task> all;
    for (const Row &row : db.rows("SELECT " PATCHBAY_TASK_COLUMNS
                                  " FROM task WHERE conversation_id = ? AND cancelled_at = 0 ORDER BY id",
                                  {conversation.value}))
        all.push_back(taskFrom(row));
    return all;
}

std::optional<Task> openOne(Database &db, ConversationId conversation)
{
    return taskRow(db.row("SELECT " PATCHBAY_TASK_COLUMNS
                          " FROM task WHERE conversation_id = ? AND cancelled_at = 0 AND "
                          "remote_closed = 0 ORDER BY id DESC LIMIT 1",
                          {conversation.value}),
                   taskFrom);
}

std::vector<OpenAt> openAt(Database &db, ConversationId conversation, const std::vector<TargetId> &targets)
{
    std::vector<OpenAt> open;
    const std::vector<Delivery> sent = deliveries::ofConversation(db, conversation);
    for (const Task &task : ofConversation(db, conversation)) {
        for (const Delivery &delivery : sent) {
            const bool gone = delivery.state == DeliveryState::Dead || delivery.state == DeliveryState::Cancelled;
            const bool there = std::find(targets.begin(), targets.end(), delivery.target) != targets.end();
            if (delivery.task == task.id && there && !gone && !delivery.remoteClosed && !task.remoteClosed)
                open.insert(open.begin(), OpenAt{task, delivery});
        }
    }
    return open;
}

void setStatusAt(Database &db, DeliveryId id, const QString &status, bool closed)
{
    const auto row = db.row("UPDATE delivery SET remote_status = ?, remote_closed = ? WHERE id = ? RETURNING task_id",
                            {status.isNull() ? u""_s : status, int(closed), id.value});
    if (!row || row->isNull(0))
        return;
    db.changes().deliveries.insert(id);
    const TaskId task = row->id<TaskId>(0);
    const auto open = db.row("SELECT COUNT(*) FROM delivery WHERE task_id = ? AND remote_closed = 0 AND "
                             "state NOT IN ('cancelled', 'dead')",
                             {task.value});
    setRemoteStatus(db, task, status, open && open->integer(0) == 0);
}

void setCancelled(Database &db, TaskId id, bool cancelled)
{
    taskTouched(db,
                db.row("UPDATE task SET cancelled_at = ? WHERE id = ? RETURNING id, conversation_id",
                       {cancelled ? db.now().us : 0, id.value}));
}

void setRemoteStatus(Database &db, TaskId id, const QString &status, bool closed)
{
    taskTouched(db,
                db.row("UPDATE task SET remote_status = ?, remote_closed = ?, status_read_at = ? WHERE id = ? "
                       "RETURNING id, conversation_id",
                       {status.isNull() ? u""_s : status, int(closed), db.now().us, id.value}));
}

} // namespace tasks

namespace local_tasks {

LocalTask findOrInsert(Database &db, TargetId target, const QString &key, const TaskPayload &payload)
{
    const LocalTaskId id{
        db.insert("INSERT INTO local_task (uid, target_id, key, payload, created_at) VALUES (?, ?, ?, ?, ?) "
                  "ON CONFLICT (target_id, key) DO NOTHING RETURNING id",
                  {newUid(db.clock()), target.value, key, taskPayloadText(payload), db.now().us})};
    if (id)
        db.changes().localTasks.insert(id);
    return byKey(db, target, key).value_or(LocalTask{});
}

std::optional<LocalTask> byKey(Database &db, TargetId target, const QString &key)
{
    return taskRow(db.row("SELECT " PATCHBAY_LOCAL_TASK_COLUMNS " FROM local_task WHERE target_id = ? AND key = ?",
                          {target.value, key}),
                   localTaskFrom);
}

std::optional<LocalTask> byId(Database &db, LocalTaskId id)
{
    return taskRow(db.row("SELECT " PATCHBAY_LOCAL_TASK_COLUMNS " FROM local_task WHERE id = ?", {id.value}),
                   localTaskFrom);
}

std::optional<LocalTask> byUid(Database &db, const QString &uid)
{
    return taskRow(db.row("SELECT " PATCHBAY_LOCAL_TASK_COLUMNS " FROM local_task WHERE uid = ?", {uid}),
                   localTaskFrom);
}

std::vector<LocalTask> list(Database &db, bool withDone, int limit)
{
    std::vector<LocalTask> all;
    for (const Row &row :
         db.rows("SELECT " PATCHBAY_LOCAL_TASK_COLUMNS " FROM local_task WHERE is_done <= ? ORDER BY id DESC LIMIT ?",
                 {int(withDone), limit}))
        all.push_back(localTaskFrom(row));
    return all;
}

int count(Database &db, bool withDone)
{
    const auto row = db.row("SELECT COUNT(*) FROM local_task WHERE is_done <= ?", {int(withDone)});
    return row ? int(row->integer(0)) : 0;
}

void setDone(Database &db, LocalTaskId id, bool done)
{
    db.exec("UPDATE local_task SET is_done = ?, done_at = ? WHERE id = ?",
            {int(done), done ? db.now().us : 0, id.value});
    db.changes().localTasks.insert(id);
}

} // namespace local_tasks

} // namespace patchbay
