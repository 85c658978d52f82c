#pragma once

#include "core/engine/rules_lint.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace patchbay {

/// A tree of conditions, built from lists and fields without a syntax to type. Beside each stands whether it holds for
/// the chosen conversation, with the value that was found. GUI thread.
class ConditionTree final : public QWidget {
    Q_OBJECT

public:
    explicit ConditionTree(QWidget *parent = nullptr);

    /// `root` that is a single test is shown inside a group of one.
    void setCondition(const Condition &root, const RuleNames &names);
    const Condition &condition() const { return m_root; }
    /// What each condition came to, in the order of the tree; empty: not checked.
    void setTrace(const std::vector<ConditionTrace> &trace);
    void setReadOnly(bool readOnly);

Q_SIGNALS:
    void edited();

private:
    using Path = std::vector<int>; ///< from the root down

    Condition &at(const Path &path);
    void rebuild();
    void addGroup(const Condition &group, const Path &path);
    void addTest(const Condition &test, const Path &path);
    QWidget *row(const Path &path);
    QWidget *valueField(const Condition &test, const Path &path, QWidget *parent);
    QWidget *choiceField(const QStringList &choices, const Condition &test, const Path &path, QWidget *parent);
    void addButtons(QWidget *row, const Path &path, bool isGroup);
    QStringList choicesFor(RuleField field) const;
    /// After a change of the tree's form: rows are made anew, the keyboard stays at `path`.
    void changedForm(const Path &path);
    void showTrace();

    Condition m_root;
    RuleNames m_names;
    std::vector<ConditionTrace> m_trace;
    std::vector<QLabel *> m_verdicts; ///< in the order of the trace
    std::vector<bool> m_isGroup; ///< likewise
    bool m_readOnly = false;
    QVBoxLayout *m_rows;
    std::vector<std::pair<Path, QWidget *>> m_first; ///< what gets the keyboard in each row
};

} // namespace patchbay
