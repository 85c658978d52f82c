#include "core/engine/pack_names.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

void packConditionNames(const QJsonObject &node, const QString &pointer, std::vector<RuleDocumentName> &names)
{
    for (const QString &list : {u"all"_s, u"any"_s}) {
        const QJsonArray children = node.value(list).toArray();
        for (qsizetype i = 0; i < children.size(); ++i)
            packConditionNames(children[i].toObject(), u"%1/%2/%3"_s.arg(pointer, list).arg(i), names);
    }
    if (node.value("not"_L1).isObject())
        packConditionNames(node.value("not"_L1).toObject(), pointer + u"/not"_s, names);
    if (node.value("field"_L1).toString() != "category"_L1)
        return;
    for (const QString &key : {u"is"_s, u"is_not"_s, u"became"_s, u"one_of"_s}) {
        const QJsonValue value = node.value(key);
        if (value.isString())
            names.push_back({pointer + u'/' + key, value.toString()});
        const QJsonArray list = value.toArray();
        for (qsizetype i = 0; i < list.size(); ++i)
            names.push_back({u"%1/%2/%3"_s.arg(pointer, key).arg(i), list[i].toString()});
    }
}

} // namespace

std::vector<RuleDocumentName> categoriesInRules(const QByteArray &document)
{
    std::vector<RuleDocumentName> names;
    const QJsonArray rules = QJsonDocument::fromJson(document).object().value("rules"_L1).toArray();
    for (qsizetype i = 0; i < rules.size(); ++i)
        packConditionNames(rules[i]["when"_L1].toObject(), u"/rules/%1/when"_s.arg(i), names);
    return names;
}

std::vector<RuleDocumentName> routesInRules(const QByteArray &document)
{
    std::vector<RuleDocumentName> names;
    const QJsonObject root = QJsonDocument::fromJson(document).object();
    const QJsonArray rules = root.value("rules"_L1).toArray();
    for (qsizetype i = 0; i < rules.size(); ++i) {
        const QJsonArray then = rules[i]["then"_L1].toArray();
        for (qsizetype k = 0; k < then.size(); ++k) {
            const QString route = then[k]["suggest_route"_L1].toString();
            if (!route.isEmpty())
                names.push_back({u"/rules/%1/then/%2/suggest_route"_s.arg(i).arg(k), route});
        }
    }
    if (const QString route = root.value("default_route"_L1).toString(); !route.isEmpty())
        names.push_back({u"/default_route"_s, route});
    return names;
}

} // namespace patchbay
