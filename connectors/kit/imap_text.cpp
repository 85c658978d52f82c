#include "connectors/kit/imap_text.h"

#include <QtCore/QTimeZone>

#include <algorithm>
#include <array>

namespace patchbay {

namespace {

constexpr std::array<const char *, 12> imapMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

QByteArray imapShifted(const QString &text)
{
    QByteArray utf16;
    for (const QChar c : text) {
        utf16.append(char(c.unicode() >> 8));
        utf16.append(char(c.unicode() & 0xff));
    }
    return '&' + utf16.toBase64(QByteArray::OmitTrailingEquals).replace('/', ',') + '-';
}

bool imapIsDigits(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

QByteArray imapMailboxName(const QString &name)
{
    QByteArray encoded;
    QString shifted;
    const auto flush = [&] {
        if (!shifted.isEmpty())
            encoded += imapShifted(std::exchange(shifted, {}));
    };
    for (const QChar c : name) {
        if (c.unicode() < 0x20 || c.unicode() > 0x7e) {
            shifted += c;
            continue;
        }
        flush();
        encoded += c == u'&' ? QByteArray("&-") : QByteArray(1, char(c.unicode()));
    }
    flush();
    return encoded;
}

bool imapIsQuotable(const QByteArray &value)
{
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

QByteArray imapQuoted(const QByteArray &value)
{
    QByteArray quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

QByteArray imapSet(const std::vector<quint32> &numbers)
{
    QByteArray set;
    for (size_t first = 0; first < numbers.size();) {
        size_t last = first;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
            ++last;
        if (!set.isEmpty())
            set += ',';
        set += QByteArray::number(numbers[first]);
        if (last > first)
            set += ':' + QByteArray::number(numbers[last]);
        first = last + 1;
    }
    return set;
}

QByteArray imapDate(const QDate &date)
{
    return QByteArray::number(date.day()) + '-' + imapMonths[size_t(date.month() - 1)] + '-'
        + QByteArray::number(date.year());
}

std::optional<Timestamp> imapInternalDate(const QByteArray &text)
{
    // "dd-Mon-yyyy hh:mm:ss +zzzz", where the first d may be a space
    if (text.size() != 26 || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[14] != ':' || text[17] != ':'
        || text[20] != ' ' || (text[21] != '+' && text[21] != '-'))
        return {};
    const QByteArray digits = text.mid(0, 2).replace(' ', '0') + text.mid(7, 4) + text.mid(12, 2) + text.mid(15, 2)
        + text.mid(18, 2) + text.mid(22, 4);
    const auto month = std::find(imapMonths.begin(), imapMonths.end(), text.mid(3, 3));
    if (!imapIsDigits(digits) || month == imapMonths.end())
        return {};
    const QDate date(text.mid(7, 4).toInt(), int(month - imapMonths.begin()) + 1, text.mid(0, 2).trimmed().toInt());
    const QTime time(text.mid(12, 2).toInt(), text.mid(15, 2).toInt(), std::min(text.mid(18, 2).toInt(), 59));
    if (!date.isValid() || !time.isValid())
        return {};
    const qint64 offset = (text.mid(22, 2).toInt() * 60 + text.mid(24, 2).toInt()) * 60;
    const qint64 seconds = QDateTime(date, time, Qt::UTC).toSecsSinceEpoch() - (text[21] == '-' ? -offset : offset);
    return Timestamp{seconds * 1'000'000};
}

std::optional<quint32> imapNumber(const QByteArray &text)
{
    if (text.size() > 10 || !imapIsDigits(text))
        return {};
    bool fits = false;
    const quint32 number = text.toUInt(&fits);
    return fits ? std::optional(number) : std::nullopt;
}

} // namespace patchbay
