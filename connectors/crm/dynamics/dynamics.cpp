#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"
#include "core/base/ids.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit dynamicsTitleLimit{200, TextLimit::Unit::Utf16};

/// A table of Dataverse: the names that differ between what a task can become there.
struct DynamicsTable {
    QString name = {};
    QString set = {};
    QString id = {};
    QString title = {};
    QString due = {};
    QString contact = {}; ///< the lookup that takes a contact
};

const DynamicsTable &dynamicsTable(const QJsonObject &settings)
{
    static const DynamicsTable incident{u"incident"_s, u"incidents"_s,  u"incidentid"_s,
                                        u"title"_s,    u"followupby"_s, u"customerid_contact@odata.bind"_s};
    static const DynamicsTable lead{u"lead"_s, u"leads"_s, u"leadid"_s, u"subject"_s, u"estimatedclosedate"_s, {}};
    static const DynamicsTable task{u"task"_s,    u"tasks"_s,        u"activityid"_s,
                                    u"subject"_s, u"scheduledend"_s, u"regardingobjectid_contact_task@odata.bind"_s};
    const QString object = settingText(settings, u"object"_s);
    return object == lead.name ? lead : object == task.name ? task : incident;
}

std::vector<FormField> dynamicsForm()
{
    FormField limit = numberField("text_limit", QT_TRANSLATE_NOOP("form", "Longest description (characters)"), false,
                                  QT_TRANSLATE_NOOP("form", "As its column is set in Dataverse"));
    limit.initial = u"2000"_s;
    limit.minimum = 300;
    limit.maximum = 1'000'000;
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "Of the environment, for example https://acme.crm.dynamics.com")),
        textField("tenant", QT_TRANSLATE_NOOP("form", "Directory (tenant) id"), true),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Application (client) id"), true),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), true),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"incident"_s, u"lead"_s, u"task"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Case")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Lead")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Task"))}),
        limit,
        tokenAddressField(),
    };
}

Result<Request> dynamicsSignIn(const AccountConfig &account)
{
    const QString tenant = pathPart(settingText(account.settings, u"tenant"_s));
    const Result<QUrl> address =
        tokenUrlOf(account, u"https://login.microsoftonline.com/%1/oauth2/v2.0/token"_s.arg(tenant));
    if (!address)
        return address.error();
    const QString scope = originOf(QUrl(settingText(account.settings, u"url"_s))) + u"/.default"_s;
    return clientCredentialsRequest(account, *address, scope);
}

Request dynamicsOData(Request request)
{
    return Request(request)
        .header(QByteArrayLiteral("OData-MaxVersion"), QByteArrayLiteral("4.0"))
        .header(QByteArrayLiteral("OData-Version"), QByteArrayLiteral("4.0"));
}

/// Without this a write answers 204 and names the record in a header only.
Request dynamicsWrite(const QString &set, const QJsonObject &record, const QString &id)
{
    return dynamicsOData(postTo(u"/api/data/v9.2/"_s + set, record, {{u"$select"_s, id}}))
        .header(QByteArrayLiteral("Prefer"), QByteArrayLiteral("return=representation"));
}

Request dynamicsRead(const QString &path, const QueryItems &query = {})
{
    return dynamicsOData(getFrom(u"/api/data/v9.2/"_s + path, query));
}

/// With the words that people see for numbers.
Request dynamicsReadWithWords(const QString &path, const QueryItems &query)
{
    return dynamicsRead(path, query)
        .header(QByteArrayLiteral("Prefer"),
                QByteArrayLiteral("odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""));
}

QString dynamicsText(QString text) { return u'\'' + text.replace(u'\'', u"''"_s) + u'\''; }

bool dynamicsWantsContact(const CrmContext &context)
{
    return !dynamicsTable(context.settings).contact.isEmpty() && taskPerson(context.task).isKnown();
}

Result<Request> dynamicsFindContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QString phone = dynamicsText(person.phone);
    const QString filter = person.mail.isEmpty() ? u"telephone1 eq %1 or mobilephone eq %1"_s.arg(phone)
                                                 : u"emailaddress1 eq "_s + dynamicsText(person.mail);
    return dynamicsRead(
        u"contacts"_s,
        {{u"$select"_s, u"contactid"_s}, {u"$filter"_s, filter}, {u"$orderby"_s, u"createdon"_s}, {u"$top"_s, u"1"_s}});
}

Result<QJsonObject> dynamicsContact(JsonReader &reply, const CrmContext &)
{
    QJsonObject known;
    for (JsonReader &contact : reply.array(u"/value"_s))
        known.insert(u"contact"_s, contact.text(u"/contactid"_s));
    return reply.finish(known);
}

QJsonObject dynamicsPerson(const TaskPayload &task)
{
    const TaskPerson person = taskPerson(task);
    const TextLimit name50{50, TextLimit::Unit::Utf16};
    QJsonObject record;
    for (const auto &[name, value] :
         {std::pair{u"firstname"_s, cutLine(person.firstName, name50)},
          std::pair{u"lastname"_s, cutLine(person.lastName, name50)}, std::pair{u"emailaddress1"_s, person.mail},
          std::pair{u"telephone1"_s, person.phone}}) {
        if (!value.isEmpty())
            record.insert(name, value);
    }
    return record;
}

Result<Request> dynamicsCreateContact(const CrmContext &context)
{
    return dynamicsWrite(u"contacts"_s, dynamicsPerson(context.task), u"contactid"_s);
}

Result<QJsonObject> dynamicsNewContact(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"contact"_s, reply.text(u"/contactid"_s)}});
}

/// Choices are numbers: of a case 1 high, 2 normal, 3 low; of a task 0 low, 1 normal, 2 high; leads have none.
QJsonValue dynamicsPriority(const QString &table, Priority priority)
{
    const QString word = priorityWord(priority);
    const int level = word == u"low"_s ? 0 : word == u"normal"_s ? 1 : 2;
    if (table == u"lead"_s)
        return {};
    return table == u"task"_s ? level : 3 - level;
}

/// The route's mapping; texts become numbers where Dataverse has choices, which end with "code".
QJsonObject dynamicsMapping(const QJsonObject &fields)
{
    QJsonObject mapped = fields;
    for (auto it = mapped.begin(); it != mapped.end(); ++it) {
        bool isNumber = false;
        const qint64 number = it.value().toString().toLongLong(&isNumber);
        if (isNumber && it.key().endsWith(u"code"_s))
            it.value() = number;
    }
    return mapped;
}

Result<Request> dynamicsCreate(const CrmContext &context)
{
    const DynamicsTable &table = dynamicsTable(context.settings);
    const TextLimit limit{settingNumber(context.settings, u"text_limit"_s).value_or(2000), TextLimit::Unit::Utf16};
    const QString title = taskTitle(context.task, dynamicsTitleLimit);
    const QString contact = context.known.value(u"contact"_s).toString();
    QJsonObject record = table.contact.isEmpty() ? dynamicsPerson(context.task) : QJsonObject();
    // The record's own id comes from our key: a second record with it is refused.
    record.insert(table.id, keyUuid(context.key));
    record.insert(table.title, title);
    record.insert(u"description"_s, taskText(context.task, context.key, limit, title));
    if (const QJsonValue priority = dynamicsPriority(table.name, context.task.priority); !priority.isNull())
        record.insert(u"prioritycode"_s, priority);
    if (context.task.due)
        record.insert(table.due, table.name == u"task"_s ? dueInstant(context.task) : dueDay(context.task));
    if (!contact.isEmpty())
        record.insert(table.contact, u"/contacts(%1)"_s.arg(contact));
    const QStringList ours{table.id, table.title, u"description"_s};
    if (Result<Done> mapped = addFields(record, dynamicsMapping(context.task.fields), ours); !mapped)
        return mapped.error();
    if (table.name == u"incident"_s && !record.contains(table.contact)
        && !record.contains(u"customerid_account@odata.bind"_s)) {
        return makeError(Error::Kind::Refused,
                         u"A case needs a customer: a contact with a mail address or phone number, or the field "
                         "customerid_account@odata.bind."_s);
    }
    return dynamicsWrite(table.set, record, table.id);
}

Receipt dynamicsReceipt(const CrmContext &context, const QString &id)
{
    const QString page = u"%1/main.aspx?pagetype=entityrecord&etn=%2&id=%3"_s;
    return {id, page.arg(originOf(context.base), dynamicsTable(context.settings).name, id)};
}

/// Also what a look-up reads: it asks for the record with our id.
Result<Receipt> dynamicsCreated(JsonReader &reply, const CrmContext &context)
{
    const QString at = u'/' + dynamicsTable(context.settings).id;
    const QString id = reply.text(at);
    if (reply.ok() && id.compare(keyUuid(context.key), Qt::CaseInsensitive) != 0)
        reply.fault(at, u"is not the id that was asked for"_s);
    return reply.finish(dynamicsReceipt(context, id));
}

Result<Request> dynamicsRecordRequest(const CrmContext &context)
{
    const DynamicsTable &table = dynamicsTable(context.settings);
    return dynamicsRead(u"%1(%2)"_s.arg(table.set, keyUuid(context.key)), {{u"$select"_s, table.id}});
}

Result<std::optional<Receipt>> dynamicsFound(JsonReader &reply, const CrmContext &context)
{
    const Result<Receipt> receipt = dynamicsCreated(reply, context);
    return receipt ? Result<std::optional<Receipt>>(*receipt) : receipt.error();
}

Result<Request> dynamicsStatusRequest(const CrmContext &context)
{
    if (!isUid(context.externalId.toLower()))
        return makeError(Error::Kind::Refused, u"\"%1\" is no id of Dynamics 365."_s.arg(context.externalId.left(40)));
    return dynamicsReadWithWords(u"%1(%2)"_s.arg(dynamicsTable(context.settings).set, context.externalId),
                                 {{u"$select"_s, u"statecode,statuscode"_s}});
}

Result<RemoteTask> dynamicsStatus(JsonReader &reply, const CrmContext &context)
{
    const QString words = u"/statuscode@OData.Community.Display.V1.FormattedValue"_s;
    RemoteTask task;
    task.status = textOr(reply, words, QString::number(reply.integer(u"/statuscode"_s)));
    task.closed = reply.integer(u"/statecode"_s) != 0;
    task.url = dynamicsReceipt(context, context.externalId).url;
    return reply.finish(task);
}

Result<Request> dynamicsChoicesRequest(const CrmContext &context)
{
    const QString path = u"EntityDefinitions(LogicalName='%1')/Attributes/"
                         "Microsoft.Dynamics.CRM.PicklistAttributeMetadata"_s;
    return dynamicsRead(path.arg(dynamicsTable(context.settings).name),
                        {{u"$select"_s, u"LogicalName"_s}, {u"$expand"_s, u"OptionSet($select=Options)"_s}});
}

Result<std::vector<FieldChoice>> dynamicsChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &column : reply.array(u"/value"_s)) {
        const QString name = column.text(u"/LogicalName"_s);
        for (JsonReader &option : column.optionalArray(u"/OptionSet/Options"_s)) {
            const QString value = option.id(u"/Value"_s);
            choices.push_back({name, value, textOr(option, u"/Label/UserLocalizedLabel/Label"_s, value)});
        }
    }
    return reply.finish(choices);
}

Result<Request> dynamicsUsersRequest(const CrmContext &context)
{
    if (!context.cursor.isEmpty())
        return dynamicsOData(Request(QByteArrayLiteral("GET"), QUrl(context.cursor)));
    return dynamicsRead(u"systemusers"_s,
                        {{u"$select"_s, u"fullname"_s},
                         {u"$filter"_s, u"isdisabled eq false and accessmode eq 0"_s},
                         {u"$orderby"_s, u"fullname"_s}});
}

Result<std::vector<FieldChoice>> dynamicsUsers(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &user : reply.array(u"/value"_s)) {
        const QString id = u"/systemusers(%1)"_s.arg(user.text(u"/systemuserid"_s));
        choices.push_back({u"ownerid@odata.bind"_s, id, textOr(user, u"/fullname"_s, id)});
    }
    return reply.finish(choices);
}

/// The link is taken as it is; the key goes to the environment's own origin only.
QString dynamicsNextLink(JsonReader &reply, const CrmContext &) { return textOr(reply, u"/@odata.nextLink"_s); }

Result<Request> dynamicsWhoRequest(const CrmContext &) { return dynamicsRead(u"WhoAmI"_s); }

Result<CrmFinding> dynamicsWho(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{{}, {{u"user"_s, reply.text(u"/UserId"_s)}}});
}

Result<Request> dynamicsUserRequest(const CrmContext &context)
{
    return dynamicsRead(u"systemusers(%1)"_s.arg(pathPart(context.known.value(u"user"_s).toString())),
                        {{u"$select"_s, u"fullname"_s}});
}

Result<CrmFinding> dynamicsUser(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(CrmFinding{u"Signed in to %1 as %2."_s.arg(context.base.host(), reply.text(u"/fullname"_s))});
}

Result<Request> dynamicsTableRequest(const CrmContext &context)
{
    const DynamicsTable &table = dynamicsTable(context.settings);
    return dynamicsRead(table.set, {{u"$select"_s, table.id}, {u"$top"_s, u"1"_s}});
}

Result<CrmFinding> dynamicsTableFinding(JsonReader &reply, const CrmContext &context)
{
    reply.array(u"/value"_s);
    return reply.finish(CrmFinding{u"Tasks go into the table “%1”."_s.arg(dynamicsTable(context.settings).name)});
}

Result<Request> dynamicsAttach(const CrmContext &context)
{
    const DynamicsTable &table = dynamicsTable(context.settings);
    const QJsonObject note{
        {u"subject"_s, context.file.name},
        {u"filename"_s, context.file.name},
        {u"mimetype"_s, QString::fromLatin1(mediaTypeOf(context.file))},
        {u"documentbody"_s, QString::fromLatin1(context.bytes.toBase64())},
        {u"objectid_%1@odata.bind"_s.arg(table.name), u"/%1(%2)"_s.arg(table.set, context.externalId)}};
    return dynamicsWrite(u"annotations"_s, note, u"annotationid"_s);
}

Result<Request> dynamicsAttached(const CrmContext &context)
{
    if (!context.cursor.isEmpty())
        return dynamicsOData(Request(QByteArrayLiteral("GET"), QUrl(context.cursor)));
    return dynamicsRead(u"annotations"_s,
                        {{u"$select"_s, u"filename,filesize"_s},
                         {u"$filter"_s, u"_objectid_value eq %1 and isdocument eq true"_s.arg(context.externalId)}});
}

CrmSpec dynamicsSpec()
{
    CrmSpec spec;
    spec.id = u"dynamics"_s;
    spec.title = u"Dynamics 365"_s;
    spec.form = dynamicsForm();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {false, u"Dataverse Web API v9.2; no contract of the vendor's own"_s, {}};
    spec.tokens = {&dynamicsSignIn, &readTokenReply};
    spec.limit = RateLimit{100, 5s}; // 6,000 in five minutes for each user and web server
    spec.idempotency = Idempotency::Native;
    spec.findContact = {&dynamicsFindContact, &dynamicsContact, &dynamicsWantsContact};
    spec.createContact = {&dynamicsCreateContact, &dynamicsNewContact};
    spec.createTask = {&dynamicsCreate, &dynamicsCreated};
    spec.lookUps = {{&dynamicsRecordRequest, &dynamicsFound, nullptr, nullptr, true}};
    spec.attach = {{&dynamicsAttach, &factAt<"file", "/annotationid">}}; // a note with the file
    spec.attached = {&dynamicsAttached, &filesAt<"/value", "/filename", "/filesize">, nullptr, &dynamicsNextLink};
    spec.largestFile = 5'000'000; // the limit of a new environment
    spec.status = {&dynamicsStatusRequest, &dynamicsStatus};
    spec.fields = {{&dynamicsChoicesRequest, &dynamicsChoices},
                   {&dynamicsUsersRequest, &dynamicsUsers, nullptr, &dynamicsNextLink}};
    spec.test = {{&dynamicsWhoRequest, &dynamicsWho},
                 {&dynamicsUserRequest, &dynamicsUser},
                 {&dynamicsTableRequest, &dynamicsTableFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_dynamics(const ConnectorServices &services) { return makeCrmInfo<&dynamicsSpec>(services); }

} // namespace patchbay
