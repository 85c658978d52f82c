#include "ui/models/ordered_conversations.h"

#include <algorithm>

namespace patchbay {

namespace {

bool orderedComesFirst(const conversations::Ordered &a, const conversations::Ordered &b)
{
    return a.sortAt != b.sortAt ? a.sortAt > b.sortAt : a.id > b.id;
}

} // namespace

int OrderedConversations::rowOf(ConversationId id) const
{
    const auto found = m_sortAt.constFind(id);
    return found == m_sortAt.constEnd() ? -1 : positionFor({id, *found});
}

int OrderedConversations::positionFor(const conversations::Ordered &entry) const
{
    return int(std::lower_bound(m_rows.begin(), m_rows.end(), entry, orderedComesFirst) - m_rows.begin());
}

void OrderedConversations::insert(const conversations::Ordered &entry)
{
    m_rows.insert(m_rows.begin() + positionFor(entry), entry);
    m_sortAt.insert(entry.id, entry.sortAt);
}

void OrderedConversations::removeAt(int row)
{
    m_sortAt.remove(at(row).id);
    m_rows.erase(m_rows.begin() + row);
}

void OrderedConversations::append(const std::vector<conversations::Ordered> &page)
{
    m_rows.insert(m_rows.end(), page.begin(), page.end());
    for (const conversations::Ordered &entry : page)
        m_sortAt.insert(entry.id, entry.sortAt);
}

void OrderedConversations::clear()
{
    m_rows.clear();
    m_sortAt.clear();
}

} // namespace patchbay
