#pragma once

#include "core/base/clock.h"
#include "core/model/taxonomy.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// How a task's fields are filled for one target: templates as FieldTemplate reads them. An empty one: as drafted.
struct FieldMapping {
    TargetId target = {};
    QString title = {};
    QString description = {};
    QString priority = {}; ///< must give low, normal, high or urgent
    QString due = {}; ///< must give a date, a date with time, or a span from the acceptance: "+3d", "+4h"
    QJsonObject fields = {}; ///< the target's own field -> a template; in lists and objects each text is one

    bool isEmpty() const;
    bool operator==(const FieldMapping &) const = default;
};

/// A named strategy over targets.
struct Route {
    enum class Strategy {
        Single, ///< one target
        PrimaryBackup, ///< the next one only when the one before it surely did not take the task
        ByCategory, ///< one target, chosen by the suggestion's category
        Parallel, ///< a task at each target
    };
    /// Which files of the conversation go along with a task, where the target takes them.
    enum class Files {
        None,
        LastMessage, ///< of the customer's message that led to the suggestion
        All, ///< of all the customer's messages
    };
    struct CategoryTarget {
        CategoryId category = {};
        TargetId target = {};
        bool operator==(const CategoryTarget &) const = default;
    };

    RouteId id = {};
    QString uid = {};
    QString name = {}; ///< unique
    Strategy strategy = Strategy::Single;
    std::vector<TargetId> targets = {}; ///< primary first; by category: none
    std::vector<CategoryTarget> byCategory = {};
    TargetId defaultTarget = {}; ///< by category: for every other one
    std::vector<FieldMapping> mappings = {}; ///< at most one per target
    Files files = Files::None;
    Timestamp removedAt = {}; ///< kept for what it decided; leads nowhere any more

    /// Each target once, in the order in which they are named.
    std::vector<TargetId> allTargets() const;
    FieldMapping mappingFor(TargetId target) const;
};

/// Where a task of one category goes by a route.
struct RouteWay {
    std::vector<TargetId> first = {}; ///< at once, each with a delivery of its own
    std::vector<TargetId> backups = {}; ///< one after the other
};
RouteWay wayOf(const Route &route, CategoryId category);

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
/// What jsonText() wrote, at a fraction of the cost; other JSON of it all the same.
Classification classificationFromText(const QString &text);
/// The compact text of toJson(), as it is stored; at a fraction of the cost, because each message has one of both.
QString jsonText(const Trace &trace);
QString jsonText(const Classification &classification);

} // namespace patchbay
