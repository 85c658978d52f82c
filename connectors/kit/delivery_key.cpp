#include "connectors/kit/delivery_key.h"

#include "core/base/ids.h"

#include <QtCore/QUuid>

namespace patchbay {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype uuidLength = 36;

/// Of UUIDs made from keys that carry none.
constexpr QUuid keyNamespace(0x5f1a7c0e, 0x3d52, 0x4b8e, 0x9c, 0x1d, 0x70, 0x61, 0x74, 0x63, 0x68, 0x62);

} // namespace

QString keyUuid(const QString &key)
{
    const QString end = key.right(uuidLength);
    return isUid(end) ? end : QUuid::createUuidV5(keyNamespace, key).toString(QUuid::WithoutBraces);
}

std::optional<Timestamp> keyTime(const QString &key)
{
    const QString end = key.right(uuidLength);
    if (!isUid(end) || end.at(14) != QLatin1Char('7'))
        return std::nullopt;
    const qint64 ms = QString(end.left(8) + end.mid(9, 4)).toLongLong(nullptr, 16); // RFC 9562, section 5.7
    return Timestamp{ms * 1000};
}

std::optional<Timestamp> keySince(const QString &key)
{
    const std::optional<Timestamp> made = keyTime(key);
    return made ? std::optional(*made - 24h) : std::nullopt;
}

QString keySinceText(const QString &key)
{
    const std::optional<Timestamp> since = keySince(key);
    return since ? since->toDateTime().toString(Qt::ISODate) : QString();
}

} // namespace patchbay
