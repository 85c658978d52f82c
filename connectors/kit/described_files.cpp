#include "connectors/kit/described_files.h"

#include "connectors/kit/described_http.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// So many files without ours and without a mark of a next page may be only the first page.
constexpr size_t describedFilesPage = 10;

QString describedFilesSetting(const CrmContext &context, const QString &key)
{
    return settingOrProposed(describedFilesForm(), context.settings, key);
}

Result<Request> describedUpload(const CrmContext &context)
{
    const Result<Headers> headers = furtherHeaders(context.settings);
    if (!headers)
        return headers.error();
    const QUrl address = filledPath(settingText(context.settings, u"file_path"_s), {{u"id"_s, context.externalId}});
    Request request = multipartTo(address, context, describedFilesSetting(context, u"file_field"_s));
    for (const auto &[name, value] : *headers)
        request = Request(request).header(name, value);
    return request;
}

Result<Request> describedFilesRequest(const CrmContext &context)
{
    const QJsonObject values{{u"id"_s, context.externalId}, {u"cursor"_s, context.cursor}};
    return describedRequest("GET", settingText(context.settings, u"files_path"_s), values, context.settings);
}

Result<std::vector<CrmFile>> describedFiles(JsonReader &reply, const CrmContext &context)
{
    const QString list = settingText(context.settings, u"files_list"_s);
    const std::vector<CrmFile> files =
        readFiles(reply, list, describedFilesSetting(context, u"files_name"_s), QString());
    const bool isAll = files.size() < describedFilesPage || !settingText(context.settings, u"files_next"_s).isEmpty()
        || missingOf(context.task.attachments, files).empty();
    if (!isAll)
        reply.fault(list, u"has %1 files without ours, and perhaps more pages,"_s.arg(files.size()));
    return reply.finish(files);
}

QString describedNextFiles(JsonReader &reply, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"files_next"_s);
    return pointer.isEmpty() ? QString() : reply.optionalId(pointer).value_or(QString());
}

} // namespace

std::vector<FormField> describedFilesForm()
{
    return {
        textField(
            "file_path", QT_TRANSLATE_NOOP("form", "Files: path"), false,
            QT_TRANSLATE_NOOP("form", "With {{id}}, for example /tasks/{{id}}/files; empty: the text names them")),
        proposedField("file_field", QT_TRANSLATE_NOOP("form", "Files: name of the form's field"), "file",
                      QT_TRANSLATE_NOOP("form", "Each file is sent there with POST as a form (multipart)")),
        textField("files_path", QT_TRANSLATE_NOOP("form", "Files: path of their list"), false,
                  QT_TRANSLATE_NOOP("form", "With {{id}}; it is read first, so that no repeat attaches twice")),
        textField("files_list", QT_TRANSLATE_NOOP("form", "Files: the list"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer; empty: the whole answer")),
        proposedField("files_name", QT_TRANSLATE_NOOP("form", "Files: name within an element"), "/name",
                      QT_TRANSLATE_NOOP("form", "JSON pointer to the name that was sent")),
        textField("files_next", QT_TRANSLATE_NOOP("form", "Files: mark of the next page"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to what goes into {{cursor}}")),
    };
}

std::vector<FieldRule> describedFilesRules()
{
    const QString path = u"file_path"_s;
    return {{path, &isPath<"id">},
            {path, &needs<"id">, path, {}, u", or it goes to no task"_s},
            {u"file_field"_s, &isParameterName, path},
            {u"files_path"_s, &isThere, path, {}, u"; without it nobody can tell which files are there"_s},
            {u"files_path"_s, &isPath<"id", "cursor">},
            {u"files_path"_s, &needs<"id">, u"files_path"_s, {}, u", or it asks for no task"_s},
            {u"files_list"_s, &isPointer},
            {u"files_name"_s, &isPointer},
            {u"files_next"_s, &isPointer}};
}

Result<Done> checkFilesPages(const QJsonObject &settings)
{
    const bool wanted = !settingText(settings, u"files_next"_s).isEmpty();
    const bool possible = placeholdersIn(settingText(settings, u"files_path"_s)).contains("cursor"_L1);
    if (wanted == possible)
        return Done{};
    return fieldFault(describedFilesForm(), u"files_next"_s,
                      u"belongs together with {{cursor}} in the path of the list"_s);
}

std::vector<CrmCall<QJsonObject>> describedAttach() { return {{&describedUpload, &acceptedFile, &isSet<"file_path">}}; }

CrmCall<std::vector<CrmFile>> describedAttached()
{
    return {&describedFilesRequest, &describedFiles, nullptr, &describedNextFiles};
}

} // namespace patchbay
