#include "connectors/kit/settings.h"

#include <cmath>

namespace patchbay {

QString settingText(const QJsonObject &settings, const QString &key)
{
    const QJsonValue value = settings.value(key);
    if (value.isDouble())
        return QString::number(value.toInteger());
    return value.toString().trimmed();
}

std::optional<qint64> settingNumber(const QJsonObject &settings, const QString &key)
{
    const QJsonValue value = settings.value(key);
    if (value.isDouble()) {
        const double number = value.toDouble();
        if (std::floor(number) != number || std::abs(number) > 9007199254740992.0)
            return std::nullopt;
        return value.toInteger();
    }
    bool isNumber = false;
    const qint64 number = value.toString().trimmed().toLongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

bool settingSwitch(const QJsonObject &settings, const QString &key)
{
    const QJsonValue value = settings.value(key);
    if (value.isBool())
        return value.toBool();
    const QString text = settingText(settings, key).toLower();
    return text == QLatin1String("true") || text == QLatin1String("yes") || text == QLatin1String("on")
        || text == QLatin1String("1");
}

} // namespace patchbay
