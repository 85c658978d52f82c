#include "core/model/names.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay::routes {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_ROUTE_COLUMNS "id, uid, name, strategy, document, removed_at"

// Ids are text in the document: a number of JSON would be rounded.
QString routeIdText(TargetId id) { return QString::number(id.value); }
TargetId routeTargetFrom(const QJsonValue &value) { return TargetId{value.toString().toLongLong()}; }

QJsonObject routeMappingJson(const FieldMapping &mapping)
{
    return {{u"target"_s, routeIdText(mapping.target)},
            {u"title"_s, mapping.title},
            {u"description"_s, mapping.description},
            {u"priority"_s, mapping.priority},
            {u"due"_s, mapping.due},
            {u"fields"_s, mapping.fields}};
}

FieldMapping routeMappingFrom(const QJsonObject &json)
{
    FieldMapping mapping;
    mapping.target = routeTargetFrom(json.value("target"_L1));
    mapping.title = json.value("title"_L1).toString();
    mapping.description = json.value("description"_L1).toString();
    mapping.priority = json.value("priority"_L1).toString();
    mapping.due = json.value("due"_L1).toString();
    mapping.fields = json.value("fields"_L1).toObject();
    return mapping;
}

QString routeDocument(const Route &route)
{
    QJsonArray targets;
    for (const TargetId target : route.targets)
        targets.append(routeIdText(target));
    QJsonArray categories;
    for (const Route::CategoryTarget &one : route.byCategory)
        categories.append(
            QJsonObject{{u"category"_s, QString::number(one.category.value)}, {u"target"_s, routeIdText(one.target)}});
    QJsonArray mappings;
    for (const FieldMapping &mapping : route.mappings)
        mappings.append(routeMappingJson(mapping));
    QJsonObject document{{u"targets"_s, targets},
                         {u"categories"_s, categories},
                         {u"default"_s, routeIdText(route.defaultTarget)},
                         {u"mappings"_s, mappings}};
    if (route.files != Route::Files::None)
        document.insert(u"files"_s, nameOf(route.files));
    return QString::fromUtf8(QJsonDocument(document).toJson(QJsonDocument::Compact));
}

Route routeFrom(const Row &row)
{
    Route route;
    route.id = row.id<RouteId>(0);
    route.uid = row.text(1);
    route.name = row.text(2);
    route.strategy = routeStrategyFrom(row.text(3)).value_or(Route::Strategy::Single);
    const QJsonObject document = QJsonDocument::fromJson(row.text(4).toUtf8()).object();
    for (const QJsonValue &target : document.value("targets"_L1).toArray())
        route.targets.push_back(routeTargetFrom(target));
    for (const QJsonValue &one : document.value("categories"_L1).toArray())
        route.byCategory.push_back({CategoryId{one.toObject().value("category"_L1).toString().toLongLong()},
                                    routeTargetFrom(one.toObject().value("target"_L1))});
    route.defaultTarget = routeTargetFrom(document.value("default"_L1));
    for (const QJsonValue &one : document.value("mappings"_L1).toArray())
        route.mappings.push_back(routeMappingFrom(one.toObject()));
    route.files = routeFilesFrom(document.value("files"_L1).toString()).value_or(Route::Files::None);
    route.removedAt = row.time(5);
    return route;
}

std::optional<Route> routeRow(const std::optional<Row> &row)
{
    if (!row)
        return std::nullopt;
    return routeFrom(*row);
}

std::optional<Route> routeNamed(Database &db, const QString &name)
{
    return routeRow(db.row("SELECT " PATCHBAY_ROUTE_COLUMNS " FROM route WHERE name = ?", {name}));
}

Error routeNameTaken(const QString &name)
{
    return makeError(Error::Kind::Conflict, u"There is already a route named %1."_s.arg(name));
}

void routeStore(Database &db, const Route &route)
{
    db.exec("UPDATE route SET name = ?, strategy = ?, document = ?, removed_at = 0 WHERE id = ?",
            {route.name, nameOf(route.strategy), routeDocument(route), route.id.value});
    db.changes().rules = true;
}

} // namespace

std::vector<Route> all(Database &db)
{
    std::vector<Route> list;
    for (const Row &row : db.rows("SELECT " PATCHBAY_ROUTE_COLUMNS " FROM route WHERE removed_at = 0 ORDER BY id"))
        list.push_back(routeFrom(row));
    return list;
}

std::optional<Route> byId(Database &db, RouteId id)
{
    return routeRow(db.row("SELECT " PATCHBAY_ROUTE_COLUMNS " FROM route WHERE id = ?", {id.value}));
}

std::optional<Route> byName(Database &db, const QString &name)
{
    std::optional<Route> route = routeNamed(db, name);
    return route && !route->removedAt ? route : std::nullopt;
}

RouteId insert(Database &db, Route route)
{
    if (const auto known = routeNamed(db, route.name)) {
        if (!known->removedAt) {
            db.fail(routeNameTaken(route.name));
            return {};
        }
        route.id = known->id;
        routeStore(db, route);
        return route.id;
    }
    db.changes().rules = true;
    return {db.insert("INSERT INTO route (uid, name, strategy, document) VALUES (?, ?, ?, ?) RETURNING id",
                      {route.uid.isEmpty() ? newUid(db.clock()) : route.uid, route.name, nameOf(route.strategy),
                       routeDocument(route)})};
}

void update(Database &db, const Route &route)
{
    if (const auto known = routeNamed(db, route.name); known && known->id != route.id) {
        db.fail(known->removedAt ? makeError(Error::Kind::Conflict,
                                             u"A route named %1 was removed and is still in the history: add it again, "
                                             "or take another name."_s.arg(route.name))
                                 : routeNameTaken(route.name));
        return;
    }
    routeStore(db, route);
}

void remove(Database &db, RouteId id)
{
    db.exec("UPDATE route SET removed_at = ? WHERE id = ? AND removed_at = 0", {db.now().us, id.value});
    db.changes().rules = true;
}

} // namespace patchbay::routes
