#include "ui/models/body_document.h"
#include "ui/models/task_words.h"
#include "ui/models/words.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/tasks_page.h"

#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <algorithm>

// What the operator does on the page of tasks.

namespace patchbay {

void TasksPage::find()
{
    m_text->setFocus();
    m_text->selectAll();
}

void TasksPage::pickTarget()
{
    m_target->setFocus();
    m_target->showPopup();
}

void TasksPage::pickCategory()
{
    m_category->setFocus();
    m_category->showPopup();
}

void TasksPage::toggleMine() { m_mine->toggle(); }

/// One line per target: where it is, what became of it, how it stands there.
void TasksPage::showDetails()
{
    const task_list::Entry *entry = current();
    for (QPushButton *button : std::as_const(m_deeds))
        button->setEnabled(entry); // without a task there is nothing to act on
    if (!entry)
        return setPlain(m_details, {});
    const Timestamp now = words::now();
    QStringList lines{QStringLiteral("%1 · %2 · %3")
                          .arg(words::oneLine(entry->task.payload.title), words::oneLine(entry->contactName, 60),
                               words::oneLine(entry->subject, 120))};
    for (const task_list::At &at : entry->at) {
        const QString there = words::taskStatus(at.delivery, at.watch, now);
        lines << QStringLiteral("%1: %2").arg(words::oneLine(at.target, 60),
                                              there.isEmpty() ? words::deliverySentence(at.delivery, now) : there);
    }
    setPlain(m_details, lines.join(QLatin1Char('\n')));
}

void TasksPage::openConversation()
{
    if (const task_list::Entry *entry = current())
        Q_EMIT conversationWanted(entry->task.conversation);
}

void TasksPage::openRecord()
{
    const task_list::Entry *entry = current();
    if (!entry)
        return;
    for (const task_list::At &at : entry->at) {
        // Only a page of the web: what else an address could start is nobody's business here.
        if (!linkTarget(at.delivery.externalUrl).isEmpty()) {
            QDesktopServices::openUrl(QUrl(at.delivery.externalUrl));
            return;
        }
    }
    Q_EMIT failed(tr("This task has no page over there that is known here."));
}

void TasksPage::readAgain()
{
    if (const task_list::Entry *entry = current())
        m_triage.refreshTaskStatus(entry->task.conversation);
}

const Delivery *TasksPage::deliveryIn(std::initializer_list<DeliveryState> states) const
{
    const task_list::Entry *entry = current();
    if (!entry)
        return nullptr;
    for (const task_list::At &at : entry->at) {
        if (std::find(states.begin(), states.end(), at.delivery.state) != states.end())
            return &at.delivery;
    }
    return nullptr;
}

void TasksPage::retry()
{
    const Delivery *waits = deliveryIn({DeliveryState::Dead, DeliveryState::Failed});
    const Delivery *unknown = deliveryIn({DeliveryState::Unknown});
    if (!waits && unknown && unknown->isRestored())
        waits = unknown;
    if (waits)
        m_triage.retryDelivery(waits->id);
    else if (current())
        Q_EMIT failed(tr("Nothing of this task waits to be tried again."));
}

void TasksPage::settle()
{
    const task_list::Entry *entry = current();
    const Delivery *unknown = deliveryIn({DeliveryState::Unknown});
    if (unknown)
        OutboxPage::askSettle(window(), m_triage, unknown->id, entry->task.payload.title);
    else if (entry)
        Q_EMIT failed(tr("Only what is unknown needs to be settled. Nothing of this task is."));
}

} // namespace patchbay
