#include "app/secrets/folder_secrets.h"

#include "core/store/durable_file.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <sys/stat.h>
#include <unistd.h>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestSecret = 64 * 1024;

Result<std::optional<QString>> readSecretFile(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return std::optional<QString>();
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::Refused,
                         u"The secret file %1 cannot be read: %2."_s.arg(path, file.errorString()));
    struct stat info = {}; // of the open file, so that it cannot be exchanged in between
    if (::fstat(file.handle(), &info) != 0 || !S_ISREG(info.st_mode))
        return makeError(Error::Kind::Refused, u"The secret file %1 is not a plain file."_s.arg(path));
    if (info.st_mode & 077) {
        return makeError(Error::Kind::Refused,
                         u"The secret file %1 can be read by others. Run: chmod 600 %1"_s.arg(path));
    }
    if (info.st_size > largestSecret)
        return makeError(Error::Kind::Refused, u"The secret file %1 is larger than 64 KB."_s.arg(path));
    QByteArray bytes = file.read(largestSecret);
    if (bytes.endsWith('\n'))
        bytes.chop(1);
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    return std::optional<QString>(QString::fromUtf8(bytes));
}

} // namespace

FolderSecrets::FolderSecrets(QString folder)
    : m_folder(std::move(folder))
{
}

Result<QString> FolderSecrets::pathOf(const SecretKey &key) const
{
    const QString name = key.accountName + u'.' + key.field;
    if (name.contains(u'/') || name.contains(QChar(0)) || name.startsWith(u'.')) {
        return makeError(Error::Kind::Refused,
                         u"The account name \"%1\" cannot be the name of a secret file."_s.arg(key.accountName));
    }
    return QDir(m_folder).filePath(name);
}

Async<Result<std::optional<QString>>> FolderSecrets::read(SecretKey key)
{
    const Result<QString> path = pathOf(key);
    if (!path)
        co_return path.error();
    co_return readSecretFile(*path);
}

Async<Result<Done>> FolderSecrets::write(SecretKey key, QString)
{
    const Result<QString> path = pathOf(key);
    if (!path)
        co_return path.error();
    co_return makeError(Error::Kind::Refused,
                        u"Secrets come from a folder here. Put this one into %1 (mode 0600)."_s.arg(*path));
}

Async<Result<Done>> FolderSecrets::replace(SecretKey key, QString value)
{
    const Result<QString> path = pathOf(key);
    if (!path)
        co_return path.error();
    co_return writeDurably(*path, value.toUtf8());
}

Result<Done> FolderSecrets::canReplace(SecretKey key) const
{
    const Result<QString> path = pathOf(key);
    if (!path)
        return path.error();
    // Written beside it and renamed: the folder is what has to be writable.
    if (::access(QFile::encodeName(m_folder).constData(), W_OK | X_OK) == 0)
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"The secrets folder %1 cannot be written, and “%2” renews its sign-in while it works. Make the "
                     "folder writable for this user."_s.arg(m_folder, key.accountName));
}

Async<Result<Done>> FolderSecrets::remove(SecretKey key)
{
    const Result<QString> path = pathOf(key);
    if (!path)
        co_return path.error();
    co_return makeError(Error::Kind::Refused, u"Secrets come from a folder here. Delete %1."_s.arg(*path));
}

} // namespace patchbay
