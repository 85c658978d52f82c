#include "ui/widgets/task_fields.h"

#include "core/engine/task_draft.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>

namespace patchbay {

namespace {

QComboBox *taskChooser(const QString &name, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    nameChoices(box, name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    return box;
}

void chooseData(QComboBox *box, qlonglong value, const QString &none)
{
    if (box->findData(value) < 0)
        box->insertItem(0, none, value);
    box->setCurrentIndex(box->findData(value));
}

} // namespace

TaskFields::TaskFields(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLineEdit(this))
    , m_text(new QPlainTextEdit(this))
    , m_count(plainLabel({}, "warning", this, true))
    , m_priority(taskChooser(tr("Priority"), this))
    , m_due(new QLineEdit(this))
    , m_category(taskChooser(tr("Category"), this))
    , m_route(taskChooser(tr("Route"), this))
{
    m_title->setAccessibleName(tr("Title"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setTabChangesFocus(true);
    m_text->setMinimumHeight(110);
    m_due->setAccessibleName(tr("Due"));
    m_due->setPlaceholderText(tr("2026-03-01, +3d, or empty"));
    setPlainTip(m_due,
                tr("A day like 2026-03-01, with a time like 2026-03-01T14:00, a span like +3d or +4h, or nothing"));
    m_due->setMaxLength(40);
    for (const Priority one : {Priority::Low, Priority::Normal, Priority::High, Priority::Urgent})
        m_priority->addItem(words::priority(one), int(one));
    auto *layout = new QFormLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setRowWrapPolicy(QFormLayout::WrapLongRows);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *words = new QWidget(this); // what is too long is said right below it
    auto *below = new QVBoxLayout(words);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(2);
    below->addWidget(m_text, 1);
    below->addWidget(m_count);
    const std::pair<QString, QWidget *> rows[] = {{tr("Title"), m_title},       {tr("Text"), words},
                                                  {tr("Priority"), m_priority}, {tr("Due"), m_due},
                                                  {tr("Category"), m_category}, {tr("Route"), m_route}};
    for (const auto &[name, field] : rows)
        layout->addRow(plainLabel(name, "", this), field);
    m_count->hide();
    connect(m_title, &QLineEdit::textChanged, this, &TaskFields::edited);
    connect(m_text, &QPlainTextEdit::textChanged, this, &TaskFields::edited);
    connect(m_due, &QLineEdit::textChanged, this, &TaskFields::edited);
    for (QComboBox *box : {m_priority, m_category, m_route})
        connect(box, &QComboBox::currentIndexChanged, this, &TaskFields::edited);
    connect(this, &TaskFields::edited, this, &TaskFields::count);
}

void TaskFields::show(const TaskForm &form, const Taxonomy &taxonomy, const std::vector<Route> &routes,
                      const std::vector<Target> &targets)
{
    const QSignalBlocker quiet(this);
    m_title->setText(words::oneLine(form.title, int(taskTitleLimit)));
    m_text->setPlainText(form.text);
    m_priority->setCurrentIndex(m_priority->findData(int(form.priority)));
    m_shownDue = form.due;
    m_shownDueText =
        form.due ? form.due.toDateTime().toLocalTime().toString(QStringLiteral("yyyy-MM-ddTHH:mm")) : QString();
    m_due->setText(m_shownDueText);
    m_category->clear();
    for (const Category &category : taxonomy) {
        if (!category.isRetired() || category.id == form.category)
            m_category->addItem(words::oneLine(category.name, 60), qlonglong(category.id.value));
    }
    chooseData(m_category, form.category.value, tr("(none)"));
    m_route->clear();
    for (const Route &route : routes) {
        if (!route.removedAt)
            m_route->addItem(
                QStringLiteral("%1 (%2)").arg(words::oneLine(route.name, 60), words::routeHint(route, targets)),
                qlonglong(route.id.value));
    }
    chooseData(m_route, form.route.value, tr("(none: choose one)"));
    count();
}

Result<TaskForm> TaskFields::form() const
{
    TaskForm form;
    form.title = m_title->text();
    form.text = m_text->toPlainText();
    form.priority = Priority(m_priority->currentData().toInt());
    form.category = CategoryId{m_category->currentData().toLongLong()};
    form.route = RouteId{m_route->currentData().toLongLong()};
    form.due = m_shownDue;
    if (m_due->text().trimmed() != m_shownDueText) {
        const Result<Timestamp> due = dueFrom(m_due->text(), words::now());
        if (!due)
            return due.error();
        form.due = *due;
    }
    return form;
}

void TaskFields::focusFirst()
{
    m_title->setFocus();
    m_title->selectAll();
}

/// Says so when something is too long, before it is refused.
void TaskFields::count()
{
    QStringList lines;
    const qsizetype title = m_title->text().simplified().size();
    const qsizetype text = m_text->document()->characterCount() - 1;
    const QLocale locale;
    if (title > taskTitleLimit)
        lines
            << tr("The title has %1 characters; %2 fit.").arg(locale.toString(title), locale.toString(taskTitleLimit));
    if (text > taskDescriptionLimit)
        lines << tr("The text has %1 characters; %2 fit.")
                     .arg(locale.toString(text), locale.toString(taskDescriptionLimit));
    setPlain(m_count, lines.join(QLatin1Char(' ')));
    m_count->setVisible(!lines.isEmpty());
}

} // namespace patchbay
