#include "core/store/table_blob_store.h"

#include "core/store/folder_blob_store.h"

#include <future>

namespace patchbay {

namespace {

/// Runs a work on `queue` and waits for its end.
template <class Queue>
std::optional<Error> tableBlobRun(Queue &queue, std::function<std::optional<Error>(Database &)> body)
{
    auto ended = std::make_shared<std::promise<std::optional<Error>>>();
    auto future = ended->get_future();
    StoreJob job;
    job.body = std::move(body);
    job.settle = [ended](const std::optional<Error> &error) { ended->set_value(error); };
    queue.add(std::move(job));
    return future.get();
}

} // namespace

TableBlobStore::TableBlobStore(const ConnectionSpec &writer, const ConnectionSpec &reader, bool readOnly)
    : m_place(reader.place())
    , m_reader(std::make_unique<ReadPool>(reader, 1))
{
    if (!readOnly)
        m_writer = std::make_unique<WriteQueue>(
            writer, QString(), [](const ChangeSet &) {}, [](const QString &) {});
}

Result<QByteArray> TableBlobStore::put(const QByteArray &bytes)
{
    if (!m_writer)
        return makeError(Error::Kind::Refused,
                         QStringLiteral("The workspace is open for reading only; the file was not stored."));
    const QByteArray name = blobName(bytes);
    const auto error = tableBlobRun(*m_writer, [&](Database &db) {
        db.exec("INSERT INTO blob (sha256, data) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING",
                {QString::fromLatin1(name), bytes});
        return db.error();
    });
    if (error)
        return *error;
    return name;
}

Result<QByteArray> TableBlobStore::get(const QByteArray &sha256) const
{
    if (!isBlobName(sha256))
        return missingBlob(sha256, m_place);
    std::optional<Row> row;
    const auto error = tableBlobRun(*m_reader, [&](Database &db) {
        row = db.row("SELECT data FROM blob WHERE sha256 = ?", {QString::fromLatin1(sha256)});
        return db.error();
    });
    if (error)
        return *error;
    if (!row)
        return missingBlob(sha256, m_place);
    const QByteArray bytes = row->blob(0);
    if (blobName(bytes) != sha256)
        return changedBlob(sha256, m_place);
    return bytes;
}

Result<std::vector<StoredFile>> TableBlobStore::list(const QByteArray &beginning) const
{
    std::vector<StoredFile> all;
    const auto error = tableBlobRun(*m_reader, [&](Database &db) {
        for (const Row &row : db.rows("SELECT sha256, LENGTH(data) FROM blob WHERE SUBSTR(sha256, 1, 2) = ?",
                                      {QString::fromLatin1(beginning)}))
            all.push_back({row.text(0).toLatin1(), row.integer(1), {}});
        return db.error();
    });
    if (error)
        return *error;
    return all;
}

Result<qint64> TableBlobStore::remove(const QByteArray &sha256)
{
    if (!m_writer)
        return makeError(Error::Kind::Refused,
                         QStringLiteral("The workspace is open for reading only; the file was not removed."));
    qint64 size = 0;
    const auto error = tableBlobRun(*m_writer, [&](Database &db) {
        if (const auto row =
                db.row("DELETE FROM blob WHERE sha256 = ? RETURNING LENGTH(data)", {QString::fromLatin1(sha256)}))
            size = row->integer(0);
        return db.error();
    });
    if (error)
        return *error;
    return size;
}

} // namespace patchbay
