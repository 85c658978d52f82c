#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit yougileTitleLimit{250, TextLimit::Unit::Utf16};
constexpr TextLimit yougileTextLimit{60000, TextLimit::Unit::Utf16};

std::vector<FormField> yougileForm()
{
    return {
        secretField("key", QT_TRANSLATE_NOOP("form", "API key"), true),
        textField("column", QT_TRANSLATE_NOOP("form", "Column of a new task (id)"), true,
                  QT_TRANSLATE_NOOP("form", "The mapping form lists the columns")),
        textField("priority_sticker", QT_TRANSLATE_NOOP("form", "Sticker for the priority (id)"), false,
                  QT_TRANSLATE_NOOP("form", "One with states such as Low, Medium, High; empty: none")),
        apiAddressField("https://ru.yougile.com"),
    };
}

constexpr auto yougileStickerRequest = &getAt<"/api-v2/string-stickers/{priority_sticker}">;
constexpr auto yougileColumnsRequest = &getAt<"/api-v2/columns?limit=1000&offset={start}">;
constexpr auto yougileNextPage = &stepIf<"/paging/next", 1000>;

/// The sticker's states by their names in small letters.
Result<QJsonObject> yougilePriorities(JsonReader &reply, const CrmContext &)
{
    return readPriorities(reply, u"/states"_s, u"/id"_s,
                          [](JsonReader &state) { return state.optionalBoolean(u"/deleted"_s).value_or(false); });
}

/// The route's mapping: stickers by their ids, people separated by commas, the others by the API's names.
Result<Request> yougileCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, yougileTitleLimit);
    QJsonObject task{{u"title"_s, title},
                     {u"columnId"_s, settingOf(context, u"column"_s)},
                     {u"description"_s, taskHtml(context.task, context.key, yougileTextLimit, title)},
                     {u"idempotencyKey"_s, context.key}};
    if (context.task.due)
        task.insert(u"deadline"_s, QJsonObject{{u"deadline"_s, context.task.due.us / 1000}, {u"withTime"_s, true}});
    auto [stickers, others] = splitFields(context.task.fields, &isUuid);
    if (const QString sticker = settingOf(context, u"priority_sticker"_s); !stickers.contains(sticker))
        insertText(stickers, sticker, priorityKnown(context));
    if (!stickers.isEmpty())
        task.insert(u"stickers"_s, stickers);
    if (others.value(u"assigned"_s).isString())
        others.insert(u"assigned"_s, listOf(others.value(u"assigned"_s)));
    return postWithFields(u"/api-v2/tasks"_s, task, others,
                          {u"title"_s, u"description"_s, u"stickers"_s, u"idempotencyKey"_s});
}

Receipt yougileReceipt(JsonReader &task, const CrmContext &) { return {task.id(u"/id"_s)}; }

/// The column that it stands in, unless it is done, archived or deleted.
Result<RemoteTask> yougileStatus(JsonReader &reply, const CrmContext &context)
{
    const QString column = textOr(reply, u"/columnId"_s);
    RemoteTask task;
    task.status = context.known.value(u"columns"_s).toObject().value(column).toString(column);
    for (const QString &end : {u"completed"_s, u"archived"_s, u"deleted"_s}) {
        if (reply.optionalBoolean(u'/' + end).value_or(false)) {
            task.status = end;
            task.closed = true;
        }
    }
    if (reply.id(u"/id"_s) != context.externalId)
        reply.fault(u"/id"_s, u"is not the task that was asked for"_s);
    return reply.finish(task);
}

/// YouGile's own service heeds idempotencyKey; a server of somebody's own may be older and is looked through instead.
Idempotency yougileIdempotency(const QJsonObject &settings)
{
    const QString url = settingText(settings, u"url"_s);
    const QString host = QUrl(url).host();
    const bool theirs = url.isEmpty() || host == u"yougile.com"_s || host.endsWith(u".yougile.com"_s);
    return theirs ? Idempotency::Native : Idempotency::Lookup;
}

CrmSpec yougileSpec()
{
    CrmSpec spec;
    spec.id = u"yougile"_s;
    spec.title = u"YouGile"_s;
    spec.form = yougileForm();
    spec.objects = {u"Task"_s};
    spec.contract = {false, u"YouGile REST API v2 (as open clients have it)"_s, u"2026"_s};
    spec.auth = &bearerOf<"key">;
    spec.limit = RateLimit{45, std::chrono::minutes(1)}; // 50 are the whole company's, with its people
    spec.idempotencyOf = &yougileIdempotency;
    spec.indexLag = std::chrono::seconds(10);
    spec.facts = {{yougileStickerRequest, &yougilePriorities, &isSet<"priority_sticker">}};
    spec.createTask = {&yougileCreate, &receiptAt<"/id">};
    // The column's tasks, deleted ones too: what somebody deleted was made.
    spec.lookUps = {{&getAt<"/api-v2/task-list?columnId={column}&includeDeleted=true&limit=1000&offset={start}">,
                     &firstWithKey<"/content", "/description", &yougileReceipt>, nullptr, yougileNextPage}};
    // The titles of the first thousand columns.
    spec.statusFacts = {{yougileColumnsRequest, &titlesAt<"columns", "/content", "/id", "/title">}};
    spec.status = {&getAt<"/api-v2/tasks/{id}">, &yougileStatus};
    spec.fields = {
        {yougileColumnsRequest, &choicesAt<"columnId", "/content", "/id", "/title">, nullptr, yougileNextPage},
        {&getAt<"/api-v2/users?limit=1000&offset={start}">,
         &choicesAt<"assigned", "/content", "/id", "/realName", "/email">, nullptr, yougileNextPage},
        {&getAt<"/api-v2/string-stickers?limit=1000&offset={start}">,
         &optionsAt<"/content", "/id", "/name", "/states", "/id", "/name">, nullptr, yougileNextPage}};
    spec.test = {{&getAt<"/api-v2/columns/{column}">,
                  &findingUnless<"/deleted", "The column “%1” is deleted. Choose another one.",
                                 "Signed in; tasks go to the column “%1”.", "/title">},
                 {yougileStickerRequest, &findingOf<&yougilePriorities, "Priorities go to the sticker “%1”.", "/name">,
                  &isSet<"priority_sticker">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_yougile(const ConnectorServices &services) { return makeCrmInfo<&yougileSpec>(services); }

} // namespace patchbay
