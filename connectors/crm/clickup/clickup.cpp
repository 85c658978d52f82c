#include "connectors/kit/coded_failures.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/priorities.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit clickupTitleLimit{500, TextLimit::Unit::Utf16};
constexpr TextLimit clickupTextLimit{60000, TextLimit::Unit::Utf16};
constexpr size_t clickupPage = 100;

std::vector<FormField> clickupForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Personal API token"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with pk_")),
        numberField("list", QT_TRANSLATE_NOOP("form", "List (number)"), true,
                    QT_TRANSLATE_NOOP("form", "The number that follows /li/ in the list's link")),
        textField(
            "key_field", QT_TRANSLATE_NOOP("form", "Custom field for our key (id)"), false,
            QT_TRANSLATE_NOOP("form", "A text field of the list; the connection test names those that are there")),
        apiAddressField("https://api.clickup.com/api"),
    };
}

/// {"err": "Team not authorized", "ECODE": "OAUTH_027"}
QString clickupWords(const QByteArray &body)
{
    const JsonReader in = JsonReader::parse(body, u"answer"_s);
    const QString words = textOr(in, u"/err"_s);
    const QString code = textOr(in, u"/ECODE"_s);
    return words.isEmpty() ? commonWords(body) : code.isEmpty() ? words : u"%1 (%2)"_s.arg(words, code);
}

/// The wait after a 429 stands in a header of its own, as the second when the limit ends.
std::optional<VendorFailure> clickupFailure(const Reply &reply, Timestamp now)
{
    const qint64 seconds = reply.header("x-ratelimit-reset").toLongLong() - now.us / 1000000;
    return tooMany(reply, std::chrono::seconds(std::clamp<qint64>(seconds, 1, 120)), &clickupWords);
}

QString clickupKeyField(const CrmContext &context) { return settingOf(context, u"key_field"_s); }

/// The route's mapping: custom fields by their ids, the others by the API's names.
Result<Request> clickupCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, clickupTitleLimit);
    QJsonObject task{{u"name"_s, title},
                     {u"description"_s, taskText(context.task, context.key, clickupTextLimit, title)},
                     {u"priority"_s, priorityRank(context.task.priority)}};
    if (context.task.due) {
        task.insert(u"due_date"_s, context.task.due.us / 1000);
        task.insert(u"due_date_time"_s, true);
    }
    const QString keyField = clickupKeyField(context);
    auto [mapped, others] = splitFields(context.task.fields, &isUuid);
    if (mapped.contains(keyField)) // ours: is refused below
        others.insert(keyField, mapped.take(keyField));
    QJsonArray custom;
    if (!keyField.isEmpty())
        custom.append(QJsonObject{{u"id"_s, keyField}, {u"value"_s, context.key}});
    for (auto it = mapped.constBegin(); it != mapped.constEnd(); ++it)
        custom.append(QJsonObject{{u"id"_s, it.key()}, {u"value"_s, it.value()}});
    if (!custom.isEmpty())
        task.insert(u"custom_fields"_s, custom);
    for (const QString &list : {u"assignees"_s, u"tags"_s}) {
        if (others.contains(list))
            others.insert(list, listOf(others.value(list), list == u"assignees"_s)); // people are numbers
    }
    return postWithFields(
        u"/v2/list/%1/task"_s.arg(pathPart(settingOf(context, u"list"_s))), task, others,
        {u"name"_s, u"description"_s, u"markdown_content"_s, u"markdown_description"_s, u"custom_fields"_s, keyField});
}

Receipt clickupReceipt(JsonReader &task, const CrmContext &)
{
    return {task.id(u"/id"_s), webPage(textOr(task, u"/url"_s))};
}

// The list's tasks that were made since the key was, closed ones and subtasks too: no search index in between.
constexpr auto clickupFind = &getAt<"/v2/list/{list}/task?archived=false&include_closed=true&subtasks=true&"
                                    "date_created_gt={since_ms}&page={start}">;
constexpr auto clickupFindArchived = &getAt<"/v2/list/{list}/task?archived=true&include_closed=true&subtasks=true&"
                                            "date_created_gt={since_ms}&page={start}">;

bool clickupIsOurs(JsonReader &task, const CrmContext &context)
{
    const QString keyField = clickupKeyField(context);
    for (JsonReader &field : task.optionalArray(u"/custom_fields"_s)) {
        if (!keyField.isEmpty() && textOr(field, u"/id"_s) == keyField && textOr(field, u"/value"_s) == context.key)
            return true;
    }
    return hasKeyLine(textOr(task, u"/description"_s), context.key)
        || hasKeyLine(textOr(task, u"/text_content"_s), context.key);
}
constexpr auto clickupFound = &firstOfOurs<"/tasks", &clickupIsOurs, &clickupReceipt>;

QString clickupNextPage(JsonReader &reply, const CrmContext &context)
{
    const bool full = reply.array(u"/tasks"_s).size() >= clickupPage;
    if (reply.optionalBoolean(u"/last_page"_s).value_or(!full))
        return {};
    return QString::number(context.cursor.toInt() + 1);
}

Result<Request> clickupFieldsRequest(const CrmContext &context)
{
    Result<Request> request = getAt<"/v2/list/{list}/field">(context);
    return request ? Result<Request>(Request(*request).header("Content-Type", "application/json")) : request;
}

Result<CrmFinding> clickupKeyFieldFinding(JsonReader &reply, const CrmContext &context)
{
    QStringList there;
    for (JsonReader &field : reply.array(u"/fields"_s)) {
        const QString type = textOr(field, u"/type"_s);
        if (type != u"short_text"_s && type != u"text"_s)
            continue;
        const QString name = field.text(u"/name"_s);
        if (field.id(u"/id"_s) == clickupKeyField(context))
            return reply.finish(CrmFinding{u"Our key goes into the field “%1”."_s.arg(name)});
        there << u"%1 (%2)"_s.arg(name, textOr(field, u"/id"_s));
    }
    if (!reply.ok())
        return reply.error();
    return makeError(Error::Kind::Refused,
                     u"The list has no text field with the id \"%1\"; it has: %2."_s.arg(
                         clickupKeyField(context), there.isEmpty() ? u"none"_s : there.join(u", "_s).left(1000)));
}

CrmSpec clickupSpec()
{
    CrmSpec spec;
    spec.id = u"clickup"_s;
    spec.title = u"ClickUp"_s;
    spec.form = clickupForm();
    spec.objects = {u"Task"_s};
    spec.contract = {false, u"ClickUp API v2 reference (OpenAPI, from a mirror)"_s, u"2026"_s};
    spec.auth = &keyOf<"token">;
    spec.limit = RateLimit{100, std::chrono::minutes(1)}; // of all plans up to Business
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // a list, no search; how far its copies lag is not documented
    spec.words = &clickupWords;
    spec.failure = &clickupFailure;
    spec.createTask = {&clickupCreate, &receiptAt<"/id", "/url">};
    spec.lookUps = {{clickupFind, clickupFound, nullptr, &clickupNextPage},
                    {clickupFindArchived, clickupFound, nullptr, &clickupNextPage}};
    spec.attach = {{&attachAt<"/v2/task/{id}/attachment", "attachment">, &factAt<"file", "/id">}};
    spec.attached = {&getAt<"/v2/task/{id}">, &filesAt<"/attachments", "/title", "/size">};
    spec.largestFile = largestAttachedFile;
    spec.status = {&getAt<"/v2/task/{id}">, &statusAt<"/status/status", "/status/type", "closed, done", "/url">};
    spec.fields = {
        {&getAt<"/v2/list/{list}">, &choicesAt<"status", "/statuses", "/status", "/status">},
        {&getAt<"/v2/list/{list}/member">, &choicesAt<"assignees", "/members", "/id", "/username", "/email">},
        {&clickupFieldsRequest,
         &optionsAt<"/fields", "/id", "/name", "/type_config/options", "/id", "/name", "/label">}};
    spec.test = {{&getAt<"/v2/user">, &findingAt<"Signed in as %1.", "/user/username">},
                 {&getAt<"/v2/list/{list}">,
                  &findingUnless<"/archived", "The list “%1” is archived. Choose another one.",
                                 "Tasks go to the list “%1”.", "/name">},
                 {&clickupFieldsRequest, &clickupKeyFieldFinding, &isSet<"key_field">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_clickup(const ConnectorServices &services) { return makeCrmInfo<&clickupSpec>(services); }

} // namespace patchbay
