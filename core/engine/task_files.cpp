#include "core/engine/task_files.h"

#include "core/async/on_pool.h"
#include "core/store/message_table.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr qint64 largestDecoration = 20 * 1024;

} // namespace

bool isDecoration(const Attachment &file)
{
    return file.isInline && !file.contentId.isEmpty() && file.size <= largestDecoration
        && file.mediaType.startsWith(QLatin1String("image/"), Qt::CaseInsensitive);
}

std::vector<OutboundFile> taskFiles(Database &db, const Suggestion &suggestion, Route::Files which)
{
    std::vector<OutboundFile> files;
    if (which == Route::Files::None)
        return files;
    const std::vector<Attachment> all = which == Route::Files::All
        ? messages::filesOf(db, suggestion.conversation, mostTaskFiles)
        : messages::filesOf(db, suggestion.message, mostTaskFiles);
    for (const Attachment &one : all) {
        const bool known = std::any_of(files.begin(), files.end(),
                                       [&one](const OutboundFile &other) { return other.sha256 == one.sha256; });
        if (!known && !isDecoration(one))
            files.push_back({one.sha256, one.name, one.mediaType, one.size});
    }
    return files;
}

Async<Result<QByteArray>> readTaskFile(const BlobStore &files, QByteArray sha256)
{
    auto reading = onPool([&files, sha256] { return files.get(sha256); });
    co_return co_await finished(std::move(reading));
}

} // namespace patchbay
