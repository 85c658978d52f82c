#include "core/search/query.h"

#include "core/search/query_dates.h"
#include "core/search/query_tokens.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int queryMostCharacters = 500;
constexpr size_t queryMostTerms = 40;
constexpr int queryMostInProblem = 40; ///< characters of what was typed in a sentence

using TermKind = SearchTerm::Kind;
using Group = std::vector<SearchTerm>;

QString queryShort(const QString &text)
{
    return text.size() > queryMostInProblem ? text.left(queryMostInProblem) + u'…' : text;
}

bool queryHasWord(const QString &text)
{
    // Half a surrogate pair is part of a letter of a rarer script, or of a sign that people do search for.
    return std::any_of(text.begin(), text.end(), [](QChar c) {
        return c.isLetterOrNumber() || c.isSurrogate() || c.category() == QChar::Symbol_Other;
    });
}

/// Collects terms into groups, and the first thing that is wrong.
class QueryParser {
public:
    QueryParser(const QString &text, const QueryContext &context)
        : m_text(text)
        , m_context(context)
    {
    }

    ParsedQuery run()
    {
        const std::vector<QueryToken> tokens = queryTokens(m_text);
        for (size_t i = 0; i < tokens.size() && !m_full; ++i) {
            m_last = i + 1 == tokens.size();
            if (tokens[i].isOr) {
                readOr(tokens[i]);
            } else {
                readTerm(tokens[i]);
                m_or = false;
            }
        }
        checkNegative();
        return std::move(m_parsed);
    }

private:
    void complain(int position, int length, const QString &sentence)
    {
        if (!m_parsed.problem || m_parsed.problem->position > position)
            m_parsed.problem = QueryProblem{position, length, sentence};
    }
    void complain(const QueryToken &token, const QString &sentence)
    {
        complain(token.position, token.length, sentence);
    }
    /// True where the person may not be done with this token: it ends where the text ends.
    bool mayGoOn(const QueryToken &token) const
    {
        return m_context.typing && m_last && token.position + token.length == m_text.size();
    }

    void readOr(const QueryToken &token)
    {
        if (m_or)
            complain(token, u"OR stands twice."_s);
        else if (m_parsed.query.groups.empty())
            complain(token, u"OR needs something before it. To search for the word, put it in quotes: \"OR\"."_s);
        else if (m_last && !m_context.typing)
            complain(token, u"OR needs something after it. To search for the word, put it in quotes: \"OR\"."_s);
        else
            m_or = true;
    }

    void readTerm(const QueryToken &token)
    {
        SearchTerm term;
        term.value = token.value;
        term.excluded = token.excluded;
        term.position = token.position;
        term.length = token.length;
        if (!token.closed && !mayGoOn(token))
            complain(token.valuePosition, 1, u"This quote is not closed."_s);
        if (token.name.isEmpty())
            return readText(token, std::move(term));
        if (!operatorNames().contains(token.name)) {
            const int length = int(token.valuePosition) - token.position;
            return complain(token.position, length,
                            u"There is no %1:. Did you mean %2:? To search for the text, put it in quotes."_s.arg(
                                queryShort(token.name), operatorMeantBy(token.name)));
        }
        if (token.value.trimmed().isEmpty()) {
            if (!mayGoOn(token))
                complain(token, u"%1: needs a value directly after the colon."_s.arg(token.name));
            return;
        }
        readOperator(token, std::move(term));
    }

    void readText(const QueryToken &token, SearchTerm term)
    {
        if (!queryHasWord(token.value)) {
            if (!mayGoOn(token))
                complain(token, u"There is no letter and no digit to search for in this."_s);
            return;
        }
        term.phrase = token.quoted;
        term.prefix = token.star || (mayGoOn(token) && !(token.quoted && token.closed));
        add({term});
    }

    void readOperator(const QueryToken &token, SearchTerm term)
    {
        using Field = SearchTerm::Field;
        static const QList<std::pair<QString, Field>> fields{
            {u"from"_s, Field::From}, {u"to"_s, Field::To}, {u"subject"_s, Field::Subject}, {u"file"_s, Field::File}};
        static const QList<std::pair<QString, TermKind>> names{{u"channel"_s, TermKind::Channel},
                                                           {u"category"_s, TermKind::Category},
                                                           {u"label"_s, TermKind::Label},
                                                           {u"assignee"_s, TermKind::Assignee}};
        for (const auto &[name, field] : fields) {
            if (name == token.name) {
                term.field = field;
                return readText(token, std::move(term));
            }
        }
        for (const auto &[name, kind] : names) {
            if (name == token.name) {
                term.kind = kind;
                return readName(token, std::move(term));
            }
        }
        if (token.name == "is"_L1 || token.name == "has"_L1) {
            term.kind = token.name == "is"_L1 ? TermKind::Is : TermKind::Has;
            return readChoice(token, std::move(term), term.kind == TermKind::Is ? isChoices() : hasChoices());
        }
        readDate(token, std::move(term));
    }

    void readName(const QueryToken &token, SearchTerm term)
    {
        if (token.star) // a name is whole: a star at its end belongs to it
            term.value += u'*';
        const QString word = term.value.toLower();
        if (term.kind == TermKind::Assignee && (word == "me"_L1 || word == "none"_L1))
            term.value = word;
        else
            term.prefix = mayGoOn(token) && !(token.quoted && token.closed);
        add({term});
    }

    void readChoice(const QueryToken &token, SearchTerm term, const QStringList &choices)
    {
        term.value = term.value.toLower();
        if (choices.contains(term.value) && !token.star)
            return add({term});
        const bool begun = std::any_of(choices.begin(), choices.end(),
                                       [&](const QString &choice) { return choice.startsWith(term.value); });
        if (!(begun && mayGoOn(token)))
            complain(
                token,
                u"There is no %1:%2. There are %3."_s.arg(token.name, queryShort(token.value), choices.join(u", "_s)));
    }

    void readDate(const QueryToken &token, SearchTerm term)
    {
        const auto span = readQueryDate(token.value, m_context.now, m_context.zone);
        if (!span || token.star) {
            if (!(mayGoOn(token) && mayBecomeQueryDate(token.value)))
                complain(token,
                         u"%1 is not a date. Dates are 2024, 2024-03, 2024-03-12, today, yesterday, 7d, 3w, 2m or "
                         "1y."_s.arg(queryShort(token.value)));
            return;
        }
        // What is not before a time is after it: dates are never "excluded" for those who search.
        const bool excluded = std::exchange(term.excluded, false);
        SearchTerm after = term;
        after.kind = TermKind::After;
        after.at = span->begin;
        SearchTerm before = term;
        before.kind = TermKind::Before;
        before.at = span->begin;
        if (token.name != "on"_L1)
            return add({(token.name == "after"_L1) != excluded ? after : before});
        after.value = span->beginText;
        before.value = span->endText;
        before.at = span->end;
        if (!excluded)
            return add({after, before});
        std::swap(after.at, before.at);
        std::swap(after.value, before.value);
        addAny({before, after});
    }

    /// All of these hold (a day has two ends), or any term of the group before, if OR stood between.
    void add(const Group &all)
    {
        const SearchTerm &first = all.front();
        if (m_or && (first.excluded || m_parsed.query.groups.back().front().excluded)) {
            complain(first.position, first.length, u"What is left out with \"-\" cannot stand beside OR."_s);
            m_or = false;
        }
        std::vector<Group> groups = m_parsed.query.groups;
        std::vector<Group> begun;
        if (m_or) {
            begun.assign(groups.begin() + std::ptrdiff_t(m_begun), groups.end());
            groups.resize(m_begun);
        } else {
            begun.push_back({});
            m_begun = groups.size();
        }
        // (a AND b) OR c is (a OR c) AND (b OR c): all groups since the last AND get each of the new terms.
        for (const Group &group : begun) {
            for (const SearchTerm &term : all) {
                groups.push_back(group);
                groups.back().push_back(term);
            }
        }
        size_t count = 0;
        for (const Group &group : groups)
            count += group.size();
        if (count <= queryMostTerms)
            m_parsed.query.groups = std::move(groups);
        else
            leaveOutFrom(first.position);
    }
    void addAny(const Group &any)
    {
        for (const SearchTerm &term : any) {
            add({term});
            m_or = true;
        }
    }
    void leaveOutFrom(int position)
    {
        m_full = true;
        complain(
            position, int(m_text.size()) - position,
            u"A search has at most %1 words and filters: what comes from here on is left out."_s.arg(queryMostTerms));
    }

    void checkNegative()
    {
        const auto &groups = m_parsed.query.groups;
        const auto excluded = [](const Group &group) { return group.front().excluded; };
        const auto text = std::find_if(groups.begin(), groups.end(),
                                       [](const Group &group) { return group.front().kind == TermKind::Text; });
        if (text == groups.end() || !std::all_of(groups.begin(), groups.end(), excluded))
            return;
        complain(text->front().position, text->front().length,
                 u"Say also what to look for: a word, or a filter such as is:open."_s);
        m_parsed.query.groups.clear();
    }

    const QString &m_text;
    const QueryContext &m_context;
    ParsedQuery m_parsed;
    bool m_last = false;
    bool m_or = false; ///< OR stood before what comes next
    bool m_full = false;
    size_t m_begun = 0; ///< the first group of what the last AND began
};

} // namespace

ParsedQuery parseQuery(const QString &text, const QueryContext &context)
{
    if (text.size() <= queryMostCharacters)
        return QueryParser(text, context).run();
    const int most = queryMostCharacters - (text[queryMostCharacters - 1].isHighSurrogate() ? 1 : 0);
    const QString cut = text.left(most);
    ParsedQuery parsed = QueryParser(cut, context).run();
    if (!parsed.problem)
        parsed.problem = QueryProblem{most, int(text.size()) - most,
                                      u"A search has at most %1 characters."_s.arg(queryMostCharacters)};
    return parsed;
}

const QStringList &operatorNames()
{
    static const QStringList names{u"from"_s,    u"to"_s,       u"subject"_s, u"is"_s,       u"has"_s,
                                   u"channel"_s, u"category"_s, u"label"_s,   u"assignee"_s, u"after"_s,
                                   u"before"_s,  u"on"_s,       u"file"_s};
    return names;
}

const QStringList &isChoices()
{
    static const QStringList choices{u"unread"_s,   u"open"_s, u"done"_s,      u"snoozed"_s,
                                     u"awaiting"_s, u"mine"_s, u"unassigned"_s};
    return choices;
}

const QStringList &hasChoices()
{
    static const QStringList choices{u"attachment"_s, u"note"_s, u"task"_s, u"draft"_s};
    return choices;
}

} // namespace patchbay
