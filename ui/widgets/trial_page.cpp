#include "ui/widgets/trial_page.h"

#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

TrialPage::TrialPage(const ConsoleContext &context, const ActionRegistry &actions, TrialSubject subject,
                     QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_actions(actions)
    , m_subject(std::move(subject))
    , m_panel(new TrialPanel(context, tr("What this would change, before it holds. Nothing is written."), this))
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(18, 13, 18, 4);
    head->setSpacing(4);
    head->addWidget(plainLabel(m_subject.title, "title", this, true));
    if (!m_subject.explanation.isEmpty())
        head->addWidget(plainLabel(m_subject.explanation, "muted", this, true));
    auto *row = new QHBoxLayout;
    if (m_subject.chooser) {
        m_subject.chooser->setParent(this);
        row->addWidget(m_subject.chooser);
        connect(m_subject.chooser, &QComboBox::currentIndexChanged, this, &TrialPage::showState);
    }
    for (const char *id : {"trial.apply", "trial.give_up"}) {
        const QString action = QLatin1String(id);
        const bool applies = action == QLatin1String("trial.apply");
        const ConsoleAction *known = m_actions.byId(action);
        auto *button = textButton(applies     ? m_subject.applyText
                                      : known ? known->title
                                              : tr("Give up"),
                                  applies ? "primary" : "normal", this);
        button->setObjectName(action);
        setPlainTip(button, m_actions.titleWithKey(action));
        connect(button, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
        row->addWidget(button);
        m_buttons << button;
    }
    row->addStretch(1);
    head->addLayout(row);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_panel, 1);
    m_panel->asksModels()->setVisible(m_subject.offersModels);
    setFocusProxy(m_panel->tryButton());
    connect(m_panel, &TrialPanel::wanted, this, [this] { m_actions.trigger(QStringLiteral("trial.run")); });
    connect(m_panel, &TrialPanel::conversationWanted, this, &TrialPage::conversationWanted);
    connect(m_panel, &TrialPanel::failed, this, &TrialPage::failed);
    connect(&m_panel->runner(), &TrialRunner::stateChanged, this, &TrialPage::showState);
    showState();
}

bool TrialPage::canApply() const
{
    return !m_context.store.isReadOnly() && m_panel->runner().result()
        && m_tried == (m_subject.chooser ? m_subject.chooser->currentIndex() : -1);
}

void TrialPage::showState() { m_buttons.front()->setEnabled(canApply()); }

void TrialPage::tryOnHistory()
{
    m_tried = m_subject.chooser ? m_subject.chooser->currentIndex() : -1;
    m_panel->toggle(m_subject.draft());
}

void TrialPage::apply()
{
    if (!canApply())
        return;
    Q_EMIT ended();
    m_subject.apply();
}

void TrialPage::giveUp()
{
    m_panel->runner().cancel();
    Q_EMIT ended();
    if (m_subject.waiting)
        m_subject.waiting->open();
}

void TrialPage::drop()
{
    m_panel->runner().cancel();
    if (m_subject.waiting)
        m_subject.waiting->deleteLater();
    Q_EMIT ended();
}

} // namespace patchbay
