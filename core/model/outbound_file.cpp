#include "core/model/outbound_file.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <numeric>

namespace patchbay {

QJsonArray filesJson(const std::vector<OutboundFile> &files)
{
    QJsonArray list;
    for (const OutboundFile &file : files) {
        list.append(QJsonObject{{QStringLiteral("name"), file.name},
                                {QStringLiteral("sha256"), QString::fromLatin1(file.sha256)},
                                {QStringLiteral("size"), file.size},
                                {QStringLiteral("type"), file.mediaType}});
    }
    return list;
}

std::vector<OutboundFile> filesFrom(const QJsonArray &list)
{
    std::vector<OutboundFile> files;
    for (const QJsonValue &one : list) {
        files.push_back({one[QStringLiteral("sha256")].toString().toLatin1(), one[QStringLiteral("name")].toString(),
                         one[QStringLiteral("type")].toString(), one[QStringLiteral("size")].toInteger()});
    }
    return files;
}

QString asDraft(const std::vector<OutboundFile> &files)
{
    return files.empty() ? QString()
                         : QString::fromUtf8(QJsonDocument(filesJson(files)).toJson(QJsonDocument::Compact));
}

std::vector<OutboundFile> filesFromDraft(const QString &draft)
{
    return filesFrom(QJsonDocument::fromJson(draft.toUtf8()).array());
}

qint64 bytesOf(const std::vector<OutboundFile> &files)
{
    return std::accumulate(files.begin(), files.end(), qint64(0),
                           [](qint64 sum, const OutboundFile &file) { return sum + file.size; });
}

} // namespace patchbay
