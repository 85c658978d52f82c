#include "ui/widgets/rules_page.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/rule_form.h"
#include "ui/widgets/rule_versions_dialog.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/trial_panel.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

RulesPage::RulesPage(const ConsoleContext &context, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_actions(actions)
    , m_editor(new RuleEditor(context, this))
    , m_trial(new TrialPanel(context, tr("What the draft would change, before it holds."), this))
    , m_shadow(new ShadowDifferences(context.store, this))
    , m_rules(new RuleListModel(*m_editor, this))
    , m_table(new QTableView(this))
    , m_form(new RuleForm(*m_editor, this))
    , m_tabs(new QTabWidget(this))
    , m_findings(new QListWidget(this))
    , m_differences(new QTableView(this))
    , m_shadowSentence(plainLabel({}, "body", this, true))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_status(plainLabel({}, "muted", this, true))
    , m_against(plainLabel({}, "muted", this, true))
    , m_default(new QComboBox(this))
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHead(layout);
    setUpRowTable(m_table, tr("Rules in their order"), m_rules, {46, 170, 220, 180, 80, 110}, RuleListModel::When);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_form);
    m_findings->setAccessibleName(tr("What the check found"));
    m_findings->setWordWrap(true);
    m_tabs->setAccessibleName(tr("The rule, the checks and the trial"));
    m_tabs->addTab(scroll, tr("Rule"));
    m_tabs->addTab(m_findings, tr("Checks"));
    m_tabs->addTab(m_trial, tr("On history"));
    m_tabs->addTab(buildShadow(), tr("Beside the live rules"));
    auto *split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(m_tabs);
    split->setSizes({230, 420});
    m_stack->addWidget(split);
    m_stack->addWidget(m_state);
    layout->addWidget(m_stack, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { m_form->setPlace(currentRule()); });
    connect(m_table, &QTableView::activated, this, [this] {
        m_tabs->setCurrentIndex(0);
        m_form->nameField()->setFocus();
    });
    connect(m_editor, &RuleEditor::changed, this, &RulesPage::showState);
    connect(m_editor, &RuleEditor::said, this, &RulesPage::said);
    connect(m_editor, &RuleEditor::failed, this, &RulesPage::failed);
    connect(m_editor, &RuleEditor::newerPublished, this, [this](const QString &sentence) {
        ask(this, tr("Publish over a newer version"), sentence, tr("Publish this draft all the same"),
            [this] { m_editor->publish(true); });
    });
    connect(m_trial, &TrialPanel::wanted, this, [this] { m_actions.trigger(QStringLiteral("rules.try")); });
    connect(m_trial, &TrialPanel::conversationWanted, this, &RulesPage::conversationWanted);
    connect(m_trial, &TrialPanel::failed, this, &RulesPage::failed);
    m_state->show(Glyph::Route, tr("Reading the rules…"), {});
    m_stack->setCurrentIndex(1);
    showShadow();
}

void RulesPage::buildHead(QVBoxLayout *to)
{
    auto *head = new QVBoxLayout;
    head->setContentsMargins(18, 13, 18, 10);
    head->setSpacing(4);
    head->addWidget(plainLabel(tr("Rules"), "title", this));
    head->addWidget(m_status);
    head->addWidget(m_against);
    auto *row = new QHBoxLayout;
    for (const char *id : {"rules.add", "rules.remove", "rules.up", "rules.down", "rules.undo", "rules.publish",
                           "rules.discard", "rules.shadow", "rules.versions"}) {
        const QString action = QLatin1String(id);
        const ConsoleAction *known = m_actions.byId(action);
        if (!known)
            continue;
        auto *button = textButton(known->title, action == QLatin1String("rules.publish") ? "primary" : "normal", this);
        button->setObjectName(action);
        setPlainTip(button, m_actions.titleWithKey(action));
        connect(button, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
        row->addWidget(button);
        m_buttons << button;
    }
    row->addStretch(1);
    head->addLayout(row);
    auto *otherwise = new QHBoxLayout;
    auto *label = plainLabel(tr("Where no rule names a route:"), "muted", this);
    label->setBuddy(m_default);
    nameChoices(m_default, tr("Route for what no rule routes"));
    otherwise->addWidget(label);
    otherwise->addWidget(m_default);
    otherwise->addStretch(1);
    head->addLayout(otherwise);
    to->addLayout(head);
    connect(m_default, &QComboBox::activated, this,
            [this] { m_editor->setDefaultRoute(m_default->currentData().toString()); });
}

QWidget *RulesPage::buildShadow()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(18, 10, 18, 10);
    layout->addWidget(m_shadowSentence);
    setUpRowTable(m_differences, tr("Messages that the draft would have decided otherwise"), &m_shadow->list(),
                  {140, 200, 230, 190, 190}, ChangedConversations::Subject);
    layout->addWidget(m_differences, 1);
    connect(m_differences, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const ChangedConversation *row = m_shadow->list().at(index))
            Q_EMIT conversationWanted(row->conversation);
    });
    connect(m_shadow, &ShadowDifferences::changed, this, &RulesPage::showShadow);
    connect(m_shadow, &ShadowDifferences::failed, this, &RulesPage::failed);
    return page;
}

TrialRunner &RulesPage::trial() { return m_trial->runner(); }

int RulesPage::currentRule() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? index.row() : -1;
}

void RulesPage::selectRule(int place)
{
    m_table->selectRow(qBound(0, place, m_rules->rowCount() - 1));
    m_form->setPlace(currentRule());
}

void RulesPage::setConversation(ConversationId conversation, const QString &about)
{
    m_editor->setConversation(conversation);
    setPlain(m_against, conversation ? tr("Checked against: %1").arg(about) : QString());
    m_against->setVisible(bool(conversation));
}

void RulesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_editor->reload();
    m_shadow->follow(true);
}

void RulesPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_shadow->follow(false);
}

void RulesPage::showState()
{
    const bool any = !m_editor->rules().rules.empty();
    if (!any)
        m_state->show(Glyph::Route, tr("No rule yet"),
                      tr("A rule looks at a message and names a route, a priority or a label. Without one everything "
                         "takes the default route."),
                      m_editor->canEdit() ? tr("Add a rule") : QString(), [this] { addRule(); });
    m_stack->setCurrentIndex(any ? 0 : 1);
    if (any && currentRule() < 0)
        selectRule(0);
    QString status = m_editor->isDraft()
        ? tr("A draft on version %1. Nothing of it holds before it is published.").arg(m_editor->live().version)
        : tr("Version %1 holds.").arg(m_editor->live().version);
    if (!m_editor->fault().isEmpty())
        status = tr("Not complete yet, and not saved: %1").arg(m_editor->fault());
    else if (m_editor->waitsForSecondPerson())
        status += QLatin1Char(' ') + tr("You wrote it: somebody else has to publish it.");
    const auto &draft = m_editor->draft();
    if (draft && draft->shadowUntil > words::now())
        status += QLatin1Char(' ')
            + tr("Beside the live rules until %1: it would have decided %2 of %3 messages otherwise.")
                  .arg(words::fullTime(draft->shadowUntil), QString::number(draft->shadowDiffers),
                       QString::number(draft->shadowSeen));
    setPlain(m_status, status);
    setLook(m_status, "role", m_editor->fault().isEmpty() ? "muted" : "warning");
    m_default->clear();
    m_default->addItem(tr("(none: it is not routed)"), QString());
    for (const QString &route : m_editor->names().routes)
        m_default->addItem(words::oneLine(route, 60), route);
    m_default->setCurrentIndex(qMax(0, m_default->findData(m_editor->rules().defaultRoute)));
    m_default->setEnabled(m_editor->canEdit());
    for (QPushButton *button : m_buttons) {
        const ConsoleAction *action = m_actions.byId(button->objectName());
        button->setEnabled(action && patchbay::isEnabled(*action));
    }
    showFindings();
}

void RulesPage::showFindings()
{
    m_findings->clear();
    int errors = 0;
    for (const RuleFinding &finding : m_editor->findings()) {
        const bool error = finding.severity == RuleFinding::Severity::Error;
        errors += error ? 1 : 0;
        const QString about = finding.rule.isEmpty() ? tr("All rules") : words::oneLine(finding.rule, 80);
        m_findings->addItem((error ? QStringLiteral("⚠ ") : QStringLiteral("△ ")) + about + QStringLiteral(": ")
                            + words::oneLine(finding.sentence, 400));
    }
    if (m_findings->count() == 0)
        m_findings->addItem(tr("✓ Nothing was found."));
    m_tabs->setTabText(1, errors > 0 ? tr("Checks: %n error(s)", nullptr, errors) : tr("Checks"));
}

void RulesPage::showShadow()
{
    setPlain(m_shadowSentence, m_shadow->sentence());
    m_differences->setVisible(m_shadow->list().rowCount() > 0);
    const qint64 differs = m_shadow->draft() ? m_shadow->draft()->shadowDiffers : 0;
    m_tabs->setTabText(3,
                       differs > 0 ? tr("Beside the live rules: %1").arg(QLocale().toString(differs))
                                   : tr("Beside the live rules"));
}

void RulesPage::addRule()
{
    selectRule(m_editor->addRule(currentRule()));
    m_tabs->setCurrentIndex(0);
    m_form->nameField()->setFocus();
    m_form->nameField()->selectAll();
}

void RulesPage::removeRule()
{
    const int place = currentRule();
    m_editor->removeRule(place);
    if (m_rules->rowCount() > 0)
        selectRule(place);
}

void RulesPage::moveRule(int by) { selectRule(m_editor->moveRule(currentRule(), by)); }

void RulesPage::tryOnHistory()
{
    m_tabs->setCurrentIndex(2);
    if (!trial().isRunning() && !m_editor->fault().isEmpty())
        return Q_EMIT failed(m_editor->fault());
    m_trial->toggle(m_editor->rules());
}

void RulesPage::publish()
{
    const RuleDiff diff = m_editor->difference();
    ask(this, tr("Publish the rules"),
        tr("%n rule(s) differ from version %1. The new version holds from the next message on; what is already routed "
           "stays.",
           nullptr, int(diff.rules.size()))
            .arg(m_editor->live().version),
        tr("Publish"), [this] { m_editor->publish(); });
}

void RulesPage::discard()
{
    ask(this, tr("Discard the draft"), tr("Its changes are lost; the live version is as it was."), tr("Discard"),
        [this] { m_editor->discard(); });
}

void RulesPage::startShadow()
{
    askChoice(this, tr("Try the draft beside the live rules"),
              tr("Each new message is decided by the live rules; what the draft would have decided is counted."),
              {tr("For a day"), tr("For a week"), tr("For 30 days"), tr("End the trial")}, [this](int answer) {
                  const int days[] = {1, 7, 30};
                  if (answer < 3)
                      m_editor->startShadow(days[answer]);
                  else
                      m_editor->endShadow();
              });
}

void RulesPage::askForSecondPerson()
{
    const bool wanted = m_editor->wantsSecondPerson();
    ask(this, tr("Who publishes a draft"),
        wanted
            ? tr("Somebody else than its author has to publish a draft. Shall everybody be able to publish their own?")
            : tr("Everybody publishes their own drafts. Shall somebody else than its author have to do it?"),
        wanted ? tr("Everybody") : tr("Somebody else"), [this, wanted] { m_editor->requireSecondPerson(!wanted); });
}

void RulesPage::showVersions()
{
    auto *dialog = new RuleVersionsDialog(m_context, *m_editor, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace patchbay
