#pragma once

#include <QtCore/QChar>

namespace patchbay::mail {

/// Marks, embeddings, overrides and isolates: they can turn "gpj.exe" round.
inline bool isBidiControl(QChar c)
{
    const char16_t u = c.unicode();
    return u == 0x061C || u == 0x200E || u == 0x200F || (u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069);
}

/// Takes no room on the screen and carries no meaning of its own: soft hyphen, zero-width space and joiners, fillers,
/// byte order mark, variation selectors apart.
inline bool isInvisible(QChar c)
{
    const char16_t u = c.unicode();
    return u == 0x00AD || u == 0x034F || u == 0x115F || u == 0x1160 || u == 0x17B4 || u == 0x17B5 || u == 0x180E
        || (u >= 0x200B && u <= 0x200D) || (u >= 0x2060 && u <= 0x2065) || (u >= 0x206A && u <= 0x206F) || u == 0x3164
        || u == 0xFEFF || u == 0xFFA0 || (u >= 0xFFF9 && u <= 0xFFFB);
}

/// In a body joiners and single marks have their use (emoji, Persian, Hebrew); overrides and padding do not.
inline bool isUnwantedInBody(QChar c)
{
    const char16_t u = c.unicode();
    if (u >= 0x20 && u < 0x7F)
        return false;
    if (u == 0x200C || u == 0x200D || u == 0x200E || u == 0x200F || u == 0x061C)
        return false;
    return isBidiControl(c) || isInvisible(c) || u == 0x2028 || u == 0x2029
        || (c.category() == QChar::Other_Control && u != '\n' && u != '\t');
}

inline bool isHan(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= 0x2E80 && u <= 0x9FFF) || (u >= 0xAC00 && u <= 0xD7AF) || (u >= 0xF900 && u <= 0xFAFF)
        || (u >= 0xFF00 && u <= 0xFFEF) || (u >= 0x3000 && u <= 0x30FF);
}

} // namespace patchbay::mail
