#pragma once

#include "core/base/cancel.h"
#include "core/engine/classifier_confidence.h"
#include "core/model/taxonomy.h"

#include <QtCore/QByteArray>

#include <memory>

namespace patchbay {

class RecentLessons;
struct ClassifierBase;

/// What a training may take from before, and what it is for.
struct TrainingOptions {
    /// A model that may know the same lessons already; null: none.
    std::shared_ptr<const class Classifier> before = {};
    /// What stored() gave; not used when it is damaged or knows other lessons.
    QByteArray stored = {};
    /// Of what is answered so many are to be right (0..1): the threshold follows from held-out lessons. 0: not set.
    double wantedPrecision = 0;
    CancelToken cancel = {};
};

/// A linear model over hashed word and character n-grams, seeded from the taxonomy's names, descriptions and key words,
/// updated by lessons. Most lessons were learned exactly, the newest ones one by one; which ones follows from the
/// lessons alone, so that the same lessons give the same model. Immutable: learned() gives a new one. Pure; any thread.
class Classifier {
public:
    /// A model that knows only the taxonomy.
    static std::shared_ptr<const Classifier> seeded(const Taxonomy &taxonomy);
    /// Seeds and then all lessons that were not undone, in order. Null when it was cancelled.
    static std::shared_ptr<const Classifier> trained(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons,
                                                     const TrainingOptions &options = {});

    /// What of a message is read: the beginning of its subject, a line feed, and the beginning of its text. Pure.
    static QString readText(const QString &subject, const QString &text);

    ~Classifier();
    /// `subject` and `text` (without quoted history and signature). Never fails: an empty text is abstained from.
    Classification classify(const QString &subject, const QString &text) const;
    /// The same without language and reasons, for many texts at a time.
    Classification answer(const QString &subject, const QString &text) const;
    /// With one lesson more, at once.
    std::shared_ptr<const Classifier> learned(const Lesson &lesson) const;
    /// True when so much was learned one by one that trained() would learn it exactly.
    bool isTrainingDue() const;

    double threshold() const; ///< below it the model abstains; above 1: from everything
    /// What other thresholds would give, from held-out lessons; empty while there are too few lessons.
    std::vector<ThresholdPoint> thresholds() const;
    std::shared_ptr<const Classifier> withPrecision(double wanted) const; ///< 0: the threshold of a new workspace

    /// What the exact training made, for TrainingOptions; `fingerprint` names what it was made from.
    QByteArray stored() const;
    QByteArray fingerprint() const;

private:
    struct Model;
    struct Reading;
    explicit Classifier(std::shared_ptr<const Model> model);
    Classification answered(const Reading &reading) const;
    std::shared_ptr<const Model> m_model;
};

} // namespace patchbay
