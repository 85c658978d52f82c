#pragma once

#include <QtCore/QRandomGenerator>
#include <QtCore/QString>

namespace patchbay::tests {

/// A text of so many Chinese characters (three bytes each) that no index can make shorter; the same for the same seed.
inline QString chineseText(qsizetype characters, quint32 seed = 1)
{
    QRandomGenerator random(seed);
    QString text;
    for (qsizetype i = 0; i < characters; ++i)
        text += QChar(ushort(random.bounded(0x4e00, 0x9fff)));
    return text;
}

} // namespace patchbay::tests
