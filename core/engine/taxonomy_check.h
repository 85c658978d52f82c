#pragma once

#include "core/base/result.h"
#include "core/model/taxonomy.h"

#include <optional>

namespace patchbay {

inline constexpr qsizetype categoryNameLimit = 60;
inline constexpr qsizetype categoryDescriptionLimit = 500;
inline constexpr qsizetype categoryWordLimit = 80; ///< characters of one key word
inline constexpr qsizetype categoryWordsLimit = 400; ///< key words of one category
inline constexpr size_t categoriesLimit = 500; ///< in one workspace

/// Name, description and key words as they are stored: white space simplified, empty and repeated key words left out.
/// Refused with a sentence when the name is empty, something is too long, or a character cannot be seen or turns the
/// reading order. Pure.
Result<Category> checkedCategory(Category category);

/// What is wrong with a line of text of ours ("The name"): empty when nothing is. Pure.
QString lineProblem(const QString &what, const QString &text, qsizetype limit);
/// The same for a text of several lines, in which joiners and single marks have their use.
QString textProblem(const QString &what, const QString &text, qsizetype limit);

/// The same name for a person, whatever the case and form of its letters.
bool isSameName(const QString &a, const QString &b);
/// The one of that name other than `except`; none. What was merged away has no name any more.
const Category *categoryNamed(const Taxonomy &taxonomy, const QString &name, CategoryId except = {});

} // namespace patchbay
