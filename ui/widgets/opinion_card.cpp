#include "ui/widgets/opinion_card.h"

#include "core/engine/model_commands.h"
#include "core/engine/model_prompt.h"
#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

namespace patchbay {

OpinionCard::OpinionCard(Triage &triage, SecondOpinion &opinion, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_triage(triage)
    , m_opinion(opinion)
    , m_actions(actions)
    , m_section(new FoldSection(tr("Second opinion"), false, this))
{
    setFocusPolicy(Qt::ClickFocus);
    setAccessibleName(tr("Second opinion"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_section);
    connect(&opinion, &SecondOpinion::changed, this, &OpinionCard::refresh);
    refresh();
}

void OpinionCard::unfold() { m_section->setOpen(true); }

QString OpinionCard::text() const
{
    QStringList all;
    for (const QLabel *label : m_section->findChildren<QLabel *>())
        all << QString(label->text()).remove(QChar(0x200b));
    return all.join(QLatin1Char('\n'));
}

void OpinionCard::addLine(const QString &text, const char *role)
{
    auto *label = plainLabel(text, role, m_section, true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_section->content()->addWidget(label);
}

void OpinionCard::addActions(const QStringList &ids)
{
    for (const QString &id : ids) {
        const ConsoleAction *action = m_actions.byId(id);
        if (!action)
            continue;
        auto *button = textButton(m_actions.titleWithKey(id), "flat", m_section);
        button->setObjectName(id);
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // the card widens for nothing
        button->setEnabled(patchbay::isEnabled(*action));
        connect(button, &QPushButton::clicked, this, [this, id] { m_actions.trigger(id); });
        m_section->content()->addWidget(button);
    }
}

void OpinionCard::refresh()
{
    if (m_section->isAncestorOf(window()->focusWidget())) // what is rebuilt must not take the keyboard with it
        m_section->parentWidget()->setFocus();
    m_section->clear();
    const ConversationDetails *details = m_triage.details();
    setVisible(details && m_triage.context().modelCommands);
    if (!details)
        return;
    const bool isSetUp = m_opinion.isSetUp();
    if (isSetUp != m_wasSetUp)
        m_section->setOpen(isSetUp);
    m_wasSetUp = isSetUp;
    const QString obstacle = m_opinion.obstacle();
    if (!obstacle.isEmpty()) {
        addLine(obstacle, "small");
        addActions({QStringLiteral("setup.models")});
        return;
    }
    if (const QString refusal = m_opinion.refusal(); !refusal.isEmpty())
        addLine(QStringLiteral("⚠ ") + refusal, "warning");
    showCategory(*details);
    showText(Purpose::Reply, tr("Suggested reply"));
    showText(Purpose::Summary, tr("Summary"));
    showText(Purpose::Translation, tr("Translation"));
    addActions({QStringLiteral("model.classify"), QStringLiteral("model.reply"), QStringLiteral("model.summary"),
                QStringLiteral("model.translation"), QStringLiteral("setup.models")});
}

bool OpinionCard::showState(const questions::Shown &shown)
{
    const QString model = words::oneLine(shown.modelName, 60);
    if (shown.isWaiting()) {
        const bool tried = shown.state == DeliveryState::Failed && !shown.error.isEmpty();
        if (shown.isAway()) {
            addLine(tr("… %1 has it in a batch, and answers within a day").arg(model), "muted");
            return false;
        }
        addLine(
            tried ? tr("… %1 has not answered yet: %2 It is asked again.").arg(model, words::oneLine(shown.error, 400))
                  : tr("… %1 is being asked").arg(model),
            tried ? "warning" : "muted");
        return false;
    }
    if (shown.isRefused()) {
        const QString why = shown.state == DeliveryState::Cancelled ? tr("It was cancelled.") : shown.error;
        addLine(QStringLiteral("✕ %1: %2").arg(model, words::oneLine(why, 600)), "danger");
        return false;
    }
    return true;
}

void OpinionCard::showCategory(const ConversationDetails &details)
{
    const questions::Shown *shown = m_opinion.newest(Purpose::Classify);
    if (!shown || !showState(*shown))
        return;
    const QString says = answerText(shown->question);
    const bool none = says == noCategoryLabel();
    const std::optional<Classification> &local = details.localClassification;
    const QString own = !local ? QString()
        : local->abstained     ? tr("not sure enough to say")
                               : words::oneLine(details.categoryName(local->category));
    if (!own.isEmpty())
        addLine(tr("On this computer: %1").arg(own), "");
    addLine(tr("%1: %2").arg(words::oneLine(shown->modelName, 60),
                             none ? tr("none of the categories") : words::oneLine(says)),
            "");
    const QString reason = shown->question.answer.value(QLatin1String("reason")).toString();
    if (!reason.isEmpty())
        addLine(words::oneLine(reason, 500), "small");
    if (local && local->abstained == none && (none || details.categoryName(local->category) == says)) {
        addLine(tr("✓ They agree."), "good");
        return;
    }
    if (local && !local->abstained)
        addLine(tr("≠ They disagree. Nothing changed by itself."), "warning");
    if (!none && details.categoryName(details.conversation.category) != says)
        addActions({QStringLiteral("model.take_category")});
}

void OpinionCard::showText(Purpose purpose, const QString &title)
{
    const questions::Shown *shown = m_opinion.newest(purpose);
    if (!shown)
        return;
    m_section->content()->addWidget(plainLabel(title, "heading", m_section));
    if (!showState(*shown))
        return;
    addLine(ModelCommands::draftText(shown->question), "");
    addLine(tr("by %1, %2")
                .arg(words::oneLine(shown->modelName, 60), words::shortTime(shown->question.answeredAt, words::now())),
            "small");
    const std::optional<Message> &newest = m_triage.details()->newestInbound;
    if (newest && newest->id != shown->question.message)
        addLine(tr("△ A newer message has come in since."), "warning");
    if (purpose == Purpose::Reply)
        addActions({QStringLiteral("model.use_reply")});
}

} // namespace patchbay
