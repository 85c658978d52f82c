#include "core/base/ids.h"

#include "core/base/clock.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QUuid>

namespace patchbay {

QString newUid(const Clock &clock)
{
    const quint64 ms = quint64(clock.now().us / 1000);
    quint32 random[3];
    QRandomGenerator::system()->fillRange(random);
    QUuid uid;
    uid.data1 = uint(ms >> 16);
    uid.data2 = ushort(ms & 0xffff);
    uid.data3 = ushort(0x7000 | (random[0] & 0x0fff));
    uid.data4[0] = uchar(0x80 | ((random[0] >> 12) & 0x3f));
    uid.data4[1] = uchar(random[0] >> 24);
    for (int i = 0; i < 3; ++i) {
        uid.data4[2 + i] = uchar(random[1] >> (8 * i));
        uid.data4[5 + i] = uchar(random[2] >> (8 * i));
    }
    return uid.toString(QUuid::WithoutBraces);
}

bool isUid(const QString &text)
{
    return text.size() == 36 && !QUuid::fromString(text).isNull()
        && QUuid::fromString(text).toString(QUuid::WithoutBraces) == text;
}

} // namespace patchbay
