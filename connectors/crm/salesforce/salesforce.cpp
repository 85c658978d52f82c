#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit salesforceTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit salesforceTextLimit{32000, TextLimit::Unit::Utf16};

QString salesforcePath(const QString &rest) { return u"/services/data/v62.0"_s + rest; }

std::vector<FormField> salesforceForm()
{
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "My Domain, for example https://acme.my.salesforce.com")),
        choiceField("sign_in", QT_TRANSLATE_NOOP("form", "Sign-in"), {u"client_credentials"_s, u"refresh_token"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "As the app's run-as user")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "With a refresh token"))}),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Consumer key"), true),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Consumer secret"), false),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"Case"_s, u"Lead"_s, u"Task"_s},
                    {u"Case"_s, u"Lead"_s, u"Task"_s}),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (API name)"), false,
                  QT_TRANSLATE_NOOP("form", "An external id with unique values, such as Patchbay_Key__c")),
        tokenAddressField(),
    };
}

Result<Request> salesforceSignIn(const AccountConfig &account)
{
    const QString own = originOf(QUrl(settingText(account.settings, u"url"_s))) + u"/services/oauth2/token"_s;
    const Result<QUrl> address = tokenUrlOf(account, own);
    if (!address)
        return address.error();
    if (settingText(account.settings, u"sign_in"_s) == u"refresh_token"_s)
        return refreshTokenRequest(account, *address);
    return clientCredentialsRequest(account, *address);
}

/// There is no expires_in: a session ends when the organisation's settings say so, and is told by 401.
Result<AccessToken> salesforceToken(JsonReader &reply, const AccountConfig &account)
{
    return readTokenReplyWithBase(reply, account, u"/instance_url"_s);
}

/// Errors are an array of {errorCode, message}; some codes say more than their status.
std::optional<VendorFailure> salesforceFailure(const Reply &reply, Timestamp)
{
    if (reply.status < 400)
        return {};
    const QJsonObject first = JsonReader::parse(reply.body, u"reply"_s).value().toArray().first().toObject();
    const QString code = first.value(u"errorCode"_s).toString();
    const QString words = first.value(u"message"_s).toString();
    if (code == u"REQUEST_LIMIT_EXCEEDED"_s) // of a day, or of what runs at the same time
        return VendorFailure{Error::Kind::RateLimited, words, words.contains(u"Concurrent"_s) ? 30s : 900s};
    if (code == u"UNABLE_TO_LOCK_ROW"_s)
        return VendorFailure{Error::Kind::Remote, words, 10s};
    if (code == u"DUPLICATE_VALUE"_s)
        return VendorFailure{Error::Kind::Conflict, words};
    return {};
}

QString salesforceObject(const QJsonObject &settings)
{
    const QString object = settingText(settings, u"object"_s);
    return object.isEmpty() ? u"Case"_s : object;
}
QString salesforceKeyField(const QJsonObject &settings) { return settingText(settings, u"key_field"_s); }
bool salesforceHasKeyField(const CrmContext &context) { return !salesforceKeyField(context.settings).isEmpty(); }
bool salesforceHasNoKeyField(const CrmContext &context) { return !salesforceHasKeyField(context); }

Idempotency salesforceClass(const QJsonObject &settings)
{
    return salesforceKeyField(settings).isEmpty() ? Idempotency::Lookup : Idempotency::Upsert;
}

/// A text as a literal of SOQL, by its rules for reserved characters.
QString soqlText(QString text)
{
    text.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s).replace(u'"', u"\\\""_s).replace(u'\n', u' ');
    return u'\'' + text + u'\'';
}

Result<Request> salesforceQuery(const QString &soql) { return getFrom(salesforcePath(u"/query"_s), {{u"q"_s, soql}}); }

bool salesforceWantsContact(const CrmContext &context)
{
    return salesforceObject(context.settings) != u"Lead"_s && taskPerson(context.task).isKnown();
}

Result<Request> salesforceFindContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QString phone = soqlText(person.phone);
    const QString where =
        person.mail.isEmpty() ? u"Phone = %1 OR MobilePhone = %1"_s.arg(phone) : u"Email = "_s + soqlText(person.mail);
    return salesforceQuery(u"SELECT Id FROM Contact WHERE "_s + where + u" ORDER BY CreatedDate LIMIT 1"_s);
}

Result<QJsonObject> salesforceContact(JsonReader &reply, const CrmContext &)
{
    QJsonObject known;
    for (JsonReader &contact : reply.array(u"/records"_s))
        known.insert(u"contact"_s, contact.text(u"/Id"_s));
    return reply.finish(known);
}

QString salesforceName(const QString &name, qsizetype most) { return cutLine(name, {most, TextLimit::Unit::Utf16}); }

QJsonObject salesforcePerson(const TaskPayload &task)
{
    const TaskPerson person = taskPerson(task);
    QJsonObject record{
        {u"LastName"_s, salesforceName(person.lastName.isEmpty() ? u"[not provided]"_s : person.lastName, 80)}};
    for (const auto &[name, value] : {std::pair{u"FirstName"_s, salesforceName(person.firstName, 40)},
                                      std::pair{u"Email"_s, person.mail}, std::pair{u"Phone"_s, person.phone}}) {
        if (!value.isEmpty())
            record.insert(name, value);
    }
    return record;
}

/// An alert of a duplicate rule is for people; a rule that blocks still blocks.
Request salesforceAllowsAlerts(Request request)
{
    return Request(request).header(QByteArrayLiteral("Sforce-Duplicate-Rule-Header"),
                                   QByteArrayLiteral("allowSave=true"));
}

Result<Request> salesforceCreateContact(const CrmContext &context)
{
    return salesforceAllowsAlerts(postTo(salesforcePath(u"/sobjects/Contact"_s), salesforcePerson(context.task)));
}

Result<QJsonObject> salesforceNewContact(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"contact"_s, reply.text(u"/id"_s)}});
}

QJsonObject salesforceRecord(const CrmContext &context)
{
    const QString object = salesforceObject(context.settings);
    const QString title = taskTitle(context.task, salesforceTitleLimit);
    if (object == u"Lead"_s) { // has no subject: the title stands in its description
        QJsonObject lead = salesforcePerson(context.task);
        lead.insert(u"Company"_s, u"[not provided]"_s);
        lead.insert(u"Description"_s, taskText(context.task, context.key, salesforceTextLimit, u" "_s));
        return lead;
    }
    static const QHash<QString, QString> words{{u"low"_s, u"Low"_s}, {u"high"_s, u"High"_s}, {u"urgent"_s, u"High"_s}};
    const QString normal = object == u"Task"_s ? u"Normal"_s : u"Medium"_s;
    QJsonObject record{{u"Subject"_s, title},
                       {u"Description"_s, taskText(context.task, context.key, salesforceTextLimit, title)},
                       {u"Priority"_s, words.value(priorityWord(context.task.priority), normal)}};
    if (const QString day = dueDay(context.task); object == u"Task"_s && !day.isEmpty())
        record.insert(u"ActivityDate"_s, day);
    if (const QString contact = context.known.value(u"contact"_s).toString(); !contact.isEmpty())
        record.insert(object == u"Task"_s ? u"WhoId"_s : u"ContactId"_s, contact);
    return record;
}

Result<Request> salesforceCreate(const CrmContext &context)
{
    const QString field = salesforceKeyField(context.settings);
    QJsonObject record = salesforceRecord(context);
    if (Result<Done> mapped = addFields(record, context.task.fields, {u"Subject"_s, u"Description"_s, field}); !mapped)
        return mapped.error();
    const QString path = salesforcePath(u"/sobjects/"_s + salesforceObject(context.settings));
    if (field.isEmpty())
        return salesforceAllowsAlerts(postTo(path, record));
    return salesforceAllowsAlerts(patchAt(u"%1/%2/%3"_s.arg(path, pathPart(field), pathPart(context.key)), record));
}

Receipt salesforceReceipt(const CrmContext &context, const QString &id)
{
    return {id, id.isEmpty() ? id : originOf(context.base) + u'/' + id};
}

Result<Receipt> salesforceCreated(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(salesforceReceipt(context, reply.text(u"/id"_s)));
}

Result<Request> salesforceFindByField(const CrmContext &context)
{
    const QString query = u"SELECT Id, %1 FROM %2 WHERE %1 = %3"_s;
    return salesforceQuery(
        query.arg(salesforceKeyField(context.settings), salesforceObject(context.settings), soqlText(context.key)));
}

/// A description cannot be a condition in SOQL, and the search index lags: what was made since the key is read.
Result<Request> salesforceFindByText(const CrmContext &context)
{
    if (context.cursor.startsWith(u"/services/data/"_s))
        return getFrom(context.cursor);
    const QString since = keySinceText(context.key);
    return salesforceQuery(u"SELECT Id, Description FROM %1%2 ORDER BY CreatedDate"_s.arg(
        salesforceObject(context.settings), since.isEmpty() ? QString() : u" WHERE CreatedDate >= "_s + since));
}

Result<std::optional<Receipt>> salesforceFound(JsonReader &reply, const CrmContext &context)
{
    const QString field = salesforceKeyField(context.settings);
    std::optional<Receipt> found;
    for (JsonReader &record : reply.array(u"/records"_s)) {
        const bool ours = field.isEmpty() ? hasKeyLine(textOr(record, u"/Description"_s), context.key)
                                          : textOr(record, u'/' + field) == context.key;
        if (!found && ours)
            found = salesforceReceipt(context, record.text(u"/Id"_s));
    }
    return reply.finish(found);
}

QString salesforceNextPage(JsonReader &reply, const CrmContext &) { return textOr(reply, u"/nextRecordsUrl"_s); }

Result<Request> salesforceStatusRequest(const CrmContext &context)
{
    const QString object = salesforceObject(context.settings);
    const QString closed = object == u"Lead"_s ? u"IsConverted"_s : u"IsClosed"_s;
    return getFrom(salesforcePath(u"/sobjects/%1/%2"_s.arg(object, pathPart(context.externalId))),
                   {{u"fields"_s, u"Status,"_s + closed}});
}

Result<RemoteTask> salesforceStatus(JsonReader &reply, const CrmContext &context)
{
    const bool isLead = salesforceObject(context.settings) == u"Lead"_s;
    const bool closed = reply.boolean(isLead ? u"/IsConverted"_s : u"/IsClosed"_s);
    return reply.finish(
        RemoteTask{reply.text(u"/Status"_s), closed, originOf(context.base) + u'/' + context.externalId});
}

Result<Request> salesforceDescribeRequest(const CrmContext &context)
{
    return getFrom(salesforcePath(u"/sobjects/%1/describe"_s.arg(salesforceObject(context.settings))));
}

Result<std::vector<FieldChoice>> salesforceChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &field : reply.array(u"/fields"_s)) {
        if (!field.optionalBoolean(u"/createable"_s).value_or(false))
            continue;
        for (JsonReader &value : field.optionalArray(u"/picklistValues"_s)) {
            if (value.optionalBoolean(u"/active"_s).value_or(true))
                choices.push_back({field.text(u"/name"_s), value.text(u"/value"_s), textOr(value, u"/label"_s)});
        }
    }
    return reply.finish(choices);
}

Result<Request> salesforceUsersRequest(const CrmContext &context)
{
    if (context.cursor.startsWith(u"/services/data/"_s))
        return getFrom(context.cursor);
    return salesforceQuery(
        u"SELECT Id, Name FROM User WHERE IsActive = true AND UserType = 'Standard' ORDER BY Name"_s);
}

Result<std::vector<FieldChoice>> salesforceUsers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"OwnerId"_s, {u"/records"_s, u"/Id"_s, u"/Name"_s}));
}

Result<Request> salesforceRootRequest(const CrmContext &) { return getFrom(salesforcePath({})); }

/// The address of the identity ends with the user's id.
Result<CrmFinding> salesforceIdentity(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{{}, {{u"user"_s, reply.text(u"/identity"_s).section(u'/', -1)}}});
}

Result<Request> salesforceUserRequest(const CrmContext &context)
{
    return getFrom(salesforcePath(u"/sobjects/User/"_s + pathPart(context.known.value(u"user"_s).toString())),
                   {{u"fields"_s, u"Name,Username"_s}});
}

Result<CrmFinding> salesforceUser(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(CrmFinding{
        u"Signed in to %1 as %2 (%3)."_s.arg(context.base.host(), reply.text(u"/Name"_s), reply.text(u"/Username"_s))});
}

Result<CrmFinding> salesforceObjectFinding(JsonReader &reply, const CrmContext &context)
{
    const QString label = reply.text(u"/label"_s);
    const QString name = salesforceKeyField(context.settings);
    bool isKey = name.isEmpty();
    for (JsonReader &field : reply.array(u"/fields"_s))
        isKey = isKey
            || (textOr(field, u"/name"_s) == name && field.boolean(u"/externalId"_s) && field.boolean(u"/unique"_s));
    const bool createable = reply.boolean(u"/createable"_s);
    if (!reply.ok())
        return reply.error();
    if (!createable)
        return makeError(Error::Kind::Unauthorized, u"This user may not make a %1 in Salesforce."_s.arg(label));
    if (!isKey) {
        return makeError(
            Error::Kind::Refused,
            u"The field %1 of %2 is not there, or it is no external id with unique values."_s.arg(name, label));
    }
    return CrmFinding{u"A task becomes a %1; %2."_s.arg(
        label,
        name.isEmpty() ? u"a repeat is found by the line in its description"_s : u"our key goes into "_s + name)};
}

/// A version of a new document that lies at the record from the start.
Result<Request> salesforceAttach(const CrmContext &context)
{
    const QJsonObject version{{u"PathOnClient"_s, context.file.name},
                              {u"FirstPublishLocationId"_s, context.externalId}};
    const QString json = QString::fromUtf8(QJsonDocument(version).toJson(QJsonDocument::Compact));
    return multipartTo(QUrl(salesforcePath(u"/sobjects/ContentVersion"_s)), context, u"VersionData"_s,
                       {{u"entity_content"_s, json, "application/json"}});
}

Result<Request> salesforceAttached(const CrmContext &context)
{
    if (context.cursor.startsWith(u"/services/data/"_s))
        return getFrom(context.cursor);
    return salesforceQuery(u"SELECT PathOnClient, ContentSize FROM ContentVersion WHERE FirstPublishLocationId = "_s
                           + soqlText(context.externalId));
}

CrmSpec salesforceSpec()
{
    CrmSpec spec;
    spec.id = u"salesforce"_s;
    spec.title = u"Salesforce"_s;
    spec.form = salesforceForm();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {false, u"Salesforce REST API Developer Guide, v62.0; no contract of the vendor's own"_s, {}};
    spec.tokens = {&salesforceSignIn, &salesforceToken, &Credentials::bearer, u"refresh_token"_s};
    spec.limit = RateLimit{20, 1s}; // its own limits are of a day, and of 25 long calls at the same time
    spec.failure = &salesforceFailure;
    spec.idempotencyOf = &salesforceClass;
    spec.indexLag = 5s; // a query reads the database itself
    spec.findContact = {&salesforceFindContact, &salesforceContact, &salesforceWantsContact};
    spec.createContact = {&salesforceCreateContact, &salesforceNewContact};
    spec.createTask = {&salesforceCreate, &salesforceCreated};
    spec.lookUps = {{&salesforceFindByField, &salesforceFound, &salesforceHasKeyField},
                    {&salesforceFindByText, &salesforceFound, &salesforceHasNoKeyField, &salesforceNextPage}};
    spec.attach = {{&salesforceAttach, &factAt<"file", "/id">}};
    spec.attached = {&salesforceAttached, &filesAt<"/records", "/PathOnClient", "/ContentSize">, nullptr,
                     &salesforceNextPage};
    spec.largestFile = largestAttachedFile;
    spec.status = {&salesforceStatusRequest, &salesforceStatus};
    spec.fields = {{&salesforceDescribeRequest, &salesforceChoices},
                   {&salesforceUsersRequest, &salesforceUsers, nullptr, &salesforceNextPage}};
    spec.test = {{&salesforceRootRequest, &salesforceIdentity},
                 {&salesforceUserRequest, &salesforceUser},
                 {&salesforceDescribeRequest, &salesforceObjectFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_salesforce(const ConnectorServices &services) { return makeCrmInfo<&salesforceSpec>(services); }

} // namespace patchbay
