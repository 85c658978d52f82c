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

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit salesforceTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit salesforceTextLimit{32000, TextLimit::Unit::Utf16};

std::vector<FormField> salesforceForm()
{
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "My Domain, for example https://acme.my.salesforce.com")),
        signInField({{"client_credentials", QT_TRANSLATE_NOOP("form", "As the app's run-as user")},
                     {"refresh_token", QT_TRANSLATE_NOOP("form", "With the browser, or a refresh token")}}),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Consumer key"), true),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Consumer secret"), false),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false),
        objectField({{"Case", QT_TRANSLATE_NOOP("form", "Case")},
                     {"Lead", QT_TRANSLATE_NOOP("form", "Lead")},
                     {"Task", QT_TRANSLATE_NOOP("form", "Task")}}),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (API name)"), false,
                  QT_TRANSLATE_NOOP("form", "An external id with unique values, such as Patchbay_Key__c")),
        tokenAddressField(),
        authorizeAddressField(),
    };
}

OAuthOffer salesforceVendor(const AccountConfig &account)
{
    const QString own = originOf(QUrl(settingText(account.settings, u"url"_s)));
    return oauthVendor(own + u"/services/oauth2/authorize"_s, own + u"/services/oauth2/token"_s,
                       u"api refresh_token"_s);
}

/// Errors are an array of {errorCode, message}; some codes say more than their status.
std::optional<VendorFailure> salesforceFailure(const Reply &reply, Timestamp)
{
    if (reply.status < 400)
        return {};
    const JsonReader errors = JsonReader::parse(reply.body, u"reply"_s);
    const QString words = textOr(errors, u"/0/message"_s);
    // Of a day, or of what runs at the same time.
    const auto limitEnds = words.contains(u"Concurrent"_s) ? 30s : 900s;
    return failureOf(textOr(errors, u"/0/errorCode"_s), words,
                     {{{u"REQUEST_LIMIT_EXCEEDED"_s}, Error::Kind::RateLimited, limitEnds},
                      {{u"UNABLE_TO_LOCK_ROW"_s}, Error::Kind::Remote, 10s},
                      {{u"DUPLICATE_VALUE"_s}, Error::Kind::Conflict}});
}

/// A text inside a literal of SOQL, by its rules for reserved characters.
QString soqlText(const QString &text)
{
    return QString(text)
        .replace(u'\\', u"\\\\"_s)
        .replace(u'\'', u"\\'"_s)
        .replace(u'"', u"\\\""_s)
        .replace(u'\n', u' ');
}

constexpr Literal soqlPath = "/services/data/v62.0/query?q=";
template <Literal query> constexpr auto soqlAt = &quotedAt<soqlPath + query, &soqlText>;
constexpr auto salesforceIsLead = &settingIs<"object", "Lead">;

/// Leads are a person themselves, found by the mail address.
ObjectNames salesforceNames()
{
    return {{u"person"_s, u"title"_s, u"closed"_s, u"priorities"_s},
            {{u"Case"_s, {u"ContactId"_s, u"Subject"_s, u"IsClosed"_s, u"Low, Medium, High, High"_s}},
             {u"Lead"_s, {u""_s, u"Name"_s, u"IsConverted"_s}},
             {u"Task"_s, {u"WhoId"_s, u"Subject"_s, u"IsClosed"_s, u"Low, Normal, High, High"_s}}}};
}

constexpr auto salesforceFindContact = &eitherRequest<
    &hasMail, soqlAt<"SELECT Id FROM Contact WHERE Email = '{mail}' ORDER BY CreatedDate LIMIT 1">,
    soqlAt<"SELECT Id FROM Contact WHERE Phone = '{phone}' OR MobilePhone = '{phone}' ORDER BY CreatedDate LIMIT 1">>;

PersonFields salesforcePerson()
{
    return {u"FirstName"_s, u"LastName"_s, u"Email"_s, u"Phone"_s, 40, 80, u"[not provided]"_s};
}

constexpr auto salesforcePage = &pageAt<"/{id}">;

/// An alert of a duplicate rule is for people; a rule that blocks still blocks.
template <auto write>
constexpr auto salesforceAllowsAlerts = &withHeader<write, "Sforce-Duplicate-Rule-Header", "allowSave=true">;

Result<Request> salesforceCreateContact(const CrmContext &context)
{
    return postTo(u"/services/data/v62.0/sobjects/Contact"_s, personRecord(context.task, salesforcePerson()));
}

QJsonObject salesforceRecord(const CrmContext &context)
{
    const TaskPayload &task = context.task;
    if (salesforceIsLead(context))
        return leadRecord(task, context.key, salesforcePerson(), salesforceTextLimit);
    const bool isTask = settingIs<"object", "Task">(context);
    const QString title = taskTitle(task, salesforceTitleLimit);
    return filled({{u"Subject"_s, title},
                   {u"Description"_s, taskText(task, context.key, salesforceTextLimit, title)},
                   {u"Priority"_s, priorityIn(settingOf(context, u"object.priorities"_s), task.priority)},
                   {u"ActivityDate"_s, isTask ? dueDay(task) : QString()},
                   {settingOf(context, u"object.person"_s), context.known.value(u"contact"_s)}});
}

Result<Request> salesforceCreate(const CrmContext &context)
{
    const QString field = settingOf(context, u"key_field"_s);
    const Result<QJsonObject> record =
        withFields(salesforceRecord(context), context.task.fields, {u"Subject"_s, u"Description"_s, field});
    if (!record)
        return record.error();
    const QString path = u"/services/data/v62.0/sobjects/"_s + settingOf(context, u"object"_s);
    if (field.isEmpty())
        return postTo(path, *record);
    return patchAt(u"%1/%2/%3"_s.arg(path, pathPart(field), pathPart(context.key)), *record);
}

/// A description cannot be a condition in SOQL, and the search index lags: what was made since the key is read.
constexpr auto salesforceFindByText =
    &eitherRequest<&hasKeyTime,
                   soqlAt<"SELECT Id, Description FROM {object} WHERE CreatedDate >= {since} ORDER BY CreatedDate">,
                   soqlAt<"SELECT Id, Description FROM {object} ORDER BY CreatedDate">>;
constexpr auto salesforceFound =
    &firstOfOurs<"/records", &hasKeyIn<"key_field", "/Description">, &elementAt<"/Id", salesforcePage>>;
constexpr auto salesforceNextPage = &nextAt<"/nextRecordsUrl">;

RemoteTask salesforceState(JsonReader &record, const CrmContext &context)
{
    const bool closed = record.boolean(u'/' + settingOf(context, u"object.closed"_s));
    const QString id = record.optionalId(u"/Id"_s).value_or(context.externalId);
    return {record.text(u"/Status"_s), closed, salesforcePage(context, id), {}, id};
}

constexpr auto salesforceRecordsOf = soqlAt<
    "SELECT Id, {object.title}, Status, {object.closed}, LastModifiedDate "
    "FROM {object} WHERE {object.person} = '{contact}' ORDER BY {object.closed}, LastModifiedDate DESC LIMIT 50">;
constexpr auto salesforceLeadsOf =
    soqlAt<"SELECT Id, {object.title}, Status, {object.closed}, LastModifiedDate "
           "FROM {object} WHERE Email = '{mail}' ORDER BY {object.closed}, LastModifiedDate DESC LIMIT 50">;

constexpr auto salesforceDescribe = &getAt<"/services/data/v62.0/sobjects/{object}/describe">;

Result<CrmFinding> salesforceObjectFinding(JsonReader &reply, const CrmContext &context)
{
    const QString label = reply.text(u"/label"_s);
    const QString name = settingOf(context, u"key_field"_s);
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
        return refusal(
            u"The field %1 of %2 is not there, or it is no external id with unique values."_s.arg(name, label));
    }
    return CrmFinding{u"A task becomes a %1; %2."_s.arg(label, wayOfRepeats(name))};
}

/// A version of a new document that lies at the record from the start.
Result<Request> salesforceAttach(const CrmContext &context)
{
    const QJsonObject version{{u"PathOnClient"_s, context.file.name},
                              {u"FirstPublishLocationId"_s, context.externalId}};
    const QString json = QString::fromUtf8(QJsonDocument(version).toJson(QJsonDocument::Compact));
    return multipartTo(QUrl(u"/services/data/v62.0/sobjects/ContentVersion"_s), context, u"VersionData"_s,
                       {{u"entity_content"_s, json, "application/json"}});
}

CrmSpec salesforceSpec()
{
    CrmSpec spec;
    spec.id = u"salesforce"_s;
    spec.title = u"Salesforce"_s;
    spec.form = salesforceForm();
    spec.names = salesforceNames();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {false, u"Salesforce REST API Developer Guide, v62.0; no contract of the vendor's own"_s, {}};
    // There is no expires_in: a session ends when the organisation's settings say so, and is told by 401.
    spec.tokens = {&tokenRequestBy<&salesforceVendor>, &tokenWithBase<"/instance_url">, &Credentials::bearer,
                   u"refresh_token"_s};
    spec.signIn = &offerBy<&salesforceVendor>;
    // Older than RFC 8628, with names of its own.
    spec.device = {u"token"_s, u"response_type=device_code"_s, u"device"_s, u"code"_s};
    spec.limit = RateLimit{20, 1s}; // its own limits are of a day, and of 25 long calls at the same time
    spec.failure = &salesforceFailure;
    spec.idempotencyOf = &classBy<"key_field", Idempotency::Upsert, Idempotency::Lookup>;
    spec.indexLag = 5s; // a query reads the database itself
    spec.findContact = {salesforceFindContact, &contactAt<"/records", "/Id">,
                        &allOf<&isSet<"object.person">, &hasPerson>};
    spec.createContact = {salesforceAllowsAlerts<&salesforceCreateContact>, &factAt<"contact", "/id">};
    spec.createTask = {salesforceAllowsAlerts<&salesforceCreate>, &createdAt<"/id", salesforcePage, &JsonReader::text>};
    spec.lookUps = {{soqlAt<"SELECT Id, {key_field} FROM {object} WHERE {key_field} = '{key}'">, salesforceFound,
                     &isSet<"key_field">},
                    {&followed<salesforceFindByText>, salesforceFound, &isNotSet<"key_field">, salesforceNextPage}};
    spec.attach = {{&salesforceAttach, &factAt<"file", "/id">}};
    spec.attached = {&followed<soqlAt<"SELECT PathOnClient, ContentSize FROM ContentVersion "
                                      "WHERE FirstPublishLocationId = '{id}'">>,
                     &filesAt<"/records", "/PathOnClient", "/ContentSize">, nullptr, salesforceNextPage};
    spec.largestFile = largestAttachedFile;
    spec.status = {&getAt<"/services/data/v62.0/sobjects/{object}/{id}?fields=Status,{object.closed}">,
                   &stateAt<"", &salesforceState>};
    spec.records = {&eitherRequest<salesforceIsLead, &forPerson<&hasMail, salesforceLeadsOf>,
                                   &forPerson<&knowsContact, salesforceRecordsOf>>,
                    &recordsAt<"/records", "/Id", "/{object.title}", "/LastModifiedDate", &salesforceState>};
    spec.recordIn = &idBehind<"Case", "Lead", "Task">; // "/lightning/r/Case/<id>/view", and "/<id>" of older pages
    spec.fields = {{salesforceDescribe,
                    &choicesInside<"/fields", "/name", "/picklistValues", "/value", "/label",
                                   &thoseWith<"/createable", false>, &thoseWith<"/active", true>>},
                   {&followed<soqlAt<"SELECT Id, Name FROM User WHERE IsActive = true "
                                     "AND UserType = 'Standard' ORDER BY Name">>,
                    &choicesAt<"OwnerId", "/records", "/Id", "/Name">, nullptr, salesforceNextPage}};
    spec.test = {{&getAt<"/services/data/v62.0">, &remembersEnd<"user", "/identity">},
                 {&getAt<"/services/data/v62.0/sobjects/User/{known.user}?fields=Name,Username">,
                  &signedInAs<"/Name", "/Username">},
                 {salesforceDescribe, &salesforceObjectFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_salesforce(const ConnectorServices &services) { return makeCrmInfo<&salesforceSpec>(services); }

} // namespace patchbay
