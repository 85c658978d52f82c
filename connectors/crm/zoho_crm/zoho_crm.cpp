#include "connectors/crm/zoho_crm/zoho_failure.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit zohoTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit zohoTextLimit{32000, TextLimit::Unit::Utf16};

std::vector<FormField> zohoForm()
{
    FormField closed = textField("closed_statuses", QT_TRANSLATE_NOOP("form", "Statuses that mean closed"), false,
                                 QT_TRANSLATE_NOOP("form", "Separated by commas"));
    closed.initial = u"Closed, Completed, Junk Lead, Lost Lead"_s;
    return {
        textField("client_id", QT_TRANSLATE_NOOP("form", "Client id"), true),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Client secret"), true),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), true),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"Cases"_s, u"Leads"_s, u"Tasks"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Case")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Lead")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Task"))}),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (API name)"), false,
                  QT_TRANSLATE_NOOP("form", "A single-line field that does not allow duplicate values")),
        closed,
        tokenAddressField("https://accounts.zoho.com/oauth/v2/token"),
        apiAddressField("https://www.zohoapis.com"),
    };
}

Result<Request> zohoSignIn(const AccountConfig &account)
{
    const Result<QUrl> address = tokenUrlOf(account, u"https://accounts.zoho.com/oauth/v2/token"_s);
    return address ? refreshTokenRequest(account, *address) : Result<Request>(address.error());
}

Result<AccessToken> zohoToken(JsonReader &reply, const AccountConfig &account)
{
    return readTokenReplyWithBase(reply, account, u"/api_domain"_s);
}

Credentials zohoCredentials(const QString &token)
{
    return Credentials::scheme(QByteArrayLiteral("Zoho-oauthtoken"), token);
}

QString zohoModule(const QJsonObject &settings)
{
    const QString module = settingText(settings, u"object"_s);
    return module.isEmpty() ? u"Cases"_s : module;
}
QString zohoPath(const QString &rest) { return u"/crm/v8/"_s + rest; }
QString zohoKeyField(const QJsonObject &settings) { return settingText(settings, u"key_field"_s); }
bool zohoHasKeyField(const CrmContext &context) { return !zohoKeyField(context.settings).isEmpty(); }
bool zohoHasNoKeyField(const CrmContext &context) { return !zohoHasKeyField(context); }

Idempotency zohoClass(const QJsonObject &settings)
{
    return zohoKeyField(settings).isEmpty() ? Idempotency::Lookup : Idempotency::Upsert;
}

bool zohoWantsContact(const CrmContext &context)
{
    return zohoModule(context.settings) != u"Leads"_s && taskPerson(context.task).isKnown();
}

Result<Request> zohoFindContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    return getFrom(
        zohoPath(u"Contacts/search"_s),
        {{u"email"_s, person.mail}, {u"phone"_s, person.phone}, {u"fields"_s, u"Email"_s}, {u"per_page"_s, u"1"_s}});
}

Result<QJsonObject> zohoContact(JsonReader &reply, const CrmContext &)
{
    QJsonObject known;
    for (JsonReader &contact : listOrNoContent(reply, u"/data"_s)) // 204: nobody
        known.insert(u"contact"_s, contact.id(u"/id"_s));
    return reply.finish(known);
}

QJsonObject zohoPerson(const TaskPayload &task)
{
    const TaskPerson person = taskPerson(task);
    const QString last = person.lastName.isEmpty() ? u"[not provided]"_s : person.lastName;
    QJsonObject record{{u"Last_Name"_s, cutLine(last, {80, TextLimit::Unit::Utf16})}};
    for (const auto &[name, value] :
         {std::pair{u"First_Name"_s, cutLine(person.firstName, {40, TextLimit::Unit::Utf16})},
          std::pair{u"Email"_s, person.mail}, std::pair{u"Phone"_s, person.phone}}) {
        if (!value.isEmpty())
            record.insert(name, value);
    }
    return record;
}

Result<Request> zohoCreateContact(const CrmContext &context)
{
    return postTo(zohoPath(u"Contacts"_s), {{u"data"_s, QJsonArray{zohoPerson(context.task)}}});
}

/// The id in the only element of an answer to a write.
QString zohoWrittenId(JsonReader &reply)
{
    QString id;
    for (JsonReader &one : reply.array(u"/data"_s)) {
        if (one.text(u"/status"_s) == u"success"_s)
            id = one.id(u"/details/id"_s);
    }
    if (reply.ok() && id.isEmpty())
        reply.fault(u"/data"_s, u"has no record that was written"_s);
    return id;
}

template <Literal name> Result<QJsonObject> zohoNew(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{name.string(), zohoWrittenId(reply)}});
}

QJsonObject zohoRecord(const CrmContext &context)
{
    const QString module = zohoModule(context.settings);
    const QString title = taskTitle(context.task, zohoTitleLimit);
    const QString day = dueDay(context.task);
    if (module == u"Leads"_s) { // has no subject: the title stands in its description
        QJsonObject lead = zohoPerson(context.task);
        lead.insert(u"Company"_s, u"[not provided]"_s);
        lead.insert(u"Description"_s, taskText(context.task, context.key, zohoTextLimit, u" "_s));
        return lead;
    }
    static const QHash<QString, QString> words{{u"low"_s, u"Low"_s}, {u"high"_s, u"High"_s}, {u"urgent"_s, u"High"_s}};
    const bool isTask = module == u"Tasks"_s;
    QJsonObject record{
        {u"Subject"_s, title},
        {u"Description"_s, taskText(context.task, context.key, zohoTextLimit, title)},
        {u"Priority"_s, words.value(priorityWord(context.task.priority), isTask ? u"Normal"_s : u"Medium"_s)}};
    if (isTask && !day.isEmpty())
        record.insert(u"Due_Date"_s, day);
    if (!isTask) { // both are mandatory
        record.insert(u"Status"_s, u"New"_s);
        record.insert(u"Case_Origin"_s, u"Web"_s);
    }
    if (const QString contact = context.known.value(u"contact"_s).toString(); !contact.isEmpty())
        record.insert(isTask ? u"Who_Id"_s : u"Related_To"_s, QJsonObject{{u"id"_s, contact}});
    return record;
}

Result<Request> zohoCreate(const CrmContext &context)
{
    const QString field = zohoKeyField(context.settings);
    QJsonObject record = zohoRecord(context);
    QJsonObject mapped = context.task.fields;
    if (mapped.value(u"Owner"_s).isString() && !settingText(mapped, u"Owner"_s).isEmpty())
        mapped.insert(u"Owner"_s, QJsonObject{{u"id"_s, mapped.value(u"Owner"_s)}});
    if (Result<Done> done = addFields(record, mapped, {u"Subject"_s, u"Description"_s, field}); !done)
        return done.error();
    const QString module = zohoModule(context.settings);
    if (field.isEmpty())
        return postTo(zohoPath(module), {{u"data"_s, QJsonArray{record}}});
    record.insert(field, context.key);
    return postTo(zohoPath(module + u"/upsert"_s),
                  {{u"data"_s, QJsonArray{record}}, {u"duplicate_check_fields"_s, QJsonArray{field}}});
}

/// www.zohoapis.eu has its pages at crm.zoho.eu; Canada has a name of its own.
QString zohoPage(const CrmContext &context, const QString &id)
{
    const QString host = context.base.host();
    if (!host.startsWith(u"www.zohoapis."_s) || id.isEmpty())
        return {};
    const QString region = host.mid(13);
    const QString pages = region == u"ca"_s ? u"crm.zohocloud.ca"_s : u"crm.zoho."_s + region;
    return u"https://%1/crm/tab/%2/%3"_s.arg(pages, zohoModule(context.settings), id);
}

Result<Receipt> zohoCreated(JsonReader &reply, const CrmContext &context)
{
    const QString id = zohoWrittenId(reply);
    return reply.finish(Receipt{id, zohoPage(context, id)});
}

/// COQL reads the records; the search of the API reads an index that lags.
Result<Request> zohoFindByField(const CrmContext &context)
{
    const QString query = u"select id, %1 from %2 where %1 = '%3' limit 2"_s;
    return searchAt(
        zohoPath(u"coql"_s),
        {{u"select_query"_s, query.arg(zohoKeyField(context.settings), zohoModule(context.settings), context.key)}});
}

/// The newest records first, until one is older than the key.
Result<Request> zohoFindByText(const CrmContext &context)
{
    const QString module = zohoModule(context.settings);
    return getFrom(zohoPath(module),
                   {{u"fields"_s, u"Description,Created_Time"_s},
                    {u"sort_by"_s, u"Created_Time"_s},
                    {u"sort_order"_s, u"desc"_s},
                    {u"approved"_s, u"both"_s},
                    {u"converted"_s, module == u"Leads"_s ? u"both"_s : QString()},
                    {u"per_page"_s, u"200"_s},
                    {u"page_token"_s, context.cursor}});
}

Result<std::optional<Receipt>> zohoFound(JsonReader &reply, const CrmContext &context)
{
    const QString field = zohoKeyField(context.settings);
    std::optional<Receipt> found;
    for (JsonReader &record : listOrNoContent(reply, u"/data"_s)) {
        const QString id = record.id(u"/id"_s);
        const bool ours = field.isEmpty() ? hasKeyLine(textOr(record, u"/Description"_s), context.key)
                                          : textOr(record, u'/' + field) == context.key;
        if (!found && ours)
            found = Receipt{id, zohoPage(context, id)};
    }
    return reply.finish(found);
}

QString zohoNextPage(JsonReader &reply, const CrmContext &context)
{
    const std::vector<JsonReader> records = listOrNoContent(reply, u"/data"_s);
    const std::optional<Timestamp> since = keySince(context.key);
    if (!reply.optionalBoolean(u"/info/more_records"_s).value_or(false) || records.empty())
        return {};
    const QString last = textOr(records.back(), u"/Created_Time"_s);
    if (since && !last.isEmpty() && Timestamp::from(QDateTime::fromString(last, Qt::ISODate)) < *since)
        return {};
    return reply.text(u"/info/next_page_token"_s);
}

Result<Request> zohoStatusRequest(const CrmContext &context)
{
    const QString module = zohoModule(context.settings);
    const bool isLead = module == u"Leads"_s;
    return getFrom(zohoPath(module + u'/' + pathPart(context.externalId)),
                   {{u"fields"_s, isLead ? u"Lead_Status,Converted__s"_s : u"Status"_s},
                    {u"converted"_s, isLead ? u"both"_s : QString()}});
}

Result<RemoteTask> zohoStatus(JsonReader &reply, const CrmContext &context)
{
    if (!reply.has(u"/data"_s)) // 204
        return makeError(Error::Kind::NotFound, u"Zoho CRM does not have it any more."_s);
    const bool isLead = zohoModule(context.settings) == u"Leads"_s;
    const QString closed =
        context.settings.value(u"closed_statuses"_s).toString(u"Closed, Completed, Junk Lead, Lost Lead"_s);
    RemoteTask task;
    for (JsonReader &record : reply.array(u"/data"_s)) {
        task.status = record.optionalText(isLead ? u"/Lead_Status"_s : u"/Status"_s).value_or(QString());
        task.closed = record.optionalBoolean(u"/Converted__s"_s).value_or(false);
    }
    for (const QString &word : closed.split(u','))
        task.closed = task.closed || (!task.status.isEmpty() && word.trimmed() == task.status);
    task.url = zohoPage(context, context.externalId);
    return reply.finish(task);
}

Result<Request> zohoFieldsRequest(const CrmContext &context)
{
    return getFrom(zohoPath(u"settings/fields"_s), {{u"module"_s, zohoModule(context.settings)}});
}

Result<std::vector<FieldChoice>> zohoChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &field : reply.array(u"/fields"_s)) {
        const QString name = field.text(u"/api_name"_s);
        for (JsonReader &value : field.optionalArray(u"/pick_list_values"_s))
            choices.push_back({name, value.text(u"/actual_value"_s), textOr(value, u"/display_value"_s)});
    }
    return reply.finish(choices);
}

Result<Request> zohoUsersRequest(const CrmContext &context)
{
    return getFrom(zohoPath(u"users"_s),
                   {{u"type"_s, u"ActiveUsers"_s}, {u"page"_s, context.cursor}, {u"per_page"_s, u"200"_s}});
}

Result<std::vector<FieldChoice>> zohoUsers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"Owner"_s, {u"/users"_s, u"/id"_s, u"/full_name"_s, u"/email"_s}));
}

QString zohoNextUsers(JsonReader &reply, const CrmContext &)
{
    const bool more = reply.optionalBoolean(u"/info/more_records"_s).value_or(false);
    return more ? QString::number(reply.integer(u"/info/page"_s) + 1) : QString();
}

Result<Request> zohoMeRequest(const CrmContext &)
{
    return getFrom(zohoPath(u"users"_s), {{u"type"_s, u"CurrentUser"_s}});
}

Result<CrmFinding> zohoMe(JsonReader &reply, const CrmContext &context)
{
    QString name;
    for (JsonReader &user : reply.array(u"/users"_s))
        name = user.text(u"/full_name"_s);
    return reply.finish(CrmFinding{u"Signed in to %1 as %2."_s.arg(context.base.host(), name)});
}

/// The field's attributes tell whether a repeat could make a second record.
Result<CrmFinding> zohoModuleFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = zohoKeyField(context.settings);
    bool isKey = name.isEmpty();
    for (JsonReader &field : reply.array(u"/fields"_s))
        isKey = isKey
            || (textOr(field, u"/api_name"_s) == name
                && field.value(u"/unique"_s).toObject().contains(u"casesensitive"_s));
    if (!reply.ok())
        return reply.error();
    if (!isKey) {
        return makeError(
            Error::Kind::Refused,
            u"%1 have no field %2 that refuses duplicate values."_s.arg(zohoModule(context.settings), name));
    }
    return CrmFinding{u"Tasks go into %1; %2."_s.arg(
        zohoModule(context.settings),
        name.isEmpty() ? u"a repeat is found by the line in its description"_s : u"our key goes into "_s + name)};
}

QString zohoFilesPath(const CrmContext &context)
{
    return zohoPath(u"%1/%2/Attachments"_s.arg(zohoModule(context.settings), pathPart(context.externalId)));
}

Result<Request> zohoAttach(const CrmContext &context)
{
    return multipartTo(QUrl(zohoFilesPath(context)), context, u"file"_s);
}

Result<Request> zohoAttached(const CrmContext &context)
{
    return getFrom(
        zohoFilesPath(context),
        {{u"fields"_s, u"id,File_Name,Size"_s}, {u"per_page"_s, u"200"_s}, {u"page_token"_s, context.cursor}});
}

QString zohoMoreFiles(JsonReader &reply, const CrmContext &)
{
    const bool more = reply.optionalBoolean(u"/info/more_records"_s).value_or(false);
    return more ? reply.text(u"/info/next_page_token"_s) : QString();
}

CrmSpec zohoSpec()
{
    CrmSpec spec;
    spec.id = u"zoho_crm"_s;
    spec.title = u"Zoho CRM"_s;
    spec.form = zohoForm();
    spec.objects = {u"Case"_s, u"Lead"_s, u"Task"_s, u"Contact"_s};
    spec.contract = {true, u"Zoho CRM API v8 (OpenAPI, bundled)"_s, {}};
    spec.tokens = {&zohoSignIn, &zohoToken, &zohoCredentials};
    spec.limit = RateLimit{10, 1s}; // its own are credits of a day and calls at the same time
    spec.failure = &zohoFailure;
    spec.idempotencyOf = &zohoClass;
    spec.indexLag = 30s; // records are read directly; the search for contacts lags
    spec.findContact = {&zohoFindContact, &zohoContact, &zohoWantsContact};
    spec.createContact = {&zohoCreateContact, &zohoNew<"contact">};
    spec.createTask = {&zohoCreate, &zohoCreated};
    spec.lookUps = {{&zohoFindByField, &zohoFound, &zohoHasKeyField},
                    {&zohoFindByText, &zohoFound, &zohoHasNoKeyField, &zohoNextPage}};
    spec.attach = {{&zohoAttach, &zohoNew<"file">}};
    spec.attached = {&zohoAttached, &filesAt<"/data", "/File_Name", "/Size">, nullptr, &zohoMoreFiles};
    spec.largestFile = 20'000'000;
    spec.status = {&zohoStatusRequest, &zohoStatus};
    spec.fields = {{&zohoFieldsRequest, &zohoChoices}, {&zohoUsersRequest, &zohoUsers, nullptr, &zohoNextUsers}};
    spec.test = {{&zohoMeRequest, &zohoMe}, {&zohoFieldsRequest, &zohoModuleFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_zoho_crm(const ConnectorServices &services) { return makeCrmInfo<&zohoSpec>(services); }

} // namespace patchbay
