#include "core/engine/importer.h"

#include "core/base/free_memory.h"
#include "core/base/log.h"
#include "core/engine/import_reader.h"
#include "core/store/account_table.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QThreadPool>

#include <thread>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 importProgressEvery = 250; // ms; counting the items of a large import takes a while
constexpr int importReasons = 50;
constexpr int importGiveBackEvery = 50'000; ///< items
constexpr int importCarefulPages = 5; ///< after a run that was cut off: an item may have ended the program

/// What the store knows about the import before its first page.
struct ImportStart {
    ImportRequest request = {};
    QString connector = {};
    imports::Import import = {};
};

/// One look at its row and its counts.
struct ImportLook {
    imports::Counts counts = {};
    std::vector<imports::Reason> reasons = {};
};

Result<ImportStart> beginImport(Database &db, ImportRequest request, const QString &owner, bool shared)
{
    imports::interruptAbandoned(db, owner, shared);
    ImportStart start;
    if (request.resume) {
        const auto known = imports::byId(db, request.resume);
        if (!known)
            return makeError(Error::Kind::NotFound, u"This import is no longer there."_s);
        request = {known->channel, known->paths, known->format, known->settings, known->id, request.pageItems};
    }
    const auto channel = channels::byId(db, request.channel);
    if (!channel)
        return makeError(Error::Kind::NotFound, u"The channel of this import is no longer there."_s);
    start.request = std::move(request);
    start.connector = channel->connector;
    return db.finish(std::move(start));
}

Result<imports::Import> rowForImport(Database &db, const ImportRequest &request, const QString &owner)
{
    ImportId id = request.resume;
    if (id) {
        imports::resume(db, id, owner);
    } else {
        imports::Import made;
        made.channel = request.channel;
        made.paths = request.paths;
        made.format = request.format;
        made.settings = request.settings;
        made.owner = owner;
        id = imports::begin(db, made);
    }
    if (!db.ok())
        return *db.error();
    return db.finish(imports::byId(db, id).value_or(imports::Import{}));
}

Result<const ImportFormat *> formatNamed(const ChatConnectorInfo &connector, const QString &name)
{
    if (name.isEmpty())
        return static_cast<const ImportFormat *>(nullptr);
    QStringList known;
    for (const ImportFormat &format : connector.formats) {
        if (format.id == name)
            return &format;
        known << format.id;
    }
    return makeError(Error::Kind::Refused,
                     u"Files of the format \"%1\" cannot be imported into this channel; known are %2."_s.arg(
                         name, known.join(u", "_s)));
}

} // namespace

/// Where in the files a page ends.
struct ImportPlace {
    int items = 0; ///< of the page
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
};

struct ImportJob::Private {
    Private(ImportJob *job, Intake &in, HistoryIntake &hi, Store &st, const Catalog &ca, ImportRequest what)
        : q(job)
        , intake(in)
        , history(hi)
        , store(st)
        , catalog(ca)
        , request(std::move(what))
    {
    }

    Async<Result<ImportReport>> run();
    Async<Result<ImportReport>> readAndEnd();
    Async<Result<Done>> prepare();
    Async<Result<Done>> pages();
    Async<Result<Done>> storePage(ImportPage page);
    Async<Result<Done>> storeEnded();
    Async<Result<Done>> storeCarefully(std::vector<RawItem> items, ImportPlace place);
    Async<Result<Done>> readCounts();
    void tell(bool always);
    Async<Result<ImportReport>> end(Result<Done> read);

    ImportJob *q;
    Intake &intake;
    HistoryIntake &history;
    Store &store;
    const Catalog &catalog;
    ImportRequest request;
    const ChatConnectorInfo *connector = nullptr;
    const ImportFormat *format = nullptr;
    imports::Import import;
    ImportProgress progress;
    QElapsedTimer told;
    ImportPipe pipe;
    std::thread thread;
    std::shared_ptr<const HistoryPage> page; ///< that is being stored
    ImportPlace place; ///< of its end
    QFuture<Result<IntakeCounts>> storing;
    int sinceGivenBack = 0; ///< items stored since free memory was given back
    int carefulPages = 0; ///< of new items yet, after a run that was cut off
    bool cancelled = false;
    AsyncScope scope;
};

/// Finds the channel's connector and the format, then makes the row: a call that is refused leaves none.
Async<Result<Done>> ImportJob::Private::prepare()
{
    const QString owner = store.owner();
    auto look = [what = request, owner, shared = store.isShared()](Database &db) {
        return beginImport(db, what, owner, shared);
    };
    const Result<ImportStart> start = co_await finished(store.write(std::move(look)));
    if (!start)
        co_return start.error();
    request = start->request;
    connector = catalog.chat(start->connector);
    if (!connector || connector->formats.empty())
        co_return makeError(Error::Kind::Refused, u"No files can be imported into a channel of this kind."_s);
    const Result<const ImportFormat *> named = formatNamed(*connector, request.format);
    if (!named)
        co_return named.error();
    format = *named;
    auto row = [what = request, owner](Database &db) { return rowForImport(db, what, owner); };
    const Result<imports::Import> made = co_await finished(store.write(std::move(row)));
    if (!made)
        co_return made.error();
    import = *made;
    co_return Done{};
}

/// Parses this page while the one before is stored, then lets it be stored in its turn.
Async<Result<Done>> ImportJob::Private::storePage(ImportPage read)
{
    const ImportPlace end{int(read.items.size()), read.bytesDone, read.bytesTotal};
    const bool historical = !request.settings.value(u"as_new"_s).toBool();
    for (RawItem &item : read.items) {
        item.historical = historical;
        item.import = import.id;
    }
    if (carefulPages > 0) {
        const Result<Done> stored = co_await storeCarefully(std::move(read.items), end);
        co_return stored;
    }
    const Result<std::shared_ptr<const HistoryPage>> parsed =
        co_await finished(history.read(request.channel, std::move(read.items)));
    const Result<Done> before = co_await storeEnded();
    if (!before)
        co_return before.error();
    if (!parsed)
        co_return parsed.error();
    page = *parsed;
    place = end;
    auto count = [id = import.id, end](Database &db, const IntakeCounts &) {
        imports::progress(db, id, end.items, end.bytesDone, end.bytesTotal);
    };
    storing = history.store(page, std::move(count));
    co_return Done{};
}

/// Waits for the page that is being stored. Where one item keeps it from being stored, its items go through the Intake,
/// which sets that one aside.
Async<Result<Done>> ImportJob::Private::storeEnded()
{
    const std::shared_ptr<const HistoryPage> stored = std::exchange(page, nullptr);
    if (!stored)
        co_return Done{};
    const Result<IntakeCounts> counts = co_await finished(storing);
    if (counts) {
        progress.bytesDone = place.bytesDone;
        progress.bytesTotal = place.bytesTotal;
        progress.counts.read += place.items;
        progress.counts.added += counts->visible;
        progress.counts.duplicate += counts->duplicate;
        progress.counts.quarantined += counts->quarantined;
        const int before = std::exchange(sinceGivenBack, (sinceGivenBack + place.items) % importGiveBackEvery);
        if (sinceGivenBack < before) // that many more were stored; apart, it takes as long as a frame of the window
            QThreadPool::globalInstance()->start(&giveBackFreeMemory);
        co_return Done{};
    }
    if (counts.error().kind == Error::Kind::Offline)
        co_return counts.error();
    logWarning("import",
               u"A page is stored item by item, because it cannot be as a whole: "_s + counts.error().message);
    std::vector<RawItem> items;
    for (const IntakeWork &work : stored->works)
        items.push_back(work.raw.item);
    const ImportPlace end = place;
    const Result<Done> careful = co_await storeCarefully(std::move(items), end);
    co_return careful;
}

/// Item by item, each stored before anybody looks inside: an item that ends the program is set aside after three times.
Async<Result<Done>> ImportJob::Private::storeCarefully(std::vector<RawItem> items, ImportPlace end)
{
    QStringList keys;
    for (const RawItem &item : items)
        keys << item.sourceKey;
    auto look = [channel = request.channel, keys](Database &db) -> Result<QSet<QString>> {
        return db.finish(imports::known(db, channel, keys));
    };
    const Result<QSet<QString>> known = co_await finished(store.read(std::move(look)));
    if (!known)
        co_return known.error();
    Batch batch;
    for (RawItem &item : items) {
        if (!known->contains(item.sourceKey))
            batch.items.push_back(std::move(item));
    }
    const qint64 passed = end.items - qint64(batch.items.size());
    auto count = [id = import.id, passed, end](Database &db) -> Result<Done> {
        imports::progress(db, id, passed, end.bytesDone, end.bytesTotal);
        return db.finish(Done{});
    };
    QFuture<Result<Done>> counting = store.write(std::move(count)); // shares its commit with the batch
    if (!batch.items.empty()) {
        --carefulPages;
        const Result<Done> accepted = co_await finished(intake.accept(request.channel, std::move(batch)));
        if (!accepted)
            co_return accepted.error();
        const Result<Done> worked = co_await finished(intake.drain());
        if (!worked)
            co_return worked.error();
    }
    const Result<Done> counted = co_await finished(counting);
    if (!counted)
        co_return counted.error();
    progress.bytesDone = end.bytesDone;
    progress.bytesTotal = end.bytesTotal;
    const Result<Done> asked = co_await readCounts();
    co_return asked;
}

Async<Result<Done>> ImportJob::Private::readCounts()
{
    auto look = [id = import.id](Database &db) -> Result<imports::Counts> {
        return db.finish(imports::byId(db, id).value_or(imports::Import{}).counts);
    };
    const Result<imports::Counts> counts = co_await finished(store.read(std::move(look)));
    if (!counts)
        co_return counts.error();
    progress.counts = *counts;
    co_return Done{};
}

Async<Result<Done>> ImportJob::Private::pages()
{
    carefulPages = request.resume ? importCarefulPages : 0;
    const Result<Done> asked = co_await readCounts();
    if (!asked)
        co_return asked.error();
    bool last = false;
    Result<Done> done = Done{};
    while (done.ok() && !last && !cancelled) {
        Result<ImportPage> next = co_await finished(pipe.ask());
        if (!next) {
            done = next.error();
            break;
        }
        last = next->last;
        if (!cancelled)
            done = co_await storePage(std::move(*next));
        tell(last);
    }
    const Result<Done> stored = co_await storeEnded();
    tell(true);
    co_return done.ok() ? stored : done;
}

void ImportJob::Private::tell(bool always)
{
    if (!always && told.isValid() && told.elapsed() < importProgressEvery)
        return;
    told.start();
    Q_EMIT q->progressed(progress);
}

/// Waits until everything that was stored is a message or set aside, and closes the row.
Async<Result<ImportReport>> ImportJob::Private::end(Result<Done> read)
{
    const Result<Done> drained = co_await finished(intake.drain());
    if (read.ok())
        read = drained;
    int indexed = read.ok() && !cancelled ? 1 : 0;
    while (indexed > 0) { // the last pages; after a cancelled one the SearchIndexer does it in its own time
        const Result<int> more = co_await finished(history.indexRest());
        indexed = more ? *more : 0;
        if (!more) // it stays in the backlog, which the coverage of a search tells
            logWarning("import", u"What was imported is not indexed yet: "_s + more.error().message);
    }
    const imports::State state = !read ? imports::State::Failed
        : cancelled                    ? imports::State::Cancelled
                                       : imports::State::Done;
    const QString error = read.ok() ? QString() : read.error().message;
    auto close = [id = import.id, state, error](Database &db) -> Result<ImportLook> {
        imports::finish(db, id, state, error);
        return db.finish(ImportLook{imports::byId(db, id).value_or(imports::Import{}).counts,
                                    imports::reasons(db, id, importReasons)});
    };
    const Result<ImportLook> look = co_await finished(store.write(std::move(close)));
    if (!read)
        co_return read.error();
    if (!look)
        co_return look.error();
    ImportReport report;
    report.uid = import.uid;
    report.state = state;
    report.read = int(look->counts.read);
    report.added = int(look->counts.added);
    report.duplicate = int(look->counts.duplicate);
    report.quarantined = int(look->counts.quarantined);
    report.reasons = look->reasons;
    co_return report;
}

Async<Result<ImportReport>> ImportJob::Private::readAndEnd()
{
    const Result<Done> prepared = co_await prepare();
    if (!prepared)
        co_return prepared.error();
    thread = std::thread(
        [this] { ImportReader(pipe, *connector, request.paths, format, request.settings, request.pageItems).run(); });
    const Result<Done> read = co_await pages();
    pipe.close();
    const Result<ImportReport> report = co_await end(read);
    co_return report;
}

Async<Result<ImportReport>> ImportJob::Private::run()
{
    const Result<ImportReport> report = co_await readAndEnd();
    q->deleteLater();
    co_return report;
}

ImportJob::ImportJob(Intake &intake, HistoryIntake &history, Store &store, const Catalog &catalog,
                     ImportRequest request)
    : QObject(&intake)
    , d(std::make_unique<Private>(this, intake, history, store, catalog, std::move(request)))
{
}

ImportJob::~ImportJob()
{
    d->pipe.close();
    if (d->thread.joinable())
        d->thread.join();
}

QFuture<Result<ImportReport>> ImportJob::start() { return d->scope.run(d->run()); }

void ImportJob::cancel()
{
    d->cancelled = true;
    d->pipe.close();
}

const ImportProgress &ImportJob::progress() const { return d->progress; }

} // namespace patchbay
