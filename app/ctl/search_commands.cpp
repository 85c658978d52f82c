#include "app/ctl/ctl.h"

#include "app/ctl/conversation_json.h"
#include "core/store/account_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/search_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int searchDefaultLimit = 50;
constexpr int searchMostLimit = 10'000;
constexpr int searchPage = 200;

QString searchText(const CtlRun &run) { return run.arguments.join(u' '); }

ParsedQuery searchParsed(const CtlRun &run)
{
    const QueryContext context{SystemClock().now(), QTimeZone::systemTimeZone(), false};
    return parseQuery(searchText(run), context);
}

/// The sentence; for a person also the search with carets under what is meant.
QString searchProblemText(const CtlRun &run, const QueryProblem &problem)
{
    if (run.has(u"json"_s))
        return problem.sentence;
    QString text = searchText(run);
    for (QChar &c : text) {
        if (!c.isPrint()) // what forTerminal would write longer would move the carets
            c = u' ';
    }
    return u"%1\n  %2\n  %3%4"_s.arg(problem.sentence, text, QString(problem.position, u' '),
                                    QString(std::max(1, problem.length), u'^'));
}

QString searchProblem(const CtlRun &run)
{
    bool isNumber = false;
    const int limit = run.option(u"limit"_s).toInt(&isNumber);
    if (run.has(u"limit"_s) && (!isNumber || limit < 1 || limit > searchMostLimit))
        return u"--limit wants a whole number from 1 to %1."_s.arg(searchMostLimit);
    const ParsedQuery parsed = searchParsed(run);
    if (parsed.problem)
        return searchProblemText(run, *parsed.problem);
    return parsed.query.isEmpty() ? u"Say what to search for."_s : QString();
}

struct SearchRow {
    search::Hit hit = {};
    conversations::Summary summary = {};
    Address author = {};
};

struct SearchFound {
    std::optional<QueryProblem> problem = {}; ///< a name that the workspace does not have
    std::vector<SearchRow> rows = {};
    bool more = false;
    search::Coverage coverage = {};
};

SearchNames searchNames(Database &db)
{
    SearchNames names;
    for (const Channel &channel : channels::all(db))
        names.channels << channel.name;
    for (const Category &category : categories::all(db)) {
        if (!category.mergedInto)
            names.categories << category.name;
    }
    names.labels = labels::all(db);
    for (const Operator &one : operators::all(db))
        names.operators << one.name;
    return names;
}

/// Page by page until there are enough conversations; one that comes again with an older hit is not told twice.
std::vector<search::Hit> searchHits(Database &db, const SearchQuery &query, OperatorId me, bool best, int limit, bool *more)
{
    std::vector<search::Hit> hits;
    QSet<ConversationId> seen;
    qint64 before = 0;
    do {
        const search::Page page =
            best ? search::best(db, query, me, limit) : search::newest(db, query, me, before, searchPage);
        for (const search::Hit &hit : page.hits) {
            if (!seen.contains(hit.conversation))
                hits.push_back(hit);
            seen.insert(hit.conversation);
        }
        before = best ? 0 : page.reached;
    } while (db.ok() && before != 0 && int(hits.size()) <= limit);
    *more = before != 0 || int(hits.size()) > limit;
    if (int(hits.size()) > limit)
        hits.resize(size_t(limit));
    return hits;
}

SearchFound searchFound(Database &db, const SearchQuery &query, OperatorId me, bool best, int limit)
{
    SearchFound found;
    found.problem = unknownName(query, searchNames(db));
    if (found.problem)
        return found;
    const std::vector<search::Hit> hits = searchHits(db, query, me, best, limit, &found.more);
    std::vector<ConversationId> ids;
    for (const search::Hit &hit : hits)
        ids.push_back(hit.conversation);
    QHash<ConversationId, conversations::Summary> summaries;
    for (const conversations::Summary &summary : conversations::summaries(db, me, ids))
        summaries.insert(summary.conversation.id, summary);
    for (const search::Hit &hit : hits) {
        SearchRow row{hit, summaries.value(hit.conversation), {}};
        const auto message = hit.message ? messages::byId(db, hit.message) : std::nullopt;
        row.author = message ? message->author : Address{row.summary.contactName, row.summary.contactAddress};
        found.rows.push_back(std::move(row));
    }
    found.coverage = search::coverage(db);
    return found;
}

QString searchSnippetOf(const SearchRow &row)
{
    const QString &snippet = row.hit.snippet.text;
    return snippet.isEmpty() ? row.summary.conversation.snippet : snippet;
}

Timestamp searchTimeOf(const SearchRow &row) { return row.hit.at ? row.hit.at : row.summary.conversation.sortAt; }

QJsonObject searchJson(const SearchFound &found)
{
    QJsonArray hits;
    for (const SearchRow &row : found.rows) {
        QJsonArray marks;
        for (const TextMark &mark : row.hit.snippet.marks)
            marks.append(QJsonArray{mark.from, mark.length});
        hits.append(QJsonObject{{u"conversation"_s, row.summary.conversation.uid},
                                {u"at"_s, isoTime(searchTimeOf(row))},
                                {u"author"_s, QJsonObject{{u"name"_s, row.author.name}, {u"address"_s, row.author.address}}},
                                {u"subject"_s, row.summary.conversation.subject},
                                {u"snippet"_s, searchSnippetOf(row)},
                                {u"marks"_s, marks}});
    }
    QJsonArray channels;
    for (const search::Coverage::Channel &channel : found.coverage.channels)
        channels.append(QJsonObject{{u"name"_s, channel.name}, {u"from"_s, isoTime(channel.from)}});
    return {{u"hits"_s, hits},
            {u"more"_s, found.more},
            {u"coverage"_s, QJsonObject{{u"indexed"_s, found.coverage.indexed},
                                       {u"waiting"_s, found.coverage.waiting},
                                       {u"channels"_s, channels}}}};
}

QString searchLines(const SearchFound &found, bool best)
{
    QString text;
    for (const SearchRow &row : found.rows) {
        text += u"%1  %2  %3 <%4>  %5\n    %6\n"_s.arg(
            row.summary.conversation.uid, isoTime(searchTimeOf(row)), forTerminal(row.author.name),
            forTerminal(row.author.address), forTerminal(row.summary.conversation.subject),
            forTerminal(searchSnippetOf(row).simplified()));
    }
    if (found.rows.empty())
        text += u"Nothing found.\n"_s;
    else if (found.more)
        text += u"There is more: --limit N shows up to N.\n"_s;
    const qint64 all = found.coverage.indexed + found.coverage.waiting;
    if (found.coverage.waiting > 0)
        return text + u"Searched %1 of %2 messages: the index is catching up.\n"_s.arg(found.coverage.indexed).arg(all);
    return text + u"Searched all %1 messages, %2 first.\n"_s.arg(all).arg(best ? u"the best of the newest hits"_s : u"newest"_s);
}

Async<Result<CtlOutput>> runSearch(CtlRun *run)
{
    const bool best = run->has(u"best"_s);
    const int limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : searchDefaultLimit;
    const OperatorId me = run->app->me().id;
    const SearchQuery query = searchParsed(*run).query;
    auto work = [query, me, best, limit](Database &db) -> Result<SearchFound> {
        return db.finish(searchFound(db, query, me, best, limit));
    };
    QFuture<Result<SearchFound>> reading = run->app->store().read(work);
    const Result<SearchFound> found = co_await finished(reading);
    if (!found)
        co_return found.error();
    if (found->problem)
        co_return run->wrong(searchProblemText(*run, *found->problem));
    CtlOutput output;
    output.json = searchJson(*found);
    output.text = searchLines(*found, best);
    co_return output;
}

} // namespace

QList<CtlCommand> searchCommands()
{
    const QCommandLineOption best(u"best"_s, u"The best of the newest hits first, instead of the newest."_s);
    const QCommandLineOption limit(u"limit"_s, u"At most so many conversations (50)."_s, u"N"_s);
    return {
        {{u"search"_s}, u"QUERY [--best] [--limit N]"_s,
         u"Conversations that match, newest hit first. Behind \"--\" QUERY may begin with a hyphen."_s,
         {u"patchbayctl search 'refund from:ana is:open after:7d'"_s}, CtlAccess::Read, 1, -1, {best, limit}, searchProblem, runSearch},
    };
}

} // namespace patchbay
