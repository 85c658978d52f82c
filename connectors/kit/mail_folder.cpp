#include "connectors/kit/mail_folder.h"

#include "connectors/kit/mail_formats.h"
#include "core/mail/mail_files.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFileInfo>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A file that ends when nobody waits for it any more.
class ImportedFileDevice final : public QFile {
public:
    ImportedFileDevice(const QString &path, std::function<bool()> stopped)
        : QFile(path)
        , m_stopped(std::move(stopped))
    {
    }

protected:
    qint64 readData(char *data, qint64 most) override { return isStopped() ? -1 : QFile::readData(data, most); }
    qint64 readLineData(char *data, qint64 most) override { return isStopped() ? -1 : QFile::readLineData(data, most); }

private:
    bool isStopped() const { return m_stopped && m_stopped(); }

    std::function<bool()> m_stopped;
};

} // namespace

Result<std::unique_ptr<QFile>> openedImport(const QString &path, const ImportSource &source)
{
    if (!QFileInfo(path).isFile())
        return makeError(Error::Kind::NotFound, u"There is no such file."_s);
    std::unique_ptr<QFile> file = std::make_unique<ImportedFileDevice>(path, source.stopped);
    if (!file->open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, u"The file cannot be opened (%1)."_s.arg(file->errorString()));
    return file;
}

Result<Done> MailFolderReader::read(const QString &folder, const QStringList &names, bool below)
{
    QDirIterator files(folder, names, QDir::Files | QDir::Hidden | QDir::NoSymLinks,
                       below ? QDirIterator::Subdirectories : QDirIterator::NoIteratorFlags);
    while (files.hasNext() && !m_stopped) {
        const QString path = files.next();
        const Result<Done> read = readOne(path);
        if (!read)
            return makeError(read.error().kind, u"%1: %2"_s.arg(path, read.error().message));
    }
    return Done{};
}

Result<Done> MailFolderReader::readOne(const QString &path)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(path, m_source);
    if (!file)
        return file.error();
    if ((*file)->size() == 0)
        return Done{}; // what a mail program left behind while it wrote
    Result<RawItem> item = readEml(**file);
    if (!item)
        return item.error();
    // Equal mails in several files are told apart as within one mbox.
    const QString content = item->sourceKey.section(u':', 0, 1);
    item->sourceKey = u"%1:%2"_s.arg(content).arg(++m_seen[content]);
    m_bytes += (*file)->size();
    ++m_count;
    m_stopped = !m_each(std::move(*item), m_bytes);
    return Done{};
}

} // namespace patchbay
