#include "ui/models/rule_editor.h"

#include "ui/models/when_done.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds ruleSaveAfter{600};
constexpr size_t ruleUndoLimit = 100;

} // namespace

struct RuleEditor::Loaded {
    RuleSet live = {};
    std::optional<rule_drafts::Draft> draft = {};
    RuleSet rules = {};
    RuleNames names = {};
    bool secondPerson = false;
};

RuleEditor::RuleEditor(const ConsoleContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(ruleSaveAfter);
    connect(&m_saveTimer, &QTimer::timeout, this, &RuleEditor::save);
}

bool RuleEditor::canEdit() const { return m_loaded && m_context.ruleDesk && !m_context.store.isReadOnly(); }

Result<RuleEditor::Loaded> RuleEditor::read(Database &db)
{
    Loaded loaded;
    const auto current = rule_sets::current(db);
    if (current.version > 0) {
        Result<RuleSet> live = parseRuleSet(current.document, current.version);
        if (!live)
            return live.error();
        loaded.live = std::move(*live);
    }
    loaded.rules = loaded.live;
    const auto drafts = rule_drafts::all(db);
    if (!drafts.empty()) {
        const Result<RuleSet> kept = parseRuleSet(drafts.front().document, 0);
        if (!kept)
            return kept.error();
        loaded.draft = drafts.front();
        loaded.rules = *kept;
    }
    loaded.names = ruleNames(db);
    loaded.secondPerson = patchbay::wantsSecondPerson(db);
    return db.finish(std::move(loaded));
}

void RuleEditor::reload()
{
    whenDone(this, m_context.store.read(&RuleEditor::read), [this](const Result<Loaded> &loaded) {
        if (!loaded)
            return Q_EMIT failed(loaded.error().message);
        // What is being typed is newer than what the workspace has of it.
        if (m_saveTimer.isActive() || m_saving)
            return;
        show(*loaded);
    });
}

void RuleEditor::show(const Loaded &loaded)
{
    m_live = loaded.live;
    m_draft = loaded.draft;
    m_isDraft = loaded.draft.has_value();
    m_rules = loaded.rules;
    m_names = loaded.names;
    m_secondPerson = loaded.secondPerson;
    m_loaded = true;
    check();
}

void RuleEditor::edit(RuleSet next)
{
    if (!canEdit())
        return;
    m_undo.push_back(m_rules);
    if (m_undo.size() > ruleUndoLimit)
        m_undo.erase(m_undo.begin());
    m_rules = std::move(next);
    m_isDraft = true;
    m_saveTimer.start();
    check();
}

/// Reads the rules back from their document: that is how they will be kept.
void RuleEditor::check()
{
    const QByteArray document = ruleSetDocument(m_rules);
    const Result<RuleSet> readable = parseRuleSet(document, m_rules.version);
    m_fault = readable ? QString() : readable.error().message;
    if (readable)
        m_rules = *readable;
    m_findings = readable ? lintDocument(document, &m_names) : std::vector<RuleFinding>();
    Q_EMIT changed();
    explain();
}

void RuleEditor::save()
{
    if (!m_fault.isEmpty() || !canEdit())
        return; // kept on the screen until it is complete
    m_saving = true;
    whenDone(this,
             m_context.ruleDesk->saveDraft(m_draft ? m_draft->id : RuleDraftId{}, ruleSetDocument(m_rules),
                                           m_draft ? m_draft->comment : QString()),
             [this](const Result<RuleDraftId> &saved) {
                 m_saving = false;
                 if (!saved)
                     return Q_EMIT failed(tr("The draft is not saved: %1").arg(saved.error().message));
                 if (!m_saveTimer.isActive())
                     reload();
                 else if (!m_draft)
                     m_draft = rule_drafts::Draft{.id = *saved};
             });
}

void RuleEditor::setConversation(ConversationId conversation)
{
    m_conversation = conversation;
    explain();
}

void RuleEditor::explain()
{
    m_explanation.reset();
    m_explanationFault.clear();
    const quint64 epoch = ++m_epoch;
    if (!m_conversation || !m_fault.isEmpty() || !m_context.snapshots)
        return Q_EMIT explained();
    auto work = [snapshot = m_context.snapshots->current(), rules = m_rules, id = m_conversation](Database &db) {
        return explainRules(db, *snapshot, rules, id);
    };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch](const Result<Decision> &decision) {
        if (epoch != m_epoch)
            return;
        if (decision)
            m_explanation = *decision;
        else
            m_explanationFault = decision.error().message;
        Q_EMIT explained();
    });
}

int RuleEditor::addRule(int after)
{
    RuleSet next = m_rules;
    Rule rule;
    const auto taken = [&next](const QString &name) {
        return std::any_of(next.rules.begin(), next.rules.end(), [&](const Rule &r) { return r.name == name; });
    };
    rule.name = tr("New rule");
    for (int n = 2; taken(rule.name); ++n)
        rule.name = tr("New rule %1").arg(n);
    Condition test;
    test.kind = Condition::Kind::Test;
    test.field = ruleField(RuleField::Category).name;
    test.op = RuleOperator::Is;
    test.values = {m_names.categories.value(0)};
    rule.when.children.push_back(test);
    Action action;
    action.kind = Action::Kind::SetPriority;
    action.value = u"high"_s;
    rule.then.push_back(action);
    const int place = qBound(0, after + 1, int(next.rules.size()));
    next.rules.insert(next.rules.begin() + place, std::move(rule));
    edit(std::move(next));
    return place;
}

void RuleEditor::removeRule(int place)
{
    if (place < 0 || size_t(place) >= m_rules.rules.size())
        return;
    RuleSet next = m_rules;
    next.rules.erase(next.rules.begin() + place);
    edit(std::move(next));
}

int RuleEditor::moveRule(int place, int by)
{
    const int to = place + by;
    if (place < 0 || to < 0 || size_t(place) >= m_rules.rules.size() || size_t(to) >= m_rules.rules.size())
        return place;
    RuleSet next = m_rules;
    std::swap(next.rules[size_t(place)], next.rules[size_t(to)]);
    edit(std::move(next));
    return to;
}

void RuleEditor::setRule(int place, Rule rule)
{
    if (place < 0 || size_t(place) >= m_rules.rules.size())
        return;
    RuleSet next = m_rules;
    next.rules[size_t(place)] = std::move(rule);
    edit(std::move(next));
}

void RuleEditor::setDefaultRoute(const QString &route)
{
    if (route == m_rules.defaultRoute)
        return;
    RuleSet next = m_rules;
    next.defaultRoute = route;
    edit(std::move(next));
}

void RuleEditor::undo()
{
    if (m_undo.empty())
        return;
    m_rules = std::move(m_undo.back());
    m_undo.pop_back();
    m_saveTimer.start();
    check();
}

template <class T> void RuleEditor::deed(QFuture<Result<T>> command, const QString &text)
{
    whenDone(this, std::move(command), [this, text](const Result<T> &done) {
        if (!done)
            return Q_EMIT failed(done.error().message);
        Q_EMIT said(text);
        reload();
    });
}

void RuleEditor::discard()
{
    m_saveTimer.stop();
    m_undo.clear();
    if (m_draft)
        return deed(m_context.ruleDesk->removeDraft(m_draft->id),
                    tr("The draft is gone; version %1 holds as before.").arg(m_live.version));
    m_isDraft = false;
    m_rules = m_live;
    check();
}

void RuleEditor::publish(bool overNewer)
{
    if (!m_fault.isEmpty())
        return Q_EMIT failed(m_fault);
    if (m_saveTimer.isActive() || m_saving || !m_draft) {
        if (m_saveTimer.isActive())
            save();
        return Q_EMIT failed(tr("The last change is being saved. Publish again in a moment."));
    }
    whenDone(this, m_context.ruleDesk->publish(m_draft->id, overNewer), [this](const Result<int> &version) {
        if (!version && version.error().kind == Error::Kind::Conflict)
            return Q_EMIT newerPublished(version.error().message);
        if (!version)
            return Q_EMIT failed(version.error().message);
        m_undo.clear();
        Q_EMIT said(tr("Version %1 holds from the next message on.").arg(*version));
        reload();
    });
}

void RuleEditor::rollBack(int version)
{
    deed(m_context.ruleDesk->rollBack(version), tr("The rules of version %1 hold again.").arg(version));
}

void RuleEditor::startShadow(int days)
{
    if (m_draft)
        deed(m_context.ruleDesk->startShadow(m_draft->id, days),
             tr("For %n day(s) the draft is asked beside the live rules; it has no effect.", nullptr, days));
}

void RuleEditor::endShadow()
{
    if (m_draft)
        deed(m_context.ruleDesk->endShadow(m_draft->id), tr("The trial beside the live rules has ended."));
}

void RuleEditor::requireSecondPerson(bool required)
{
    deed(m_context.ruleDesk->requireSecondPerson(required),
         required ? tr("From now on somebody else than its author publishes a draft.")
                  : tr("From now on everybody may publish their own drafts."));
}

} // namespace patchbay
