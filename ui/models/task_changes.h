#pragma once

#include "core/engine/task_form.h"
#include "core/model/account.h"

#include <QtCore/QStringList>

namespace patchbay {

/// What a task's form is shown beside.
struct TaskSurroundings {
    Taxonomy taxonomy = {};
    std::vector<Route> routes = {};
    std::vector<Target> targets = {};
};
TaskSurroundings taskSurroundings(Database &db);

/// What became another in a suggestion that was drafted anew, a sentence for each field; empty: nothing did.
QStringList taskChanges(const TaskForm &before, const TaskForm &after, const TaskSurroundings &names);

} // namespace patchbay
