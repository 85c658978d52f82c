#include "connectors/kit/mail_folder.h"
#include "connectors/kit/mail_formats.h"

#include <QtCore/QDir>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isMaildir(const QString &path, const QByteArray &)
{
    return QDir(path + u"/cur"_s).exists() && QDir(path + u"/new"_s).exists();
}

/// The folder's own mails and those of its folders (Maildir++: ".Sent" beside "cur").
Result<Done> readMaildir(const ImportSource &source, const ImportEach &each)
{
    MailFolderReader reader(source, each);
    QStringList folders{source.path};
    for (const QString &name : QDir(source.path).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
        if (isMaildir(source.path + u'/' + name, {}))
            folders << source.path + u'/' + name;
    }
    for (const QString &folder : std::as_const(folders)) {
        for (const QString &part : {u"/cur"_s, u"/new"_s}) {
            const Result<Done> read = reader.read(folder + part, {}, false);
            if (!read || reader.isStopped())
                return read;
        }
    }
    return Done{};
}

} // namespace

ImportFormat maildirFormat()
{
    ImportFormat format;
    format.id = u"maildir"_s;
    format.title = u"Mail folder (Maildir)"_s;
    format.recognises = isMaildir;
    format.read = readMaildir;
    return format;
}

} // namespace patchbay
