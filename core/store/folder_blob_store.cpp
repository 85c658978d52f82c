#include "core/store/folder_blob_store.h"

#include "core/base/fault.h"
#include "core/store/durable_file.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace patchbay {

bool isBlobName(const QByteArray &sha256)
{
    return sha256.size() == 64 && std::all_of(sha256.begin(), sha256.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

QByteArray blobName(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

Error missingBlob(const QByteArray &sha256, const QString &place)
{
    return makeError(Error::Kind::NotFound,
                     QStringLiteral("The file %1 is missing from %2; a backup may have it.")
                         .arg(QString::fromLatin1(sha256.left(64)), place));
}

Error changedBlob(const QByteArray &sha256, const QString &place)
{
    return makeError(
        Error::Kind::Storage,
        QStringLiteral("The file %1 in %2 was changed or damaged since it was stored, so it is not shown; a "
                       "backup may have it whole.")
            .arg(QString::fromLatin1(sha256), place));
}

FolderBlobStore::FolderBlobStore(QString folder, bool readOnly)
    : m_folder(std::move(folder))
    , m_readOnly(readOnly)
{
}

QString FolderBlobStore::pathOf(const QByteArray &sha256) const
{
    return QStringLiteral("%1/%2/%3").arg(m_folder, QString::fromLatin1(sha256.left(2)), QString::fromLatin1(sha256));
}

Result<QByteArray> FolderBlobStore::put(const QByteArray &bytes)
{
    if (m_readOnly)
        return makeError(Error::Kind::Refused,
                         QStringLiteral("The workspace is open for reading only; the file was not stored."));
    const QByteArray name = blobName(bytes);
    const QString path = pathOf(name);
    const QString folder = QFileInfo(path).absolutePath();
    if (const auto made = makePrivateFolder(folder); !made)
        return made.error();
    if (get(name)) {
        // Whole already, but whoever wrote it may not have come to syncing the name.
        if (const auto synced = syncPath(folder); !synced)
            return synced.error();
        return name;
    }
    if (const auto written = writeDurably(path, bytes); !written)
        return written.error();
    faultPoint("attachment.after_file_before_row");
    return name;
}

Result<QByteArray> FolderBlobStore::get(const QByteArray &sha256) const
{
    if (!isBlobName(sha256))
        return missingBlob(sha256, m_folder);
    QFile file(pathOf(sha256));
    if (!file.exists())
        return missingBlob(sha256, m_folder);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(QStringLiteral("read"), file.fileName(), file.errorString());
    const QByteArray bytes = file.readAll();
    if (blobName(bytes) != sha256)
        return changedBlob(sha256, m_folder);
    return bytes;
}

Result<std::vector<StoredFile>> FolderBlobStore::list(const QByteArray &beginning) const
{
    std::vector<StoredFile> all;
    const QDir folder(m_folder + QLatin1Char('/') + QString::fromLatin1(beginning));
    const auto entries = folder.entryInfoList(QDir::Files | QDir::NoSymLinks);
    for (const QFileInfo &entry : entries) {
        const QByteArray name = entry.fileName().toLatin1();
        if (isBlobName(name))
            all.push_back({name, entry.size(), Timestamp::from(entry.lastModified())});
    }
    return all;
}

Result<qint64> FolderBlobStore::remove(const QByteArray &sha256)
{
    if (m_readOnly)
        return makeError(Error::Kind::Refused,
                         QStringLiteral("The workspace is open for reading only; the file was not removed."));
    if (!isBlobName(sha256))
        return missingBlob(sha256, m_folder);
    QFile file(pathOf(sha256));
    if (!file.exists())
        return qint64(0);
    const qint64 size = file.size();
    if (!file.remove())
        return fileError(QStringLiteral("remove"), file.fileName(), file.errorString());
    if (const auto synced = syncPath(QFileInfo(file.fileName()).absolutePath()); !synced)
        return synced.error();
    return size;
}

} // namespace patchbay
