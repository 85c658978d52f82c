#include "connectors/kit/stored_files.h"

#include "connectors/kit/chat_text.h"

#include <QtCore/QMimeDatabase>
#include <QtCore/QUrl>

namespace patchbay {

using namespace Qt::StringLiterals;

std::optional<InboundAttachment> storedFile(const QString &address, qint64 size)
{
    const QUrl url(address, QUrl::StrictMode);
    const QString whole = url.path(QUrl::FullyEncoded);
    const qsizetype at = whole.indexOf("/rails/active_storage/"_L1);
    if (!url.isValid() || at < 0)
        return std::nullopt;
    const QString name = QUrl::fromPercentEncoding(whole.section(u'/', -1).toUtf8());
    const QString type = QMimeDatabase().mimeTypeForFile(name, QMimeDatabase::MatchExtension).name();
    return remoteFile(name.isEmpty() ? u"file"_s : name, type, size, {{u"path"_s, whole.mid(at)}});
}

void addStoredFile(InboundMessage &message, const QString &title, const QString &address, qint64 size)
{
    if (const auto file = storedFile(address, size))
        message.attachments.push_back(*file);
    else
        addChatLine(message, u"File: %1 %2"_s.arg(title, address));
}

Result<Request> loadStoredFile(const ChatContext &context)
{
    QString path = context.remote.value(u"path"_s).toString();
    return Request("GET", QUrl(path.replace("/blobs/redirect/"_L1, "/blobs/proxy/"_L1), QUrl::StrictMode));
}

} // namespace patchbay
