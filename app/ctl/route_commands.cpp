#include "app/ctl/ctl.h"
#include "app/ctl/route_text.h"

#include "core/engine/task_plan.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<TargetId> targetNamed(CtlRun &run, const RouteView &view, const QString &name)
{
    QStringList known;
    for (const Target &target : view.targets) {
        if (target.name == name)
            return target.id;
        known << target.name;
    }
    return run.wrong(u"There is no target \"%1\". Targets: %2."_s.arg(name, known.join(u", "_s)));
}

Result<Done> takeCategories(CtlRun &run, const RouteView &view, Route &route)
{
    route.byCategory.clear();
    for (const QString &pair : run.parser->values(u"category"_s)) {
        const QString name = pair.section(u'=', 0, 0).trimmed();
        const auto category = std::find_if(view.taxonomy.begin(), view.taxonomy.end(),
                                           [&name](const Category &c) { return c.name == name; });
        if (!pair.contains(u'=') || category == view.taxonomy.end())
            return run.wrong(u"--category %1: say CATEGORY=TARGET with a category of the workspace."_s.arg(pair));
        const Result<TargetId> target = targetNamed(run, view, pair.section(u'=', 1).trimmed());
        if (!target)
            return target.error();
        route.byCategory.push_back({category->id, *target});
    }
    return Done{};
}

/// --map "TARGET:FIELD=TEMPLATE"; an empty template takes the mapping of the field away.
Result<Done> takeMapping(CtlRun &run, const RouteView &view, Route &route, const QString &text)
{
    const QString place = text.section(u'=', 0, 0);
    const qsizetype colon = place.lastIndexOf(u':');
    if (colon < 1 || !text.contains(u'='))
        return run.wrong(u"--map %1: say TARGET:FIELD=TEMPLATE."_s.arg(text));
    const Result<TargetId> target = targetNamed(run, view, place.left(colon));
    if (!target)
        return target.error();
    auto mapping = std::find_if(route.mappings.begin(), route.mappings.end(),
                                [&](const FieldMapping &one) { return one.target == *target; });
    if (mapping == route.mappings.end()) {
        route.mappings.push_back(FieldMapping{*target});
        mapping = std::prev(route.mappings.end());
    }
    const Result<Done> set = setMappingField(*mapping, place.mid(colon + 1), text.section(u'=', 1));
    return set ? set : Result<Done>(run.wrong(u"--map %1: %2"_s.arg(text, set.error().message)));
}

/// What the options say, over what the route was.
Result<Route> routeFrom(CtlRun &run, const RouteView &view, Route route)
{
    if (run.has(u"name"_s))
        route.name = run.option(u"name"_s);
    if (run.has(u"strategy"_s)) {
        const auto strategy = routeStrategyFrom(run.option(u"strategy"_s));
        if (!strategy)
            return run.wrong(u"--strategy is one of single, primary_backup, by_category, parallel."_s);
        route.strategy = *strategy;
    }
    if (run.has(u"files"_s)) {
        const auto files = routeFilesFrom(run.option(u"files"_s));
        if (!files)
            return run.wrong(u"--files is one of none, last_message, all."_s);
        route.files = *files;
    }
    if (run.has(u"target"_s) || run.has(u"strategy"_s))
        route.targets.clear();
    for (const QString &name : run.parser->values(u"target"_s)) {
        const Result<TargetId> target = targetNamed(run, view, name);
        if (!target)
            return target.error();
        route.targets.push_back(*target);
    }
    if (run.has(u"category"_s) || run.has(u"strategy"_s)) {
        if (const Result<Done> taken = takeCategories(run, view, route); !taken)
            return taken.error();
    }
    if (run.has(u"otherwise"_s) || run.has(u"strategy"_s))
        route.defaultTarget = {};
    if (run.has(u"otherwise"_s)) {
        const Result<TargetId> target = targetNamed(run, view, run.option(u"otherwise"_s));
        if (!target)
            return target.error();
        route.defaultTarget = *target;
    }
    for (const QString &text : run.parser->values(u"map"_s)) {
        if (const Result<Done> taken = takeMapping(run, view, route, text); !taken)
            return taken.error();
    }
    const std::vector<TargetId> all = route.allTargets();
    std::erase_if(route.mappings, [&](const FieldMapping &mapping) {
        return mapping.isEmpty()
            || (!run.has(u"map"_s) && std::find(all.begin(), all.end(), mapping.target) == all.end());
    });
    return route;
}

Async<Result<RouteView>> viewOf(CtlRun *run)
{
    QFuture<Result<RouteView>> reading = run->app->store().read(readRoutes);
    co_return co_await finished(reading);
}

Error noRoute(const QString &name)
{
    return makeError(Error::Kind::NotFound, u"There is no route \"%1\"."_s.arg(name));
}

/// The route as it is stored now.
Async<Result<CtlOutput>> shownRoute(CtlRun *run, QString name)
{
    const Result<RouteView> view = co_await viewOf(run);
    if (!view)
        co_return view.error();
    const Route *route = view->route(name);
    if (!route)
        co_return noRoute(name);
    co_return CtlOutput{routeJson(*view, *route), routeText(*view, *route) + mappingText(*view, *route), 0};
}

Async<Result<CtlOutput>> runRoutesList(CtlRun *run)
{
    const Result<RouteView> view = co_await viewOf(run);
    if (!view)
        co_return view.error();
    CtlOutput output;
    QJsonArray list;
    for (const Route &route : view->routes) {
        list.append(routeJson(*view, route));
        output.text += routeText(*view, route);
    }
    output.json.insert(u"routes"_s, list);
    co_return output;
}

Async<Result<CtlOutput>> runRoutesShow(CtlRun *run) { return shownRoute(run, run->arguments.at(0)); }

Async<Result<CtlOutput>> runRoutesAdd(CtlRun *run)
{
    const Result<RouteView> view = co_await viewOf(run);
    if (!view)
        co_return view.error();
    Route fresh;
    fresh.name = run->arguments.at(0);
    Result<Route> route = routeFrom(*run, *view, std::move(fresh));
    if (!route)
        co_return route.error();
    const QString name = route->name;
    QFuture<Result<Route>> adding = run->app->commands()->addRoute(std::move(*route));
    const Result<Route> added = co_await finished(adding);
    if (!added)
        co_return added.error();
    co_return co_await shownRoute(run, name);
}

Async<Result<CtlOutput>> runRoutesSet(CtlRun *run)
{
    const Result<RouteView> view = co_await viewOf(run);
    if (!view)
        co_return view.error();
    const Route *known = view->route(run->arguments.at(0));
    if (!known)
        co_return noRoute(run->arguments.at(0));
    Result<Route> route = routeFrom(*run, *view, *known);
    if (!route)
        co_return route.error();
    const QString name = route->name;
    QFuture<Result<Done>> changing = run->app->commands()->changeRoute(std::move(*route));
    const Result<Done> changed = co_await finished(changing);
    if (!changed)
        co_return changed.error();
    co_return co_await shownRoute(run, name);
}

Async<Result<CtlOutput>> runRoutesRemove(CtlRun *run)
{
    const Result<RouteView> view = co_await viewOf(run);
    if (!view)
        co_return view.error();
    const Route *route = view->route(run->arguments.at(0));
    if (!route)
        co_return noRoute(run->arguments.at(0));
    QFuture<Result<Done>> removing = run->app->commands()->removeRoute(route->id);
    const Result<Done> removed = co_await finished(removing);
    if (!removed)
        co_return removed.error();
    co_return CtlOutput{{{u"removed"_s, route->name}}, u"Removed.\n"_s, 0};
}

/// What the conversation's newest suggestion would become by the route.
Result<TaskPlan> readTrial(Database &db, const QString &routeName, const QString &conversationUid, const QString &me)
{
    const auto route = routes::byName(db, routeName);
    if (!route)
        return noRoute(routeName);
    const Result<Conversation> conversation = conversations::byUid(db, conversationUid);
    if (!conversation)
        return conversation.error();
    const auto suggestion = suggestions::newest(db, conversation->id);
    if (!suggestion)
        return db.error().value_or(makeError(
            Error::Kind::NotFound, u"Nothing was suggested for this conversation, so there is no task to try."_s));
    return planTask(db, *route, *suggestion, me);
}

Async<Result<CtlOutput>> runRoutesTest(CtlRun *run)
{
    const QString name = run->arguments.at(0);
    const QString conversation = run->option(u"conversation"_s);
    const Result<Done> loaded = co_await run->app->loadAccounts();
    if (!loaded)
        co_return loaded.error();
    auto work = [name, conversation, me = run->app->me().name](Database &db) {
        return readTrial(db, name, conversation, me);
    };
    QFuture<Result<TaskPlan>> reading = run->app->store().read(work);
    const Result<TaskPlan> plan = co_await finished(reading);
    if (!plan)
        co_return plan.error();
    CtlOutput output;
    QJsonArray list;
    for (const auto &[tasks, role] : {std::pair{&plan->first, u"first"_s}, std::pair{&plan->backups, u"backup"_s}}) {
        for (const PlannedTask &one : *tasks) {
            const Result<QString> request =
                run->app->targets()->preview(one.target.id, one.payload, u"patchbay-made-when-accepted"_s);
            const QString shown = request ? *request : request.error().message;
            output.status = request ? output.status : 1;
            list.append(QJsonObject{{u"target"_s, one.target.name},
                                    {u"role"_s, role},
                                    {u"task"_s, toJson(one.payload)},
                                    {u"request"_s, shown},
                                    {u"ok"_s, request.ok()}});
            output.text += u"== %1 (%2)\n%3\n"_s.arg(forTerminal(one.target.name), role, forTerminal(shown));
        }
    }
    output.json.insert(u"requests"_s, list);
    co_return output;
}

QString routesTestProblem(const CtlRun &run)
{
    return run.option(u"conversation"_s).isEmpty() ? u"Say with --conversation ID for which one."_s : QString();
}

} // namespace

QList<CtlCommand> routeCommands()
{
    const QCommandLineOption strategy(u"strategy"_s, u"single, primary_backup, by_category or parallel."_s,
                                      u"STRATEGY"_s);
    const QCommandLineOption target(u"target"_s, u"A target's name; the primary first."_s, u"TARGET"_s);
    const QCommandLineOption category(u"category"_s, u"By category: where one of them goes."_s, u"CATEGORY=TARGET"_s);
    const QCommandLineOption otherwise(u"otherwise"_s, u"By category: where all others go."_s, u"TARGET"_s);
    const QCommandLineOption map(u"map"_s,
                                 u"How a field is filled there: title, description, priority, due, fields.NAME."_s,
                                 u"TARGET:FIELD=TEMPLATE"_s);
    const QCommandLineOption files(
        u"files"_s, u"Which files of the conversation go along: none, last_message or all."_s, u"WHICH"_s);
    const QCommandLineOption name(u"name"_s, u"A new name."_s, u"NAME"_s);
    const QCommandLineOption conversation(u"conversation"_s, u"Whose task to try."_s, u"ID"_s);
    const QString options =
        u"NAME [--strategy S] [--target TARGET]... [--category CATEGORY=TARGET]... [--otherwise TARGET] "
        "[--files WHICH] [--map TARGET:FIELD=TEMPLATE]..."_s;
    return {
        {{u"routes"_s, u"list"_s},
         {},
         u"Routes and where they lead."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runRoutesList},
        {{u"routes"_s, u"show"_s},
         u"NAME"_s,
         u"One route with its mappings."_s,
         {},
         CtlAccess::Read,
         1,
         1,
         {},
         nullptr,
         runRoutesShow},
        {{u"routes"_s, u"add"_s},
         options,
         u"Make a route."_s,
         {u"patchbayctl routes add Escalations --strategy primary_backup --target Tracker --target \"Local tasks\""_s},
         CtlAccess::Write,
         1,
         1,
         {strategy, target, category, otherwise, files, map},
         nullptr,
         runRoutesAdd},
        {{u"routes"_s, u"set"_s},
         options + u" [--name NAME]"_s,
         u"Change a route; what is not named stays."_s,
         {u"patchbayctl routes set Tasks --map \"Tracker:title=[{{task.category}}] {{task.title | truncate: 80}}\""_s},
         CtlAccess::Write,
         1,
         1,
         {strategy, target, category, otherwise, files, map, name},
         nullptr,
         runRoutesSet},
        {{u"routes"_s, u"remove"_s},
         u"NAME"_s,
         u"Remove a route that no rule uses."_s,
         {},
         CtlAccess::Write,
         1,
         1,
         {},
         nullptr,
         runRoutesRemove},
        {{u"routes"_s, u"test"_s},
         u"NAME --conversation ID"_s,
         u"Show the exact requests that a conversation's task would become; sends nothing."_s,
         {u"patchbayctl routes test Tasks --conversation 0192f3"_s},
         CtlAccess::Write,
         1,
         1,
         {conversation},
         routesTestProblem,
         runRoutesTest},
    };
}

} // namespace patchbay
