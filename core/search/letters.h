#pragma once

#include <cstdint>

namespace patchbay {

/// What the tokenizer knows of a character.
struct Letter {
    enum class Kind : std::uint8_t {
        Separator,
        Word, ///< of a word, written as `folded`
        Dropped, ///< of a word, but not written: an accent that is folded away
        Mark, ///< a sign that some scripts fold away and others write
        Ideograph, ///< of a script without spaces
    };

    Kind kind = Kind::Separator;
    std::uint8_t size = 0; ///< of `folded`, in bytes
    bool dropsMarks = false; ///< accents after it are folded away
    char folded[9] = {}; ///< UTF-8
};

/// Any thread; the answer lives as long as the program.
const Letter &letterOf(char32_t character);

} // namespace patchbay
