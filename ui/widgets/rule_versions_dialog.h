#pragma once

#include "ui/models/rule_editor.h"

#include <QtWidgets/QDialog>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace patchbay {

/// The versions of the rules, what each changed, and the way back to one. GUI thread.
class RuleVersionsDialog final : public QDialog {
    Q_OBJECT

public:
    RuleVersionsDialog(const ConsoleContext &context, RuleEditor &editor, QWidget *parent = nullptr);
    QListWidget *list() const { return m_list; }
    QPushButton *back() const { return m_back; }

private:
    struct Version {
        int number = 0;
        QString line = {};
    };
    static Result<std::vector<Version>> read(Database &db);
    void load();
    void showDifference();
    int current() const;

    ConsoleContext m_context;
    RuleEditor &m_editor;
    QListWidget *m_list;
    QLabel *m_trouble;
    QPlainTextEdit *m_difference;
    QPushButton *m_back;
    quint64 m_epoch = 0;
};

/// A difference in lines that a person reads, with the rules before and after.
QString differenceText(const RuleDiff &diff);

} // namespace patchbay
