#include "core/store/search_compile.h"

#include "core/search/tokens.h"

namespace patchbay::search {

using namespace Qt::StringLiterals;

namespace {

using Kind = SearchTerm::Kind;
using Field = SearchTerm::Field;

QString matchColumn(Field field)
{
    switch (field) {
    case Field::From: return u"{author} : "_s;
    case Field::To: return u"{recipients} : "_s;
    case Field::Subject: return u"{subject} : "_s;
    case Field::File: return u"{files} : "_s;
    case Field::Any: break;
    }
    return {};
}

constexpr int expansionLimit = 300;
constexpr int phraseExpansionLimit = 10; ///< each is a phrase of its own, which goes through all words before it
constexpr int commonExpansions = 16; ///< a word that may go on in more ways stands in many texts

QString quoted(const QString &word) { return u'"' + word + u'"'; }

/// How a word that is being typed may go on, as SQLite looks it up quickly: three letters have an index of their own,
/// of fewer all beginnings are tried, of more all words. Where those are too many each of them is rare, and SQLite goes
/// through them itself. "word *" means a beginning.
struct Continuations {
    QStringList ends = {}; ///< as they are looked up
    qsizetype ways = 1; ///< of one or two letters: how many there are, also where they are too many
};

Continuations continuations(Database &db, const QString &word, int limit)
{
    const qsizetype letters = word.toUcs4().size();
    const QString asIs = quoted(word) + u" *"_s;
    if (letters == 3)
        return {{asIs}, 1};
    QString end = word; // the first text that does not begin with the word
    end += QString::fromUcs4(U"\U0010FFFF", 1);
    const auto rows = db.rows(letters < 3 ? "SELECT DISTINCT substr(word, 1, 3) FROM search_word WHERE word >= ? "
                                            "AND word < ? LIMIT ?"
                                          : "SELECT word FROM search_word WHERE word >= ? AND word < ? LIMIT ?",
                              {word, end, limit + 1});
    const auto ways = qsizetype(rows.size());
    if (ways > limit)
        return {{asIs}, letters < 3 ? ways : 1};
    QStringList all;
    for (const Row &row : rows)
        all << quoted(row.text(0)) + (letters < 3 && row.text(0).toUcs4().size() == 3 ? u" *"_s : QString());
    return {all.isEmpty() ? QStringList{quoted(word)} : all, letters < 3 ? ways : 1};
}

/// For SQLite: "a" + "b" *. A word has no quotes, for it is letters and digits.
QString matchHere(Database &db, const SearchTerm &term, const std::vector<SearchWord> &words, qsizetype &ways)
{
    QStringList before;
    for (size_t i = 0; i + 1 < words.size(); ++i)
        before << quoted(QString::fromUtf8(words[i].folded));
    const QString last = QString::fromUtf8(words.back().folded);
    const int limit = before.isEmpty() ? expansionLimit : phraseExpansionLimit;
    const Continuations on = words.back().prefix ? continuations(db, last, limit) : Continuations{{quoted(last)}, 1};
    ways = on.ways;
    QStringList any;
    for (const QString &end : on.ends)
        any << matchColumn(term.field) + (before + QStringList{end}).join(u" + "_s);
    return any.size() == 1 ? any.front() : u'(' + any.join(u" OR "_s) + u')';
}

/// For PostgreSQL: 'a':A <-> 'b':A*.
QString matchOnServer(const SearchTerm &term, const std::vector<SearchWord> &words)
{
    const QString weight = term.field == Field::From ? u"A"_s
        : term.field == Field::To                    ? u"B"_s
        : term.field == Field::Subject               ? u"C"_s
                                                     : QString();
    QStringList parts;
    for (const SearchWord &word : words) {
        const QString flags = weight + (word.prefix ? u"*"_s : QString());
        parts << u'\'' + (term.field == Field::File ? u"="_s : QString()) + QString::fromUtf8(word.folded) + u'\''
                + (flags.isEmpty() ? QString() : u':' + flags);
    }
    return u'(' + parts.join(u" <-> "_s) + u')';
}

/// Names are compared as words are: "support" names "Support".
bool sameName(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0 || a.simplified().toCaseFolded() == b.simplified().toCaseFolded();
}

class Compiler {
public:
    Compiler(Database &db, OperatorId me)
        : m_db(db)
        , m_me(me)
    {
    }

    Compiled run(const SearchQuery &query)
    {
        QStringList wanted;
        QStringList unwanted;
        for (const std::vector<SearchTerm> &group : query.groups) {
            const std::vector<SearchTerm> terms = meaningful(group);
            if (terms.empty())
                continue;
            if (allWords(terms, false)) {
                wanted << anyOf(terms);
                noteBeginning(terms);
            } else if (terms.size() == 1 && allWords(terms, true)) {
                unwanted << match(terms.front());
            } else {
                m_out.of.add(condition(terms));
            }
        }
        if (!wanted.isEmpty()) {
            m_out.match = join(wanted, true);
            if (!unwanted.isEmpty())
                m_out.match = without(m_out.match, unwanted);
            if (wanted.size() > 1 || !unwanted.isEmpty())
                m_out.beginning.clear();
        } else {
            for (const QString &words : std::as_const(unwanted))
                m_out.of.add({" AND NOT " + holds(), {words}});
            m_out.ofMessages = m_out.ofMessages || !unwanted.isEmpty();
        }
        m_out.ofMessages = m_out.ofMessages || !m_out.match.isEmpty();
        return m_out;
    }

private:
    bool onServer() const { return m_db.dialect() == Dialect::Postgres; }

    /// Punctuation alone asks for nothing.
    static std::vector<SearchTerm> meaningful(const std::vector<SearchTerm> &group)
    {
        std::vector<SearchTerm> terms;
        for (const SearchTerm &term : group) {
            if (term.kind != Kind::Text || !wordsOfTerm(term).empty())
                terms.push_back(term);
        }
        return terms;
    }

    static bool allWords(const std::vector<SearchTerm> &terms, bool excluded)
    {
        return std::all_of(terms.begin(), terms.end(), [excluded](const SearchTerm &term) {
            return term.kind == Kind::Text && term.excluded == excluded;
        });
    }

    QString match(const SearchTerm &term)
    {
        const std::vector<SearchWord> words = wordsOfTerm(term);
        return onServer() ? matchOnServer(term, words) : matchHere(m_db, term, words, m_ways);
    }

    /// Whether these, of which a match was just made, are one common beginning. A single ideograph is none: it is
    /// common only in texts of one language, which need not be the newest.
    void noteBeginning(const std::vector<SearchTerm> &terms)
    {
        if (onServer() || terms.size() != 1 || terms.front().field != Field::Any || m_ways <= commonExpansions)
            return;
        const std::vector<SearchWord> words = wordsOfTerm(terms.front());
        if (words.size() != 1 || isSingleIdeograph(words.front().folded))
            return;
        m_out.beginning = words.front().folded;
        m_out.ways = int(m_ways);
    }

    QString join(const QStringList &parts, bool all) const
    {
        if (parts.size() == 1)
            return parts.front();
        const QString between = onServer() ? (all ? u" & "_s : u" | "_s) : (all ? u" AND "_s : u" OR "_s);
        return u'(' + parts.join(between) + u')';
    }

    QString without(const QString &wanted, const QStringList &unwanted) const
    {
        return onServer() ? u"%1 & !(%2)"_s.arg(wanted, unwanted.join(u" | "_s))
                          : u"%1 NOT (%2)"_s.arg(wanted, unwanted.join(u" OR "_s));
    }

    QString anyOf(const std::vector<SearchTerm> &terms)
    {
        QStringList parts;
        for (const SearchTerm &term : terms)
            parts << match(term);
        return join(parts, false);
    }

    /// That a document holds words, where the index does not lead the search.
    QByteArray holds() const
    {
        return onServer() ? "(d.words @@ CAST(? AS TSQUERY))"
                          : "(d.id IN (SELECT rowid FROM search_text WHERE search_text MATCH ?))";
    }

    Condition condition(const std::vector<SearchTerm> &terms)
    {
        Condition all{" AND (", {}};
        for (size_t i = 0; i < terms.size(); ++i) {
            all.sql += i == 0 ? "" : " OR ";
            all.sql += terms[i].excluded ? "NOT " : "";
            all.add(one(terms[i]));
        }
        all.sql += ")";
        return all;
    }

    Condition one(const SearchTerm &term)
    {
        switch (term.kind) {
        case Kind::Text: m_out.ofMessages = true; return {holds(), {match(term)}};
        case Kind::Channel: return named("c.channel_id", "SELECT id, name FROM channel", term.value);
        case Kind::Category: return named("COALESCE(c.category_id, 0)", "SELECT id, name FROM category", term.value);
        case Kind::Label: {
            Condition label = named("x.label_id", "SELECT id, name FROM label", term.value);
            label.sql =
                "(EXISTS (SELECT 1 FROM conversation_label x WHERE x.conversation_id = c.id AND " + label.sql + "))";
            return label;
        }
        case Kind::Assignee: return assignee(term.value);
        case Kind::Is: return is(term.value);
        case Kind::Has: return has(term.value);
        case Kind::Before: m_out.ofMessages = true; return {"(d.id < ?)", {firstKeyAt(term.at)}};
        case Kind::After: m_out.ofMessages = true; return {"(d.id >= ?)", {firstKeyAt(term.at)}};
        }
        return {"(1 = 1)", {}};
    }

    /// The column is one of the rows of this name.
    Condition named(const QByteArray &column, const char *sql, const QString &name)
    {
        QList<QByteArray> ids;
        for (const Row &row : m_db.rows(sql)) {
            if (sameName(row.text(1), name))
                ids << QByteArray::number(row.integer(0));
        }
        return {ids.isEmpty() ? QByteArray("(1 = 0)") : "(" + column + " IN (" + ids.join(", ") + "))", {}};
    }

    Condition assignee(const QString &who)
    {
        if (sameName(who, u"me"_s))
            return {"(COALESCE(c.assignee_id, 0) = ?)", {m_me.value}};
        if (sameName(who, u"none"_s))
            return {"(c.assignee_id IS NULL)", {}};
        return named("COALESCE(c.assignee_id, 0)", "SELECT id, name FROM operator", who);
    }

    Condition is(const QString &what)
    {
        if (what == u"unread"_s)
            return {"(c.unread = 1)", {}};
        if (what == u"mine"_s)
            return {"(COALESCE(c.assignee_id, 0) = ?)", {m_me.value}};
        if (what == u"unassigned"_s)
            return {"(c.assignee_id IS NULL AND c.status = 'open')", {}};
        if (what == u"awaiting"_s)
            return {"(c.status = 'open' AND c.awaiting_us = 1)", {}};
        return {"(c.status = ?)", {what}};
    }

    Condition has(const QString &what)
    {
        if (what == u"note"_s)
            return {
                "(EXISTS (SELECT 1 FROM search_document n WHERE n.conversation_id = c.id AND n.direction = 'note'))",
                {}};
        if (what == u"task"_s)
            return {"(EXISTS (SELECT 1 FROM task k WHERE k.conversation_id = c.id AND k.cancelled_at = 0))", {}};
        if (what == u"draft"_s)
            return {"(EXISTS (SELECT 1 FROM draft w WHERE w.conversation_id = c.id AND w.operator_id = ?))",
                    {m_me.value}};
        m_out.ofMessages = true;
        return {"(d.has_attachment = 1)", {}};
    }

    Database &m_db;
    OperatorId m_me;
    qsizetype m_ways = 0; ///< in which the last word of the last match may go on
    Compiled m_out;
};

} // namespace

void Condition::add(const Condition &other)
{
    sql += other.sql;
    values += other.values;
}

Compiled compile(Database &db, const SearchQuery &query, OperatorId me)
{
    Compiled out = Compiler(db, me).run(query);
    // A date that must hold is a span of ids: the index need not go through all that is newer.
    for (const std::vector<SearchTerm> &group : query.groups) {
        const SearchTerm *only = group.size() == 1 && !group.front().excluded ? &group.front() : nullptr;
        if (only && only->kind == SearchTerm::Kind::Before)
            out.until = std::min(out.until, firstKeyAt(only->at));
        else if (only && only->kind == SearchTerm::Kind::After)
            out.from = std::max(out.from, firstKeyAt(only->at));
    }
    return out;
}

std::vector<SearchWord> wordsOfTerm(const SearchTerm &term)
{
    std::vector<SearchWord> words;
    for (const Token &token : tokens(term.value.toUtf8(), TokenUse::Query))
        words.push_back({token.folded, false});
    if (!words.empty())
        words.back().prefix = term.prefix || isSingleIdeograph(words.back().folded);
    return words;
}

qint64 firstKeyAt(Timestamp at) { return (at.us / 1'000'000) * 1'073'741'824; }

} // namespace patchbay::search
