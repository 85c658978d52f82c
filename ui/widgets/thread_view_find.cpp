#include "ui/widgets/body_view.h"
#include "ui/widgets/thread_view.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

#include <limits>

namespace patchbay {

// What is marked in the messages: a text that is looked for, and the words that counted.

void ThreadView::setFind(const QString &folded)
{
    m_find = folded;
    m_hit.reset();
    m_hitWanted = false;
    for (int row = 0; row < cardCount(); ++row) {
        if (MessageCard *shown = card(row))
            paintFind(*shown);
    }
}

void ThreadView::setEvidence(const EvidencePlaces &evidence)
{
    if (evidence == m_evidence)
        return;
    m_evidence = evidence;
    for (int row = 0; row < cardCount(); ++row) {
        if (MessageCard *shown = card(row))
            paintEvidence(*shown);
    }
}

void ThreadView::paintEvidence(MessageCard &card)
{
    const bool here = m_evidence.message && card.item().messages.front().id == m_evidence.message;
    card.setEvidence(here ? m_evidence.places : std::vector<EvidencePlace>());
}

void ThreadView::paintFind(MessageCard &card)
{
    const bool here = m_hit && card.item().messages.front().id == m_hit->message;
    card.setFind(m_find, here ? &*m_hit : nullptr);
    if (here && card.body())
        connect(card.body(), &BodyView::partShown, &m_later, qOverload<>(&QTimer::start), Qt::UniqueConnection);
}

void ThreadView::showPlace(const FindHit &hit)
{
    const MessageId before = m_hit ? m_hit->message : MessageId();
    m_hit = hit;
    m_hitWanted = true;
    const int row = rowOf(hit.message);
    if (row < 0) {
        showMessage(hit.message); // arrange() goes on when it is there
        return;
    }
    if (const int old = rowOf(before); old >= 0 && before != hit.message && card(old))
        paintFind(*card(old));
    m_followEnd = false;
    build(row);
    paintFind(*card(row));
    m_places[size_t(row)].measured = false;
    build(row);
    scrollToPlace();
}

/// Puts the current place on the screen, unless it is there; when it is not laid out yet, its message meanwhile.
void ThreadView::scrollToPlace()
{
    const int row = m_hit ? rowOf(m_hit->message) : -1;
    MessageCard *shown = row >= 0 ? card(row) : nullptr;
    if (!shown || !shown->body())
        return;
    const QRect place = shown->body()->currentPlace();
    const int inRow = place.isNull() ? 0 : shown->body()->mapTo(m_places[size_t(row)].row, place.topLeft()).y();
    const int y = top(row) + inRow;
    QScrollBar *bar = verticalScrollBar();
    const int room = viewport()->height();
    const bool visible = y >= bar->value() + room / 12 && y + place.height() <= bar->value() + room * 11 / 12;
    m_hitWanted = false; // not in the arrangement that this asks for
    if (!visible) {
        m_anchor = m_hit->message;
        m_anchorOffset = room / 3 - inRow;
        m_followEnd = false;
        m_jump->setVisible(true);
        arrange();
    }
    m_hitWanted = place.isNull(); // its part of the message is still to come
}

Timestamp ThreadView::readingFrom() const
{
    int y = 0;
    const int row = rowAt(verticalScrollBar()->value(), &y);
    // While nothing is there yet it will be the end.
    return row < cardCount() ? m_model.at(row)->messages.front().sortAt : Timestamp{std::numeric_limits<qint64>::max()};
}

} // namespace patchbay
