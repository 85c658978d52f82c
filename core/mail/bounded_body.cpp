#include "core/mail/bounded_body.h"

#include "core/mail/body_builder.h"
#include "core/mail/characters.h"
#include "core/mail/limits.h"

#include <utility>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int stretchCost = 12; ///< of a new stretch
constexpr int lineCost = 30; ///< of a new line
constexpr int letterCost = 3; ///< of most scripts
constexpr int shapedCost = 8; ///< of those whose letters and words a library has to find first
constexpr int pictureCost = 8;

bool isCombining(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing;
}

/// The scripts of India and those around it, with Thai, Tibetan and Khmer.
bool isShaped(int script)
{
    return (script >= QChar::Script_Devanagari && script <= QChar::Script_Myanmar) || script == QChar::Script_Khmer;
}

char32_t characterAt(const QString &text, qsizetype at)
{
    const QChar c = text.at(at);
    const bool pair = c.isHighSurrogate() && at + 1 < text.size() && text.at(at + 1).isLowSurrogate();
    return pair ? QChar::surrogateToUcs4(c, text.at(at + 1)) : char32_t(c.unicode());
}

/// Goes over the text of a body from its begin to its end and writes what is kept.
class TextLimiter {
public:
    void beginBlock()
    {
        endLine();
        m_marks = m_joins = 0;
        m_joined = false;
    }
    QString limited(const QString &text)
    {
        QString kept;
        kept.reserve(text.size());
        for (qsizetype at = 0; at < text.size() && !m_full;) {
            char32_t c = characterAt(text, at);
            const qsizetype units = c > 0xFFFF ? 2 : 1;
            if (c == QChar::LineSeparator || c == QChar::ParagraphSeparator || c == u'\r')
                c = u'\n';
            qsizetype &count = c == u'\n' ? m_breaks : m_chars; // as the parser counts
            if (isKept(c)) {
                m_full = count + units > (c == u'\n' ? mail::maxLines : mail::maxTextChars);
                if (m_full)
                    break;
                if (breaksBefore(c)) {
                    kept += u'\n';
                    ++m_breaks;
                    endLine();
                    (void)breaksBefore(c); // it begins the next line
                }
                if (units == 2)
                    kept += QStringView(text).mid(at, 2);
                else
                    kept += QChar(char16_t(c));
                count += units;
            }
            at += units;
        }
        return kept;
    }
    bool isFull() const { return m_full; }
    bool droppedMarks() const { return m_droppedMarks; }

private:
    void endLine()
    {
        m_line = m_word = 0;
        m_cost = {};
    }
    bool isKept(char32_t c)
    {
        if (c == 0x200D)
            return keepJoin();
        if (c >= 0x300 && isCombining(c)) {
            const bool keep = ++m_marks <= mail::maxMarks;
            m_droppedMarks = m_droppedMarks || !keep;
            return keep;
        }
        if (c <= 0xFFFF && mail::isUnwantedInBody(QChar(char16_t(c))))
            return false;
        if (c == u'\n')
            return true; // the parser's own break of a long word takes no marks away
        m_marks = 0;
        if (!std::exchange(m_joined, false))
            m_joins = 0;
        return true;
    }
    bool keepJoin()
    {
        m_joined = true;
        const bool keep = ++m_joins <= mail::maxJoins;
        m_droppedMarks = m_droppedMarks || !keep;
        return keep;
    }
    bool breaksBefore(char32_t c)
    {
        if (c == u'\n') {
            endLine();
            return false;
        }
        const int cost = m_cost.of(c);
        m_line += cost;
        const bool blank = QChar::isSpace(c);
        m_word = blank ? 0 : m_word + cost;
        return !isCombining(c) && !m_joined && c != 0x200D
            && (m_word > mail::maxWordCost || (blank && m_line > mail::maxLineCost));
    }

    LayoutCost m_cost;
    int m_line = 0;
    int m_word = 0;
    int m_marks = 0;
    int m_joins = 0;
    bool m_joined = false; ///< the character before was a joiner
    bool m_full = false;
    bool m_droppedMarks = false;
    qsizetype m_chars = 0;
    qsizetype m_breaks = 0;
};

int piecesOf(const Body &body)
{
    size_t pieces = body.blocks.size();
    for (const BodyBlock &block : body.blocks)
        pieces += block.runs.size();
    return int(pieces);
}

QString plainPrefix(const BodyBlock &block)
{
    if (block.kind == BodyBlock::Kind::ListItem)
        return block.number > 0 ? u"%1. "_s.arg(block.number) : u"• "_s;
    if (block.kind == BodyBlock::Kind::Quote)
        return QString(qBound(1, block.depth, mail::maxIndent), u'>') + u' ';
    return {};
}

/// Paragraphs of one run, several blocks to each; what is folded stays what is folded.
Body plainParagraphs(const Body &body)
{
    Body plain;
    plain.notice = body.notice;
    for (const BodyBlock &block : body.blocks) {
        if (block.kind == BodyBlock::Kind::Image || block.kind == BodyBlock::Kind::Rule)
            continue;
        const bool fits = !plain.blocks.empty() && plain.blocks.back().part == block.part
            && plain.blocks.back().runs.front().text.size() < mail::maxWordChars;
        if (!fits) {
            plain.blocks.push_back({});
            plain.blocks.back().part = block.part;
            plain.blocks.back().runs.push_back({});
        }
        QString &text = plain.blocks.back().runs.front().text;
        if (fits)
            text += u'\n';
        text += plainPrefix(block);
        for (const BodyRun &run : block.runs)
            text += run.text;
    }
    return plain;
}

/// Leaves out pictures, links and blocks over their limits; the sentences say which.
QStringList limitParts(Body &body)
{
    int pictures = 0;
    int links = 0;
    for (BodyBlock &block : body.blocks) {
        block.depth = qBound(0, block.depth, mail::maxIndent);
        pictures += block.kind == BodyBlock::Kind::Image;
        for (BodyRun &run : block.runs) {
            if (!run.href.isEmpty() && (++links > mail::maxLinks || run.href.size() > mail::maxLinkChars))
                run.href.clear();
        }
    }
    QStringList said;
    if (links > mail::maxLinks)
        said << u"Only the first %1 links can be opened."_s.arg(mail::maxLinks);
    if (pictures > mail::maxPictures) {
        int seen = 0;
        std::erase_if(body.blocks, [&seen](const BodyBlock &block) {
            return block.kind == BodyBlock::Kind::Image && ++seen > mail::maxPictures;
        });
        said << u"Only the first %1 pictures are shown."_s.arg(mail::maxPictures);
    }
    return said;
}

} // namespace

int LayoutCost::of(char32_t c)
{
    if (c == u'\n')
        return lineCost;
    if (c == u'\t')
        return stretchCost;
    const bool latin = c < 0x250;
    if (latin && !QChar::isLetter(c))
        return 1;
    const int script = latin ? int(QChar::Script_Latin) : int(QChar::script(c));
    const QChar::Direction direction = latin ? QChar::DirL : QChar::direction(c);
    const bool rightToLeft = direction == QChar::DirR || direction == QChar::DirAL;
    const bool inherits = script == QChar::Script_Inherited || script == QChar::Script_Common;
    const bool changes = (!inherits && script != std::exchange(m_script, script))
        || (!isCombining(c) && rightToLeft != std::exchange(m_rightToLeft, rightToLeft));
    int cost = changes ? stretchCost : 0;
    if (latin)
        cost += 1;
    else if (mail::isBidiControl(QChar(c > 0xFFFF ? u'x' : char16_t(c))))
        cost += 2 * stretchCost;
    else
        cost += c > 0xFFFF ? pictureCost : (isShaped(script) ? shapedCost : letterCost);
    return cost;
}

Body boundedBody(Body body)
{
    QStringList said;
    if (piecesOf(body) > mail::maxPieces) {
        body = plainParagraphs(body);
        said << u"Shown as plain text: its layout was too heavy."_s;
    }
    said << limitParts(body);
    TextLimiter limiter;
    size_t blocks = 0;
    for (; blocks < body.blocks.size() && !limiter.isFull() && blocks < size_t(mail::maxBlocks) + 1; ++blocks) {
        if (body.blocks[blocks].kind == BodyBlock::Kind::Image)
            continue;
        limiter.beginBlock();
        for (BodyRun &run : body.blocks[blocks].runs)
            run.text = limiter.limited(run.text);
    }
    const bool cut = limiter.isFull() || blocks < body.blocks.size();
    body.blocks.resize(blocks);
    if (limiter.droppedMarks())
        said << u"Letters with more than %1 marks are shown without the others."_s.arg(mail::maxMarks);
    if (cut && !body.notice.contains(mail::cutNotice()))
        said << mail::cutNotice();
    body.notice = mail::joinedNotice(body.notice, said.join(u' '));
    return body;
}

} // namespace patchbay
