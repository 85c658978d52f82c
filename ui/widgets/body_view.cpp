#include "ui/widgets/body_view.h"

#include "ui/models/folded_text.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtCore/QPromise>
#include <QtCore/QSet>
#include <QtCore/QThreadPool>
#include <QtGui/QDesktopServices>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QAbstractScrollArea>

namespace patchbay {

namespace {

constexpr int bodyPictureLimit = 40; ///< of one message
constexpr int bodyPictureWidth = 720;
constexpr int bodyHighlightLimit = 500; ///< of one message

BodyColors bodyColorsOf(const ThemeColors &colors)
{
    return {colors.text, colors.muted, colors.accent, colors.border, colors.hover};
}

} // namespace

BodyView::BodyView(QWidget *parent)
    : QTextBrowser(parent)
    , m_document(new BodyDocument(this))
{
    setDocument(m_document);
    setOpenLinks(false);
    setOpenExternalLinks(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    setContextMenuPolicy(Qt::DefaultContextMenu);
    setAccessibleName(tr("Message text"));
    viewport()->setAutoFillBackground(false);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred); // as high as its text is for the width
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setLineWrapMode(FixedPixelWidth); // set in fit(); the widget's own way lays out again at each resize
    m_parts.setSingleShot(true);
    m_parts.setInterval(0);
    connect(&m_parts, &QTimer::timeout, this, &BodyView::showNextPart);
    connect(this, &QTextBrowser::anchorClicked, this, &BodyView::openLink);
}

void BodyView::show(const Body &body, bool folded)
{
    m_folded = folded;
    m_document->show(body, folded, bodyColorsOf(themeOf(this)));
    bool links = false;
    for (const BodyBlock &block : body.blocks) {
        for (const BodyRun &run : block.runs)
            links = links || !run.href.isEmpty();
    }
    setFocusPolicy(links ? Qt::StrongFocus : Qt::ClickFocus); // Tab stops only where there is something to do
    paintHighlights();
    if (m_all)
        m_parts.start();
    updateGeometry();
}

void BodyView::showAll(int keptHeight)
{
    m_all = true;
    m_keptHeight = keptHeight;
    m_parts.start();
}

void BodyView::showNextPart()
{
    if (m_document->hasMore()) {
        m_document->showMore();
        paintHighlights();
        updateGeometry();
        Q_EMIT partShown();
    }
    if (m_document->hasMore() && m_all) {
        m_parts.start();
        return;
    }
    m_keptHeight = 0;
    updateGeometry();
    if (!m_document->hasMore())
        Q_EMIT allShown();
}

void BodyView::setHighlights(const std::vector<QString> &foldedTerms)
{
    m_terms = foldedTerms;
    paintHighlights();
}

void BodyView::setFind(const QString &folded, int current)
{
    if (folded == m_find && current == m_findCurrent)
        return;
    m_find = folded;
    m_findCurrent = current;
    paintHighlights();
}

void BodyView::setEvidence(std::vector<EvidencePlace> places)
{
    if (places == m_evidence)
        return;
    m_evidence = std::move(places);
    paintHighlights();
}

QList<QTextEdit::ExtraSelection> BodyView::evidenceSelections() const
{
    const ThemeColors &colors = themeOf(this);
    QList<QTextEdit::ExtraSelection> selections;
    for (const EvidencePlace &place : m_evidence) {
        const TextMatch match = m_document->matchOf(place);
        if (match.length == 0 || selections.size() >= bodyHighlightLimit)
            continue;
        const bool isFor = place.weight > 0;
        selections.append(selectionOf(match, isFor ? colors.goodSoft : colors.dangerSoft, colors.text));
        QTextCharFormat &format = selections.back().format;
        format.setUnderlineStyle(isFor ? QTextCharFormat::SingleUnderline : QTextCharFormat::DotLine);
        format.setUnderlineColor(isFor ? colors.good : colors.danger);
    }
    return selections;
}

QRect BodyView::currentPlace() const
{
    if (m_place.length == 0)
        return {};
    QTextCursor cursor(m_document);
    cursor.setPosition(m_place.start);
    return cursorRect(cursor);
}

QTextEdit::ExtraSelection BodyView::selectionOf(const TextMatch &match, const QColor &back, const QColor &ink) const
{
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(m_document);
    selection.cursor.setPosition(match.start);
    selection.cursor.setPosition(match.start + match.length, QTextCursor::KeepAnchor);
    selection.format.setBackground(back);
    selection.format.setForeground(ink);
    return selection;
}

void BodyView::paintHighlights()
{
    const ThemeColors &colors = themeOf(this);
    const bool finds = !m_find.isEmpty();
    std::vector<TextMatch> matches;
    if (finds)
        matches = m_document->occurrences(m_find);
    else if (!m_terms.empty())
        matches = matchesOf(m_terms, m_document->toRawText(), bodyHighlightLimit);
    m_place = {};
    if (finds && m_findCurrent >= 0 && size_t(m_findCurrent) < matches.size())
        m_place = matches[size_t(m_findCurrent)];
    // Those around the current one, when there are too many to paint.
    const size_t first = size_t(qMax(0, m_findCurrent - bodyHighlightLimit / 2));
    QList<QTextEdit::ExtraSelection> selections = evidenceSelections(); // what is looked for is painted over it
    const qsizetype most = selections.size() + bodyHighlightLimit;
    for (size_t i = first; i < matches.size() && selections.size() < most; ++i) {
        const bool current = m_place.length > 0 && int(i) == m_findCurrent;
        selections.append(current ? selectionOf(matches[i], colors.accentFill, colors.onAccent)
                                  : selectionOf(matches[i], colors.warningSoft, colors.text));
    }
    setExtraSelections(selections);
}

void BodyView::loadPictures(const Body &body, const std::vector<Attachment> &attachments, BlobStore &files)
{
    QSet<QString> asked;
    for (const BodyBlock &block : body.blocks) {
        if (block.kind != BodyBlock::Kind::Image || asked.size() >= bodyPictureLimit || asked.contains(block.cid))
            continue;
        asked.insert(block.cid);
        for (const Attachment &attachment : attachments) {
            if (attachment.contentId != block.cid)
                continue;
            auto promise = std::make_shared<QPromise<Result<QImage>>>();
            promise->start();
            whenDone(this, promise->future(), [this, cid = block.cid](const Result<QImage> &picture) {
                if (!picture || picture->isNull())
                    return;
                m_document->addPicture(cid, *picture);
                updateGeometry();
            });
            QThreadPool::globalInstance()->start([promise, &files, hash = attachment.sha256] {
                const Result<QByteArray> bytes = files.get(hash);
                promise->addResult(bytes ? Result<QImage>(decodePicture(*bytes, bodyPictureWidth))
                                         : Result<QImage>(bytes.error()));
                promise->finish();
            });
            break;
        }
    }
}

QVariant BodyView::loadResource(int, const QUrl &)
{
    return {}; // pictures are put into the document; nothing is ever read from a name in it
}

QSize BodyView::sizeHint() const { return {300, height()}; }

QSize BodyView::minimumSizeHint() const { return {80, 10}; }

int BodyView::heightForWidth(int width) const
{
    const_cast<BodyView *>(this)->fit(width);
    return qMax(m_keptHeight, int(std::ceil(m_document->size().height())) + 2 * frameWidth() + 6);
}

/// Lays the text out for this width, unless it is already.
void BodyView::fit(int width)
{
    const int room = qMax(60, width - 2 * frameWidth());
    if (lineWrapColumnOrWidth() == room)
        return;
    if (m_document->parts() > 1)
        showAgain(room);
    else
        setLineWrapColumnOrWidth(room);
}

/// A long message is laid out for another width as it was at first, one part a turn; until then it stays as high.
void BodyView::showAgain(int room)
{
    m_keptHeight = qMax(m_keptHeight, height());
    const Body body = m_document->body();
    m_document->clear();
    setLineWrapColumnOrWidth(room);
    m_document->show(body, m_folded, bodyColorsOf(themeOf(this)));
    paintHighlights();
    m_parts.start();
}

void BodyView::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // the thread scrolls, not the message
}

void BodyView::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_document)
        show(Body(m_document->body()), m_folded);
}

void BodyView::openLink(const QUrl &url)
{
    const QString target = linkTarget(url.toString());
    if (target.isEmpty())
        return;
    const QString scheme = url.scheme().toLower();
    const QString text = scheme == QLatin1String("mailto")
        ? tr("This starts a mail to:\n%1").arg(words::oneLine(target))
        : tr("This link leads to:\n%1\n\nFull address:\n%2")
              .arg(words::oneLine(target), words::oneLine(QString::fromUtf8(url.toEncoded()), 600));
    ask(window(), tr("Open this link?"), text, tr("Open"), [url] { QDesktopServices::openUrl(url); });
}

} // namespace patchbay
