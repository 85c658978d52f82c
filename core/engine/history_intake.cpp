#include "core/engine/history_intake.h"

#include "core/engine/evaluation.h"
#include "core/engine/intake_parse.h"
#include "core/store/account_table.h"
#include "core/store/search_index.h"

#include <QtCore/QHash>
#include <QtCore/QPromise>

#include <algorithm>
#include <atomic>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int historyIndexed = 4000; ///< items at once: each time the index writes a part of its own, merged later
constexpr size_t historyChunk = 50; ///< items that one thread parses at once

/// A page while it is parsed in chunks: the last chunk hands it over.
struct HistoryReading {
    HistoryPage page = {};
    ParseInbound parse = nullptr;
    AccountConfig account = {};
    BlobStore *files = nullptr;
    std::atomic<size_t> chunksLeft{0};
    QPromise<Result<std::shared_ptr<const HistoryPage>>> promise = {};

    void fail(const Error &error)
    {
        promise.addResult(error);
        promise.finish();
    }
    void finish()
    {
        promise.addResult(std::make_shared<const HistoryPage>(std::move(page)));
        promise.finish();
    }
};

/// What is left of the items after those that are known, and what is needed to read them.
Result<HistoryPage> historyPage(Database &db, ChannelId id, std::vector<RawItem> items,
                                std::shared_ptr<const Snapshot> snapshot, const QString &workspaceUid)
{
    const auto channel = channels::byId(db, id);
    if (!channel)
        return makeError(Error::Kind::NotFound, u"The channel of these messages no longer exists."_s);
    HistoryPage page;
    page.context.channel = *channel;
    page.context.workspaceUid = workspaceUid;
    page.context.snapshot = snapshot ? std::move(snapshot) : Snapshots::build(db);
    QStringList keys;
    for (const RawItem &item : items)
        keys << item.sourceKey;
    QSet<QString> known = raw_messages::knownKeys(db, id, keys);
    for (RawItem &item : items) {
        if (known.contains(item.sourceKey)) {
            ++page.known;
            continue;
        }
        known.insert(item.sourceKey);
        IntakeWork work;
        work.raw.channel = id;
        work.raw.receivedAt = db.now();
        work.raw.item = std::move(item);
        page.works.push_back(std::move(work));
    }
    return db.finish(std::move(page));
}

/// All that needs no transaction happens here.
void historyRead(HistoryReading &reading, IntakeWork &work)
{
    work.parsed = parseItem(reading.parse, work.raw.item, reading.account, *reading.files);
    const InboundMessage &message = work.parsed.message;
    work.rawHash = raw_messages::hashOf(work.raw.item);
    if (work.parsed.unreadable || work.parsed.storage)
        return;
    work.bodyBytes = toBytes(message.body);
    work.classification = classified(*reading.page.context.snapshot, message.subject, message.text);
}

void historyParse(const std::shared_ptr<HistoryReading> &reading, size_t from)
{
    std::vector<IntakeWork> &works = reading->page.works;
    for (size_t i = from; i < std::min(from + historyChunk, works.size()); ++i)
        historyRead(*reading, works[i]);
    if (--reading->chunksLeft > 0)
        return;
    for (const IntakeWork &work : works) {
        if (work.parsed.storage)
            return reading->fail(*work.parsed.storage);
    }
    reading->finish();
}

} // namespace

HistoryIntake::HistoryIntake(Store &store, const Catalog &catalog, Snapshots &snapshots)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_catalog(catalog)
    , m_pool(std::make_shared<QThreadPool>())
{
    m_pool->setMaxThreadCount(2);
    m_pool->setObjectName(u"history"_s);
}

HistoryIntake::~HistoryIntake() = default;

QFuture<Result<std::shared_ptr<const HistoryPage>>> HistoryIntake::read(ChannelId channel, std::vector<RawItem> items)
{
    QHash<QString, ParseInbound> parsers; // what is read may outlive this
    for (const ChatConnectorInfo &info : m_catalog.chats)
        parsers.insert(info.id, info.parse);
    auto reading = std::make_shared<HistoryReading>();
    reading->files = &m_store.files();
    reading->promise.start();
    auto future = reading->promise.future();
    auto look = [channel, reading, uid = m_store.workspaceUid(), snapshot = m_snapshots.current(),
                 items = std::move(items)](Database &db) mutable -> Result<Done> {
        auto page = historyPage(db, channel, std::move(items), std::move(snapshot), uid);
        if (!page)
            return page.error();
        reading->page = std::move(*page);
        return Done{};
    };
    m_store.read(std::move(look))
        .then([reading, parsers = std::move(parsers), pool = m_pool](const Result<Done> &looked) {
            if (!looked)
                return reading->fail(looked.error());
            const Channel &known = reading->page.context.channel;
            reading->parse = parsers.value(known.connector);
            if (!reading->parse)
                return reading->fail(
                    makeError(Error::Kind::Refused,
                              u"This version has no connector \"%1\" to read files with."_s.arg(known.connector)));
            reading->account = {known.uid, known.name, known.settings, {}, known.addedAt};
            const size_t count = reading->page.works.size();
            if (count == 0)
                return reading->finish();
            reading->chunksLeft = (count + historyChunk - 1) / historyChunk;
            for (size_t from = 0; from < count; from += historyChunk)
                pool->start([reading, from] { historyParse(reading, from); });
        });
    return future;
}

QFuture<Result<IntakeCounts>> HistoryIntake::store(std::shared_ptr<const HistoryPage> page, Also also)
{
    m_unindexed += int(page->works.size());
    const int index = m_unindexed >= historyIndexed ? std::exchange(m_unindexed, 0) : 0;
    return m_store.write([page, index, also = std::move(also)](Database &db) -> Result<IntakeCounts> {
        auto applied = applyItems(db, page->context, page->works);
        if (!applied)
            return applied;
        applied->duplicate += page->known;
        if (index > 0)
            search::indexSome(db, index);
        if (also)
            also(db, *applied);
        return db.finish(*applied);
    });
}

QFuture<Result<int>> HistoryIntake::indexRest()
{
    m_unindexed = 0;
    return m_store.write([](Database &db) -> Result<int> { return db.finish(search::indexSome(db, historyIndexed)); });
}

} // namespace patchbay
