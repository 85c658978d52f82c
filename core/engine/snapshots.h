#pragma once

#include "core/engine/classifier.h"
#include "core/engine/rule_effects.h"
#include "core/store/store.h"

#include <QtCore/QSet>

#include <memory>
#include <mutex>

namespace patchbay {

/// What a decision is made from: immutable, replaced as a whole after a lesson or a publication.
struct Snapshot {
    Taxonomy taxonomy = {};
    std::shared_ptr<const Classifier> classifier = {};
    QSet<LessonId> lessons = {}; ///< those that the classifier has learned
    RuleSet rules = {}; ///< as published; set with setRules()
    std::shared_ptr<const CompiledRules> compiled = {}; ///< the same, ready for many messages
    std::vector<Route> routes = {};
    std::vector<Operator> operators = {};
    std::optional<ShadowRules> shadow = {}; ///< a draft on trial beside them

    void setRules(RuleSet set);
    const CompiledRules &compiledRules() const; ///< none set: of no rules
};

/// The draft that is in the shadow now, ready to be asked.
std::optional<ShadowRules> shadowRules(Database &db);

/// Holds the current Snapshot. current() from any thread; rebuild() makes it from the database, on the caller's thread.
class Snapshots {
public:
    std::shared_ptr<const Snapshot> current() const;
    void replace(std::shared_ptr<const Snapshot> next);
    /// Only while `expected` is still the current one; false, and nothing changes, otherwise.
    bool replaceIf(const std::shared_ptr<const Snapshot> &expected, std::shared_ptr<const Snapshot> next);
    /// Reads taxonomy, lessons, rules and routes and trains: the same lessons give the same model.
    static std::shared_ptr<const Snapshot> build(Database &db);

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const Snapshot> m_current;
};

} // namespace patchbay
