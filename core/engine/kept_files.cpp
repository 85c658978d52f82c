#include "core/engine/kept_files.h"

#include "core/async/on_pool.h"
#include "core/mail/html_body.h"
#include "core/store/loose_files.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QMimeDatabase>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A file as it was read.
struct ReadFile {
    OutboundFile file = {};
    QByteArray bytes = {};
};

Error notKept(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

Result<ReadFile> measured(QString name, QByteArray bytes)
{
    ReadFile read;
    read.file.name = cleanFileName(name);
    read.file.size = bytes.size();
    read.file.mediaType = QMimeDatabase().mimeTypeForFileNameAndData(read.file.name, bytes).name();
    if (bytes.isEmpty())
        return notKept(u"“%1” is empty: choose another file."_s.arg(read.file.name));
    if (bytes.size() > largestAttachedFile) {
        return notKept(u"“%1” is larger than %2 MB: send a smaller one, or a link to it."_s.arg(read.file.name)
                           .arg(largestAttachedFile / 1'000'000));
    }
    read.bytes = std::move(bytes);
    return read;
}

Result<ReadFile> fileFromDisk(const QString &path)
{
    const QFileInfo info(path);
    const QString name = cleanFileName(info.fileName());
    if (!info.exists())
        return notKept(u"“%1” is not there any more: look where it is, and attach it again."_s.arg(name));
    if (info.isDir())
        return notKept(u"“%1” is a folder: attach its files, or pack it into one."_s.arg(name));
    if (!info.isFile())
        return notKept(u"“%1” is no file that can be sent: choose another one."_s.arg(name));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return notKept(
            u"“%1” cannot be read (%2): look at its rights, then attach it again."_s.arg(name, file.errorString()));
    }
    QByteArray bytes = file.read(largestAttachedFile + 1);
    if (file.error() != QFileDevice::NoError)
        return notKept(u"“%1” cannot be read (%2): try again."_s.arg(name, file.errorString()));
    return measured(name, std::move(bytes));
}

/// What `read` gives, in the workspace; in a thread pool.
Async<Result<ReadFile>> readAndPut(BlobStore *files, std::function<Result<ReadFile>()> read)
{
    auto reading = onPool([files, read]() -> Result<ReadFile> {
        Result<ReadFile> one = read();
        if (!one)
            return one.error();
        const Result<QByteArray> put = files->put(one->bytes);
        if (!put)
            return put.error();
        one->file.sha256 = *put;
        return one;
    });
    co_return co_await finished(std::move(reading));
}

Async<Result<OutboundFile>> keep(Store *store, std::function<Result<ReadFile>()> read)
{
    BlobStore *files = &store->files();
    const Result<ReadFile> stored = co_await readAndPut(files, std::move(read));
    if (!stored)
        co_return stored.error();
    // Its content may have been on the list of what is swept away: taken off it, and put once more, which is quick
    // while it is there. In a write, as the sweep is.
    auto securing = store->write([files, one = *stored](Database &db) -> Result<Done> {
        loose_files::keep(db, one.file.sha256);
        const Result<QByteArray> put = files->put(one.bytes);
        if (!put)
            return put.error();
        return db.finish(Done{});
    });
    const Result<Done> secured = co_await finished(std::move(securing));
    if (!secured)
        co_return secured.error();
    co_return stored->file;
}

} // namespace

Async<Result<OutboundFile>> keepFile(Store *store, QString path)
{
    return keep(store, [path] { return fileFromDisk(path); });
}

Async<Result<OutboundFile>> keepMade(Store *store, QString name, std::function<QByteArray()> make)
{
    return keep(store, [name, make] { return measured(name, make()); });
}

} // namespace patchbay
