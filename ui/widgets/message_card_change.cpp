// What an operator does with the words of a message: answers them, or changes their own.
#include "ui/models/words.h"
#include "ui/widgets/message_card.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

namespace patchbay {

void MessageCard::addWriting(QMenu *to)
{
    const Direction direction = m_item.messages.front().direction;
    if (direction != Direction::Inbound && direction != Direction::Outbound)
        return;
    QAction *answer = to->addAction(tr("Reply to this message"), this, [this] { m_wishes.answer(m_item); });
    QAction *change = to->addAction(tr("Change what was sent…"), this, [this] { m_wishes.change(m_item); });
    connect(to, &QMenu::aboutToShow, this, [this, answer, change] {
        answer->setVisible(m_wishes.canAnswer && m_wishes.canAnswer());
        change->setVisible(m_wishes.canChange && m_wishes.canChange(m_item));
    });
}

void MessageCard::addChange(QVBoxLayout *to)
{
    m_changeLine = new QWidget(this);
    auto *row = new QHBoxLayout(m_changeLine);
    row->setContentsMargins(0, 0, 0, 0);
    m_change = plainLabel({}, "small", m_changeLine, true);
    row->addWidget(m_change, 1);
    const auto button = [&](const QString &text, auto wish) {
        auto *made = textButton(text, "flat", m_changeLine);
        connect(made, &QPushButton::clicked, this, [this, wish] {
            if (m_item.change && m_wishes.*wish)
                (m_wishes.*wish)(m_item.change->id);
        });
        row->addWidget(made);
        return made;
    };
    m_changeBack = button(tr("Leave it as it is"), &CardWishes::leave);
    m_changeAgain = button(tr("Try again"), &CardWishes::retry);
    m_changeSettle = button(tr("Settle…"), &CardWishes::settle);
    to->addWidget(m_changeLine);
    showChange();
}

void MessageCard::showChange()
{
    if (!m_changeLine)
        return;
    m_changeLine->setVisible(m_item.change.has_value());
    if (!m_item.change)
        return;
    const Delivery &change = *m_item.change;
    const QString wanted = words::oneLine(change.payload.value(QLatin1String("text")).toString(), 300);
    const bool isRefused = change.state == DeliveryState::Dead;
    const bool waits = change.state == DeliveryState::Queued;
    const QString how =
        words::deliverySign(change.state) + QLatin1Char(' ') + words::deliverySentence(change, words::now());
    setPlain(m_change,
             waits           ? tr("✎ This change waits: “%1”").arg(wanted)
                 : isRefused ? tr("△ Not changed over there: %1\nIt was to be: “%2”").arg(change.lastError, wanted)
                             : tr("✎ Change to “%1”: %2").arg(wanted, how));
    setLook(m_change, "role", isRefused || change.state == DeliveryState::Failed ? "danger" : "small");
    m_changeBack->setVisible(waits || isRefused);
    m_changeAgain->setVisible(isRefused || change.state == DeliveryState::Failed);
    m_changeSettle->setVisible(change.state == DeliveryState::Unknown);
}

} // namespace patchbay
