#include "connectors/chat/file/export_folder.h"

#include "core/mail/html_body.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QMimeDatabase>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestExportFile = 25 * 1024 * 1024;
constexpr qsizetype longestExportPath = 1000;

bool staysBelow(const QString &relative)
{
    const QStringList steps = relative.split(u'/');
    return !relative.isEmpty() && relative.size() <= longestExportPath && QDir::isRelativePath(relative)
        && !relative.contains(u'\\') && !relative.contains(u':') && !relative.contains(QChar::Null)
        && !steps.contains(u".."_s) && !steps.contains(u"."_s) && !steps.contains(QString());
}

} // namespace

ExportFolder::ExportFolder(const QString &folder)
    : m_root(QFileInfo(folder).canonicalFilePath())
{
}

ImportedFile ExportFolder::load(const QString &relative, const QString &name, const QString &mediaType) const
{
    ImportedFile file{name.isEmpty() ? relative : name, mediaType, {}, {}};
    const QString shown = cleanFileName(file.name);
    if (!staysBelow(relative)) {
        file.missing = u"The file \"%1\" is not read: its path leads out of the export's folder."_s.arg(shown);
        return file;
    }
    const QFileInfo info(m_root + u'/' + relative);
    const QString real = info.canonicalFilePath();
    if (m_root.isEmpty() || real.isEmpty()) {
        file.missing = u"The file \"%1\" is not beside the export."_s.arg(shown);
        return file;
    }
    const QFileInfo target(real);
    if (!real.startsWith(m_root + u'/') || !target.isFile()) {
        file.missing = u"The file \"%1\" is not read: it is no plain file in the export's folder."_s.arg(shown);
        return file;
    }
    if (target.size() > largestExportFile) {
        file.missing = u"The file \"%1\" is not read: it is larger than %2 MB."_s.arg(shown).arg(largestExportFile
                                                                                                 / (1024 * 1024));
        return file;
    }
    QFile in(real);
    if (!in.open(QIODevice::ReadOnly)) {
        file.missing = u"The file \"%1\" cannot be read: %2."_s.arg(shown, in.errorString());
        return file;
    }
    file.bytes = in.read(largestExportFile);
    if (file.mediaType.isEmpty())
        file.mediaType = QMimeDatabase().mimeTypeForFile(shown, QMimeDatabase::MatchExtension).name();
    return file;
}

} // namespace patchbay
