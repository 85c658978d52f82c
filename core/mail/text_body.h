#pragma once

#include "core/model/body.h"

namespace patchbay::mail {

/// How lines of a plain text belong together: as they stand, or RFC 3676 paragraphs (with DelSp: section 4.1).
enum class TextFlow { Fixed, Flowed, FlowedDelSp };

/// bodyFromText with the third choice, which only mail knows.
Body bodyFromPlainText(const QString &text, TextFlow flow);

} // namespace patchbay::mail
