#include "ui/widgets/catch_up_guard.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtGui/QAccessible>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

CatchUpGuard::CatchUpGuard(QWidget *parent)
    : QFrame(parent)
    , m_text(plainLabel({}, "warning", this, true))
    , m_send(textButton(tr("Send all the same"), "flat", this))
{
    setProperty("surface", QStringLiteral("warning"));
    setAttribute(Qt::WA_StyledBackground);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(9, 4, 5, 4);
    row->addWidget(m_text, 1);
    row->addWidget(m_send);
    m_send->hide();
    connect(m_send, &QPushButton::clicked, this, [this] {
        if (m_asked)
            Q_EMIT sendAllTheSame(*m_asked);
    });
    hide();
}

void CatchUpGuard::follow(ConversationId conversation, const Channel *channel)
{
    const bool isLate = channel && channel->health == Health::CatchingUp;
    if (std::exchange(m_conversation, conversation) != conversation || !isLate)
        m_asked.reset();
    m_isLate = isLate;
    m_channel = channel ? words::oneLine(channel->name, 40) : QString();
    m_upTo = channel ? channel->caughtUpAt : Timestamp();
    showWords();
}

bool CatchUpGuard::asks(bool thenDoneAndNext)
{
    if (!m_isLate || m_asked) {
        m_asked.reset();
        showWords();
        return false;
    }
    m_asked = thenDoneAndNext;
    showWords();
    QAccessibleEvent spoken(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&spoken);
    return true;
}

void CatchUpGuard::askAgain()
{
    m_asked.reset();
    showWords();
}

void CatchUpGuard::showWords()
{
    QStringList parts{tr("◐ %1 is catching up: newer messages may still come in.").arg(m_channel)};
    if (m_upTo)
        parts << tr("Everything up to %1 is here.").arg(words::fullTime(m_upTo));
    if (m_asked)
        parts << tr("Not sent yet: Ctrl+Enter once more sends it all the same.");
    setPlain(m_text, parts.join(QLatin1Char(' ')));
    setAccessibleName(parts.join(QLatin1Char(' ')));
    m_send->setVisible(m_asked.has_value());
    setVisible(m_isLate);
}

} // namespace patchbay
