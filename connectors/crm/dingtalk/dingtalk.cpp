#include "connectors/kit/crm_spec.h"
#include "connectors/kit/dingtalk_platform.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit dingtalkTitleLimit{1024, TextLimit::Unit::Utf16};
constexpr TextLimit dingtalkTextLimit{4096, TextLimit::Unit::Utf16};

std::vector<FormField> dingtalkForm()
{
    std::vector<FormField> form = dingtalkAppForm();
    const std::vector<FormField> more{
        textField("union_id", QT_TRANSLATE_NOOP("form", "Creator (unionId)"), true,
                  QT_TRANSLATE_NOOP("form", "In whose name to-dos are made and looked up")),
        textField("executors", QT_TRANSLATE_NOOP("form", "Assignees (unionIds, with commas)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the creator")),
        switchField("notify", QT_TRANSLATE_NOOP("form", "Notify the assignees in DingTalk"), true),
        apiAddressField("https://api.dingtalk.com"),
    };
    form.insert(form.end(), more.begin(), more.end());
    return form;
}

/// Many failures share a code and 400; the message tells them apart.
std::optional<VendorFailure> dingtalkTaskFailure(const Reply &reply, Timestamp now)
{
    const QString told = dingtalkRefusal(reply);
    const QString words = commonWords(reply.body);
    if (told.contains(u"lockerror"_s)) // another request with our key is under way
        return VendorFailure{Error::Kind::Remote, words, {}, true};
    if (told.contains(u"task not exist"_s))
        return VendorFailure{Error::Kind::NotFound, words};
    if (told.contains(u"task exist"_s))
        return VendorFailure{Error::Kind::Conflict, words};
    return dingtalkFailure(reply, now);
}

QString dingtalkUser(const CrmContext &context)
{
    return u"/v1.0/todo/users/"_s + pathPart(settingText(context.settings, u"union_id"_s));
}

QJsonArray dingtalkExecutors(const CrmContext &context)
{
    QJsonArray ids;
    const QStringList named = settingText(context.settings, u"executors"_s).split(u',');
    for (const QString &id : named) {
        if (!id.trimmed().isEmpty())
            ids.append(id.trimmed());
    }
    return ids.isEmpty() ? QJsonArray{settingText(context.settings, u"union_id"_s)} : ids;
}

/// 10 is the lowest, 40 the highest.
int dingtalkPriority(Priority priority)
{
    switch (priority) {
    case Priority::Low: return 10;
    case Priority::Normal: return 20;
    case Priority::High: return 30;
    case Priority::Urgent: return 40;
    }
    return 20;
}

Result<Request> dingtalkCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, dingtalkTitleLimit);
    const QString creator = settingText(context.settings, u"union_id"_s);
    const bool notify = !context.settings.contains(u"notify"_s) || settingSwitch(context.settings, u"notify"_s);
    QJsonObject body{{u"sourceId"_s, context.key},
                     {u"subject"_s, title},
                     {u"description"_s, taskText(context.task, context.key, dingtalkTextLimit, title)},
                     {u"creatorId"_s, creator},
                     {u"executorIds"_s, dingtalkExecutors(context)},
                     {u"priority"_s, dingtalkPriority(context.task.priority)},
                     {u"notifyConfigs"_s, QJsonObject{{u"dingNotify"_s, notify ? u"1"_s : u"0"_s}}}};
    if (context.task.due)
        body.insert(u"dueTime"_s, context.task.due.us / 1000);
    const QStringList ours{u"sourceId"_s, u"subject"_s, u"description"_s, u"creatorId"_s};
    if (Result<Done> mapped = addFields(body, context.task.fields, ours); !mapped)
        return mapped.error();
    return postTo(dingtalkUser(context) + u"/tasks"_s, body, {{u"operatorId"_s, creator}});
}

Receipt dingtalkReceipt(JsonReader &task) { return {task.id(u"/id"_s), webPage(textOr(task, u"/detailUrl/pcUrl"_s))}; }

Result<Receipt> dingtalkCreated(JsonReader &reply, const CrmContext &) { return reply.finish(dingtalkReceipt(reply)); }

/// DingTalk keeps the key as the id of the thing at its source: it is read directly, not searched for.
Result<Request> dingtalkFind(const CrmContext &context)
{
    return getFrom(dingtalkUser(context) + u"/tasks/sources/"_s + pathPart(context.key));
}

Result<std::optional<Receipt>> dingtalkFound(JsonReader &reply, const CrmContext &context)
{
    if (reply.text(u"/sourceId"_s) != context.key)
        reply.fault(u"/sourceId"_s, u"is not the key that was asked for"_s);
    return reply.finish(std::optional(dingtalkReceipt(reply)));
}

Result<Request> dingtalkTask(const CrmContext &context)
{
    return getFrom(dingtalkUser(context) + u"/tasks/"_s + pathPart(context.externalId));
}

Result<RemoteTask> dingtalkStatus(JsonReader &reply, const CrmContext &)
{
    RemoteTask task;
    task.closed = reply.boolean(u"/done"_s);
    task.status = task.closed ? u"done"_s : u"not done"_s; // DingTalk has no other word for it
    task.url = dingtalkReceipt(reply).url;
    return reply.finish(task);
}

Result<Request> dingtalkOpenTasks(const CrmContext &context)
{
    return searchAt(dingtalkUser(context) + u"/org/tasks/query"_s, {{u"isDone"_s, false}});
}

Result<CrmFinding> dingtalkFinding(JsonReader &reply, const CrmContext &context)
{
    const auto open = reply.optionalArray(u"/todoCards"_s).size();
    const QString more = reply.optionalText(u"/nextToken"_s).value_or(QString()).isEmpty() ? QString() : u" or more"_s;
    return reply.finish(CrmFinding{u"Signed in as the app %1. To-dos are made for %2, who has %3%4 open ones."_s.arg(
                                       settingText(context.settings, u"app_key"_s),
                                       settingText(context.settings, u"union_id"_s), QString::number(open), more),
                                   {}});
}

CrmSpec dingtalkSpec()
{
    CrmSpec spec;
    spec.id = u"dingtalk"_s;
    spec.title = u"DingTalk"_s;
    spec.form = dingtalkForm();
    spec.objects = {u"To-do"_s};
    spec.contract = {true, u"DingTalk API, todo 1.0 and oauth2 1.0 (from DingTalk's own SDK)"_s, {}};
    spec.tokens = dingtalkTokens();
    spec.limit = RateLimit{20, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(10); // read directly; no promise is made how soon
    spec.failure = &dingtalkTaskFailure;
    spec.createTask = {&dingtalkCreate, &dingtalkCreated};
    spec.lookUps = {{&dingtalkFind, &dingtalkFound, nullptr, nullptr, true}};
    spec.status = {&dingtalkTask, &dingtalkStatus};
    spec.test = {{&dingtalkOpenTasks, &dingtalkFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_dingtalk(const ConnectorServices &services) { return makeCrmInfo<&dingtalkSpec>(services); }

} // namespace patchbay
