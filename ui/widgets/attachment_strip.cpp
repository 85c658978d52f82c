#include "ui/widgets/attachment_strip.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QMimeData>
#include <QtCore/QPointer>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <memory>

namespace patchbay {

namespace {

/// Files of this computer, all of them; else nothing.
QStringList localFiles(const QMimeData *data)
{
    QStringList paths;
    for (const QUrl &url : data->urls()) {
        if (!url.isLocalFile())
            return {};
        paths << url.toLocalFile();
    }
    return paths;
}

/// Cells of a table come as a text and as its picture: then the text is meant.
bool isPicture(const QMimeData *data) { return data->hasImage() && !data->hasText(); }

} // namespace

AttachmentStrip::AttachmentStrip(Triage &triage, QWidget *parent)
    : QFrame(parent)
    , m_triage(triage)
    , m_sum(plainLabel({}, "small", this))
    , m_scroll(new QScrollArea(this))
{
    setAccessibleName(tr("Files that go along"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_sum);
    row->addWidget(m_scroll, 1);
    auto *inside = surface("base", m_scroll);
    m_chips = new QHBoxLayout(inside);
    m_chips->setContentsMargins(0, 0, 0, 0);
    m_chips->addStretch(1);
    m_scroll->setWidget(inside);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    connect(&triage, &Triage::currentChanged, this, &AttachmentStrip::showFiles);
    connect(&triage, &Triage::detailsChanged, this, &AttachmentStrip::changed);
    connect(&triage.files(), &DraftFiles::changed, this, [this](ConversationId conversation) {
        if (conversation == m_triage.current())
            showFiles();
    });
    showFiles();
}

void AttachmentStrip::serve(QWidget *editor)
{
    m_editor = editor;
    watch(editor);
}

void AttachmentStrip::watch(QWidget *widget)
{
    widget->setAcceptDrops(true);
    widget->installEventFilter(this);
}

void AttachmentStrip::choose()
{
    if (!m_triage.mayAttach())
        return;
    auto *dialog = new QFileDialog(window(), tr("Attach files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this, asked = m_triage.current()](const QStringList &paths) {
        if (m_triage.current() == asked)
            m_triage.attachFiles(paths);
    });
    dialog->open();
}

void AttachmentStrip::setShown(bool shown)
{
    m_isShown = shown;
    showFiles();
}

bool AttachmentStrip::isEmpty() const { return m_triage.files().of(m_triage.current()).empty(); }

QString AttachmentStrip::obstacle() const
{
    if (m_triage.files().reading(m_triage.current()) > 0)
        return tr("Files are being read: send when they are there.");
    for (const OutboundFile &file : m_triage.files().of(m_triage.current())) {
        if (const auto why = m_triage.whyNotAttached(file))
            return QStringLiteral("△ ") + why->message;
    }
    return {};
}

void AttachmentStrip::showFiles()
{
    const std::vector<OutboundFile> files = m_triage.files().of(m_triage.current());
    const int reading = m_triage.files().reading(m_triage.current());
    const bool hadFocus = m_scroll->isAncestorOf(focusWidget());
    while (m_chips->count() > 1) {
        const std::unique_ptr<QLayoutItem> place(m_chips->takeAt(0));
        delete place->widget();
    }
    for (size_t at = 0; at < files.size(); ++at)
        addChip(files[at], at);
    QString sum = tr("%n file(s), %1", nullptr, int(files.size())).arg(words::size(bytesOf(files)));
    if (reading > 0)
        sum = files.empty() ? tr("Reading…") : tr("%1, reading…").arg(sum);
    setPlain(m_sum, sum);
    m_scroll->setFixedHeight(m_chips->sizeHint().height() + m_scroll->horizontalScrollBar()->sizeHint().height());
    setVisible(m_isShown && (!files.empty() || reading > 0));
    QWidget *next = m_chips->count() > 1 ? m_chips->itemAt(0)->widget() : m_editor;
    if (hadFocus && next) // the chip that was taken off had it
        next->setFocus();
    Q_EMIT changed();
}

void AttachmentStrip::addChip(const OutboundFile &file, size_t at)
{
    const QString size = words::size(file.size);
    auto *chip = textButton(QStringLiteral("%1  ·  %2   ✕").arg(words::oneLine(file.name, 40), size), "chip",
                            m_scroll->widget());
    chip->setAccessibleName(tr("Take off %1, %2").arg(words::oneLine(file.name), size));
    setPlainTip(
        chip,
        tr("%1, %2, %3: a click takes it off").arg(words::oneLine(file.name), words::oneLine(file.mediaType), size));
    connect(
        chip, &QPushButton::clicked, this, [this, at] { m_triage.files().remove(m_triage.current(), at); },
        Qt::QueuedConnection); // the chip goes with it
    QWidget *before = at > 0 ? m_chips->itemAt(int(at) - 1)->widget() : m_editor;
    m_chips->insertWidget(int(at), chip);
    chip->ensurePolished();
    chip->show(); // now, so that the strip's height counts it
    if (before)
        setTabOrder(before, chip);
}

void AttachmentStrip::keyPressEvent(QKeyEvent *event)
{
    auto *chip = qobject_cast<QPushButton *>(focusWidget());
    const bool isChip = chip && m_scroll->isAncestorOf(chip);
    if (isChip
        && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace || event->key() == Qt::Key_Return
            || event->key() == Qt::Key_Enter))
        chip->click();
    else
        QFrame::keyPressEvent(event);
}

bool AttachmentStrip::takes(const QMimeData *data) const
{
    return m_isShown && m_triage.current() && (!localFiles(data).isEmpty() || isPicture(data));
}

bool AttachmentStrip::take(const QMimeData *data)
{
    if (!takes(data))
        return false;
    if (const QStringList paths = localFiles(data); !paths.isEmpty())
        m_triage.attachFiles(paths);
    else
        m_triage.attachPicture(qvariant_cast<QImage>(data->imageData()));
    return true;
}

bool AttachmentStrip::eventFilter(QObject *, QEvent *event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
        return static_cast<QKeyEvent *>(event)->matches(QKeySequence::Paste)
            && take(QGuiApplication::clipboard()->mimeData());
    case QEvent::DragEnter:
    case QEvent::DragMove: {
        auto *drag = static_cast<QDropEvent *>(event);
        if (!takes(drag->mimeData()))
            return false;
        drag->setDropAction(Qt::CopyAction);
        drag->accept();
        return true;
    }
    case QEvent::Drop: {
        auto *drop = static_cast<QDropEvent *>(event);
        if (!take(drop->mimeData()))
            return false;
        drop->setDropAction(Qt::CopyAction);
        drop->accept();
        return true;
    }
    default: return false;
    }
}

} // namespace patchbay
