#pragma once

struct sqlite3;

namespace patchbay {

/// Makes our words (core/search/tokens.h) known to SQLite: its full-text index gets the tokenizer "patchbay" and the
/// function patchbay_rank(search_text), which tells how well a document fits; SQL gets patchbay_words(), which gives
/// the words that were indexed or forgotten on this connection since it was last asked, as a JSON list, and
/// patchbay_begins(beginning, text): whether a word of the text begins so. Every connection needs them before it
/// touches the index. A result code of SQLite.
int registerSearchTokenizer(sqlite3 *db);

} // namespace patchbay
