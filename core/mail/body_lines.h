#pragma once

#include "core/model/body.h"

namespace patchbay::mail {

/// One line of a body as the search for quoted history sees it.
struct BodyLine {
    QString text = {}; ///< without bidi marks; blanks at its end are kept
    bool quote = false; ///< of a quote block
    bool words = true; ///< false: an image or a rule
    bool rule = false;
    BodyBlock::Part part = BodyBlock::Part::Text;

    QString trimmed() const { return text.trimmed(); }
};

/// All lines of a body in order; images and rules are one line each.
std::vector<BodyLine> linesOf(const Body &body);

/// Gives each line of the body its part; a block whose lines differ is split there. `lines` are those of linesOf.
void applyParts(Body &body, const std::vector<BodyLine> &lines);

} // namespace patchbay::mail
