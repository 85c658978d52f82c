#include "core/engine/import_reader.h"

#include "core/engine/importer.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype importPageBytes = 16 * 1024 * 1024;
constexpr qint64 importStartBytes = 64 * 1024;

QByteArray firstBytes(const QString &path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return {};
    return file.read(importStartBytes);
}

/// Of a file, or of all files in a folder; ends early when nobody waits any more.
qint64 sizeOf(const QString &path, const ImportPipe &pipe)
{
    const QFileInfo info(path);
    if (!info.isDir())
        return info.size();
    qint64 bytes = 0;
    QDirIterator files(path, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext() && !pipe.isClosed()) {
        files.next();
        bytes += files.fileInfo().size();
    }
    return bytes;
}

Error unknownFile(const ChatConnectorInfo &connector)
{
    QStringList titles;
    for (const ImportFormat &format : connector.formats)
        titles << format.title;
    return makeError(Error::Kind::Refused,
                     u"This is no file that can be imported here, or its format has to be named (a .zip has to be "
                     "unpacked first). Known are: %1."_s.arg(titles.join(u", "_s)));
}

} // namespace

const ImportFormat *recognisedFormat(const ChatConnectorInfo &connector, const QString &path)
{
    const QByteArray start = firstBytes(path);
    for (const ImportFormat &format : connector.formats) {
        if (format.recognises && format.recognises(path, start))
            return &format;
    }
    return nullptr;
}

QFuture<Result<ImportPage>> ImportPipe::ask()
{
    const std::lock_guard guard(m_mutex);
    m_asked.emplace();
    m_asked->start();
    m_changed.notify_all();
    return m_asked->future();
}

bool ImportPipe::deliver(Result<ImportPage> page)
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

void ImportPipe::close()
{
    std::optional<QPromise<Result<ImportPage>>> asked;
    {
        const std::lock_guard guard(m_mutex);
        m_closed = true;
        asked.swap(m_asked);
        m_changed.notify_all();
    }
    if (!asked)
        return;
    ImportPage nothing;
    nothing.last = true;
    asked->addResult(Result<ImportPage>(std::move(nothing)));
    asked->finish();
}

ImportReader::ImportReader(ImportPipe &pipe, const ChatConnectorInfo &connector, QStringList paths,
                           const ImportFormat *format, QJsonObject settings, int pageItems)
    : m_pipe(pipe)
    , m_connector(connector)
    , m_paths(std::move(paths))
    , m_format(format)
    , m_settings(std::move(settings))
    , m_pageItems(size_t(std::max(1, pageItems)))
{
}

void ImportReader::run()
{
    for (const QString &path : std::as_const(m_paths))
        m_total += sizeOf(path, m_pipe);
    for (const QString &path : std::as_const(m_paths)) {
        const Result<Done> read = readSource(path);
        if (m_gone)
            return;
        if (!read) {
            if (flush())
                m_pipe.deliver(makeError(read.error().kind, u"%1: %2"_s.arg(path, read.error().message)));
            return;
        }
        m_before += sizeOf(path, m_pipe);
    }
    m_page.last = true;
    m_page.bytesDone = m_page.bytesTotal = m_total;
    m_pipe.deliver(std::exchange(m_page, {}));
}

Result<Done> ImportReader::readSource(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return makeError(Error::Kind::NotFound, u"There is no such file."_s);
    if (!info.isReadable())
        return makeError(Error::Kind::NotFound, u"The file may not be read by this account."_s);
    const ImportFormat *format = m_format ? m_format : recognisedFormat(m_connector, path);
    if (!format)
        return unknownFile(m_connector);
    const ImportEach each = [this](RawItem item, qint64 bytesDone) {
        m_page.bytesDone = qMin(m_before + bytesDone, m_total);
        return add(std::move(item));
    };
    const ImportSource source{path, m_settings, [this] { return m_pipe.isClosed(); }};
    return format->read(source, each);
}

bool ImportReader::add(RawItem item)
{
    m_bytes += item.raw.size();
    m_page.items.push_back(std::move(item));
    if (m_page.items.size() < m_pageItems && m_bytes < importPageBytes)
        return !m_pipe.isClosed();
    return flush();
}

bool ImportReader::flush()
{
    m_bytes = 0;
    m_page.bytesTotal = m_total;
    if (!m_page.items.empty() && !m_pipe.deliver(std::exchange(m_page, {})))
        m_gone = true;
    m_gone = m_gone || m_pipe.isClosed();
    return !m_gone;
}

} // namespace patchbay
