#pragma once

#include "core/model/taxonomy.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// A named strategy over targets. `Single` is the one that exists so far.
struct Route {
    RouteId id = {};
    QString uid = {};
    QString name = {}; ///< unique
    enum class Strategy { Single } strategy = Strategy::Single;
    std::vector<TargetId> targets = {};
    QJsonObject fields = {}; ///< target field -> value or placeholder text
};

/// One condition as it was evaluated: the trace a person reads.
struct ConditionTrace {
    QString text = {}; ///< "category is Billing"
    QString actual = {}; ///< "Delivery"
    QString expected = {}; ///< "Billing"
    bool holds = false;
};

struct RuleTrace {
    QString rule = {}; ///< the rule's name
    bool matched = false; ///< and acted
    std::vector<ConditionTrace> conditions = {};
    QString note = {}; ///< why it did not act although it holds; mostly empty
};

struct Trace {
    int ruleSetVersion = 0;
    std::vector<RuleTrace> rules = {};
    int unmatched = 0; ///< rules of a large set that did not hold and are not in `rules`
    int untold = 0; ///< rules that held, beyond those in `rules`
};

QJsonObject toJson(const Trace &trace);
Trace traceFromJson(const QJsonObject &json);
QJsonObject toJson(const Classification &classification);
Classification classificationFromJson(const QJsonObject &json);
/// The compact text of toJson(), as it is stored; at a fraction of the cost, because each message has one of both.
QString jsonText(const Trace &trace);
QString jsonText(const Classification &classification);

} // namespace patchbay
