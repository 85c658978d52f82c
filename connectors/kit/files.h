#pragma once

#include "connectors/kit/calls.h"
#include "connectors/kit/multipart.h"

namespace patchbay {

/// Small words for specs that take files along with a task. Everything about a file but its bytes is text from outside.

/// The task with the files that this target takes, under names that no two of them share and that no vendor changes;
/// the others are in `notAttached`. Pure: a repeat gives the same.
TaskPayload withFittingFiles(TaskPayload task, qint64 largest);
/// Those of the task's files that are not among what the vendor has, by name and, where it tells it, size.
std::vector<OutboundFile> missingOf(const std::vector<OutboundFile> &wanted, const std::vector<CrmFile> &there);

/// multipart() with the file of the context and, before it, these parts.
Request multipartTo(const QUrl &address, const CrmContext &context, const QString &fileField,
                    const std::vector<FormPart> &parts = {});
/// The file's bytes alone, as application/octet-stream unless another type is named.
Request bytesTo(const QString &path, const CrmContext &context, const QueryItems &query = {},
                const QByteArray &type = "application/octet-stream");
/// A name that stands in a text of HTML, as file.html of contextValue wrote it.
QString nameInHtml(const QString &html);
/// The files of a list; pointers below one element, `size` may be empty.
std::vector<CrmFile> readFiles(JsonReader &reply, const QString &list, const QString &name, const QString &size,
                               const QString &ending = {});

/// The same of a list that is left out where there are no files: `proof`, something that every such answer has, must be
/// there.
std::vector<CrmFile> readFilesIfAny(JsonReader &reply, const QString &list, const QString &name, const QString &size,
                                    const QString &proof);

/// "resource_id={id}": a part of a form, with the names of contextValue in braces, in its name, too; nothing else in
/// braces is read.
FormPart partAt(const CrmContext &context, const QString &pattern);
/// CrmSpec::attach in one call: the file as `field` of a form, behind these parts, to the address that the pattern
/// names (addressAt).
template <Literal pattern, Literal field, Literal... parts> Result<Request> attachAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string());
    if (!address)
        return address.error();
    return multipartTo(*address, context, field.string(), {partAt(context, parts.string())...});
}
/// The file's bytes alone, as application/octet-stream, to the address that the pattern names ({file} is its name).
template <Literal pattern> Result<Request> uploadAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string());
    if (!address)
        return address.error();
    return Request("POST", *address).body(context.bytes, "application/octet-stream");
}
/// An answer that has nothing to read.
inline Result<QJsonObject> acceptedFile(JsonReader &reply, const CrmContext &) { return reply.finish(QJsonObject()); }
/// What CrmSpec::attached reads of a list.
template <Literal list, Literal name, Literal size = "", Literal ending = "">
Result<std::vector<CrmFile>> filesAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readFiles(reply, list.string(), name.string(), size.string(), ending.string()));
}
/// The same of a list that has the files of other records, too: those whose `owner`, a pattern, is the task.
template <Literal list, Literal owner, Literal name, Literal size, auto elements = &listThere>
Result<std::vector<CrmFile>> ownFilesAt(JsonReader &reply, const CrmContext &context)
{
    std::vector<CrmFile> files;
    for (JsonReader &one : elements(reply, list.string())) {
        if (one.optionalId(textAt(context, owner.string())) == context.externalId)
            files.push_back({one.text(name.string()), one.optionalInteger(size.string())});
    }
    return reply.finish(files);
}
/// The same of a list that is left out where there are no files (readFilesIfAny).
template <Literal list, Literal name, Literal size, Literal proof>
Result<std::vector<CrmFile>> filesIfAnyAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readFilesIfAny(reply, list.string(), name.string(), size.string(), proof.string()));
}
/// The same where other things stand in the list: an element is a file when the text at `type` is "file".
template <Literal list, Literal type, Literal name>
Result<std::vector<CrmFile>> filesAmong(JsonReader &reply, const CrmContext &)
{
    std::vector<CrmFile> files;
    for (JsonReader &one : listThere(reply, list.string())) {
        if (one.text(type.string()) == QStringLiteral("file"))
            files.push_back({one.text(name.string())});
    }
    return reply.finish(files);
}

} // namespace patchbay
