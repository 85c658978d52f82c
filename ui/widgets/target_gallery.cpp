#include "ui/widgets/target_gallery.h"

#include "ui/models/target_kinds_model.h"
#include "ui/models/target_words.h"
#include "ui/widgets/connector_icon.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// The connector's picture before its name.
class TargetKindsDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto *model = qobject_cast<const TargetKindsModel *>(index.model());
        const CrmConnectorInfo *const *row = model ? model->at(index) : nullptr;
        if (!row || index.column() != TargetKindsModel::Title)
            return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(17, 17);
        option->icon = connectorIcon((*row)->id, targetGlyph((*row)->id));
    }
};

} // namespace

TargetGallery::TargetGallery(const Catalog &catalog, QWidget *parent)
    : QDialog(parent)
    , m_model(new TargetKindsModel(catalog, this))
    , m_field(new QLineEdit(this))
    , m_table(new QTableView(this))
    , m_nothing(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_about(plainLabel({}, "muted", this, true))
    , m_take(textButton(tr("Set it up…"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Which kind of target?"));
    resize(1040, 600);
    setUpRowTable(m_table, tr("Connectors"), m_model, {210, 210, 230, 340}, TargetKindsModel::HeldAgainst);
    m_table->setItemDelegate(new TargetKindsDelegate(m_table));
    m_nothing->show(Glyph::Search, tr("No connector fits"),
                    tr("Other words may find it. A system that is not in the list takes tasks by the custom HTTP "
                       "target, where this build has it."));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_nothing);
    m_field->setAccessibleName(tr("Narrow the list by name or by what a task becomes"));
    m_field->setPlaceholderText(tr("Type to narrow: a name, or what a task becomes there"));
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
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(tr("Which kind of target?"), "title", this));
    layout->addWidget(m_field);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_about);
    layout->addLayout(buttons);
    connect(m_field, &QLineEdit::textChanged, this, &TargetGallery::narrow);
    connect(m_table, &QTableView::doubleClicked, this, &TargetGallery::take);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { currentChanged(); });
    connect(m_take, &QPushButton::clicked, this, &TargetGallery::take);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    narrow();
    m_field->setFocus();
}

const CrmConnectorInfo *TargetGallery::current() const
{
    const CrmConnectorInfo *const *row = m_model->at(m_table->currentIndex());
    return row ? *row : nullptr;
}

void TargetGallery::narrow()
{
    m_model->narrow(m_field->text());
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    if (m_model->rowCount() > 0 && !m_table->currentIndex().isValid())
        m_table->selectRow(0);
    currentChanged();
}

void TargetGallery::currentChanged()
{
    const CrmConnectorInfo *info = current();
    m_take->setEnabled(info);
    QString about;
    if (info && info->id == QLatin1String("local"))
        about = tr("%1 stay in this workspace.").arg(info->title);
    else if (info)
        about = tr("%1 is held against: %2.").arg(info->title, words::heldAgainst(*info));
    setPlain(m_about, about);
}

void TargetGallery::take()
{
    const CrmConnectorInfo *info = current();
    if (!info)
        return;
    const QString id = info->id;
    accept();
    Q_EMIT chosen(id);
}

/// The list is walked while one types.
bool TargetGallery::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1
            : key == Qt::Key_Up              ? -1
            : key == Qt::Key_PageDown        ? 8
            : key == Qt::Key_PageUp          ? -8
                                             : 0;
        if (step != 0 && m_model->rowCount() > 0) {
            m_table->selectRow(qBound(0, m_table->currentIndex().row() + step, m_model->rowCount() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace patchbay
