#include "connectors/kit/mail_formats.h"
#include "core/mail/mail_files.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isMbox(const QString &, const QByteArray &start)
{
    return start.startsWith("From ") || start.trimmed().startsWith("From ");
}

Result<Done> readMboxSource(const ImportSource &source, const ImportEach &each)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(source.path, source);
    if (!file)
        return file.error();
    const Result<int> count = readMbox(**file, [&](RawItem item) { return each(std::move(item), (*file)->pos()); });
    if (!count)
        return count.error();
    return Done{};
}

} // namespace

ImportFormat mboxFormat()
{
    ImportFormat format;
    format.id = u"mbox"_s;
    format.title = u"Mailbox (mbox)"_s;
    format.recognises = isMbox;
    format.read = readMboxSource;
    return format;
}

} // namespace patchbay
