#include "core/store/store.h"

#include "core/store/change_log.h"
#include "core/store/read_pool.h"
#include "core/store/workspace.h"
#include "core/store/write_queue.h"

#include <QtCore/QSysInfo>
#include <QtCore/QTimer>
#include <QtCore/QUuid>

#include <utility>

namespace patchbay {

namespace {

constexpr int storeReaders = 2;
constexpr int storeAskMs = 1000;

} // namespace

struct Store::Private {
    SystemClock systemClock;
    const Clock *clock = nullptr;
    Workspace workspace;
    const QString origin = QUuid::createUuid().toString(QUuid::WithoutBraces); ///< marks our rows among the changes
    QTimer ask;
    bool asking = false;
    qint64 newestChange = 0;
    Timestamp askedAt = {};
    // In this order: the readers end first, so that the writer's connection is the last and clears the log away.
    std::unique_ptr<WriteQueue> writer;
    std::unique_ptr<ReadPool> readers;
};

Store::Store(StoreOptions options)
    : d(std::make_unique<Private>())
{
    d->clock = options.clock ? options.clock : &d->systemClock;
}

Store::~Store()
{
    d->readers.reset();
    d->writer.reset();
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options)
{
    qRegisterMetaType<ChangeSet>();
    std::unique_ptr<Store> store(new Store(options));
    auto opened = isServerLocation(options.location) ? openPostgresWorkspace(options, *store->d->clock)
                                                     : openSqliteWorkspace(options, *store->d->clock);
    if (!opened)
        return opened.error();
    store->d->workspace = std::move(opened).value();
    const Workspace &workspace = store->d->workspace;
    Store *const self = store.get();
    if (workspace.readOnlyBecause.isEmpty()) {
        const auto announce = [self](const ChangeSet &changes) {
            QMetaObject::invokeMethod(
                self, [self, changes] { Q_EMIT self->changed(changes); }, Qt::QueuedConnection);
        };
        const auto tell = [self](const QString &sentence) {
            QMetaObject::invokeMethod(
                self, [self, sentence] { Q_EMIT self->troubled(sentence); }, Qt::QueuedConnection);
        };
        store->d->writer = std::make_unique<WriteQueue>(workspace.writer, store->d->origin, announce, tell);
    }
    store->d->readers = std::make_unique<ReadPool>(workspace.reader, storeReaders);
    if (workspace.reader.dialect == Dialect::Postgres) {
        store->d->newestChange = workspace.newestChange;
        store->d->askedAt = workspace.openedAt;
        store->d->ask.setParent(self); // goes along when the Store moves to another thread
        connect(&store->d->ask, &QTimer::timeout, self, &Store::askForOthers);
        store->d->ask.start(storeAskMs);
    }
    return store;
}

void Store::askForOthers()
{
    if (std::exchange(d->asking, true))
        return;
    auto news = read([since = d->newestChange, askedAt = d->askedAt, origin = d->origin](Database &db) {
        return db.finish(change_log::since(db, since, askedAt, origin));
    });
    news.then(this, [this](const Result<change_log::News> &found) {
        d->asking = false;
        if (!found)
            return; // the server is away: the next question, or the next work, meets the same error and shows it
        d->newestChange = found->newest;
        d->askedAt = found->askedAt;
        if (!found->changes.isEmpty())
            Q_EMIT changed(found->changes);
    });
}

void Store::enqueue(StoreJob job, bool writes)
{
    if (!writes)
        return d->readers->add(std::move(job));
    if (d->writer)
        return d->writer->add(std::move(job));
    job.settle(makeError(Error::Kind::Conflict, d->workspace.readOnlyBecause));
}

BlobStore &Store::files() { return *d->workspace.files; }

QString Store::workspaceUid() const { return d->workspace.uid; }

QString Store::workspaceName() const { return d->workspace.name; }

bool Store::isSample() const { return d->workspace.sample; }

bool Store::isReadOnly() const { return !d->writer; }

bool Store::isShared() const { return d->workspace.reader.dialect == Dialect::Postgres; }

QString Store::owner() const { return QSysInfo::machineHostName() + QLatin1Char('/') + d->origin; }

const Clock &Store::clock() const
{
    const ConnectionSpec &spec = d->workspace.reader;
    return spec.serverClock ? *spec.serverClock : *d->clock;
}

QString Store::location() const { return d->workspace.location; }

} // namespace patchbay
