#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/graphql.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit mondayTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit mondayTextLimit{2000, TextLimit::Unit::Utf16}; // of a column of the type long text

std::vector<FormField> mondayForm()
{
    FormField priorities = textField("priorities", QT_TRANSLATE_NOOP("form", "Priorities (low, normal, high, urgent)"),
                                     false, QT_TRANSLATE_NOOP("form", "The labels that they have on the board"));
    priorities.initial = u"Low, Medium, High, Critical"_s;
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "API token"), true),
        textField("board", QT_TRANSLATE_NOOP("form", "Board (id)"), true,
                  QT_TRANSLATE_NOOP("form", "The number in the board's address")),
        textField("key_column", QT_TRANSLATE_NOOP("form", "Column for our key (id)"), true,
                  QT_TRANSLATE_NOOP("form", "A column of the type Text; the test names the columns")),
        textField("text_column", QT_TRANSLATE_NOOP("form", "Column for the description (id)"), true,
                  QT_TRANSLATE_NOOP("form", "A column of the type Long text")),
        textField("group", QT_TRANSLATE_NOOP("form", "Group (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Empty: the first group of the board")),
        textField("status_column", QT_TRANSLATE_NOOP("form", "Column that shows the status (id)"), false),
        textField("priority_column", QT_TRANSLATE_NOOP("form", "Column for the priority (id)"), false),
        textField("due_column", QT_TRANSLATE_NOOP("form", "Column for the due date (id)"), false),
        priorities,
        apiAddressField("https://api.monday.com"),
    };
}

Credentials mondayAuth(const AccountConfig &account)
{
    return Credentials::inHeader("Authorization", account.secrets.value(u"token"_s));
}

/// A refused token is told in an older form, whose errors are mere texts.
std::optional<VendorFailure> mondayFailure(const Reply &reply, Timestamp now)
{
    std::optional<VendorFailure> failure = graphqlFailure(reply, now);
    if (failure && failure->words.isEmpty())
        failure->words = commonWords(reply.body);
    return failure;
}

Request mondayVersion(Request request) { return std::move(request).header("API-Version", "2026-07"); }

Request mondayQuery(const QString &query, const QJsonObject &variables)
{
    return mondayVersion(graphqlQuery(pathOf(u"/v2"_s), query, variables));
}

QString mondayBoard(const CrmContext &context) { return settingText(context.settings, u"board"_s); }
QString mondayColumn(const CrmContext &context, const char *setting)
{
    return settingText(context.settings, QLatin1StringView(setting));
}

QString mondayPriority(const CrmContext &context)
{
    const QString names = settingText(context.settings, u"priorities"_s);
    return (names.isEmpty() ? u"Low, Medium, High, Critical"_s : names)
        .split(u',')
        .value(int(context.task.priority))
        .trimmed();
}

Result<Request> mondayCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, mondayTitleLimit);
    const QString keyColumn = mondayColumn(context, "key_column");
    const QString textColumn = mondayColumn(context, "text_column");
    const QString priority = mondayColumn(context, "priority_column");
    const QString due = mondayColumn(context, "due_column");
    const QString group = settingText(context.settings, u"group"_s);
    const QString text = taskText(context.task, context.key, mondayTextLimit, title);
    QJsonObject values{{keyColumn, context.key}, {textColumn, QJsonObject{{u"text"_s, text}}}};
    if (!priority.isEmpty() && !mondayPriority(context).isEmpty())
        values.insert(priority, QJsonObject{{u"label"_s, mondayPriority(context)}});
    if (!due.isEmpty() && context.task.due)
        values.insert(due, QJsonObject{{u"date"_s, dueDay(context.task)}});
    if (Result<Done> mapped = addFields(values, context.task.fields, {keyColumn, textColumn, u"name"_s}); !mapped)
        return mapped.error();
    // The columns are one JSON text, not an object.
    const QString columns = QString::fromUtf8(QJsonDocument(values).toJson(QJsonDocument::Compact));
    return mondayVersion(graphqlMutation(
        pathOf(u"/v2"_s),
        u"mutation($board: ID!, $group: String, $name: String!, $columns: JSON!) { create_item(board_id: $board, "
        "group_id: $group, item_name: $name, column_values: $columns) { id url } }"_s,
        {{u"board"_s, mondayBoard(context)},
         {u"group"_s, group.isEmpty() ? QJsonValue() : QJsonValue(group)},
         {u"name"_s, title},
         {u"columns"_s, columns}}));
}

Receipt mondayReceipt(JsonReader &item, const QString &at)
{
    return {item.id(at + u"/id"_s), item.text(at + u"/url"_s)};
}

Result<Receipt> mondayCreated(JsonReader &reply, const CrmContext &)
{
    return reply.finish(mondayReceipt(reply, u"/data/create_item"_s));
}

Result<Request> mondayFind(const CrmContext &context)
{
    const QString items = u"{ cursor items { id url column_values(ids: [$column]) { id text } } } }"_s;
    const QString column = mondayColumn(context, "key_column");
    if (!context.cursor.isEmpty()) {
        return mondayQuery(u"query($cursor: String!, $column: String!) { page: next_items_page(cursor: $cursor, "
                           "limit: 100) "_s
                               + items,
                           {{u"cursor"_s, context.cursor}, {u"column"_s, column}});
    }
    return mondayQuery(u"query($board: ID!, $column: String!, $key: String!) { page: "
                       "items_page_by_column_values(board_id: $board, limit: 100, columns: [{ column_id: $column, "
                       "column_values: [$key] }]) "_s
                           + items,
                       {{u"board"_s, mondayBoard(context)}, {u"column"_s, column}, {u"key"_s, context.key}});
}

Result<std::optional<Receipt>> mondayFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &item : reply.array(u"/data/page/items"_s)) {
        for (JsonReader &value : item.array(u"/column_values"_s)) {
            if (!found && textOr(value, u"/text"_s) == context.key)
                found = mondayReceipt(item, {});
        }
    }
    return reply.finish(found);
}

QString mondayNextPage(JsonReader &reply, const CrmContext &) { return textOr(reply, u"/data/page/cursor"_s); }

Result<Request> mondayStatusRequest(const CrmContext &context)
{
    const QString column = mondayColumn(context, "status_column");
    return mondayQuery(u"query($id: ID!, $column: String!) { items(ids: [$id]) { id url state column_values(ids: "
                       "[$column]) { id text ... on StatusValue { is_done } } } }"_s,
                       {{u"id"_s, context.externalId}, {u"column"_s, column.isEmpty() ? u"status"_s : column}});
}

/// An item that is archived or deleted is closed, whatever its label says.
Result<RemoteTask> mondayStatus(JsonReader &reply, const CrmContext &)
{
    std::vector<JsonReader> items = reply.array(u"/data/items"_s);
    if (reply.ok() && items.empty())
        return makeError(Error::Kind::NotFound, u"monday.com does not have this item any more."_s);
    if (!reply.ok())
        return reply.error();
    JsonReader &item = items.front();
    RemoteTask task;
    task.url = item.text(u"/url"_s);
    for (JsonReader &value : item.array(u"/column_values"_s)) {
        task.status = value.optionalText(u"/text"_s).value_or(QString());
        task.closed = value.optionalBoolean(u"/is_done"_s).value_or(false);
    }
    const QString state = item.text(u"/state"_s);
    if (state != u"active"_s) {
        task.status = state;
        task.closed = true;
    }
    return reply.finish(task);
}

Result<Request> mondayBoardRequest(const CrmContext &context)
{
    return mondayQuery(u"query($board: ID!) { me { name } boards(ids: [$board]) { name groups { id title } columns "
                       "{ id title type } } }"_s,
                       {{u"board"_s, mondayBoard(context)}});
}

Result<Request> mondayColumnsRequest(const CrmContext &context)
{
    return mondayQuery(u"query($board: ID!) { boards(ids: [$board]) { columns { id title settings } } }"_s,
                       {{u"board"_s, mondayBoard(context)}});
}

/// The labels of each column; a column without labels stands there with an empty value, for its id.
Result<std::vector<FieldChoice>> mondayChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &column : reply.array(u"/data/boards/0/columns"_s)) {
        const QString id = column.text(u"/id"_s);
        const QString title = column.text(u"/title"_s);
        const size_t before = choices.size();
        for (const QJsonValue &one : column.value(u"/settings/labels"_s).toArray()) {
            const QString label = one[u"label"_s].toString();
            if (!label.isEmpty())
                choices.push_back({id, label, title + u": "_s + label});
        }
        if (choices.size() == before)
            choices.push_back({id, QString(), title});
    }
    return reply.finish(choices);
}

/// Every column that the settings name is there and has a type that fits.
Result<Done> mondayColumns(JsonReader &reply, const CrmContext &context)
{
    QHash<QString, QString> types;
    QStringList shown;
    for (JsonReader &column : reply.array(u"/data/boards/0/columns"_s)) {
        const QString id = column.text(u"/id"_s);
        types.insert(id, column.text(u"/type"_s));
        shown.append(u"%1 = %2 (%3)"_s.arg(column.text(u"/title"_s), id, types.value(id)));
    }
    const std::pair<const char *, QString> wanted[] = {{"key_column", u"text"_s},
                                                       {"text_column", u"long_text"_s},
                                                       {"status_column", u"status"_s},
                                                       {"priority_column", u"status"_s},
                                                       {"due_column", u"date"_s}};
    for (const auto &[setting, type] : wanted) {
        const QString id = mondayColumn(context, setting);
        if (reply.ok() && !id.isEmpty() && types.value(id) != type) {
            return makeError(Error::Kind::Refused,
                             u"The board has no column \"%1\" of the type %2. Its columns: %3."_s.arg(
                                 id, type, shown.join(u", "_s)));
        }
    }
    return reply.finish(Done{});
}

Result<CrmFinding> mondayFinding(JsonReader &reply, const CrmContext &context)
{
    if (reply.array(u"/data/boards"_s).empty() && reply.ok()) {
        return makeError(Error::Kind::Refused,
                         u"monday.com shows this account no board %1."_s.arg(mondayBoard(context)));
    }
    if (Result<Done> columns = mondayColumns(reply, context); !columns)
        return columns.error();
    const QString group = settingText(context.settings, u"group"_s);
    QString groupTitle;
    for (JsonReader &one : reply.array(u"/data/boards/0/groups"_s)) {
        if (one.text(u"/id"_s) == group || (group.isEmpty() && groupTitle.isEmpty()))
            groupTitle = one.text(u"/title"_s);
    }
    if (reply.ok() && groupTitle.isEmpty())
        return makeError(Error::Kind::Refused, u"The board has no group with the id \"%1\"."_s.arg(group));
    return reply.finish(CrmFinding{u"Signed in as %1; tasks become items of the board “%2” in the group “%3”."_s.arg(
        reply.text(u"/data/me/name"_s), reply.text(u"/data/boards/0/name"_s), groupTitle)});
}

CrmSpec mondaySpec()
{
    CrmSpec spec;
    spec.id = u"monday"_s;
    spec.title = u"monday.com"_s;
    spec.form = mondayForm();
    spec.objects = {u"Item"_s};
    spec.contract = {true, u"monday.com GraphQL schema (of monday.com's own MCP server)"_s, u"2026-07"_s};
    spec.auth = &mondayAuth;
    spec.limit = RateLimit{60, std::chrono::minutes(1)};
    spec.failure = &mondayFailure;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(60); // not written down
    spec.createTask = {&mondayCreate, &mondayCreated};
    spec.lookUps = {{&mondayFind, &mondayFound, nullptr, &mondayNextPage}};
    spec.status = {&mondayStatusRequest, &mondayStatus};
    spec.fields = {{&mondayColumnsRequest, &mondayChoices}};
    spec.test = {{&mondayBoardRequest, &mondayFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_monday(const ConnectorServices &services) { return makeCrmInfo<&mondaySpec>(services); }

} // namespace patchbay
