#include "core/base/ids.h"

#include "core/base/clock.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRandomGenerator>
#include <QtCore/QUuid>

namespace patchbay {

static constexpr QLatin1StringView hashedKeyMark("sha256:");

QString newUid(const Clock &clock)
{
    const quint64 ms = quint64(clock.now().us / 1000);
    quint32 random[3];
    QRandomGenerator::global()->fillRange(random); // seeded by the system; asking it each time takes longer
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

QString indexKey(const QString &id)
{
    // A line of mail has at most 998 bytes (RFC 5322), PostgreSQL's B-tree takes about 2,700.
    constexpr qsizetype longest = 998;
    if (id.size() <= longest / 3)
        return id;
    const QByteArray bytes = id.toUtf8();
    if (bytes.size() <= longest)
        return id;
    return hashedKeyMark + QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

bool isHashedKey(const QString &key)
{
    return key.size() == hashedKeyMark.size() + 64 && key.startsWith(hashedKeyMark);
}

bool isUid(const QString &text)
{
    return text.size() == 36 && !QUuid::fromString(text).isNull()
        && QUuid::fromString(text).toString(QUuid::WithoutBraces) == text;
}

} // namespace patchbay
