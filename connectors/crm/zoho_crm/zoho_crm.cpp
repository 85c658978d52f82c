#include "connectors/kit/bodies.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/conditions.h"
#include "connectors/kit/either.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit zohoTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit zohoTextLimit{32000, TextLimit::Unit::Utf16};

/// Only with both extras Zoho gives a refresh token, also at a second sign-in.
constexpr OAuthApp zohoApp{"https://accounts.zoho.com/oauth/v2/auth", "https://accounts.zoho.com/oauth/v2/token",
                           "ZohoCRM.modules.ALL,ZohoCRM.coql.READ,ZohoCRM.settings.fields.READ,ZohoCRM.users.READ",
                           "access_type=offline&prompt=consent"};

std::vector<FormField> zohoForm()
{
    return {
        textField("client_id", QT_TRANSLATE_NOOP("form", "Client id"), true),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), true),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), true),
        objectField({{"Cases", QT_TRANSLATE_NOOP("form", "Case")},
                     {"Leads", QT_TRANSLATE_NOOP("form", "Lead")},
                     {"Tasks", QT_TRANSLATE_NOOP("form", "Task")}}),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (API name)"), false,
                  QT_TRANSLATE_NOOP("form", "A single-line field that does not allow duplicate values")),
        proposedField("closed_statuses", QT_TRANSLATE_NOOP("form", "Statuses that mean closed"),
                      "Closed, Completed, Junk Lead, Lost Lead", QT_TRANSLATE_NOOP("form", "Separated by commas")),
        tokenAddressField(zohoApp.tokenUrl),
        authorizeAddressField(zohoApp.authorizeUrl),
        apiAddressField("https://www.zohoapis.com"),
    };
}

/// Failures stand at the top or in the record's own element, with 200 as well; the sign-in writes {"error": code}.
std::optional<VendorFailure> zohoFailure(const Reply &reply, Timestamp)
{
    if (reply.status >= 500)
        return {};
    const JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const QString at = textOr(in, u"/data/0/code"_s).isEmpty() ? QString() : u"/data/0"_s;
    const bool ofSignIn = at.isEmpty() && in.has(u"/error"_s);
    const QString code = textOr(in, ofSignIn ? u"/error"_s : at + u"/code"_s);
    if (code.isEmpty() || (reply.status < 400 && !ofSignIn && textOr(in, at + u"/status"_s) != u"error"_s))
        return {};
    const QString field = textOr(in, at + u"/details/api_name"_s);
    const QString said = u"%1 %2"_s.arg(code, textOr(in, ofSignIn ? u"/error_description"_s : at + u"/message"_s));
    const QString words = (field.isEmpty() ? said : u"%1 (%2)"_s.arg(said, field)).trimmed();
    const QStringList tooMany{u"TOO_MANY_REQUESTS"_s, u"LIMIT_EXCEEDED"_s, u"LIMIT_REACHED"_s, u"Access Denied"_s};
    const QStringList notYou{u"INVALID_TOKEN"_s, u"AUTHENTICATION_FAILURE"_s, u"NO_PERMISSION"_s,
                             u"OAUTH_SCOPE_MISMATCH"_s, u"invalid_code"_s};
    return failureOf(code, words,
                     {{tooMany, Error::Kind::RateLimited, 300s},
                      {notYou, Error::Kind::Unauthorized},
                      {{u"INTERNAL_ERROR"_s}, Error::Kind::Remote, 0s, true},
                      {{u"RECORD_LOCKED"_s}, Error::Kind::Remote},
                      {{u"DUPLICATE_DATA"_s}, Error::Kind::Conflict}})
        .value_or(failureByStatus(reply.status, words, 300s));
}

/// Leads are a person themselves; those that were converted are only found when that is asked for.
ObjectNames zohoNames()
{
    return {
        {u"contact"_s, u"title"_s, u"status"_s, u"state_fields"_s, u"converted"_s, u"priorities"_s},
        {{u"Cases"_s, {u"Related_To"_s, u"Subject"_s, u"Status"_s, u"Status"_s, u""_s, u"Low, Medium, High, High"_s}},
         {u"Leads"_s, {u""_s, u"Full_Name"_s, u"Lead_Status"_s, u"Lead_Status,Converted__s"_s, u"both"_s}},
         {u"Tasks"_s, {u"Who_Id"_s, u"Subject"_s, u"Status"_s, u"Status"_s, u""_s, u"Low, Normal, High, High"_s}}}};
}

PersonFields zohoPerson()
{
    return {u"First_Name"_s, u"Last_Name"_s, u"Email"_s, u"Phone"_s, 40, 80, u"[not provided]"_s};
}

Request zohoWrite(const QString &path, const QJsonObject &record, const QString &keyField = {})
{
    const QJsonArray keys = keyField.isEmpty() ? QJsonArray() : QJsonArray{keyField};
    return postTo(u"/crm/v8/"_s + path, filled({{u"data"_s, QJsonArray{record}}, {u"duplicate_check_fields"_s, keys}}));
}

Result<Request> zohoCreateContact(const CrmContext &context)
{
    return zohoWrite(u"Contacts"_s, personRecord(context.task, zohoPerson()));
}

QJsonObject zohoRecord(const CrmContext &context)
{
    const TaskPayload &task = context.task;
    if (settingIs<"object", "Leads">(context))
        return leadRecord(task, context.key, zohoPerson(), zohoTextLimit);
    const bool isTask = settingIs<"object", "Tasks">(context);
    const QString title = taskTitle(task, zohoTitleLimit);
    const QJsonObject contact = filled({{u"id"_s, context.known.value(u"contact"_s)}});
    return filled({{u"Subject"_s, title},
                   {u"Description"_s, taskText(task, context.key, zohoTextLimit, title)},
                   {u"Priority"_s, priorityIn(settingOf(context, u"object.priorities"_s), task.priority)},
                   {u"Due_Date"_s, isTask ? dueDay(task) : QString()},
                   {u"Status"_s, isTask ? QString() : u"New"_s}, // mandatory, and so is the origin
                   {u"Case_Origin"_s, isTask ? QString() : u"Web"_s},
                   {settingOf(context, u"object.contact"_s), contact}});
}

Result<Request> zohoCreate(const CrmContext &context)
{
    const QString module = settingOf(context, u"object"_s);
    const QString field = settingOf(context, u"key_field"_s);
    QJsonObject mapped = context.task.fields;
    if (mapped.value(u"Owner"_s).isString() && !settingText(mapped, u"Owner"_s).isEmpty())
        mapped.insert(u"Owner"_s, QJsonObject{{u"id"_s, mapped.value(u"Owner"_s)}});
    QJsonObject own = zohoRecord(context);
    if (!field.isEmpty())
        own.insert(field, context.key);
    const Result<QJsonObject> record = withFields(own, mapped, {u"Subject"_s, u"Description"_s, field});
    if (!record)
        return record.error();
    return zohoWrite(field.isEmpty() ? module : module + u"/upsert"_s, *record, field);
}

/// www.zohoapis.eu has its pages at crm.zoho.eu; Canada has a name of its own.
QString zohoPage(const CrmContext &context, const QString &id)
{
    const QString host = context.base.host();
    if (!host.startsWith(u"www.zohoapis."_s) || id.isEmpty())
        return {};
    const QString region = host.mid(13);
    const QString pages = region == u"ca"_s ? u"crm.zohocloud.ca"_s : u"crm.zoho."_s + region;
    return u"https://%1/crm/tab/%2/%3"_s.arg(pages, settingOf(context, u"object"_s), id);
}

/// COQL reads the records; the search of the API reads an index that lags.
constexpr auto zohoFindByField =
    &searchJson<"/crm/v8/coql",
                R"({"select_query": "select id, {key_field} from {object} where {key_field} = '{key}' limit 2"})">;

/// The newest records first, until one is older than the key.
constexpr auto zohoFindByText =
    &getAt<"/crm/v8/{object}?fields=Description,Created_Time&sort_by=Created_Time&sort_order=desc&approved=both&"
           "converted={object.converted}&per_page=200&page_token={cursor}">;
constexpr auto zohoFound =
    &firstOfOurs<"/data", &hasKeyIn<"key_field", "/Description">, &elementAt<"/id", &zohoPage>, &listOrNoContent>;

constexpr auto zohoNextToken = &nextIf<"/info/more_records", "/info/next_page_token", &JsonReader::text>;

RemoteTask zohoState(JsonReader &record, const CrmContext &context)
{
    RemoteTask task;
    task.status = textOr(record, u'/' + settingOf(context, u"object.status"_s));
    task.closed = record.optionalBoolean(u"/Converted__s"_s).value_or(false)
        || isAmong(settingOf(context, u"closed_statuses"_s), task.status);
    task.url = zohoPage(context, record.optionalId(u"/id"_s).value_or(context.externalId));
    return task;
}

/// Cases and tasks of the contact, read from the records themselves; leads by their own address.
constexpr auto zohoRecordsOf =
    &searchJson<"/crm/v8/coql",
                R"({"select_query": "select id, Subject, Status, Modified_Time from {object} )"
                R"(where {object.contact}.id = '{contact}' order by Modified_Time desc limit 50"})">;
constexpr auto zohoLeadsOf = &getAt<"/crm/v8/Leads/search?email={mail}&phone={phone}&converted=both&"
                                    "fields={object.title},{object.state_fields},Modified_Time&per_page=50">;

constexpr auto zohoFields = &getAt<"/crm/v8/settings/fields?module={object}">;

/// The field's attributes tell whether a repeat could make a second record.
Result<CrmFinding> zohoModuleFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = settingOf(context, u"key_field"_s);
    const QString module = settingOf(context, u"object"_s);
    std::vector<JsonReader> fields = reply.array(u"/fields"_s);
    const bool isKey = std::any_of(fields.begin(), fields.end(), [&name](const JsonReader &field) {
        return textOr(field, u"/api_name"_s) == name && field.has(u"/unique/casesensitive"_s);
    });
    if (!reply.ok())
        return reply.error();
    if (!isKey && !name.isEmpty())
        return refusal(u"%1 have no field %2 that refuses duplicate values."_s.arg(module, name));
    return CrmFinding{u"Tasks go into %1; %2."_s.arg(module, wayOfRepeats(name))};
}

CrmSpec zohoSpec()
{
    CrmSpec spec;
    spec.id = u"zoho_crm"_s;
    spec.title = u"Zoho CRM"_s;
    spec.form = zohoForm();
    spec.names = zohoNames();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {true, u"Zoho CRM API v8 (OpenAPI, bundled)"_s, {}};
    spec.signIn = &offerOf<zohoApp>;
    spec.device = {u"/oauth/v3/device/code"_s,  u"grant_type=device_request&access_type=offline&prompt=consent"_s,
                   u"device_token"_s,           u"code"_s,
                   u"/oauth/v3/device/token"_s, 1ms};
    spec.tokens = {&renewalOf<zohoApp>, &tokenWithBase<"/api_domain">, &schemeOf<"Zoho-oauthtoken">,
                   u"refresh_token"_s};
    spec.limit = RateLimit{10, 1s}; // its own are credits of a day and calls at the same time
    spec.failure = &zohoFailure;
    spec.idempotencyOf = &classBy<"key_field", Idempotency::Upsert, Idempotency::Lookup>;
    spec.indexLag = 30s; // records are read directly; the search for contacts lags
    spec.findContact = {&getAt<"/crm/v8/Contacts/search?email={mail}&phone={phone}&fields=Email&per_page=1">,
                        &contactAt<"/data", "/id", &isFound, &listOrNoContent>,
                        &allOf<&isSet<"object.contact">, &hasPerson>};
    spec.createContact = {&zohoCreateContact,
                          &onlyWhen<"/data/0/status", "success", &factAt<"contact", "/data/0/details/id">>};
    spec.createTask = {&zohoCreate,
                       &onlyWhen<"/data/0/status", "success", &createdAt<"/data/0/details/id", &zohoPage>>};
    spec.lookUps = {
        {zohoFindByField, zohoFound, &isSet<"key_field">},
        {zohoFindByText, zohoFound, &isNotSet<"key_field">, &nextUntilOlder<zohoNextToken, "/data", "/Created_Time">}};
    spec.attach = {{&attachAt<"/crm/v8/{object}/{id}/Attachments", "file">,
                    &onlyWhen<"/data/0/status", "success", &factAt<"file", "/data/0/details/id">>}};
    spec.attached = {
        &getAt<"/crm/v8/{object}/{id}/Attachments?fields=id,File_Name,Size&per_page=200&page_token={cursor}">,
        &filesAt<"/data", "/File_Name", "/Size">, nullptr, &nextIf<"/info/more_records", "/info/next_page_token">};
    spec.largestFile = 20'000'000;
    spec.status = {&getAt<"/crm/v8/{object}/{id}?fields={object.state_fields}&converted={object.converted}">,
                   &firstStateAt<"/data", &zohoState, "Zoho CRM does not have it any more.", &listOrNoContent>};
    spec.records = {&eitherRequest<&settingIs<"object", "Leads">, &forPerson<&hasPerson, zohoLeadsOf>,
                                   &forPerson<&knowsContact, zohoRecordsOf>>,
                    &recordsAt<"/data", "/id", "/{object.title}", "/Modified_Time", &zohoState, &listOrNoContent>};
    spec.fields = {
        {zohoFields, &choicesInside<"/fields", "/api_name", "/pick_list_values", "/actual_value", "/display_value">},
        {&getAt<"/crm/v8/users?type=ActiveUsers&page={cursor}&per_page=200">,
         &choicesAt<"Owner", "/users", "/id", "/full_name", "/email">, nullptr,
         &nextPageIf<"/info/more_records", "/info/page">}};
    spec.test = {{&getAt<"/crm/v8/users?type=CurrentUser">, &signedInAs<"/users/0/full_name">},
                 {zohoFields, &zohoModuleFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_zoho_crm(const ConnectorServices &services) { return makeCrmInfo<&zohoSpec>(services); }

} // namespace patchbay
