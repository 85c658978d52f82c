#include "connectors/kit/bodies.h"
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
#include "core/base/ids.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit dynamicsTitleLimit{200, TextLimit::Unit::Utf16};

/// The columns that differ between the tables of Dataverse: its id, the lookup that takes a contact, the numbers of the
/// priorities, the column whose value is the contact. Leads have none of the last three.
ObjectNames dynamicsTables()
{
    return {{u"id"_s, u"title"_s, u"due"_s, u"contact"_s, u"priorities"_s, u"whose"_s},
            {{u"incident"_s,
              {u"incidentid"_s, u"title"_s, u"followupby"_s, u"customerid_contact@odata.bind"_s, u"3, 2, 1, 1"_s,
               u"_customerid_value"_s}},
             {u"lead"_s, {u"leadid"_s, u"subject"_s, u"estimatedclosedate"_s}},
             {u"task"_s,
              {u"activityid"_s, u"subject"_s, u"scheduledend"_s, u"regardingobjectid_contact_task@odata.bind"_s,
               u"0, 1, 2, 2"_s, u"_regardingobjectid_value"_s}}}};
}

std::vector<FormField> dynamicsForm()
{
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "Of the environment, for example https://acme.crm.dynamics.com")),
        textField("tenant", QT_TRANSLATE_NOOP("form", "Directory (tenant) id"), true),
        signInField({{"client_credentials", QT_TRANSLATE_NOOP("form", "As the application itself")},
                     {"refresh_token", QT_TRANSLATE_NOOP("form", "With the browser")}}),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Application (client) id"), true),
        neededUnless(secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), true,
                                 QT_TRANSLATE_NOOP("form", "Not of an application that signs in with the browser")),
                     "sign_in=refresh_token"),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false,
                    QT_TRANSLATE_NOOP("form", "Filled by the sign-in with the browser")),
        objectField({{"incident", QT_TRANSLATE_NOOP("form", "Case")},
                     {"lead", QT_TRANSLATE_NOOP("form", "Lead")},
                     {"task", QT_TRANSLATE_NOOP("form", "Task")}}),
        boundedField("text_limit", QT_TRANSLATE_NOOP("form", "Longest description (characters)"), 2000, 300, 1'000'000,
                     QT_TRANSLATE_NOOP("form", "As its column is set in Dataverse")),
        tokenAddressField(),
        authorizeAddressField(),
    };
}

QString dynamicsOrigin(const AccountConfig &account) { return originOf(QUrl(settingText(account.settings, u"url"_s))); }

OAuthOffer dynamicsVendor(const AccountConfig &account)
{
    const QString tenant = pathPart(settingText(account.settings, u"tenant"_s));
    const QString server = u"https://login.microsoftonline.com/%1/oauth2/v2.0/"_s.arg(tenant);
    return oauthVendor(server + u"authorize"_s, server + u"token"_s,
                       dynamicsOrigin(account) + u"/user_impersonation offline_access"_s);
}

Result<Request> dynamicsTokenRequest(const AccountConfig &account)
{
    return tokenRequestFor(account, dynamicsVendor(account), dynamicsOrigin(account) + u"/.default"_s);
}

/// Without this a write answers 204 and names the record in a header only.
Request dynamicsWrite(const QString &set, const QJsonObject &record, const QString &id)
{
    return postTo(u"/api/data/v9.2/"_s + set, record, {{u"$select"_s, id}})
        .header(QByteArrayLiteral("Prefer"), QByteArrayLiteral("return=representation"));
}

QString odataText(const QString &text) { return QString(text).replace(u'\'', u"''"_s); }

constexpr auto dynamicsFindContact =
    &eitherRequest<&hasMail,
                   &quotedAt<"/api/data/v9.2/contacts?$select=contactid&$filter=emailaddress1 eq '{mail}'&"
                             "$orderby=createdon&$top=1",
                             &odataText>,
                   &quotedAt<"/api/data/v9.2/contacts?$select=contactid&"
                             "$filter=telephone1 eq '{phone}' or mobilephone eq '{phone}'&$orderby=createdon&$top=1",
                             &odataText>>;

QJsonObject dynamicsPerson(const TaskPayload &task)
{
    return personRecord(task, {u"firstname"_s, u"lastname"_s, u"emailaddress1"_s, u"telephone1"_s, 50, 50, {}});
}

Result<Request> dynamicsCreateContact(const CrmContext &context)
{
    return dynamicsWrite(u"contacts"_s, dynamicsPerson(context.task), u"contactid"_s);
}

bool dynamicsIsChoice(const QString &column) { return column.endsWith(u"code"_s); }

Result<Request> dynamicsCreate(const CrmContext &context)
{
    const QString object = settingOf(context, u"object"_s);
    const QString idColumn = settingOf(context, u"object.id"_s);
    const QString titleColumn = settingOf(context, u"object.title"_s);
    const QString contactColumn = settingOf(context, u"object.contact"_s);
    const QString priorities = settingOf(context, u"object.priorities"_s);
    const TextLimit limit{settingNumber(context.settings, u"text_limit"_s).value_or(2000), TextLimit::Unit::Utf16};
    const QString title = taskTitle(context.task, dynamicsTitleLimit);
    const QString contact = context.known.value(u"contact"_s).toString();
    QJsonObject own = contactColumn.isEmpty() ? dynamicsPerson(context.task) : QJsonObject();
    // The record's own id comes from our key: a second record with it is refused.
    own.insert(idColumn, keyUuid(context.key));
    own.insert(titleColumn, title);
    own.insert(u"description"_s, taskText(context.task, context.key, limit, title));
    if (!priorities.isEmpty())
        own.insert(u"prioritycode"_s, priorityIn(priorities, context.task.priority).toInt());
    own.insert(settingOf(context, u"object.due"_s),
               object == u"task"_s ? dueInstant(context.task) : dueDay(context.task));
    if (!contact.isEmpty())
        own.insert(contactColumn, u"/contacts(%1)"_s.arg(contact));
    const Result<QJsonObject> record = withFields(filled(own), withNumbers(context.task.fields, &dynamicsIsChoice),
                                                  {idColumn, titleColumn, u"description"_s});
    if (record && object == u"incident"_s && !record->contains(contactColumn)
        && !record->contains(u"customerid_account@odata.bind"_s)) {
        return refusal(u"A case needs a customer: a contact with a mail address or phone number, or the field "
                       "customerid_account@odata.bind."_s);
    }
    return record ? Result<Request>(dynamicsWrite(object + u's', *record, idColumn)) : record.error();
}

constexpr auto dynamicsPage = &pageAt<"/main.aspx?pagetype=entityrecord&etn={object}&id={id}">;

/// Also what a look-up reads: it asks for the record with our id.
Result<Receipt> dynamicsCreated(JsonReader &reply, const CrmContext &context)
{
    const QString at = u'/' + settingOf(context, u"object.id"_s);
    const QString id = reply.text(at);
    if (reply.ok() && id.compare(keyUuid(context.key), Qt::CaseInsensitive) != 0)
        reply.fault(at, u"is not the id that was asked for"_s);
    return reply.finish(Receipt{id, dynamicsPage(context, id)});
}

/// With the words that people see for numbers.
template <auto call>
constexpr auto dynamicsInWords =
    &withHeader<call, "Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"">;

constexpr auto dynamicsStates =
    dynamicsInWords<&getAt<"/api/data/v9.2/{object}s({id})?$select={object.title},statecode,statuscode">>;

constexpr auto dynamicsRecordsOf = dynamicsInWords<&eitherRequest<
    &isSet<"object.whose">,
    &forPerson<&knowsContact,
               &getAt<"/api/data/v9.2/{object}s?$select={object.title},statecode,statuscode,modifiedon&"
                      "$filter={object.whose} eq {contact}&"
                      "$orderby=statecode,modifiedon desc&$top=50">>,
    &forPerson<&hasMail,
               &quotedAt<"/api/data/v9.2/{object}s?$select={object.title},statecode,statuscode,modifiedon&"
                         "$filter=emailaddress1 eq '{mail}'&$orderby=statecode,modifiedon desc&$top=50",
                         &odataText>>>>;

bool dynamicsIsId(const QString &id) { return isUid(id.toLower()); }

RemoteTask dynamicsState(JsonReader &record, const CrmContext &context)
{
    const QString words = u"/statuscode@OData.Community.Display.V1.FormattedValue"_s;
    RemoteTask task;
    task.status = textOr(record, words, QString::number(record.integer(u"/statuscode"_s)));
    task.closed = record.integer(u"/statecode"_s) != 0;
    task.title = textOr(record, u'/' + settingOf(context, u"object.title"_s));
    task.url = dynamicsPage(context, textOr(record, u'/' + settingOf(context, u"object.id"_s), context.externalId));
    return task;
}

/// A note with the file.
constexpr auto dynamicsNote = &postJson<"/api/data/v9.2/annotations?$select=annotationid",
                                        R"json({"subject": "{file}", "filename": "{file}", "mimetype": "{file.type}",
                                                "documentbody": "{file.base64}",
                                                "objectid_{object}@odata.bind": "/{object}s({id})"})json">;
constexpr auto dynamicsAttach = &withHeader<dynamicsNote, "Prefer", "return=representation">;

CrmSpec dynamicsSpec()
{
    CrmSpec spec;
    spec.id = u"dynamics"_s;
    spec.title = u"Dynamics 365"_s;
    spec.form = dynamicsForm();
    spec.names = dynamicsTables();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {false, u"Dataverse Web API v9.2; no contract of the vendor's own"_s, {}};
    spec.tokens = {&dynamicsTokenRequest, &readTokenReply, &Credentials::bearer, u"refresh_token"_s};
    spec.signIn = &offerBy<&dynamicsVendor>;
    spec.device.place = u"devicecode"_s;
    spec.limit = RateLimit{100, 5s}; // 6,000 in five minutes for each user and web server
    spec.headers = {{"OData-MaxVersion", "4.0"}, {"OData-Version", "4.0"}};
    spec.idempotency = Idempotency::Native;
    spec.findContact = {dynamicsFindContact, &contactAt<"/value", "/contactid">,
                        &allOf<&isSet<"object.contact">, &hasPerson>};
    spec.createContact = {&dynamicsCreateContact, &factAt<"contact", "/contactid">};
    spec.createTask = {&dynamicsCreate, &dynamicsCreated};
    spec.lookUps = {{&getAt<"/api/data/v9.2/{object}s({uuid})?$select={object.id}">, &foundBy<&dynamicsCreated>,
                     nullptr, nullptr, true}};
    spec.attach = {{dynamicsAttach, &factAt<"file", "/annotationid">}};
    spec.attached = {&followed<&getAt<"/api/data/v9.2/annotations?$select=filename,filesize&"
                                      "$filter=_objectid_value eq {id} and isdocument eq true">>,
                     &filesAt<"/value", "/filename", "/filesize">, nullptr, &nextAt<"/@odata.nextLink">};
    spec.largestFile = 5'000'000; // the limit of a new environment
    spec.status = {&forId<&dynamicsIsId, "\"%1\" is no id of Dynamics 365.", dynamicsStates>,
                   &stateAt<"", &dynamicsState>};
    spec.records = {dynamicsRecordsOf,
                    &recordsAt<"/value", "/{object.id}", "/{object.title}", "/modifiedon", &dynamicsState>};
    spec.recordIn = &idInItem<"id">;
    spec.fields = {
        {&getAt<"/api/data/v9.2/EntityDefinitions(LogicalName='{object}')/Attributes/"
                "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?"
                "$select=LogicalName&$expand=OptionSet($select=Options)">,
         &choicesInside<"/value", "/LogicalName", "/OptionSet/Options", "/Value", "/Label/UserLocalizedLabel/Label">},
        {&followed<&getAt<"/api/data/v9.2/systemusers?$select=fullname&"
                          "$filter=isdisabled eq false and accessmode eq 0&$orderby=fullname">>,
         &formedChoicesAt<"ownerid@odata.bind", "/systemusers(%1)", "/value", "/systemuserid", "/fullname">, nullptr,
         &nextAt<"/@odata.nextLink">}};
    spec.test = {{&getAt<"/api/data/v9.2/WhoAmI">, &remembers<"user", "/UserId">},
                 {&getAt<"/api/data/v9.2/systemusers({known.user})?$select=fullname">, &signedInAs<"/fullname">},
                 {&getAt<"/api/data/v9.2/{object}s?$select={object.id}&$top=1">,
                  &findingOfList<"/value", "Tasks go into the table “{object}”.">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_dynamics(const ConnectorServices &services) { return makeCrmInfo<&dynamicsSpec>(services); }

} // namespace patchbay
