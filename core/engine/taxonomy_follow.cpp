#include "core/engine/taxonomy_follow.h"

#include "core/base/json_place.h"
#include "core/engine/taxonomy_check.h"
#include "core/search/query.h"
#include "core/search/query_tokens.h"
#include "core/store/category_edits.h"
#include "core/store/misc_tables.h"
#include "core/store/rule_table.h"
#include "core/store/saved_search_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype followSearchLimit = 500; // what a saved search may have

QByteArray followQuoted(const QString &name)
{
    const QByteArray list = QJsonDocument(QJsonArray{name}).toJson(QJsonDocument::Compact);
    return list.mid(1, list.size() - 2);
}

/// Goes through the conditions of a document, and notes what is to stand where: everything else stays as its author
/// wrote it.
class RuleNames {
public:
    RuleNames(const QByteArray &document, const QString &from, const QStringList &to)
        : m_document(document)
        , m_from(from)
        , m_to(to)
    {
        const QJsonArray rules = QJsonDocument::fromJson(document).object().value("rules"_L1).toArray();
        for (qsizetype i = 0; i < rules.size(); ++i) {
            const size_t before = m_edits.size();
            condition(rules[i]["when"_L1].toObject(), u"/rules/%1/when"_s.arg(i));
            if (m_edits.size() > before)
                m_rules << rules[i]["name"_L1].toString();
        }
    }
    const QStringList &rules() const { return m_rules; } ///< that name it

    QByteArray edited() const
    {
        QByteArray text = m_document;
        for (auto edit = m_edits.rbegin(); edit != m_edits.rend(); ++edit) // from the end: places before it stay
            text.replace(edit->place.offset, edit->place.length, edit->text);
        return text;
    }

private:
    struct Edit {
        JsonSpan place = {};
        QByteArray text = {};
    };

    void condition(const QJsonObject &node, const QString &at)
    {
        for (const QString &list : {u"all"_s, u"any"_s}) {
            const QJsonArray children = node.value(list).toArray();
            for (qsizetype i = 0; i < children.size(); ++i)
                condition(children[i].toObject(), u"%1/%2/%3"_s.arg(at, list).arg(i));
        }
        if (node.value("not"_L1).isObject())
            condition(node.value("not"_L1).toObject(), at + u"/not"_s);
        if (node.value("field"_L1).toString() == "category"_L1)
            test(node, at);
    }
    void test(const QJsonObject &node, const QString &at)
    {
        for (const QString &key : node.keys()) {
            const QJsonValue value = node.value(key);
            if (key == "field"_L1)
                continue;
            if (value.isArray())
                names(value.toArray(), at + u'/' + key);
            else if (value.isString() && isSameName(value.toString(), m_from))
                m_to.size() == 1 ? edit(at + u'/' + key, followQuoted(m_to.front())) : several(at, key);
        }
    }
    void names(const QJsonArray &values, const QString &at)
    {
        QStringList all;
        bool found = false;
        for (const QJsonValue &value : values) {
            const bool isIt = isSameName(value.toString(), m_from);
            found = found || isIt;
            all << (isIt ? m_to : QStringList{value.toString()});
        }
        all.removeDuplicates();
        QByteArrayList quoted;
        for (const QString &name : all)
            quoted << followQuoted(name);
        if (found)
            edit(at, '[' + quoted.join(", ") + ']');
    }
    /// "is A" becomes any of the parts, "is not A" none of them: the test once for each.
    void several(const QString &at, const QString &key)
    {
        const auto place = jsonSpan(m_document, at);
        if (!place)
            return;
        const QByteArray test = m_document.mid(place->offset, place->length);
        const auto value = jsonSpan(test, u'/' + key);
        if (!value)
            return;
        QByteArrayList each;
        for (const QString &name : m_to)
            each << QByteArray(test).replace(value->offset, value->length, followQuoted(name));
        edit(at, (key.contains("not"_L1) ? "{\"all\": [" : "{\"any\": [") + each.join(", ") + "]}");
    }
    void edit(const QString &at, QByteArray text)
    {
        const auto place = jsonSpan(m_document, at);
        if (!place)
            return;
        const auto behind = std::find_if(m_edits.begin(), m_edits.end(),
                                         [&place](const Edit &other) { return other.place.offset > place->offset; });
        m_edits.insert(behind, {*place, std::move(text)});
    }

    const QByteArray &m_document;
    const QString &m_from;
    const QStringList &m_to;
    std::vector<Edit> m_edits; ///< in their order in the text
    QStringList m_rules;
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

/// As a person knows it.
QString followDraftName(const rule_drafts::Draft &draft)
{
    return draft.comment.isEmpty() ? u"draft %1"_s.arg(draft.uid.right(6)) : draft.comment;
}

/// Who wrote a draft stays its author, and one in the shadow stays there.
void followDrafts(Database &db, OperatorId by, const QString &from, const QStringList &names, NamedBy &named)
{
    for (const rule_drafts::Draft &draft : rule_drafts::all(db)) {
        const auto document = rulesFollow(draft.document, from, names);
        if (!document)
            continue;
        named.drafts << followDraftName(draft);
        rule_drafts::follow(db, draft.id, *document);
        audit::add(db, by, "rules_draft_follows_category", "rule_draft", draft.uid,
                   {{u"from"_s, from}, {u"to"_s, names.join(u", "_s)}});
    }
}

} // namespace

std::optional<QByteArray> rulesFollow(const QByteArray &document, const QString &from, const QStringList &to)
{
    const RuleNames names(document, from, to);
    return names.rules().isEmpty() ? std::nullopt : std::optional(names.edited());
}

QStringList rulesNaming(const QByteArray &document, const QString &category)
{
    return RuleNames(document, category, {category}).rules();
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
    for (const rule_drafts::Draft &draft : rule_drafts::all(db)) {
        if (!rulesNaming(draft.document, category.name).isEmpty())
            named.drafts << followDraftName(draft);
    }
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
        rule_drafts::rebase(db, published.version, version); // they get the same change
        audit::add(db, by, "rules_follow_category", "rule_set", QString::number(version),
                   {{u"from"_s, from.name}, {u"to"_s, names.join(u", "_s)}});
    }
    followDrafts(db, by, from.name, names, named);
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
