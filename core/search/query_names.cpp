#include "core/search/query.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using TermKind = SearchTerm::Kind;

constexpr int queryMostOfName = 40;

/// The names that the term must be one of; none for a term of another kind, "me" and "none".
const QStringList *queryKnownNames(const SearchTerm &term, const SearchNames &names)
{
    switch (term.kind) {
    case TermKind::Channel: return &names.channels;
    case TermKind::Category: return &names.categories;
    case TermKind::Label: return &names.labels;
    case TermKind::Assignee: return term.value == "me"_L1 || term.value == "none"_L1 ? nullptr : &names.operators;
    default: return nullptr;
    }
}

bool queryIsUnknown(const SearchTerm &term, const SearchNames &names)
{
    const QStringList *known = queryKnownNames(term, names);
    const QString wanted = term.value.simplified().toCaseFolded();
    return known && std::none_of(known->begin(), known->end(), [&](const QString &name) {
               return name.simplified().toCaseFolded() == wanted;
           });
}

QString queryNoun(TermKind kind)
{
    switch (kind) {
    case TermKind::Channel: return u"channel"_s;
    case TermKind::Category: return u"category"_s;
    case TermKind::Label: return u"label"_s;
    default: return u"person"_s;
    }
}

} // namespace

std::optional<QueryProblem> unknownName(const SearchQuery &query, const SearchNames &names)
{
    for (const std::vector<SearchTerm> &group : query.groups) {
        for (const SearchTerm &term : group) {
            if (!term.prefix && queryIsUnknown(term, names))
                return QueryProblem{
                    term.position, term.length,
                    u"There is no %1 named \"%2\"."_s.arg(queryNoun(term.kind), term.value.left(queryMostOfName))};
        }
    }
    return std::nullopt;
}

SearchQuery withoutHalfNames(const SearchQuery &query, const SearchNames &names)
{
    SearchQuery whole;
    for (std::vector<SearchTerm> group : query.groups) {
        std::erase_if(group, [&](const SearchTerm &term) { return term.prefix && queryIsUnknown(term, names); });
        if (!group.empty())
            whole.groups.push_back(std::move(group));
    }
    return whole;
}

} // namespace patchbay
