#pragma once

#include "ui/models/rule_editor.h"

#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace patchbay {

class ConditionTree;

/// One rule as a form: its name, when it holds, what it does. GUI thread.
class RuleForm final : public QWidget {
    Q_OBJECT

public:
    explicit RuleForm(RuleEditor &editor, QWidget *parent = nullptr);
    /// The rule at this place; -1: none.
    void setPlace(int place);
    int place() const { return m_place; }
    QLineEdit *nameField() const { return m_name; }
    ConditionTree *tree() const { return m_tree; }

private:
    void show();
    void showVerdict();
    void showActions();
    QWidget *actionRow(size_t index);
    QWidget *actionValue(size_t index, QWidget *parent);
    QStringList choicesFor(Action::Kind kind) const;
    void take();

    RuleEditor &m_editor;
    int m_place = -1;
    Rule m_rule; ///< as it is shown
    QLineEdit *m_name;
    ConditionTree *m_tree;
    QSpinBox *m_bound;
    QLabel *m_verdict;
    QVBoxLayout *m_actions;
    bool m_taking = false;
};

} // namespace patchbay
