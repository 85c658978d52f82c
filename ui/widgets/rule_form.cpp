#include "ui/widgets/rule_form.h"

#include "ui/models/words.h"
#include "ui/widgets/condition_tree.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

namespace patchbay {

namespace {

constexpr int formBoundLimit = 100'000;

bool formIsNumber(Action::Kind kind) { return kind == Action::Kind::AcceptAbove; }

} // namespace

RuleForm::RuleForm(RuleEditor &editor, QWidget *parent)
    : QWidget(parent)
    , m_editor(editor)
    , m_name(new QLineEdit(this))
    , m_tree(new ConditionTree(this))
    , m_bound(new QSpinBox(this))
    , m_verdict(plainLabel({}, "muted", this, true))
    , m_actions(new QVBoxLayout)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 12, 18, 12);
    layout->setSpacing(7);
    m_name->setAccessibleName(tr("Name of the rule"));
    m_name->setMaxLength(200);
    layout->addWidget(plainLabel(tr("Name"), "section", this));
    layout->addWidget(m_name);
    layout->addWidget(m_verdict);
    layout->addWidget(plainLabel(tr("When"), "section", this));
    layout->addWidget(m_tree);
    layout->addWidget(plainLabel(tr("Then"), "section", this));
    m_actions->setSpacing(4);
    layout->addLayout(m_actions);
    auto *bound = new QHBoxLayout;
    m_bound->setRange(0, formBoundLimit);
    m_bound->setSpecialValueText(tr("as often as it holds"));
    m_bound->setAccessibleName(tr("At most so many times an hour"));
    bound->addWidget(plainLabel(tr("At most so many times an hour:"), "muted", this));
    bound->addWidget(m_bound);
    bound->addStretch(1);
    layout->addLayout(bound);
    layout->addStretch(1);
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        const QString name = m_name->text().simplified();
        if (name == m_rule.name)
            return;
        m_rule.name = name;
        take();
    });
    connect(m_tree, &ConditionTree::edited, this, [this] {
        m_rule.when = m_tree->condition();
        take();
    });
    connect(m_bound, &QSpinBox::editingFinished, this, [this] {
        if (m_bound->value() == m_rule.atMostPerHour)
            return;
        m_rule.atMostPerHour = m_bound->value();
        take();
    });
    connect(&m_editor, &RuleEditor::changed, this, &RuleForm::show);
    connect(&m_editor, &RuleEditor::explained, this, &RuleForm::showVerdict);
}

void RuleForm::setPlace(int place)
{
    m_place = place;
    m_rule = Rule();
    show();
}

void RuleForm::take()
{
    m_taking = true; // what is shown is what is taken: nothing is made anew under the keyboard
    m_editor.setRule(m_place, m_rule);
    m_taking = false;
}

void RuleForm::show()
{
    if (m_taking)
        return;
    const auto &rules = m_editor.rules().rules;
    const bool known = m_place >= 0 && size_t(m_place) < rules.size();
    setVisible(known);
    if (!known)
        return;
    const Rule &rule = rules[size_t(m_place)];
    const bool same = ruleDocument(rule) == ruleDocument(m_rule);
    const bool readOnly = !m_editor.canEdit();
    m_name->setReadOnly(readOnly);
    m_bound->setReadOnly(readOnly);
    m_tree->setReadOnly(readOnly);
    if (same)
        return;
    m_rule = rule;
    m_name->setText(rule.name);
    m_bound->setValue(rule.atMostPerHour);
    m_tree->setCondition(rule.when, m_editor.names());
    m_rule.when = m_tree->condition();
    showActions();
    showVerdict();
}

void RuleForm::showVerdict()
{
    const auto &explanation = m_editor.explanation();
    if (!explanation || m_place < 0) {
        setPlain(m_verdict,
                 m_editor.conversation() ? m_editor.explanationFault()
                                         : tr("Open a conversation in the inbox to see each condition checked against "
                                              "it."));
        m_tree->setTrace({});
        return;
    }
    if (size_t(m_place) >= explanation->trace.rules.size()) {
        setPlain(m_verdict, tr("Not asked about this conversation: an earlier rule stops."));
        m_tree->setTrace({});
        return;
    }
    const RuleTrace &trace = explanation->trace.rules[size_t(m_place)];
    setPlain(m_verdict,
             trace.matched              ? tr("It holds for the open conversation.")
                 : trace.note.isEmpty() ? tr("It does not hold for the open conversation.")
                                        : words::oneLine(trace.note, 300));
    m_tree->setTrace(trace.conditions);
}

QStringList RuleForm::choicesFor(Action::Kind kind) const
{
    const RuleNames &names = m_editor.names();
    switch (kind) {
    case Action::Kind::SuggestRoute: return names.routes;
    case Action::Kind::SetPriority: return ruleField(RuleField::Priority).choices;
    case Action::Kind::Assign:
    case Action::Kind::Escalate: return names.operators;
    default: return {};
    }
}

void RuleForm::showActions()
{
    while (QLayoutItem *item = m_actions->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (size_t i = 0; i < m_rule.then.size(); ++i)
        m_actions->addWidget(actionRow(i));
    if (!m_editor.canEdit())
        return;
    auto *add = textButton(tr("Add an action"), "flat", this);
    connect(add, &QPushButton::clicked, this, [this] {
        Action action;
        action.kind = Action::Kind::SuggestRoute;
        action.value = m_editor.names().routes.value(0);
        m_rule.then.push_back(action);
        showActions();
        take();
    });
    m_actions->addWidget(add, 0, Qt::AlignLeft);
}

QWidget *RuleForm::actionRow(size_t index)
{
    auto *line = new QWidget(this);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    auto *kind = new QComboBox(line);
    for (int i = 0; i <= int(Action::Kind::Stop); ++i)
        kind->addItem(actionTitle(Action::Kind(i)));
    kind->setCurrentIndex(int(m_rule.then[index].kind));
    nameChoices(kind, tr("What the rule does"));
    kind->setEnabled(m_editor.canEdit());
    connect(kind, &QComboBox::activated, this, [this, index](int chosen) {
        Action &action = m_rule.then[index];
        action.kind = Action::Kind(chosen);
        action.value = choicesFor(action.kind).value(0);
        action.number = formIsNumber(action.kind) ? 0.95 : 0;
        showActions();
        take();
    });
    layout->addWidget(kind);
    if (QWidget *value = actionValue(index, line)) {
        value->setEnabled(m_editor.canEdit());
        if (auto *box = qobject_cast<QComboBox *>(value))
            nameChoices(box, tr("With what"));
        else
            value->setAccessibleName(tr("With what"));
        layout->addWidget(value, 1);
    } else {
        layout->addStretch(1);
    }
    if (m_editor.canEdit()) {
        auto *remove = glyphButton(Glyph::Close, tr("Remove this action"), line);
        connect(remove, &QToolButton::clicked, this, [this, index] {
            m_rule.then.erase(m_rule.then.begin() + std::ptrdiff_t(index));
            showActions();
            take();
        });
        layout->addWidget(remove);
    }
    return line;
}

QWidget *RuleForm::actionValue(size_t index, QWidget *parent)
{
    const Action &action = m_rule.then[index];
    if (action.kind == Action::Kind::Stop)
        return nullptr;
    if (const QStringList choices = choicesFor(action.kind); !choices.isEmpty()) {
        auto *box = new QComboBox(parent);
        box->addItems(choices);
        if (!choices.contains(action.value))
            box->insertItem(0, action.value);
        box->setCurrentText(action.value);
        connect(box, &QComboBox::activated, this, [this, index, box] {
            m_rule.then[index].value = box->currentText();
            take();
        });
        return box;
    }
    const bool number = formIsNumber(action.kind);
    auto *field = new QLineEdit(number ? QString::number(action.number) : action.value, parent);
    connect(field, &QLineEdit::editingFinished, this, [this, index, field, number] {
        Action &changed = m_rule.then[index];
        const Action before = changed;
        if (number)
            changed.number = field->text().toDouble();
        else
            changed.value = field->text();
        if (!(changed == before))
            take();
    });
    return field;
}

} // namespace patchbay
