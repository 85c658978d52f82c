#pragma once

#include "core/store/conversation_table.h"

#include <QtCore/QHash>

#include <deque>

namespace patchbay {

/// Conversations in list order, newest first. Finding a row is a binary search, an arrival at the top and a page at the
/// bottom move nothing else: a change in a million rows costs microseconds. One thread.
class OrderedConversations {
public:
    int size() const { return int(m_rows.size()); }
    bool isEmpty() const { return m_rows.empty(); }
    const conversations::Ordered &at(int row) const { return m_rows[size_t(row)]; }
    /// -1 when it is not here.
    int rowOf(ConversationId id) const;
    bool contains(ConversationId id) const { return m_sortAt.contains(id); }

    /// Where this one belongs.
    int positionFor(const conversations::Ordered &entry) const;
    void insert(const conversations::Ordered &entry);
    void removeAt(int row);
    /// A page that follows what is here, in list order, without any that is here.
    void append(const std::vector<conversations::Ordered> &page);
    void clear();

private:
    std::deque<conversations::Ordered> m_rows; ///< grows cheaply at both ends
    QHash<ConversationId, Timestamp> m_sortAt; ///< by which the row is searched
};

} // namespace patchbay
