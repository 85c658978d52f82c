#include "ui/models/task_changes.h"

#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"
#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay {

namespace {

struct TaskChanges {
    Q_DECLARE_TR_FUNCTIONS(TaskChanges)
};

constexpr int taskChangeShown = 160;

QString taskRouteName(const TaskSurroundings &names, RouteId id)
{
    for (const Route &route : names.routes) {
        if (route.id == id)
            return words::oneLine(route.name, 60);
    }
    return TaskChanges::tr("none", "no route");
}

QString taskCategoryName(const TaskSurroundings &names, CategoryId id)
{
    const Category *found = categoryIn(names.taxonomy, id);
    return found ? words::oneLine(found->name, 60) : TaskChanges::tr("none", "no category");
}

QString taskTextChange(const QString &before, const QString &after)
{
    if (after.startsWith(before))
        return TaskChanges::tr("Text, added: “%1”")
            .arg(words::oneLine(after.mid(before.size()).trimmed(), taskChangeShown));
    return TaskChanges::tr("Text, now: “%1”").arg(words::oneLine(after, taskChangeShown));
}

} // namespace

TaskSurroundings taskSurroundings(Database &db) { return {categories::all(db), routes::all(db), targets::all(db)}; }

QStringList taskChanges(const TaskForm &before, const TaskForm &after, const TaskSurroundings &names)
{
    QStringList lines;
    const auto changed = [&lines](const QString &field, const QString &from, const QString &to) {
        if (from != to)
            lines << TaskChanges::tr("%1: “%2” became “%3”").arg(field, from, to);
    };
    changed(TaskChanges::tr("Title"), words::oneLine(before.title, taskChangeShown),
            words::oneLine(after.title, taskChangeShown));
    if (before.text != after.text)
        lines << taskTextChange(before.text, after.text);
    changed(TaskChanges::tr("Priority"), words::priority(before.priority), words::priority(after.priority));
    changed(TaskChanges::tr("Category"), taskCategoryName(names, before.category),
            taskCategoryName(names, after.category));
    changed(TaskChanges::tr("Route"), taskRouteName(names, before.route), taskRouteName(names, after.route));
    return lines;
}

} // namespace patchbay
