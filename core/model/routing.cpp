#include "core/model/routing.h"

#include "core/model/names.h"

#include <QtCore/QJsonArray>

namespace patchbay {

QJsonObject toJson(const Trace &trace)
{
    QJsonArray rules;
    for (const RuleTrace &rule : trace.rules) {
        QJsonArray conditions;
        for (const ConditionTrace &condition : rule.conditions) {
            conditions.append(QJsonObject{{QStringLiteral("text"), condition.text},
                                          {QStringLiteral("actual"), condition.actual},
                                          {QStringLiteral("expected"), condition.expected},
                                          {QStringLiteral("holds"), condition.holds}});
        }
        rules.append(QJsonObject{{QStringLiteral("rule"), rule.rule},
                                 {QStringLiteral("matched"), rule.matched},
                                 {QStringLiteral("conditions"), conditions}});
    }
    return {{QStringLiteral("rule_set_version"), trace.ruleSetVersion}, {QStringLiteral("rules"), rules}};
}

Trace traceFromJson(const QJsonObject &json)
{
    Trace trace;
    trace.ruleSetVersion = json.value(QStringLiteral("rule_set_version")).toInt();
    for (const QJsonValue &value : json.value(QStringLiteral("rules")).toArray()) {
        const QJsonObject ruleJson = value.toObject();
        RuleTrace rule;
        rule.rule = ruleJson.value(QStringLiteral("rule")).toString();
        rule.matched = ruleJson.value(QStringLiteral("matched")).toBool();
        for (const QJsonValue &entry : ruleJson.value(QStringLiteral("conditions")).toArray()) {
            const QJsonObject c = entry.toObject();
            rule.conditions.push_back(
                {c.value(QStringLiteral("text")).toString(), c.value(QStringLiteral("actual")).toString(),
                 c.value(QStringLiteral("expected")).toString(), c.value(QStringLiteral("holds")).toBool()});
        }
        trace.rules.push_back(std::move(rule));
    }
    return trace;
}

QJsonObject toJson(const Classification &classification)
{
    QJsonArray because;
    for (const Evidence &evidence : classification.because) {
        because.append(
            QJsonObject{{QStringLiteral("words"), evidence.words}, {QStringLiteral("weight"), evidence.weight}});
    }
    return {
        {QStringLiteral("category"), classification.category.value},
        {QStringLiteral("confidence"), classification.confidence},
        {QStringLiteral("priority"), nameOf(classification.priority)},
        {QStringLiteral("language"), classification.language},
        {QStringLiteral("source"), nameOf(classification.source)},
        {QStringLiteral("abstained"), classification.abstained},
        {QStringLiteral("runner_up"), classification.runnerUp.value},
        {QStringLiteral("because"), because},
    };
}

Classification classificationFromJson(const QJsonObject &json)
{
    Classification classification;
    classification.category = {json.value(QStringLiteral("category")).toInteger()};
    classification.confidence = json.value(QStringLiteral("confidence")).toDouble();
    classification.priority = priorityFrom(json.value(QStringLiteral("priority")).toString());
    classification.language = json.value(QStringLiteral("language")).toString();
    classification.source = classificationSourceFrom(json.value(QStringLiteral("source")).toString());
    classification.abstained = json.value(QStringLiteral("abstained")).toBool();
    classification.runnerUp = {json.value(QStringLiteral("runner_up")).toInteger()};
    for (const QJsonValue &value : json.value(QStringLiteral("because")).toArray()) {
        const QJsonObject evidence = value.toObject();
        classification.because.push_back(
            {evidence.value(QStringLiteral("words")).toString(), evidence.value(QStringLiteral("weight")).toDouble()});
    }
    return classification;
}

} // namespace patchbay
