#include "connectors/kit/bodies.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/listed_then_read.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/records.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit hubspotTitleLimit{250, TextLimit::Unit::Characters};
constexpr TextLimit hubspotTextLimit{60000, TextLimit::Unit::Utf16}; // a property holds 65,536 characters

std::vector<FormField> hubspotForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Access token"), true,
                    QT_TRANSLATE_NOOP("form", "Of a private app, begins with pat-")),
        textField("pipeline", QT_TRANSLATE_NOOP("form", "Pipeline (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the first pipeline of tickets")),
        textField("stage", QT_TRANSLATE_NOOP("form", "Status of a new ticket (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the first status of the pipeline")),
        textField("key_property", QT_TRANSLATE_NOOP("form", "Property for our key (internal name)"), false,
                  QT_TRANSLATE_NOOP("form", "A ticket property with unique values; then a repeat is found at once")),
        apiAddressField("https://api.hubapi.com"),
    };
}

constexpr OAuthApp hubspotApp{"https://app.hubspot.com/oauth/authorize", "https://api.hubapi.com/oauth/v1/token",
                              "oauth tickets crm.objects.contacts.read crm.objects.contacts.write "
                              "crm.objects.owners.read files"};

QString hubspotKeyProperty(const CrmContext &context) { return settingOf(context, u"key_property"_s); }

constexpr auto hubspotNextPage = &nextAt<"/paging/next/after">;
constexpr auto hubspotPipelinesRequest = &getAt<"/crm/v3/pipelines/tickets">;

/// The stages by id with whether a ticket there is closed, and the first stage of the pipeline that is asked for.
Result<QJsonObject> hubspotPipelines(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingOf(context, u"pipeline"_s);
    QJsonObject known;
    QJsonObject stages;
    for (JsonReader &pipeline : reply.array(u"/results"_s)) {
        const QString id = pipeline.id(u"/id"_s);
        for (JsonReader &stage : pipeline.array(u"/stages"_s)) {
            const QString stageId = stage.id(u"/id"_s);
            if (!known.contains(u"stage"_s) && (wanted.isEmpty() || wanted == id)) {
                known.insert(u"pipeline"_s, id);
                known.insert(u"stage"_s, stageId);
            }
            const bool closed = stage.optionalText(u"/metadata/ticketState"_s).value_or(QString()) == u"CLOSED"_s;
            stages.insert(stageId, QJsonObject{{u"title"_s, stage.text(u"/label"_s)}, {u"closed"_s, closed}});
        }
    }
    if (reply.ok() && !known.contains(u"stage"_s))
        reply.fault(u"/results"_s, u"has no pipeline \"%1\" with a status"_s.arg(wanted));
    known.insert(u"stages"_s, stages);
    return reply.finish(known);
}

Result<Request> hubspotCreateContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QJsonObject properties{
        {u"email"_s, person.mail}, {u"firstname"_s, person.firstName}, {u"lastname"_s, person.lastName}};
    return postTo(u"/crm/v3/objects/contacts"_s, {{u"properties"_s, properties}});
}

QString hubspotPriority(Priority priority)
{
    return priority == Priority::Normal ? u"MEDIUM"_s : priorityWord(priority).toUpper();
}

Result<Request> hubspotCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, hubspotTitleLimit);
    const QString stage = settingOf(context, u"stage"_s);
    const QString pipeline = settingOf(context, u"pipeline"_s);
    QJsonObject properties{
        {u"subject"_s, title},
        {u"content"_s, taskText(context.task, context.key, hubspotTextLimit, title)},
        {u"hs_ticket_priority"_s, hubspotPriority(context.task.priority)},
        {u"hs_pipeline_stage"_s, stage.isEmpty() ? context.known.value(u"stage"_s).toString() : stage}};
    insertText(properties, u"hs_pipeline"_s,
               pipeline.isEmpty() ? context.known.value(u"pipeline"_s).toString() : pipeline);
    if (const QString name = hubspotKeyProperty(context); !name.isEmpty())
        properties.insert(name, context.key);
    const QStringList ours{u"subject"_s, u"content"_s, hubspotKeyProperty(context)};
    if (Result<Done> mapped = addFields(properties, context.task.fields, ours); !mapped)
        return mapped.error();
    QJsonObject body{{u"properties"_s, properties}};
    if (const QString contact = context.known.value(u"contact"_s).toString(); !contact.isEmpty()) {
        // 16: ticket to contact (HubSpot, "Associations v4: association type ids").
        const QJsonObject type{{u"associationCategory"_s, u"HUBSPOT_DEFINED"_s}, {u"associationTypeId"_s, 16}};
        body.insert(
            u"associations"_s,
            QJsonArray{QJsonObject{{u"to"_s, QJsonObject{{u"id"_s, contact}}}, {u"types"_s, QJsonArray{type}}}});
    }
    return postTo(u"/crm/v3/objects/tickets"_s, body);
}

Receipt hubspotReceipt(JsonReader &ticket, const CrmContext &)
{
    return {ticket.id(u"/id"_s), textOr(ticket, u"/url"_s)};
}

Result<std::optional<Receipt>> hubspotFoundByProperty(JsonReader &reply, const CrmContext &context)
{
    const QString name = u"/properties/"_s + hubspotKeyProperty(context);
    if (reply.text(name) != context.key)
        reply.fault(name, u"is not the key that was asked for"_s);
    return reply.finish(std::optional(hubspotReceipt(reply, context)));
}

constexpr auto hubspotFindByText =
    &searchJson<"/crm/v3/objects/tickets/search",
                R"({"filterGroups": [{"filters": [{"propertyName": "content", "operator": "CONTAINS_TOKEN",
                    "value": "{key}"}]}], "properties": ["content"], "limit": 100, "after": "{cursor}"})">;

RemoteTask hubspotState(JsonReader &ticket, const CrmContext &context)
{
    const QString stage = textOr(ticket, u"/properties/hs_pipeline_stage"_s);
    const QJsonObject known = context.known.value(u"stages"_s).toObject().value(stage).toObject();
    RemoteTask task;
    task.status = known.value(u"title"_s).toString(stage);
    task.closed = known.value(u"closed"_s).toBool();
    task.url = textOr(ticket, u"/url"_s);
    return task;
}

/// Tickets of the contact. A search takes its order as a text with JSON in it (HubSpot's own client does so).
Result<Request> hubspotRecordsRequest(const CrmContext &context)
{
    const QJsonObject filter{{u"propertyName"_s, u"associations.contact"_s},
                             {u"operator"_s, u"EQ"_s},
                             {u"value"_s, context.known.value(u"contact"_s)}};
    const QString order = u"{\"propertyName\":\"hs_lastmodifieddate\",\"direction\":\"DESCENDING\"}"_s;
    return searchAt(u"/crm/v3/objects/tickets/search"_s,
                    {{u"filterGroups"_s, QJsonArray{QJsonObject{{u"filters"_s, QJsonArray{filter}}}}},
                     {u"properties"_s, QJsonArray{u"subject"_s, u"hs_pipeline_stage"_s}},
                     {u"sorts"_s, QJsonArray{order}},
                     {u"limit"_s, recordsAskedFor}});
}

Result<Request> hubspotReadNotes(const CrmContext &context)
{
    QJsonArray notes;
    for (const QString &id : idsToRead(context))
        notes.append(QJsonObject{{u"id"_s, id}});
    return searchAt(u"/crm/v3/objects/notes/batch/read"_s,
                    {{u"inputs"_s, notes},
                     {u"properties"_s, QJsonArray{u"hs_note_body"_s, u"hs_attachment_ids"_s}},
                     {u"propertiesWithHistory"_s, QJsonArray()}});
}

/// A file hangs on a note whose words are its name: the file manager may store it under another one.
Result<std::vector<CrmFile>> hubspotNoteFiles(JsonReader &reply, const CrmContext &)
{
    std::vector<CrmFile> files;
    for (JsonReader &note : reply.array(u"/results"_s)) {
        if (!textOr(note, u"/properties/hs_attachment_ids"_s).isEmpty())
            files.push_back({nameInHtml(textOr(note, u"/properties/hs_note_body"_s))});
    }
    return reply.finish(files);
}

Result<CrmFinding> hubspotFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = hubspotPipelines(reply, context);
    if (!known)
        return known.error();
    const QJsonObject stages = known->value(u"stages"_s).toObject();
    const QString chosen = settingOf(context, u"stage"_s);
    const QString stage = chosen.isEmpty() ? known->value(u"stage"_s).toString() : chosen;
    if (!stages.contains(stage))
        return makeError(Error::Kind::Refused, u"HubSpot has no ticket status with the id \"%1\"."_s.arg(stage));
    return CrmFinding{
        u"Signed in; new tickets begin as “%1”."_s.arg(stages.value(stage).toObject().value(u"title"_s).toString())};
}

CrmSpec hubspotSpec()
{
    CrmSpec spec;
    spec.id = u"hubspot"_s;
    spec.title = u"HubSpot"_s;
    spec.form = hubspotForm();
    spec.objects = {u"Ticket"_s, u"Contact"_s};
    spec.contract = {true, u"HubSpot CRM API v3 (from HubSpot's own Node client)"_s, u"2025"_s};
    spec.auth = &bearerOf<"token">;
    offerBrowserSignIn<hubspotApp>(spec);
    spec.limit = RateLimit{100, std::chrono::seconds(10)}; // of a private app on the smallest plan; searches: 5 in 1 s
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // of its search; the property is read directly
    spec.facts = {{hubspotPipelinesRequest, &hubspotPipelines, &isNotSet<"stage">}};
    // By its address, which is read directly: the search index lags.
    spec.findContact = {&getAt<"/crm/v3/objects/contacts/{mail}?idProperty=email">, &factAt<"contact", "/id">, &hasMail,
                        nullptr, true};
    spec.createContact = {&hubspotCreateContact, &factAt<"contact", "/id">};
    spec.createTask = {&hubspotCreate, &receiptAt<"/id", "/url">};
    spec.lookUps = {{&getAt<"/crm/v3/objects/tickets/{key}?idProperty={key_property}&properties={key_property}">,
                     &hubspotFoundByProperty, &isSet<"key_property">, nullptr, true},
                    {hubspotFindByText, &firstWithKey<"/results", "/properties/content", &hubspotReceipt>,
                     &isNotSet<"key_property">, hubspotNextPage}};
    spec.attach = {{&attachAt<"/files/v3/files", "file", "folderPath=/patchbay", R"(options={"access":"PRIVATE"})">,
                    &factAt<"upload", "/id">},
                   // 228: note to ticket.
                   {&postJson<"/crm/v3/objects/notes",
                              R"({"properties": {"hs_timestamp": "{made_ms}", "hs_note_body": "{file.html}",
                                "hs_attachment_ids": "{known.upload}"},
                                "associations": [{"to": {"id": "{id}"}, "types":
                                [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]}]})">,
                    &factAt<"file", "/id">}};
    spec.attached = {&listedThenRead<&getAt<"/crm/v4/objects/tickets/{id}/associations/notes?limit=100&after={cursor}">,
                                     &hubspotReadNotes>,
                     &hubspotNoteFiles, nullptr, &nextToRead<100, &idsAt<"/results", "/toObjectId">, hubspotNextPage>};
    spec.largestFile = 20'000'000; // of the free tools
    spec.statusFacts = {{hubspotPipelinesRequest, &hubspotPipelines}};
    spec.status = {&getAt<"/crm/v3/objects/tickets/{id}?properties=hs_pipeline_stage">, &stateAt<"", &hubspotState>};
    spec.records = {&forPerson<&knowsContact, &hubspotRecordsRequest>,
                    &recordsAt<"/results", "/id", "/properties/subject", "/updatedAt", &hubspotState>};
    spec.fields = {{hubspotPipelinesRequest,
                    &nestedChoices<"hs_pipeline", "hs_pipeline_stage", "/results", "/stages", "/id", "/label">},
                   {&getAt<"/crm/v3/owners/?limit=100&after={cursor}">,
                    &choicesAt<"hubspot_owner_id", "/results", "/id", "/email", "/lastName">, nullptr,
                    hubspotNextPage}};
    spec.test = {{hubspotPipelinesRequest, &hubspotFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_hubspot(const ConnectorServices &services) { return makeCrmInfo<&hubspotSpec>(services); }

} // namespace patchbay
