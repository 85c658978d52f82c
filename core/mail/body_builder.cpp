#include "core/mail/body_builder.h"

#include "core/mail/characters.h"
#include "core/mail/limits.h"

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

bool hasStyle(const BodyRun &run, const RunStyle &style)
{
    return run.bold == style.bold && run.italic == style.italic && run.strike == style.strike && run.code == style.code
        && run.href == style.href;
}

} // namespace

QString joinedNotice(const QString &first, const QString &second)
{
    return first.isEmpty() || second.isEmpty() ? first + second : first + u' ' + second;
}

QString cutNotice()
{
    return u"Only the first %1 KB of this text are shown; the rest is in the original message."_s.arg(maxTextChars
                                                                                                      / 1024);
}

void BodyBuilder::verbatim(QStringView text, const RunStyle &style, const BlockContext &context)
{
    for (const QChar c : text) {
        if (m_full)
            return;
        if (c == u'\n') {
            breakLine();
        } else if (!isUnwantedInBody(c)) {
            open(context);
            append(c == QChar::Nbsp ? QChar(u' ') : c, style);
        }
    }
}

void BodyBuilder::flowing(QStringView text, const RunStyle &style, const BlockContext &context)
{
    for (const QChar c : text) {
        if (m_full)
            return;
        const char16_t u = c.unicode();
        if (u == u' ' || u == u'\n' || u == u'\t' || u == u'\r' || u == u'\f') {
            m_blank = m_blank || (!m_lineEmpty && m_breaks == 0);
            continue;
        }
        // Padding of preview texts: joiners between blanks carry nothing.
        if (isUnwantedInBody(c) || ((u == 0x200C || u == 0x200D) && (m_lineEmpty || m_blank || m_breaks > 0)))
            continue;
        if (c == QChar::Nbsp && (m_lineEmpty || m_breaks > 0)) {
            if (context.kind == BodyBlock::Kind::Paragraph && m_lineEmpty)
                continue;
            m_blank = true;
            continue;
        }
        open(context);
        append(c == QChar::Nbsp ? QChar(u' ') : c, style);
    }
}

void BodyBuilder::endLine()
{
    if (!m_lineEmpty)
        m_breaks = qMax(m_breaks, 1);
    m_blank = false;
}

void BodyBuilder::breakLine()
{
    if (!m_fresh)
        ++m_breaks;
    m_blank = false;
}

void BodyBuilder::endParagraph()
{
    m_fresh = true;
    m_lineEmpty = true;
    m_breaks = 0;
    m_blank = false;
}

void BodyBuilder::open(const BlockContext &context)
{
    // A blank line inside a list item or a piece of program text does not end it.
    const bool keepsBlankLines =
        context.kind == BodyBlock::Kind::Preformatted || context.kind == BodyBlock::Kind::ListItem;
    const bool blankLine = m_breaks >= 2 && !keepsBlankLines;
    if (m_fresh || blankLine || m_context != context) {
        addBlock(context);
        return;
    }
    const int breaks = qMin(m_breaks, 3);
    m_breaks = 0;
    for (int i = 0; i < breaks; ++i)
        appendBreak();
}

BodyBlock &BodyBuilder::addBlock(const BlockContext &context)
{
    m_full = m_full || qsizetype(m_blocks.size()) >= maxBlocks;
    m_context = context;
    m_fresh = false;
    m_lineEmpty = true;
    m_blank = false;
    m_breaks = 0;
    m_word = 0;
    m_line = 0;
    BodyBlock block;
    block.kind = context.kind;
    block.part = context.part;
    block.depth = context.depth;
    block.number = context.number;
    m_blocks.push_back(std::move(block));
    return m_blocks.back();
}

void BodyBuilder::appendBreak()
{
    std::vector<BodyRun> &runs = m_blocks.back().runs;
    if (runs.empty() || !runs.back().href.isEmpty()) // a line break is not part of a link
        runs.push_back({});
    runs.back().text += u'\n';
    m_lineEmpty = true;
    m_blank = false;
    m_word = 0;
    m_line = 0;
}

void BodyBuilder::append(QChar c, const RunStyle &style)
{
    if (m_chars >= maxTextChars && !c.isLowSurrogate()) {
        m_full = true;
        return;
    }
    std::vector<BodyRun> &runs = m_blocks.back().runs;
    if (m_blank && !m_lineEmpty && c != u' ') {
        // A blank between two words of one link is part of it, the one before a link is not.
        if (!runs.empty() && (runs.back().href.isEmpty() || runs.back().href == style.href))
            runs.back().text += u' ';
        else
            runs.push_back({u" "_s, false, false, {}});
        ++m_chars;
        m_word = 0;
    }
    m_blank = false;
    m_word = c.isSpace() ? 0 : m_word + 1;
    ++m_line;
    // A soft break is a line feed in the run: what follows is laid out by itself, and a copy of the text shows it.
    if (!c.isLowSurrogate() && (m_word > maxWordChars || (m_line > maxLineChars && c.isSpace()))) {
        appendBreak();
        m_word = 1;
        m_line = 1;
    }
    if (runs.empty() || !hasStyle(runs.back(), style))
        runs.push_back({QString(), style.bold, style.italic, style.href, style.strike, style.code});
    runs.back().text += c;
    m_lineEmpty = false;
    ++m_chars;
}

void BodyBuilder::image(const QString &cid, const QString &alt, const BlockContext &context)
{
    if (m_full)
        return;
    BlockContext where = context;
    where.kind = BodyBlock::Kind::Image;
    BodyBlock &block = addBlock(where);
    block.cid = cid.left(900);
    if (!alt.isEmpty())
        block.runs.push_back({alt.left(maxWordChars)});
    m_chars += block.cid.size() + 1;
    endParagraph();
}

void BodyBuilder::rule(const BlockContext &context)
{
    if (m_full)
        return;
    BlockContext where = context;
    where.kind = BodyBlock::Kind::Rule;
    addBlock(where);
    endParagraph();
}

Body BodyBuilder::finish()
{
    Body body;
    body.blocks = std::move(m_blocks);
    if (m_full)
        body.notice = cutNotice();
    m_blocks.clear();
    endParagraph();
    m_full = false;
    return body;
}

} // namespace patchbay::mail
