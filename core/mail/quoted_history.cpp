#include "core/mail/quoted_history.h"
#include "core/mail/html_body.h"

#include "core/mail/body_lines.h"
#include "core/mail/quote_phrases.h"

#include <QtCore/QStringList>

namespace patchbay {

namespace mail {

using namespace Qt::StringLiterals;

namespace {

using Part = BodyBlock::Part;

constexpr size_t maxAttributionLines = 4;
constexpr int maxAttempts = 400; ///< lines that are looked at closely: more colons has no mail that people write

/// Finds what earlier mails said. Lines that are marked already were marked by their form ("> ", a mail program's own
/// markup); the words decide about the rest.
class HistoryFinder {
public:
    HistoryFinder(std::vector<BodyLine> &lines, bool forwarded)
        : m_lines(lines)
        , m_forwarded(forwarded)
    {
    }

    void run()
    {
        takeMarkedLines();
        for (size_t i = 0; i < m_lines.size(); ++i) {
            const BodyLine &line = m_lines[i];
            if (line.quote || !line.words)
                continue;
            const QString text = line.trimmed();
            if (text.isEmpty())
                continue;
            if (isForwardSeparator(text)) {
                keepForward(i);
                return;
            }
            if (const size_t begin = attributionBegin(i, text); begin <= i) {
                if (!quotesFollow(i)) {
                    markFrom(begin);
                    return;
                }
                mark(begin, endOfQuotes(i));
                continue;
            }
            if (isOriginalSeparator(text) || (!m_forwarded && isHeaderBlock(i))) {
                markFrom(withLineAbove(i));
                return;
            }
        }
    }

private:
    void mark(size_t from, size_t to)
    {
        for (size_t i = from; i < to; ++i)
            m_lines[i].part = Part::QuotedHistory;
    }

    /// Some programs write "> " into their HTML. One such line alone may be anything.
    void takeMarkedLines()
    {
        size_t from = 0;
        for (size_t i = 0; i <= m_lines.size(); ++i) {
            if (i < m_lines.size() && m_lines[i].words && m_lines[i].text.startsWith(u'>'))
                continue;
            for (size_t j = from; i - from >= 2 && j < i; ++j) {
                m_lines[j].quote = true;
                m_lines[j].part = Part::QuotedHistory;
            }
            from = i + 1;
        }
    }

    void markFrom(size_t from) { mark(from, m_lines.size()); }

    /// What somebody passes on is what they want us to read.
    void keepForward(size_t from)
    {
        for (size_t i = from; i < m_lines.size(); ++i)
            m_lines[i].part = Part::Text;
    }

    /// The first line of the attribution that ends in line `last`; behind it when there is none.
    size_t attributionBegin(size_t last, const QString &text)
    {
        if (!mayEndAttribution(text) || ++m_attempts > maxAttempts)
            return last + 1;
        size_t found = last + 1;
        QString joined = text;
        for (size_t begin = last;; --begin) {
            const Attribution kind = attributionIn(joined);
            const bool continues = found <= last; // a tail was found below
            if (kind == Attribution::Whole && (!continues || hasTime(m_lines[begin].trimmed())))
                return begin;
            if (kind == Attribution::Tail && !continues)
                found = begin;
            const bool more = begin > 0 && last - begin + 1 < maxAttributionLines && m_lines[begin - 1].words
                && !m_lines[begin - 1].quote && joined.size() < 300;
            const QString above = more ? m_lines[begin - 1].trimmed() : QString();
            if (above.isEmpty() || above.size() > 200)
                return found;
            joined = above + u' ' + joined;
        }
    }

    bool quotesFollow(size_t after) const
    {
        for (size_t i = after + 1; i < m_lines.size(); ++i) {
            if (m_lines[i].words && m_lines[i].trimmed().isEmpty())
                continue;
            return m_lines[i].quote;
        }
        return true;
    }

    size_t endOfQuotes(size_t attribution) const
    {
        size_t end = attribution + 1;
        for (size_t i = end; i < m_lines.size(); ++i) {
            const bool blank = m_lines[i].words && !m_lines[i].quote && m_lines[i].trimmed().isEmpty();
            if (m_lines[i].quote)
                end = i + 1;
            else if (!blank)
                break;
        }
        return end;
    }

    /// From, Sent, To and Subject one below the other. A form that somebody filled in ("From: Berlin, To: Paris, Date:
    /// ...") has no subject and no addresses.
    bool isHeaderBlock(size_t first)
    {
        if (quotedField(m_lines[first].trimmed()) == QuotedField::None || ++m_attempts > maxAttempts)
            return false;
        unsigned seen = 0;
        bool address = false;
        int others = 0;
        for (size_t i = first; i < m_lines.size() && i < first + 12 && others < 3; ++i) {
            if (m_lines[i].quote || !m_lines[i].words)
                break;
            const QString text = m_lines[i].trimmed();
            if (text.isEmpty())
                break;
            const QuotedField field = quotedField(text);
            others = field == QuotedField::None ? others + 1 : 0;
            if (field == QuotedField::None)
                continue; // a long list of recipients goes on
            seen |= 1u << unsigned(field);
            address = address || text.contains(u'@');
        }
        const auto has = [seen](QuotedField field) { return (seen & (1u << unsigned(field))) != 0; };
        if (!has(QuotedField::From))
            return false;
        if (has(QuotedField::Subject) && (has(QuotedField::To) || has(QuotedField::Sent) || has(QuotedField::Date)))
            return true;
        return (has(QuotedField::Sent) && has(QuotedField::To))
            || (has(QuotedField::Date) && has(QuotedField::To) && address);
    }

    /// A drawn line right above belongs to what follows it.
    size_t withLineAbove(size_t first) const
    {
        size_t begin = first;
        for (size_t i = first; i > 0 && first - i < 3; --i) {
            const BodyLine &above = m_lines[i - 1];
            const QString text = above.trimmed();
            if (above.rule || (above.words && isDrawnLine(text)))
                return i - 1;
            if (!above.words || !text.isEmpty())
                break;
        }
        return begin;
    }

    std::vector<BodyLine> &m_lines;
    bool m_forwarded;
    int m_attempts = 0;
};

/// Finds signatures in the stretches of text that history leaves.
class SignatureFinder {
public:
    explicit SignatureFinder(std::vector<BodyLine> &lines)
        : m_lines(lines)
    {
    }

    void run()
    {
        size_t from = 0;
        while (from < m_lines.size()) {
            size_t to = from;
            while (to < m_lines.size() && isText(to))
                ++to;
            if (to > from)
                markStretch(from, to);
            from = to + 1;
        }
    }

private:
    bool isText(size_t i) const { return m_lines[i].part == Part::Text && !m_lines[i].quote; }

    void mark(size_t from, size_t to)
    {
        for (size_t i = from; i < to; ++i)
            m_lines[i].part = Part::Signature;
    }

    void markStretch(size_t from, size_t to)
    {
        size_t end = delimiterIn(from, to);
        end = qMin(end, listFooterIn(from, end));
        mark(end, to);
        end = beforeLastLines(from, end);
        const size_t closing = closingIn(from, end);
        mark(qMin(end, closing), to);
    }

    /// "-- " alone, with not more below it than a signature has.
    size_t delimiterIn(size_t from, size_t to) const
    {
        for (size_t i = from; i < to; ++i) {
            const QString &text = m_lines[i].text;
            const size_t most = text == u"-- " ? 25 : 12;
            if ((text == u"-- " || text == u"--" || text == u"\u2014 ") && to - i <= most)
                return i;
        }
        return to;
    }

    /// What a mailing list appends: a drawn line and a few lines with its address.
    size_t listFooterIn(size_t from, size_t to) const
    {
        for (size_t i = to > from + 10 ? to - 10 : from; i < to; ++i) {
            const QString text = m_lines[i].trimmed();
            if (text.size() < 20 || !isDrawnLine(text))
                continue;
            for (size_t j = i + 1; j < to; ++j) {
                const QString below = m_lines[j].text.toLower();
                if (below.contains(u"mailing list"_s) || below.contains(u"/listinfo"_s)
                    || below.contains(u"unsubscribe"_s))
                    return i;
            }
        }
        return to;
    }

    /// Takes lines off the end that only tell the device or the writer's name ("-Ana Silva"), with the address below
    /// it.
    size_t beforeLastLines(size_t from, size_t to) const
    {
        size_t end = to;
        int contacts = 0;
        for (size_t i = to; i > from; --i) {
            const QString text = m_lines[i - 1].trimmed();
            if (!m_lines[i - 1].words)
                break;
            if (text.isEmpty())
                continue;
            if (isDeviceSignature(text) || isDashedName(text))
                end = i - 1;
            else if (!isContactLine(text) || ++contacts > 4)
                break;
        }
        return end;
    }

    /// Nothing but an address or a number.
    static bool isContactLine(const QString &text)
    {
        if (text.size() > 60 || text.contains(u'?') || text.count(u' ') > 3)
            return false;
        const auto digits = std::count_if(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
        return text.contains(u'@') || text.startsWith(u"http"_s) || text.startsWith(u"www."_s)
            || digits * 2 > text.size();
    }

    static bool isDashedName(const QString &text)
    {
        if (text.size() < 3 || text.size() > 40
            || (text.front() != u'-' && text.front() != u'\u2013' && text.front() != u'\u2014'))
            return false;
        const QStringList words = text.mid(1).split(u' ');
        return words.size() <= 3 && std::all_of(words.begin(), words.end(), [](const QString &word) {
                   return !word.isEmpty() && word.front().isUpper()
                       && std::all_of(word.begin(), word.end(),
                                      [](QChar c) { return c.isLetter() || c == u'.' || c == u'\''; });
               });
    }

    /// "Best regards," with a few short lines below and something above.
    size_t closingIn(size_t from, size_t to) const
    {
        constexpr size_t most = 9;
        for (size_t i = qMax(from + 1, to > most ? to - most : 0); i < to; ++i) {
            if (!m_lines[i].words || !isClosingFormula(m_lines[i].trimmed()))
                continue;
            bool isShort = true;
            for (size_t j = i + 1; j < to; ++j)
                isShort = isShort && m_lines[j].text.size() <= 80 && !m_lines[j].text.contains(u'?');
            if (isShort)
                return i;
        }
        return to;
    }

    std::vector<BodyLine> &m_lines;
};

bool saysSomething(const BodyLine &line)
{
    return line.part == Part::Text && !line.rule && (!line.words || !line.trimmed().isEmpty());
}

} // namespace

void markHistory(Body &body, bool forwarded)
{
    std::vector<BodyLine> lines = linesOf(body);
    HistoryFinder(lines, forwarded).run();
    SignatureFinder(lines).run();
    // A mail of nothing but history is a forward, or our mistake: it stays readable.
    if (std::none_of(lines.begin(), lines.end(), saysSomething)) {
        for (BodyLine &line : lines)
            line.part = Part::Text;
    }
    applyParts(body, lines);
}

} // namespace mail

void markQuotedHistory(Body &body) { mail::markHistory(body, false); }

} // namespace patchbay
