#include "connectors/kit/bodies.h"
#include "connectors/kit/conditions.h"
#include "connectors/kit/either.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/listed_then_read.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"
#include "connectors/kit/value_forms.h"

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
        objectField({{"tickets", QT_TRANSLATE_NOOP("form", "Ticket")}, {"tasks", QT_TRANSLATE_NOOP("form", "Task")}}),
        textField("pipeline", QT_TRANSLATE_NOOP("form", "Pipeline (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the first pipeline of tickets")),
        textField("stage", QT_TRANSLATE_NOOP("form", "Status of a new ticket (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the first status of the pipeline")),
        textField("key_property", QT_TRANSLATE_NOOP("form", "Property for our key (internal name)"), false,
                  QT_TRANSLATE_NOOP("form", "A property with unique values; then a repeat is found at once")),
        apiAddressField("https://api.hubapi.com"),
    };
}

constexpr OAuthApp hubspotApp{"https://app.hubspot.com/oauth/authorize", "https://api.hubapi.com/oauth/v1/token",
                              "oauth tickets crm.objects.contacts.read crm.objects.contacts.write "
                              "crm.objects.owners.read files"};

QString hubspotKeyProperty(const CrmContext &context) { return settingOf(context, u"key_property"_s); }

constexpr auto hubspotIsTask = &settingIs<"object", "tasks">;
constexpr auto hubspotIsTicket = &settingIsNot<"object", "tasks">;

/// `contact`: the type of the association with one (HubSpot, "Associations v4: association type ids").
ObjectNames hubspotNames()
{
    return {{u"title"_s, u"text"_s, u"priority"_s, u"state"_s, u"contact"_s, u"priorities"_s},
            {{u"tickets"_s,
              {u"subject"_s, u"content"_s, u"hs_ticket_priority"_s, u"hs_pipeline_stage"_s, u"16"_s,
               u"LOW, MEDIUM, HIGH, URGENT"_s}},
             {u"tasks"_s,
              {u"hs_task_subject"_s, u"hs_task_body"_s, u"hs_task_priority"_s, u"hs_task_status"_s, u"204"_s,
               u"LOW, MEDIUM, HIGH, HIGH"_s}}}};
}

constexpr auto hubspotNextPage = &nextAt<"/paging/next/after">;
constexpr auto hubspotPipelinesRequest = &getAt<"/crm/v3/pipelines/tickets">;

Result<QJsonObject> hubspotPipelines(JsonReader &reply, const CrmContext &context)
{
    return readStages(reply,
                      {u"/results"_s, u"/stages"_s, u"/id"_s, u"/label"_s, u"/metadata/ticketState"_s, u"CLOSED"_s},
                      settingOf(context, u"pipeline"_s));
}

/// What tickets and tasks do not have in common. A task's body shows HTML, and a task must have a due time.
QJsonObject hubspotOwnProperties(const CrmContext &context, const QString &title)
{
    if (hubspotIsTask(context)) {
        const QString due = dueInstant(context.task);
        return {{u"hs_task_body"_s, taskHtml(context.task, context.key, hubspotTextLimit, title)},
                {u"hs_task_status"_s, u"NOT_STARTED"_s},
                {u"hs_timestamp"_s, due.isEmpty() ? contextValue(u"made_ms"_s, context) : due}};
    }
    return {{u"content"_s, taskText(context.task, context.key, hubspotTextLimit, title)},
            {u"hs_pipeline_stage"_s, settingOf(context, u"stage"_s, context.known.value(u"stage"_s).toString())},
            {u"hs_pipeline"_s, settingOf(context, u"pipeline"_s, context.known.value(u"group"_s).toString())}};
}

Result<Request> hubspotCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, hubspotTitleLimit);
    const QString keyProperty = hubspotKeyProperty(context);
    QJsonObject properties = hubspotOwnProperties(context, title);
    properties.insert(settingOf(context, u"object.title"_s), title);
    properties.insert(settingOf(context, u"object.priority"_s),
                      priorityIn(settingOf(context, u"object.priorities"_s), context.task.priority));
    if (!keyProperty.isEmpty())
        properties.insert(keyProperty, context.key);
    const QStringList ours{settingOf(context, u"object.title"_s), settingOf(context, u"object.text"_s), keyProperty};
    const Result<QJsonObject> mapped = withFields(filled(properties), context.task.fields, ours);
    if (!mapped)
        return mapped.error();
    QJsonObject body{{u"properties"_s, *mapped}};
    const QString toContact = uR"([{"to": {"id": "{contact}"},
              "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": "#{object.contact}"}]}])"_s;
    if (knowsContact(context))
        body.insert(u"associations"_s, jsonAt(context, toContact));
    return postTo(u"/crm/v3/objects/"_s + settingOf(context, u"object"_s), body);
}

constexpr auto hubspotReceipt = &namedAt<"/id", "/url">;

constexpr auto hubspotFindByText =
    &searchJson<"/crm/v3/objects/{object}/search",
                R"({"filterGroups": [{"filters": [{"propertyName": "{object.text}", "operator": "CONTAINS_TOKEN",
                    "value": "{key}"}]}], "properties": ["{object.text}"], "limit": 100, "after": "{cursor}"})">;

/// A ticket's stage has a name of its own; a task's status is NOT_STARTED, COMPLETED or another such word.
RemoteTask hubspotState(JsonReader &record, const CrmContext &context)
{
    const QString state = textOr(record, u"/properties/"_s + settingOf(context, u"object.state"_s));
    const QJsonObject stage = context.known.value(u"stages"_s).toObject().value(state).toObject();
    RemoteTask task;
    task.status = hubspotIsTask(context) ? spokenWord(state) : stage.value(u"title"_s).toString(state);
    task.closed = hubspotIsTask(context) ? state == u"COMPLETED"_s : stage.value(u"closed"_s).toBool();
    task.title = textOr(record, u"/properties/"_s + settingOf(context, u"object.title"_s));
    task.url = textOr(record, u"/url"_s);
    return task;
}

/// Those of the contact. A search takes its order as a text with JSON in it (HubSpot's own client does so).
Result<Request> hubspotRecordsRequest(const CrmContext &context)
{
    const QJsonObject filter{{u"propertyName"_s, u"associations.contact"_s},
                             {u"operator"_s, u"EQ"_s},
                             {u"value"_s, context.known.value(u"contact"_s)}};
    const QString order = u"{\"propertyName\":\"hs_lastmodifieddate\",\"direction\":\"DESCENDING\"}"_s;
    return searchAt(
        textAt(context, u"/crm/v3/objects/{object}/search"_s),
        {{u"filterGroups"_s, QJsonArray{QJsonObject{{u"filters"_s, QJsonArray{filter}}}}},
         {u"properties"_s, QJsonArray{settingOf(context, u"object.title"_s), settingOf(context, u"object.state"_s)}},
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
    spec.names = hubspotNames();
    spec.objects = {u"Ticket"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {true, u"HubSpot CRM API v3 (from HubSpot's own Node client)"_s, u"2025"_s};
    spec.auth = &bearerOf<"token">;
    offerBrowserSignIn<hubspotApp>(spec);
    spec.limit = RateLimit{100, std::chrono::seconds(10)}; // of a private app on the smallest plan; searches: 5 in 1 s
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // of its search; the property is read directly
    spec.facts = {{hubspotPipelinesRequest, &hubspotPipelines, &allOf<hubspotIsTicket, &isNotSet<"stage">>}};
    // By its address, which is read directly: the search index lags.
    spec.findContact = {&getAt<"/crm/v3/objects/contacts/{mail}?idProperty=email">, &factAt<"contact", "/id">, &hasMail,
                        nullptr, true};
    spec.createContact = {&postJson<"/crm/v3/objects/contacts", R"({"properties": {"email": "{mail}",
                                    "firstname": "{first_name}", "lastname": "{last_name}"}})">,
                          &factAt<"contact", "/id">};
    spec.createTask = {&hubspotCreate, &receiptAt<"/id", "/url">};
    spec.lookUps = {{&getAt<"/crm/v3/objects/{object}/{key}?idProperty={key_property}&properties={key_property}">,
                     &foundOurs<&hasKeyIn<"key_property", "", "/properties">, hubspotReceipt>, &isSet<"key_property">,
                     nullptr, true},
                    {hubspotFindByText,
                     &firstOfOurs<"/results", &endsWithKeyAt<"/properties/{object.text}">, hubspotReceipt>,
                     &isNotSet<"key_property">, hubspotNextPage}};
    spec.attach = {{&attachAt<"/files/v3/files", "file", "folderPath=/patchbay", R"(options={"access":"PRIVATE"})">,
                    &factAt<"upload", "/id">, hubspotIsTicket},
                   // 228: note to ticket.
                   {&postJson<"/crm/v3/objects/notes",
                              R"({"properties": {"hs_timestamp": "{made_ms}", "hs_note_body": "{file.html}",
                                "hs_attachment_ids": "{known.upload}"},
                                "associations": [{"to": {"id": "{id}"}, "types":
                                [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]}]})">,
                    &factAt<"file", "/id">, hubspotIsTicket}};
    spec.attached = {&listedThenRead<&getAt<"/crm/v4/objects/tickets/{id}/associations/notes?limit=100&after={cursor}">,
                                     &hubspotReadNotes>,
                     &hubspotNoteFiles, nullptr, &nextToRead<100, &idsAt<"/results", "/toObjectId">, hubspotNextPage>};
    spec.largestFile = 20'000'000; // of the free tools
    spec.statusFacts = {{hubspotPipelinesRequest, &hubspotPipelines, hubspotIsTicket}};
    spec.status = {&getAt<"/crm/v3/objects/{object}/{id}?properties={object.title},{object.state}">,
                   &stateAt<"", &hubspotState>};
    spec.records = {&forPerson<&knowsContact, &hubspotRecordsRequest>,
                    &recordsAt<"/results", "/id", "/properties/{object.title}", "/updatedAt", &hubspotState>};
    spec.fields = {
        {hubspotPipelinesRequest,
         &nestedChoices<"hs_pipeline", "hs_pipeline_stage", "/results", "/stages", "/id", "/label">, hubspotIsTicket},
        {&getAt<"/crm/v3/properties/tasks/hs_task_type">, &choicesAt<"hs_task_type", "/options", "/value", "/label">,
         hubspotIsTask},
        {&getAt<"/crm/v3/owners/?limit=100&after={cursor}">,
         &choicesAt<"hubspot_owner_id", "/results", "/id", "/email", "/lastName">, nullptr, hubspotNextPage}};
    spec.test = {{hubspotPipelinesRequest, &hubspotFinding, hubspotIsTicket},
                 {&getAt<"/crm/v3/objects/tasks?limit=1">,
                  &findingOfList<"/results", "Signed in; a task becomes a task of HubSpot.">, hubspotIsTask}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_hubspot(const ConnectorServices &services) { return makeCrmInfo<&hubspotSpec>(services); }

} // namespace patchbay
