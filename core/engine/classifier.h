#pragma once

#include "core/model/taxonomy.h"

#include <memory>

namespace patchbay {

/// A linear model over hashed word and character n-grams, seeded from the taxonomy's names, descriptions and key words,
/// updated by lessons. Immutable: learned() gives a new one. Pure and deterministic; any thread.
class Classifier {
public:
    /// A model that knows only the taxonomy.
    static std::shared_ptr<const Classifier> seeded(const Taxonomy &taxonomy);
    /// Seeds and then all lessons, in order.
    static std::shared_ptr<const Classifier> trained(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons);

    ~Classifier();
    /// `subject` and `text` (without quoted history and signature). Never fails: an empty text is abstained from.
    Classification classify(const QString &subject, const QString &text) const;
    std::shared_ptr<const Classifier> learned(const Lesson &lesson) const;
    double threshold() const; ///< below it the model abstains

private:
    struct Model;
    explicit Classifier(std::shared_ptr<const Model> model);
    std::shared_ptr<const Model> m_model;
};

} // namespace patchbay
