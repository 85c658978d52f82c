#include "core/mail/html_reader.h"

#include "core/mail/html_body.h"
#include "core/mail/limits.h"
#include "core/mail/links.h"

#include <QtCore/QUrl>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

/// A single sign such as an emoji, for which the picture only stands in.
bool isSign(const QString &alt)
{
    return alt.size() <= 8 && std::all_of(alt.begin(), alt.end(), [](QChar c) { return c.unicode() > 0x2000; });
}

} // namespace

Body HtmlReader::read(const QString &html)
{
    const std::vector<HtmlToken> tokens = htmlTokens(html);
    const std::vector<bool> data = dataTables(tokens);
    for (size_t i = 0; i < tokens.size() && !m_builder.isFull(); ++i) {
        switch (tokens[i].kind) {
        case HtmlToken::Kind::Text: addText(tokens[i].text); break;
        case HtmlToken::Kind::Start: startTag(tokens[i], data[i]); break;
        case HtmlToken::Kind::End: endTag(tokens[i]); break;
        }
    }
    closeTo(0);
    Body body = m_builder.finish();
    if (m_remoteImages > 0)
        body.notice =
            joinedNotice(body.notice,
                         m_remoteImages == 1 ? u"One image on another server was not loaded."_s
                                             : u"%1 images on other servers were not loaded."_s.arg(m_remoteImages));
    return body;
}

bool HtmlReader::isShown() const
{
    if (m_state.dropped)
        return false;
    return m_hidden == Hidden::Show || !(m_state.hidden || m_state.zeroFont || m_state.invisible);
}

BlockContext HtmlReader::context() const
{
    BlockContext context;
    context.part = m_state.part;
    if (m_state.quotes > 0) {
        context.kind = BodyBlock::Kind::Quote;
        context.depth = qMin(m_state.quotes, maxIndent);
    } else if (m_state.item > 0) {
        context.kind = BodyBlock::Kind::ListItem;
        context.depth = qBound(1, m_state.lists, maxIndent);
        context.number = m_state.number;
        context.item = m_state.item;
    } else if (m_state.preformatted) {
        context.kind = BodyBlock::Kind::Preformatted;
    }
    return context;
}

void HtmlReader::addText(QStringView raw)
{
    if (isShown())
        addWords(withoutEntities(raw));
    else
        m_sawHidden = m_sawHidden || (!m_state.dropped && !raw.trimmed().isEmpty());
}

void HtmlReader::addWords(const QString &text)
{
    const bool hasWords = std::any_of(text.begin(), text.end(), [](QChar c) { return !c.isSpace(); });
    QStringView words = text;
    if (inDataTable()) {
        Table &table = m_tables.back();
        if (!hasWords && table.cellEmpty)
            return;
        if (table.cellEmpty)
            words = words.trimmed();
        for (; table.separators > 0 && hasWords; --table.separators)
            m_builder.verbatim(u" | ", {}, context());
        table.cellEmpty = table.cellEmpty && !hasWords;
        table.rowEmpty = table.rowEmpty && !hasWords;
    }
    if (!m_state.href.isEmpty() && hasWords) {
        m_linkHasWords = true;
        m_linkText += QStringView(text).left(2048 - qMin<qsizetype>(2048, m_linkText.size()));
    }
    if (m_state.preformatted || (m_state.keepsLines && hasWords))
        m_builder.verbatim(words, style(), context());
    else
        m_builder.flowing(words, style(), context());
}

void HtmlReader::addImage(const HtmlToken &token)
{
    if (!isShown() || htmlStyle(token).hidden)
        return;
    const QString source = token.attribute(u"src").trimmed();
    const QString alt = cleanLine(token.attribute(u"alt"), 300);
    if (source.startsWith(u"cid:", Qt::CaseInsensitive)) {
        m_builder.image(cleanLine(QUrl::fromPercentEncoding(source.mid(4).left(1000).toUtf8()), 900), alt, context());
        m_linkHasWords = true;
        return;
    }
    if (isTinyImage(token))
        return;
    m_remoteImages += !source.isEmpty();
    if (!alt.isEmpty())
        addWords(isSign(alt) ? alt : u"[%1]"_s.arg(alt));
    else if (!m_state.href.isEmpty() && !m_linkHasWords)
        addWords(u"[image]"_s);
}

void HtmlReader::breakBlock(bool paragraph)
{
    if (inDataTable())
        m_builder.flowing(u" ", {}, context());
    else if (paragraph && m_state.item == 0)
        m_builder.endParagraph();
    else
        m_builder.endLine();
}

void HtmlReader::startTag(const HtmlToken &token, bool dataTable)
{
    const HtmlTag tag = htmlTag(token.name);
    switch (tag) {
    case HtmlTag::Void: return;
    case HtmlTag::Image: addImage(token); return;
    case HtmlTag::Break:
        if (isShown())
            inDataTable() ? breakBlock(false) : m_builder.breakLine();
        return;
    case HtmlTag::Rule:
        closeImplied(tag);
        if (isShown())
            m_builder.rule(context());
        return;
    default: closeImplied(tag); enter(token, tag, dataTable);
    }
}

void HtmlReader::enter(const HtmlToken &token, HtmlTag tag, bool dataTable)
{
    if (isTablePart(tag) && (m_tooDeepTables > 0 || (tag == HtmlTag::Table && int(m_tables.size()) >= maxTableDepth))) {
        m_tooDeepTables += tag == HtmlTag::Table;
        breakBlock(false);
        return;
    }
    if (!isTablePart(tag) && m_elements >= maxElementDepth) {
        ++m_tooDeep;
        if (isBlockTag(tag))
            breakBlock(tag == HtmlTag::Paragraph);
        return;
    }
    const HtmlStyle look = htmlStyle(token);
    m_stack.push_back({tag, token.name, m_state, look.tight});
    m_elements += !isTablePart(tag);
    m_state.hidden = m_state.hidden || look.hidden;
    m_state.zeroFont = look.zeroFont.value_or(m_state.zeroFont);
    m_state.invisible = look.invisible.value_or(m_state.invisible);
    m_state.keepsLines = look.keepsLines.value_or(m_state.keepsLines);
    const auto newPart = look.part.value_or(m_state.part);
    if (m_state.part != BodyBlock::Part::QuotedHistory && newPart != m_state.part) {
        m_builder.endLine();
        m_state.part = newPart;
    }
    applyTag(token, tag, look.tight, dataTable);
}

void HtmlReader::applyTag(const HtmlToken &token, HtmlTag tag, bool tight, bool dataTable)
{
    switch (tag) {
    case HtmlTag::Paragraph: breakBlock(!tight); break;
    case HtmlTag::Block: breakBlock(false); break;
    case HtmlTag::Heading:
        breakBlock(true);
        m_state.bold = true;
        break;
    case HtmlTag::Bold: m_state.bold = true; break;
    case HtmlTag::Italic: m_state.italic = true; break;
    case HtmlTag::Link:
        m_linkWritten = token.attribute(u"href");
        m_state.href = safeHref(m_linkWritten);
        m_linkText.clear();
        m_linkHasWords = false;
        break;
    case HtmlTag::List:
    case HtmlTag::OrderedList:
        m_builder.endParagraph();
        ++m_state.lists;
        m_lists.push_back({tag == HtmlTag::OrderedList, qBound(0, token.attribute(u"start").toInt(), 1'000'000)});
        if (m_lists.back().next == 0)
            m_lists.back().next = 1;
        break;
    case HtmlTag::Item: startItem(token); break;
    case HtmlTag::Quote:
        m_builder.endParagraph();
        ++m_state.quotes;
        break;
    case HtmlTag::Preformatted:
        m_builder.endParagraph();
        m_state.preformatted = true;
        break;
    case HtmlTag::Table:
        m_builder.endParagraph();
        m_tables.push_back({dataTable});
        break;
    case HtmlTag::Row:
        m_builder.endLine();
        if (!m_tables.empty())
            m_tables.back() = Table{m_tables.back().data};
        break;
    case HtmlTag::Cell:
        startCell();
        m_state.bold = m_state.bold || token.name == u"th";
        break;
    case HtmlTag::Dropped: m_state.dropped = true; break;
    default: break;
    }
}

void HtmlReader::startItem(const HtmlToken &token)
{
    m_builder.endParagraph();
    m_state.item = ++m_items;
    m_state.number = 0;
    if (!m_lists.empty() && m_lists.back().ordered) {
        const int value = token.attribute(u"value").toInt();
        m_state.number = value > 0 && value < 1'000'000 ? value : m_lists.back().next;
        m_lists.back().next = m_state.number + 1;
    }
    if (m_state.quotes > 0 && isShown()) // a quote has no items of its own
        m_builder.verbatim(m_state.number > 0 ? u"%1. "_s.arg(m_state.number) : u"\u2022 "_s, style(), context());
}

void HtmlReader::startCell()
{
    if (!inDataTable()) {
        m_builder.endLine();
        return;
    }
    Table &table = m_tables.back();
    table.separators += !table.rowEmpty;
    table.cellEmpty = true;
}

int HtmlReader::findOpen(HtmlTag tag) const
{
    for (int i = int(m_stack.size()) - 1; i >= 0; --i) {
        const Element &element = m_stack[size_t(i)];
        if (element.tag == tag)
            return i;
        if (element.tag == HtmlTag::Table || (element.tag == HtmlTag::Cell && !isTablePart(tag)))
            return -1;
    }
    return -1;
}

/// The end tags that HTML lets people leave out.
void HtmlReader::closeImplied(HtmlTag tag)
{
    int open = -1;
    if (tag == HtmlTag::Link) {
        open = findOpen(HtmlTag::Link);
    } else if (tag == HtmlTag::Item) {
        open = findOpen(HtmlTag::Item);
        const int list = qMax(findOpen(HtmlTag::List), findOpen(HtmlTag::OrderedList));
        open = open > list ? open : -1;
    } else if (tag == HtmlTag::Cell) {
        open = findOpen(HtmlTag::Cell);
    } else if (tag == HtmlTag::Row) {
        open = findOpen(HtmlTag::Row);
    } else if (tag == HtmlTag::Section) {
        open = qMax(findOpen(HtmlTag::Section), findOpen(HtmlTag::Row));
    } else if (isBlockTag(tag)) {
        open = findOpen(HtmlTag::Paragraph);
        if (open < findOpen(HtmlTag::Link)) // a link around blocks goes on
            open = -1;
    }
    if (open >= 0)
        closeTo(size_t(open));
}

void HtmlReader::endTag(const HtmlToken &token)
{
    const HtmlTag tag = htmlTag(token.name);
    if (isTablePart(tag) && m_tooDeepTables > 0) {
        m_tooDeepTables -= tag == HtmlTag::Table;
        breakBlock(false);
        return;
    }
    if (!isTablePart(tag) && m_tooDeep > 0) {
        --m_tooDeep;
        if (isBlockTag(tag))
            breakBlock(tag == HtmlTag::Paragraph);
        return;
    }
    if (tag == HtmlTag::Break) // browsers read </br> as <br>
        m_builder.breakLine();
    for (int i = int(m_stack.size()) - 1; i >= 0; --i) {
        const Element &element = m_stack[size_t(i)];
        if (element.name == token.name) {
            closeTo(size_t(i));
            return;
        }
        if (element.tag == HtmlTag::Table || (element.tag == HtmlTag::Cell && !isTablePart(tag)))
            return;
    }
}

void HtmlReader::closeTo(size_t size)
{
    while (m_stack.size() > size) {
        const Element element = std::move(m_stack.back());
        m_stack.pop_back();
        leave(element);
    }
}

void HtmlReader::leave(const Element &element)
{
    m_elements -= !isTablePart(element.tag);
    if (element.tag == HtmlTag::Link)
        endLink();
    const bool changesPart = m_state.part != element.before.part;
    m_state = element.before;
    if (element.tag == HtmlTag::Table && !m_tables.empty())
        m_tables.pop_back();
    if ((element.tag == HtmlTag::List || element.tag == HtmlTag::OrderedList) && !m_lists.empty())
        m_lists.pop_back();
    const bool block = isBlockTag(element.tag);
    if (block)
        breakBlock(element.tag != HtmlTag::Block && !element.tight);
    else if (changesPart)
        m_builder.endLine();
}

void HtmlReader::endLink()
{
    if (m_state.href.isEmpty() || !m_linkHasWords)
        return;
    const QString host = honestSuffix(m_linkText, m_state.href, m_linkWritten);
    if (!host.isEmpty())
        m_builder.verbatim(u" [%1]"_s.arg(host), {}, context());
}

} // namespace patchbay::mail
