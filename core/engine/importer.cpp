#include "core/engine/importer.h"

#include "core/mail/mail_files.h"
#include "core/store/account_table.h"
#include "core/store/raw_message_table.h"

#include <QtCore/QFile>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t importPageItems = 200;
constexpr qsizetype importPageBytes = 16 * 1024 * 1024;

struct ImportPage {
    std::vector<RawItem> items = {};
    bool last = false;
};

/// Hands pages from the reading thread to the event loop's, one at a time: the reader waits until the next one is asked
/// for.
class ImportPipe {
public:
    QFuture<Result<ImportPage>> ask()
    {
        const std::lock_guard guard(m_mutex);
        m_asked.emplace();
        m_asked->start();
        m_changed.notify_all();
        return m_asked->future();
    }

    /// False when nobody wants any more.
    bool deliver(Result<ImportPage> page)
    {
        std::unique_lock guard(m_mutex);
        m_changed.wait(guard, [this] { return m_asked || m_closed; });
        if (m_closed)
            return false;
        QPromise<Result<ImportPage>> asked = std::move(*m_asked);
        m_asked.reset();
        guard.unlock();
        asked.addResult(std::move(page));
        asked.finish();
        return true;
    }

    void close()
    {
        const std::lock_guard guard(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<QPromise<Result<ImportPage>>> m_asked;
    bool m_closed = false;
};

/// The reading thread's work: all files, page by page, then the last page or an error.
class ImportReader {
public:
    ImportReader(ImportPipe &pipe, QStringList paths, QString format)
        : m_pipe(pipe)
        , m_paths(std::move(paths))
        , m_format(std::move(format))
    {
    }

    void run()
    {
        for (const QString &path : m_paths) {
            const Result<Done> read = readFile(path);
            if (m_gone)
                return;
            if (!read) {
                if (flush())
                    m_pipe.deliver(makeError(read.error().kind, u"%1: %2"_s.arg(path, read.error().message)));
                return;
            }
        }
        m_page.last = true;
        m_pipe.deliver(std::exchange(m_page, {}));
    }

private:
    Result<Done> readFile(const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return makeError(Error::Kind::NotFound, u"The file cannot be opened (%1)."_s.arg(file.errorString()));
        const bool mbox = m_format.isEmpty() ? file.peek(5) == "From " : m_format == u"mbox"_s;
        if (!mbox) {
            auto item = readEml(file);
            if (!item)
                return item.error();
            add(std::move(*item));
            return Done{};
        }
        const auto count = readMbox(file, [this](RawItem item) { return add(std::move(item)); });
        if (!count)
            return count.error();
        return Done{};
    }

    bool add(RawItem item)
    {
        m_bytes += item.raw.size();
        m_page.items.push_back(std::move(item));
        if (m_page.items.size() < importPageItems && m_bytes < importPageBytes)
            return true;
        return flush();
    }

    bool flush()
    {
        m_bytes = 0;
        if (!m_page.items.empty() && !m_pipe.deliver(std::exchange(m_page, {})))
            m_gone = true;
        return !m_gone;
    }

    ImportPipe &m_pipe;
    QStringList m_paths;
    QString m_format;
    ImportPage m_page;
    qsizetype m_bytes = 0;
    bool m_gone = false;
};

/// One running import; a child of the Intake, so that it ends with it.
class ImportJob final : public QObject {
public:
    ImportJob(Intake &intake, Store &store, ChannelId channel)
        : QObject(&intake)
        , m_intake(intake)
        , m_store(store)
        , m_channel(channel)
    {
    }
    ~ImportJob() override
    {
        m_pipe.close();
        if (m_thread.joinable())
            m_thread.join();
    }

    QFuture<Result<ImportReport>> start(QStringList paths, QString format)
    {
        m_thread = std::thread([this, paths = std::move(paths), format = std::move(format)] {
            ImportReader(m_pipe, paths, format).run();
        });
        return m_scope.run(run());
    }

private:
    Async<Result<raw_messages::Counters>> counted()
    {
        auto count = [channel = m_channel](Database &db) -> Result<raw_messages::Counters> {
            return db.finish(raw_messages::countedIn(db, channel));
        };
        const auto counters = co_await finished(m_store.read(std::move(count)));
        co_return counters;
    }

    /// Takes pages until the last one; how many items there were.
    Async<Result<int>> pages()
    {
        int read = 0;
        bool last = false;
        while (!last) {
            Result<ImportPage> page = co_await finished(m_pipe.ask());
            if (!page)
                co_return page.error();
            last = page->last;
            read += int(page->items.size());
            Batch batch;
            batch.items = std::move(page->items);
            const Result<Done> accepted = co_await finished(m_intake.accept(m_channel, std::move(batch)));
            if (!accepted)
                co_return accepted.error();
        }
        co_return read;
    }

    Async<Result<ImportReport>> run()
    {
        const Result<ImportReport> report = co_await count();
        deleteLater();
        co_return report;
    }

    Async<Result<ImportReport>> count()
    {
        const Result<Done> leftOver = co_await finished(m_intake.drain());
        if (!leftOver)
            co_return leftOver.error();
        const auto before = co_await counted();
        if (!before)
            co_return before.error();
        const Result<int> read = co_await pages();
        const Result<Done> drained = co_await finished(m_intake.drain());
        if (!read)
            co_return read.error();
        if (!drained)
            co_return drained.error();
        const auto after = co_await counted();
        if (!after)
            co_return after.error();
        ImportReport report;
        report.read = *read;
        report.added = int(after->visible - before->visible);
        report.quarantined = int(after->quarantined - before->quarantined);
        const int stored = int(after->received - before->received);
        report.duplicate = *read - stored + int(after->duplicate - before->duplicate);
        co_return report;
    }

    Intake &m_intake;
    Store &m_store;
    ChannelId m_channel;
    ImportPipe m_pipe;
    std::thread m_thread;
    AsyncScope m_scope;
};

} // namespace

QFuture<Result<ImportReport>> importFiles(Intake &intake, Store &store, ChannelId channel, QStringList paths,
                                          QString format)
{
    if (!format.isEmpty() && format != u"mbox"_s && format != u"eml"_s) {
        QPromise<Result<ImportReport>> refused;
        refused.start();
        refused.addResult(Result<ImportReport>(
            makeError(Error::Kind::Refused,
                      u"Files of the format \"%1\" cannot be imported; known are mbox and eml."_s.arg(format))));
        refused.finish();
        return refused.future();
    }
    return (new ImportJob(intake, store, channel))->start(std::move(paths), std::move(format));
}

} // namespace patchbay
