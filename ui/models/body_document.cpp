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

constexpr qint64 bodyPixelLimit = 16LL * 1000 * 1000;

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

void bodyInsertRuns(QTextCursor &cursor, const BodyBlock &block, const QTextCharFormat &base, const BodyColors &colors)
{
    for (const BodyRun &run : block.runs) {
        QTextCharFormat format = base;
        if (run.bold)
            format.setFontWeight(QFont::DemiBold);
        if (run.italic)
            format.setFontItalic(true);
        if (!linkTarget(run.href).isEmpty()) {
            format.setAnchor(true);
            format.setAnchorHref(run.href);
            format.setForeground(colors.link);
            format.setFontUnderline(true);
        }
        QString text = run.text;
        text.remove(QChar::ObjectReplacementCharacter);
        text.replace(QLatin1Char('\n'), QChar::LineSeparator);
        cursor.insertText(text, format);
    }
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

void BodyDocument::show(const Body &body, bool folded, const BodyColors &colors)
{
    clear();
    QTextOption option = defaultTextOption();
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(Qt::LayoutDirectionAuto);
    setDefaultTextOption(option);
    QTextCursor cursor(this);
    cursor.beginEditBlock();
    bool first = true;
    for (const BodyBlock &block : body.blocks) {
        if (folded && block.part != BodyBlock::Part::Text)
            continue;
        const QTextCharFormat format = bodyCharFormat(block, colors);
        if (first)
            cursor.setBlockFormat(bodyBlockFormat(block));
        else
            cursor.insertBlock(bodyBlockFormat(block), format);
        first = false;
        if (block.kind == BodyBlock::Kind::Image) {
            QTextImageFormat picture;
            picture.setName(QStringLiteral("cid:") + block.cid);
            cursor.insertImage(picture);
            continue;
        }
        if (block.kind == BodyBlock::Kind::Rule) {
            QTextCharFormat line = format;
            line.setForeground(colors.quoteBar);
            cursor.insertText(QStringLiteral("────────"), line);
            continue;
        }
        if (const QString prefix = bodyPrefix(block); !prefix.isEmpty())
            cursor.insertText(prefix, format);
        bodyInsertRuns(cursor, block, format, colors);
    }
    cursor.endEditBlock();
}

void BodyDocument::addPicture(const QString &cid, const QImage &picture, int maxWidth)
{
    const QImage fitting = picture.width() > maxWidth && maxWidth > 0
        ? picture.scaledToWidth(maxWidth, Qt::SmoothTransformation)
        : picture;
    m_pictures.insert(QStringLiteral("cid:") + cid, fitting);
    addResource(QTextDocument::ImageResource, QUrl(QStringLiteral("cid:") + cid), fitting);
    markContentsDirty(0, characterCount());
}

QVariant BodyDocument::loadResource(int type, const QUrl &name)
{
    if (type != QTextDocument::ImageResource || name.scheme() != QLatin1String("cid"))
        return {};
    const QImage picture = m_pictures.value(name.toString());
    return picture.isNull() ? QVariant() : QVariant(picture);
}

QImage decodePicture(const QByteArray &bytes)
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
    return reader.read();
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
