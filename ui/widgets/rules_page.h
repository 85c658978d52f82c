#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/rule_editor.h"
#include "ui/models/rule_list_model.h"
#include "ui/models/shadow_differences.h"
#include "ui/models/trial_runner.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QTableView;
class QVBoxLayout;

namespace patchbay {

class RuleForm;
class StatePage;
class TrialPanel;

/// Where a lead reviews the rules: the list in its order, one rule as a form checked against the open conversation,
/// what the linter finds, a trial on history, and publication. GUI thread.
class RulesPage final : public QWidget {
    Q_OBJECT

public:
    RulesPage(const ConsoleContext &context, const ActionRegistry &actions, QWidget *parent = nullptr);

    RuleEditor &editor() { return *m_editor; }
    TrialRunner &trial();
    TrialPanel *trialPanel() const { return m_trial; }
    ShadowDifferences &shadow() { return *m_shadow; }
    QTableView *shadowList() const { return m_differences; }
    QTabWidget *tabs() const { return m_tabs; }
    QTableView *table() const { return m_table; }
    RuleForm *form() const { return m_form; }
    /// A sentence names the conversation in front.
    void setConversation(ConversationId conversation, const QString &about);

    // What the registry's actions do here.
    void addRule();
    void removeRule();
    void moveRule(int by);
    void tryOnHistory();
    void publish();
    void discard();
    void showVersions();
    void startShadow();
    void askForSecondPerson();

Q_SIGNALS:
    void conversationWanted(ConversationId conversation);
    void said(const QString &sentence);
    void failed(const QString &sentence);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    int currentRule() const;
    void selectRule(int place);
    void buildHead(QVBoxLayout *to);
    QWidget *buildShadow();
    void showState();
    void showShadow();
    void showFindings();

    ConsoleContext m_context;
    const ActionRegistry &m_actions;
    RuleEditor *m_editor;
    TrialPanel *m_trial;
    ShadowDifferences *m_shadow;
    RuleListModel *m_rules;
    QTableView *m_table;
    RuleForm *m_form;
    QTabWidget *m_tabs;
    QListWidget *m_findings;
    QTableView *m_differences;
    QLabel *m_shadowSentence;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLabel *m_status;
    QLabel *m_against;
    QComboBox *m_default;
    QList<QPushButton *> m_buttons;
};

} // namespace patchbay
