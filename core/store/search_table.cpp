#include "core/store/search_table.h"

#include "core/store/id_list.h"
#include "core/store/search_columns.h"
#include "core/store/search_compile.h"
#include "core/store/search_index.h"

#include <QtCore/QHash>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSet>

#include <algorithm>
#include <limits>

namespace patchbay::search {

using namespace Qt::StringLiterals;

namespace {

constexpr int searchStep = 200; ///< documents read at once
constexpr int searchRanked = 2500; ///< the newest hits among which the best are found
constexpr int searchNearEach = 30; ///< texts that are read in half the time in which the index looks up one word
constexpr int searchNearStep = 80;
constexpr int searchNear = 20'000; ///< a server looks through the newest of its documents before it asks the index
constexpr int searchAmong = 2000; ///< documents of one changed conversation that are looked at, newest first
constexpr int searchTask = 1;

struct Document {
    qint64 key = 0;
    ConversationId conversation = {};
    int kind = 0;
    qint64 subject = 0;
    double score = 0;
};

#define PATCHBAY_FOUND "d.id, d.conversation_id, d.kind, d.subject_id"

/// One step of a search, as SQL: how documents are found, newest first.
class Finder {
public:
    Finder(Database &db, const Compiled &compiled)
        : m_db(db)
        , m_compiled(compiled)
    {
    }

    /// How many documents are worth reading at once, at least.
    int step() const { return m_compiled.beginning.isEmpty() ? searchStep : searchNearStep; }

    std::vector<Document> before(qint64 key, int limit)
    {
        if (auto near = nearest(key, limit); int(near.size()) >= limit)
            return near;
        limit = qMax(limit, searchStep);
        if (m_db.dialect() == Dialect::Postgres && !m_compiled.match.isEmpty())
            return onServer(key, limit, "0");
        if (m_compiled.match.isEmpty())
            return read("SELECT " PATCHBAY_FOUND ", 0 FROM search_document d CROSS JOIN conversation c "
                        "WHERE c.id = d.conversation_id AND d.id < ?",
                        {key}, limit);
        return here(key, limit, "0");
    }

    std::vector<Document> ranked()
    {
        const qint64 all = std::numeric_limits<qint64>::max();
        return m_db.dialect() == Dialect::Postgres
            ? onServer(all, searchRanked, "ts_rank('{0.1, 0.4, 0.1, 0.3}', d.words, CAST(? AS TSQUERY))")
            : here(all, searchRanked, "patchbay_rank(search_text)");
    }

    /// The newest that match in one conversation.
    std::optional<Document> newestOf(ConversationId conversation)
    {
        const QByteArray newest = "(SELECT id FROM search_document WHERE conversation_id = ? ORDER BY id DESC LIMIT "
            + QByteArray::number(searchAmong) + ")";
        std::vector<Document> found;
        if (m_compiled.match.isEmpty())
            found = read("SELECT " PATCHBAY_FOUND ", 0 FROM search_document d CROSS JOIN conversation c "
                         "WHERE c.id = d.conversation_id AND d.id IN "
                             + newest,
                         {conversation.value}, 1);
        else if (m_db.dialect() == Dialect::Postgres)
            found = read("SELECT " PATCHBAY_FOUND ", 0 FROM search_document d CROSS JOIN conversation c "
                         "WHERE c.id = d.conversation_id AND d.id IN "
                             + newest + " AND d.words @@ CAST(? AS TSQUERY)",
                         {conversation.value, m_compiled.match}, 1);
        else
            found = read("SELECT " PATCHBAY_FOUND ", 0 FROM " + newest
                             + " n CROSS JOIN search_text CROSS JOIN search_document d CROSS JOIN conversation c "
                               "WHERE search_text.rowid = n.id AND search_text MATCH ? AND d.id = n.id "
                               "AND c.id = d.conversation_id",
                         {conversation.value, m_compiled.match}, 1);
        return found.empty() ? std::nullopt : std::optional<Document>(found.front());
    }

private:
    /// What many words begin with stands in the newest texts: reading them is quicker than to look all these words up.
    std::vector<Document> nearest(qint64 key, int limit)
    {
        if (m_compiled.beginning.isEmpty())
            return {};
        const qint64 before = qMin(key, m_compiled.until);
        const auto floor = m_db.row("SELECT COALESCE(MIN(id), 0) FROM (SELECT id FROM search_document WHERE id < ? AND "
                                    "id >= ? ORDER BY id DESC LIMIT ?) near",
                                    {before, m_compiled.from, m_compiled.ways * searchNearEach});
        return read("SELECT " PATCHBAY_FOUND ", 0 FROM search_document d CROSS JOIN conversation c "
                    "WHERE c.id = d.conversation_id AND d.id < ? AND d.id >= ? AND "
                    "patchbay_begins(?, " PATCHBAY_TEXT_OF_DOCUMENT ")",
                    {before, floor ? floor->integer(0) : 0, QString::fromUtf8(m_compiled.beginning)}, limit);
    }

    std::vector<Document> here(qint64 key, int limit, const char *score)
    {
        return read(QByteArray("SELECT " PATCHBAY_FOUND ", ") + score
                        + " FROM search_text CROSS JOIN search_document d CROSS JOIN conversation c "
                          "WHERE search_text MATCH ? AND search_text.rowid < ? AND search_text.rowid >= ? "
                          "AND d.id = search_text.rowid AND c.id = d.conversation_id",
                    {m_compiled.match, qMin(key, m_compiled.until), m_compiled.from}, limit, "search_text.rowid");
    }

    /// For a common word the newest documents hold enough of it, for a rare one the index is quick: the server would
    /// have to guess which, and guesses a rare word wrong by minutes.
    std::vector<Document> onServer(qint64 key, int limit, const QByteArray &score)
    {
        QVariantList first;
        if (score.contains('?'))
            first << m_compiled.match;
        const QByteArray select = "SELECT " PATCHBAY_FOUND ", " + score;
        const auto floor = m_db.row("SELECT COALESCE(MIN(id), 0) FROM (SELECT id FROM search_document WHERE id < ? "
                                    "ORDER BY id DESC LIMIT ?) near",
                                    {key, searchNear});
        auto near = read(select
                             + " FROM search_document d CROSS JOIN conversation c WHERE c.id = d.conversation_id "
                               "AND d.words @@ CAST(? AS TSQUERY) AND d.id < ? AND d.id >= ?",
                         first + QVariantList{m_compiled.match, key, floor ? floor->integer(0) : 0}, limit);
        if (int(near.size()) >= limit)
            return near;
        return read("WITH hits AS MATERIALIZED (SELECT id FROM search_document WHERE words @@ CAST(? AS TSQUERY)) "
                        + select
                        + " FROM hits JOIN search_document d ON d.id = hits.id CROSS JOIN conversation c "
                          "WHERE c.id = d.conversation_id AND d.id < ?",
                    QVariantList{m_compiled.match} + first + QVariantList{key}, limit);
    }

    std::vector<Document> read(const QByteArray &sql, QVariantList values, int limit, const QByteArray &order = "d.id")
    {
        values += m_compiled.of.values;
        values << limit;
        std::vector<Document> found;
        for (const Row &row : m_db.rows(sql + m_compiled.of.sql + " ORDER BY " + order + " DESC LIMIT ?", values))
            found.push_back(
                {row.integer(0), row.id<ConversationId>(1), int(row.integer(2)), row.integer(3), row.real(4)});
        return found;
    }

    Database &m_db;
    const Compiled &m_compiled;
};

Hit hitFrom(const Document &document)
{
    Hit hit;
    hit.conversation = document.conversation;
    hit.message = document.kind == searchTask ? MessageId{} : MessageId{document.subject};
    hit.at = {document.key / 1'073'741'824 * 1'000'000};
    return hit;
}

/// What of a text is shown: around a word in it, else its beginning; a word in the subject alone is shown there.
Snippet searchSnippet(const QString &subject, const QString &text, const QString &quoted,
                      const std::vector<SearchWord> &words)
{
    Snippet snippet = snippetOf(text, words);
    if (!snippet.marks.empty() || words.empty())
        return snippet;
    if (!marksIn(subject, words).empty())
        return snippetOf(subject + u" — "_s + text.left(200), words);
    const Snippet inQuoted = snippetOf(quoted, words);
    return inQuoted.marks.empty() ? snippet : inQuoted;
}

void addSnippets(Database &db, std::vector<Hit> &hits, const std::vector<Document> &documents,
                 const std::vector<SearchWord> &words)
{
    std::vector<MessageId> messages;
    std::vector<TaskId> tasks;
    QHash<qint64, size_t> messageOf;
    QHash<qint64, size_t> taskOf;
    for (size_t i = 0; i < documents.size(); ++i) {
        if (documents[i].kind == searchTask) {
            tasks.push_back({documents[i].subject});
            taskOf.insert(documents[i].subject, i);
        } else {
            messages.push_back({documents[i].subject});
            messageOf.insert(documents[i].subject, i);
        }
    }
    forIdList(db, "SELECT id, subject, body_text, quoted_text, sort_at FROM message WHERE id IN ", {}, {}, messages,
              [&](const Row &row) {
                  Hit &hit = hits[messageOf.value(row.integer(0))];
                  hit.snippet = searchSnippet(row.text(1), row.text(2), row.text(3), words);
                  hit.at = row.time(4);
              });
    forIdList(db, "SELECT id, payload, created_at FROM task WHERE id IN ", {}, {}, tasks, [&](const Row &row) {
        Hit &hit = hits[taskOf.value(row.integer(0))];
        const QJsonObject payload = QJsonDocument::fromJson(row.text(1).toUtf8()).object();
        hit.snippet =
            searchSnippet(payload.value("title"_L1).toString(), payload.value("description"_L1).toString(), {}, words);
        hit.at = row.time(2);
    });
}

/// Conversations in list order, when nothing is asked of single messages. `before` and `reached` are times.
Page searchConversations(Database &db, const Compiled &compiled, qint64 before, int limit)
{
    const QByteArray select = "SELECT c.id, c.sort_at, c.snippet FROM conversation c WHERE c.sort_at ";
    Page page;
    const auto add = [&](const std::vector<Row> &rows) {
        for (const Row &row : rows) {
            Hit hit;
            hit.conversation = row.id<ConversationId>(0);
            hit.at = row.time(1);
            hit.snippet.text = row.text(2);
            page.hits.push_back(std::move(hit));
        }
    };
    const auto rows = db.rows(select + "< ?" + compiled.of.sql + " ORDER BY c.sort_at DESC, c.id DESC LIMIT ?",
                              QVariantList{before} + compiled.of.values + QVariantList{limit});
    add(rows);
    if (int(rows.size()) < limit)
        return page;
    page.reached = rows.back().integer(1);
    add(db.rows(select + "= ? AND c.id < ?" + compiled.of.sql + " ORDER BY c.id DESC",
                QVariantList{page.reached, rows.back().integer(0)} + compiled.of.values));
    return page;
}

} // namespace

Page newest(Database &db, const SearchQuery &query, OperatorId me, qint64 before, int limit)
{
    const Compiled compiled = compile(db, query, me);
    qint64 reached = before > 0 ? before : std::numeric_limits<qint64>::max();
    if (!compiled.ofMessages)
        return searchConversations(db, compiled, reached, limit);
    Finder finder(db, compiled);
    Page page;
    std::vector<Document> documents;
    QSet<ConversationId> seen;
    while (db.ok() && int(documents.size()) < limit) {
        const auto step = finder.before(reached, finder.step());
        for (const Document &document : step) {
            if (int(documents.size()) == limit)
                break;
            reached = document.key;
            if (!seen.contains(document.conversation)) {
                seen.insert(document.conversation);
                documents.push_back(document);
            }
        }
        page.reached = reached;
        if (int(step.size()) < finder.step() && (step.empty() || reached == step.back().key)) {
            page.reached = 0;
            break;
        }
    }
    for (const Document &document : documents)
        page.hits.push_back(hitFrom(document));
    addSnippets(db, page.hits, documents, wordsOf(query));
    return page;
}

Page best(Database &db, const SearchQuery &query, OperatorId me, int limit)
{
    const Compiled compiled = compile(db, query, me);
    if (compiled.match.isEmpty())
        return newest(db, query, me, 0, limit);
    std::vector<Document> found = Finder(db, compiled).ranked();
    std::stable_sort(found.begin(), found.end(),
                     [](const Document &a, const Document &b) { return a.score > b.score; });
    std::vector<Document> documents;
    QSet<ConversationId> seen;
    Page page;
    for (const Document &document : found) {
        if (int(documents.size()) == limit)
            break;
        if (seen.contains(document.conversation))
            continue;
        seen.insert(document.conversation);
        documents.push_back(document);
        page.hits.push_back(hitFrom(document));
    }
    addSnippets(db, page.hits, documents, wordsOf(query));
    return page;
}

std::vector<Hit> among(Database &db, const SearchQuery &query, OperatorId me, const std::vector<ConversationId> &ids)
{
    Compiled compiled = compile(db, query, me);
    std::vector<Hit> hits;
    std::vector<Document> documents;
    if (!compiled.ofMessages) {
        forIdList(
            db, "SELECT c.id, c.sort_at, c.snippet FROM conversation c WHERE 1 = 1" + compiled.of.sql + " AND c.id IN ",
            {}, compiled.of.values, ids, [&hits](const Row &row) {
                Hit hit;
                hit.conversation = row.id<ConversationId>(0);
                hit.at = row.time(1);
                hit.snippet.text = row.text(2);
                hits.push_back(std::move(hit));
            });
        return hits;
    }
    Finder finder(db, compiled);
    for (const ConversationId id : ids) {
        if (const auto document = finder.newestOf(id)) {
            documents.push_back(*document);
            hits.push_back(hitFrom(*document));
        }
    }
    addSnippets(db, hits, documents, wordsOf(query));
    return hits;
}

Coverage coverage(Database &db)
{
    Coverage coverage;
    const auto indexed = db.row("SELECT value FROM counter WHERE name = 'indexed'");
    coverage.indexed = indexed ? indexed->integer(0) : 0;
    coverage.waiting = waiting(db);
    for (const Row &row : db.rows("SELECT h.id, h.name, COALESCE((SELECT MIN(c.first_at) FROM conversation c "
                                  "WHERE c.channel_id = h.id), 0) FROM channel h ORDER BY h.name"))
        coverage.channels.push_back({row.id<ChannelId>(0), row.text(1), row.time(2)});
    return coverage;
}

std::vector<SearchWord> wordsOf(const SearchQuery &query)
{
    std::vector<SearchWord> all;
    for (const auto &group : query.groups) {
        for (const SearchTerm &term : group) {
            if (term.kind != SearchTerm::Kind::Text || term.excluded)
                continue;
            for (SearchWord &word : wordsOfTerm(term)) {
                if (std::find(all.begin(), all.end(), word) == all.end())
                    all.push_back(std::move(word));
            }
        }
    }
    return all;
}

} // namespace patchbay::search
