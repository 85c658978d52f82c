#include "bench/bench.h"
#include "bench/raw_sqlite.h"

#include "core/engine/intake_apply.h"
#include "core/engine/workspace_setup.h"
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
    Corpus corpus(options.messages);
    double applyCpu = 0, rawCpu = 0, indexCpu = 0, wall = 0;
    for (int done = 0; done < options.messages; done += batchSize) {
        std::vector<IntakeWork> items(batchSize);
        for (IntakeWork &item : items) {
            const CorpusMessage message = corpus.next();
            item.parsed.message = Corpus::parsed(message);
            item.raw.item.sourceKey = u"k%1"_s.arg(message.number);
            item.raw.item.raw = Corpus::mail(message);
            item.raw.channel = context.channel.id;
            item.raw.receivedAt = {message.at.us + 60'000'000};
        }
        const Stopwatch raw;
        write(*store, [&](Database &db) -> Result<Done> {
            for (IntakeWork &item : items)
                item.raw.id = raw_messages::insert(db, context.channel.id, item.raw.item).value_or(RawMessageId{});
            return db.finish(Done{});
        });
        rawCpu += raw.cpuMs();
        for (IntakeWork &item : items)
            item.raw.item.raw.clear();
        const Stopwatch apply;
        write(*store, [&](Database &db) { return applyItems(db, context, items); });
        applyCpu += apply.cpuMs();
        wall += apply.wallMs();
        const Stopwatch index;
        if (done % 1000 == 900)
            write(*store, [&](Database &db) -> Result<int> { return db.finish(search::indexSome(db, 1000)); });
        indexCpu += index.cpuMs();
        wall += index.wallMs();
    }
    const double n = options.messages;
    freshStore(options.folder + u"/raw.patchbay"_s).reset();
    const double raw = rawInsertMicroseconds(options.folder + u"/raw.patchbay/workspace.sqlite"_s, options.messages, 100);
    table.row(u"raw"_s, u"%1 us"_s.arg(raw), {}, {}, {});
    table.row(u"raw storage, CPU each"_s, u"%1 us"_s.arg(rawCpu * 1000 / n), {}, {}, {});
    table.row(u"apply, CPU each"_s, u"%1 us"_s.arg(applyCpu * 1000 / n), {}, {}, {});
    table.row(u"index, CPU each"_s, u"%1 us"_s.arg(indexCpu * 1000 / n), u"%1 / s"_s.arg(n / wall * 1000), {}, {});
}

} // namespace patchbay::bench
