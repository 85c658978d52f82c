#include "core/engine/route_check.h"

#include "core/engine/field_mapping.h"
#include "core/mail/html_body.h"
#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QSet>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestRouteName = 80;
constexpr size_t mostRouteTargets = 10;
constexpr size_t mostRouteCategories = 500;

Error routeFault(const Route &route, const QString &what)
{
    return makeError(Error::Kind::Refused, u"Route “%1”: %2"_s.arg(route.name, what));
}

/// What the strategy needs, in a sentence when it is missing.
QString strategyFault(const Route &route)
{
    switch (route.strategy) {
    case Route::Strategy::Single:
        return route.targets.size() == 1 ? QString() : u"a single route has exactly one target."_s;
    case Route::Strategy::PrimaryBackup:
        return route.targets.size() >= 2 ? QString() : u"primary and backup need at least two targets, in order."_s;
    case Route::Strategy::Parallel:
        return route.targets.size() >= 2 ? QString() : u"a parallel route needs at least two targets."_s;
    case Route::Strategy::ByCategory:
        if (!route.defaultTarget)
            return u"by category needs a default target, for every category that is not named."_s;
        return route.targets.empty() ? QString() : u"by category names its targets beside the categories."_s;
    }
    return {};
}

template <class List> bool isTwice(const List &list)
{
    for (auto it = list.begin(); it != list.end(); ++it) {
        if (std::find(std::next(it), list.end(), *it) != list.end())
            return true;
    }
    return false;
}

Result<Done> checkRouteTargets(Database &db, const Route &route)
{
    if (const QString missing = strategyFault(route); !missing.isEmpty())
        return routeFault(route, missing);
    const std::vector<TargetId> all = route.allTargets();
    if (all.size() > mostRouteTargets)
        return routeFault(route, u"%1 targets are the most."_s.arg(mostRouteTargets));
    if (isTwice(route.targets))
        return routeFault(route, u"a target is named twice."_s);
    for (const TargetId target : all) {
        if (!targets::byId(db, target))
            return db.error().value_or(routeFault(route, u"one of its targets is not in the workspace any more."_s));
    }
    return Done{};
}

Result<Done> checkRouteCategories(Database &db, const Route &route)
{
    if (route.strategy != Route::Strategy::ByCategory && (!route.byCategory.empty() || route.defaultTarget))
        return routeFault(route, u"only a route by category has targets for categories."_s);
    if (route.byCategory.size() > mostRouteCategories)
        return routeFault(route, u"%1 categories are the most."_s.arg(mostRouteCategories));
    const Taxonomy taxonomy = categories::all(db);
    QSet<qint64> seen;
    for (const Route::CategoryTarget &one : route.byCategory) {
        const auto known = std::find_if(taxonomy.begin(), taxonomy.end(),
                                        [&one](const Category &category) { return category.id == one.category; });
        if (known == taxonomy.end())
            return routeFault(route, u"one of its categories is not in the workspace any more."_s);
        if (seen.contains(one.category.value))
            return routeFault(route, u"the category “%1” is named twice."_s.arg(known->name));
        seen.insert(one.category.value);
    }
    return db.finish(Done{});
}

} // namespace

Result<Done> checkRoute(Database &db, const Route &route)
{
    if (route.name.trimmed().isEmpty() || route.name != cleanLine(route.name).trimmed())
        return makeError(Error::Kind::Refused, u"Give the route a name, without control characters or outer blanks."_s);
    if (route.name.size() > longestRouteName)
        return makeError(Error::Kind::Refused,
                         u"The route's name has more than %1 characters."_s.arg(longestRouteName));
    if (const Result<Done> targets = checkRouteTargets(db, route); !targets)
        return targets;
    if (const Result<Done> named = checkRouteCategories(db, route); !named)
        return named;
    const std::vector<TargetId> all = route.allTargets();
    std::vector<TargetId> mapped;
    for (const FieldMapping &mapping : route.mappings) {
        mapped.push_back(mapping.target);
        if (std::find(all.begin(), all.end(), mapping.target) == all.end())
            return routeFault(route, u"a mapping is for a target that the route does not lead to."_s);
        if (const Result<Done> usable = checkMapping(mapping); !usable)
            return routeFault(route, usable.error().message);
    }
    if (isTwice(mapped))
        return routeFault(route, u"a target has two mappings."_s);
    return db.finish(Done{});
}

QStringList rulesThatUse(const RuleSet &rules, const QString &route)
{
    QStringList names;
    for (const Rule &rule : rules.rules) {
        const bool uses = std::any_of(rule.then.begin(), rule.then.end(), [&route](const Action &action) {
            return action.kind == Action::Kind::SuggestRoute && action.value == route;
        });
        if (uses)
            names << u"“%1”"_s.arg(rule.name);
    }
    if (rules.defaultRoute == route)
        names << u"the default route"_s;
    return names;
}

} // namespace patchbay
