#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit yougileTitleLimit{250, TextLimit::Unit::Utf16};
constexpr TextLimit yougileTextLimit{60000, TextLimit::Unit::Utf16};
constexpr int yougilePage = 1000;

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

Credentials yougileAuth(const AccountConfig &account) { return Credentials::bearer(account.secrets.value(u"key"_s)); }

QString yougileColumn(const CrmContext &context) { return settingText(context.settings, u"column"_s); }
QString yougileSticker(const CrmContext &context) { return settingText(context.settings, u"priority_sticker"_s); }
bool yougileHasSticker(const CrmContext &context) { return !yougileSticker(context).isEmpty(); }

Result<Request> yougileStickerRequest(const CrmContext &context)
{
    return getFrom(u"/api-v2/string-stickers/"_s + pathPart(yougileSticker(context)));
}

/// The sticker's states by their names in small letters.
Result<QJsonObject> yougilePriorities(JsonReader &reply, const CrmContext &)
{
    QJsonObject states;
    for (JsonReader &state : reply.array(u"/states"_s)) {
        if (!state.optionalBoolean(u"/deleted"_s).value_or(false))
            states.insert(state.text(u"/name"_s).toLower(), state.id(u"/id"_s));
    }
    if (reply.ok() && states.isEmpty())
        reply.fault(u"/states"_s, u"has no state"_s);
    return reply.finish(QJsonObject{{u"priorities"_s, states}});
}

/// The state that is nearest to the priority, in English or Russian; empty: there is none like it.
QString yougilePriority(const CrmContext &context)
{
    static const QHash<Priority, QStringList> names{
        {Priority::Low, {u"low"_s, u"низкий"_s}},
        {Priority::Normal, {u"normal"_s, u"medium"_s, u"обычный"_s, u"средний"_s}},
        {Priority::High, {u"high"_s, u"высокий"_s}},
        {Priority::Urgent, {u"urgent"_s, u"critical"_s, u"срочный"_s, u"критический"_s, u"high"_s, u"высокий"_s}}};
    const QJsonObject states = context.known.value(u"priorities"_s).toObject();
    for (const QString &name : names.value(context.task.priority)) {
        if (states.contains(name))
            return states.value(name).toString();
    }
    return {};
}

/// The route's mapping: stickers by their ids, people separated by commas, the others by the API's names.
Result<Done> yougileMap(const CrmContext &context, QJsonObject &task)
{
    static const QRegularExpression uuid(u"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    QJsonObject stickers;
    if (const QString priority = yougilePriority(context); !priority.isEmpty())
        stickers.insert(yougileSticker(context), priority);
    QJsonObject others;
    const QJsonObject &fields = context.task.fields;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (uuid.match(it.key()).hasMatch()) {
            stickers.insert(it.key(), it.value());
        } else if (it.key() == u"assigned"_s && it.value().isString()) {
            QJsonArray people;
            for (const QString &person : it.value().toString().split(u',', Qt::SkipEmptyParts))
                people.append(person.trimmed());
            others.insert(it.key(), people);
        } else {
            others.insert(it.key(), it.value());
        }
    }
    if (!stickers.isEmpty())
        task.insert(u"stickers"_s, stickers);
    return addFields(task, others, {u"title"_s, u"description"_s, u"stickers"_s, u"idempotencyKey"_s});
}

Result<Request> yougileCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, yougileTitleLimit);
    QJsonObject task{{u"title"_s, title},
                     {u"columnId"_s, yougileColumn(context)},
                     {u"description"_s, taskHtml(context.task, context.key, yougileTextLimit, title)},
                     {u"idempotencyKey"_s, context.key}};
    if (context.task.due)
        task.insert(u"deadline"_s, QJsonObject{{u"deadline"_s, context.task.due.us / 1000}, {u"withTime"_s, true}});
    if (Result<Done> mapped = yougileMap(context, task); !mapped)
        return mapped.error();
    return postTo(u"/api-v2/tasks"_s, task);
}

Result<Receipt> yougileCreated(JsonReader &reply, const CrmContext &)
{
    return reply.finish(Receipt{reply.id(u"/id"_s)});
}

Request yougileList(const QString &path, const CrmContext &context, const QueryItems &more = {})
{
    QueryItems query{{u"limit"_s, QString::number(yougilePage)},
                     {u"offset"_s, context.cursor.isEmpty() ? u"0"_s : context.cursor}};
    return getFrom(path, more + query);
}

QString yougileNextPage(JsonReader &reply, const CrmContext &context)
{
    return reply.boolean(u"/paging/next"_s) ? QString::number(context.cursor.toInt() + yougilePage) : QString();
}

/// The column's tasks, deleted ones too: what somebody deleted was made.
Result<Request> yougileFind(const CrmContext &context)
{
    return yougileList(u"/api-v2/task-list"_s, context,
                       {{u"columnId"_s, yougileColumn(context)}, {u"includeDeleted"_s, u"true"_s}});
}

Result<std::optional<Receipt>> yougileFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &task : reply.array(u"/content"_s)) {
        if (!found && hasKeyLine(textOr(task, u"/description"_s), context.key))
            found = Receipt{task.id(u"/id"_s)};
    }
    return reply.finish(found);
}

Result<Request> yougileColumnsRequest(const CrmContext &context) { return yougileList(u"/api-v2/columns"_s, context); }

/// The titles of the first thousand columns.
Result<QJsonObject> yougileColumnTitles(JsonReader &reply, const CrmContext &)
{
    QJsonObject titles;
    for (JsonReader &column : reply.array(u"/content"_s))
        titles.insert(column.id(u"/id"_s), column.text(u"/title"_s));
    return reply.finish(QJsonObject{{u"columns"_s, titles}});
}

Result<Request> yougileTaskRequest(const CrmContext &context)
{
    return getFrom(u"/api-v2/tasks/"_s + pathPart(context.externalId));
}

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

Result<std::vector<FieldChoice>> yougileColumns(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"columnId"_s, {u"/content"_s, u"/id"_s, u"/title"_s, {}}));
}

Result<Request> yougileUsersRequest(const CrmContext &context) { return yougileList(u"/api-v2/users"_s, context); }

Result<std::vector<FieldChoice>> yougileUsers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"assigned"_s, {u"/content"_s, u"/id"_s, u"/realName"_s, u"/email"_s}));
}

Result<Request> yougileStickersRequest(const CrmContext &context)
{
    return yougileList(u"/api-v2/string-stickers"_s, context);
}

Result<std::vector<FieldChoice>> yougileStates(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &sticker : reply.array(u"/content"_s)) {
        const QString name = sticker.text(u"/name"_s);
        for (JsonReader &state : sticker.optionalArray(u"/states"_s))
            choices.push_back({sticker.id(u"/id"_s), state.id(u"/id"_s), name + u": "_s + state.text(u"/name"_s)});
    }
    return reply.finish(choices);
}

Result<Request> yougileColumnRequest(const CrmContext &context)
{
    return getFrom(u"/api-v2/columns/"_s + pathPart(yougileColumn(context)));
}

Result<CrmFinding> yougileColumnFinding(JsonReader &reply, const CrmContext &)
{
    const QString title = reply.text(u"/title"_s);
    if (reply.ok() && reply.optionalBoolean(u"/deleted"_s).value_or(false))
        return makeError(Error::Kind::Refused, u"The column “%1” is deleted. Choose another one."_s.arg(title));
    return reply.finish(CrmFinding{u"Signed in; tasks go to the column “%1”."_s.arg(title)});
}

Result<CrmFinding> yougileStickerFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> states = yougilePriorities(reply, context);
    if (!states)
        return states.error();
    return CrmFinding{u"Priorities go to the sticker “%1”."_s.arg(textOr(reply, u"/name"_s))};
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
    spec.auth = &yougileAuth;
    spec.limit = RateLimit{45, std::chrono::minutes(1)}; // 50 are the whole company's, with its people
    spec.idempotencyOf = &yougileIdempotency;
    spec.indexLag = std::chrono::seconds(10);
    spec.facts = {{&yougileStickerRequest, &yougilePriorities, &yougileHasSticker}};
    spec.createTask = {&yougileCreate, &yougileCreated};
    spec.lookUps = {{&yougileFind, &yougileFound, nullptr, &yougileNextPage}};
    spec.statusFacts = {{&yougileColumnsRequest, &yougileColumnTitles}};
    spec.status = {&yougileTaskRequest, &yougileStatus};
    spec.fields = {{&yougileColumnsRequest, &yougileColumns, nullptr, &yougileNextPage},
                   {&yougileUsersRequest, &yougileUsers, nullptr, &yougileNextPage},
                   {&yougileStickersRequest, &yougileStates, nullptr, &yougileNextPage}};
    spec.test = {{&yougileColumnRequest, &yougileColumnFinding},
                 {&yougileStickerRequest, &yougileStickerFinding, &yougileHasSticker}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_yougile(const ConnectorServices &services) { return makeCrmInfo<&yougileSpec>(services); }

} // namespace patchbay
