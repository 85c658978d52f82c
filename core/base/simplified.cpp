#include "core/base/simplified.h"

#include <algorithm>

namespace patchbay {

QString simplifiedLine(const QString &text)
{
    bool afterSpace = true; // none at the start
    const bool isSimple = std::all_of(text.begin(), text.end(), [&afterSpace](QChar c) {
        const char16_t unit = c.unicode();
        const bool isSpace = unit == u' ';
        const bool isLetter = unit > u' ' && (unit < 0x80 || (unit > 0xa0 && unit < 0x1680)); // no space is among these
        const bool fits = isSpace ? !afterSpace : isLetter || !c.isSpace();
        afterSpace = isSpace;
        return fits;
    });
    return isSimple && (text.isEmpty() || !afterSpace) ? text : text.simplified();
}

} // namespace patchbay
