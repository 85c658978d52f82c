#pragma once

#include "core/engine/snapshots.h"
#include "core/engine/task_plan.h"
#include "core/model/conversation.h"
#include "core/model/delivery.h"

namespace patchbay {

inline constexpr qsizetype taskTitleLimit = 200; ///< characters; a route's mapping gives no more either

/// A task as a person writes it: what a suggestion's draft says, and where it goes.
struct TaskForm {
    QString title = {};
    QString text = {};
    Priority priority = Priority::Normal;
    Timestamp due = {}; ///< none: no date
    CategoryId category = {};
    RouteId route = {};

    bool operator==(const TaskForm &) const = default;
};

/// What the form begins with.
struct TaskStart {
    int version = 0; ///< of the suggestion that waits; 0: none does, and this is what one would be
    Suggestion suggestion = {};
    TaskForm form = {};
};

TaskForm formOf(const Suggestion &suggestion);
/// The suggestion that waits, or, without one, the one that a person who asks would get; nothing is stored.
Result<TaskStart> taskStart(Database &db, const Snapshot &snapshot, ConversationId conversation,
                            const QString &workspaceUid);
/// The suggestion as the form has it. Refused with the field named: without a title, too long, a category that is not
/// in use, a route that leads nowhere any more.
Result<Suggestion> withForm(Database &db, Suggestion suggestion, const TaskForm &form);
/// A due date as a person types it: "2026-03-01", "2026-03-01T14:00", "+3d", "+4h", or nothing, which is none.
Result<Timestamp> dueFrom(const QString &text, Timestamp now);

/// A task that was made of one of the person's conversations, at one target.
struct ExistingTask {
    Task task = {};
    Delivery delivery = {};
    QString target = {}; ///< its name
    QString subject = {}; ///< of its conversation

    /// At its target or on the way there, and not closed over there.
    bool isOpen() const;
};
/// E-mail addresses of the conversation's person, over all channels.
QStringList mailAddressesOf(Database &db, ConversationId conversation);
/// Those of everybody who is this conversation's contact: open ones first, the newest first. What was taken back, or
/// went to a backup instead, is left out.
std::vector<ExistingTask> existingTasks(Database &db, ConversationId conversation);

} // namespace patchbay
