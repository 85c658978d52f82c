#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit airtableTitleLimit{500, TextLimit::Unit::Characters};
constexpr TextLimit airtableTextLimit{90000, TextLimit::Unit::Utf16}; // a long text holds 100,000 characters

FormField airtableField(const char *key, const char *label, const char *proposed, const char *help = "")
{
    FormField field = textField(key, label, false, help);
    field.initial = QString::fromLatin1(proposed);
    return field;
}

std::vector<FormField> airtableForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Personal access token"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with pat")),
        textField("base", QT_TRANSLATE_NOOP("form", "Base (id)"), true,
                  QT_TRANSLATE_NOOP("form", "In the address of the base, begins with app")),
        textField("table", QT_TRANSLATE_NOOP("form", "Table (id or name)"), true,
                  QT_TRANSLATE_NOOP("form", "The id begins with tbl and stays when the table is renamed")),
        airtableField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key"), "Patchbay key",
                      QT_TRANSLATE_NOOP("form", "A single-line text that nobody else writes to")),
        airtableField("title_field", QT_TRANSLATE_NOOP("form", "Field for the title"), "Name"),
        airtableField("text_field", QT_TRANSLATE_NOOP("form", "Field for the text"), "Notes",
                      QT_TRANSLATE_NOOP("form", "A long text")),
        airtableField("priority_field", QT_TRANSLATE_NOOP("form", "Field for the priority"), "",
                      QT_TRANSLATE_NOOP("form", "A text or a selection of low, normal, high, urgent; empty: none")),
        airtableField("due_field", QT_TRANSLATE_NOOP("form", "Field for the due time"), "",
                      QT_TRANSLATE_NOOP("form", "A date; empty: none")),
        airtableField("status_field", QT_TRANSLATE_NOOP("form", "Field for the status"), "",
                      QT_TRANSLATE_NOOP("form", "Is only read; empty: the status is not read back")),
        airtableField("closed_words", QT_TRANSLATE_NOOP("form", "Statuses that mean closed"), "Done, Closed",
                      QT_TRANSLATE_NOOP("form", "Separated by commas")),
        apiAddressField("https://api.airtable.com/v0"),
    };
}

Credentials airtableAuth(const AccountConfig &account)
{
    return Credentials::bearer(account.secrets.value(u"token"_s));
}

/// After a 429 nothing is answered for 30 seconds; no header says so. A used-up month stays used up for longer.
std::optional<VendorFailure> airtableFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 429)
        return std::nullopt;
    VendorFailure failure;
    failure.kind = Error::Kind::RateLimited;
    failure.words = commonWords(reply.body);
    failure.retryAfter = std::chrono::seconds(30);
    if (reply.body.contains("PUBLIC_API_BILLING_LIMIT_EXCEEDED"))
        failure.retryAfter = std::chrono::hours(1);
    return failure;
}

/// A setting; the proposed one where it was left out.
QString airtableSetting(const CrmContext &context, const QString &key)
{
    const QString set = settingText(context.settings, key);
    if (!set.isEmpty() || context.settings.contains(key))
        return set;
    static const std::vector<FormField> form = airtableForm();
    for (const FormField &field : form) {
        if (field.key == key)
            return field.initial;
    }
    return {};
}

QString airtableKeyField(const CrmContext &context) { return airtableSetting(context, u"key_field"_s); }

QString airtablePath(const CrmContext &context)
{
    return u'/' + pathPart(settingText(context.settings, u"base"_s)) + u'/'
        + pathPart(settingText(context.settings, u"table"_s));
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
        const QString name = airtableSetting(context, setting);
        if (name.isEmpty())
            continue;
        ours << name;
        if (!value.isEmpty())
            fields.insert(name, value);
    }
    if (Result<Done> mapped = addFields(fields, context.task.fields, ours); !mapped)
        return mapped.error();
    return fields;
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
    return settingText(context.settings, u"table"_s).startsWith(u"tbl"_s)
        ? u"https://airtable.com"_s + path + u'/' + pathPart(record)
        : QString();
}

Result<Receipt> airtableWritten(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = reply.array(u"/records"_s);
    if (records.size() != 1)
        reply.fault(u"/records"_s, u"does not have the one record"_s);
    const QString id = records.empty() ? QString() : records.front().id(u"/id"_s);
    return reply.finish(Receipt{id, airtablePage(context, id)});
}

bool airtableIsFieldId(const QString &field) { return field.startsWith(u"fld"_s) && field.size() == 17; }

Result<Request> airtableFind(const CrmContext &context)
{
    const QString field = airtableKeyField(context);
    const QString name = QString(field).replace(u'\\', u"\\\\"_s).replace(u'}', u"\\}"_s);
    return getFrom(airtablePath(context),
                   {{u"filterByFormula"_s, u"{%1}=\"%2\""_s.arg(name, context.key)},
                    {u"pageSize"_s, u"100"_s},
                    {u"returnFieldsByFieldId"_s, airtableIsFieldId(field) ? u"true"_s : QString()},
                    {u"offset"_s, context.cursor}});
}

Result<std::optional<Receipt>> airtableFound(JsonReader &reply, const CrmContext &context)
{
    const QString place = u"/fields"_s + pointerStep(airtableKeyField(context));
    std::optional<Receipt> found;
    for (JsonReader &record : reply.array(u"/records"_s)) {
        const QString id = record.id(u"/id"_s);
        if (!found && textOr(record, place) == context.key)
            found = Receipt{id, airtablePage(context, id)};
    }
    return reply.finish(found);
}

QString airtableNextPage(JsonReader &reply, const CrmContext &)
{
    return reply.optionalText(u"/offset"_s).value_or(QString());
}

Result<Request> airtableRecordRequest(const CrmContext &context)
{
    const QString field = airtableSetting(context, u"status_field"_s);
    if (field.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"No field for the status is set, so nothing says how the task stands."_s);
    return getFrom(airtablePath(context) + u'/' + pathPart(context.externalId),
                   {{u"returnFieldsByFieldId"_s, airtableIsFieldId(field) ? u"true"_s : QString()}});
}

/// An empty cell is left out of the answer.
Result<RemoteTask> airtableStatus(JsonReader &reply, const CrmContext &context)
{
    const QString id = reply.id(u"/id"_s);
    const QJsonValue value = reply.value(u"/fields"_s + pointerStep(airtableSetting(context, u"status_field"_s)));
    RemoteTask task;
    task.status = value.isBool() ? (value.toBool() ? u"true"_s : u"false"_s) : value.toString();
    task.url = airtablePage(context, id);
    for (const QString &word : airtableSetting(context, u"closed_words"_s).split(u',', Qt::SkipEmptyParts))
        task.closed = task.closed || word.trimmed().compare(task.status, Qt::CaseInsensitive) == 0;
    return reply.finish(task);
}

Result<Request> airtableTablesRequest(const CrmContext &context)
{
    return getFrom(u"/meta/bases/"_s + pathPart(settingText(context.settings, u"base"_s)) + u"/tables"_s);
}

/// Our table in the list of all.
std::optional<JsonReader> airtableTable(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingText(context.settings, u"table"_s);
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
    if (!table)
        return reply.finish(choices);
    for (JsonReader &field : table->array(u"/fields"_s)) {
        const QString name = field.text(u"/name"_s);
        for (JsonReader &choice : field.optionalArray(u"/options/choices"_s)) {
            const QString value = choice.text(u"/name"_s);
            choices.push_back({name, value, value});
        }
    }
    return reply.finish(choices);
}

Result<CrmFinding> airtableFinding(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingText(context.settings, u"table"_s);
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
        const QString field = airtableSetting(context, setting);
        if (!field.isEmpty() && !types.contains(field))
            return makeError(Error::Kind::Refused, u"The table has no field \"%1\" (%2)."_s.arg(field, setting));
    }
    if (const QString type = types.value(airtableKeyField(context));
        type != u"singleLineText"_s && type != u"multilineText"_s)
        return makeError(
            Error::Kind::Refused,
            u"The field \"%1\" is no text (%2), so it cannot hold our key."_s.arg(airtableKeyField(context), type));
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
    spec.auth = &airtableAuth;
    spec.limit = RateLimit{5, std::chrono::seconds(1)}; // of one base, for everybody who asks it
    spec.idempotency = Idempotency::Upsert;
    spec.failure = &airtableFailure;
    spec.createTask = {&airtableUpsert, &airtableWritten};
    spec.lookUps = {{&airtableFind, &airtableFound, nullptr, &airtableNextPage}};
    spec.status = {&airtableRecordRequest, &airtableStatus};
    spec.fields = {{&airtableTablesRequest, &airtableChoices}};
    spec.test = {{&airtableTablesRequest, &airtableFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_airtable(const ConnectorServices &services) { return makeCrmInfo<&airtableSpec>(services); }

} // namespace patchbay
