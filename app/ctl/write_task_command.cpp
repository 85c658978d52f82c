#include "app/ctl/ctl.h"

#include "core/engine/remote_records.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// What a task's form has by name on the command line.
struct NamedInForm {
    TaskForm form = {};
    int version = 0; ///< of the suggestion that waits
};

QString taskProblem(const CtlRun &run)
{
    const bool links = run.has(u"link"_s);
    if (links != (run.arguments.size() == 3))
        return links ? u"--link wants a target's name and the id or address of its record."_s
                     : u"Only --link takes a target and a record."_s;
    for (const QString &name : {u"title"_s, u"text"_s, u"priority"_s, u"due"_s, u"category"_s, u"route"_s}) {
        if (links && run.has(name))
            return u"A record that is linked stays as it is: --%1 is for a new task."_s.arg(name);
    }
    if (links && run.has(u"another"_s))
        return u"Say --link or --another, not both."_s;
    const QString priority = run.option(u"priority"_s);
    if (run.has(u"priority"_s) && nameOf(priorityFrom(priority)) != priority)
        return u"--priority is low, normal, high or urgent, not \"%1\"."_s.arg(priority);
    return {};
}

Result<TaskForm> namedInForm(Database &db, TaskForm form, const QString &category, const QString &route)
{
    if (!category.isEmpty()) {
        const auto known = categories::byName(db, category);
        if (!known)
            return db.error().value_or(
                makeError(Error::Kind::NotFound, u"There is no category \"%1\"."_s.arg(category)));
        form.category = known->id;
    }
    if (!route.isEmpty()) {
        const auto known = routes::byName(db, route);
        if (!known)
            return db.error().value_or(makeError(Error::Kind::NotFound, u"There is no route \"%1\"."_s.arg(route)));
        form.route = known->id;
    }
    return db.finish(std::move(form));
}

/// What waits for the conversation, with what the command line says of it otherwise.
Async<Result<NamedInForm>> formFor(CtlRun *run, ConversationId id)
{
    QFuture<Result<TaskStart>> starting = run->app->commands()->startTask(id);
    const Result<TaskStart> start = co_await finished(starting);
    if (!start)
        co_return start.error();
    TaskForm form = start->form;
    if (run->has(u"title"_s))
        form.title = run->option(u"title"_s);
    if (run->has(u"text"_s)) {
        const Result<QString> text = textOrStandardInput(run->option(u"text"_s));
        if (!text)
            co_return text.error();
        form.text = *text;
    }
    if (run->has(u"priority"_s))
        form.priority = priorityFrom(run->option(u"priority"_s));
    if (run->has(u"due"_s)) {
        const Result<Timestamp> due = dueFrom(run->option(u"due"_s), run->app->store().clock().now());
        if (!due)
            co_return due.error();
        form.due = *due;
    }
    const QString category = run->option(u"category"_s);
    const QString route = run->option(u"route"_s);
    auto work = [form, category, route](Database &db) { return namedInForm(db, form, category, route); };
    QFuture<Result<TaskForm>> reading = run->app->store().read(work);
    const Result<TaskForm> named = co_await finished(reading);
    if (!named)
        co_return named.error();
    co_return NamedInForm{*named, start->version};
}

Async<Result<CtlOutput>> createTask(CtlRun *run, ConversationId id)
{
    const Result<NamedInForm> named = co_await formFor(run, id);
    if (!named)
        co_return named.error();
    const Commands::IfOpen ifOpen = run->has(u"another"_s) ? Commands::IfOpen::Another : Commands::IfOpen::Ask;
    QFuture<Result<Commands::Accepted>> creating =
        run->app->commands()->createTask(id, named->version, named->form, ifOpen);
    const Result<Commands::Accepted> made = co_await finished(creating);
    if (!made)
        co_return made.error();
    if (made->open) {
        co_return makeError(
            Error::Kind::Conflict,
            u"There is an open task for this already: \"%1\" at %2 (%3). --another makes a second one."_s.arg(
                made->open->title, made->open->target, made->open->uid));
    }
    const QString text = u"Task %1 for %2, delivery %3 is queued.\n"_s.arg(
        made->taskUid, forTerminal(made->targets.join(u", "_s)), made->deliveryUids.join(u", "_s));
    co_return CtlOutput{{{u"task"_s, made->taskUid},
                         {u"linked"_s, false},
                         {u"targets"_s, QJsonArray::fromStringList(made->targets)},
                         {u"deliveries"_s, QJsonArray::fromStringList(made->deliveryUids)}},
                        text,
                        0};
}

Async<Result<CtlOutput>> linkRecord(CtlRun *run, ConversationId id)
{
    const QString name = run->arguments.at(1);
    auto work = [name](Database &db) -> Result<Target> {
        const auto target = targets::byName(db, name);
        if (!target)
            return db.error().value_or(makeError(Error::Kind::NotFound, u"There is no target \"%1\"."_s.arg(name)));
        return db.finish(*target);
    };
    QFuture<Result<Target>> reading = run->app->store().read(work);
    const Result<Target> target = co_await finished(reading);
    if (!target)
        co_return target.error();
    const Result<Done> loaded = co_await run->app->loadAccounts();
    if (!loaded)
        co_return loaded.error();
    RemoteRecords records(*run->app->targets());
    QFuture<Result<RemoteRecord>> asking = records.read(target->id, run->arguments.at(2));
    const Result<RemoteRecord> record = co_await finished(asking);
    if (!record)
        co_return record.error();
    QFuture<Result<TaskStart>> starting = run->app->commands()->startTask(id);
    const Result<TaskStart> start = co_await finished(starting);
    if (!start)
        co_return start.error();
    QFuture<Result<Commands::LinkedRecord>> linking =
        run->app->commands()->linkRecord(id, start->version, target->id, *record);
    const Result<Commands::LinkedRecord> linked = co_await finished(linking);
    if (!linked)
        co_return linked.error();
    const QString text = u"Task %1 is linked to \"%2\" at %3; nothing was sent.\n"_s.arg(
        linked->taskUid, forTerminal(record->externalId), forTerminal(target->name));
    co_return CtlOutput{{{u"task"_s, linked->taskUid},
                         {u"linked"_s, true},
                         {u"target"_s, target->name},
                         {u"external_id"_s, record->externalId},
                         {u"status"_s, record->status},
                         {u"closed"_s, record->closed},
                         {u"url"_s, record->url}},
                        text,
                        0};
}

Async<Result<CtlOutput>> runTask(CtlRun *run)
{
    const Result<Conversation> conversation = co_await namedConversation(run);
    if (!conversation)
        co_return conversation.error();
    if (run->has(u"link"_s))
        co_return co_await linkRecord(run, conversation->id);
    co_return co_await createTask(run, conversation->id);
}

} // namespace

QList<CtlCommand> writeTaskCommands()
{
    const QCommandLineOption title(u"title"_s, u"Instead of the suggested one."_s, u"TITLE"_s);
    const QCommandLineOption text(u"text"_s, u"Instead of the suggested one; - reads standard input."_s, u"TEXT"_s);
    const QCommandLineOption priority(u"priority"_s, u"low, normal, high or urgent."_s, u"PRIORITY"_s);
    const QCommandLineOption due(u"due"_s, u"A day like 2026-03-01, with a time, or +3d, +4h."_s, u"DUE"_s);
    const QCommandLineOption category(u"category"_s, u"Another one is a lesson."_s, u"CATEGORY"_s);
    const QCommandLineOption route(u"route"_s, u"Where it goes."_s, u"ROUTE"_s);
    const QCommandLineOption another(u"another"_s, u"Where a task is open at the target already, make a second one."_s);
    const QCommandLineOption link(u"link"_s, u"Link the record that TARGET has already; nothing is sent."_s);
    return {
        {{u"task"_s},
         u"CONVERSATION [--title TITLE] [--text TEXT|-] [--priority PRIORITY] [--due DUE] [--category CATEGORY] "
         "[--route ROUTE] [--another] | CONVERSATION --link TARGET RECORD"_s,
         u"A task as you write it, or a record that is there already."_s,
         {u"patchbayctl task 0192f3 --title \"Refund order 1177\" --priority high --due +3d"_s,
          u"patchbayctl task 0192f3 --link Redmine https://redmine.example.org/issues/42"_s},
         CtlAccess::Write,
         1,
         3,
         {title, text, priority, due, category, route, another, link},
         taskProblem,
         runTask},
    };
}

} // namespace patchbay
