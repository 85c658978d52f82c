#include "core/search/query.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using TermKind = SearchTerm::Kind;

QString queryTextName(const SearchTerm &term)
{
    using Field = SearchTerm::Field;
    switch (term.kind) {
    case TermKind::Channel: return u"channel:"_s;
    case TermKind::Category: return u"category:"_s;
    case TermKind::Label: return u"label:"_s;
    case TermKind::Assignee: return u"assignee:"_s;
    case TermKind::Is: return u"is:"_s;
    case TermKind::Has: return u"has:"_s;
    case TermKind::Before: return u"before:"_s;
    case TermKind::After: return u"after:"_s;
    case TermKind::Text: break;
    }
    switch (term.field) {
    case Field::From: return u"from:"_s;
    case Field::To: return u"to:"_s;
    case Field::Subject: return u"subject:"_s;
    case Field::File: return u"file:"_s;
    case Field::Any: break;
    }
    return {};
}

QString queryTextOf(const SearchTerm &term)
{
    const bool spaced = std::any_of(term.value.begin(), term.value.end(), [](QChar c) { return c.isSpace(); });
    QString text = term.excluded ? u"-"_s : QString();
    text += queryTextName(term);
    text += term.phrase || spaced ? quotedForQuery(term.value) : term.value;
    if (term.prefix && term.kind == TermKind::Text)
        text += u'*';
    return text;
}

/// A stretch of what was typed that stands or falls together: a term, or several with OR between them.
struct QueryStretch {
    int begin = 0;
    int end = 0;
    bool isText = false;
};

std::vector<QueryStretch> queryStretches(const SearchQuery &query)
{
    std::vector<QueryStretch> stretches;
    for (const std::vector<SearchTerm> &group : query.groups) {
        QueryStretch one{group.front().position, 0, false};
        for (const SearchTerm &term : group) {
            one.end = std::max(one.end, term.position + term.length);
            one.isText = one.isText || term.kind == TermKind::Text;
        }
        if (!stretches.empty() && one.begin < stretches.back().end) {
            stretches.back().end = std::max(stretches.back().end, one.end);
            stretches.back().isText = stretches.back().isText || one.isText;
        } else {
            stretches.push_back(one);
        }
    }
    return stretches;
}

} // namespace

QString quotedForQuery(const QString &value)
{
    QString inside = value;
    return u'"' + inside.replace(u'"', u"\"\""_s) + u'"';
}

QString toText(const SearchQuery &query)
{
    QStringList groups;
    for (const std::vector<SearchTerm> &group : query.groups) {
        QStringList terms;
        for (const SearchTerm &term : group)
            terms << queryTextOf(term);
        groups << terms.join(u" OR "_s);
    }
    return groups.join(u' ');
}

std::vector<Relaxation> relaxations(const QString &text, const QueryContext &context)
{
    const std::vector<QueryStretch> stretches = queryStretches(parseQuery(text, context).query);
    const auto lastText =
        std::find_if(stretches.rbegin(), stretches.rend(), [](const QueryStretch &one) { return one.isText; });
    std::vector<Relaxation> found;
    const auto offer = [&](Relaxation::Kind kind, const QueryStretch &one) {
        const QString left = (text.left(one.begin) + text.mid(one.end)).simplified();
        if (!parseQuery(left, context).query.isEmpty())
            found.push_back({kind, text.mid(one.begin, one.end - one.begin), left});
    };
    if (lastText != stretches.rend())
        offer(Relaxation::Kind::LastWord, *lastText);
    for (const QueryStretch &one : stretches) {
        if (!one.isText)
            offer(Relaxation::Kind::Filter, one);
    }
    return found;
}

} // namespace patchbay
