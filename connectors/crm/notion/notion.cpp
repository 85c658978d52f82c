#include "connectors/kit/bodies.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"
#include "connectors/kit/sheet_rows.h"
#include "connectors/kit/task_blocks.h"
#include "connectors/kit/value_forms.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype notionPartLimit = 2000; // of one text object, in UTF-16 units; at most 100 blocks
constexpr TextLimit notionTitleLimit{notionPartLimit, TextLimit::Unit::Utf16};
constexpr TextLimit notionTextLimit{100000, TextLimit::Unit::Utf16};

std::vector<FormField> notionForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Integration secret"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with ntn_ or secret_")),
        textField("data_source", QT_TRANSLATE_NOOP("form", "Data source (id)"), true,
                  QT_TRANSLATE_NOOP("form", "In the database's settings: Manage data sources, Copy data source ID")),
        proposedField("key_property", QT_TRANSLATE_NOOP("form", "Property for our key"), "Patchbay key",
                      QT_TRANSLATE_NOOP("form", "A property of the type Text")),
        textField("priority_property", QT_TRANSLATE_NOOP("form", "Property for the priority"), false,
                  QT_TRANSLATE_NOOP("form", "A select with the options Low, Normal, High and Urgent. Empty: none")),
        textField("due_property", QT_TRANSLATE_NOOP("form", "Property for the due date"), false),
        textField("status_property", QT_TRANSLATE_NOOP("form", "Property that shows the status"), false,
                  QT_TRANSLATE_NOOP("form", "A status or a checkbox. Empty: the first status")),
        apiAddressField("https://api.notion.com"),
    };
}

/// A collision inside Notion: nothing was written, and it may be tried again.
std::optional<VendorFailure> notionFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 409)
        return std::nullopt;
    return VendorFailure{Error::Kind::Remote, commonWords(reply.body)};
}

QString notionKeyProperty(const CrmContext &context)
{
    return settingOf(context, u"key_property"_s, u"Patchbay key"_s);
}

constexpr auto notionSchemaRequest = &getAt<"/v1/data_sources/{data_source}">;

/// The options that a status has in its last group, "Complete".
QJsonArray notionDone(const QJsonObject &status)
{
    const QJsonArray ids = status.value(u"groups"_s).toArray().last().toObject().value(u"option_ids"_s).toArray();
    QJsonArray done;
    for (const QJsonValue &option : status.value(u"options"_s).toArray()) {
        if (ids.contains(option[u"id"_s]))
            done.append(option[u"name"_s]);
    }
    return done;
}

/// "types" of the properties by name, the name of the one that is the "title", the one that is the "status", and the
/// status's options that are "done".
Result<QJsonObject> notionSchema(JsonReader &reply, const CrmContext &context)
{
    const QJsonObject properties = reply.value(u"/properties"_s).toObject();
    QString title;
    QString status = settingOf(context, u"status_property"_s);
    QJsonObject types;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QString type = it.value()[u"type"_s].toString();
        types.insert(it.key(), type);
        if (type == u"title"_s)
            title = it.key();
        if (type == u"status"_s && status.isEmpty())
            status = it.key();
    }
    if (title.isEmpty())
        reply.fault(u"/properties"_s, u"has no property of the type title"_s);
    return reply.finish(QJsonObject{{u"types"_s, types},
                                    {u"title"_s, title},
                                    {u"status"_s, status},
                                    {u"done"_s, notionDone(properties[status][u"status"_s].toObject())}});
}

/// The same for a new task: Refused when the properties that the settings name are not there as they are needed.
Result<QJsonObject> notionTaskSchema(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = notionSchema(reply, context);
    if (!known)
        return known;
    const Result<Done> good = checkColumnTypes(
        known->value(u"types"_s).toObject(),
        {{notionKeyProperty(context), {u"rich_text"_s}, u"Text"_s},
         {settingOf(context, u"due_property"_s), {u"date"_s}, u"Date"_s},
         {settingOf(context, u"priority_property"_s), {u"select"_s, u"status"_s}, u"Select or Status"_s},
         {known->value(u"status"_s).toString(), {u"status"_s, u"checkbox"_s}, u"Status or Checkbox"_s}},
        u"Notion's data source has no property \"%1\" of the type %2."_s);
    return good ? known : good.error();
}

/// A text of the route in the form that a property of this type takes.
QJsonValue notionValue(const QString &type, const QString &text)
{
    using Kind = ValueForm::Kind;
    static const QHash<QString, ValueForm> forms{{u"url"_s, {}},
                                                 {u"email"_s, {}},
                                                 {u"phone_number"_s, {}},
                                                 {u"number"_s, {Kind::Number}},
                                                 {u"checkbox"_s, {Kind::Switch}},
                                                 {u"date"_s, {Kind::Member, u"start"_s}},
                                                 {u"select"_s, {Kind::Member, u"name"_s}},
                                                 {u"status"_s, {Kind::Member, u"name"_s}},
                                                 {u"multi_select"_s, {Kind::Member, u"name"_s, true}},
                                                 {u"people"_s, {Kind::Member, u"id"_s, true}},
                                                 {u"relation"_s, {Kind::Member, u"id"_s, true}}};
    if (const auto form = forms.constFind(type); form != forms.constEnd())
        return QJsonObject{{type, inForm(text, *form)}};
    return QJsonObject{{u"rich_text"_s, blockText(cutText(cleanText(text), notionTitleLimit))}};
}

Result<Request> notionCreate(const CrmContext &context)
{
    const QJsonObject types = context.known.value(u"types"_s).toObject();
    const QString titleName = context.known.value(u"title"_s).toString(u"title"_s);
    const QString keyName = notionKeyProperty(context);
    const QString title = taskTitle(context.task, notionTitleLimit);
    QJsonObject properties{{titleName, QJsonObject{{u"title"_s, blockText(title)}}},
                           {keyName, QJsonObject{{u"rich_text"_s, blockText(context.key)}}}};
    if (const QString name = settingOf(context, u"priority_property"_s); !name.isEmpty())
        properties.insert(name,
                          notionValue(types.value(name).toString(u"select"_s), priorityTitle(context.task.priority)));
    if (const QString name = settingOf(context, u"due_property"_s); !name.isEmpty() && context.task.due)
        properties.insert(name, notionValue(u"date"_s, dueDay(context.task)));
    const QJsonObject mapped = inForms(context.task.fields, [&types](const QString &name, const QString &text) {
        return notionValue(types.value(name).toString(), text);
    });
    if (Result<Done> added = addFields(properties, mapped, {titleName, keyName}); !added)
        return added.error();
    const QJsonValue parent = jsonAt(context, uR"({"type": "data_source_id", "data_source_id": "{data_source}"})"_s);
    const QJsonArray blocks = taskBlocks(context.task, context.key, notionTextLimit, notionPartLimit, title);
    return postTo(u"/v1/pages"_s, {{u"parent"_s, parent}, {u"properties"_s, properties}, {u"children"_s, blocks}});
}

Receipt notionReceipt(JsonReader &page, const CrmContext &) { return {page.text(u"/id"_s), textOr(page, u"/url"_s)}; }

Result<Request> notionFind(const CrmContext &context)
{
    const QJsonObject filter{{u"property"_s, notionKeyProperty(context)},
                             {u"rich_text"_s, QJsonObject{{u"equals"_s, context.key}}}};
    QJsonObject body{{u"filter"_s, filter}, {u"page_size"_s, 100}};
    insertText(body, u"start_cursor"_s, context.cursor);
    return searchAt(u"/v1/data_sources/%1/query"_s.arg(pathPart(settingOf(context, u"data_source"_s))), body);
}

constexpr auto notionNextPage = &nextIf<"/has_more", "/next_cursor">;

bool notionIsOurs(JsonReader &page, const CrmContext &context)
{
    QString key;
    const QJsonValue property = page.value(u"/properties"_s)[notionKeyProperty(context)];
    for (const QJsonValue &part : property[u"rich_text"_s].toArray())
        key += part[u"plain_text"_s].toString();
    return key == context.key;
}

Result<RemoteTask> notionStatus(JsonReader &reply, const CrmContext &context)
{
    const QJsonValue status = reply.value(u"/properties"_s)[context.known.value(u"status"_s).toString()];
    const bool ticked = status[u"checkbox"_s].toBool();
    RemoteTask task;
    task.status = status[u"status"_s][u"name"_s].toString();
    if (status[u"checkbox"_s].isBool())
        task.status = ticked ? u"Done"_s : u"Open"_s;
    task.closed = ticked || context.known.value(u"done"_s).toArray().contains(task.status);
    if (reply.boolean(u"/in_trash"_s)) {
        task.status = u"In trash"_s;
        task.closed = true;
    }
    task.url = textOr(reply, u"/url"_s);
    task.externalId = reply.text(u"/id"_s); // asked for without its dashes, too
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> notionChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    const QJsonObject properties = reply.value(u"/properties"_s).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonValue options = it.value()[it.value()[u"type"_s].toString()][u"options"_s];
        for (const QJsonValue &option : options.toArray())
            choices.push_back({it.key(), option[u"name"_s].toString(), option[u"name"_s].toString()});
    }
    reply.text(u"/id"_s);
    return reply.finish(choices);
}

CrmSpec notionSpec()
{
    CrmSpec spec;
    spec.id = u"notion"_s;
    spec.title = u"Notion"_s;
    spec.form = notionForm();
    spec.objects = {u"Page"_s};
    spec.contract = {true, u"Notion API (OpenAPI of Notion's own MCP server; pages and filters are open there)"_s,
                     u"2025-09-03"_s};
    spec.auth = &bearerOf<"token">;
    spec.headers = {{"Notion-Version", "2025-09-03"}};
    spec.limit = RateLimit{30, std::chrono::seconds(10)}; // an average of three a second, with some bursts
    spec.failure = &notionFailure;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // not written down
    spec.facts = {{notionSchemaRequest, &notionTaskSchema}};
    spec.createTask = {&notionCreate, &receiptAt<"/id", "/url">};
    spec.lookUps = {{&notionFind, &firstOfOurs<"/results", &notionIsOurs, &notionReceipt>, nullptr, notionNextPage}};
    spec.attach = {{&postJson<"/v1/file_uploads", R"({"mode": "single_part", "filename": "{file.name}"})">,
                    &factAt<"upload", "/id">},
                   {&attachAt<"/v1/file_uploads/{known.upload}/send", "file">,
                    &onlyWhen<"/status", "uploaded", &factAt<"upload", "/id">>},
                   {&patchJson<"/v1/blocks/{id}/children",
                               R"({"children": [{"type": "file", "file": {"type": "file_upload", "name": "{file.name}",
                                "file_upload": {"id": "{known.upload}"}}}]})">,
                    &factAt<"file", "/results/0/id">}};
    spec.attached = {&getAt<"/v1/blocks/{id}/children?page_size=100&start_cursor={cursor}">,
                     &filesAmong<"/results", "/type", "/file/name">, nullptr, notionNextPage};
    spec.largestFile = 20'000'000; // in one part; a free workspace takes 5 MB
    spec.statusFacts = {{notionSchemaRequest, &notionSchema}};
    spec.status = {&getAt<"/v1/pages/{id}">, &notionStatus};
    spec.recordIn = &pageIdAt<"p">; // "/acme/Refund-<id>", "/acme/<database>?p=<id>"
    spec.fields = {{notionSchemaRequest, &notionChoices}};
    spec.test = {{&getAt<"/v1/users/me">, &findingOfEither<&factAt<"user", "/id">, "Signed in as %1.", "/name", "/id">},
                 {notionSchemaRequest,
                  &findingOfEither<&notionTaskSchema, "Tasks become pages in “%1”.", "/title/0/plain_text", "/id">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_notion(const ConnectorServices &services) { return makeCrmInfo<&notionSpec>(services); }

} // namespace patchbay
