#include "connectors/crm/pipedrive/pipedrive_files.h"

#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// The field of a file that names its record.
QString pipedriveFileOwner(const CrmContext &context)
{
    const QString object = settingText(context.settings, u"object"_s);
    return (object.isEmpty() ? u"lead"_s : object) + u"_id"_s;
}

Result<Request> pipedriveAttach(const CrmContext &context)
{
    return multipartTo(QUrl(u"/v1/files"_s), context, u"file"_s, {{pipedriveFileOwner(context), context.externalId}});
}

Result<std::vector<CrmFile>> pipedriveFiles(JsonReader &reply, const CrmContext &context)
{
    std::vector<CrmFile> files;
    if (!reply.boolean(u"/success"_s)) // an empty list is null
        reply.fault(u"/success"_s, u"is not true"_s);
    for (JsonReader &file : reply.optionalArray(u"/data"_s)) {
        if (file.optionalId(u'/' + pipedriveFileOwner(context)) == context.externalId)
            files.push_back({file.text(u"/file_name"_s), file.optionalInteger(u"/file_size"_s)});
    }
    return reply.finish(files);
}

/// What was added before the key was made ends the list: times are "2026-03-04 12:00:00", in UTC.
QString pipedriveMoreFiles(JsonReader &reply, const CrmContext &context)
{
    const QString since = keySinceText(context.key).replace(u'T', u' ');
    const std::vector<JsonReader> files = reply.optionalArray(u"/data"_s);
    const bool older = !files.empty() && textOr(files.back(), u"/add_time"_s, u"9"_s) < since;
    const QString pages = u"/additional_data/pagination"_s;
    if (older || !reply.optionalBoolean(pages + u"/more_items_in_collection"_s).value_or(false))
        return {};
    return reply.id(pages + u"/next_start"_s);
}

} // namespace

/// Leads have no list of their own files: the newest of all are read.
void addPipedriveFiles(CrmSpec &spec)
{
    spec.attach = {{&pipedriveAttach, &factAt<"file", "/data/id">}};
    spec.attached = {&getAt<"/v1/files?sort=id DESC&limit=100&start={cursor}">, &pipedriveFiles, nullptr,
                     &pipedriveMoreFiles};
    spec.largestFile = largestAttachedFile;
}

} // namespace patchbay
