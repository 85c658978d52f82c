#pragma once

namespace patchbay::bench {

/// Prints what the local model, the rules and the text of both cost for a message of some 45 words.
void benchClassify();

} // namespace patchbay::bench
