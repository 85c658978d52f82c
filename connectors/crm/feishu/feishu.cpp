#include "connectors/kit/either.h"
#include "connectors/kit/feishu_platform.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/listed_then_read.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/records.h"
#include "connectors/kit/sheet_rows.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit feishuTitleLimit{256, TextLimit::Unit::Utf16};
constexpr TextLimit feishuTextLimit{3000, TextLimit::Unit::Utf16};
constexpr TextLimit feishuCellLimit{50000, TextLimit::Unit::Utf16}; // a cell of text holds 100,000

constexpr auto feishuMakesRecord = &settingIs<"object", "record">;
constexpr auto feishuMakesTask = &settingIsNot<"object", "record">;

std::vector<FormField> feishuForm()
{
    std::vector<FormField> form = feishuAppForm();
    const std::vector<FormField> more{
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
    form.insert(form.end(), more.begin(), more.end());
    return form;
}

Result<Done> feishuCheck(const AccountConfig &account)
{
    const bool record = settingText(account.settings, u"object"_s) == u"record"_s;
    const QStringList needed = record
        ? QStringList{u"base"_s, u"table"_s, u"title_field"_s, u"text_field"_s, u"key_field"_s}
        : QStringList{u"tasklist"_s};
    return checkNeeded(account.settings, needed, u"%1 is needed for this kind of task."_s);
}

constexpr auto feishuNextPage = &nextIf<"/data/has_more", "/data/page_token">;

QString feishuTitle(const CrmContext &context) { return taskTitle(context.task, feishuTitleLimit); }

Result<Request> feishuCreateTask(const CrmContext &context)
{
    const QString title = feishuTitle(context);
    const QJsonObject list{{u"tasklist_guid"_s, settingOf(context, u"tasklist"_s)}};
    QJsonObject body{{u"summary"_s, title},
                     {u"description"_s, taskText(context.task, context.key, feishuTextLimit, title)},
                     {u"extra"_s, context.key},
                     {u"client_token"_s, context.key}, // folds repeats, but for five minutes only
                     {u"tasklists"_s, QJsonArray{list}}};
    QJsonArray members;
    for (const QString &id : partsOf(settingOf(context, u"assignees"_s)))
        members.append(QJsonObject{{u"id"_s, id}, {u"type"_s, u"user"_s}, {u"role"_s, u"assignee"_s}});
    if (!members.isEmpty())
        body.insert(u"members"_s, members);
    if (context.task.due) {
        const QString at = QString::number(context.task.due.us / 1000);
        body.insert(u"due"_s, QJsonObject{{u"timestamp"_s, at}, {u"is_all_day"_s, false}});
    }
    return postWithFields(u"/open-apis/task/v2/tasks"_s, body, context.task.fields,
                          {u"summary"_s, u"description"_s, u"extra"_s, u"client_token"_s, u"tasklists"_s});
}

constexpr auto feishuTaskReceipt = &receiptAt<"/data/task/guid", "/data/task/url">;

Result<Request> feishuReadTask(const CrmContext &context)
{
    return getFrom(u"/open-apis/task/v2/tasks/"_s + pathPart(idsToRead(context).first()));
}

/// A list's tasks come without the key, so each with our title is read itself.
constexpr auto feishuFindTask =
    &listedThenRead<&getAt<"/open-apis/task/v2/tasklists/{tasklist}/tasks?page_size=100&page_token={cursor}&"
                           "created_from={since_ms}">,
                    &feishuReadTask>;

QStringList feishuCandidates(JsonReader &reply, const CrmContext &context)
{
    QStringList candidates;
    for (JsonReader &task : reply.array(u"/data/items"_s)) {
        if (task.text(u"/summary"_s).trimmed() == feishuTitle(context).trimmed())
            candidates.append(task.id(u"/guid"_s));
    }
    return candidates;
}

Result<std::optional<Receipt>> feishuFoundTask(JsonReader &reply, const CrmContext &context)
{
    if (idsToRead(context).isEmpty()) {
        reply.array(u"/data/items"_s);
        return reply.finish(std::optional<Receipt>());
    }
    const Result<Receipt> task = feishuTaskReceipt(reply, context);
    if (!task)
        return task.error();
    const bool ours = textOr(reply, u"/data/task/extra"_s) == context.key;
    return ours ? std::optional(*task) : std::nullopt;
}

QString feishuTable(const CrmContext &context)
{
    return u"/open-apis/bitable/v1/apps/%1/tables/%2"_s.arg(pathPart(settingOf(context, u"base"_s)),
                                                            pathPart(settingOf(context, u"table"_s)));
}

Result<Request> feishuCreateRecord(const CrmContext &context)
{
    const Result<QJsonObject> fields = rowOf(context, feishuTitleLimit, feishuCellLimit);
    if (!fields)
        return fields.error();
    return postTo(feishuTable(context) + u"/records"_s, {{u"fields"_s, *fields}});
}

Receipt feishuRecordReceipt(JsonReader &record, const CrmContext &) { return {record.id(u"/record_id"_s)}; }

Result<Request> feishuFindRecord(const CrmContext &context)
{
    const QString field = settingOf(context, u"key_field"_s);
    const QJsonObject condition{
        {u"field_name"_s, field}, {u"operator"_s, u"is"_s}, {u"value"_s, QJsonArray{context.key}}};
    const QJsonObject filter{{u"conjunction"_s, u"and"_s}, {u"conditions"_s, QJsonArray{condition}}};
    return searchAt(feishuTable(context) + u"/records/search"_s,
                    {{u"field_names"_s, QJsonArray{field}}, {u"filter"_s, filter}},
                    {{u"page_size"_s, u"100"_s}, {u"page_token"_s, context.cursor}});
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
        task = rowStatus(record, u"/fields"_s, context);
        task.url = webPage(textOr(record, u"/shared_url"_s));
    }
    return reply.finish(task);
}

constexpr auto feishuColumnsRequest =
    &getAt<"/open-apis/bitable/v1/apps/{base}/tables/{table}/fields?page_size=100&page_token={cursor}">;

/// Of a table with more columns than the first page has, nothing is known.
Result<CrmFinding> feishuTableFinding(JsonReader &reply, const CrmContext &context)
{
    const bool all = feishuNextPage(reply, context).isEmpty();
    const Result<Done> ours =
        checkColumns(reply, u"/data/items"_s, u"/field_name"_s, context, u"The table has no column \"%1\"."_s);
    if (reply.ok() && all && !ours)
        return ours.error();
    return reply.finish(
        CrmFinding{sentenceWith(u"Signed in as the app {app_id}. Records go into the table {table}."_s, {}, context)});
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
    spec.tokens = feishuTokens();
    spec.limit = RateLimit{10, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // nothing is promised
    spec.failure = &feishuFailure;
    spec.createTask = {&eitherRequest<feishuMakesRecord, &feishuCreateRecord, &feishuCreateTask>,
                       &eitherReply<feishuMakesRecord, &receiptAt<"/data/record/record_id">, feishuTaskReceipt>};
    spec.status = {&eitherRequest<feishuMakesRecord, &feishuRecordRequest, &getAt<"/open-apis/task/v2/tasks/{id}">>,
                   &eitherReply<feishuMakesRecord, &feishuRecordStatus,
                                &statusAt<"/data/task/status", "/data/task/status", "done", "/data/task/url">>};
    spec.recordIn = &idInItem<"guid">; // of a task's page
    spec.lookUps = {
        {feishuFindTask, &feishuFoundTask, feishuMakesTask, &nextToRead<1, &feishuCandidates, feishuNextPage>},
        {&feishuFindRecord, &firstOfOurs<"/data/items", &isOurRow<"/fields">, &feishuRecordReceipt>, feishuMakesRecord,
         feishuNextPage}};
    spec.attach = {
        {&attachAt<"/open-apis/task/v2/attachments/upload", "file", "resource_type=task", "resource_id={id}">,
         &factAt<"file", "/data/items/0/guid">, feishuMakesTask}};
    spec.attached = {&getAt<"/open-apis/task/v2/attachments?resource_type=task&resource_id={id}&page_size=100&"
                            "page_token={cursor}">,
                     &filesIfAnyAt<"/data/items", "/name", "/size", "/data/has_more">, nullptr, feishuNextPage};
    spec.largestFile = largestAttachedFile;
    spec.fields = {{&getAt<"/open-apis/task/v2/tasklists?page_size=100&page_token={cursor}">,
                    &choicesAt<"tasklist", "/data/items", "/guid", "/name">, feishuMakesTask, feishuNextPage},
                   {feishuColumnsRequest, &choicesAt<"column", "/data/items", "/field_name", "/field_name">,
                    feishuMakesRecord, feishuNextPage}};
    spec.test = {{&getAt<"/open-apis/task/v2/tasklists/{tasklist}">,
                  &findingAt<"Signed in as the app {app_id}. Tasks go into the list \"%1\".", "/data/tasklist/name">,
                  feishuMakesTask},
                 {feishuColumnsRequest, &feishuTableFinding, feishuMakesRecord}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_feishu(const ConnectorServices &services) { return makeCrmInfo<&feishuSpec>(services); }

} // namespace patchbay
