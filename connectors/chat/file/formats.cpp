#include "connectors/chat/file/formats.h"

#include "connectors/kit/settings.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTimeZone>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 year10000 = 253402300800;

QTimeZone zoneOf(const QString &zone)
{
    const QTimeZone named(zone.toLatin1());
    return named.isValid() ? named : QTimeZone::utc();
}

} // namespace

Result<Done> readToEnd(const QFile &file)
{
    if (file.error() == QFileDevice::NoError)
        return Done{};
    return makeError(Error::Kind::Storage, u"The file cannot be read: %1."_s.arg(file.errorString()));
}

FormField ownNameField(const char *help)
{
    FormField field;
    field.key = u"own"_s;
    field.label = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Your name in it"));
    field.help = QString::fromUtf8(help);
    field.required = false;
    return field;
}

FormField timeZoneField()
{
    FormField field;
    field.key = u"time_zone"_s;
    field.label = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Time zone"));
    field.help = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Such as Europe/Madrid; this computer's when empty"));
    field.required = false;
    return field;
}

QString importZone(const QJsonObject &settings)
{
    const QByteArray wanted = settingText(settings, u"time_zone"_s).toLatin1();
    const QByteArray zone = QTimeZone(wanted).isValid() ? wanted : QTimeZone::systemTimeZoneId();
    return QString::fromLatin1(zone);
}

Timestamp zonedTime(const QDate &date, const QTime &time, const QString &zone)
{
    if (!date.isValid() || !time.isValid())
        return {};
    return Timestamp::from(QDateTime(date, time, zoneOf(zone)));
}

Timestamp isoTimeOf(const QString &text, const QString &zone)
{
    static const QRegularExpression iso(
        u"^(\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?))?\\s*(Z|UTC|[+-]\\d{2}:?\\d{2})?$"_s);
    const auto found = iso.match(text.trimmed().left(60));
    if (!found.hasMatch())
        return {};
    const QDate date = QDate::fromString(found.captured(1), Qt::ISODate);
    const QString clock = found.captured(2);
    const QTime time = clock.isEmpty() ? QTime(0, 0) : QTime::fromString(clock, Qt::ISODateWithMs);
    QString offset = found.captured(3);
    if (offset.isEmpty())
        return zonedTime(date, time, zone);
    if (!date.isValid() || !time.isValid())
        return {};
    offset.remove(u':');
    const int sign = offset.startsWith(u'-') ? -1 : 1;
    const int minutes = offset.size() == 5 ? offset.mid(1, 2).toInt() * 60 + offset.mid(3, 2).toInt() : 0;
    return Timestamp::from(QDateTime(date, time, Qt::OffsetFromUTC, sign * minutes * 60));
}

Timestamp unixTimeOf(qint64 seconds)
{
    return seconds > 0 && seconds < year10000 ? Timestamp{seconds * 1000000} : Timestamp{};
}

} // namespace patchbay
