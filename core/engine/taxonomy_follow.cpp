#include "core/engine/taxonomy_follow.h"

#include "core/engine/taxonomy_check.h"
#include "core/search/query.h"
#include "core/search/query_tokens.h"
#include "core/store/category_edits.h"
#include "core/store/misc_tables.h"
#include "core/store/saved_search_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype followSearchLimit = 500; // what a saved search may have

/// Goes through the conditions of a rule.
class RuleNames {
public:
    RuleNames(const QString &from, const QStringList &to)
        : m_from(from)
        , m_to(to)
    {
    }
    bool found() const { return m_found; }

    QJsonObject condition(QJsonObject node)
    {
        for (const QString &list : {u"all"_s, u"any"_s}) {
            if (!node.value(list).isArray())
                continue;
            QJsonArray children;
            for (const QJsonValue &child : node.value(list).toArray())
                children.append(child.isObject() ? QJsonValue(condition(child.toObject())) : child);
            node.insert(list, children);
        }
        if (node.value("not"_L1).isObject())
            node.insert(u"not"_s, condition(node.value("not"_L1).toObject()));
        return node.value("field"_L1).toString() == "category"_L1 ? test(node) : node;
    }

private:
    QJsonObject test(QJsonObject node)
    {
        for (const QString &key : node.keys()) {
            if (key == "field"_L1)
                continue;
            const QJsonValue value = node.value(key);
            if (value.isArray())
                node.insert(key, names(value.toArray()));
            else if (value.isString() && isSameName(value.toString(), m_from))
                return several(node, key);
        }
        return node;
    }
    QJsonArray names(const QJsonArray &values)
    {
        QJsonArray all;
        const auto add = [&all](const QString &name) {
            if (!all.contains(name))
                all.append(name);
        };
        for (const QJsonValue &value : values) {
            if (!isSameName(value.toString(), m_from)) {
                add(value.toString());
                continue;
            }
            m_found = true;
            for (const QString &name : m_to)
                add(name);
        }
        return all;
    }
    /// "is A" becomes any of the parts, "is not A" none of them.
    QJsonObject several(QJsonObject node, const QString &key)
    {
        m_found = true;
        if (m_to.size() == 1) {
            node.insert(key, m_to.front());
            return node;
        }
        QJsonArray each;
        for (const QString &name : m_to) {
            node.insert(key, name);
            each.append(node);
        }
        return {{key.contains("not"_L1) ? u"all"_s : u"any"_s, each}};
    }

    const QString &m_from;
    const QStringList &m_to;
    bool m_found = false;
};

QStringList followNamesOf(const Taxonomy &taxonomy)
{
    QStringList names;
    for (const Category &category : taxonomy)
        names << category.name;
    return names;
}

using category_history::RouteDocument;

/// Routes whose document chooses the target by this category.
std::vector<RouteDocument> followRoutes(Database &db, CategoryId category)
{
    std::vector<RouteDocument> found = category_history::routeDocuments(db);
    std::erase_if(found, [category](const RouteDocument &route) {
        const QJsonArray named = route.document.value("categories"_L1).toArray();
        return std::none_of(named.begin(), named.end(), [category](const QJsonValue &one) {
            return one["category"_L1].toString().toLongLong() == category.value;
        });
    });
    return found;
}

/// Those that have no target of their own there get that of `from`.
QJsonArray followRouteCategories(const QJsonArray &before, CategoryId from, const Taxonomy &to)
{
    QJsonArray after;
    QStringList known;
    QJsonValue target;
    for (const QJsonValue &one : before) {
        const QString category = one["category"_L1].toString();
        if (category.toLongLong() == from.value) {
            target = one["target"_L1];
            continue;
        }
        known << category;
        after.append(one);
    }
    for (const Category &category : to) {
        const QString id = QString::number(category.id.value);
        if (!known.contains(id))
            after.append(QJsonObject{{u"category"_s, id}, {u"target"_s, target}});
    }
    return after;
}

} // namespace

std::optional<QByteArray> rulesFollow(const QByteArray &document, const QString &from, const QStringList &to)
{
    QJsonObject root = QJsonDocument::fromJson(document).object();
    RuleNames names(from, to);
    QJsonArray rules;
    for (const QJsonValue &value : root.value("rules"_L1).toArray()) {
        QJsonObject rule = value.toObject();
        rule.insert(u"when"_s, names.condition(rule.value("when"_L1).toObject()));
        rules.append(rule);
    }
    if (!names.found())
        return std::nullopt;
    root.insert(u"rules"_s, rules);
    return QJsonDocument(root).toJson(QJsonDocument::Indented);
}

QStringList rulesNaming(const QByteArray &document, const QString &category)
{
    QStringList found;
    for (const QJsonValue &value : QJsonDocument::fromJson(document).object().value("rules"_L1).toArray()) {
        const QStringList same{category};
        RuleNames names(category, same);
        (void)names.condition(value["when"_L1].toObject());
        if (names.found())
            found << value["name"_L1].toString();
    }
    return found;
}

QString searchFollows(const QString &search, const QString &from, const QStringList &to)
{
    QString text = search;
    const std::vector<QueryToken> tokens = queryTokens(search);
    for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) { // from the end: places before it stay
        if (token->name != "category"_L1 || token->star || !isSameName(token->value, from))
            continue;
        QStringList terms;
        for (const QString &name : to)
            terms << (token->excluded ? u"-category:"_s : u"category:"_s) + quotedForQuery(name);
        text.replace(token->position, token->length, terms.join(token->excluded ? u" "_s : u" OR "_s));
    }
    return text;
}

NamedBy namedBy(Database &db, const Category &category)
{
    NamedBy named;
    named.rules = rulesNaming(rule_sets::current(db).document, category.name);
    const QString mark = category.name + u"?"_s; // another text wherever the name stands
    for (const SavedSearch &search : saved_searches::all(db)) {
        if (searchFollows(search.query, category.name, {mark}) != search.query)
            named.searches << search.name;
    }
    for (const RouteDocument &route : followRoutes(db, category.id))
        named.routes << route.name;
    return named;
}

NamedBy followNames(Database &db, OperatorId by, const Category &from, const Taxonomy &to)
{
    NamedBy named;
    const QStringList names = followNamesOf(to);
    db.oneAtATime("rule_set");
    const rule_sets::Published published = rule_sets::current(db);
    if (const auto document = rulesFollow(published.document, from.name, names)) {
        named.rules = rulesNaming(published.document, from.name);
        const int version = rule_sets::publish(db, *document, by);
        audit::add(db, by, "rules_follow_category", "rule_set", QString::number(version),
                   {{u"from"_s, from.name}, {u"to"_s, names.join(u", "_s)}});
    }
    for (const SavedSearch &search : saved_searches::all(db)) {
        const QString query = searchFollows(search.query, from.name, names);
        if (query == search.query)
            continue;
        if (query.size() > followSearchLimit) {
            named.tooLong << search.name;
            continue;
        }
        named.searches << search.name;
        saved_searches::change(db, search.id, query);
        audit::add(db, by, "search_follows_category", "saved_search", search.uid, {{u"query"_s, query}});
    }
    if (to.size() == 1 && to.front().id == from.id)
        return named; // a new name: routes have the id
    for (RouteDocument &route : followRoutes(db, from.id)) {
        named.routes << route.name;
        route.document.insert(u"categories"_s,
                              followRouteCategories(route.document.value("categories"_L1).toArray(), from.id, to));
        category_history::setRouteDocument(db, route.id, route.document);
        audit::add(db, by, "route_follows_category", "route", route.uid,
                   {{u"from"_s, from.name}, {u"to"_s, names.join(u", "_s)}});
    }
    return named;
}

} // namespace patchbay
