#include "core/model/money.h"

#include <algorithm>
#include <limits>

namespace patchbay {

namespace {

constexpr qint64 moneyUnit = 1'000'000;
constexpr qint64 moneyMost = 1'000'000 * moneyUnit;
constexpr qsizetype moneyPlaces = 6;

bool moneyDigits(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

} // namespace

std::optional<Money> moneyFrom(const QString &text)
{
    const QString trimmed = text.trimmed();
    const qsizetype point = trimmed.indexOf(u'.');
    const QString whole = point < 0 ? trimmed : trimmed.left(point);
    const QString places = point < 0 ? QString() : trimmed.mid(point + 1);
    const bool formed = !whole.isEmpty() && whole.size() <= 7 && moneyDigits(whole) && moneyDigits(places)
        && places.size() <= moneyPlaces && (point < 0 || !places.isEmpty());
    if (!formed)
        return std::nullopt;
    const Money amount{whole.toLongLong() * moneyUnit + places.leftJustified(moneyPlaces, u'0').toLongLong()};
    if (amount.micros > moneyMost)
        return std::nullopt;
    return amount;
}

QString moneyText(Money amount)
{
    const bool negative = amount.micros < 0;
    const qint64 micros = negative ? -amount.micros : amount.micros;
    QString places = QStringLiteral("%1").arg(micros % moneyUnit, int(moneyPlaces), 10, QLatin1Char('0'));
    while (places.size() > 2 && places.endsWith(u'0'))
        places.chop(1);
    return QStringLiteral("%1%2.%3").arg(negative ? QStringLiteral("-") : QString(),
                                         QString::number(micros / moneyUnit), places);
}

Money priceOf(qint64 tokens, Money perMillion)
{
    if (tokens <= 0 || perMillion.micros <= 0)
        return {};
    if (tokens > std::numeric_limits<qint64>::max() / 2 / perMillion.micros)
        return {std::numeric_limits<qint64>::max() / 4}; // nobody can pay that: more than any budget
    return {(tokens * perMillion.micros + moneyUnit - 1) / moneyUnit};
}

} // namespace patchbay
