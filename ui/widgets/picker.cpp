#include "ui/widgets/picker.h"

#include "ui/widgets/choice_model.h"
#include "ui/widgets/plain.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>

namespace patchbay {

namespace {

constexpr int pickerWidth = 460;

} // namespace

Picker::Picker(const QString &title, std::vector<Choice> choices, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint)
    , m_choices(std::move(choices))
    , m_model(new ChoiceModel(this))
    , m_field(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_empty(plainLabel(tr("Nothing fits."), "muted", this, true))
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setFixedWidth(pickerWidth);
    QFrame *frame = surface("popup", this);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(frame);
    auto *layout = new QVBoxLayout(frame);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    auto *head = plainLabel(title, "section", frame);
    head->setBuddy(m_field);
    layout->addWidget(head);
    layout->addWidget(m_field);
    layout->addWidget(m_empty);
    layout->addWidget(m_list);
    m_field->setAccessibleName(title);
    m_field->setPlaceholderText(tr("Type to narrow"));
    m_field->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(title);
    connect(m_field, &QLineEdit::textChanged, this, &Picker::narrow);
    connect(m_field, &QLineEdit::returnPressed, this, &Picker::take);
    connect(m_list, &QListView::clicked, this, &Picker::take);
    narrow();
}

void Picker::allowNew(const QString &promise) { m_newPromise = promise; }

void Picker::setPlaceholder(const QString &text) { m_field->setPlaceholderText(text); }

void Picker::openOver(QWidget *window)
{
    adjustSize();
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, qMax(40, window->height() / 7))));
    open();
    m_field->setFocus();
}

void Picker::narrow()
{
    m_model->setChoices(fitting(m_choices, m_field->text()));
    const int rows = m_model->rowCount();
    if (rows > 0) {
        const int checked = m_field->text().isEmpty() ? m_model->checkedRow() : 0;
        m_list->setCurrentIndex(m_model->index(qMax(0, checked), 0));
    }
    m_list->setFixedHeight(qBound(1, rows, 11) * m_list->sizeHintForRow(0) + 6);
    m_list->setVisible(rows > 0);
    m_empty->setVisible(rows == 0);
    if (rows == 0 && !m_newPromise.isEmpty() && !m_field->text().trimmed().isEmpty())
        setPlain(m_empty, m_newPromise.arg(m_field->text().trimmed()));
    else
        setPlain(m_empty, tr("Nothing fits."));
    adjustSize();
}

void Picker::take()
{
    const QModelIndex at = m_list->currentIndex();
    if (m_model->rowCount() == 0) {
        const QString typed = m_field->text().trimmed();
        if (m_newPromise.isEmpty() || typed.isEmpty())
            return;
        accept();
        Q_EMIT chosenNew(typed);
        return;
    }
    if (!at.isValid())
        return;
    const Choice choice = m_model->choice(at.row());
    if (!choice.enabled)
        return;
    accept();
    Q_EMIT chosen(choice.value);
}

bool Picker::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1
            : key == Qt::Key_Up              ? -1
            : key == Qt::Key_PageDown        ? 8
            : key == Qt::Key_PageUp          ? -8
                                             : 0;
        if (step != 0 && m_model->rowCount() > 0) {
            const int row = qBound(0, m_list->currentIndex().row() + step, m_model->rowCount() - 1);
            m_list->setCurrentIndex(m_model->index(row, 0));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace patchbay
