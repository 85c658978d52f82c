#include "connectors/kit/either.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "core/base/ids.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit dynamicsTitleLimit{200, TextLimit::Unit::Utf16};

/// A table of Dataverse: the names that differ between what a task can become there.
struct DynamicsTable {
    QString id = {};
    QString title = {};
    QString due = {};
    QString contact = {}; ///< the lookup that takes a contact
    QString priorities = {}; ///< the numbers of low, normal, high, urgent; leads have none
};

const DynamicsTable &dynamicsTable(const CrmContext &context)
{
    static const DynamicsTable incident{u"incidentid"_s, u"title"_s, u"followupby"_s,
                                        u"customerid_contact@odata.bind"_s, u"3, 2, 1, 1"_s};
    static const DynamicsTable lead{u"leadid"_s, u"subject"_s, u"estimatedclosedate"_s};
    static const DynamicsTable task{u"activityid"_s, u"subject"_s, u"scheduledend"_s,
                                    u"regardingobjectid_contact_task@odata.bind"_s, u"0, 1, 2, 2"_s};
    const QString object = settingOf(context, u"object"_s);
    return object == u"lead"_s ? lead : object == u"task"_s ? task : incident;
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

bool dynamicsWantsContact(const CrmContext &context)
{
    return !dynamicsTable(context).contact.isEmpty() && hasPerson(context);
}

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
    const DynamicsTable &table = dynamicsTable(context);
    const QString object = settingOf(context, u"object"_s);
    const TextLimit limit{settingNumber(context.settings, u"text_limit"_s).value_or(2000), TextLimit::Unit::Utf16};
    const QString title = taskTitle(context.task, dynamicsTitleLimit);
    const QString contact = context.known.value(u"contact"_s).toString();
    QJsonObject own = table.contact.isEmpty() ? dynamicsPerson(context.task) : QJsonObject();
    // The record's own id comes from our key: a second record with it is refused.
    own.insert(table.id, keyUuid(context.key));
    own.insert(table.title, title);
    own.insert(u"description"_s, taskText(context.task, context.key, limit, title));
    if (!table.priorities.isEmpty())
        own.insert(u"prioritycode"_s, priorityIn(table.priorities, context.task.priority).toInt());
    own.insert(table.due, object == u"task"_s ? dueInstant(context.task) : dueDay(context.task));
    if (!contact.isEmpty())
        own.insert(table.contact, u"/contacts(%1)"_s.arg(contact));
    const Result<QJsonObject> record = withFields(filled(own), withNumbers(context.task.fields, &dynamicsIsChoice),
                                                  {table.id, table.title, u"description"_s});
    if (record && object == u"incident"_s && !record->contains(table.contact)
        && !record->contains(u"customerid_account@odata.bind"_s)) {
        return makeError(Error::Kind::Refused,
                         u"A case needs a customer: a contact with a mail address or phone number, or the field "
                         "customerid_account@odata.bind."_s);
    }
    return record ? Result<Request>(dynamicsWrite(object + u's', *record, table.id)) : record.error();
}

constexpr auto dynamicsPage = &pageAt<"/main.aspx?pagetype=entityrecord&etn={object}&id={id}">;

/// Also what a look-up reads: it asks for the record with our id.
Result<Receipt> dynamicsCreated(JsonReader &reply, const CrmContext &context)
{
    const QString at = u'/' + dynamicsTable(context).id;
    const QString id = reply.text(at);
    if (reply.ok() && id.compare(keyUuid(context.key), Qt::CaseInsensitive) != 0)
        reply.fault(at, u"is not the id that was asked for"_s);
    return reply.finish(Receipt{id, dynamicsPage(context, id)});
}

Result<Request> dynamicsRecordRequest(const CrmContext &context)
{
    return getFrom(u"/api/data/v9.2/%1s(%2)"_s.arg(settingOf(context, u"object"_s), keyUuid(context.key)),
                   {{u"$select"_s, dynamicsTable(context).id}});
}

/// With the words that people see for numbers.
constexpr auto dynamicsStates =
    &withHeader<&getAt<"/api/data/v9.2/{object}s({id})?$select=statecode,statuscode">, "Prefer",
                "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"">;

Result<Request> dynamicsStatusRequest(const CrmContext &context)
{
    if (!isUid(context.externalId.toLower()))
        return makeError(Error::Kind::Refused, u"\"%1\" is no id of Dynamics 365."_s.arg(context.externalId.left(40)));
    return dynamicsStates(context);
}

Result<RemoteTask> dynamicsStatus(JsonReader &reply, const CrmContext &context)
{
    const QString words = u"/statuscode@OData.Community.Display.V1.FormattedValue"_s;
    RemoteTask task;
    task.status = textOr(reply, words, QString::number(reply.integer(u"/statuscode"_s)));
    task.closed = reply.integer(u"/statecode"_s) != 0;
    task.url = dynamicsPage(context, context.externalId);
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> dynamicsUsers(JsonReader &reply, const CrmContext &)
{
    auto users = readChoices(reply, u"ownerid@odata.bind"_s, {u"/value"_s, u"/systemuserid"_s, u"/fullname"_s});
    for (FieldChoice &user : users)
        user.value = u"/systemusers(%1)"_s.arg(user.value);
    return reply.finish(users);
}

Result<Request> dynamicsTableRequest(const CrmContext &context)
{
    return getFrom(u"/api/data/v9.2/%1s"_s.arg(settingOf(context, u"object"_s)),
                   {{u"$select"_s, dynamicsTable(context).id}, {u"$top"_s, u"1"_s}});
}

Result<CrmFinding> dynamicsTableFinding(JsonReader &reply, const CrmContext &context)
{
    reply.array(u"/value"_s);
    return reply.finish(CrmFinding{u"Tasks go into the table “%1”."_s.arg(settingOf(context, u"object"_s))});
}

/// A note with the file.
Result<Request> dynamicsAttach(const CrmContext &context)
{
    const QString object = settingOf(context, u"object"_s);
    const QJsonObject note{{u"subject"_s, context.file.name},
                           {u"filename"_s, context.file.name},
                           {u"mimetype"_s, QString::fromLatin1(mediaTypeOf(context.file))},
                           {u"documentbody"_s, QString::fromLatin1(context.bytes.toBase64())},
                           {u"objectid_%1@odata.bind"_s.arg(object), u"/%1s(%2)"_s.arg(object, context.externalId)}};
    return dynamicsWrite(u"annotations"_s, note, u"annotationid"_s);
}

CrmSpec dynamicsSpec()
{
    CrmSpec spec;
    spec.id = u"dynamics"_s;
    spec.title = u"Dynamics 365"_s;
    spec.form = dynamicsForm();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {false, u"Dataverse Web API v9.2; no contract of the vendor's own"_s, {}};
    spec.tokens = {&dynamicsTokenRequest, &readTokenReply, &Credentials::bearer, u"refresh_token"_s};
    spec.signIn = &offerBy<&dynamicsVendor>;
    spec.limit = RateLimit{100, 5s}; // 6,000 in five minutes for each user and web server
    spec.headers = {{"OData-MaxVersion", "4.0"}, {"OData-Version", "4.0"}};
    spec.idempotency = Idempotency::Native;
    spec.findContact = {dynamicsFindContact, &contactAt<"/value", "/contactid">, &dynamicsWantsContact};
    spec.createContact = {&dynamicsCreateContact, &factAt<"contact", "/contactid">};
    spec.createTask = {&dynamicsCreate, &dynamicsCreated};
    spec.lookUps = {{&dynamicsRecordRequest, &foundBy<&dynamicsCreated>, nullptr, nullptr, true}};
    spec.attach = {{&dynamicsAttach, &factAt<"file", "/annotationid">}};
    spec.attached = {&followed<&getAt<"/api/data/v9.2/annotations?$select=filename,filesize&"
                                      "$filter=_objectid_value eq {id} and isdocument eq true">>,
                     &filesAt<"/value", "/filename", "/filesize">, nullptr, &nextAt<"/@odata.nextLink">};
    spec.largestFile = 5'000'000; // the limit of a new environment
    spec.status = {&dynamicsStatusRequest, &dynamicsStatus};
    spec.fields = {
        {&getAt<"/api/data/v9.2/EntityDefinitions(LogicalName='{object}')/Attributes/"
                "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?"
                "$select=LogicalName&$expand=OptionSet($select=Options)">,
         &choicesInside<"/value", "/LogicalName", "/OptionSet/Options", "/Value", "/Label/UserLocalizedLabel/Label">},
        {&followed<&getAt<"/api/data/v9.2/systemusers?$select=fullname&"
                          "$filter=isdisabled eq false and accessmode eq 0&$orderby=fullname">>,
         &dynamicsUsers, nullptr, &nextAt<"/@odata.nextLink">}};
    spec.test = {{&getAt<"/api/data/v9.2/WhoAmI">, &remembers<"user", "/UserId">},
                 {&getAt<"/api/data/v9.2/systemusers({known.user})?$select=fullname">, &signedInAs<"/fullname">},
                 {&dynamicsTableRequest, &dynamicsTableFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_dynamics(const ConnectorServices &services) { return makeCrmInfo<&dynamicsSpec>(services); }

} // namespace patchbay
