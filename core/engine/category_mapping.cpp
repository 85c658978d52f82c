#include "core/engine/category_mapping.h"

#include <algorithm>

namespace patchbay {

Classification CategoryMapping::of(Classification decided, const QString &subject, const QString &text) const
{
    if (!from || decided.category != from)
        return decided;
    decided.category = to;
    if (!judge)
        return decided;
    const SplitJudge::Choice choice = judge->choose(subject, text);
    decided.confidence = choice.confidence;
    if (choice.part >= 0 && size_t(choice.part) < parts.size())
        decided.category = parts[size_t(choice.part)];
    return decided;
}

std::optional<CategoryId> CategoryMapping::ofLesson(const Lesson &lesson) const
{
    if (!from || lesson.category != from)
        return lesson.category;
    if (!judge)
        return to ? std::optional(to) : std::nullopt;
    const SplitJudge::Choice choice = judge->choose({}, lesson.text);
    if (choice.part >= 0 && size_t(choice.part) < parts.size())
        return parts[size_t(choice.part)];
    // Unsorted teaches nothing: such a lesson stays with the category that is retired.
    return std::find(parts.begin(), parts.end(), to) != parts.end() ? std::optional(to) : std::nullopt;
}

} // namespace patchbay
