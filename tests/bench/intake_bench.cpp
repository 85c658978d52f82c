#include "bench/bench.h"
#include "bench/raw_sqlite.h"

#include "core/engine/intake_apply.h"
#include "core/engine/workspace_setup.h"
#include "core/mail/mail.h"
#include "core/store/account_table.h"
#include "core/store/search_index.h"
#include "core/store/store.h"

#include <QtCore/QDir>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int batchSize = 100;

template <class T> T must(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
    return std::move(result).value();
}

template <class F> auto write(Store &store, F work)
{
    auto future = store.write(std::move(work));
    future.waitForFinished();
    return must(future.result());
}

std::unique_ptr<Store> freshStore(const QString &path)
{
    QDir(path).removeRecursively();
    StoreOptions options;
    options.location = path;
    options.create = true;
    return must(Store::open(options));
}

/// Microseconds for all messages.
struct IntakeCost {
    double raw = 0, apply = 0, index = 0; ///< CPU
    double wall = 0; ///< of apply and index
};

void intakeBatch(Store &store, const IntakeContext &context, const std::vector<CorpusMessage> &messages, bool index,
                 IntakeCost &cost)
{
    std::vector<IntakeWork> items(messages.size());
    for (size_t i = 0; i < messages.size(); ++i) {
        IntakeWork &item = items[i];
        item.parsed.message = Corpus::parsed(messages[i]);
        item.raw.item.sourceKey = u"k%1"_s.arg(messages[i].number);
        item.raw.item.raw = Corpus::mail(messages[i]);
        item.raw.channel = context.channel.id;
        item.raw.receivedAt = {messages[i].at.us + 60'000'000};
    }
    const Stopwatch rawWatch;
    write(store, [&](Database &db) -> Result<Done> {
        for (IntakeWork &item : items)
            item.raw.id = raw_messages::insert(db, context.channel.id, item.raw.item).value_or(RawMessageId{});
        return db.finish(Done{});
    });
    cost.raw += rawWatch.cpuMs() * 1000;
    for (IntakeWork &item : items)
        item.raw.item.raw.clear();
    const Stopwatch apply;
    write(store, [&](Database &db) { return applyItems(db, context, items); });
    cost.apply += apply.cpuMs() * 1000;
    cost.wall += apply.wallMs() * 1000;
    if (!index)
        return;
    const Stopwatch indexWatch;
    write(store, [&](Database &db) -> Result<int> { return db.finish(search::indexSome(db, 1000)); });
    cost.index += indexWatch.cpuMs() * 1000;
    cost.wall += indexWatch.wallMs() * 1000;
}

/// Stored raw, parsed, decided: as the Intake does it, in two transactions.
double singleMs(Store &store, const IntakeContext &context, const CorpusMessage &message)
{
    IntakeWork work;
    work.raw.item.sourceKey = u"k%1"_s.arg(message.number);
    work.raw.item.raw = Corpus::mail(message);
    work.raw.channel = context.channel.id;
    work.raw.receivedAt = {message.at.us + 60'000'000};
    const Stopwatch watch;
    work.raw.id = write(store, [&](Database &db) -> Result<RawMessageId> {
        return db.finish(raw_messages::insert(db, context.channel.id, work.raw.item).value_or(RawMessageId{}));
    });
    work.parsed.message = must(parseMail(work.raw.item.raw, u"support@example.org"_s));
    const std::vector<IntakeWork> items{work};
    write(store, [&](Database &db) { return applyItems(db, context, items); });
    return watch.wallMs();
}

QString us(double value) { return QString::number(value, 'f', 1) + u" µs"_s; }

} // namespace

void benchIntake(const BenchOptions &options, Table &table)
{
    const auto store = freshStore(options.folder + u"/intake.patchbay"_s);
    IntakeContext context;
    context.workspaceUid = store->workspaceUid();
    context.snapshot = write(*store, [&](Database &db) -> Result<std::shared_ptr<const Snapshot>> {
        if (const auto done = setUpWorkspace(db); !done)
            return done.error();
        Channel channel;
        channel.connector = u"mail"_s;
        channel.name = u"Support"_s;
        channel.settings = {{u"address"_s, u"support@example.org"_s}};
        context.channel = channel;
        context.channel.id = channels::insert(db, channel);
        return db.finish(Snapshots::build(db));
    });
    freshStore(options.folder + u"/raw.patchbay"_s).reset();
    RawSqlite raw(options.folder + u"/raw.patchbay/workspace.sqlite"_s);
    Corpus corpus(options.messages);
    IntakeCost cost;
    for (int done = 0; done < options.messages; done += batchSize) {
        std::vector<CorpusMessage> messages;
        for (int i = 0; i < batchSize; ++i)
            messages.push_back(corpus.next());
        intakeBatch(*store, context, messages, done % 1000 == 900, cost);
        raw.insert(messages); // in turn, so that both meet the machine in the same state
    }
    Times single;
    for (int i = 0; i < 300; ++i)
        single.add(singleMs(*store, context, corpus.next()));
    const double n = options.messages;
    const double rawCpu = raw.cpu() / n;
    const double ours = (cost.apply + cost.index) / n;
    table.row(u"intake of a parsed message, CPU: all"_s, us(ours), us(rawCpu) + u" (raw SQLite insert, same index)"_s,
              QString::number(ours / rawCpu, 'f', 2), u"3"_s);
    table.row(u"… dedupe, contact, conversation, classification, route, suggestion"_s, us(cost.apply / n), {}, {}, {});
    table.row(u"… search index"_s, us(cost.index / n), {}, {}, {});
    table.row(u"beside it: raw bytes stored before parsing"_s, us(cost.raw / n), {}, {}, {});
    table.row(u"a single message, from its raw bytes to visible, durable"_s, ms(single.at(0.95)), {}, {}, u"50 ms"_s);
    table.row(u"intake, durable"_s, u"%1 / s"_s.arg(qRound(n / cost.wall * 1e6)), {}, {}, u"5,000 / s"_s);
}

} // namespace patchbay::bench
