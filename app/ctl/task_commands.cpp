#include "app/ctl/ctl.h"
#include "app/ctl/until_signal.h"

#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/task_list.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int tasksAtOnce = 500;
constexpr int watchedAtOnce = 100'000;

QString placeName(task_list::Place place)
{
    using P = task_list::Place;
    switch (place) {
    case P::Waiting: return u"waiting"_s;
    case P::NeedsPerson: return u"needs_person"_s;
    case P::Open: return u"open"_s;
    case P::Closed: return u"closed"_s;
    case P::TakenBack: return u"taken_back"_s;
    }
    return {};
}

QJsonObject taskAtJson(const task_list::At &at)
{
    const Delivery &d = at.delivery;
    return {{u"target"_s, at.target},
            {u"delivery"_s, nameOf(d.state)},
            {u"delivery_uid"_s, d.uid},
            {u"external_id"_s, d.externalId},
            {u"external_url"_s, d.externalUrl},
            {u"status"_s, d.remoteStatus},
            {u"closed"_s, d.remoteClosed},
            {u"gone"_s, at.watch.gone},
            {u"read_at"_s, isoTime(at.watch.readAt)},
            {u"read_next_at"_s, isoTime(at.watch.nextAt)},
            {u"read_error"_s, at.watch.error}};
}

QJsonObject taskEntryJson(const task_list::Entry &entry)
{
    QJsonArray places;
    for (const task_list::At &at : entry.at)
        places.append(taskAtJson(at));
    return {{u"uid"_s, entry.task.uid},
            {u"title"_s, entry.task.payload.title},
            {u"state"_s, placeName(entry.place())},
            {u"category"_s, entry.task.payload.category},
            {u"for"_s, entry.contactName},
            {u"accepted_by"_s, entry.operatorName},
            {u"created_at"_s, isoTime(entry.task.createdAt)},
            {u"due"_s, isoTime(entry.task.payload.due)},
            {u"at"_s, places}};
}

QString taskEntryText(const task_list::Entry &entry)
{
    QString text = u"%1  %2  %3\n"_s.arg(entry.task.uid, placeName(entry.place()),
                                         forTerminal(entry.task.payload.title));
    for (const task_list::At &at : entry.at) {
        QString status = at.delivery.remoteStatus.isEmpty() ? u"-"_s : at.delivery.remoteStatus;
        if (at.watch.readAt)
            status += u", read "_s + isoTime(at.watch.readAt);
        if (!at.watch.error.isEmpty())
            status += u", could not be read again: "_s + at.watch.error;
        text += u"    %1  %2  %3  %4\n"_s.arg(forTerminal(at.target), nameOf(at.delivery.state),
                                             forTerminal(at.delivery.externalId), forTerminal(status));
    }
    return text;
}

Result<task_list::Filter> filterOf(Database &db, const QString &target, task_list::State state)
{
    task_list::Filter filter;
    filter.state = state;
    if (!target.isEmpty()) {
        const auto found = targets::byName(db, target);
        if (!found)
            return db.error() ? *db.error()
                              : makeError(Error::Kind::NotFound, u"There is no target \"%1\"."_s.arg(target.left(80)));
        filter.target = found->id;
    }
    return filter;
}

struct TaskPage {
    std::vector<task_list::Entry> entries = {};
    TaskId last = {};
};

Async<Result<CtlOutput>> runTasksList(CtlRun *run)
{
    const auto state = run->has(u"open"_s) ? task_list::State::Open
        : run->has(u"closed"_s)            ? task_list::State::Closed
                                           : task_list::State::All;
    CtlOutput output;
    QJsonArray list;
    TaskId before;
    bool more = true;
    while (more) {
        auto work = [target = run->option(u"target"_s), state, before](Database &db) -> Result<TaskPage> {
            const Result<task_list::Filter> filter = filterOf(db, target, state);
            if (!filter)
                return filter.error();
            const std::vector<TaskId> ids = task_list::page(db, *filter, before, tasksAtOnce);
            TaskPage page{task_list::entries(db, ids), ids.size() == tasksAtOnce ? ids.back() : TaskId()};
            return db.finish(std::move(page));
        };
        QFuture<Result<TaskPage>> reading = run->app->store().read(work);
        Result<TaskPage> page = co_await finished(reading);
        if (!page)
            co_return page.error();
        std::sort(page->entries.begin(), page->entries.end(),
                  [](const auto &a, const auto &b) { return a.task.id > b.task.id; });
        for (const task_list::Entry &entry : page->entries) {
            list.append(taskEntryJson(entry));
            output.text += taskEntryText(entry);
        }
        before = page->last;
        more = bool(before);
    }
    if (list.isEmpty())
        output.text = u"No task.\n"_s;
    output.json.insert(u"tasks"_s, list);
    co_return output;
}

struct TargetTrouble {
    QString target = {};
    task_watch::Trouble trouble = {};
};

Result<std::vector<TargetTrouble>> readTroubles(Database &db)
{
    std::vector<TargetTrouble> found;
    for (const Target &target : targets::all(db)) {
        const task_watch::Trouble trouble = task_watch::troubleAt(db, target.id);
        if (trouble.failures > 0)
            found.push_back({target.name, trouble});
    }
    return db.finish(std::move(found));
}

/// Every open task is due now.
Result<Done> hastenEveryTask(Database &db)
{
    const WatchLimits limits;
    task_watch::enroll(db, task_watch::unwatched(db, watchedAtOnce), limits.shortest, limits.spread);
    task_watch::hastenAll(db);
    return db.finish(Done{});
}

Async<Result<CtlOutput>> runTasksRefresh(CtlRun *run)
{
    Application &app = *run->app;
    const Result<Done> loaded = co_await app.loadAccounts();
    if (!loaded)
        co_return loaded.error();
    QFuture<Result<Done>> hastening = app.store().write(hastenEveryTask);
    const Result<Done> hastened = co_await finished(hastening);
    if (!hastened)
        co_return hastened.error();
    QFuture<Result<int>> reading = app.taskWatch()->runOnce();
    const Result<int> read = co_await finished(reading);
    if (!read)
        co_return read.error();
    CtlOutput output;
    output.json.insert(u"read"_s, *read);
    output.text = u"%1 statuses read.\n"_s.arg(*read);
    QFuture<Result<std::vector<TargetTrouble>>> looking = app.store().read(readTroubles);
    const Result<std::vector<TargetTrouble>> troubles = co_await finished(looking);
    if (!troubles)
        co_return troubles.error();
    QJsonArray list;
    for (const TargetTrouble &one : *troubles) {
        list.append(QJsonObject{{u"target"_s, one.target},
                                {u"error"_s, one.trouble.error},
                                {u"error_kind"_s, one.trouble.errorKind},
                                {u"not_before"_s, isoTime(one.trouble.notBefore)}});
        output.text += u"%1 could not be read, it is left alone until %2: %3\n"_s.arg(
            forTerminal(one.target), isoTime(one.trouble.notBefore), forTerminal(one.trouble.error));
        output.status = 1;
    }
    output.json.insert(u"unreadable"_s, list);
    if (run->has(u"once"_s))
        co_return output;
    app.taskWatch()->start();
    QFuture<Result<Done>> waiting = untilSignal();
    (void)co_await finished(waiting);
    app.taskWatch()->stop();
    co_return output;
}

QString tasksListProblem(const CtlRun &run)
{
    return run.has(u"open"_s) && run.has(u"closed"_s) ? u"Say one of --open and --closed."_s : QString();
}

} // namespace

QList<CtlCommand> taskCommands()
{
    const QCommandLineOption open(u"open"_s, u"Only those that a target accepted and has not closed."_s);
    const QCommandLineOption closed(u"closed"_s, u"Only those that are closed wherever they were accepted."_s);
    const QCommandLineOption target(u"target"_s, u"Only those at this target."_s, u"TARGET"_s);
    const QCommandLineOption once(u"once"_s, u"End when every open task was read."_s);
    return {
        {{u"tasks"_s, u"list"_s},
         u"[--open|--closed] [--target NAME]"_s,
         u"All tasks, the newest first, and how they stand at their targets."_s,
         {u"patchbayctl --json tasks list --open"_s},
         CtlAccess::Read, 0, 0, {open, closed, target}, tasksListProblem, runTasksList},
        {{u"tasks"_s, u"refresh"_s},
         u"[--once]"_s,
         u"Read the status of every open task now, and go on reading until the end."_s,
         {u"patchbayctl --secrets /etc/patchbay/secrets tasks refresh --once"_s},
         CtlAccess::Write, 0, 0, {once}, nullptr, runTasksRefresh},
    };
}

} // namespace patchbay
