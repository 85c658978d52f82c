#include "ui/widgets/thread_view.h"

#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay {

// What the view does when its model changes.

int ThreadView::estimate(int row) const
{
    const TimelineItem &item = *m_model.at(row);
    if (item.isEvents())
        return 30;
    const int lines =
        1 + int(std::min<qsizetype>(item.messages.front().text.size(), 12'000)) * 7 / qMax(200, width() - 100);
    return 70 + lines * 20;
}

void ThreadView::inserted(int first, int last)
{
    const bool atEnd = last == m_model.rowCount() - 1 && !m_places.empty();
    m_places.insert(m_places.begin() + first, size_t(last - first + 1), Place{});
    for (int row = first; row <= last; ++row)
        m_places[size_t(row)].height = estimate(row);
    showDays(first, last + 1);
    if (atEnd && !m_followEnd) {
        m_below += last - first + 1;
        m_jump->setText(tr("↓ %n new", nullptr, m_below));
        m_jump->setAccessibleName(m_jump->text());
    }
    m_later.start();
}

void ThreadView::removed(int first, int last)
{
    for (int row = last; row >= first; --row) {
        drop(row);
        m_places.erase(m_places.begin() + row);
    }
    showDays(first, first);
    m_later.start();
}

void ThreadView::reset()
{
    for (int row = 0; row < cardCount(); ++row)
        drop(row);
    m_places.clear();
    if (m_model.conversation() != m_conversation)
        m_states.clear();
    if (m_hit && m_model.target() != m_hit->message)
        m_hitWanted = false;
    m_conversation = m_model.conversation();
    m_anchor = {};
    m_marked = {};
    m_followEnd = true;
    m_below = 0;
    m_jump->hide();
    if (m_model.rowCount() > 0)
        inserted(0, m_model.rowCount() - 1);
    arrange();
}

void ThreadView::opened()
{
    m_marked = m_model.target();
    if (m_marked) {
        m_followEnd = false;
        m_anchor = m_marked;
        m_anchorOffset = viewport()->height() / 4;
        if (const int row = rowOf(m_marked); row >= 0) {
            build(row);
            m_places[size_t(row)].row->setMarked(true);
        }
    }
    arrange(); // now: the answer to a key is one frame
}

void ThreadView::changed(int first, int last)
{
    for (int row = first; row <= last && row < cardCount(); ++row) {
        MessageCard *shown = card(row);
        if (!shown)
            continue;
        if (readsTheSame(shown->item(), *m_model.at(row))) {
            shown->update(*m_model.at(row));
            continue;
        }
        drop(row); // its author changed it, or a file has come: it is made again
        m_places[size_t(row)].measured = false;
        m_later.start();
    }
}

void ThreadView::showDays(int first, int last)
{
    for (int row = first; row <= last && row < cardCount(); ++row) {
        ThreadRow *widget = m_places[size_t(row)].row;
        const TimelineItem *before = m_model.at(row - 1);
        if (widget)
            widget->showDay(!before || threadDay(*before) != threadDay(*m_model.at(row)));
    }
}

} // namespace patchbay
