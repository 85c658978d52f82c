#include "ui/widgets/route_editor.h"

#include "core/engine/field_template.h"
#include "ui/models/words.h"
#include "ui/widgets/own_fields_form.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay {

namespace {

using Strategy = Route::Strategy;

constexpr size_t routeTargetRows = 5; ///< choosers for an ordered list; more are set on the command line

QString routeStrategyText(Strategy strategy)
{
    switch (strategy) {
    case Strategy::Single: return RouteEditor::tr("One target");
    case Strategy::PrimaryBackup: return RouteEditor::tr("Primary and backup");
    case Strategy::ByCategory: return RouteEditor::tr("By category");
    case Strategy::Parallel: return RouteEditor::tr("Each of several targets");
    }
    return {};
}

QString routeStrategyHelp(Strategy strategy)
{
    switch (strategy) {
    case Strategy::Single: return RouteEditor::tr("Every task goes to this target.");
    case Strategy::PrimaryBackup:
        return RouteEditor::tr(
            "The backup gets a task only when the target before it surely did not take it. While it is "
            "not known whether it arrived, it is looked up, never sent elsewhere.");
    case Strategy::ByCategory:
        return RouteEditor::tr("The suggestion's category decides; the default is for all others.");
    case Strategy::Parallel:
        return RouteEditor::tr("A task at each target, with a state of its own; only what failed is repeated.");
    }
    return {};
}

QString routeFilesText(Route::Files files)
{
    switch (files) {
    case Route::Files::None: return RouteEditor::tr("None");
    case Route::Files::LastMessage: return RouteEditor::tr("Those of the customer's last message");
    case Route::Files::All: return RouteEditor::tr("Those of all the customer's messages");
    }
    return {};
}

} // namespace

RouteEditor::RouteEditor(QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_strategy(new QComboBox(this))
    , m_explained(plainLabel({}, "small", this, true))
    , m_leads(new QFormLayout)
    , m_files(new QComboBox(this))
    , m_mapped(new QComboBox(this))
    , m_title(new QLineEdit(this))
    , m_description(new QPlainTextEdit(this))
    , m_priority(new QLineEdit(this))
    , m_due(new QLineEdit(this))
    , m_own(new OwnFieldsForm(this))
{
    m_name->setAccessibleName(tr("Name of the route"));
    m_name->setMaxLength(80);
    m_strategy->setAccessibleName(tr("Strategy"));
    for (const Strategy strategy :
         {Strategy::Single, Strategy::PrimaryBackup, Strategy::ByCategory, Strategy::Parallel})
        m_strategy->addItem(routeStrategyText(strategy), int(strategy));
    m_files->setAccessibleName(tr("Files of the conversation that go along"));
    for (const Route::Files files : {Route::Files::None, Route::Files::LastMessage, Route::Files::All})
        m_files->addItem(routeFilesText(files), int(files));
    auto *along = new QFormLayout;
    along->addRow(plainLabel(tr("Files that go along"), "", this), m_files);
    auto *head = new QFormLayout;
    head->addRow(plainLabel(tr("Name"), "", this), m_name);
    head->addRow(plainLabel(tr("Strategy"), "", this), m_strategy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addWidget(m_explained);
    layout->addLayout(m_leads);
    layout->addLayout(along);
    layout->addWidget(makeMapping());
    layout->addStretch(1);
    connect(m_name, &QLineEdit::textEdited, this, &RouteEditor::edited);
    connect(m_strategy, &QComboBox::currentIndexChanged, this, [this] {
        if (m_filling)
            return;
        const std::vector<TargetId> all = m_route.allTargets();
        m_route.strategy = Strategy(m_strategy->currentData().toInt());
        m_route.byCategory.clear();
        m_route.targets = all;
        m_route.defaultTarget = {};
        if (m_route.strategy == Strategy::ByCategory) {
            m_route.defaultTarget = all.empty() ? TargetId{} : all.front();
            m_route.targets.clear();
        } else if (m_route.strategy == Strategy::Single && !all.empty()) {
            m_route.targets = {all.front()};
        }
        showTargets();
        showMappedTargets();
        Q_EMIT edited();
    });
    connect(m_files, &QComboBox::currentIndexChanged, this, [this] {
        m_route.files = Route::Files(m_files->currentData().toInt());
        if (!m_filling)
            Q_EMIT edited();
    });
    connect(m_mapped, &QComboBox::currentIndexChanged, this, [this] {
        if (m_filling)
            return;
        if (m_problem.isEmpty())
            return showMapping();
        m_filling = true; // what was typed is not lost
        m_mapped->setCurrentIndex(m_mapped->findData(qlonglong(m_shown.value)));
        m_filling = false;
        Q_EMIT refused(m_problem);
    });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { rememberField(now); });
}

QWidget *RouteEditor::makeMapping()
{
    auto *box = surface("card", this);
    auto *form = new QFormLayout(box);
    form->setContentsMargins(12, 10, 12, 10);
    form->addRow(plainLabel(tr("FIELDS"), "section", box));
    form->addRow(plainLabel(tr("At"), "", box), m_mapped);
    form->addRow(plainLabel(tr("Title"), "", box), m_title);
    form->addRow(plainLabel(tr("Description"), "", box), m_description);
    form->addRow(plainLabel(tr("Priority"), "", box), m_priority);
    form->addRow(plainLabel(tr("Due"), "", box), m_due);
    form->addRow(plainLabel(tr("ITS OWN FIELDS"), "section", box));
    form->addRow(m_own);
    m_mapped->setAccessibleName(tr("Fields at this target"));
    m_title->setAccessibleName(tr("Template of the title"));
    m_description->setAccessibleName(tr("Template of the description"));
    m_priority->setAccessibleName(tr("Template of the priority"));
    m_due->setAccessibleName(tr("Template of the due date"));
    m_own->setAccessibleName(tr("The target's own fields"));
    for (QLineEdit *line : {m_title, m_priority, m_due})
        line->setPlaceholderText(tr("as drafted"));
    m_due->setPlaceholderText(tr("none, or +3d, or a date"));
    m_description->setPlaceholderText(tr("as drafted"));
    m_description->setTabChangesFocus(true);
    m_description->setFixedHeight(64);
    connect(m_description, &QPlainTextEdit::textChanged, this, &RouteEditor::keepMapping);
    connect(m_own, &OwnFieldsForm::edited, this, &RouteEditor::keepMapping);
    connect(m_own, &OwnFieldsForm::refreshWanted, this, [this] { Q_EMIT choicesWanted(m_shown, true); });
    for (QLineEdit *line : {m_title, m_priority, m_due})
        connect(line, &QLineEdit::textChanged, this, &RouteEditor::keepMapping);
    auto *insert = textButton(tr("Insert a placeholder…"), "flat", box);
    insert->setAutoDefault(false);
    insert->setFocusPolicy(Qt::TabFocus); // a click leaves the cursor where the placeholder goes
    connect(insert, &QPushButton::clicked, this, &RouteEditor::insertPlaceholder);
    form->addRow(insert);
    return box;
}

void RouteEditor::focusFirst() { m_name->setFocus(); }

void RouteEditor::edit(const Route &route, const std::vector<Target> &targets, const Taxonomy &taxonomy)
{
    m_filling = true;
    m_route = route;
    m_targets = targets;
    m_taxonomy = taxonomy;
    m_shown = {};
    m_problem.clear();
    m_name->setText(route.name);
    m_strategy->setCurrentIndex(m_strategy->findData(int(route.strategy)));
    m_files->setCurrentIndex(m_files->findData(int(route.files)));
    m_filling = false;
    showTargets();
    showMappedTargets();
}

Route RouteEditor::route() const
{
    Route route = m_route;
    route.name = m_name->text().trimmed();
    return route;
}

QComboBox *RouteEditor::chooser(const QString &label, const QString &none, TargetId chosen)
{
    auto *box = new QComboBox(this);
    box->setAccessibleName(label);
    box->addItem(none, qlonglong(0));
    for (const Target &target : m_targets)
        box->addItem(words::oneLine(target.name, 60), qlonglong(target.id.value));
    box->setCurrentIndex(std::max(0, box->findData(qlonglong(chosen.value))));
    connect(box, &QComboBox::currentIndexChanged, this, &RouteEditor::readTargets);
    m_leads->addRow(plainLabel(label, "", this), box);
    m_targetFields.push_back(box);
    return box;
}

void RouteEditor::showTargets()
{
    while (m_leads->rowCount() > 0)
        m_leads->removeRow(0);
    m_targetFields.clear();
    setPlain(m_explained, routeStrategyHelp(m_route.strategy));
    const auto at = [this](size_t i) { return i < m_route.targets.size() ? m_route.targets[i] : TargetId{}; };
    const QString none = tr("(none)");
    switch (m_route.strategy) {
    case Strategy::Single: chooser(tr("Target"), none, at(0)); break;
    case Strategy::PrimaryBackup:
    case Strategy::Parallel:
        for (size_t i = 0; i < std::max(routeTargetRows, m_route.targets.size()); ++i) {
            const QString label = m_route.strategy == Strategy::Parallel ? tr("Target %1").arg(i + 1)
                : i == 0                                                 ? tr("Primary")
                                                                         : tr("Backup %1").arg(i);
            chooser(label, none, at(i));
        }
        break;
    case Strategy::ByCategory:
        chooser(tr("Default"), none, m_route.defaultTarget);
        for (const Category &category : m_taxonomy) {
            const auto known = std::find_if(m_route.byCategory.begin(), m_route.byCategory.end(),
                                            [&category](const auto &one) { return one.category == category.id; });
            chooser(words::oneLine(category.name, 40), tr("(the default)"),
                    known == m_route.byCategory.end() ? TargetId{} : known->target);
        }
        break;
    }
    QWidget *before = m_strategy;
    for (QComboBox *box : m_targetFields) {
        setTabOrder(before, box);
        before = box;
    }
    setTabOrder(before, m_files);
    setTabOrder(m_files, m_mapped);
}

/// What the choosers say becomes the route.
void RouteEditor::readTargets()
{
    const auto chosen = [this](size_t i) { return TargetId{m_targetFields[i]->currentData().toLongLong()}; };
    if (m_route.strategy == Strategy::ByCategory) {
        m_route.defaultTarget = chosen(0);
        m_route.byCategory.clear();
        for (size_t i = 0; i < m_taxonomy.size(); ++i) {
            if (const TargetId target = chosen(i + 1))
                m_route.byCategory.push_back({m_taxonomy[i].id, target});
        }
    } else {
        m_route.targets.clear();
        for (size_t i = 0; i < m_targetFields.size(); ++i) {
            if (const TargetId target = chosen(i))
                m_route.targets.push_back(target);
        }
    }
    const std::vector<TargetId> all = m_route.allTargets();
    std::erase_if(m_route.mappings, [&all](const FieldMapping &mapping) {
        return std::find(all.begin(), all.end(), mapping.target) == all.end();
    });
    showMappedTargets();
    Q_EMIT edited();
}

void RouteEditor::showMappedTargets()
{
    m_filling = true;
    const qlonglong before = m_mapped->currentData().toLongLong();
    m_mapped->clear();
    for (const TargetId id : m_route.allTargets()) {
        for (const Target &target : m_targets) {
            if (target.id == id)
                m_mapped->addItem(words::oneLine(target.name, 60), qlonglong(id.value));
        }
    }
    m_mapped->setCurrentIndex(std::max(0, m_mapped->findData(before)));
    m_filling = false;
    showMapping();
}

void RouteEditor::showMapping()
{
    m_filling = true;
    const TargetId before = m_shown;
    m_shown = TargetId{m_mapped->currentData().toLongLong()};
    m_problem.clear();
    const FieldMapping mapping = m_route.mappingFor(m_shown);
    m_title->setText(mapping.title);
    m_title->setCursorPosition(0);
    m_description->setPlainText(mapping.description);
    m_priority->setText(mapping.priority);
    m_due->setText(mapping.due);
    if (m_shown != before)
        m_own->showNoTarget();
    m_own->edit(mapping.fields);
    for (QWidget *field : std::initializer_list<QWidget *>{m_title, m_description, m_priority, m_due, m_own})
        field->setEnabled(bool(m_shown));
    m_filling = false;
    if (m_shown && m_shown != before)
        Q_EMIT choicesWanted(m_shown, false);
}

QString RouteEditor::nameOf(TargetId target) const
{
    const auto found =
        std::find_if(m_targets.begin(), m_targets.end(), [target](const Target &one) { return one.id == target; });
    return found == m_targets.end() ? QString() : found->name;
}

void RouteEditor::keepMapping()
{
    if (m_filling || !m_shown)
        return;
    FieldMapping mapping = m_route.mappingFor(m_shown);
    mapping.title = m_title->text();
    mapping.description = m_description->toPlainText();
    mapping.priority = m_priority->text();
    mapping.due = m_due->text();
    const Result<QJsonObject> own = m_own->fields();
    m_problem = own ? QString() : own.error().message;
    if (own)
        mapping.fields = *own;
    std::erase_if(m_route.mappings, [this](const FieldMapping &one) { return one.target == m_shown; });
    if (!mapping.isEmpty())
        m_route.mappings.push_back(mapping);
    Q_EMIT edited();
}

/// The fields that templates are typed into; the button itself takes the keyboard when it is reached with Tab.
void RouteEditor::rememberField(QWidget *field)
{
    const auto *box = qobject_cast<QComboBox *>(field);
    const bool isValue = box && box->objectName() == QLatin1String(OwnFieldRow::valueName);
    const bool isText = qobject_cast<QLineEdit *>(field) || qobject_cast<QPlainTextEdit *>(field);
    if (isAncestorOf(field) && field != m_name && (isText || isValue))
        m_lastField = field;
}

void RouteEditor::insertPlaceholder()
{
    QWidget *into = m_lastField && m_lastField->isVisible() && isAncestorOf(m_lastField) ? m_lastField.data() : m_title;
    if (auto *box = qobject_cast<QComboBox *>(into))
        into = box->lineEdit();
    std::vector<Choice> choices;
    for (const QString &name : FieldTemplate::placeholders()) {
        Choice choice;
        choice.text = name;
        choice.value = QStringLiteral("{{%1}}").arg(name);
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Placeholder"), std::move(choices), this);
    connect(picker, &Picker::chosen, into, [into](const QVariant &text) {
        if (auto *line = qobject_cast<QLineEdit *>(into))
            line->insert(text.toString());
        else if (auto *area = qobject_cast<QPlainTextEdit *>(into))
            area->insertPlainText(text.toString());
        into->setFocus();
    });
    picker->openOver(window());
}

} // namespace patchbay
