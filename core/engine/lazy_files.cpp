#include "core/engine/lazy_files.h"

#include "core/store/blob_store.h"
#include "core/store/message_event_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestRemoteFile = 25 * 1024 * 1024;

Result<Done> tooLarge(const QString &name)
{
    return makeError(Error::Kind::Refused, u"“%1” is larger than 25 MB: open it over there."_s.arg(name.left(120)));
}

/// What came is what was told: platforms answer with the page of a sign-in, and with success, when a right is missing
/// or an address is over, and that would be kept for good.
Result<Done> isTheFile(const Attachment &told, const QByteArray &bytes)
{
    if (bytes.size() > largestRemoteFile)
        return tooLarge(told.name);
    if (bytes.isEmpty() && told.size > 0)
        return makeError(Error::Kind::Protocol, u"“%1” came empty. Load it again."_s.arg(told.name.left(120)));
    const QByteArray mark = bytes.startsWith("\xef\xbb\xbf") ? bytes.mid(3, 200) : bytes.left(200);
    const QByteArray begin = mark.trimmed().left(15).toLower();
    const bool isPage = begin.startsWith("<!doctype html") || begin.startsWith("<html");
    const bool mayBePage = told.mediaType.isEmpty() || told.mediaType.startsWith(u"text/"_s)
        || told.mediaType == u"application/octet-stream"_s || told.mediaType == u"application/xhtml+xml"_s;
    if (!isPage || mayBePage)
        return Done{};
    return makeError(Error::Kind::Protocol,
                     u"A web page came instead of “%1” (%2). Look whether the account may read files over there, "
                     "then load it again."_s.arg(told.name.left(120), told.mediaType.left(60)));
}

} // namespace

Async<Result<Done>> loadRemoteFile(Store *store, Channels *channels, AttachmentId id)
{
    auto reading = store->read([id](Database &db) { return db.finish(messages::file(db, id)); });
    const Result<std::optional<messages::ChannelFile>> known = co_await finished(std::move(reading));
    if (!known)
        co_return known.error();
    if (!known->has_value())
        co_return makeError(Error::Kind::NotFound, u"This file is not in the workspace any more."_s);
    const messages::ChannelFile wanted = **known;
    if (wanted.file.isLoaded())
        co_return Done{};
    if (wanted.file.size > largestRemoteFile)
        co_return tooLarge(wanted.file.name);
    const Result<ChatConnector *> live = channels->live(wanted.channel);
    if (!live)
        co_return live.error();
    auto fetching = (*live)->fetchFile(wanted.file.remote);
    const Result<QByteArray> bytes = co_await std::move(fetching);
    if (!bytes)
        co_return bytes.error();
    const Result<Done> isIt = isTheFile(wanted.file, *bytes);
    if (!isIt)
        co_return isIt.error();
    // In one work, so that no sweep of loose files comes between the file and its row.
    auto keep = [id, content = *bytes, files = &store->files()](Database &db) -> Result<Done> {
        const Result<QByteArray> sha256 = files->put(content);
        if (!sha256)
            return sha256.error();
        messages::fileLoaded(db, id, *sha256, content.size());
        return db.finish(Done{});
    };
    auto keeping = store->write(std::move(keep));
    Result<Done> kept = co_await finished(std::move(keeping));
    co_return kept;
}

Async<Result<LoadedFiles>> loadRemoteFiles(Store *store, Channels *channels, ConversationId conversation, QString name)
{
    using Found = std::vector<messages::ChannelFile>;
    auto reading = store->read([conversation, name](Database &db) -> Result<Found> {
        Found found;
        for (const AttachmentId id : messages::notLoaded(db, conversation, name)) {
            if (auto one = messages::file(db, id))
                found.push_back(std::move(*one));
        }
        return db.finish(std::move(found));
    });
    const Result<Found> wanted = co_await finished(std::move(reading));
    if (!wanted)
        co_return wanted.error();
    LoadedFiles done;
    for (const messages::ChannelFile &one : *wanted) {
        auto loading = loadRemoteFile(store, channels, one.file.id);
        const Result<Done> loaded = co_await std::move(loading);
        if (loaded)
            done.loaded << one.file.name;
        else
            done.failed.append({one.file.name, loaded.error().message});
    }
    co_return done;
}

} // namespace patchbay
