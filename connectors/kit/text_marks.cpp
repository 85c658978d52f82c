#include "connectors/kit/text_marks.h"

#include "connectors/kit/mrkdwn.h"
#include "core/mail/links.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView signLetters("*_~`");

/// A platform's signs, and how words are kept from being read as some; null: there is no way.
struct MarkSigns {
    QString bold = {};
    QString italic = {};
    QString strike = {};
    QString code = {};
    QString (*escaped)(const QString &words, bool beginsLine) = nullptr;
};

bool isSignLetter(QChar c) { return signLetters.contains(c); }

/// Where a sign may stand beside this character; none: the line begins or ends there.
bool isEdgeOfWord(QChar c) { return c.isNull() || c.isSpace() || ((c.isPunct() || c.isSymbol()) && !isSignLetter(c)); }

/// Writes a text with its signs, line by line, and keeps what of its looks came out.
class SignWriter {
public:
    explicit SignWriter(const MarkSigns &signs)
        : m_signs(signs)
    {
    }

    void endLine()
    {
        m_out += u'\n';
        m_shown.push_back({u"\n"_s});
    }
    /// `next`: what stands behind the run in its line.
    void add(BodyRun run, QChar next)
    {
        const QString core = run.text.trimmed();
        const qsizetype lead = core.isEmpty() ? 0 : run.text.indexOf(core);
        const QString before = run.text.left(lead);
        const QString behind = run.text.mid(lead + core.size());
        m_out += before;
        const QStringList signs = signsOf(run);
        const QChar last = m_out.isEmpty() || m_out.endsWith(u'\n') ? QChar() : m_out.back();
        const bool isMarked = !signs.isEmpty() && !core.isEmpty() && isEdgeOfWord(last)
            && isEdgeOfWord(behind.isEmpty() ? next : behind.front()) && canHold(run, core);
        if (isMarked) {
            m_out += signs.join(QString()) + (run.code ? core : words(core, false));
            for (auto sign = signs.crbegin(); sign != signs.crend(); ++sign)
                m_out += *sign;
        } else {
            m_out += words(core, last.isNull());
            run.bold = run.italic = run.strike = run.code = false;
        }
        m_out += behind;
        m_shown.push_back(std::move(run));
    }
    WrittenText finish() const { return {m_out, markedText(m_shown), false}; }

private:
    QStringList signsOf(const BodyRun &run) const
    {
        QStringList signs;
        if (run.code)
            signs << m_signs.code;
        if (run.bold)
            signs << m_signs.bold;
        if (run.italic)
            signs << m_signs.italic;
        if (run.strike)
            signs << m_signs.strike;
        return signs;
    }
    bool canHold(const BodyRun &run, const QString &core) const
    {
        if (run.code)
            return !core.contains(u'`');
        return m_signs.escaped || std::none_of(core.begin(), core.end(), &isSignLetter);
    }
    /// An address is left as it is: a sign inside of it is none, and an escaped one leads elsewhere.
    QString words(const QString &text, bool beginsLine) const
    {
        if (!m_signs.escaped)
            return text;
        QString escaped;
        for (const BodyRun &part : mail::linkified(text)) {
            escaped += part.href.isEmpty() ? m_signs.escaped(part.text, beginsLine && escaped.isEmpty()) : part.text;
        }
        return escaped;
    }

    const MarkSigns &m_signs;
    QString m_out;
    std::vector<BodyRun> m_shown;
};

WrittenText writtenWith(const MarkSigns &signs, const MarkedText &text)
{
    SignWriter writer(signs);
    const std::vector<BodyRun> runs = runsOf(text);
    for (size_t i = 0; i < runs.size(); ++i) {
        const QStringList pieces = runs[i].text.split(u'\n');
        for (qsizetype piece = 0; piece < pieces.size(); ++piece) {
            if (piece > 0)
                writer.endLine();
            const bool isLast = piece + 1 == pieces.size();
            const bool goesOn = isLast && i + 1 < runs.size();
            const QChar next = goesOn ? runs[i + 1].text.front() : QChar();
            BodyRun run = runs[i];
            run.text = pieces[piece];
            if (!run.text.isEmpty())
                writer.add(std::move(run), next == u'\n' ? QChar() : next);
        }
    }
    return writer.finish();
}

/// Whether two signs that were typed stand around words of a line as those of a look do.
bool hasSignsAround(QStringView line, QChar sign)
{
    bool isOpen = false;
    for (qsizetype at = 0; at < line.size(); ++at) {
        if (line.at(at) != sign)
            continue;
        const QChar before = at > 0 ? line.at(at - 1) : QChar();
        const QChar behind = at + 1 < line.size() ? line.at(at + 1) : QChar();
        if (isOpen && !before.isSpace() && before != sign && isEdgeOfWord(behind))
            return true;
        isOpen = isOpen || (isEdgeOfWord(before) && !behind.isNull() && !behind.isSpace());
    }
    return false;
}

bool isMisread(const QString &text)
{
    for (const QStringView line : QStringView(text).split(u'\n')) {
        for (const char sign : signLetters) {
            if (hasSignsAround(line, QLatin1Char(sign)))
                return true;
        }
    }
    return text.count("```"_L1) > 1;
}

/// What begins a heading, a quote or a list stands at the begin of a line.
QString escapedForDiscord(const QString &words, bool beginsLine)
{
    static constexpr QLatin1StringView special("\\*_~`|<[");
    static constexpr QLatin1StringView first("#>-");
    QString escaped;
    bool isNumber = beginsLine;
    for (qsizetype at = 0; at < words.size(); ++at) {
        const QChar c = words.at(at);
        const bool endsNumber = isNumber && at > 0 && c == u'.';
        isNumber = isNumber && c.isDigit();
        if (special.contains(c) || endsNumber || (beginsLine && at == 0 && first.contains(c)))
            escaped += u'\\';
        escaped += c;
    }
    return escaped;
}

QJsonObject richTextElement(const BodyRun &run, const BodyRun &part)
{
    QJsonObject element{{u"type"_s, part.href.isEmpty() ? u"text"_s : u"link"_s}, {u"text"_s, part.text}};
    if (!part.href.isEmpty())
        element.insert(u"url"_s, part.href);
    QJsonObject style;
    for (const auto &[name, is] : {std::pair(u"bold"_s, run.bold), std::pair(u"italic"_s, run.italic),
                                   std::pair(u"strike"_s, run.strike), std::pair(u"code"_s, run.code)}) {
        if (is)
            style.insert(name, true);
    }
    if (!style.isEmpty())
        element.insert(u"style"_s, style);
    return element;
}

} // namespace

ChatAbilities markedTexts(int longest, WrittenText (*written)(const MarkedText &text))
{
    ChatAbilities abilities;
    abilities.longestText = longest;
    abilities.marks = {Mark::Bold, Mark::Italic, Mark::Strike, Mark::Code};
    abilities.written = written;
    return abilities;
}

ChatAbilities quoting(ChatAbilities abilities)
{
    abilities.quotes = true;
    return abilities;
}

WrittenText writtenForWhatsapp(const MarkedText &text)
{
    static const MarkSigns signs{u"*"_s, u"_"_s, u"~"_s, u"```"_s};
    WrittenText written = writtenWith(signs, text);
    written.misread = isMisread(text.text);
    return written;
}

WrittenText writtenForDiscord(const MarkedText &text)
{
    static const MarkSigns signs{u"**"_s, u"*"_s, u"~~"_s, u"`"_s, &escapedForDiscord};
    return writtenWith(signs, text);
}

QJsonArray entitiesOf(const MarkedText &text)
{
    static const QHash<Mark, QString> names{{Mark::Bold, u"bold"_s},
                                            {Mark::Italic, u"italic"_s},
                                            {Mark::Strike, u"strikethrough"_s},
                                            {Mark::Code, u"code"_s}};
    QJsonArray entities;
    for (const MarkSpan &span : text.marks)
        entities.append(QJsonObject{{u"type"_s, names.value(span.mark)},
                                    {u"offset"_s, qint64(span.start)},
                                    {u"length"_s, qint64(span.length)}});
    return entities;
}

QJsonArray richTextOf(const MarkedText &text)
{
    QJsonArray elements;
    for (const BodyRun &run : runsOf(text)) {
        const std::vector<BodyRun> parts = run.code ? std::vector<BodyRun>{run} : mail::linkified(run.text);
        for (const BodyRun &part : parts)
            elements.append(richTextElement(run, part));
    }
    const QJsonObject section{{u"type"_s, u"rich_text_section"_s}, {u"elements"_s, elements}};
    return {QJsonObject{{u"type"_s, u"rich_text"_s}, {u"elements"_s, QJsonArray{section}}}};
}

QJsonObject withEntities(QJsonObject body, const ChatContext &context)
{
    if (!context.message.marks.empty())
        body.insert(u"entities"_s, entitiesOf({context.message.text, context.message.marks}));
    return body;
}

QJsonObject withBlocks(QJsonObject body, const ChatContext &context)
{
    const QString &text = context.message.text;
    body.insert(u"text"_s, escapedMrkdwn(text));
    const bool isChange =
        !context.change.message.isEmpty(); // of what stands there without a new one, the old one stays
    if (isChange || !context.message.marks.empty() || std::any_of(text.begin(), text.end(), &isSignLetter))
        body.insert(u"blocks"_s, richTextOf({text, context.message.marks}));
    return body;
}

} // namespace patchbay
