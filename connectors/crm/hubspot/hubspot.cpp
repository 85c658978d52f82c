#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>

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

Credentials hubspotAuth(const AccountConfig &account) { return Credentials::bearer(account.secrets.value(u"token"_s)); }

QString hubspotKeyProperty(const QJsonObject &settings) { return settingText(settings, u"key_property"_s); }

bool hubspotNeedsStage(const CrmContext &context) { return settingText(context.settings, u"stage"_s).isEmpty(); }

Result<Request> hubspotPipelinesRequest(const CrmContext &) { return getFrom(u"/crm/v3/pipelines/tickets"_s); }

/// The stages by id with whether a ticket there is closed, and the first stage of the pipeline that is asked for.
Result<QJsonObject> hubspotPipelines(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingText(context.settings, u"pipeline"_s);
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

bool hubspotHasMail(const CrmContext &context) { return !taskPerson(context.task).mail.isEmpty(); }

/// By its address, which is read directly: the search index lags.
Result<Request> hubspotFindContact(const CrmContext &context)
{
    return getFrom(u"/crm/v3/objects/contacts/"_s + pathPart(taskPerson(context.task).mail),
                   {{u"idProperty"_s, u"email"_s}});
}

Result<QJsonObject> hubspotContact(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"contact"_s, reply.id(u"/id"_s)}});
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
    if (Result<Done> key = checkedKey(context.key); !key)
        return key.error();
    const QString title = taskTitle(context.task, hubspotTitleLimit);
    const QString stage = settingText(context.settings, u"stage"_s);
    const QString pipeline = settingText(context.settings, u"pipeline"_s);
    QJsonObject properties{
        {u"subject"_s, title},
        {u"content"_s, taskText(context.task, context.key, hubspotTextLimit, title)},
        {u"hs_ticket_priority"_s, hubspotPriority(context.task.priority)},
        {u"hs_pipeline_stage"_s, stage.isEmpty() ? context.known.value(u"stage"_s).toString() : stage}};
    if (const QString known = context.known.value(u"pipeline"_s).toString(); !pipeline.isEmpty() || !known.isEmpty())
        properties.insert(u"hs_pipeline"_s, pipeline.isEmpty() ? known : pipeline);
    if (const QString name = hubspotKeyProperty(context.settings); !name.isEmpty())
        properties.insert(name, context.key);
    const QStringList ours{u"subject"_s, u"content"_s, hubspotKeyProperty(context.settings)};
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

Receipt hubspotReceipt(JsonReader &ticket) { return {ticket.id(u"/id"_s), textOr(ticket, u"/url"_s)}; }

Result<Receipt> hubspotCreated(JsonReader &reply, const CrmContext &) { return reply.finish(hubspotReceipt(reply)); }

bool hubspotHasKeyProperty(const CrmContext &context) { return !hubspotKeyProperty(context.settings).isEmpty(); }
bool hubspotHasNoKeyProperty(const CrmContext &context) { return !hubspotHasKeyProperty(context); }

Result<Request> hubspotFindByProperty(const CrmContext &context)
{
    const QString name = hubspotKeyProperty(context.settings);
    return getFrom(u"/crm/v3/objects/tickets/"_s + pathPart(context.key),
                   {{u"idProperty"_s, name}, {u"properties"_s, name}});
}

Result<std::optional<Receipt>> hubspotFoundByProperty(JsonReader &reply, const CrmContext &context)
{
    const QString name = u"/properties/"_s + hubspotKeyProperty(context.settings);
    if (reply.text(name) != context.key)
        reply.fault(name, u"is not the key that was asked for"_s);
    return reply.finish(std::optional(hubspotReceipt(reply)));
}

Result<Request> hubspotFindByText(const CrmContext &context)
{
    const QJsonObject filter{
        {u"propertyName"_s, u"content"_s}, {u"operator"_s, u"CONTAINS_TOKEN"_s}, {u"value"_s, context.key}};
    QJsonObject body{{u"filterGroups"_s, QJsonArray{QJsonObject{{u"filters"_s, QJsonArray{filter}}}}},
                     {u"properties"_s, QJsonArray{u"content"_s}},
                     {u"limit"_s, 100}};
    if (!context.cursor.isEmpty())
        body.insert(u"after"_s, context.cursor);
    return searchAt(u"/crm/v3/objects/tickets/search"_s, body);
}

Result<std::optional<Receipt>> hubspotFoundByText(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &ticket : reply.array(u"/results"_s)) {
        if (!found && hasKeyLine(textOr(ticket, u"/properties/content"_s), context.key))
            found = hubspotReceipt(ticket);
    }
    return reply.finish(found);
}

QString hubspotNextPage(JsonReader &reply, const CrmContext &)
{
    return reply.optionalId(u"/paging/next/after"_s).value_or(QString());
}

Result<Request> hubspotTicketRequest(const CrmContext &context)
{
    return getFrom(u"/crm/v3/objects/tickets/"_s + pathPart(context.externalId),
                   {{u"properties"_s, u"hs_pipeline_stage"_s}});
}

Result<RemoteTask> hubspotStatus(JsonReader &reply, const CrmContext &context)
{
    const QString stage = reply.text(u"/properties/hs_pipeline_stage"_s);
    const QJsonObject known = context.known.value(u"stages"_s).toObject().value(stage).toObject();
    RemoteTask task;
    task.status = known.value(u"title"_s).toString(stage);
    task.closed = known.value(u"closed"_s).toBool();
    task.url = textOr(reply, u"/url"_s);
    return reply.finish(task);
}

/// Tickets of the contact. A search takes its order as a text with JSON in it (HubSpot's own client does so).
Result<Request> hubspotRecordsRequest(const CrmContext &context)
{
    const QString contact = context.known.value(u"contact"_s).toString();
    if (contact.isEmpty())
        return nobodyToAskFor();
    const QJsonObject filter{
        {u"propertyName"_s, u"associations.contact"_s}, {u"operator"_s, u"EQ"_s}, {u"value"_s, contact}};
    const QString order = u"{\"propertyName\":\"hs_lastmodifieddate\",\"direction\":\"DESCENDING\"}"_s;
    return searchAt(u"/crm/v3/objects/tickets/search"_s,
                    {{u"filterGroups"_s, QJsonArray{QJsonObject{{u"filters"_s, QJsonArray{filter}}}}},
                     {u"properties"_s, QJsonArray{u"subject"_s, u"hs_pipeline_stage"_s}},
                     {u"sorts"_s, QJsonArray{order}},
                     {u"limit"_s, recordsAskedFor}});
}

Result<std::vector<RemoteRecord>> hubspotRecords(JsonReader &reply, const CrmContext &context)
{
    const QJsonObject stages = context.known.value(u"stages"_s).toObject();
    std::vector<RemoteRecord> records;
    for (JsonReader &ticket : reply.array(u"/results"_s)) {
        const QString stage = textOr(ticket, u"/properties/hs_pipeline_stage"_s);
        const QJsonObject known = stages.value(stage).toObject();
        const RemoteTask state{known.value(u"title"_s).toString(stage), known.value(u"closed"_s).toBool(),
                               textOr(ticket, u"/url"_s)};
        records.push_back(readRecord(ticket, {u"/id"_s, u"/properties/subject"_s, u"/updatedAt"_s}, state));
    }
    return reply.finish(std::move(records));
}

Result<std::vector<FieldChoice>> hubspotStageChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &pipeline : reply.array(u"/results"_s)) {
        const QString name = pipeline.text(u"/label"_s);
        choices.push_back({u"hs_pipeline"_s, pipeline.id(u"/id"_s), name});
        for (JsonReader &stage : pipeline.array(u"/stages"_s))
            choices.push_back({u"hs_pipeline_stage"_s, stage.id(u"/id"_s), name + u": "_s + stage.text(u"/label"_s)});
    }
    return reply.finish(choices);
}

Result<Request> hubspotOwnersRequest(const CrmContext &context)
{
    return getFrom(u"/crm/v3/owners/"_s, {{u"limit"_s, u"100"_s}, {u"after"_s, context.cursor}});
}

Result<std::vector<FieldChoice>> hubspotOwners(JsonReader &reply, const CrmContext &)
{
    return reply.finish(
        readChoices(reply, u"hubspot_owner_id"_s, {u"/results"_s, u"/id"_s, u"/email"_s, u"/lastName"_s}));
}

Result<CrmFinding> hubspotFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = hubspotPipelines(reply, context);
    if (!known)
        return known.error();
    const QJsonObject stages = known->value(u"stages"_s).toObject();
    const QString chosen = settingText(context.settings, u"stage"_s);
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
    spec.auth = &hubspotAuth;
    spec.limit =
        RateLimit{100, std::chrono::seconds(10)}; // of a private app on the smallest plan; searches: 5 a second
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // of its search; the property is read directly
    spec.facts = {{&hubspotPipelinesRequest, &hubspotPipelines, &hubspotNeedsStage}};
    spec.findContact = {&hubspotFindContact, &hubspotContact, &hubspotHasMail, nullptr, true};
    spec.createContact = {&hubspotCreateContact, &hubspotContact};
    spec.createTask = {&hubspotCreate, &hubspotCreated};
    spec.lookUps = {{&hubspotFindByProperty, &hubspotFoundByProperty, &hubspotHasKeyProperty, nullptr, true},
                    {&hubspotFindByText, &hubspotFoundByText, &hubspotHasNoKeyProperty, &hubspotNextPage}};
    spec.statusFacts = {{&hubspotPipelinesRequest, &hubspotPipelines}};
    spec.status = {&hubspotTicketRequest, &hubspotStatus};
    spec.records = {&hubspotRecordsRequest, &hubspotRecords};
    spec.fields = {{&hubspotPipelinesRequest, &hubspotStageChoices},
                   {&hubspotOwnersRequest, &hubspotOwners, nullptr, &hubspotNextPage}};
    spec.test = {{&hubspotPipelinesRequest, &hubspotFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_hubspot(const ConnectorServices &services) { return makeCrmInfo<&hubspotSpec>(services); }

} // namespace patchbay
