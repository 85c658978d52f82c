#include "ui/widgets/context_panel.h"

#include "core/engine/reply_text.h"
#include "ui/models/body_document.h"
#include "ui/models/task_words.h"
#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/opinion_card.h"
#include "ui/widgets/person_card.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/route_card.h"

#include <QtCore/QLocale>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

ContextPanel::ContextPanel(Triage &triage, SecondOpinion &opinion, const ActionRegistry &actions, QWidget *parent)
    : QScrollArea(parent)
    , m_triage(triage)
    , m_actions(actions)
    , m_route(new RouteCard(triage, actions, this))
    , m_opinion(new OpinionCard(triage, opinion, actions, this))
    , m_person(new PersonCard(triage, actions, this))
    , m_past(new FoldSection(tr("Other conversations"), true, this))
    , m_changes(new FoldSection(tr("Not so over there"), true, this))
    , m_tasks(new FoldSection(tr("Tasks"), true, this))
    , m_people(new FoldSection(tr("Who takes part"), false, this))
    , m_guides(new FoldSection(tr("What we go by"), true, this))
{
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    setFocusPolicy(Qt::StrongFocus);
    setProperty("pane", true);
    setAccessibleName(tr("Context of the conversation"));
    auto *content = new QWidget(this);
    content->setProperty("surface", QStringLiteral("window"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 10, 12, 14);
    layout->setSpacing(8);
    layout->addWidget(m_changes); // what was refused is to be seen without scrolling
    layout->addWidget(m_person);
    layout->addWidget(m_route);
    layout->addWidget(m_opinion);
    layout->addWidget(m_guides);
    layout->addWidget(m_tasks);
    layout->addWidget(m_people);
    layout->addWidget(m_past);
    layout->addStretch(1);
    setWidget(content);
    connect(&triage, &Triage::detailsChanged, this, &ContextPanel::refresh);
    connect(&m_second, &QTimer::timeout, this, &ContextPanel::tick);
    refresh();
}

void ContextPanel::refresh()
{
    // What is rebuilt must not take the keyboard with it.
    for (QWidget *part : std::initializer_list<QWidget *>{m_person, m_past, m_changes, m_tasks, m_people, m_guides}) {
        if (part->isAncestorOf(window()->focusWidget()))
            setFocus();
    }
    m_lines.clear();
    const ConversationDetails *details = m_triage.details();
    m_person->show(details);
    for (FoldSection *section : {m_past, m_changes, m_tasks, m_people, m_guides}) {
        section->clear();
        section->setVisible(details != nullptr);
    }
    if (!details)
        return;
    showChanges(*details);
    showTasks(*details);
    showParticipants(*details);
    showGuides(*details);
    m_past->setVisible(!details->past.empty());
    m_past->setTitle(tr("Other conversations (%1)").arg(details->past.size()));
    for (const Conversation &one : details->past) {
        const QString subject = words::oneLine(one.subject.isEmpty() ? one.snippet : one.subject, 44);
        const QString when = words::shortTime(one.sortAt, words::now());
        const QString where = words::oneLine(details->channelNames.value(one.channel), 24);
        auto *button = textButton(QStringLiteral("%1 · %2 · %3").arg(where, when, subject), "flat", m_past);
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        connect(button, &QPushButton::clicked, this, [this, id = one.id] { Q_EMIT conversationWanted(id); });
        m_past->content()->addWidget(button);
    }
}

void ContextPanel::tick()
{
    const Timestamp now = words::now();
    bool counting = false;
    for (const StateLine &line : m_lines) {
        if (line.label)
            setPlain(line.label,
                     words::deliverySign(line.delivery) + QLatin1Char(' ')
                         + words::deliverySentence(line.delivery, now));
        counting = counting || words::canTakeBack(line.delivery, now);
    }
    if (!counting)
        m_second.stop();
}

void ContextPanel::showTasks(const ConversationDetails &details)
{
    m_tasks->setVisible(!details.tasks.empty());
    m_tasks->setTitle(tr("Tasks (%1)").arg(details.tasks.size()));
    for (const Task &task : details.tasks)
        addTask(details, task);
    if (details.tasks.empty())
        return;
    const QString action = QStringLiteral("conversation.task_status");
    auto *refresh = textButton(m_actions.titleWithKey(action), "flat", m_tasks);
    connect(refresh, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
    m_tasks->content()->addWidget(refresh, 0, Qt::AlignLeft);
}

void ContextPanel::addTask(const ConversationDetails &details, const Task &task)
{
    QVBoxLayout *to = m_tasks->content();
    to->addWidget(plainLabel(words::oneLine(task.payload.title), "heading", m_tasks, true));
    const std::vector<const Delivery *> all = details.deliveriesOf(task.id);
    if (all.empty())
        to->addWidget(plainLabel(tr("Taken back"), "small", m_tasks));
    for (const Delivery *delivery : all)
        addDelivery(m_tasks, details, *delivery);
}

void ContextPanel::showChanges(const ConversationDetails &details)
{
    const std::vector<const Delivery *> all = details.troubledChanges();
    m_changes->setVisible(!all.empty());
    for (const Delivery *change : all) {
        const QString title = change->payload.value(QLatin1String("title")).toString();
        m_changes->content()->addWidget(plainLabel(words::oneLine(title), "heading", m_changes, true));
        addDelivery(m_changes, details, *change);
    }
}

void ContextPanel::addDelivery(FoldSection *section, const ConversationDetails &details, const Delivery &delivery)
{
    QVBoxLayout *to = section->content();
    if (const Target *target = details.target(delivery.target))
        to->addWidget(plainLabel(tr("in %1").arg(words::oneLine(target->name)), "small", section, true));
    const bool bad = delivery.state == DeliveryState::Failed || delivery.state == DeliveryState::Dead;
    const bool warns = delivery.state == DeliveryState::Unknown || delivery.replacedBy;
    m_lines.push_back({plainLabel({}, bad ? "danger" : warns ? "warning" : "small", section, true), delivery});
    to->addWidget(m_lines.back().label);
    tick();
    if (words::canTakeBack(delivery, words::now()))
        m_second.start(1000);
    const task_watch::Watch watch = details.watch(delivery.id);
    const QString there = words::taskStatus(delivery, watch, words::now());
    if (!there.isEmpty())
        to->addWidget(plainLabel(there, watch.gone || !watch.error.isEmpty() ? "warning" : "small", section, true));
    const DeliveryId id = delivery.id;
    const auto action = [&](const QString &text, std::function<void()> run) {
        auto *button = textButton(text, "flat", section);
        connect(button, &QPushButton::clicked, this, std::move(run));
        to->addWidget(button, 0, Qt::AlignLeft);
    };
    const QString host = linkTarget(delivery.externalUrl);
    if (!host.isEmpty())
        action(tr("Open at %1").arg(words::oneLine(host, 40)),
               [url = QUrl(delivery.externalUrl)] { QDesktopServices::openUrl(url); });
    if (delivery.isLinked() && delivery.state == DeliveryState::Sent)
        action(tr("Unlink"), [this, id = delivery.task] { m_triage.unlinkRecord(id); });
    if (delivery.state == DeliveryState::Queued)
        action(tr("Take back (Z)"), [this, id] { m_triage.cancelDelivery(id); });
    if (bad)
        action(tr("Try again"), [this, id] { m_triage.retryDelivery(id); });
    if (bad && delivery.kind == DeliveryKind::Change && !delivery.everAmbiguous)
        action(tr("Leave it as it is"), [this, id] { m_triage.cancelDelivery(id); });
    if (delivery.state == DeliveryState::Unknown)
        action(tr("Settle…"), [this, id] { Q_EMIT settleWanted(id); });
}

void ContextPanel::showParticipants(const ConversationDetails &details)
{
    m_people->setVisible(details.participants.size() > 1);
    m_people->setTitle(tr("Who takes part (%1)").arg(details.participants.size()));
    for (const Participant &one : details.participants) {
        const QString name = words::oneLine(one.address.name.isEmpty()
                                                ? one.address.address
                                                : QStringLiteral("%1 <%2>").arg(one.address.name, one.address.address),
                                            60);
        auto *box = new QCheckBox(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")), m_people);
        box->setAccessibleName(tr("Replies go to %1").arg(name));
        box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        setPlainTip(box, one.isContact ? tr("Replies always go to the contact") : tr("Replies go to %1").arg(name));
        box->setChecked(one.isContact || one.included);
        box->setEnabled(!one.isContact);
        connect(box, &QCheckBox::toggled, this,
                [this, address = one.address.address](bool on) { m_triage.includeParticipant(address, on); });
        m_people->content()->addWidget(box);
    }
}

/// Business rules that hold today for the conversation's category.
void ContextPanel::showGuides(const ConversationDetails &details)
{
    const QDate today = words::now().toDateTime().toLocalTime().date();
    const std::vector<BusinessRule> held = heldRules(details.businessRules, details.conversation.category, today);
    m_guides->setVisible(!held.empty());
    for (const BusinessRule &rule : held) {
        m_guides->content()->addWidget(plainLabel(words::oneLine(rule.title), "heading", m_guides, true));
        QString text = words::oneLine(rule.text, 600);
        if (rule.valid.until.isValid())
            text = tr("until %1: %2").arg(QLocale().toString(rule.valid.until, tr("d MMM", "date format")), text);
        m_guides->content()->addWidget(plainLabel(text, "muted", m_guides, true));
    }
}

} // namespace patchbay
