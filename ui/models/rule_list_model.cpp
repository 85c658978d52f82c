#include "ui/models/rule_list_model.h"

#include "ui/models/words.h"

namespace patchbay {

RuleListModel::RuleListModel(const RuleEditor &editor, QObject *parent)
    : RowsModel(parent)
    , m_editor(editor)
{
    connect(&editor, &RuleEditor::changed, this, &RuleListModel::refresh);
    connect(&editor, &RuleEditor::explained, this, &RuleListModel::refresh);
    refresh();
}

void RuleListModel::refresh()
{
    std::vector<RuleRow> rows;
    const auto &explanation = m_editor.explanation();
    for (const Rule &rule : m_editor.rules().rules) {
        RuleRow row;
        row.place = int(rows.size());
        row.name = words::oneLine(rule.name);
        row.when = words::oneLine(conditionSentence(rule.when), 300);
        row.then = words::oneLine(actionSentence(rule.then), 300);
        for (const RuleFinding &finding : m_editor.findings()) {
            if (finding.rule == rule.name)
                ++(finding.severity == RuleFinding::Severity::Error ? row.errors : row.warnings);
        }
        if (explanation && rows.size() < explanation->trace.rules.size())
            row.holds = explanation->trace.rules[rows.size()].matched;
        rows.push_back(std::move(row));
    }
    assign(std::move(rows));
}

QVariant RuleListModel::data(const QModelIndex &index, int role) const
{
    const RuleRow *row = at(index);
    if (!row || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole && role != Qt::ToolTipRole))
        return {};
    QString text;
    switch (Column(index.column())) {
    case Order: text = QString::number(row->place + 1); break;
    case Name: text = row->name; break;
    case When: text = row->when; break;
    case Then: text = row->then; break;
    case Holds: text = !row->holds ? QString() : *row->holds ? tr("✓ holds") : tr("✗ no"); break;
    case Checks:
        text = row->errors > 0  ? tr("⚠ %n error(s)", nullptr, row->errors)
            : row->warnings > 0 ? tr("△ %n warning(s)", nullptr, row->warnings)
                                : tr("✓");
        break;
    case ColumnCount: break;
    }
    return role == Qt::ToolTipRole ? text.toHtmlEscaped() : text;
}

QVariant RuleListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Order: return tr("No.");
    case Name: return tr("Rule");
    case When: return tr("When");
    case Then: return tr("Then");
    case Holds: return tr("Here");
    case Checks: return tr("Checked");
    case ColumnCount: break;
    }
    return {};
}

} // namespace patchbay
