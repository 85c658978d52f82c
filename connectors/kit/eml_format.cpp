#include "connectors/kit/mail_folder.h"
#include "connectors/kit/mail_formats.h"
#include "core/mail/mail_files.h"

#include <QtCore/QDirIterator>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

const QStringList &emlNames()
{
    static const QStringList names{u"*.eml"_s};
    return names;
}

bool isEml(const QString &path, const QByteArray &start)
{
    if (QFileInfo(path).isDir()) {
        QDirIterator files(path, emlNames(), QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
        return files.hasNext();
    }
    if (path.endsWith(u".eml"_s, Qt::CaseInsensitive))
        return true;
    static const QRegularExpression field(u"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \\t]?\\S.*\\r?\\n"
                                          "(?:[ \\t].*\\r?\\n|[A-Za-z][A-Za-z0-9-]{1,60}:.*\\r?\\n)*?"
                                          "(?:From|To|Date|Subject|Message-I[dD]|Received|Return-Path):"_s);
    const QString text = u"Received: x\n"_s + QString::fromLatin1(start.left(4096));
    return !start.isEmpty()
        && field.match(text, 0, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption)
               .hasMatch();
}

Result<Done> readEmlSource(const ImportSource &source, const ImportEach &each)
{
    if (QFileInfo(source.path).isDir()) {
        MailFolderReader reader(source, each);
        const Result<Done> read = reader.read(source.path, emlNames(), true);
        if (read && reader.count() == 0 && !reader.isStopped())
            return makeError(Error::Kind::NotFound, u"There are no .eml files in this folder."_s);
        return read;
    }
    const Result<std::unique_ptr<QFile>> file = openedImport(source.path, source);
    if (!file)
        return file.error();
    Result<RawItem> item = readEml(**file);
    if (!item)
        return item.error();
    each(std::move(*item), (*file)->pos());
    return Done{};
}

} // namespace

ImportFormat emlFormat()
{
    ImportFormat format;
    format.id = u"eml"_s;
    format.title = u"Single mails (.eml)"_s;
    format.recognises = isEml;
    format.read = readEmlSource;
    return format;
}

} // namespace patchbay
