#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit feishuTitleLimit{256, TextLimit::Unit::Utf16};
constexpr TextLimit feishuTextLimit{3000, TextLimit::Unit::Utf16};
constexpr TextLimit feishuCellLimit{50000, TextLimit::Unit::Utf16}; // a cell of text holds 100,000

QString feishuSetting(const CrmContext &context, const char *key)
{
    return settingText(context.settings, QString::fromLatin1(key));
}

bool feishuMakesRecord(const CrmContext &context) { return feishuSetting(context, "object") == u"record"_s; }
bool feishuMakesTask(const CrmContext &context) { return !feishuMakesRecord(context); }

std::vector<FormField> feishuForm()
{
    return {
        textField("app_id", QT_TRANSLATE_NOOP("form", "App ID"), true),
        secretField("app_secret", QT_TRANSLATE_NOOP("form", "App Secret"), true),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"task"_s, u"record"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "a task in a tasklist")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "a record in a table of a Base"))}),
        textField("tasklist", QT_TRANSLATE_NOOP("form", "Tasklist (GUID)"), false),
        textField("assignees", QT_TRANSLATE_NOOP("form", "Assignees (open_ids, with commas)"), false),
        textField("base", QT_TRANSLATE_NOOP("form", "Base (app_token)"), false),
        textField("table", QT_TRANSLATE_NOOP("form", "Table (table_id)"), false),
        textField("title_field", QT_TRANSLATE_NOOP("form", "Column for the title"), false),
        textField("text_field", QT_TRANSLATE_NOOP("form", "Column for the description"), false),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Column for our key"), false),
        textField("status_field", QT_TRANSLATE_NOOP("form", "Column of the status"), false),
        textField("closed_value", QT_TRANSLATE_NOOP("form", "Status of what is closed"), false),
        apiAddressField("https://open.feishu.cn"),
    };
}

Result<Done> feishuCheck(const AccountConfig &account)
{
    const bool record = settingText(account.settings, u"object"_s) == u"record"_s;
    const QStringList needed = record
        ? QStringList{u"base"_s, u"table"_s, u"title_field"_s, u"text_field"_s, u"key_field"_s}
        : QStringList{u"tasklist"_s};
    for (const QString &key : needed) {
        if (settingText(account.settings, key).isEmpty())
            return makeError(Error::Kind::Refused, u"%1 is needed for this kind of task."_s.arg(key));
    }
    return Done{};
}

Result<Request> feishuSignIn(const AccountConfig &account)
{
    const QString address = settingText(account.settings, u"url"_s);
    QUrl url(address.isEmpty() ? u"https://open.feishu.cn"_s : address);
    url.setPath(u"/open-apis/auth/v3/tenant_access_token/internal"_s);
    return Request("POST", url)
        .json({{u"app_id"_s, settingText(account.settings, u"app_id"_s)},
               {u"app_secret"_s, account.secrets.value(u"app_secret"_s)}});
}

Result<AccessToken> feishuToken(JsonReader &reply, const AccountConfig &)
{
    AccessToken token;
    token.token = reply.text(u"/tenant_access_token"_s);
    token.validFor = std::chrono::seconds(std::clamp<qint64>(reply.integer(u"/expire"_s), 0, 31'536'000));
    if (token.token.isEmpty())
        reply.fault(u"/tenant_access_token"_s, u"is empty"_s);
    return reply.finish(token);
}

/// Codes of the platform (99991...), of tasks (1470...) and of Base (1254..., 91...).
Error::Kind feishuKind(qint64 code)
{
    static const QList<qint64> busy{99991400, 1254290, 1254291, 1254607}; // limits, another write, not ready
    static const QList<qint64> token{99991661, 99991663, 99991664, 99991668, 99991671, 99991677};
    static const QList<qint64> permission{99991672, 1470403, 1254302, 91403};
    static const QList<qint64> missing{1470404, 1254040, 1254041, 1254043, 91402};
    static const QList<qint64> theirs{1470500, 1470422, 1255001, 1255002, 1255040};
    if (busy.contains(code))
        return Error::Kind::RateLimited;
    if (token.contains(code) || permission.contains(code))
        return Error::Kind::Unauthorized;
    if (missing.contains(code))
        return Error::Kind::NotFound;
    return theirs.contains(code) ? Error::Kind::Remote : Error::Kind::Refused;
}

/// A code other than 0 is a failure, whatever the status.
std::optional<VendorFailure> feishuFailure(const Reply &reply, Timestamp)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const qint64 code = in.ok() ? in.optionalInteger(u"/code"_s).value_or(0) : 0;
    if (code == 0)
        return std::nullopt;
    VendorFailure failure;
    failure.kind = feishuKind(code);
    failure.words = u"%1 (%2)"_s.arg(textOr(in, u"/msg"_s)).arg(code);
    failure.mayHaveActed = failure.kind == Error::Kind::Remote;
    bool given = false;
    const int seconds = reply.header("x-ogw-ratelimit-reset").toInt(&given);
    if (given && failure.kind == Error::Kind::RateLimited)
        failure.retryAfter = std::chrono::seconds(std::clamp(seconds, 1, 3600));
    return failure;
}

QString feishuNextPage(JsonReader &reply, const CrmContext &)
{
    const bool more = reply.optionalBoolean(u"/data/has_more"_s).value_or(false);
    return more ? textOr(reply, u"/data/page_token"_s) : QString();
}

QString feishuTitle(const CrmContext &context) { return taskTitle(context.task, feishuTitleLimit); }

Result<Request> feishuCreateTask(const CrmContext &context)
{
    const QString title = feishuTitle(context);
    const QJsonObject list{{u"tasklist_guid"_s, feishuSetting(context, "tasklist")}};
    QJsonObject body{{u"summary"_s, title},
                     {u"description"_s, taskText(context.task, context.key, feishuTextLimit, title)},
                     {u"extra"_s, context.key},
                     {u"client_token"_s, context.key}, // folds repeats, but for five minutes only
                     {u"tasklists"_s, QJsonArray{list}}};
    QJsonArray members;
    const QStringList assignees = feishuSetting(context, "assignees").split(u',', Qt::SkipEmptyParts);
    for (const QString &id : assignees)
        members.append(QJsonObject{{u"id"_s, id.trimmed()}, {u"type"_s, u"user"_s}, {u"role"_s, u"assignee"_s}});
    if (!members.isEmpty())
        body.insert(u"members"_s, members);
    if (context.task.due) {
        const QString at = QString::number(context.task.due.us / 1000);
        body.insert(u"due"_s, QJsonObject{{u"timestamp"_s, at}, {u"is_all_day"_s, false}});
    }
    const QStringList ours{u"summary"_s, u"description"_s, u"extra"_s, u"client_token"_s, u"tasklists"_s};
    if (Result<Done> mapped = addFields(body, context.task.fields, ours); !mapped)
        return mapped.error();
    return postTo(u"/open-apis/task/v2/tasks"_s, body);
}

Receipt feishuTaskReceipt(JsonReader &reply)
{
    return {reply.id(u"/data/task/guid"_s), webPage(textOr(reply, u"/data/task/url"_s))};
}

Result<Receipt> feishuCreatedTask(JsonReader &reply, const CrmContext &)
{
    return reply.finish(feishuTaskReceipt(reply));
}

Result<Request> feishuTask(const QString &guid) { return getFrom(u"/open-apis/task/v2/tasks/"_s + pathPart(guid)); }

/// A list's tasks come without the key, so each with our title is read itself. A cursor is the list's next page and
/// the tasks to read before it.
QStringList feishuCandidates(const QString &cursor) { return cursor.section(u'\n', 1).split(u',', Qt::SkipEmptyParts); }

Result<Request> feishuFindTask(const CrmContext &context)
{
    if (const QStringList candidates = feishuCandidates(context.cursor); !candidates.isEmpty())
        return feishuTask(candidates.first());
    const std::optional<Timestamp> since = keySince(context.key);
    return getFrom(u"/open-apis/task/v2/tasklists/%1/tasks"_s.arg(pathPart(feishuSetting(context, "tasklist"))),
                   {{u"page_size"_s, u"100"_s},
                    {u"page_token"_s, context.cursor.section(u'\n', 0, 0)},
                    {u"created_from"_s, since ? QString::number(since->us / 1000) : QString()}});
}

Result<std::optional<Receipt>> feishuFoundTask(JsonReader &reply, const CrmContext &context)
{
    if (feishuCandidates(context.cursor).isEmpty()) {
        reply.array(u"/data/items"_s);
        return reply.finish(std::optional<Receipt>());
    }
    const Receipt task = feishuTaskReceipt(reply);
    const bool ours = textOr(reply, u"/data/task/extra"_s) == context.key;
    return reply.finish(ours ? std::optional(task) : std::nullopt);
}

QString feishuNextTask(JsonReader &reply, const CrmContext &context)
{
    QStringList candidates = feishuCandidates(context.cursor);
    QString page = context.cursor.section(u'\n', 0, 0);
    if (!candidates.isEmpty()) {
        candidates.removeFirst();
    } else {
        page = feishuNextPage(reply, context);
        for (JsonReader &task : reply.array(u"/data/items"_s)) {
            if (task.text(u"/summary"_s).trimmed() == feishuTitle(context).trimmed())
                candidates.append(task.id(u"/guid"_s));
        }
    }
    return page.isEmpty() && candidates.isEmpty() ? QString() : page + u'\n' + candidates.join(u',');
}

Result<RemoteTask> feishuTaskStatus(JsonReader &reply, const CrmContext &)
{
    const QString status = reply.text(u"/data/task/status"_s);
    return reply.finish(RemoteTask{status, status == u"done"_s, feishuTaskReceipt(reply).url});
}

QString feishuTable(const CrmContext &context)
{
    return u"/open-apis/bitable/v1/apps/%1/tables/%2"_s.arg(pathPart(feishuSetting(context, "base")),
                                                            pathPart(feishuSetting(context, "table")));
}

/// A cell's text: plain, or in pieces.
QString feishuCell(JsonReader &record, const QString &field)
{
    const QJsonValue cell = record.value(u"/fields"_s + pointerStep(field));
    QString text = cell.toString();
    const QJsonArray pieces = cell.toArray();
    for (const QJsonValue &piece : pieces)
        text += piece.isString() ? piece.toString() : piece[u"text"_s].toString();
    return text;
}

Result<Request> feishuCreateRecord(const CrmContext &context)
{
    const QString title = feishuTitle(context);
    const QStringList ours{feishuSetting(context, "title_field"), feishuSetting(context, "text_field"),
                           feishuSetting(context, "key_field")};
    QJsonObject fields{{ours[0], title},
                       {ours[1], taskText(context.task, context.key, feishuCellLimit, title)},
                       {ours[2], context.key}};
    if (Result<Done> mapped = addFields(fields, context.task.fields, ours); !mapped)
        return mapped.error();
    return postTo(feishuTable(context) + u"/records"_s, {{u"fields"_s, fields}});
}

Result<Receipt> feishuCreatedRecord(JsonReader &reply, const CrmContext &)
{
    return reply.finish(Receipt{reply.id(u"/data/record/record_id"_s), {}});
}

Result<Request> feishuFindRecord(const CrmContext &context)
{
    const QString field = feishuSetting(context, "key_field");
    const QJsonObject condition{
        {u"field_name"_s, field}, {u"operator"_s, u"is"_s}, {u"value"_s, QJsonArray{context.key}}};
    const QJsonObject filter{{u"conjunction"_s, u"and"_s}, {u"conditions"_s, QJsonArray{condition}}};
    return searchAt(feishuTable(context) + u"/records/search"_s,
                    {{u"field_names"_s, QJsonArray{field}}, {u"filter"_s, filter}},
                    {{u"page_size"_s, u"100"_s}, {u"page_token"_s, context.cursor}});
}

Result<std::optional<Receipt>> feishuFoundRecord(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &record : reply.array(u"/data/items"_s)) {
        if (!found && feishuCell(record, feishuSetting(context, "key_field")) == context.key)
            found = Receipt{record.id(u"/record_id"_s), {}};
    }
    return reply.finish(found);
}

Result<Request> feishuRecordRequest(const CrmContext &context)
{
    return searchAt(feishuTable(context) + u"/records/batch_get"_s,
                    {{u"record_ids"_s, QJsonArray{context.externalId}}, {u"with_shared_url"_s, true}});
}

Result<RemoteTask> feishuRecordStatus(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = reply.array(u"/data/records"_s);
    if (reply.ok() && records.empty())
        return makeError(Error::Kind::NotFound, u"Feishu does not have this record."_s);
    RemoteTask task;
    for (JsonReader &record : records) {
        const QString field = feishuSetting(context, "status_field");
        task.status = field.isEmpty() ? QString() : feishuCell(record, field);
        task.closed = !task.status.isEmpty() && task.status == feishuSetting(context, "closed_value");
        task.url = webPage(textOr(record, u"/shared_url"_s));
    }
    return reply.finish(task);
}

Result<Request> feishuListsRequest(const CrmContext &context)
{
    return getFrom(u"/open-apis/task/v2/tasklists"_s, {{u"page_size"_s, u"100"_s}, {u"page_token"_s, context.cursor}});
}

Result<std::vector<FieldChoice>> feishuLists(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"tasklist"_s, {u"/data/items"_s, u"/guid"_s, u"/name"_s, {}}));
}

Result<Request> feishuColumnsRequest(const CrmContext &context)
{
    return getFrom(feishuTable(context) + u"/fields"_s,
                   {{u"page_size"_s, u"100"_s}, {u"page_token"_s, context.cursor}});
}

Result<std::vector<FieldChoice>> feishuColumns(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"column"_s, {u"/data/items"_s, u"/field_name"_s, u"/field_name"_s, {}}));
}

Result<Request> feishuListRequest(const CrmContext &context)
{
    return getFrom(u"/open-apis/task/v2/tasklists/"_s + pathPart(feishuSetting(context, "tasklist")));
}

Result<CrmFinding> feishuListFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/data/tasklist/name"_s);
    return reply.finish(CrmFinding{
        u"Signed in as the app %1. Tasks go into the list \"%2\"."_s.arg(feishuSetting(context, "app_id"), name), {}});
}

Result<CrmFinding> feishuTableFinding(JsonReader &reply, const CrmContext &context)
{
    QStringList columns;
    for (JsonReader &column : reply.array(u"/data/items"_s))
        columns.append(column.text(u"/field_name"_s));
    const bool all = feishuNextPage(reply, context).isEmpty();
    for (const char *key : {"title_field", "text_field", "key_field"}) {
        const QString wanted = feishuSetting(context, key);
        if (reply.ok() && all && !columns.contains(wanted))
            return makeError(Error::Kind::Refused, u"The table has no column \"%1\"."_s.arg(wanted));
    }
    return reply.finish(CrmFinding{u"Signed in as the app %1. Records go into the table %2."_s.arg(
                                       feishuSetting(context, "app_id"), feishuSetting(context, "table")),
                                   {}});
}

Result<Request> feishuCreate(const CrmContext &context)
{
    return feishuMakesRecord(context) ? feishuCreateRecord(context) : feishuCreateTask(context);
}

Result<Receipt> feishuCreated(JsonReader &reply, const CrmContext &context)
{
    return feishuMakesRecord(context) ? feishuCreatedRecord(reply, context) : feishuCreatedTask(reply, context);
}

Result<Request> feishuStatusRequest(const CrmContext &context)
{
    return feishuMakesRecord(context) ? feishuRecordRequest(context) : feishuTask(context.externalId);
}

Result<RemoteTask> feishuStatus(JsonReader &reply, const CrmContext &context)
{
    return feishuMakesRecord(context) ? feishuRecordStatus(reply, context) : feishuTaskStatus(reply, context);
}

CrmSpec feishuSpec()
{
    CrmSpec spec;
    spec.id = u"feishu"_s;
    spec.title = u"Feishu / Lark"_s;
    spec.form = feishuForm();
    spec.check = &feishuCheck;
    spec.objects = {u"Task"_s, u"Record"_s};
    spec.contract = {true, u"Feishu/Lark Open Platform (from Lark's own MCP server): requests"_s, {}};
    spec.tokens = {&feishuSignIn, &feishuToken};
    spec.limit = RateLimit{10, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // nothing is promised
    spec.failure = &feishuFailure;
    spec.createTask = {&feishuCreate, &feishuCreated};
    spec.status = {&feishuStatusRequest, &feishuStatus};
    spec.lookUps = {{&feishuFindTask, &feishuFoundTask, &feishuMakesTask, &feishuNextTask},
                    {&feishuFindRecord, &feishuFoundRecord, &feishuMakesRecord, &feishuNextPage}};
    spec.fields = {{&feishuListsRequest, &feishuLists, &feishuMakesTask, &feishuNextPage},
                   {&feishuColumnsRequest, &feishuColumns, &feishuMakesRecord, &feishuNextPage}};
    spec.test = {{&feishuListRequest, &feishuListFinding, &feishuMakesTask},
                 {&feishuColumnsRequest, &feishuTableFinding, &feishuMakesRecord}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_feishu(const ConnectorServices &services) { return makeCrmInfo<&feishuSpec>(services); }

} // namespace patchbay
