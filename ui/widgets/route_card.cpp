#include "ui/widgets/route_card.h"

#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t routeEvidenceShown = 8;

QString routeWeight(double weight)
{
    return (weight >= 0 ? QStringLiteral("+") : QStringLiteral("−")) + QString::number(std::abs(weight), 'f', 2);
}

QString routeNames(const std::vector<PlannedTask> &tasks, const QString &between)
{
    QStringList names;
    for (const PlannedTask &one : tasks)
        names << words::oneLine(one.target.name);
    return names.join(between);
}

QString routePlanLine(const TaskPlan &plan)
{
    const QString first = routeNames(plan.first, QStringLiteral(", "));
    if (!plan.backups.empty())
        return RouteCard::tr("→ Task in %1, or where it is not taken, in %2")
            .arg(first, routeNames(plan.backups, RouteCard::tr(", then ")));
    return plan.first.size() > 1 ? RouteCard::tr("→ A task in each of %1").arg(first)
                                 : RouteCard::tr("→ Task in %1").arg(first);
}

} // namespace

RouteCard::RouteCard(Triage &triage, const ActionRegistry &actions, QWidget *parent)
    : QFrame(parent)
    , m_triage(triage)
    , m_category(plainLabel({}, "title", this, true))
    , m_sure(plainLabel({}, "muted", this))
    , m_bar(new QProgressBar(this))
    , m_facts(plainLabel({}, "small", this, true))
    , m_goes(plainLabel({}, "heading", this, true))
    , m_title(plainLabel({}, "muted", this, true))
    , m_openTask(plainLabel({}, "warning", this, true))
    , m_accept(textButton({}, "primary", this))
    , m_change(textButton({}, "normal", this))
    , m_dismiss(textButton({}, "normal", this))
    , m_again(textButton({}, "normal", this))
    , m_why(new FoldSection(tr("Why (W)"), true, this))
    , m_rules(new FoldSection({}, false, this))
    , m_request(new FoldSection(tr("Exact request"), false, this))
{
    setProperty("surface", QStringLiteral("card"));
    setAttribute(Qt::WA_StyledBackground);
    m_bar->setRange(0, 100);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Confidence"));
    auto *head = new QHBoxLayout;
    head->addWidget(m_category, 1);
    head->addWidget(m_sure, 0, Qt::AlignBottom);
    auto *answers = new QHBoxLayout;
    answers->setSpacing(6);
    answers->addWidget(m_change, 1);
    answers->addWidget(m_dismiss, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 11, 12, 9);
    layout->setSpacing(6);
    layout->addWidget(plainLabel(tr("SUGGESTION"), "section", this));
    layout->addLayout(head);
    layout->addWidget(m_bar);
    layout->addWidget(m_facts);
    layout->addSpacing(3);
    layout->addWidget(m_goes);
    layout->addWidget(m_title);
    layout->addWidget(m_openTask);
    layout->addWidget(m_accept);
    layout->addLayout(answers);
    layout->addWidget(m_again);
    layout->addWidget(m_why);
    layout->addWidget(m_rules);
    layout->addWidget(m_request);

    const auto bind = [&actions, this](QPushButton *button, const char *id) {
        const QString actionId = QLatin1String(id);
        button->setText(actions.titleWithKey(actionId));
        button->setAccessibleName(button->text());
        connect(button, &QPushButton::clicked, this, [&actions, actionId] { actions.trigger(actionId); });
    };
    bind(m_accept, "conversation.accept");
    m_acceptKey = actions.keyText(QStringLiteral("conversation.accept"));
    bind(m_change, "conversation.category");
    bind(m_dismiss, "conversation.dismiss");
    bind(m_again, "conversation.suggest");
    m_change->setText(tr("Category (C)"));
    m_dismiss->setText(tr("Dismiss (X)"));
    for (FoldSection *section : {m_why, m_rules})
        connect(section, &FoldSection::toggled, this, &RouteCard::whyToggled);
    connect(&triage, &Triage::detailsChanged, this, &RouteCard::refresh);
    refresh();
}

void RouteCard::toggleWhy()
{
    // Both open, or both closed: one key shows every reason there is.
    const bool open = !(m_why->isOpen() && m_rules->isOpen());
    m_why->setOpen(open);
    m_rules->setOpen(open);
}

bool RouteCard::showsWhy() const { return m_why->isOpen() && m_rules->isOpen(); }

void RouteCard::refresh()
{
    const ConversationDetails *details = m_triage.details();
    setVisible(details != nullptr);
    if (!details)
        return;
    const bool any = details->suggestion.has_value();
    for (QWidget *widget :
         std::initializer_list<QWidget *>{m_goes, m_title, m_why, m_rules, m_request, m_bar, m_facts, m_sure})
        widget->setVisible(any);
    const bool pending = details->isPending();
    for (QWidget *widget : {m_accept, m_dismiss})
        widget->setVisible(pending);
    m_again->setVisible(!pending);
    m_openTask->hide();
    if (!any) {
        setPlain(m_category, tr("No suggestion"));
        m_facts->show();
        setPlain(m_facts,
                 tr("Nothing was suggested for this conversation yet, for example because its messages are older "
                    "than the channel. T writes a task, Shift+X suggests one."));
        return;
    }
    const Suggestion &suggestion = *details->suggestion;
    showClassification(*details, suggestion.classification);
    if (pending)
        showPending(*details, suggestion);
    else
        showDecided(*details, suggestion);
    showWhy(*details, suggestion);
    showRequest(*details);
}

void RouteCard::showClassification(const ConversationDetails &details, const Classification &about)
{
    setPlain(m_category, words::oneLine(details.categoryName(about.category)));
    setPlain(m_sure, tr("%1 sure").arg(words::percent(about.confidence)));
    m_bar->setValue(qRound(about.confidence * 100));
    QStringList facts{words::source(about.source), tr("priority %1").arg(words::priority(about.priority))};
    if (!about.language.isEmpty())
        facts << tr("language %1").arg(words::oneLine(about.language, 8));
    QString text = facts.join(QStringLiteral(" · "));
    if (about.source == ClassificationSource::RemoteModel) { // it was not asked how sure it is
        m_sure->hide();
        m_bar->hide();
    }
    if (about.abstained) {
        m_sure->hide();
        m_bar->hide();
        text = tr("Not sure enough to say. Nearest: %1, %2. C tells it, and it learns.")
                   .arg(words::oneLine(details.categoryName(about.runnerUp)), words::percent(about.confidence));
    }
    setPlain(m_facts, text);
}

void RouteCard::showPending(const ConversationDetails &details, const Suggestion &suggestion)
{
    const Route *route = details.route(suggestion.route);
    m_accept->setEnabled(m_triage.canAccept());
    if (!details.plan) {
        setPlain(m_goes, tr("⚠ Leads to no target yet"));
        setPlain(m_title, words::oneLine(details.planProblem, 400));
        return;
    }
    setPlain(m_goes, routePlanLine(*details.plan));
    QStringList lines{tr("“%1”, by route %2")
                          .arg(words::oneLine(details.plan->first.front().payload.title, 120),
                               route ? words::oneLine(route->name) : QString())};
    if (const std::vector<OutboundFile> &files = details.plan->first.front().payload.attachments; !files.empty())
        lines << tr("Files that go along: %1").arg(words::files(files));
    const bool hasBackup = !details.plan->backups.empty();
    for (const PlannedTask &one : details.plan->first) {
        const QString name = words::oneLine(one.target.name);
        const QString spared = words::breaker(one.target, words::now());
        const bool bad = one.target.health == Health::Failed || one.target.health == Health::Offline;
        if (bad && !hasBackup)
            lines << tr("△ %1 is %2: the task waits in the Outbox.").arg(name, words::health(one.target.health));
        else if (one.target.breakerAt(words::now()) == Target::Breaker::Open)
            lines << tr("△ %1 is %2: the backup gets the task.").arg(name, words::health(one.target.health));
        else if (bad)
            lines << tr("△ %1 is %2: it is tried, and the backup gets the task when it is not taken.")
                         .arg(name, words::health(one.target.health));
        if (!spared.isEmpty())
            lines << QStringLiteral("%1: %2").arg(name, spared);
    }
    setPlain(m_title, lines.join(QLatin1Char('\n')));
    if (details.openTasks.empty())
        return;
    const tasks::OpenAt &open = details.openTasks.front();
    const Target *there = details.target(open.delivery.target);
    setPlain(m_openTask,
             tr("⚠ An open task is here already: “%1” in %2. %3 links to it, or makes another.")
                 .arg(words::oneLine(open.task.payload.title, 80), there ? words::oneLine(there->name, 40) : QString(),
                      m_acceptKey));
    m_openTask->show();
}

void RouteCard::showDecided(const ConversationDetails &details, const Suggestion &suggestion)
{
    const QString who = words::oneLine(details.operatorName(suggestion.decidedBy));
    const QString when = words::shortTime(suggestion.decidedAt, words::now());
    switch (suggestion.state) {
    case Suggestion::State::Accepted:
        if (const Task *linked = details.task(suggestion.linkedTask)) {
            setPlain(m_goes,
                     tr("✓ Linked to “%1” by %2, %3").arg(words::oneLine(linked->payload.title, 80), who, when));
            break;
        }
        setPlain(m_goes, tr("✓ Accepted by %1, %2").arg(who, when));
        break;
    case Suggestion::State::Dismissed: setPlain(m_goes, tr("✕ Dismissed by %1, %2").arg(who, when)); break;
    case Suggestion::State::Overridden: setPlain(m_goes, tr("↷ Overridden by %1, %2").arg(who, when)); break;
    default: setPlain(m_goes, tr("No longer current")); break;
    }
    setPlain(m_title,
             suggestion.state == Suggestion::State::Accepted ? tr("The task is listed below. T writes another one.")
                                                             : tr("T writes a task, Shift+X suggests again."));
}

void RouteCard::showWhy(const ConversationDetails &details, const Suggestion &suggestion)
{
    m_why->clear();
    std::vector<Evidence> evidence = suggestion.classification.because;
    std::stable_sort(evidence.begin(), evidence.end(),
                     [](const Evidence &a, const Evidence &b) { return std::abs(a.weight) > std::abs(b.weight); });
    QVBoxLayout *to = m_why->content();
    if (evidence.empty())
        to->addWidget(plainLabel(tr("No single word decided it."), "small", m_why, true));
    double largest = 0;
    for (const Evidence &one : evidence)
        largest = std::max(largest, std::abs(one.weight));
    for (size_t i = 0; i < std::min(evidence.size(), routeEvidenceShown); ++i) {
        const Evidence &one = evidence[i];
        auto *row = new QHBoxLayout;
        row->setSpacing(8);
        auto *name = new ElidedLabel(words::oneLine(one.words, 48), "", m_why);
        auto *bar = new QProgressBar(m_why);
        bar->setTextVisible(false);
        bar->setRange(0, 100);
        bar->setFixedWidth(56);
        bar->setValue(largest > 0 ? qRound(100 * std::abs(one.weight) / largest) : 0);
        bar->setAccessibleName(tr("Weight of %1: %2").arg(words::oneLine(one.words, 48), routeWeight(one.weight)));
        row->addWidget(name, 1);
        row->addWidget(bar);
        row->addWidget(plainLabel(routeWeight(one.weight), one.weight >= 0 ? "good" : "danger", m_why));
        to->addLayout(row);
    }
    if (!evidence.empty())
        showPlaces(details);
    showRules(suggestion.trace);
}

/// Where the words stand, or why they are not marked.
void RouteCard::showPlaces(const ConversationDetails &details)
{
    using State = EvidencePlaces::State;
    const EvidencePlaces &found = details.evidence;
    const QString at = words::shortTime(details.evidenceAt, words::now());
    QStringList lines;
    if (found.state == State::Placed && !found.places.empty())
        lines << tr("Marked in the message of %1 while all reasons are open (W): underlined what spoke for it, dotted "
                    "what spoke against it.")
                     .arg(at);
    if (!found.inSubject.isEmpty() && found.state != State::OtherMessage)
        lines << tr("Only in the subject: %1.").arg(words::oneLine(found.inSubject.join(QStringLiteral(", ")), 200));
    if (found.state == State::ShownOtherwise)
        lines << tr("They are not marked in the message of %1: it is shown otherwise than it was read, so their places "
                    "are not sure.")
                     .arg(at);
    else if (found.state == State::OtherMessage)
        lines << tr("They are not marked: they were read in an earlier message.");
    else if (found.state == State::None)
        lines << tr("They are not marked: the message that they were read in is not here any more.");
    if (!lines.isEmpty())
        m_why->content()->addWidget(plainLabel(lines.join(QLatin1Char(' ')), "small", m_why, true));
    if (found.places.empty())
        return;
    auto *show = textButton(tr("Show this message"), "flat", m_why);
    connect(show, &QPushButton::clicked, this, [this, id = found.message] { Q_EMIT messageWanted(id); });
    m_why->content()->addWidget(show, 0, Qt::AlignLeft);
}

void RouteCard::showRules(const Trace &trace)
{
    m_rules->clear();
    QVBoxLayout *to = m_rules->content();
    const auto matched =
        std::count_if(trace.rules.begin(), trace.rules.end(), [](const RuleTrace &rule) { return rule.matched; });
    m_rules->setTitle(tr("Rules, version %1: %2 of %3 matched")
                          .arg(trace.ruleSetVersion)
                          .arg(matched + trace.untold)
                          .arg(int(trace.rules.size()) + trace.unmatched + trace.untold));
    if (trace.rules.empty())
        to->addWidget(plainLabel(tr("The rule set has no rule; the default route applies."), "small", m_rules, true));
    for (const RuleTrace &rule : trace.rules) {
        to->addWidget(plainLabel(
            (rule.matched ? tr("✓ %1: matched") : tr("✕ %1: did not match")).arg(words::oneLine(rule.rule, 80)),
            rule.matched ? "good" : "muted", m_rules, true));
        if (!rule.note.isEmpty())
            to->addWidget(plainLabel(words::oneLine(rule.note, 300), "warning", m_rules, true));
        for (const ConditionTrace &condition : rule.conditions) {
            const QString line = condition.holds
                ? tr("✓ true: %1 (it is “%2”)")
                      .arg(words::oneLine(condition.text, 90), words::oneLine(condition.actual, 50))
                : tr("✕ false: %1 (it is “%2”, wanted “%3”)")
                      .arg(words::oneLine(condition.text, 90), words::oneLine(condition.actual, 50),
                           words::oneLine(condition.expected, 50));
            auto *label = plainLabel(line, "small", m_rules, true);
            label->setIndent(14);
            to->addWidget(label);
        }
    }
    if (trace.unmatched > 0)
        to->addWidget(
            plainLabel(tr("%n more rule(s) did not match.", nullptr, trace.unmatched), "small", m_rules, true));
    if (trace.untold > 0)
        to->addWidget(plainLabel(tr("%n more rule(s) matched.", nullptr, trace.untold), "small", m_rules, true));
}

void RouteCard::showRequest(const ConversationDetails &details)
{
    m_request->clear();
    m_request->setVisible(details.plan && details.isPending());
    if (!details.plan || !details.isPending())
        return;
    const bool several = details.plan->targets().size() > 1;
    for (const std::vector<PlannedTask> *list : {&details.plan->first, &details.plan->backups}) {
        for (const PlannedTask &one : *list) {
            const QString name = words::oneLine(one.target.name);
            if (several)
                m_request->content()->addWidget(
                    plainLabel(list == &details.plan->first ? name : tr("%1, as the backup").arg(name), "heading",
                               m_request, true));
            showRequestTo(one);
        }
    }
}

void RouteCard::showRequestTo(const PlannedTask &one)
{
    const Result<QString> preview =
        m_triage.context().targets.preview(one.target.id, one.payload, tr("(key made when you accept)"));
    if (!preview) {
        m_request->content()->addWidget(
            plainLabel(tr("It cannot be shown: %1").arg(preview.error().message), "small", m_request, true));
        return;
    }
    auto *text = plainLabel(*preview, "mono", m_request, true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setFocusPolicy(Qt::NoFocus);
    m_request->content()->addWidget(text);
}

} // namespace patchbay
