#include "ui/models/body_document.h"

#include <QtCore/QBuffer>
#include <QtCore/QUrl>
#include <QtGui/QImageReader>
#include <QtGui/QTextBlock>
#include <QtGui/QTextCursor>
#include <QtGui/QTextList>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int bodyPictureHeight = 4000;
constexpr qint64 bodyPixelLimit = 16LL * 1000 * 1000;
// Costs are those of LayoutCost.
constexpr int bodyFirstCost = 12'000; ///< of a message that is laid out at first
constexpr int bodyMoreCost = 12'000; ///< with each further part
constexpr int bodyBlockCost = 60; ///< what a paragraph costs beside its text
constexpr int bodyRunCost = 20;
constexpr int bodyWithoutWords = -2; ///< state of a paragraph with a picture or a rule; else how long its sign is
constexpr int bodyFindLimit = 1'000; ///< of one message; nothing counts further
constexpr int bodyStretchCost = 1'500; ///< over it a paragraph goes on in another one at its next line break

QTextBlockFormat bodyBlockFormat(const BodyBlock &block)
{
    QTextBlockFormat format;
    format.setBottomMargin(block.kind == BodyBlock::Kind::Paragraph ? 7 : 3);
    format.setLineHeight(118, QTextBlockFormat::ProportionalHeight);
    const int depth = std::clamp(block.depth, 0, 12);
    if (block.kind == BodyBlock::Kind::Quote)
        format.setLeftMargin(14.0 * std::max(depth, 1));
    else if (block.kind == BodyBlock::Kind::ListItem)
        format.setLeftMargin(18.0 * std::max(depth, 1));
    if (block.kind == BodyBlock::Kind::Preformatted)
        format.setLineHeight(100, QTextBlockFormat::ProportionalHeight);
    return format;
}

QTextCharFormat bodyCharFormat(const BodyBlock &block, const BodyColors &colors)
{
    QTextCharFormat format;
    const bool quiet = block.part != BodyBlock::Part::Text || block.kind == BodyBlock::Kind::Quote;
    format.setForeground(quiet ? colors.muted : colors.text);
    if (block.kind == BodyBlock::Kind::Preformatted) {
        format.setFontFamilies({QStringLiteral("monospace")});
        format.setFontFixedPitch(true);
        format.setBackground(colors.code);
    }
    return format;
}

QTextCharFormat bodyRunFormat(const BodyRun &run, QTextCharFormat format, const BodyColors &colors)
{
    if (run.bold)
        format.setFontWeight(QFont::DemiBold);
    if (run.italic)
        format.setFontItalic(true);
    if (run.strike)
        format.setFontStrikeOut(true);
    if (run.code) {
        format.setFontFamilies({QStringLiteral("monospace")});
        format.setFontFixedPitch(true);
        format.setBackground(colors.code);
    }
    if (!linkTarget(run.href).isEmpty()) {
        format.setAnchor(true);
        format.setAnchorHref(run.href);
        format.setForeground(colors.link);
        format.setFontUnderline(true);
    }
    return format;
}

QString bodyPrefix(const BodyBlock &block)
{
    if (block.kind == BodyBlock::Kind::ListItem)
        return block.number > 0 ? QStringLiteral("%1. ").arg(block.number) : QStringLiteral("• ");
    if (block.kind == BodyBlock::Kind::Quote)
        return QStringLiteral("▏ ");
    return {};
}

} // namespace

BodyDocument::BodyDocument(QObject *parent)
    : QTextDocument(parent)
{
    setUndoRedoEnabled(false);
    setDocumentMargin(0);
}

bool BodyDocument::canFold(const Body &body)
{
    return std::any_of(body.blocks.begin(), body.blocks.end(),
                       [](const BodyBlock &block) { return block.part != BodyBlock::Part::Text; });
}

qint64 BodyDocument::sizeOf(const Body &body, bool folded)
{
    qint64 bytes = 0;
    for (const BodyBlock &block : body.blocks) {
        if (folded && block.part != BodyBlock::Part::Text)
            continue;
        for (const BodyRun &run : block.runs)
            bytes += run.text.toUtf8().size();
    }
    return bytes;
}

void BodyDocument::show(const Body &body, bool folded, const BodyColors &colors)
{
    clear();
    m_body = body;
    m_colors = colors;
    m_folded = folded;
    m_empty = true;
    m_nextBlock = m_nextRun = 0;
    m_nextChar = 0;
    m_parts = 0;
    m_starts.clear();
    QTextOption option = defaultTextOption();
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(Qt::LayoutDirectionAuto);
    setDefaultTextOption(option);
    append(bodyFirstCost);
}

void BodyDocument::showMore() { append(bodyMoreCost); }

void BodyDocument::append(int cost)
{
    ++m_parts;
    QTextCursor cursor(this);
    cursor.movePosition(QTextCursor::End);
    cursor.beginEditBlock();
    while (hasMore() && cost > 0) {
        const BodyBlock &block = m_body.blocks[m_nextBlock];
        if (m_folded && block.part != BodyBlock::Part::Text) {
            ++m_nextBlock;
            continue;
        }
        if (m_nextRun == 0 && m_nextChar == 0) {
            beginBlock(cursor, block);
            cost -= bodyBlockCost;
        }
        if (block.kind == BodyBlock::Kind::Image) {
            QTextImageFormat picture;
            picture.setName(QStringLiteral("cid:") + block.cid);
            cursor.insertImage(picture);
        } else if (block.kind == BodyBlock::Kind::Rule) {
            QTextCharFormat line = bodyCharFormat(block, m_colors);
            line.setForeground(m_colors.quoteBar);
            cursor.insertText(QStringLiteral("────────"), line);
        } else {
            cost = appendRuns(cursor, block, cost);
            if (m_nextRun < block.runs.size())
                break; // the rest of this block comes with the next part
        }
        ++m_nextBlock;
        m_nextRun = 0;
        m_nextChar = 0;
    }
    while (hasMore() && m_folded && m_body.blocks[m_nextBlock].part != BodyBlock::Part::Text)
        ++m_nextBlock;
    cursor.endEditBlock();
}

void BodyDocument::beginBlock(QTextCursor &cursor, const BodyBlock &block)
{
    const QTextCharFormat format = bodyCharFormat(block, m_colors);
    if (m_empty)
        cursor.setBlockFormat(bodyBlockFormat(block));
    else
        cursor.insertBlock(bodyBlockFormat(block), format);
    m_empty = false;
    m_cost = {};
    m_stretch = 0;
    const QString prefix = bodyPrefix(block);
    cursor.insertText(prefix, format);
    m_starts.insert(m_nextBlock, cursor.position());
    const bool words = block.kind != BodyBlock::Kind::Image && block.kind != BodyBlock::Kind::Rule;
    cursor.block().setUserState(words ? int(prefix.size()) : bodyWithoutWords);
}

/// Puts in as much of the block as may be; what may still come after it.
int BodyDocument::appendRuns(QTextCursor &cursor, const BodyBlock &block, int cost)
{
    const QTextCharFormat base = bodyCharFormat(block, m_colors);
    for (; m_nextRun < block.runs.size() && cost > 0; ++m_nextRun, m_nextChar = 0) {
        const BodyRun &run = block.runs[m_nextRun];
        const QTextCharFormat format = bodyRunFormat(run, base, m_colors);
        while (m_nextChar < run.text.size() && cost > 0)
            cost -= appendStretch(cursor, run.text, format, cost);
        cost -= bodyRunCost;
        if (m_nextChar < run.text.size())
            break;
    }
    return cost;
}

/// Puts in text up to a line break that ends a long stretch: a layout is made anew for all of a paragraph, so a long
/// one is several, which look and are copied like one. What it cost.
int BodyDocument::appendStretch(QTextCursor &cursor, const QString &text, const QTextCharFormat &format, int most)
{
    int cost = 0;
    bool another = false;
    qsizetype end = m_nextChar;
    for (; end < text.size() && cost < most && !another; ++end) {
        const QChar c = text.at(end);
        const bool pair = c.isHighSurrogate() && end + 1 < text.size() && text.at(end + 1).isLowSurrogate();
        cost += m_cost.of(pair ? QChar::surrogateToUcs4(c, text.at(end + 1)) : char32_t(c.unicode()));
        another = c == QLatin1Char('\n') && m_stretch + cost > bodyStretchCost;
        end += pair;
    }
    QString piece = text.mid(m_nextChar, end - m_nextChar - another);
    piece.remove(QChar::ObjectReplacementCharacter);
    piece.replace(QLatin1Char('\n'), QChar::LineSeparator);
    cursor.insertText(piece, format);
    m_nextChar = end;
    m_stretch += cost;
    if (another) {
        QTextBlockFormat whole = cursor.blockFormat();
        QTextBlockFormat upper = whole;
        upper.setBottomMargin(0);
        cursor.setBlockFormat(upper);
        cursor.insertBlock(whole, format);
        cursor.block().setUserState(0);
        m_stretch = 0;
    }
    return cost;
}

std::vector<TextMatch> BodyDocument::occurrences(const QString &folded) const
{
    std::vector<TextMatch> found;
    for (QTextBlock block = begin(); block.isValid() && int(found.size()) < bodyFindLimit; block = block.next()) {
        if (block.userState() == bodyWithoutWords)
            continue;
        const QString text = block.text();
        qsizetype from = qMax(0, block.userState());
        while (from <= text.size()) {
            qsizetype end = text.indexOf(QChar::LineSeparator, from);
            end = end < 0 ? text.size() : end;
            const QStringView line = QStringView(text).mid(from, end - from);
            for (TextMatch match : occurrencesOf(folded, line, bodyFindLimit - int(found.size()))) {
                match.start += block.position() + int(from);
                found.push_back(match);
            }
            from = end + 1;
        }
    }
    return found;
}

TextMatch BodyDocument::matchOf(const EvidencePlace &place) const
{
    const auto start = m_starts.constFind(place.block);
    if (start == m_starts.cend() || place.block >= m_body.blocks.size())
        return {};
    QString text;
    for (const BodyRun &run : m_body.blocks[place.block].runs)
        text += run.text;
    text.remove(QChar::ObjectReplacementCharacter);
    const qsizetype at = *start + place.start;
    if (place.start < 0 || place.size <= 0 || at + place.size > characterCount() - 1)
        return {};
    QTextCursor cursor(const_cast<BodyDocument *>(this));
    cursor.setPosition(int(at));
    cursor.setPosition(int(at + place.size), QTextCursor::KeepAnchor);
    if (cursor.selectedText() != QStringView(text).mid(place.start, place.size))
        return {};
    return {int(at), int(place.size)};
}

QStringList searchLines(const BodyBlock &block)
{
    if (block.kind == BodyBlock::Kind::Image || block.kind == BodyBlock::Kind::Rule)
        return {};
    QString text;
    for (const BodyRun &run : block.runs)
        text += run.text;
    text.remove(QChar::ObjectReplacementCharacter);
    return text.split(QLatin1Char('\n'));
}

void BodyDocument::addPicture(const QString &cid, const QImage &picture)
{
    m_pictures.insert(QStringLiteral("cid:") + cid, picture);
    addResource(QTextDocument::ImageResource, QUrl(QStringLiteral("cid:") + cid), picture);
    markContentsDirty(0, characterCount());
}

QVariant BodyDocument::loadResource(int type, const QUrl &name)
{
    if (type != QTextDocument::ImageResource || name.scheme() != QLatin1String("cid"))
        return {};
    const QImage picture = m_pictures.value(name.toString());
    return picture.isNull() ? QVariant() : QVariant(picture);
}

QImage decodePicture(const QByteArray &bytes, int maxWidth)
{
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    reader.setDecideFormatFromContent(true);
    static const QList<QByteArray> allowed{"png", "jpeg", "jpg", "gif", "webp", "bmp"};
    if (!allowed.contains(reader.format()))
        return {};
    const QSize size = reader.size();
    if (!size.isValid() || qint64(size.width()) * size.height() > bodyPixelLimit)
        return {};
    reader.setAutoTransform(true);
    const QImage picture = reader.read();
    if (picture.width() <= maxWidth && picture.height() <= bodyPictureHeight)
        return picture;
    const QSize fits = picture.size().scaled(maxWidth, bodyPictureHeight, Qt::KeepAspectRatio).expandedTo({1, 1});
    return picture.scaled(fits, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

QString linkTarget(const QString &href)
{
    const QUrl url(href, QUrl::StrictMode);
    if (!url.isValid())
        return {};
    const QString scheme = url.scheme().toLower();
    if (scheme == QLatin1String("mailto"))
        return url.path();
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
        return {};
    // The ASCII form: a look-alike letter from another script shows itself as xn--.
    return url.host(QUrl::FullyEncoded);
}

} // namespace patchbay
