#include "ui/widgets/kind_gallery.h"

#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

KindGallery::KindGallery(const Words &words, QWidget *parent)
    : QDialog(parent)
    , m_field(new QLineEdit(this))
    , m_table(new QTableView(this))
    , m_nothing(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_about(plainLabel({}, "muted", this, true))
    , m_take(textButton(tr("Set it up…"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(words.title);
    resize(1040, 600);
    m_nothing->show(Glyph::Search, tr("No connector fits"), words.nothing);
    m_field->setAccessibleName(words.field);
    m_field->setPlaceholderText(words.placeholder);
}

void KindGallery::build(QAbstractItemModel *model, const QList<int> &widths, int stretch)
{
    setUpRowTable(m_table, tr("Connectors"), model, widths, stretch);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_nothing);
    m_field->installEventFilter(this);
    m_about->setMinimumHeight(3 * m_about->fontMetrics().lineSpacing()); // what is above does not jump
    m_about->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    cancel->setAutoDefault(false);
    m_take->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_take);
    setTabOrder(m_table, cancel);
    setTabOrder(cancel, m_take);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(windowTitle(), "title", this));
    layout->addWidget(m_field);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_about);
    layout->addLayout(buttons);
    connect(m_field, &QLineEdit::textChanged, this, &KindGallery::narrow);
    // Queued: the Enter that takes goes on to what is opened then, and would press its button at once.
    connect(m_table, &QTableView::activated, this, &KindGallery::take, Qt::QueuedConnection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { currentChanged(); });
    connect(m_take, &QPushButton::clicked, this, &KindGallery::take);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    narrow();
    m_field->setFocus();
}

QString KindGallery::about() const { return m_about->text().remove(QChar(0x200b)); }

void KindGallery::narrow()
{
    narrowTo(m_field->text());
    const bool any = m_table->model()->rowCount() > 0;
    m_stack->setCurrentIndex(any ? 0 : 1);
    if (any && !m_table->currentIndex().isValid())
        m_table->selectRow(0);
    currentChanged();
}

void KindGallery::currentChanged()
{
    const int row = m_table->currentIndex().row();
    m_take->setEnabled(row >= 0);
    setPlain(m_about, row >= 0 ? aboutRow(row) : QString());
}

void KindGallery::take()
{
    const int row = m_table->currentIndex().row();
    if (row < 0 || !isVisible())
        return;
    const QString id = idOf(row);
    accept();
    Q_EMIT chosen(id);
}

/// The list is walked while one types.
bool KindGallery::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int rows = m_table->model()->rowCount();
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1
            : key == Qt::Key_Up              ? -1
            : key == Qt::Key_PageDown        ? 8
            : key == Qt::Key_PageUp          ? -8
                                             : 0;
        if (step != 0 && rows > 0) {
            m_table->selectRow(qBound(0, m_table->currentIndex().row() + step, rows - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace patchbay
