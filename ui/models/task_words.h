#pragma once

#include "core/store/task_list.h"

namespace patchbay::words {

/// "just now", "3 minutes ago".
QString ago(Timestamp at, Timestamp now);
/// How a delivery's task stands over there, in the target's own words, and how old that word is; says when it may be
/// out of date and why. Empty before it has arrived.
QString taskStatus(const Delivery &delivery, const task_watch::Watch &watch, Timestamp now);
/// "✓ Done", "○ To Do": closed or not never rests on colour alone. Empty: not read yet.
QString taskSign(const Delivery &delivery);
QString taskState(task_list::State state);
QString taskPlace(task_list::Place place);
/// Of all the places where a task is, "Jira" or "Jira, Notion".
QString taskTargets(const task_list::Entry &entry);
/// "Sent", or of several targets "Jira: Sent, Notion: Unknown".
QString taskDelivery(const task_list::Entry &entry);
/// "○ In progress", or of several targets "Jira: ✓ Done, Notion: ○ Open".
QString taskStatuses(const task_list::Entry &entry);
/// The oldest reading among those that count; "–" before there is one.
QString taskReadAt(const task_list::Entry &entry, Timestamp now);
QString taskDue(const Task &task, Timestamp now);

} // namespace patchbay::words
