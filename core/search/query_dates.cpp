#include "core/search/query_dates.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int dateFirstYear = 1971;
constexpr int dateLastYear = 9998;
constexpr int dateMostDigits = 4;

/// A number of exactly or at most so many ASCII digits; -1: it is none.
int dateNumber(QStringView text, qsizetype least, qsizetype most)
{
    const bool digits = std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    return digits && text.size() >= least && text.size() <= most ? text.toInt() : -1;
}

QuerySpan dateSpan(QDate begin, QDate end, const QTimeZone &zone)
{
    return {Timestamp::from(begin.startOfDay(zone)), Timestamp::from(end.startOfDay(zone)), begin.toString(Qt::ISODate),
            end.toString(Qt::ISODate)};
}

bool dateIsWithin(QDate date) { return date.isValid() && date.year() >= dateFirstYear && date.year() <= dateLastYear; }

/// The day `count` units before today; invalid when the unit is none.
QDate dateBefore(QDate today, int count, QChar unit)
{
    switch (unit.unicode()) {
    case u'd': return today.addDays(-count);
    case u'w': return today.addDays(-7 * qint64(count));
    case u'm': return today.addMonths(-count);
    case u'y': return today.addYears(-count);
    default: return {};
    }
}

std::optional<QuerySpan> dateAbsolute(const QString &text, const QTimeZone &zone)
{
    const QStringList parts = text.split(u'-');
    const int year = dateNumber(parts[0], 4, 4);
    const int month = parts.size() > 1 ? dateNumber(parts[1], 1, 2) : 1;
    const int day = parts.size() > 2 ? dateNumber(parts[2], 1, 2) : 1;
    const QDate begin(year, month, day);
    if (parts.size() > 3 || year < 0 || !dateIsWithin(begin))
        return std::nullopt;
    const QDate end = parts.size() == 1 ? begin.addYears(1) : parts.size() == 2 ? begin.addMonths(1) : begin.addDays(1);
    return dateSpan(begin, end, zone);
}

} // namespace

std::optional<QuerySpan> readQueryDate(const QString &text, Timestamp now, const QTimeZone &zone)
{
    const QDate today = now.toDateTime().toTimeZone(zone).date();
    const QString word = text.toLower();
    QDate day;
    if (word == "today"_L1)
        day = today;
    else if (word == "yesterday"_L1)
        day = today.addDays(-1);
    else if (const int count = dateNumber(QStringView(word).chopped(word.isEmpty() ? 0 : 1), 1, dateMostDigits);
             count >= 0 && !word.back().isDigit())
        day = dateBefore(today, count, word.back());
    else
        return dateAbsolute(word, zone);
    if (!dateIsWithin(day))
        return std::nullopt;
    return dateSpan(day, day.addDays(1), zone);
}

bool mayBecomeQueryDate(const QString &text)
{
    const QString word = text.toLower();
    if (word.isEmpty() || u"today"_s.startsWith(word) || u"yesterday"_s.startsWith(word))
        return true;
    const QStringList parts = word.split(u'-');
    if (parts.size() == 1)
        return dateNumber(word, 1, dateMostDigits) >= 0;
    const bool earlierPartsAreFine =
        dateNumber(parts[0], 4, 4) >= 0 && (parts.size() < 3 || dateNumber(parts[1], 1, 2) > 0);
    return parts.size() <= 3 && earlierPartsAreFine && dateNumber(parts.last(), 0, 2) >= 0;
}

} // namespace patchbay
