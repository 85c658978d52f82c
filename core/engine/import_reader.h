#pragma once

#include "core/ports/catalog.h"

#include <QtCore/QFuture>
#include <QtCore/QPromise>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace patchbay {

/// Some items of the files, as many as are stored at once.
struct ImportPage {
    std::vector<RawItem> items = {};
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
    bool last = false;
};

/// Hands pages from the reading thread to the event loop's, one at a time: the reader waits until the next one is asked
/// for.
class ImportPipe {
public:
    QFuture<Result<ImportPage>> ask();
    /// False when nobody wants any more.
    bool deliver(Result<ImportPage> page);
    /// Who waits for a page gets an empty last one.
    void close();
    bool isClosed() const { return m_closed; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<QPromise<Result<ImportPage>>> m_asked;
    std::atomic<bool> m_closed = false;
};

/// The reading thread's work: all files and folders, page by page, then the last page or an error.
class ImportReader {
public:
    /// `format` is null where the first bytes decide.
    ImportReader(ImportPipe &pipe, const ChatConnectorInfo &connector, QStringList paths, const ImportFormat *format,
                 QJsonObject settings, int pageItems);

    void run();

private:
    Result<Done> readSource(const QString &path);
    bool add(RawItem item);
    bool flush();

    ImportPipe &m_pipe;
    const ChatConnectorInfo &m_connector;
    QStringList m_paths;
    const ImportFormat *m_format;
    QJsonObject m_settings;
    size_t m_pageItems;
    ImportPage m_page;
    qint64 m_before = 0; ///< bytes of the sources that are done
    qint64 m_total = 0;
    qsizetype m_bytes = 0;
    bool m_gone = false;
};

} // namespace patchbay
