#pragma once

#include "core/model/account.h"
#include "core/model/routing.h"
#include "core/store/database.h"

namespace patchbay {

/// Routes, and the names of what they lead to.
struct RouteView {
    std::vector<Route> routes = {};
    std::vector<Target> targets = {};
    Taxonomy taxonomy = {};

    QString target(TargetId id) const;
    QString category(CategoryId id) const;
    /// Null when none has this name.
    const Route *route(const QString &name) const;
};

Result<RouteView> readRoutes(Database &db);
QJsonObject routeJson(const RouteView &view, const Route &route);
/// One line: the name, the strategy, where it leads.
QString routeText(const RouteView &view, const Route &route);
/// A line for the files that go along, and one for each mapped field.
QString mappingText(const RouteView &view, const Route &route);

} // namespace patchbay
