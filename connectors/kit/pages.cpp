#include "connectors/kit/pages.h"

namespace patchbay {

std::optional<Timestamp> timeAt(const JsonReader &reader, const QString &path)
{
    const QJsonValue value = reader.value(path);
    if (value.isDouble())
        return Timestamp{value.toInteger() * 1'000'000};
    QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODate);
    if (time.timeSpec() == Qt::LocalTime) // it names no zone
        time.setTimeSpec(Qt::UTC);
    return time.isValid() ? std::optional(Timestamp::from(time)) : std::nullopt;
}

} // namespace patchbay
