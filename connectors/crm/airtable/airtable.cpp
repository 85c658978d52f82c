#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"

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
        apiAddressField("https://api.airtable.com/v0"),
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

/// Everything that is written; a repeat of the key writes it again to the same record.
Result<QJsonObject> airtableValues(const CrmContext &context)
{
    const QString title = taskTitle(context.task, airtableTitleLimit);
    const std::tuple<QString, QString> values[] = {
        {u"key_field"_s, context.key},
        {u"title_field"_s, title},
        {u"text_field"_s, taskText(context.task, context.key, airtableTextLimit, title)},
        {u"priority_field"_s, priorityWord(context.task.priority)},
        {u"due_field"_s, dueInstant(context.task)}};
    QJsonObject fields;
    QStringList ours;
    for (const auto &[setting, value] : values) {
        const QString name = settingOf(context, setting);
        if (name.isEmpty())
            continue;
        ours << name;
        insertText(fields, name, value);
    }
    return withFields(fields, context.task.fields, ours);
}

Result<Request> airtableUpsert(const CrmContext &context)
{
    const Result<QJsonObject> fields = airtableValues(context);
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

bool airtableIsOurs(JsonReader &record, const CrmContext &context)
{
    return textOr(record, u"/fields"_s + pointerStep(airtableKeyField(context))) == context.key;
}

Receipt airtableReceipt(JsonReader &record, const CrmContext &context)
{
    const QString id = record.id(u"/id"_s);
    return {id, airtablePage(context, id)};
}

Result<Request> airtableRecordRequest(const CrmContext &context)
{
    const QString field = settingOf(context, u"status_field"_s);
    if (field.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"No field for the status is set, so nothing says how the task stands."_s);
    return getFrom(airtablePath(context) + u'/' + pathPart(context.externalId),
                   {{u"returnFieldsByFieldId"_s, airtableByFieldId(field)}});
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

/// Our table in the list of all.
std::optional<JsonReader> airtableTable(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingOf(context, u"table"_s);
    for (JsonReader &table : reply.array(u"/tables"_s)) {
        if (table.id(u"/id"_s) == wanted || table.text(u"/name"_s) == wanted)
            return table;
    }
    return std::nullopt;
}

Result<std::vector<FieldChoice>> airtableChoices(JsonReader &reply, const CrmContext &context)
{
    std::vector<FieldChoice> choices;
    std::optional<JsonReader> table = airtableTable(reply, context);
    for (JsonReader &field : table ? table->array(u"/fields"_s) : std::vector<JsonReader>()) {
        for (JsonReader &choice : field.optionalArray(u"/options/choices"_s))
            choices.push_back({field.text(u"/name"_s), choice.text(u"/name"_s), choice.text(u"/name"_s)});
    }
    return reply.finish(choices);
}

Result<CrmFinding> airtableFinding(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingOf(context, u"table"_s);
    std::optional<JsonReader> table = airtableTable(reply, context);
    if (!reply.ok())
        return reply.error();
    if (!table)
        return makeError(Error::Kind::Refused, u"The base has no table \"%1\"."_s.arg(wanted));
    QHash<QString, QString> types;
    for (JsonReader &field : table->array(u"/fields"_s)) {
        const QString type = field.text(u"/type"_s);
        types.insert(field.text(u"/name"_s), type);
        types.insert(field.id(u"/id"_s), type);
    }
    for (const QString &setting :
         {u"key_field"_s, u"title_field"_s, u"text_field"_s, u"priority_field"_s, u"due_field"_s, u"status_field"_s}) {
        const QString field = settingOf(context, setting);
        if (!field.isEmpty() && !types.contains(field))
            return makeError(Error::Kind::Refused, u"The table has no field \"%1\" (%2)."_s.arg(field, setting));
    }
    const QString keyField = airtableKeyField(context);
    if (const QString type = types.value(keyField); type != u"singleLineText"_s && type != u"multilineText"_s)
        return makeError(Error::Kind::Refused,
                         u"The field \"%1\" is no text (%2), so it cannot hold our key."_s.arg(keyField, type));
    return reply.finish(
        CrmFinding{u"Signed in; tasks become records of the table “%1”."_s.arg(table->text(u"/name"_s))});
}

Result<Done> airtableCheck(const AccountConfig &account)
{
    CrmContext context;
    context.settings = account.settings;
    if (airtableKeyField(context).isEmpty())
        return makeError(Error::Kind::Refused,
                         u"Field for our key (key_field): is missing; records are merged on it."_s);
    return Done{};
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
    spec.createTask = {&airtableUpsert, &onlyReceipt<"/records", &airtableReceipt, "does not have the one record">};
    spec.lookUps = {
        {&airtableFind, &firstOfOurs<"/records", &airtableIsOurs, &airtableReceipt>, nullptr, &nextAt<"/offset">}};
    spec.status = {&airtableRecordRequest, &airtableStatus};
    spec.fields = {{airtableTablesRequest, &airtableChoices}};
    spec.test = {{airtableTablesRequest, &airtableFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_airtable(const ConnectorServices &services) { return makeCrmInfo<&airtableSpec>(services); }

} // namespace patchbay
