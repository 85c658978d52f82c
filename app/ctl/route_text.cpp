#include "app/ctl/route_text.h"

#include "app/ctl/ctl.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonObject mappingJson(const FieldMapping &mapping)
{
    QJsonObject json{{u"fields"_s, mapping.fields}};
    for (const auto &[name, text] :
         {std::pair{u"title"_s, mapping.title}, std::pair{u"description"_s, mapping.description},
          std::pair{u"priority"_s, mapping.priority}, std::pair{u"due"_s, mapping.due}})
        if (!text.isEmpty())
            json.insert(name, text);
    return json;
}

} // namespace

QString RouteView::target(TargetId id) const
{
    const auto found = std::find_if(targets.begin(), targets.end(), [id](const Target &t) { return t.id == id; });
    return found == targets.end() ? u"(no longer there)"_s : found->name;
}

QString RouteView::category(CategoryId id) const
{
    const auto found = std::find_if(taxonomy.begin(), taxonomy.end(), [id](const Category &c) { return c.id == id; });
    return found == taxonomy.end() ? u"(no longer there)"_s : found->name;
}

const Route *RouteView::route(const QString &name) const
{
    const auto found = std::find_if(routes.begin(), routes.end(), [&name](const Route &r) { return r.name == name; });
    return found == routes.end() ? nullptr : &*found;
}

Result<RouteView> readRoutes(Database &db)
{
    return db.finish(RouteView{routes::all(db), targets::all(db), categories::all(db)});
}

QJsonObject routeJson(const RouteView &view, const Route &route)
{
    QJsonArray names;
    for (const TargetId target : route.targets)
        names.append(view.target(target));
    QJsonObject byCategory;
    for (const Route::CategoryTarget &one : route.byCategory)
        byCategory.insert(view.category(one.category), view.target(one.target));
    QJsonObject mappings;
    for (const FieldMapping &mapping : route.mappings)
        mappings.insert(view.target(mapping.target), mappingJson(mapping));
    QJsonObject json{{u"uid"_s, route.uid}, {u"name"_s, route.name},           {u"strategy"_s, nameOf(route.strategy)},
                     {u"targets"_s, names}, {u"files"_s, nameOf(route.files)}, {u"mappings"_s, mappings}};
    if (route.strategy == Route::Strategy::ByCategory) {
        json.insert(u"categories"_s, byCategory);
        json.insert(u"default"_s, view.target(route.defaultTarget));
    }
    return json;
}

QString routeText(const RouteView &view, const Route &route)
{
    QString text = u"%1  %2"_s.arg(forTerminal(route.name), nameOf(route.strategy));
    QStringList names;
    for (const TargetId target : route.targets)
        names << forTerminal(view.target(target));
    for (const Route::CategoryTarget &one : route.byCategory)
        names << u"%1: %2"_s.arg(forTerminal(view.category(one.category)), forTerminal(view.target(one.target)));
    if (route.defaultTarget)
        names << u"otherwise: %1"_s.arg(forTerminal(view.target(route.defaultTarget)));
    text += u"  -> %1\n"_s.arg(names.join(route.strategy == Route::Strategy::PrimaryBackup ? u", then "_s : u", "_s));
    return text;
}

QString mappingText(const RouteView &view, const Route &route)
{
    QString text;
    if (route.files != Route::Files::None)
        text += u"  files = %1\n"_s.arg(nameOf(route.files));
    for (const FieldMapping &mapping : route.mappings) {
        const QJsonObject json = mappingJson(mapping);
        for (auto it = json.constBegin(); it != json.constEnd(); ++it) {
            if (it.value().isString())
                text += u"  %1:%2 = %3\n"_s.arg(forTerminal(view.target(mapping.target)), it.key(),
                                                forTerminal(it.value().toString()));
        }
        for (auto it = mapping.fields.constBegin(); it != mapping.fields.constEnd(); ++it) {
            const QString shown = it.value().isString()
                ? it.value().toString()
                : QString::fromUtf8(QJsonDocument(QJsonArray{it.value()}).toJson(QJsonDocument::Compact));
            text += u"  %1:fields.%2 = %3\n"_s.arg(forTerminal(view.target(mapping.target)), forTerminal(it.key()),
                                                   forTerminal(shown));
        }
    }
    return text;
}

} // namespace patchbay
