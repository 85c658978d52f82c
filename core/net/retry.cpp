#include "core/net/retry.h"

#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

bool mayRepeat(const Request &request, const Error &error)
{
    if (error.ambiguous)
        return false;
    switch (error.kind) {
    case Error::Kind::Offline: return true;
    case Error::Kind::Timeout:
    case Error::Kind::RateLimited:
    case Error::Kind::Remote: return !request.changesSomething();
    default: return false;
    }
}

milliseconds backoff(const RetryPolicy &policy, int attempt, const Error &error, double random)
{
    if (error.retryAfter > 0ms)
        return error.retryAfter;
    const int doublings = std::clamp(attempt - 1, 0, 20);
    const milliseconds ceiling = std::min(policy.longest, milliseconds(policy.first.count() << doublings));
    return milliseconds(qint64(double(ceiling.count()) * std::clamp(random, 0.0, 1.0)));
}

std::optional<milliseconds> retryAfter(const Reply &reply, Timestamp now)
{
    const QByteArray text = reply.header(QByteArrayLiteral("retry-after")).trimmed();
    if (text.isEmpty())
        return std::nullopt;
    constexpr qint64 shortest = 1000;
    constexpr qint64 longest = 6 * 3600 * 1000;
    const bool digits = std::all_of(text.cbegin(), text.cend(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        bool fits = false;
        const qint64 seconds = text.toLongLong(&fits);
        return milliseconds(fits ? std::clamp(std::min(seconds, longest) * 1000, shortest, longest) : longest);
    }
    const QDateTime until = httpDate(text);
    if (!until.isValid())
        return std::nullopt;
    const QDateTime theirNow = httpDate(reply.header(QByteArrayLiteral("date")).trimmed());
    const qint64 wait = (theirNow.isValid() ? theirNow : now.toDateTime()).msecsTo(until);
    return milliseconds(std::clamp(wait, shortest, longest));
}

QDateTime httpDate(const QByteArray &text)
{
    QString date = QString::fromLatin1(text.left(40)).simplified();
    if (date.endsWith(QLatin1String(" GMT")))
        date.chop(4);
    const QLocale english = QLocale::c();
    for (const char *form : {"ddd, dd MMM yyyy hh:mm:ss", "ddd MMM d hh:mm:ss yyyy"}) {
        QDateTime at = english.toDateTime(date, QString::fromLatin1(form));
        at.setTimeSpec(Qt::UTC);
        if (at.isValid())
            return at;
    }
    // RFC 850 has a two-digit year, and Qt reads it as 19xx.
    const qsizetype comma = date.indexOf(QLatin1String(", "));
    QDateTime old = english.toDateTime(date.mid(comma + 2), QStringLiteral("dd-MMM-yy hh:mm:ss"));
    if (comma < 0 || !old.isValid())
        return {};
    old.setTimeSpec(Qt::UTC);
    return old.date().year() < 1970 ? old.addYears(100) : old;
}

} // namespace patchbay
