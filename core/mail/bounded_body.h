#pragma once

#include "core/model/body.h"

namespace patchbay {

/// What it costs to lay out one character after another, in Latin letters of a running text: other scripts are shaped,
/// and where script or direction change, where a tab or a line break stands, a stretch of its own begins.
class LayoutCost {
public:
    int of(char32_t c);

private:
    int m_script = 0;
    bool m_rightToLeft = false;
};

/// A body that can be laid out in small steps, whoever made it and whenever it was stored: marks on a letter, joined
/// pictures, lines, words, text, blocks, links and pictures have their limits, and a body of too many pieces becomes
/// plain paragraphs. What was left out is said in the notice. A body within the limits comes back as it is. Pure; any
/// thread.
Body boundedBody(Body body);

} // namespace patchbay
