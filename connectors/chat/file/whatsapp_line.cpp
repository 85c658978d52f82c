#include "connectors/chat/file/whatsapp_line.h"

#include "connectors/chat/file/formats.h"
#include "core/mail/characters.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype whatsappHeadChars = 120;
constexpr qsizetype whatsappAuthorChars = 80;

/// Digits of all scripts, blanks of all widths and marks of direction as the pattern expects them; one for one.
QString plainHead(const QString &line)
{
    QString head;
    head.reserve(whatsappHeadChars);
    for (const QChar c : QStringView(line).left(whatsappHeadChars)) {
        if (c.digitValue() >= 0 && c.unicode() > 127)
            head += QChar(u'0' + c.digitValue());
        else if (mail::isBidiControl(c) || c == QChar(0xFEFF))
            head += QChar(0x200E);
        else
            head += c.isSpace() ? QChar(u' ') : c;
    }
    return head;
}

const QRegularExpression &headPattern()
{
    static const QRegularExpression pattern(
        u"^\u200E*(\\[)?(\\d{1,4})\u200E?[./-]\u200E? ?(\\d{1,2})\u200E?[./-]\u200E? ?(\\d{1,4})\\.?,? {1,3}"
        "(?:(?:à|um|at|a las|às|alle|kl\\.?|klo|o) )?(上午|下午|午前|午後|오전|오후)? "
        "?(\\d{1,2})[:.](\\d{2})(?:[:.](\\d{2}))?"
        " ?([AaPp])?(?:\\. ?|)([Mm])?\\.?(?:(\\]) ?\u200E*| - \u200E*)"_s,
        QRegularExpression::UseUnicodePropertiesOption);
    return pattern;
}

int yearOf(int written) { return written < 100 ? 2000 + written : written; }

} // namespace

QString nameOf(DateOrder order)
{
    return order == DateOrder::DayMonth ? u"dmy"_s : order == DateOrder::MonthDay ? u"mdy"_s : u"ymd"_s;
}

std::optional<DateOrder> dateOrderFrom(const QString &name)
{
    for (const DateOrder order : {DateOrder::DayMonth, DateOrder::MonthDay, DateOrder::YearMonth}) {
        if (nameOf(order) == name)
            return order;
    }
    return std::nullopt;
}

std::optional<WhatsappLine> readWhatsappLine(const QString &line)
{
    if (line.size() < 12)
        return std::nullopt;
    const auto head = headPattern().match(plainHead(line));
    const bool bracketed = head.hasMatch() && !head.capturedView(1).isEmpty();
    if (!head.hasMatch() || bracketed != !head.capturedView(11).isEmpty()
        || head.capturedView(9).isEmpty() != head.capturedView(10).isEmpty())
        return std::nullopt;
    WhatsappLine read;
    for (int i = 0; i < 3; ++i)
        read.date[i] = head.capturedView(2 + i).toInt();
    read.slashes = head.capturedView().contains(u'/');
    read.hour = head.capturedView(6).toInt();
    read.minute = head.capturedView(7).toInt();
    read.second = head.capturedView(8).toInt();
    const QStringView before = head.capturedView(5);
    const QStringView after = head.capturedView(9);
    if (!before.isEmpty())
        read.half = before == u"下午"_s || before == u"午後"_s || before == u"오후"_s ? 2 : 1;
    else if (!after.isEmpty())
        read.half = after.front().toLower() == u'p' ? 2 : 1;
    read.capitals = !after.isEmpty() && after.front().isUpper();
    const QString rest = line.mid(head.capturedLength());
    const qsizetype colon = rest.indexOf(u": "_s);
    const qsizetype bareColon = rest.endsWith(u':') && colon < 0 ? rest.size() - 1 : colon;
    const QString name = rest.left(qMax<qsizetype>(bareColon, 0));
    // A name in quotation marks before the colon: WhatsApp tells of a new subject with a colon in it.
    const bool named =
        bareColon > 0 && bareColon <= whatsappAuthorChars && !name.contains(u'"') && !name.contains(u'“');
    read.author = named ? name : QString();
    read.text = named ? rest.mid(bareColon + 2) : rest;
    return read;
}

Timestamp WhatsappLine::at(DateOrder order, const QString &zone) const
{
    const QDate day = order == DateOrder::YearMonth ? QDate(yearOf(date[0]), date[1], date[2])
        : order == DateOrder::DayMonth              ? QDate(yearOf(date[2]), date[1], date[0])
                                                    : QDate(yearOf(date[2]), date[0], date[1]);
    if (half != 0 && (hour < 1 || hour > 12))
        return {};
    const int hours = half == 0 ? hour : hour % 12 + (half == 2 ? 12 : 0);
    return zonedTime(day, QTime(hours, minute, second), zone);
}

QByteArray WhatsappLine::written() const
{
    QByteArray text;
    for (const int number : {date[0], date[1], date[2], hour, minute, second, half})
        text += QByteArray::number(number) + ' ';
    return text;
}

void DateOrderFinder::add(const WhatsappLine &line)
{
    for (int i = 0; i < 3; ++i)
        m_most[i] = qMax(m_most[i], line.date[i]);
    m_american = m_american || (line.capitals && line.slashes);
    const auto step = [](qint64 day, qint64 &last, qint64 &back) {
        back += day < last;
        last = day;
    };
    const qint64 year = yearOf(line.date[2]) * 10000;
    step(year + line.date[1] * 100 + line.date[0], m_lastDayMonth, m_backDayMonth);
    step(year + line.date[0] * 100 + line.date[1], m_lastMonthDay, m_backMonthDay);
}

DateOrder DateOrderFinder::found() const
{
    if (m_most[0] > 31)
        return DateOrder::YearMonth;
    if (m_most[0] > 12)
        return DateOrder::DayMonth;
    if (m_most[1] > 12)
        return DateOrder::MonthDay;
    if (m_backDayMonth != m_backMonthDay)
        return m_backDayMonth < m_backMonthDay ? DateOrder::DayMonth : DateOrder::MonthDay;
    return m_american ? DateOrder::MonthDay : DateOrder::DayMonth;
}

} // namespace patchbay
