#pragma once

#include "core/mail/html_tokens.h"
#include "core/model/body.h"

#include <optional>

namespace patchbay::mail {

/// What of a tag's style and attributes matters to a reader of plain words.
struct HtmlStyle {
    bool hidden = false; ///< display:none and its kin: nothing below it shows
    std::optional<bool> zeroFont = {}; ///< letters of no size, until something below sets one
    std::optional<bool> invisible = {}; ///< visibility, until something below sets it
    std::optional<bool> keepsLines = {}; ///< white-space: pre and its kin
    bool tight = false; ///< a paragraph without a margin: only a line
    std::optional<BodyBlock::Part> part = {}; ///< what the sender's program says it is
};

HtmlStyle htmlStyle(const HtmlToken &tag);

/// An image of at most three pixels: there to count readers.
bool isTinyImage(const HtmlToken &tag);

/// For each token whether a data table begins there: one without tables inside, with a row of several short cells. All
/// other tables are layout and simply flow. One pass.
std::vector<bool> dataTables(const std::vector<HtmlToken> &tokens);

} // namespace patchbay::mail
