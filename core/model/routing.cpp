#include "core/model/routing.h"

#include "core/base/json_scan.h"
#include "core/base/json_writer.h"
#include "core/model/names.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

bool FieldMapping::isEmpty() const
{
    return title.isEmpty() && description.isEmpty() && priority.isEmpty() && due.isEmpty() && fields.isEmpty();
}

std::vector<TargetId> Route::allTargets() const
{
    std::vector<TargetId> all = targets;
    for (const CategoryTarget &one : byCategory)
        all.push_back(one.target);
    if (defaultTarget)
        all.push_back(defaultTarget);
    std::vector<TargetId> once;
    for (const TargetId target : all) {
        if (std::find(once.begin(), once.end(), target) == once.end())
            once.push_back(target);
    }
    return once;
}

FieldMapping Route::mappingFor(TargetId target) const
{
    const auto found = std::find_if(mappings.begin(), mappings.end(),
                                    [target](const FieldMapping &mapping) { return mapping.target == target; });
    return found == mappings.end() ? FieldMapping{target} : *found;
}

RouteWay wayOf(const Route &route, CategoryId category)
{
    RouteWay way;
    switch (route.strategy) {
    case Route::Strategy::Single:
    case Route::Strategy::PrimaryBackup: {
        if (route.targets.empty())
            break;
        way.first = {route.targets.front()};
        if (route.strategy == Route::Strategy::PrimaryBackup)
            way.backups.assign(route.targets.begin() + 1, route.targets.end());
        break;
    }
    case Route::Strategy::ByCategory: {
        const auto found = std::find_if(route.byCategory.begin(), route.byCategory.end(),
                                        [category](const auto &one) { return one.category == category; });
        const TargetId target = found == route.byCategory.end() ? route.defaultTarget : found->target;
        if (target)
            way.first = {target};
        break;
    }
    case Route::Strategy::Parallel: way.first = route.targets; break;
    }
    return way;
}

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
        QJsonObject one{{QStringLiteral("rule"), rule.rule},
                        {QStringLiteral("matched"), rule.matched},
                        {QStringLiteral("conditions"), conditions}};
        if (!rule.note.isEmpty())
            one.insert(QStringLiteral("note"), rule.note);
        rules.append(one);
    }
    QJsonObject json{{QStringLiteral("rule_set_version"), trace.ruleSetVersion}, {QStringLiteral("rules"), rules}};
    if (trace.unmatched > 0)
        json.insert(QStringLiteral("unmatched"), trace.unmatched);
    if (trace.untold > 0)
        json.insert(QStringLiteral("untold"), trace.untold);
    return json;
}

Trace traceFromJson(const QJsonObject &json)
{
    Trace trace;
    trace.ruleSetVersion = json.value(QStringLiteral("rule_set_version")).toInt();
    trace.unmatched = json.value(QStringLiteral("unmatched")).toInt();
    trace.untold = json.value(QStringLiteral("untold")).toInt();
    for (const QJsonValue &value : json.value(QStringLiteral("rules")).toArray()) {
        const QJsonObject ruleJson = value.toObject();
        RuleTrace rule;
        rule.rule = ruleJson.value(QStringLiteral("rule")).toString();
        rule.matched = ruleJson.value(QStringLiteral("matched")).toBool();
        rule.note = ruleJson.value(QStringLiteral("note")).toString();
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
    QJsonObject json{
        {QStringLiteral("category"), classification.category.value},
        {QStringLiteral("confidence"), classification.confidence},
        {QStringLiteral("priority"), nameOf(classification.priority)},
        {QStringLiteral("language"), classification.language},
        {QStringLiteral("source"), nameOf(classification.source)},
        {QStringLiteral("abstained"), classification.abstained},
        {QStringLiteral("runner_up"), classification.runnerUp.value},
        {QStringLiteral("because"), because},
    };
    if (classification.readFrom)
        json.insert(QStringLiteral("read_from"), classification.readFrom.value);
    return json;
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
    classification.readFrom = {json.value(QStringLiteral("read_from")).toInteger()};
    for (const QJsonValue &value : json.value(QStringLiteral("because")).toArray()) {
        const QJsonObject evidence = value.toObject();
        classification.because.push_back(
            {evidence.value(QStringLiteral("words")).toString(), evidence.value(QStringLiteral("weight")).toDouble()});
    }
    return classification;
}

/// Nothing where it is not written as jsonText() writes it.
static std::optional<std::vector<Evidence>> scannedEvidence(JsonScan &scan)
{
    std::vector<Evidence> because;
    if (!scan.take(u'['))
        return std::nullopt;
    if (scan.take(u']'))
        return because;
    do {
        const bool begins = scan.take(u'{');
        const auto weightKey = scan.key();
        const auto weight = scan.number();
        const bool comma = scan.take(u',');
        const auto wordsKey = scan.key();
        const auto words = scan.text();
        if (!begins || weightKey != u"weight" || !weight || !comma || wordsKey != u"words" || !words
            || !scan.take(u'}'))
            return std::nullopt;
        because.push_back({*words, *weight});
    } while (scan.take(u','));
    return scan.take(u']') ? std::optional(std::move(because)) : std::nullopt;
}

static bool scannedMember(JsonScan &scan, QStringView key, Classification &out)
{
    const auto take = [](auto found, auto &&into) {
        if (found)
            into(*found);
        return found.has_value();
    };
    if (key == u"abstained")
        return take(scan.boolean(), [&out](bool value) { out.abstained = value; });
    if (key == u"because")
        return take(scannedEvidence(scan), [&out](auto &value) { out.because = std::move(value); });
    if (key == u"category")
        return take(scan.integer(), [&out](qint64 value) { out.category = {value}; });
    if (key == u"confidence")
        return take(scan.number(), [&out](double value) { out.confidence = value; });
    if (key == u"language")
        return take(scan.text(), [&out](const QString &value) { out.language = value; });
    if (key == u"priority")
        return take(scan.text(), [&out](const QString &value) { out.priority = priorityFrom(value); });
    if (key == u"read_from")
        return take(scan.integer(), [&out](qint64 value) { out.readFrom = {value}; });
    if (key == u"runner_up")
        return take(scan.integer(), [&out](qint64 value) { out.runnerUp = {value}; });
    if (key == u"source")
        return take(scan.text(), [&out](const QString &value) { out.source = classificationSourceFrom(value); });
    return scan.skip();
}

static std::optional<Classification> scannedClassification(QStringView text)
{
    Classification out;
    JsonScan scan(text);
    bool isGood = scan.take(u'{');
    do {
        const auto key = isGood ? scan.key() : std::nullopt;
        isGood = key && scannedMember(scan, *key, out);
    } while (isGood && scan.take(u','));
    return isGood && scan.take(u'}') ? std::optional(std::move(out)) : std::nullopt;
}

Classification classificationFromText(const QString &text)
{
    if (auto scanned = scannedClassification(text))
        return *std::move(scanned);
    return classificationFromJson(QJsonDocument::fromJson(text.toUtf8()).object());
}

QString jsonText(const Trace &trace)
{
    JsonWriter out;
    out.beginObject().key(u"rule_set_version").integer(trace.ruleSetVersion).key(u"rules").beginArray();
    for (const RuleTrace &rule : trace.rules) {
        out.beginObject().key(u"conditions").beginArray();
        for (const ConditionTrace &condition : rule.conditions) {
            out.beginObject().key(u"actual").text(condition.actual).key(u"expected").text(condition.expected);
            out.key(u"holds").boolean(condition.holds).key(u"text").text(condition.text).endObject();
        }
        out.endArray().key(u"matched").boolean(rule.matched);
        if (!rule.note.isEmpty())
            out.key(u"note").text(rule.note);
        out.key(u"rule").text(rule.rule).endObject();
    }
    out.endArray();
    if (trace.unmatched > 0)
        out.key(u"unmatched").integer(trace.unmatched);
    if (trace.untold > 0)
        out.key(u"untold").integer(trace.untold);
    out.endObject();
    return std::move(out).take();
}

QString jsonText(const Classification &classification)
{
    JsonWriter out;
    out.beginObject().key(u"abstained").boolean(classification.abstained).key(u"because").beginArray();
    for (const Evidence &evidence : classification.because)
        out.beginObject().key(u"weight").number(evidence.weight).key(u"words").text(evidence.words).endObject();
    out.endArray().key(u"category").integer(classification.category.value);
    out.key(u"confidence").number(classification.confidence).key(u"language").text(classification.language);
    out.key(u"priority").text(nameOf(classification.priority));
    if (classification.readFrom)
        out.key(u"read_from").integer(classification.readFrom.value);
    out.key(u"runner_up").integer(classification.runnerUp.value);
    out.key(u"source").text(nameOf(classification.source)).endObject();
    return std::move(out).take();
}

} // namespace patchbay
