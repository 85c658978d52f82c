#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A file that goes along with a task or a reply, frozen in its delivery's payload. Its bytes stay in the BlobStore.
struct OutboundFile {
    QByteArray sha256 = {}; ///< 64 hex digits
    QString name = {}; ///< cleaned; metadata only, never a path
    QString mediaType = {};
    qint64 size = 0;

    bool operator==(const OutboundFile &) const = default;
};

/// So many files, and so many bytes of all of them, go along with one task or reply.
inline constexpr size_t mostAttachedFiles = 20;
inline constexpr qint64 mostAttachedBytes = 100'000'000;
/// What a file may have where the other side takes more.
inline constexpr qint64 largestAttachedFile = 25'000'000;

QJsonArray filesJson(const std::vector<OutboundFile> &files);
std::vector<OutboundFile> filesFrom(const QJsonArray &list);

/// As a draft (kind draftedFiles) keeps them; empty: there are none.
QString asDraft(const std::vector<OutboundFile> &files);
std::vector<OutboundFile> filesFromDraft(const QString &draft);
inline constexpr QLatin1StringView draftedFiles("files");

/// What all of them have together.
qint64 bytesOf(const std::vector<OutboundFile> &files);

} // namespace patchbay
