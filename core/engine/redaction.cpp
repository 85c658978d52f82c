#include "core/engine/redaction.h"

#include <QtCore/QHash>

#include <algorithm>
#include <vector>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Codes = QList<uint>;

constexpr int redactionLeastDigits = 7;
constexpr qsizetype redactionWidestGap = 3; // between two digits of one number
constexpr qsizetype redactionLongestAddress = 320;

bool redactionIsDigit(uint c) { return QChar::category(c) == QChar::Number_DecimalDigit; }

bool redactionIsWord(uint c) { return QChar::isLetterOrNumber(c) || QChar::isMark(c); }

bool redactionIsGap(uint c)
{
    if (c == u'\n' || c == u'\r')
        return false;
    return c == u'-' || c == u'.' || c == u'/' || c == u'(' || c == u')' || c == u'_' || c == u'\t'
        || QChar::category(c) == QChar::Separator_Space || QChar::category(c) == QChar::Punctuation_Dash
        || QChar::category(c) == QChar::Other_Format;
}

bool redactionIsAt(uint c) { return c == u'@' || c == 0xff20 || c == 0xfe6b; }

/// What may stand before the @ of an address.
bool redactionIsLocal(uint c)
{
    static constexpr char16_t marks[] = u"._%+'-!#$&*/=?^`{|}~";
    return redactionIsWord(c)
        || (c < 0x80 && std::u16string_view(marks).find(char16_t(c)) != std::u16string_view::npos);
}

bool redactionIsHost(uint c) { return redactionIsWord(c) || c == u'.' || c == u'-' || c == u'_' || c == 0x3002; }

QString redactionText(const Codes &codes, qsizetype from, qsizetype to)
{
    return QString::fromUcs4(reinterpret_cast<const char32_t *>(codes.constData() + from), to - from);
}

/// Writes marks in place of originals.
class RedactionMarks {
public:
    explicit RedactionMarks(const QString &text)
        : m_text(text)
    {
    }

    QString mark(const QString &kind, const QString &original)
    {
        ++m_places;
        const auto known = m_marks.constFind(original);
        if (known != m_marks.constEnd())
            return *known;
        QString mark;
        do // what a customer wrote like a mark is none
            mark = u"[%1 %2]"_s.arg(kind).arg(++m_numbers[kind]);
        while (m_text.contains(mark));
        m_marks.insert(original, mark);
        m_originals.insert(mark, original);
        return mark;
    }
    Redacted end(QString text) const { return {std::move(text), m_originals, m_places}; }

private:
    const QString &m_text;
    QHash<QString, QString> m_marks;
    QHash<QString, int> m_numbers;
    QJsonObject m_originals;
    int m_places = 0;
};

QString redactionAddresses(const QString &text, RedactionMarks &marks)
{
    const Codes codes = text.toUcs4();
    QString out;
    qsizetype done = 0;
    for (qsizetype at = 0; at < codes.size(); ++at) {
        if (!redactionIsAt(codes[at]))
            continue;
        qsizetype from = at;
        while (from > done && at - from < redactionLongestAddress && redactionIsLocal(codes[from - 1]))
            --from;
        qsizetype to = at + 1;
        while (to < codes.size() && to - at < redactionLongestAddress && redactionIsHost(codes[to]))
            ++to;
        while (to > at + 1 && !redactionIsWord(codes[to - 1]))
            --to;
        if (from == at || to == at + 1)
            continue;
        out += redactionText(codes, done, from) + marks.mark(u"email"_s, redactionText(codes, from, to));
        done = to;
        at = to - 1;
    }
    return out + redactionText(codes, done, codes.size());
}

bool redactionLuhn(const std::vector<int> &digits, size_t from, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; ++i) {
        int digit = digits[from + count - 1 - i];
        if (i % 2 == 1)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

bool redactionHasCard(const std::vector<int> &digits)
{
    constexpr size_t shortest = 13;
    constexpr size_t longest = 19;
    for (size_t from = 0; from + shortest <= digits.size(); ++from) {
        for (size_t count = shortest; count <= longest && from + count <= digits.size(); ++count) {
            if (redactionLuhn(digits, from, count))
                return true;
        }
    }
    return false;
}

/// Digits that belong together, with what stands between them.
struct RedactionNumber {
    qsizetype from = 0;
    qsizetype to = 0;
    std::vector<int> digits = {};
    std::vector<int> groups = {}; ///< how many digits stand together
    std::vector<qsizetype> groupEnds = {};
    bool international = false; ///< begins with +, 00 or a bracket
};

RedactionNumber redactionNumberAt(const Codes &codes, qsizetype first)
{
    RedactionNumber number;
    number.from = first;
    qsizetype at = first;
    while (at < codes.size()) {
        int together = 0;
        for (; at < codes.size() && redactionIsDigit(codes[at]); ++at, ++together)
            number.digits.push_back(QChar::digitValue(codes[at]));
        number.to = at;
        number.groups.push_back(together);
        number.groupEnds.push_back(at);
        qsizetype next = at;
        while (next < codes.size() && next - at < redactionWidestGap && redactionIsGap(codes[next]))
            ++next;
        if (next == at || next >= codes.size() || !redactionIsDigit(codes[next]))
            break;
        at = next;
    }
    return number;
}

/// The first three groups are a calendar date: 2026-03-01, 1.3.2026, 03/01/2026.
bool redactionBeginsWithDate(const Codes &codes, const RedactionNumber &number)
{
    if (number.groups.size() < 3)
        return false;
    const auto gapAfter = [&](size_t group) { return codes[number.groupEnds[group]]; };
    const uint gap = gapAfter(0);
    if (gap != gapAfter(1) || (gap != u'-' && gap != u'.' && gap != u'/'))
        return false;
    int values[3] = {0, 0, 0};
    size_t digit = 0;
    for (size_t group = 0; group < 3; ++group) {
        const bool spaced =
            group > 0 && number.groupEnds[group] - number.groupEnds[group - 1] != qsizetype(number.groups[group]) + 1;
        if (number.groups[group] > 4 || spaced)
            return false;
        for (int i = 0; i < number.groups[group]; ++i)
            values[group] = values[group] * 10 + number.digits[digit++];
    }
    const auto isYear = [&](size_t g) { return number.groups[g] == 4 && values[g] >= 1900 && values[g] < 2100; };
    const auto isDay = [&](size_t g) { return number.groups[g] <= 2 && values[g] >= 1 && values[g] <= 31; };
    const bool dated = (isYear(0) && isDay(1) && isDay(2)) || (isDay(0) && isDay(1) && isYear(2));
    return dated && (values[1] <= 12 || values[isYear(0) ? 2 : 0] <= 12);
}

QString redactionNumbers(const QString &text, RedactionMarks &marks)
{
    const Codes codes = text.toUcs4();
    QString out;
    qsizetype done = 0;
    for (qsizetype at = 0; at < codes.size(); ++at) {
        if (!redactionIsDigit(codes[at]))
            continue;
        RedactionNumber number = redactionNumberAt(codes, at);
        const bool card = redactionHasCard(number.digits);
        if (!card && redactionBeginsWithDate(codes, number)) {
            at = number.groupEnds[2] - 1; // what stands behind it is looked at on its own
            continue;
        }
        at = number.to - 1;
        if (int(number.digits.size()) < redactionLeastDigits)
            continue;
        if (number.from > done && (codes[number.from - 1] == u'+' || codes[number.from - 1] == u'(')) {
            --number.from;
            if (number.from > done && codes[number.from - 1] == u'+')
                --number.from;
            number.international = true;
        }
        const bool phone =
            number.international || number.groups.size() > 1 || (number.digits[0] == 0 && number.digits.size() <= 15);
        const QString kind = card ? u"card"_s : phone ? u"phone"_s : u"number"_s;
        out += redactionText(codes, done, number.from) + marks.mark(kind, redactionText(codes, number.from, number.to));
        done = number.to;
    }
    return out + redactionText(codes, done, codes.size());
}

} // namespace

Redacted redactPersonal(const QString &text)
{
    RedactionMarks marks(text);
    const QString withoutAddresses = redactionAddresses(text, marks);
    QString all = redactionNumbers(withoutAddresses, marks);
    return marks.end(std::move(all));
}

QString withOriginals(QString text, const QJsonObject &originals)
{
    // One pass: what an original brings in is not looked at again.
    QString out;
    qsizetype done = 0;
    for (qsizetype open = text.indexOf(u'['); open >= 0; open = text.indexOf(u'[', open + 1)) {
        const qsizetype close = text.indexOf(u']', open);
        if (close < 0)
            break;
        const QString mark = text.mid(open, close - open + 1);
        if (!originals.contains(mark))
            continue;
        out += QStringView(text).mid(done, open - done);
        out += originals.value(mark).toString();
        done = close + 1;
    }
    return out + text.mid(done);
}

} // namespace patchbay
