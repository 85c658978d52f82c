#include "bench/bench.h"

#include "core/store/search_table.h"
#include "core/store/store.h"

#include <QtCore/QDate>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int searchRounds = 40;
constexpr int searchPage = 50;

struct Kind {
    QString name;
    QStringList queries; ///< tried in turn
};

/// Rare words are the numbers of the corpus' orders; the others stand in its data sets.
std::vector<Kind> kinds(const QStringList &numbers)
{
    return {
        {u"common word"_s, {u"card"_s, u"my"_s, u"how"_s, u"the"_s, u"order"_s, u"account"_s}},
        {u"rare word"_s, numbers},
        {u"order number"_s, {u"ORD-"_s + numbers.value(0), u"ORD-"_s + numbers.value(1), u"ORD-"_s + numbers.value(2)}},
        {u"two words"_s, {u"refund order"_s, u"card stolen"_s, u"cancel subscription"_s, u"exchange rate"_s}},
        {u"phrase"_s, {u"\"top up\""_s, u"\"my card\""_s, u"\"exchange rate\""_s, u"\"how do i\""_s}},
        {u"prefix, as it is typed"_s, {u"ca"_s, u"car"_s, u"card"_s, u"canc"_s, u"re"_s, u"refu"_s}},
        {u"one letter, as it is typed"_s, {u"c"_s, u"r"_s, u"s"_s}},
        {u"order number, as it is typed"_s, {u"ORD-"_s, u"ORD-12"_s, u"ORD-1234"_s}},
        {u"Chinese"_s, {u"外卖"_s, u"送餐"_s, u"味道"_s, u"慢"_s}},
        {u"Arabic"_s, {u"بطاقتي"_s, u"البطاقة"_s, u"تحويل"_s}},
        {u"words and filters"_s, {u"card is:done"_s, u"refund channel:History"_s, u"card before:2021"_s}},
    };
}

template <class F> auto timed(Store &store, F work, Times &times)
{
    const Stopwatch watch;
    auto future = store.read(std::move(work));
    future.waitForFinished();
    times.add(watch.wallMs());
    const auto result = future.result();
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
    return *result;
}

SearchQuery queryOf(const QString &text, bool typing)
{
    QueryContext context;
    context.now = SystemClock().now();
    context.typing = typing;
    const ParsedQuery parsed = parseQuery(text, context);
    if (parsed.problem)
        qFatal("%s: %s", qPrintable(text), qPrintable(parsed.problem->sentence));
    return parsed.query;
}

QStringList orderNumbers(Store &store)
{
    Times ignored;
    const auto texts = timed(
        store,
        [](Database &db) -> Result<QStringList> {
            QStringList numbers;
            for (const Row &row : db.rows("SELECT body_text FROM message WHERE id % 9973 = 5 ORDER BY id LIMIT 60")) {
                const QString text = row.text(0);
                numbers << text.mid(text.lastIndexOf(u"ORD-"_s) + 4, 6);
            }
            return db.finish(numbers);
        },
        ignored);
    return texts;
}

} // namespace

void benchSearch(const BenchOptions &options, Table &table)
{
    StoreOptions open;
    open.location = options.workspace;
    open.readOnly = true;
    auto opened = Store::open(open);
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    Store &store = **opened;
    const auto all = [&] {
        Times ignored;
        return timed(
            store, [](Database &db) -> Result<search::Coverage> { return db.finish(search::coverage(db)); }, ignored);
    }();
    table.row(u"messages that a search sees"_s, QString::number(all.indexed), u"%1 wait"_s.arg(all.waiting), {}, {});
    const QStringList numbers = orderNumbers(store);
    for (const Kind &kind : kinds(numbers)) {
        const bool typing = kind.name.endsWith(u"as it is typed"_s);
        Times warming;
        Times newest;
        Times best;
        size_t hits = 0;
        double slowest = 0;
        QString slowestQuery;
        for (int i = 0; i < searchRounds + int(kind.queries.size()); ++i) {
            const SearchQuery query = queryOf(kind.queries[i % kind.queries.size()], typing);
            Times &into = i < int(kind.queries.size()) ? warming : newest; // the first looks warm the cache
            const auto page = timed(
                store,
                [query](Database &db) -> Result<search::Page> {
                    return db.finish(search::newest(db, query, OperatorId{1}, 0, searchPage));
                },
                into);
            hits = std::max(hits, page.hits.size());
            if (&into == &newest && newest.ms.back() > slowest) {
                slowest = newest.ms.back();
                slowestQuery = kind.queries[i % kind.queries.size()];
            }
            timed(
                store,
                [query](Database &db) -> Result<search::Page> {
                    return db.finish(search::best(db, query, OperatorId{1}, searchPage));
                },
                best);
        }
        if (hits == 0)
            qFatal("nothing was found by %s", qPrintable(kind.queries.join(u", "_s)));
        table.row(u"search, first page: %1 (slowest: %2)"_s.arg(kind.name, slowestQuery), ms(newest.at(0.95)),
                  u"best matches: "_s + ms(best.at(0.95)), {}, u"10 ms; 50 ms"_s);
    }
}

} // namespace patchbay::bench
