#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/graphql_calls.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/sheet_rows.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit mondayTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit mondayTextLimit{2000, TextLimit::Unit::Utf16}; // of a column of the type long text

std::vector<FormField> mondayForm()
{
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
        textField("file_column", QT_TRANSLATE_NOOP("form", "Column for files (id)"), false,
                  QT_TRANSLATE_NOOP("form", "Of the type Files; empty: the description names the files")),
        proposedField("priorities", QT_TRANSLATE_NOOP("form", "Priorities (low, normal, high, urgent)"),
                      "Low, Medium, High, Critical",
                      QT_TRANSLATE_NOOP("form", "The labels that they have on the board")),
        apiAddressField("https://api.monday.com"),
    };
}

/// A refused token is told in an older form, whose errors are mere texts.
std::optional<VendorFailure> mondayFailure(const Reply &reply, Timestamp now)
{
    std::optional<VendorFailure> failure = graphqlFailure(reply, now);
    if (failure && failure->words.isEmpty())
        failure->words = commonWords(reply.body);
    return failure;
}

QString mondayBoard(const CrmContext &context) { return settingOf(context, u"board"_s); }

Result<Request> mondayCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, mondayTitleLimit);
    const QString keyColumn = settingOf(context, u"key_column"_s);
    const QString textColumn = settingOf(context, u"text_column"_s);
    const QString priorityColumn = settingOf(context, u"priority_column"_s);
    const QString due = settingOf(context, u"due_column"_s);
    const QString text = taskText(context.task, context.key, mondayTextLimit, title);
    QJsonObject values{{keyColumn, context.key}, {textColumn, QJsonObject{{u"text"_s, text}}}};
    const QString priority =
        priorityIn(settingOf(context, u"priorities"_s, u"Low, Medium, High, Critical"_s), context.task.priority);
    if (!priorityColumn.isEmpty() && !priority.isEmpty())
        values.insert(priorityColumn, QJsonObject{{u"label"_s, priority}});
    if (!due.isEmpty() && context.task.due)
        values.insert(due, QJsonObject{{u"date"_s, dueDay(context.task)}});
    if (Result<Done> mapped = addFields(values, context.task.fields, {keyColumn, textColumn, u"name"_s}); !mapped)
        return mapped.error();
    QJsonObject variables{{u"board"_s, mondayBoard(context)}, {u"name"_s, title}};
    addVariable(variables, u"group"_s, context);
    // The columns are one JSON text, not an object.
    variables.insert(u"columns"_s, QString::fromUtf8(QJsonDocument(values).toJson(QJsonDocument::Compact)));
    return graphqlMutation(
        pathOf(u"/v2"_s),
        u"mutation($board: ID!, $group: String, $name: String!, $columns: JSON!) { create_item(board_id: $board, "
        "group_id: $group, item_name: $name, column_values: $columns) { id url } }"_s,
        variables);
}

Receipt mondayReceipt(JsonReader &item, const CrmContext &) { return {item.id(u"/id"_s), item.text(u"/url"_s)}; }

Result<Request> mondayFind(const CrmContext &context)
{
    if (!context.cursor.isEmpty())
        return queryAt<"/v2",
                       "query($cursor: String!, $column: String!) { page: next_items_page(cursor: $cursor, "
                       "limit: 100) { cursor items { id url column_values(ids: [$column]) { id text } } } }",
                       "cursor", "column=key_column">(context);
    return queryAt<"/v2",
                   "query($board: ID!, $column: String!, $key: String!) { page: "
                   "items_page_by_column_values(board_id: $board, limit: 100, columns: [{ column_id: $column, "
                   "column_values: [$key] }]) { cursor items { id url column_values(ids: [$column]) { id text } } } }",
                   "board", "column=key_column", "key">(context);
}

bool mondayIsOurs(JsonReader &item, const CrmContext &context)
{
    bool ours = false;
    for (JsonReader &value : item.array(u"/column_values"_s))
        ours = ours || textOr(value, u"/text"_s) == context.key;
    return ours;
}

Result<Request> mondayStatusRequest(const CrmContext &context)
{
    return graphqlQuery(
        pathOf(u"/v2"_s),
        u"query($id: ID!, $column: String!) { items(ids: [$id]) { id url state column_values(ids: "
        "[$column]) { id text ... on StatusValue { is_done } } } }"_s,
        {{u"id"_s, context.externalId}, {u"column"_s, settingOf(context, u"status_column"_s, u"status"_s)}});
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

constexpr auto mondayBoardRequest =
    &queryAt<"/v2",
             "query($board: ID!) { me { name } boards(ids: [$board]) { name groups { id title } columns "
             "{ id title type } } }",
             "board">;
constexpr auto mondayColumnsRequest =
    &queryAt<"/v2", "query($board: ID!) { boards(ids: [$board]) { columns { id title settings } } }", "board">;

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
    QJsonObject types;
    QStringList shown;
    for (JsonReader &column : reply.array(u"/data/boards/0/columns"_s)) {
        const QString id = column.text(u"/id"_s);
        types.insert(id, column.text(u"/type"_s));
        shown.append(u"%1 = %2 (%3)"_s.arg(column.text(u"/title"_s), id, types.value(id).toString()));
    }
    QList<ColumnRule> rules;
    for (const auto &[setting, type] : {std::pair(u"key_column"_s, u"text"_s),
                                        {u"text_column"_s, u"long_text"_s},
                                        {u"status_column"_s, u"status"_s},
                                        {u"priority_column"_s, u"status"_s},
                                        {u"due_column"_s, u"date"_s},
                                        {u"file_column"_s, u"file"_s}})
        rules.append({settingOf(context, setting), {type}, type});
    const Result<Done> fit = checkColumnTypes(types, rules, u"The board has no column \"%1\" of the type %2."_s);
    if (reply.ok() && !fit)
        return makeError(fit.error().kind, fit.error().message + u" Its columns: %1."_s.arg(shown.join(u", "_s)));
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
    const QString group = settingOf(context, u"group"_s);
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
    spec.auth = &keyOf<"token">;
    spec.headers = {{"API-Version", "2026-07"}};
    spec.limit = RateLimit{60, std::chrono::minutes(1)};
    spec.failure = &mondayFailure;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(60); // not written down
    spec.createTask = {&mondayCreate, &receiptAt<"/data/create_item/id", "/data/create_item/url">};
    spec.lookUps = {{&mondayFind, &firstOfOurs<"/data/page/items", &mondayIsOurs, &mondayReceipt>, nullptr,
                     &nextAt<"/data/page/cursor">}};
    spec.rules = {{u"file_column"_s, &isParameterName, u"file_column"_s}}; // it stands in the query itself
    spec.attach = {{&attachAt<"/v2/file", "file",
                              "query=mutation ($file: File!) { add_file_to_column(item_id: {id}, column_id: "
                              "\"{file_column}\", file: $file) { id } }",
                              R"(map={"file":"variables.file"})">,
                    &factAt<"file", "/data/add_file_to_column/id">, &isSet<"file_column">}};
    spec.attached = {&queryAt<"/v2",
                              "query($id: ID!, $column: String!) { items(ids: [$id]) { assets(assets_source: columns, "
                              "column_ids: [$column]) { name file_size } } }",
                              "id", "column=file_column">,
                     &filesAt<"/data/items/0/assets", "/name", "/file_size">};
    spec.largestFile = largestAttachedFile;
    spec.status = {&mondayStatusRequest, &mondayStatus};
    spec.fields = {{mondayColumnsRequest, &mondayChoices}};
    spec.test = {{mondayBoardRequest, &mondayFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_monday(const ConnectorServices &services) { return makeCrmInfo<&mondaySpec>(services); }

} // namespace patchbay
