#pragma once

#include "core/store/search_index.h"
#include "core/store/search_table.h"
#include "support/inbox.h"

namespace patchbay::tests {

inline SearchTerm word(const QString &value, bool prefix = false)
{
    SearchTerm term;
    term.value = value;
    term.prefix = prefix;
    return term;
}

inline SearchTerm filter(SearchTerm::Kind kind, const QString &value)
{
    SearchTerm term;
    term.kind = kind;
    term.value = value;
    return term;
}

inline SearchTerm without(SearchTerm term)
{
    term.excluded = true;
    return term;
}

inline SearchQuery all(const std::vector<SearchTerm> &terms)
{
    SearchQuery query;
    for (const SearchTerm &term : terms)
        query.groups.push_back({term});
    return query;
}

/// An inbox whose texts can be searched at once.
class Library : public Inbox {
public:
    using Inbox::Inbox;

    ConversationId tell(const QString &text, const QString &subject = {}, ConversationId conversation = {})
    {
        now += second;
        const ConversationId to = conversation ? conversation : Inbox::conversation(now);
        Message m = message(to, now);
        m.text = text;
        m.subject = subject;
        add(m);
        return to;
    }
    void index()
    {
        run([](Database &db) { return search::indexSome(db, 10'000); });
    }
    std::vector<search::Hit> find(const SearchQuery &query)
    {
        index();
        return run([&, this](Database &db) { return search::newest(db, query, me, 0, 50).hits; });
    }
    QList<qint64> ids(const SearchQuery &query)
    {
        QList<qint64> found;
        for (const search::Hit &hit : find(query))
            found << hit.conversation.value;
        return found;
    }
    bool finds(ConversationId conversation, const SearchQuery &query)
    {
        return ids(query).contains(conversation.value);
    }

    qint64 now = 1'600'000'000 * second;
};

} // namespace patchbay::tests
