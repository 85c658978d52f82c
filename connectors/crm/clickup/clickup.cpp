#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>

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

/// As it is, without "Bearer".
Credentials clickupAuth(const AccountConfig &account)
{
    return Credentials::inHeader("Authorization", account.secrets.value(u"token"_s));
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
    if (reply.status != 429)
        return std::nullopt;
    VendorFailure failure;
    failure.kind = Error::Kind::RateLimited;
    failure.words = clickupWords(reply.body);
    const qint64 seconds = reply.header("x-ratelimit-reset").toLongLong() - now.us / 1000000;
    failure.retryAfter = std::chrono::seconds(std::clamp<qint64>(seconds, 1, 120));
    return failure;
}

QString clickupList(const CrmContext &context)
{
    return u"/v2/list/"_s + pathPart(settingText(context.settings, u"list"_s));
}

QString clickupKeyField(const CrmContext &context) { return settingText(context.settings, u"key_field"_s); }
bool clickupHasKeyField(const CrmContext &context) { return !clickupKeyField(context).isEmpty(); }

int clickupPriority(Priority priority)
{
    switch (priority) {
    case Priority::Urgent: return 1;
    case Priority::High: return 2;
    case Priority::Low: return 4;
    default: return 3;
    }
}

/// A list from what a mapping has: a list, or a text with commas. Numbers where they are asked for.
QJsonArray clickupItems(const QJsonValue &value, bool numbers)
{
    QJsonArray items;
    const QStringList texts = value.isString() ? value.toString().split(u',', Qt::SkipEmptyParts) : QStringList();
    for (const QString &text : texts) {
        bool whole = false;
        const qint64 number = text.trimmed().toLongLong(&whole);
        items.append(numbers && whole ? QJsonValue(number) : QJsonValue(text.trimmed()));
    }
    if (value.isArray())
        return value.toArray();
    return value.isDouble() ? QJsonArray{value} : items;
}

/// The route's mapping: custom fields by their ids, the others by the API's names.
Result<Done> clickupMap(const CrmContext &context, QJsonObject &task)
{
    static const QRegularExpression uuid(u"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    QJsonArray custom;
    if (clickupHasKeyField(context))
        custom.append(QJsonObject{{u"id"_s, clickupKeyField(context)}, {u"value"_s, context.key}});
    QJsonObject others;
    const QJsonObject &fields = context.task.fields;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (it.key() == u"assignees"_s)
            others.insert(it.key(), clickupItems(it.value(), true));
        else if (it.key() == u"tags"_s)
            others.insert(it.key(), clickupItems(it.value(), false));
        else if (uuid.match(it.key()).hasMatch() && it.key() != clickupKeyField(context))
            custom.append(QJsonObject{{u"id"_s, it.key()}, {u"value"_s, it.value()}});
        else
            others.insert(it.key(), it.value());
    }
    if (!custom.isEmpty())
        task.insert(u"custom_fields"_s, custom);
    return addFields(task, others,
                     {u"name"_s, u"description"_s, u"markdown_content"_s, u"markdown_description"_s, u"custom_fields"_s,
                      clickupKeyField(context)});
}

Result<Request> clickupCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, clickupTitleLimit);
    QJsonObject task{{u"name"_s, title},
                     {u"description"_s, taskText(context.task, context.key, clickupTextLimit, title)},
                     {u"priority"_s, clickupPriority(context.task.priority)}};
    if (context.task.due) {
        task.insert(u"due_date"_s, context.task.due.us / 1000);
        task.insert(u"due_date_time"_s, true);
    }
    if (Result<Done> mapped = clickupMap(context, task); !mapped)
        return mapped.error();
    return postTo(clickupList(context) + u"/task"_s, task);
}

Receipt clickupReceipt(JsonReader &task) { return {task.id(u"/id"_s), webPage(textOr(task, u"/url"_s))}; }

Result<Receipt> clickupCreated(JsonReader &reply, const CrmContext &) { return reply.finish(clickupReceipt(reply)); }

/// The list's tasks that were made since the key was, closed ones and subtasks too: no search index in between.
Request clickupFindIn(const CrmContext &context, const QString &archived)
{
    const std::optional<Timestamp> since = keySince(context.key);
    return getFrom(clickupList(context) + u"/task"_s,
                   {{u"archived"_s, archived},
                    {u"include_closed"_s, u"true"_s},
                    {u"subtasks"_s, u"true"_s},
                    {u"date_created_gt"_s, since ? QString::number(since->us / 1000) : QString()},
                    {u"page"_s, context.cursor.isEmpty() ? u"0"_s : context.cursor}});
}

Result<Request> clickupFind(const CrmContext &context) { return clickupFindIn(context, u"false"_s); }
Result<Request> clickupFindArchived(const CrmContext &context) { return clickupFindIn(context, u"true"_s); }

bool clickupIsOurs(JsonReader &task, const CrmContext &context)
{
    for (JsonReader &field : task.optionalArray(u"/custom_fields"_s)) {
        if (clickupHasKeyField(context) && textOr(field, u"/id"_s) == clickupKeyField(context)
            && textOr(field, u"/value"_s) == context.key)
            return true;
    }
    return hasKeyLine(textOr(task, u"/description"_s), context.key)
        || hasKeyLine(textOr(task, u"/text_content"_s), context.key);
}

Result<std::optional<Receipt>> clickupFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &task : reply.array(u"/tasks"_s)) {
        if (!found && clickupIsOurs(task, context))
            found = clickupReceipt(task);
    }
    return reply.finish(found);
}

QString clickupNextPage(JsonReader &reply, const CrmContext &context)
{
    const bool full = reply.array(u"/tasks"_s).size() >= clickupPage;
    if (reply.optionalBoolean(u"/last_page"_s).value_or(!full))
        return {};
    return QString::number(context.cursor.toInt() + 1);
}

Result<Request> clickupTaskRequest(const CrmContext &context)
{
    return getFrom(u"/v2/task/"_s + pathPart(context.externalId));
}

Result<RemoteTask> clickupStatus(JsonReader &reply, const CrmContext &)
{
    const QString type = textOr(reply, u"/status/type"_s);
    RemoteTask task;
    task.status = reply.text(u"/status/status"_s);
    task.closed = type == u"closed"_s || type == u"done"_s;
    task.url = webPage(textOr(reply, u"/url"_s));
    return reply.finish(task);
}

Result<Request> clickupListRequest(const CrmContext &context) { return getFrom(clickupList(context)); }
Result<Request> clickupMembersRequest(const CrmContext &context)
{
    return getFrom(clickupList(context) + u"/member"_s);
}
Result<Request> clickupUserRequest(const CrmContext &) { return getFrom(u"/v2/user"_s); }

Result<Request> clickupFieldsRequest(const CrmContext &context)
{
    Request request = getFrom(clickupList(context) + u"/field"_s);
    return Request(request).header("Content-Type", "application/json");
}

Result<std::vector<FieldChoice>> clickupStatuses(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"status"_s, {u"/statuses"_s, u"/status"_s, u"/status"_s, {}}));
}

Result<std::vector<FieldChoice>> clickupMembers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"assignees"_s, {u"/members"_s, u"/id"_s, u"/username"_s, u"/email"_s}));
}

Result<std::vector<FieldChoice>> clickupOptions(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &field : reply.array(u"/fields"_s)) {
        const QString name = field.text(u"/name"_s);
        for (JsonReader &option : field.optionalArray(u"/type_config/options"_s))
            choices.push_back({field.id(u"/id"_s), option.id(u"/id"_s),
                               name + u": "_s + textOr(option, u"/name"_s, textOr(option, u"/label"_s))});
    }
    return reply.finish(choices);
}

Result<CrmFinding> clickupUserFinding(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{u"Signed in as %1."_s.arg(reply.text(u"/user/username"_s))});
}

Result<CrmFinding> clickupListFinding(JsonReader &reply, const CrmContext &)
{
    const QString name = reply.text(u"/name"_s);
    if (reply.ok() && reply.optionalBoolean(u"/archived"_s).value_or(false))
        return makeError(Error::Kind::Refused, u"The list “%1” is archived. Choose another one."_s.arg(name));
    return reply.finish(CrmFinding{u"Tasks go to the list “%1”."_s.arg(name)});
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
    spec.auth = &clickupAuth;
    spec.limit = RateLimit{100, std::chrono::minutes(1)}; // of all plans up to Business
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // a list, no search; how far its copies lag is not documented
    spec.words = &clickupWords;
    spec.failure = &clickupFailure;
    spec.createTask = {&clickupCreate, &clickupCreated};
    spec.lookUps = {{&clickupFind, &clickupFound, nullptr, &clickupNextPage},
                    {&clickupFindArchived, &clickupFound, nullptr, &clickupNextPage}};
    spec.attach = {{&attachAt<"/v2/task/{id}/attachment", "attachment">, &factAt<"file", "/id">}};
    spec.attached = {&clickupTaskRequest, &filesAt<"/attachments", "/title", "/size">};
    spec.largestFile = largestAttachedFile;
    spec.status = {&clickupTaskRequest, &clickupStatus};
    spec.fields = {{&clickupListRequest, &clickupStatuses},
                   {&clickupMembersRequest, &clickupMembers},
                   {&clickupFieldsRequest, &clickupOptions}};
    spec.test = {{&clickupUserRequest, &clickupUserFinding},
                 {&clickupListRequest, &clickupListFinding},
                 {&clickupFieldsRequest, &clickupKeyFieldFinding, &clickupHasKeyField}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_clickup(const ConnectorServices &services) { return makeCrmInfo<&clickupSpec>(services); }

} // namespace patchbay
