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

/// What a Snapshot is made from, as it stands in the database.
struct SnapshotSource {
    Taxonomy taxonomy = {};
    std::vector<Lesson> lessons = {}; ///< those undone left out
    QByteArray storedModel = {};
    double wantedPrecision = 0; ///< of what the model answers; 0: not set
    RuleSet rules = {};
    std::vector<Route> routes = {};
    std::vector<Operator> operators = {};
    std::optional<ShadowRules> shadow = {};
};

/// Holds the current Snapshot. current() from any thread; build() makes one from the database, on the
/// caller's thread.
class Snapshots {
public:
    std::shared_ptr<const Snapshot> current() const;
    void replace(std::shared_ptr<const Snapshot> next);
    /// Only while `expected` is still the current one; false, and nothing changes, otherwise.
    bool replaceIf(const std::shared_ptr<const Snapshot> &expected, std::shared_ptr<const Snapshot> next);
    /// Reads taxonomy, lessons, rules and routes and trains: the same lessons give the same model. Quick where the
    /// database has the model of the last exact training.
    static std::shared_ptr<const Snapshot> build(Database &db);

    /// The two halves of build(): reading, and what takes its time. Null when it was cancelled.
    static SnapshotSource read(Database &db, bool withStoredModel);
    static std::shared_ptr<const Snapshot> made(SnapshotSource source, std::shared_ptr<const Classifier> before,
                                                const CancelToken &cancel);
    /// Stores the model for the next start, unless it is there or the lessons have changed meanwhile.
    static void keepModel(Database &db, const QByteArray &fingerprint, const QByteArray &model);

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const Snapshot> m_current;
};

/// Of what the model answers without being asked again, so many are to be right (0..1); 0: nobody has said.
double wantedPrecision(Database &db);
void setWantedPrecision(Database &db, double wanted);

} // namespace patchbay
