#include "core/store/workspace_lock.h"

#include "core/base/log.h"
#include "core/store/durable_file.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSysInfo>
#include <QtCore/QThread>

#ifdef Q_OS_WIN
#include <io.h>
#include <qt_windows.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace patchbay {

namespace {

constexpr int lockTries = 5;

QString lockUser()
{
    const QString user = qEnvironmentVariable("USER");
    return user.isEmpty() ? qEnvironmentVariable("USERNAME", QStringLiteral("unknown")) : user;
}

QByteArray lockHolder(const Clock &clock)
{
    QJsonObject holder;
    holder[QLatin1String("program")] = QFileInfo(QCoreApplication::applicationFilePath()).fileName();
    holder[QLatin1String("pid")] = QCoreApplication::applicationPid();
    holder[QLatin1String("user")] = lockUser();
    holder[QLatin1String("host")] = QSysInfo::machineHostName();
    holder[QLatin1String("since")] = clock.now().toDateTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
    return QJsonDocument(holder).toJson(QJsonDocument::Compact) + '\n';
}

QString lockPath(const QString &folder) { return folder + QStringLiteral("/lock"); }

/// True when the lock is ours now. The range on Windows lies beyond the text, which others can so still read.
bool lockTake(QFile &file)
{
#ifdef Q_OS_WIN
    OVERLAPPED range = {};
    range.OffsetHigh = 0x40000000;
    return ::LockFileEx(HANDLE(::_get_osfhandle(file.handle())), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0,
                        1, 0, &range);
#else
    int taken = 0;
    do
        taken = ::flock(file.handle(), LOCK_EX | LOCK_NB);
    while (taken != 0 && errno == EINTR);
    return taken == 0;
#endif
}

} // namespace

struct WorkspaceLock::Handle {
    QFile file;
};

WorkspaceLock::WorkspaceLock(std::unique_ptr<Handle> handle)
    : m_handle(std::move(handle))
{
}

Result<std::unique_ptr<WorkspaceLock>> WorkspaceLock::acquire(const QString &folder, const Clock &clock)
{
    auto handle = std::make_unique<Handle>();
    QFile &file = handle->file;
    file.setFileName(lockPath(folder));
    // Unbuffered, and not truncated: the text belongs to the holder until we are it. Qt opens with O_CLOEXEC, so that
    // no program we start keeps the lock.
    if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered, QFile::ReadOwner | QFile::WriteOwner))
        return fileError(QStringLiteral("open"), file.fileName(), file.errorString());
    // A program that only looks holds it for a moment.
    for (int tries = 0; !lockTake(file); ++tries) {
        if (tries < lockTries) {
            QThread::msleep(50);
            continue;
        }
        const QString who = holder(folder);
        return makeError(Error::Kind::Conflict,
                         QStringLiteral("The workspace %1 is in use by %2. Close it there first.")
                             .arg(folder, who.isEmpty() ? QStringLiteral("another program") : who));
    }
    const QByteArray text = lockHolder(clock);
    // On a full disk the lock holds all the same, only without a name.
    if (!file.resize(0) || !file.seek(0) || file.write(text) != text.size())
        logWarning("store", QStringLiteral("Could not write into %1: %2").arg(file.fileName(), file.errorString()));
    return std::unique_ptr<WorkspaceLock>(new WorkspaceLock(std::move(handle)));
}

WorkspaceLock::~WorkspaceLock()
{
    m_handle->file.resize(0);
    m_handle->file.close();
}

QString WorkspaceLock::holder(const QString &folder)
{
    QFile file(lockPath(folder));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject holder = QJsonDocument::fromJson(file.read(4096)).object();
    const QString program = holder[QLatin1String("program")].toString();
    if (program.isEmpty())
        return {};
    return QStringLiteral("%1 (process %2 of %3 on %4, since %5 UTC)")
        .arg(program, QString::number(holder[QLatin1String("pid")].toInteger()),
             holder[QLatin1String("user")].toString(), holder[QLatin1String("host")].toString(),
             holder[QLatin1String("since")].toString());
}

} // namespace patchbay
