#include "core/store/durable_file.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>
#include <QtCore/QUuid>

#include <cerrno>
#include <cstring>

#ifdef Q_OS_WIN
#include <io.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace patchbay {

namespace {

QString durableReason() { return QString::fromLocal8Bit(std::strerror(errno)); }

bool durableSync(QFile &file)
{
#ifdef Q_OS_WIN
    return ::_commit(file.handle()) == 0;
#elif defined(Q_OS_MACOS)
    return ::fcntl(file.handle(), F_FULLFSYNC) == 0 || ::fsync(file.handle()) == 0;
#else
    return ::fsync(file.handle()) == 0;
#endif
}

constexpr QFile::Permissions durableFileMode = QFile::ReadOwner | QFile::WriteOwner;

} // namespace

Error fileError(const QString &doing, const QString &path, const QString &reason)
{
    const QStorageInfo disk(QFileInfo(path).absolutePath());
    return makeError(Error::Kind::Storage,
                     QStringLiteral("Could not %1 %2: %3 (%4 bytes free).")
                         .arg(doing, path, reason, QString::number(qMax(qint64(0), disk.bytesAvailable()))));
}

Result<Done> syncPath(const QString &path)
{
#ifdef Q_OS_WIN
    Q_UNUSED(path) // NTFS journals names itself; file contents are synced where they are written
    return Done{};
#else
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fileError(QStringLiteral("open"), path, durableReason());
    const bool synced = ::fsync(fd) == 0;
    const QString reason = durableReason();
    ::close(fd);
    if (!synced)
        return fileError(QStringLiteral("sync"), path, reason);
    return Done{};
#endif
}

Result<Done> makePrivateFolder(const QString &path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return Done{};
    if (const QString above = info.absolutePath(); !QFileInfo(above).isDir()) {
        if (const auto made = makePrivateFolder(above); !made)
            return made;
    }
    if (!QDir().mkdir(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner) && !QFileInfo(path).isDir())
        return fileError(QStringLiteral("make the folder"), path, durableReason());
    return syncPath(info.absolutePath());
}

Result<Done> writeDurably(const QString &path, const QByteArray &bytes)
{
    const QString draft =
        QStringLiteral("%1/.new-%2").arg(QFileInfo(path).absolutePath(), QUuid::createUuid().toString(QUuid::Id128));
    QFile file(draft);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, durableFileMode))
        return fileError(QStringLiteral("write"), draft, file.errorString());
    const bool written = file.write(bytes) == bytes.size() && file.flush() && durableSync(file);
    const QString reason = file.error() == QFile::NoError ? durableReason() : file.errorString();
    file.close();
#ifdef Q_OS_WIN
    if (written)
        QFile::remove(path); // Windows does not rename over a file
    const bool renamed = written && QFile::rename(draft, path);
#else
    const bool renamed =
        written && ::rename(QFile::encodeName(draft).constData(), QFile::encodeName(path).constData()) == 0;
#endif
    if (!renamed) {
        const QString why = written ? durableReason() : reason;
        QFile::remove(draft);
        return fileError(QStringLiteral("write"), path, why);
    }
    return syncPath(QFileInfo(path).absolutePath());
}

Result<Done> writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, durableFileMode))
        return fileError(QStringLiteral("write"), path, file.errorString());
    bool whole = file.write(bytes) == bytes.size() && file.flush();
#ifdef Q_OS_WIN
    whole = whole && durableSync(file); // elsewhere syncTree does it for all
#endif
    if (!whole)
        return fileError(QStringLiteral("write"), path, file.errorString());
    return Done{};
}

Result<Done> copyFile(const QString &from, const QString &to)
{
    QFile source(from);
    if (!source.open(QIODevice::ReadOnly))
        return fileError(QStringLiteral("read"), from, source.errorString());
    QFile target(to);
    if (!target.open(QIODevice::WriteOnly | QIODevice::NewOnly, durableFileMode))
        return fileError(QStringLiteral("write"), to, target.errorString());
    while (!source.atEnd()) {
        const QByteArray piece = source.read(1024 * 1024);
        if (piece.isEmpty())
            return fileError(QStringLiteral("read"), from, source.errorString());
        if (target.write(piece) != piece.size())
            return fileError(QStringLiteral("write"), to, target.errorString());
    }
    bool whole = target.flush();
#ifdef Q_OS_WIN
    whole = whole && durableSync(target); // elsewhere syncTree does it for all
#endif
    if (!whole)
        return fileError(QStringLiteral("write"), to, target.errorString());
    return Done{};
}

Result<Done> syncTree(const QString &folder)
{
#ifdef Q_OS_LINUX
    // One call for the whole disk instead of one for each of thousands of files.
    const int fd = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::syncfs(fd) == 0;
    const QString reason = durableReason();
    if (fd >= 0)
        ::close(fd);
    if (!synced)
        return fileError(QStringLiteral("sync"), folder, reason);
#else
    QDirIterator each(folder, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        if (const auto synced = syncPath(each.next()); !synced)
            return synced;
    }
#endif
    return syncPath(folder);
}

Result<Done> renameDurably(const QString &from, const QString &to)
{
    if (QFileInfo::exists(to))
        return makeError(Error::Kind::Conflict, QStringLiteral("%1 exists already; it was left as it is.").arg(to));
    if (!QDir().rename(from, to))
        return fileError(QStringLiteral("rename"), from, durableReason());
    return syncPath(QFileInfo(to).absolutePath());
}

} // namespace patchbay
