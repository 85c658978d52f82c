// The message that a key chose.
#include "ui/models/words.h"
#include "ui/widgets/thread_view.h"

#include <QtWidgets/QScrollBar>

namespace patchbay {

namespace {

constexpr int choiceEdge = 12; ///< room that stays around what was chosen

} // namespace

void ThreadView::chooseMessage(int direction)
{
    const int marked = rowOf(m_marked);
    int row = marked < 0 ? cardCount() - 1 : marked + direction;
    const int step = marked < 0 ? -1 : direction;
    while (row >= 0 && row < cardCount() && m_model.at(row)->isEvents())
        row += step;
    if (row >= 0 && row < cardCount())
        mark(row);
}

const TimelineItem *ThreadView::chosen() const
{
    const int row = rowOf(m_marked);
    return row < 0 ? nullptr : m_model.at(row);
}

void ThreadView::mark(int row)
{
    if (const int before = rowOf(m_marked); before >= 0 && m_places[size_t(before)].row)
        m_places[size_t(before)].row->setMarked(false);
    const Message &message = m_model.at(row)->messages.front();
    m_marked = message.id;
    build(row);
    m_places[size_t(row)].row->setMarked(true);
    placeRows();
    QScrollBar *bar = verticalScrollBar();
    const int at = topOf(row);
    const int below = at + m_places[size_t(row)].height - viewport()->height();
    if (at < 0)
        bar->setValue(bar->value() + at - choiceEdge);
    else if (below > 0)
        bar->setValue(bar->value() + qMin(at - choiceEdge, below + choiceEdge));
    MessageCard *chosenCard = card(row);
    if (!chosenCard)
        return;
    chosenCard->setAccessibleDescription(words::oneLine(message.text, 400));
    chosenCard->setFocus();
}

} // namespace patchbay
