#pragma once

#include "core/engine/taxonomy_plan.h"

#include <optional>

namespace patchbay {

/// What becomes of what was decided or learned before a change of the categories: of one category `from`; all others
/// stay. A value; any thread.
struct CategoryMapping {
    CategoryId from = {}; ///< none: no category is given up (a new name, other key words)
    /// Where it goes; where it is split, what fits no part surely. None: nowhere, and the model that does not know it
    /// is asked.
    CategoryId to = {};
    std::shared_ptr<const SplitJudge> judge = {}; ///< null: it is not split
    std::vector<CategoryId> parts = {}; ///< the judge's, in its order

    /// True when nothing but a model can say what becomes of this category.
    bool isAsked(CategoryId category) const { return category == from && from && !to && !judge; }
    /// What was decided of a message, in the categories after the change; not for what isAsked().
    Classification of(Classification decided, const QString &subject, const QString &text) const;
    /// The category that a lesson teaches then; none: it teaches nothing any more.
    std::optional<CategoryId> ofLesson(const Lesson &lesson) const;
};

} // namespace patchbay
