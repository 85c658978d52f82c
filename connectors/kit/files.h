#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Small words for specs that take files along with a task. Everything about a file but its bytes is text from outside.

/// So many files, and so many bytes of all of them, go along with one task.
inline constexpr size_t mostAttachedFiles = 20;
inline constexpr qint64 mostAttachedBytes = 100'000'000;
/// What a file may have where the vendor takes more.
inline constexpr qint64 largestAttachedFile = 25'000'000;

/// The task with the files that this target takes, under names that no two of them share and that no vendor changes;
/// the others are in `notAttached`. Pure: a repeat gives the same.
TaskPayload withFittingFiles(TaskPayload task, qint64 largest);
/// Those of the task's files that are not among what the vendor has, by name and, where it tells it, size.
std::vector<TaskFile> missingOf(const std::vector<TaskFile> &wanted, const std::vector<CrmFile> &there);

/// A part of a form beside the file.
struct FormPart {
    QString name = {};
    QString value = {};
    QByteArray type = {}; ///< its media type where it is not plain text
};
/// multipart/form-data (RFC 7578) with the file of the context and, before it, these parts. Names are escaped as
/// browsers do it (WHATWG HTML, 4.10.21.8); the boundary comes from the file's hash and our key: a repeat is the same
/// request, and no content can hold it.
Request multipartTo(const QUrl &address, const CrmContext &context, const QString &fileField,
                    const std::vector<FormPart> &parts = {});
/// The file's bytes alone, as application/octet-stream unless another type is named.
Request bytesTo(const QString &path, const CrmContext &context, const QueryItems &query = {},
                const QByteArray &type = "application/octet-stream");
/// The file's media type when it is one (type/subtype), else application/octet-stream.
QByteArray mediaTypeOf(const TaskFile &file);
/// The files of a list; pointers below one element, `size` may be empty.
std::vector<CrmFile> readFiles(JsonReader &reply, const QString &list, const QString &name, const QString &size);

/// CrmSpec::attach in one call: the file as `field` of a form to the address that the pattern names (addressAt).
template <Literal pattern, Literal field> Result<Request> attachAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string());
    return address ? Result<Request>(multipartTo(*address, context, field.string())) : address.error();
}
/// An answer that has nothing to read.
inline Result<QJsonObject> acceptedFile(JsonReader &reply, const CrmContext &) { return reply.finish(QJsonObject()); }
/// What CrmSpec::attached reads of a list.
template <Literal list, Literal name, Literal size = "">
Result<std::vector<CrmFile>> filesAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readFiles(reply, list.string(), name.string(), size.string()));
}

} // namespace patchbay
