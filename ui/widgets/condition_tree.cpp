#include "ui/widgets/condition_tree.h"

#include "ui/models/rule_editor.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

namespace patchbay {

namespace {

constexpr int treeIndent = 22;
constexpr int treeDepth = 6; ///< groups in groups; a file may nest deeper and is shown all the same

bool treeTakesMany(RuleOperator op) { return op == RuleOperator::OneOf || op == RuleOperator::Contains; }

Condition treeTest(const QString &category)
{
    Condition test;
    test.kind = Condition::Kind::Test;
    test.field = ruleField(RuleField::Category).name;
    test.id = RuleField::Category;
    test.op = RuleOperator::Is;
    test.values = {category};
    return test;
}

QStringList treeValues(const QString &text, RuleOperator op)
{
    if (!treeTakesMany(op))
        return {text.trimmed()};
    QStringList values;
    for (const QString &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty())
            values << part.trimmed();
    }
    return values;
}

} // namespace

ConditionTree::ConditionTree(QWidget *parent)
    : QWidget(parent)
    , m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(4);
}

void ConditionTree::setCondition(const Condition &root, const RuleNames &names)
{
    m_names = names;
    m_root = root;
    if (root.kind == Condition::Kind::Test) {
        m_root = Condition();
        m_root.children = {root};
    }
    m_trace.clear();
    rebuild();
}

void ConditionTree::setReadOnly(bool readOnly)
{
    if (m_readOnly == readOnly)
        return;
    m_readOnly = readOnly;
    rebuild();
}

Condition &ConditionTree::at(const Path &path)
{
    Condition *node = &m_root;
    for (const int place : path)
        node = &node->children[size_t(place)];
    return *node;
}

void ConditionTree::rebuild()
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_verdicts.clear();
    m_isGroup.clear();
    m_first.clear();
    addGroup(m_root, {});
    showTrace();
}

QWidget *ConditionTree::row(const Path &path)
{
    auto *line = new QWidget(this);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(treeIndent * int(path.size()), 0, 0, 0);
    layout->setSpacing(6);
    m_rows->addWidget(line);
    return line;
}

void ConditionTree::addGroup(const Condition &group, const Path &path)
{
    QWidget *line = row(path);
    auto *kind = new QComboBox(line);
    kind->addItems({tr("All of these"), tr("Any of these"), tr("None of these")});
    kind->setCurrentIndex(int(group.kind));
    nameChoices(kind, tr("How the conditions below count"));
    kind->setEnabled(!m_readOnly);
    connect(kind, &QComboBox::activated, this, [this, path](int index) {
        at(path).kind = Condition::Kind(index);
        changedForm(path);
    });
    line->layout()->addWidget(kind);
    m_first.emplace_back(path, kind);
    // The reader says nothing of a root that asks for all: its conditions say it.
    if (!path.empty() || group.kind != Condition::Kind::All) {
        m_verdicts.push_back(plainLabel({}, "small", line));
        m_isGroup.push_back(true);
        line->layout()->addWidget(m_verdicts.back());
    }
    static_cast<QBoxLayout *>(line->layout())->addStretch(1);
    addButtons(line, path, true);
    if (group.children.empty())
        m_rows->addWidget(plainLabel(tr("No condition: this always holds."), "muted", this, true));
    for (size_t i = 0; i < group.children.size(); ++i) {
        Path below = path;
        below.push_back(int(i));
        if (group.children[i].kind == Condition::Kind::Test)
            addTest(group.children[i], below);
        else
            addGroup(group.children[i], below);
    }
}

void ConditionTree::addTest(const Condition &test, const Path &path)
{
    QWidget *line = row(path);
    auto *field = new QComboBox(line);
    for (const RuleFieldInfo &info : ruleFields())
        field->addItem(fieldTitle(info.id), info.name);
    field->setCurrentIndex(int(test.id));
    nameChoices(field, tr("What is asked"));
    auto *op = new QComboBox(line);
    for (const RuleOperator allowed : ruleField(test.id).operators)
        op->addItem(operatorTitle(allowed), int(allowed));
    op->setCurrentIndex(op->findData(int(test.op)));
    nameChoices(op, tr("How it is compared"));
    QWidget *value = valueField(test, path, line);
    for (QWidget *part : std::initializer_list<QWidget *>{field, op, value}) {
        part->setEnabled(!m_readOnly);
        line->layout()->addWidget(part);
    }
    m_first.emplace_back(path, field);
    auto *verdict = plainLabel({}, "small", line, true);
    m_verdicts.push_back(verdict);
    m_isGroup.push_back(false);
    static_cast<QBoxLayout *>(line->layout())->addWidget(verdict, 1);
    addButtons(line, path, false);
    connect(field, &QComboBox::activated, this, [this, path](int index) {
        Condition &changed = at(path);
        const RuleFieldInfo &info = ruleFields()[size_t(index)];
        changed.field = info.name;
        changed.id = info.id;
        if (!ruleFieldAllows(info, changed.op))
            changed.op = info.operators.front();
        changed.values = {choicesFor(info.id).value(0)};
        changedForm(path);
    });
    connect(op, &QComboBox::activated, this, [this, path, op](int index) {
        Condition &changed = at(path);
        changed.op = RuleOperator(op->itemData(index).toInt());
        if (!treeTakesMany(changed.op))
            changed.values = changed.values.mid(0, 1);
        changedForm(path);
    });
}

QStringList ConditionTree::choicesFor(RuleField field) const
{
    switch (field) {
    case RuleField::Category: return m_names.categories;
    case RuleField::Channel: return m_names.channels;
    case RuleField::Label: return m_names.labels;
    case RuleField::Assignee: return m_names.operators;
    case RuleField::Automatic:
    case RuleField::Assigned:
    case RuleField::BusinessHours: return {QStringLiteral("true"), QStringLiteral("false")};
    case RuleField::Confidence: return {QStringLiteral("0.8")};
    case RuleField::Time: return {QStringLiteral("09:00")};
    case RuleField::WaitingMinutes: return {QStringLiteral("60")};
    default: return ruleField(field).choices;
    }
}

QWidget *ConditionTree::choiceField(const QStringList &choices, const Condition &test, const Path &path,
                                    QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->addItems(choices);
    const QString now = test.values.value(0);
    if (!choices.contains(now))
        box->insertItem(0, now); // a name that the workspace no longer has: the linter says so
    box->setCurrentText(now);
    connect(box, &QComboBox::activated, this, [this, path, box] {
        at(path).values = {box->currentText()};
        Q_EMIT edited();
    });
    return box;
}

QWidget *ConditionTree::valueField(const Condition &test, const Path &path, QWidget *parent)
{
    const RuleFieldInfo::Kind kind = ruleField(test.id).kind;
    const QStringList choices = choicesFor(test.id);
    const bool listed = kind == RuleFieldInfo::Kind::Choice || kind == RuleFieldInfo::Kind::Flag
        || (kind == RuleFieldInfo::Kind::Text && !choices.isEmpty());
    const bool typed = treeTakesMany(test.op) || test.op == RuleOperator::Matches;
    QWidget *made = nullptr;
    if (listed && !typed) {
        made = choiceField(choices, test, path, parent);
    } else {
        auto *field = new QLineEdit(test.values.join(QStringLiteral(", ")), parent);
        field->setPlaceholderText(treeTakesMany(test.op) ? tr("several with a comma between") : tr("value"));
        field->setMinimumWidth(220);
        field->setCursorPosition(0);
        setPlainTip(field, field->text());
        connect(field, &QLineEdit::editingFinished, this, [this, path, field, op = test.op] {
            const QStringList values = treeValues(field->text(), op);
            if (values == at(path).values)
                return;
            at(path).values = values;
            Q_EMIT edited();
        });
        made = field;
    }
    if (auto *box = qobject_cast<QComboBox *>(made))
        nameChoices(box, tr("What it is compared with"));
    else
        made->setAccessibleName(tr("What it is compared with"));
    return made;
}

void ConditionTree::addButtons(QWidget *line, const Path &path, bool isGroup)
{
    if (m_readOnly)
        return;
    const auto button = [&](Glyph glyph, const QString &name, const std::function<void()> &run) {
        auto *made = glyphButton(glyph, name, line);
        connect(made, &QToolButton::clicked, this, run);
        line->layout()->addWidget(made);
    };
    if (isGroup) {
        button(Glyph::Plus, tr("Add a condition here"), [this, path] {
            Condition &group = at(path);
            group.children.push_back(treeTest(m_names.categories.value(0)));
            Path added = path;
            added.push_back(int(group.children.size()) - 1);
            changedForm(added);
        });
    }
    if (isGroup && int(path.size()) < treeDepth) {
        button(Glyph::More, tr("Add a group here"), [this, path] {
            Condition &group = at(path);
            Condition inner;
            inner.kind = Condition::Kind::Any;
            inner.children = {treeTest(m_names.categories.value(0))};
            group.children.push_back(inner);
            Path added = path;
            added.push_back(int(group.children.size()) - 1);
            changedForm(added);
        });
    }
    if (!path.empty()) {
        button(Glyph::Close, isGroup ? tr("Remove this group") : tr("Remove this condition"), [this, path] {
            Path above(path.begin(), path.end() - 1);
            Condition &group = at(above);
            group.children.erase(group.children.begin() + path.back());
            changedForm(above);
        });
    }
}

void ConditionTree::changedForm(const Path &path)
{
    m_trace.clear();
    rebuild();
    for (const auto &[place, widget] : m_first) {
        if (place == path)
            widget->setFocus();
    }
    Q_EMIT edited();
}

void ConditionTree::setTrace(const std::vector<ConditionTrace> &trace)
{
    m_trace = trace;
    showTrace();
}

void ConditionTree::showTrace()
{
    const bool fits = m_trace.size() == m_verdicts.size(); // else it is of another form of the tree
    for (size_t i = 0; i < m_verdicts.size(); ++i) {
        QLabel *label = m_verdicts[i];
        if (!fits) {
            setPlain(label, {});
            continue;
        }
        const ConditionTrace &one = m_trace[i];
        // Of a group the number is how many of its conditions hold.
        const QString actual = m_isGroup[i] ? tr("%1 of them").arg(one.actual) : words::oneLine(one.actual, 60);
        setPlain(label,
                 one.holds ? tr("✓ true: %1").arg(actual.isEmpty() ? tr("nothing") : actual)
                           : tr("✗ false: %1").arg(actual.isEmpty() ? tr("nothing") : actual));
        setPlainTip(label, tr("%1; it is %2").arg(words::oneLine(one.text, 300), words::oneLine(one.actual, 300)));
        setLook(label, "role", one.holds ? "good" : "small");
    }
}

} // namespace patchbay
