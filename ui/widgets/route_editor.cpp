#include "ui/widgets/route_editor.h"

#include "core/engine/field_template.h"
#include "ui/models/words.h"
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

/// "name = template" lines; what is no text (set on the command line) is left out.
QString routeOwnText(const QJsonObject &fields)
{
    QStringList lines;
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it) {
        if (it.value().isString())
            lines << QStringLiteral("%1 = %2").arg(it.key(), it.value().toString());
    }
    return lines.join(QLatin1Char('\n'));
}

QJsonObject routeOwnFields(const QString &text, const QJsonObject &before)
{
    QJsonObject fields;
    for (auto it = before.constBegin(); it != before.constEnd(); ++it) {
        if (!it.value().isString())
            fields.insert(it.key(), it.value());
    }
    for (const QString &line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const QString name = line.section(QLatin1Char('='), 0, 0).trimmed();
        if (!name.isEmpty())
            fields.insert(name, line.section(QLatin1Char('='), 1).trimmed());
    }
    return fields;
}

} // namespace

RouteEditor::RouteEditor(QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_strategy(new QComboBox(this))
    , m_explained(plainLabel({}, "small", this, true))
    , m_leads(new QFormLayout)
    , m_mapped(new QComboBox(this))
    , m_title(new QLineEdit(this))
    , m_description(new QPlainTextEdit(this))
    , m_priority(new QLineEdit(this))
    , m_due(new QLineEdit(this))
    , m_own(new QPlainTextEdit(this))
    , m_others(plainLabel({}, "small", this, true))
{
    m_name->setAccessibleName(tr("Name of the route"));
    m_name->setMaxLength(80);
    m_strategy->setAccessibleName(tr("Strategy"));
    for (const Strategy strategy :
         {Strategy::Single, Strategy::PrimaryBackup, Strategy::ByCategory, Strategy::Parallel})
        m_strategy->addItem(routeStrategyText(strategy), int(strategy));
    auto *head = new QFormLayout;
    head->addRow(plainLabel(tr("Name"), "", this), m_name);
    head->addRow(plainLabel(tr("Strategy"), "", this), m_strategy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addWidget(m_explained);
    layout->addLayout(m_leads);
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
    connect(m_mapped, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling)
            showMapping();
    });
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
    form->addRow(plainLabel(tr("Its own"), "", box), m_own);
    m_mapped->setAccessibleName(tr("Fields at this target"));
    m_title->setAccessibleName(tr("Template of the title"));
    m_description->setAccessibleName(tr("Template of the description"));
    m_priority->setAccessibleName(tr("Template of the priority"));
    m_due->setAccessibleName(tr("Template of the due date"));
    m_own->setAccessibleName(tr("The target's own fields, one per line: name = template"));
    for (QLineEdit *line : {m_title, m_priority, m_due})
        line->setPlaceholderText(tr("as drafted"));
    m_due->setPlaceholderText(tr("none, or +3d, or a date"));
    m_description->setPlaceholderText(tr("as drafted"));
    m_own->setPlaceholderText(tr("one per line: cf_3 = {{contact.address}}"));
    for (QPlainTextEdit *text : {m_description, m_own}) {
        text->setTabChangesFocus(true);
        text->setFixedHeight(64);
        connect(text, &QPlainTextEdit::textChanged, this, &RouteEditor::keepMapping);
    }
    for (QLineEdit *line : {m_title, m_priority, m_due})
        connect(line, &QLineEdit::textChanged, this, &RouteEditor::keepMapping);
    form->addRow(m_others);
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
    m_name->setText(route.name);
    m_strategy->setCurrentIndex(m_strategy->findData(int(route.strategy)));
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
    setTabOrder(before, m_mapped);
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
    m_shown = TargetId{m_mapped->currentData().toLongLong()};
    const FieldMapping mapping = m_route.mappingFor(m_shown);
    m_title->setText(mapping.title);
    m_title->setCursorPosition(0);
    m_description->setPlainText(mapping.description);
    m_priority->setText(mapping.priority);
    m_due->setText(mapping.due);
    m_own->setPlainText(routeOwnText(mapping.fields));
    const auto others = std::count_if(mapping.fields.begin(), mapping.fields.end(),
                                      [](const QJsonValue &value) { return !value.isString(); });
    setPlain(m_others, tr("%n field(s) that are no plain text stay as they are", nullptr, int(others)));
    m_others->setVisible(others > 0);
    for (QWidget *field : std::initializer_list<QWidget *>{m_title, m_description, m_priority, m_due, m_own})
        field->setEnabled(bool(m_shown));
    m_filling = false;
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
    mapping.fields = routeOwnFields(m_own->toPlainText(), mapping.fields);
    std::erase_if(m_route.mappings, [this](const FieldMapping &one) { return one.target == m_shown; });
    if (!mapping.isEmpty())
        m_route.mappings.push_back(mapping);
    Q_EMIT edited();
}

void RouteEditor::insertPlaceholder()
{
    QWidget *into = QApplication::focusWidget();
    if (!isAncestorOf(into) || (!qobject_cast<QLineEdit *>(into) && !qobject_cast<QPlainTextEdit *>(into))
        || into == m_name)
        into = m_title;
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
