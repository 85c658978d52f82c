#pragma once

#include "core/engine/replay.h"
#include "core/engine/rule_desk.h"
#include "core/engine/rules_diff.h"
#include "core/store/rule_table.h"
#include "ui/models/console_context.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// The rules as a lead works on them: the live version, or a draft that is kept in the workspace a moment after each
/// change. Nothing holds before publish(). Says what the linter finds and what the rules say of one conversation.
/// GUI thread.
class RuleEditor final : public QObject {
    Q_OBJECT

public:
    explicit RuleEditor(const ConsoleContext &context, QObject *parent = nullptr);

    /// Reads the live version, the draft that was changed last, and the names that rules may use.
    void reload();
    bool isLoaded() const { return m_loaded; }
    bool canEdit() const;

    const RuleSet &rules() const { return m_rules; }
    /// As published.
    const RuleSet &live() const { return m_live; }
    const RuleNames &names() const { return m_names; }
    bool isDraft() const { return m_isDraft; }
    const std::optional<rule_drafts::Draft> &draft() const { return m_draft; }
    /// What keeps the rules from being read as they stand ("condition 2 has no value"); empty: nothing.
    QString fault() const { return m_fault; }
    const std::vector<RuleFinding> &findings() const { return m_findings; }
    RuleDiff difference() const { return diffRules(m_live, m_rules); }

    /// The conversation that conditions are checked against; none: they are not.
    void setConversation(ConversationId conversation);
    ConversationId conversation() const { return m_conversation; }
    /// None while it is being read, or where there is nothing to say; explanationFault() says why.
    const std::optional<Decision> &explanation() const { return m_explanation; }
    QString explanationFault() const { return m_explanationFault; }

    int addRule(int after);
    void removeRule(int place);
    /// Where it stands now.
    int moveRule(int place, int by);
    void setRule(int place, Rule rule);
    void setDefaultRoute(const QString &route);
    bool canUndo() const { return !m_undo.empty(); }
    void undo();

    void discard();
    void publish(bool overNewer = false);
    void rollBack(int version);
    void startShadow(int days);
    void endShadow();
    /// Whether somebody else than its author has to publish a draft; the workspace's setting.
    bool wantsSecondPerson() const { return m_secondPerson; }
    void requireSecondPerson(bool required);
    /// The draft is this operator's, and somebody else has to publish it.
    bool waitsForSecondPerson() const { return m_secondPerson && m_draft && m_draft->author == m_context.me.id; }

Q_SIGNALS:
    /// Rules, names or the draft's state are other ones.
    void changed();
    void explained();
    void said(const QString &sentence);
    void failed(const QString &sentence);
    /// Somebody published another version since the draft was begun.
    void newerPublished(const QString &sentence);

private:
    struct Loaded;
    static Result<Loaded> read(Database &db);
    void show(const Loaded &loaded);
    void edit(RuleSet next);
    void check();
    void save();
    void explain();
    template <class T> void deed(QFuture<Result<T>> command, const QString &text);

    ConsoleContext m_context;
    RuleSet m_rules;
    RuleSet m_live;
    RuleNames m_names;
    std::optional<rule_drafts::Draft> m_draft;
    bool m_isDraft = false;
    bool m_loaded = false;
    bool m_saving = false;
    bool m_secondPerson = false;
    QString m_fault;
    std::vector<RuleFinding> m_findings;
    std::vector<RuleSet> m_undo;
    ConversationId m_conversation;
    std::optional<Decision> m_explanation;
    QString m_explanationFault;
    quint64 m_epoch = 0; ///< of what is explained
    QTimer m_saveTimer;
};

/// "category is Billing and (text contains refund or ...)": a tree of conditions in one line.
QString conditionSentence(const Condition &condition);
/// "suggest Tasks, priority high".
QString actionSentence(const std::vector<Action> &actions);
/// An action's and an operator's name as a person reads it.
QString actionTitle(Action::Kind kind);
QString operatorTitle(RuleOperator op);
QString fieldTitle(RuleField field);

} // namespace patchbay
