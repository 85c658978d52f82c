#include "connectors/kit/bodies.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/elsewhere.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/sheet_rows.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit airtableTitleLimit{500, TextLimit::Unit::Characters};
constexpr TextLimit airtableTextLimit{90000, TextLimit::Unit::Utf16}; // a long text holds 100,000 characters

std::vector<FormField> airtableForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Personal access token"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with pat")),
        textField("base", QT_TRANSLATE_NOOP("form", "Base (id)"), true,
                  QT_TRANSLATE_NOOP("form", "In the address of the base, begins with app")),
        textField("table", QT_TRANSLATE_NOOP("form", "Table (id or name)"), true,
                  QT_TRANSLATE_NOOP("form", "The id begins with tbl and stays when the table is renamed")),
        proposedField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key"), "Patchbay key",
                      QT_TRANSLATE_NOOP("form", "A single-line text that nobody else writes to")),
        proposedField("title_field", QT_TRANSLATE_NOOP("form", "Field for the title"), "Name"),
        proposedField("text_field", QT_TRANSLATE_NOOP("form", "Field for the text"), "Notes",
                      QT_TRANSLATE_NOOP("form", "A long text")),
        proposedField("priority_field", QT_TRANSLATE_NOOP("form", "Field for the priority"), "",
                      QT_TRANSLATE_NOOP("form", "A text or a selection of low, normal, high, urgent; empty: none")),
        proposedField("due_field", QT_TRANSLATE_NOOP("form", "Field for the due time"), "",
                      QT_TRANSLATE_NOOP("form", "A date; empty: none")),
        proposedField("status_field", QT_TRANSLATE_NOOP("form", "Field for the status"), "",
                      QT_TRANSLATE_NOOP("form", "Is only read; empty: the status is not read back")),
        proposedField("closed_words", QT_TRANSLATE_NOOP("form", "Statuses that mean closed"), "Done, Closed",
                      QT_TRANSLATE_NOOP("form", "Separated by commas")),
        textField("attachment_field", QT_TRANSLATE_NOOP("form", "Field for files"), false,
                  QT_TRANSLATE_NOOP("form", "An attachment field; empty: the text names the files")),
        apiAddressField("https://api.airtable.com/v0"),
        furtherAddressField("content_url", QT_TRANSLATE_NOOP("form", "Address for files"),
                            "https://content.airtable.com/v0"),
    };
}

constexpr OAuthApp airtableApp{"https://airtable.com/oauth2/v1/authorize",
                               "https://airtable.com/oauth2/v1/token",
                               "data.records:read data.records:write schema.bases:read",
                               "",
                               "localhost",
                               true};

/// After a 429 nothing is answered for 30 seconds; no header says so. A used-up month stays used up for longer.
std::optional<VendorFailure> airtableFailure(const Reply &reply, Timestamp)
{
    const bool usedUp = reply.body.contains("PUBLIC_API_BILLING_LIMIT_EXCEEDED");
    return tooMany(reply, usedUp ? std::chrono::hours(1) : std::chrono::seconds(30));
}

QString airtableKeyField(const CrmContext &context) { return settingOf(context, u"key_field"_s); }

QString airtablePath(const CrmContext &context)
{
    return u"/%1/%2"_s.arg(pathPart(settingOf(context, u"base"_s)), pathPart(settingOf(context, u"table"_s)));
}

/// A repeat of the key writes everything again to the same record.
Result<Request> airtableUpsert(const CrmContext &context)
{
    const QString title = taskTitle(context.task, airtableTitleLimit);
    const Result<QJsonObject> fields =
        rowWith(context,
                {{u"key_field"_s, context.key},
                 {u"title_field"_s, title},
                 {u"text_field"_s, taskText(context.task, context.key, airtableTextLimit, title)},
                 {u"priority_field"_s, priorityWord(context.task.priority)},
                 {u"due_field"_s, dueInstant(context.task)}});
    if (!fields)
        return fields.error();
    const QJsonObject upsert{{u"fieldsToMergeOn"_s, QJsonArray{airtableKeyField(context)}}};
    return patchAt(airtablePath(context),
                   {{u"performUpsert"_s, upsert},
                    {u"records"_s, QJsonArray{QJsonObject{{u"fields"_s, *fields}}}},
                    {u"typecast"_s, true}});
}

/// The page of a record is only known below the table's id.
QString airtablePage(const CrmContext &context, const QString &record)
{
    const QString path = airtablePath(context);
    return settingOf(context, u"table"_s).startsWith(u"tbl"_s)
        ? u"https://airtable.com"_s + path + u'/' + pathPart(record)
        : QString();
}

/// The values come under the ids of their fields when the setting names one.
QString airtableByFieldId(const QString &field)
{
    return field.startsWith(u"fld"_s) && field.size() == 17 ? u"true"_s : QString();
}

Result<Request> airtableFind(const CrmContext &context)
{
    const QString field = airtableKeyField(context);
    const QString name = QString(field).replace(u'\\', u"\\\\"_s).replace(u'}', u"\\}"_s);
    return getFrom(airtablePath(context),
                   {{u"filterByFormula"_s, u"{%1}=\"%2\""_s.arg(name, context.key)},
                    {u"pageSize"_s, u"100"_s},
                    {u"returnFieldsByFieldId"_s, airtableByFieldId(field)},
                    {u"offset"_s, context.cursor}});
}

constexpr auto airtableReceipt = &elementAt<"/id", &airtablePage>;

/// The record with the values under the ids of their fields when this one is named so.
Request airtableRecord(const CrmContext &context, const QString &field)
{
    return getFrom(airtablePath(context) + u'/' + pathPart(context.externalId),
                   {{u"returnFieldsByFieldId"_s, airtableByFieldId(field)}});
}

Result<Request> airtableRecordRequest(const CrmContext &context)
{
    const QString field = settingOf(context, u"status_field"_s);
    if (field.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"No field for the status is set, so nothing says how the task stands."_s);
    return airtableRecord(context, field);
}

Result<Request> airtableFilesRequest(const CrmContext &context)
{
    return airtableRecord(context, settingOf(context, u"attachment_field"_s));
}

/// An empty cell is left out of the answer.
Result<std::vector<CrmFile>> airtableFiles(JsonReader &reply, const CrmContext &context)
{
    const QString cell = u"/fields"_s + pointerStep(settingOf(context, u"attachment_field"_s));
    return reply.finish(readFilesIfAny(reply, cell, u"/filename"_s, u"/size"_s, u"/id"_s));
}

/// An empty cell is left out of the answer.
Result<RemoteTask> airtableStatus(JsonReader &reply, const CrmContext &context)
{
    const QString id = reply.id(u"/id"_s);
    const QJsonValue value = reply.value(u"/fields"_s + pointerStep(settingOf(context, u"status_field"_s)));
    RemoteTask task;
    task.status = value.isBool() ? (value.toBool() ? u"true"_s : u"false"_s) : value.toString();
    task.url = airtablePage(context, id);
    task.closed = isAmong(settingOf(context, u"closed_words"_s), task.status);
    return reply.finish(task);
}

constexpr auto airtableTablesRequest = &getAt<"/meta/bases/{base}/tables">;

Result<std::vector<FieldChoice>> airtableChoices(JsonReader &reply, const CrmContext &context)
{
    std::vector<FieldChoice> choices;
    std::optional<JsonReader> table = elementNamed(reply, u"/tables"_s, settingOf(context, u"table"_s));
    for (JsonReader &field : table ? table->array(u"/fields"_s) : std::vector<JsonReader>()) {
        for (JsonReader &choice : field.optionalArray(u"/options/choices"_s))
            choices.push_back({field.text(u"/name"_s), choice.text(u"/name"_s), choice.text(u"/name"_s)});
    }
    return reply.finish(choices);
}

Result<CrmFinding> airtableFinding(JsonReader &reply, const CrmContext &context)
{
    std::optional<JsonReader> table = elementNamed(reply, u"/tables"_s, settingOf(context, u"table"_s));
    if (!reply.ok())
        return reply.error();
    if (!table)
        return makeError(Error::Kind::Refused, u"The base has no table \"%1\"."_s.arg(settingOf(context, u"table"_s)));
    QJsonObject types;
    for (JsonReader &field : table->array(u"/fields"_s)) {
        const QString type = field.text(u"/type"_s);
        types.insert(field.text(u"/name"_s), type);
        types.insert(field.id(u"/id"_s), type);
    }
    const Result<Done> there =
        checkNamedColumns(types,
                          {u"key_field"_s, u"title_field"_s, u"text_field"_s, u"priority_field"_s, u"due_field"_s,
                           u"status_field"_s, u"attachment_field"_s},
                          context, u"The table has no field \"%1\" (%2)."_s);
    if (!there)
        return there.error();
    const QString keyField = airtableKeyField(context);
    if (const QString type = types.value(keyField).toString();
        type != u"singleLineText"_s && type != u"multilineText"_s)
        return makeError(Error::Kind::Refused,
                         u"The field \"%1\" is no text (%2), so it cannot hold our key."_s.arg(keyField, type));
    const QString files = settingOf(context, u"attachment_field"_s);
    if (!files.isEmpty() && types.value(files) != u"multipleAttachments"_s)
        return makeError(Error::Kind::Refused, u"The field \"%1\" is none for attachments."_s.arg(files));
    return reply.finish(
        CrmFinding{u"Signed in; tasks become records of the table “%1”."_s.arg(table->text(u"/name"_s))});
}

Result<Done> airtableCheck(const AccountConfig &account)
{
    return checkNeeded(account.settings, {u"key_field"_s},
                       u"Field for our key (%1): is missing; records are merged on it."_s);
}

CrmSpec airtableSpec()
{
    CrmSpec spec;
    spec.id = u"airtable"_s;
    spec.title = u"Airtable"_s;
    spec.form = airtableForm();
    spec.objects = {u"Record"_s};
    spec.contract = {false, u"Airtable Web API (its documentation)"_s, u"2025"_s};
    spec.check = &airtableCheck;
    spec.auth = &bearerOf<"token">;
    offerBrowserSignIn<airtableApp>(spec);
    spec.limit = RateLimit{5, std::chrono::seconds(1)}; // of one base, for everybody who asks it
    spec.idempotency = Idempotency::Upsert;
    spec.failure = &airtableFailure;
    spec.createTask = {&airtableUpsert, &onlyReceipt<"/records", airtableReceipt, "does not have the one record">};
    spec.lookUps = {{&airtableFind, &firstOfOurs<"/records", &hasKeyIn<"key_field", "", "/fields">, airtableReceipt>,
                     nullptr, &nextAt<"/offset">}};
    spec.attach = {{&belowSetting<"content_url",
                                  &postJson<"/{base}/{id}/{attachment_field}/uploadAttachment",
                                            R"({"contentType": "{file.type}", "filename": "{file.name}",
                                              "file": "{file.base64}"})">>,
                    &factAt<"file", "/id">, &isSet<"attachment_field">}};
    spec.attached = {&airtableFilesRequest, &airtableFiles};
    spec.largestFile = 5'000'000; // in one call
    spec.furtherAddresses = {u"content_url"_s};
    spec.status = {&airtableRecordRequest, &airtableStatus};
    spec.fields = {{airtableTablesRequest, &airtableChoices}};
    spec.test = {{airtableTablesRequest, &airtableFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_airtable(const ConnectorServices &services) { return makeCrmInfo<&airtableSpec>(services); }

} // namespace patchbay
