#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/route_check.h"
#include "core/store/account_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using AllRoutes = Result<std::vector<Route>>;

/// Mappings that say nothing are not kept.
Route tidyRoute(Route route)
{
    std::erase_if(route.mappings, [](const FieldMapping &mapping) { return mapping.isEmpty(); });
    return route;
}

Result<Done> refuseWhileUsed(Database &db, const QString &route, const QString &deed)
{
    const rule_sets::Published published = rule_sets::current(db);
    if (published.version == 0)
        return db.finish(Done{});
    const Result<RuleSet> rules = parseRuleSet(published.document, published.version);
    if (!rules)
        return makeError(Error::Kind::Refused,
                         u"The published rules cannot be read, so it is not known whether they use the route: %1"_s.arg(
                             rules.error().message));
    const QStringList users = rulesThatUse(*rules, route);
    if (users.isEmpty())
        return db.finish(Done{});
    return makeError(Error::Kind::Conflict,
                     u"The route “%1” cannot be %2: the rules use it (%3). Change the rules first."_s.arg(
                         route, deed, users.join(u", "_s)));
}

Result<Route> knownRoute(Database &db, RouteId id)
{
    auto route = routes::byId(db, id);
    if (db.error())
        return *db.error();
    if (!route || route->removedAt)
        return makeError(Error::Kind::NotFound, u"This route is not in the workspace any more."_s);
    return *route;
}

void auditRoute(Database &db, const commands::Actor &actor, const char *action, const Route &route)
{
    audit::add(db, actor.id, action, "route", route.uid, {{u"name"_s, route.name}});
}

Result<Route> storeNewRoute(Database &db, const commands::Actor &actor, Route route)
{
    route = tidyRoute(std::move(route));
    if (const Result<Done> usable = checkRoute(db, route); !usable)
        return usable.error();
    route.id = routes::insert(db, route);
    if (!db.ok())
        return *db.error();
    const Result<Route> added = knownRoute(db, route.id);
    if (added)
        auditRoute(db, actor, "add_route", *added);
    return added;
}

AllRoutes storeChangedRoute(Database &db, const commands::Actor &actor, Route route)
{
    route = tidyRoute(std::move(route));
    const Result<Route> known = knownRoute(db, route.id);
    if (!known)
        return known.error();
    if (const Result<Done> usable = checkRoute(db, route); !usable)
        return usable.error();
    if (route.name != known->name) {
        if (const Result<Done> unused = refuseWhileUsed(db, known->name, u"renamed"_s); !unused)
            return unused.error();
    }
    route.uid = known->uid;
    routes::update(db, route);
    suggestions::repaint(db, route.id);
    auditRoute(db, actor, "change_route", route);
    return db.finish(routes::all(db));
}

AllRoutes removeKnownRoute(Database &db, const commands::Actor &actor, RouteId id)
{
    const Result<Route> known = knownRoute(db, id);
    if (!known)
        return known.error();
    if (const Result<Done> unused = refuseWhileUsed(db, known->name, u"removed"_s); !unused)
        return unused.error();
    routes::remove(db, id);
    suggestions::repaint(db, id);
    auditRoute(db, actor, "remove_route", *known);
    return db.finish(routes::all(db));
}

/// All routes, with the default one leading to the target.
AllRoutes leadDefaultRouteTo(Database &db, const commands::Actor &actor, const QString &defaultRoute, TargetId id)
{
    const auto target = targets::byId(db, id);
    if (db.error())
        return *db.error();
    if (!target)
        return makeError(Error::Kind::NotFound, u"This target is not in the workspace any more."_s);
    if (auto found = routes::byName(db, defaultRoute)) {
        if (found->allTargets().size() > 1)
            return makeError(
                Error::Kind::Conflict,
                u"The default route “%1” leads to several targets: change it among the routes."_s.arg(found->name));
        found->strategy = Route::Strategy::Single;
        found->targets = {id};
        found->byCategory.clear();
        found->defaultTarget = {};
        std::erase_if(found->mappings, [id](const FieldMapping &mapping) { return mapping.target != id; });
        routes::update(db, *found);
        suggestions::repaint(db, found->id);
    } else {
        Route route;
        route.uid = newUid(db.clock());
        route.name = defaultRoute.isEmpty() ? u"Tasks"_s : defaultRoute;
        route.targets = {id};
        routes::insert(db, route);
    }
    audit::add(db, actor.id, "route_to_target", "target", target->uid, {{u"route"_s, defaultRoute}});
    return db.finish(routes::all(db));
}

} // namespace

QFuture<Result<Done>> Commands::routeToTarget(TargetId target)
{
    return m_scope.run(routesChanged(m_store.write(
        [actor = commands::actorOf(m_me, m_store), defaultRoute = m_snapshots.current()->rules.defaultRoute,
         target](Database &db) { return leadDefaultRouteTo(db, actor, defaultRoute, target); })));
}

QFuture<Result<Route>> Commands::addRoute(Route route) { return m_scope.run(addRouteNow(std::move(route))); }

QFuture<Result<Done>> Commands::changeRoute(Route route)
{
    return m_scope.run(routesChanged(m_store.write([actor = commands::actorOf(m_me, m_store), route](Database &db) {
        return storeChangedRoute(db, actor, route);
    })));
}

QFuture<Result<Done>> Commands::removeRoute(RouteId route)
{
    return m_scope.run(routesChanged(m_store.write([actor = commands::actorOf(m_me, m_store), route](Database &db) {
        return removeKnownRoute(db, actor, route);
    })));
}

Async<Result<Route>> Commands::addRouteNow(Route route)
{
    auto adding = m_store.write([actor = commands::actorOf(m_me, m_store), route](Database &db) -> Result<Route> {
        const Result<Route> added = storeNewRoute(db, actor, route);
        if (!added)
            return added.error();
        return db.finish(*added);
    });
    const Result<Route> added = co_await finished(std::move(adding));
    if (!added)
        co_return added.error();
    auto reading = m_store.read([](Database &db) -> AllRoutes { return db.finish(routes::all(db)); });
    auto publishing = routesChanged(std::move(reading));
    const Result<Done> published = co_await std::move(publishing);
    if (!published)
        co_return published.error();
    co_return *added;
}

Async<Result<Done>> Commands::routesChanged(QFuture<Result<std::vector<Route>>> changing)
{
    const AllRoutes routes = co_await finished(std::move(changing));
    if (!routes)
        co_return routes.error();
    auto next = std::make_shared<Snapshot>(*m_snapshots.current());
    next->routes = *routes;
    m_snapshots.replace(std::move(next));
    co_return Done{};
}

} // namespace patchbay
