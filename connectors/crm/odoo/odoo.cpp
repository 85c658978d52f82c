#include "connectors/kit/conditions.h"
#include "connectors/kit/either.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/method_calls.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"
#include "connectors/kit/value_forms.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit odooTitleLimit{250, TextLimit::Unit::Characters};
constexpr TextLimit odooTextLimit{60000, TextLimit::Unit::Utf16};

/// JSON-2 is there from 19.0 on, JSON-RPC until 21.
constexpr MethodServer odooServer{"Odoo", "/jsonrpc", "/json/2", "X-Odoo-Database"};

/// Technical names of a model, its fields and the models of those. Tasks only have one star.
ObjectNames odooNames()
{
    return {{u"model"_s, u"place"_s, u"places"_s, u"stage"_s, u"due"_s, u"user"_s, u"tags"_s, u"priorities"_s},
            {{u"ticket"_s,
              {u"helpdesk.ticket"_s, u"team_id"_s, u"helpdesk.team"_s, u"helpdesk.stage"_s, u""_s, u"user_id"_s,
               u"helpdesk.tag"_s, u"0, 1, 2, 3"_s}},
             {u"task"_s,
              {u"project.task"_s, u"project_id"_s, u"project.project"_s, u"project.task.type"_s, u"date_deadline"_s,
               u"user_ids"_s, u"project.tags"_s, u"0, 0, 1, 1"_s}},
             {u"lead"_s,
              {u"crm.lead"_s, u"team_id"_s, u"crm.team"_s, u"crm.stage"_s, u"date_deadline"_s, u"user_id"_s,
               u"crm.tag"_s, u"0, 1, 2, 3"_s}}}};
}

std::vector<FormField> odooForm()
{
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "As in the browser, for example https://mycompany.odoo.com")),
        choiceField("api", QT_TRANSLATE_NOOP("form", "Server"), {u"json2"_s, u"jsonrpc"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Odoo 19 or newer (JSON-2)")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Odoo 15 to 21 (JSON-RPC)"))}),
        secretField("key", QT_TRANSLATE_NOOP("form", "API key"), true,
                    QT_TRANSLATE_NOOP("form", "Preferences, Account Security, New API Key")),
        textField("database", QT_TRANSLATE_NOOP("form", "Database"), false,
                  QT_TRANSLATE_NOOP("form", "Needed for JSON-RPC, and where a server has several")),
        textField("login", QT_TRANSLATE_NOOP("form", "Login (JSON-RPC)"), false),
        objectField({{"ticket", QT_TRANSLATE_NOOP("form", "Helpdesk ticket")},
                     {"task", QT_TRANSLATE_NOOP("form", "Project task")},
                     {"lead", QT_TRANSLATE_NOOP("form", "CRM lead")}}),
        numberField("place", QT_TRANSLATE_NOOP("form", "Team or project (number)"), false,
                    QT_TRANSLATE_NOOP("form", "Of the ticket's or lead's team, or of the task's project")),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (technical name)"), false,
                  QT_TRANSLATE_NOOP("form", "A text field of your own, for example x_patchbay_key; not needed")),
    };
}

/// In a pattern of ilike, letter by letter.
QString odooLetters(const QString &text)
{
    return QString(text).replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
}

template <Literal model, Literal arguments, auto quoted = &asItIs>
constexpr auto odooSearch = &readingAt<odooServer, model, "search_read", arguments, quoted>;

constexpr auto odooFindContact = &eitherRequest<
    &hasMail,
    odooSearch<"res.partner",
               R"({"domain": [["email", "=ilike", "{mail}"]], "fields": ["email"], "limit": 1, "order": "id"})",
               &odooLetters>,
    odooSearch<"res.partner",
               R"({"domain": [["phone", "=", "{phone}"]], "fields": ["email"], "limit": 1, "order": "id"})">>;
constexpr auto odooCreateContact = &methodAt<odooServer, "res.partner", "create", R"({"vals_list": [
    {"name": "{person}", "email": "{mail}", "phone": "{phone}"}]})">;

/// The columns of an import, as load() reads them: all values are texts, records stand under "<field>/.id".
Result<QJsonObject> odooColumns(const CrmContext &context)
{
    const QString keyField = settingOf(context, u"key_field"_s);
    const QString dueField = settingOf(context, u"object.due"_s);
    const QString title = taskTitle(context.task, odooTitleLimit);
    QJsonObject columns{{u"name"_s, title},
                        {u"description"_s, taskHtml(context.task, context.key, odooTextLimit, title)},
                        {u"priority"_s, priorityIn(settingOf(context, u"object.priorities"_s), context.task.priority)}};
    insertText(columns, settingOf(context, u"object.place"_s) + u"/.id"_s, settingOf(context, u"place"_s));
    insertText(columns, u"partner_id/.id"_s, context.known.value(u"contact"_s).toString());
    if (context.task.due && !dueField.isEmpty())
        columns.insert(dueField, context.task.due.toDateTime().toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s));
    if (!keyField.isEmpty())
        columns.insert(keyField, context.key);
    QJsonObject mapped;
    for (auto it = context.task.fields.begin(); it != context.task.fields.end(); ++it) {
        const bool isRecord = it.key().endsWith(u"_id"_s) || it.key().endsWith(u"_ids"_s);
        mapped.insert(isRecord ? it.key() + u"/.id"_s : it.key(), cellOf(it.value()));
    }
    return withFields(columns, mapped,
                      {u"id"_s, u".id"_s, u"name"_s, u"description"_s, u"partner_id/.id"_s, u"/.id"_s, keyField});
}

/// load() with an external id of ours: it makes the record or, where the id is known, writes to it. Odoo's database
/// keeps the id unique.
Result<Request> odooLoad(const CrmContext &context)
{
    const Result<QJsonObject> columns = odooColumns(context);
    if (!columns)
        return columns.error();
    QJsonArray names{u"id"_s};
    QJsonArray row{u"patchbay."_s + QString(context.key).replace(u'.', u'_')};
    for (auto it = columns->begin(); it != columns->end(); ++it) {
        names.append(it.key());
        row.append(it.value());
    }
    return methodCall(
        odooServer, context, settingOf(context, u"object.model"_s), u"load"_s,
        {{u"fields"_s, names}, {u"data"_s, QJsonArray{row}}, {u"context"_s, QJsonObject{{u"tz"_s, u"UTC"_s}}}});
}

/// In every version.
QString odooPage(const CrmContext &context, const QString &id)
{
    return context.base.adjusted(QUrl::StripTrailingSlash).toString()
        + u"/mail/view?model=%1&res_id=%2"_s.arg(settingOf(context, u"object.model"_s), pathPart(id));
}

/// With "active" in it, archived records are found, too.
constexpr auto odooFind =
    &eitherRequest<&isSet<"key_field">,
                   odooSearch<"{object.model}",
                              R"({"domain": [["{key_field}", "=", "{key}"], ["active", "in", [true, false]]],
                                  "fields": ["{key_field}"], "limit": 1000, "order": "id"})">,
                   odooSearch<"{object.model}",
                              R"({"domain": [["description", "ilike", "{key}"], ["active", "in", [true, false]]],
                                  "fields": ["description"], "limit": 1000, "order": "id"})",
                              &odooLetters>>;

/// "state" is there since Odoo 17.
constexpr auto odooTellsState = &allOf<&settingIs<"object", "task">, &settingIsNot<"api", "jsonrpc">>;
template <Literal arguments> constexpr auto odooRead = &readingAt<odooServer, "{object.model}", "read", arguments>;
constexpr auto odooReadTask =
    &eitherRequest<odooTellsState, odooRead<R"({"ids": ["#{id}"], "fields": ["stage_id", "active", "state"]})">,
                   odooRead<R"({"ids": ["#{id}"], "fields": ["stage_id", "active"]})">>;

constexpr auto odooStages =
    odooSearch<"{object.stage}", R"({"domain": [], "fields": ["name", "fold"], "limit": 1000, "order": "id"})">;

/// What stands in a folded stage is over.
RemoteTask odooState(JsonReader &record, const CrmContext &context)
{
    const QString stage = record.value(u"/stage_id/0"_s).toVariant().toString(); // false: no stage
    const QString state = textOr(record, u"/state"_s);
    const bool active = record.boolean(u"/active"_s);
    RemoteTask task;
    task.url = odooPage(context, record.id(u"/id"_s));
    task.status = !active          ? u"Archived"_s
        : state == u"1_done"_s     ? u"Done"_s
        : state == u"1_canceled"_s ? u"Cancelled"_s
                                   : textOr(record, u"/stage_id/1"_s, u"No stage"_s);
    task.closed = !active || state == u"1_done"_s || state == u"1_canceled"_s
        || context.known.value(u"folded"_s).toObject().value(stage).toBool();
    return task;
}

/// What the model's records have of the partner; archived ones are left out, as everywhere in Odoo.
constexpr auto odooRecords = &eitherRequest<
    odooTellsState,
    odooSearch<"{object.model}",
               R"({"domain": [["partner_id", "=", "#{contact}"]], "limit": 50, "order": "write_date desc",
                   "fields": ["name", "stage_id", "active", "write_date", "state"]})">,
    odooSearch<"{object.model}",
               R"({"domain": [["partner_id", "=", "#{contact}"]], "limit": 50, "order": "write_date desc",
                   "fields": ["name", "stage_id", "active", "write_date"]})">>;

/// The records of a model that a field of the mapping takes.
template <Literal model>
constexpr auto odooAll =
    odooSearch<model, R"({"domain": [], "fields": ["display_name"], "limit": 1000, "order": "id"})">;
template <Literal field> constexpr auto odooChoices = &choicesAt<field, "", "/id", "/display_name">;

constexpr auto odooMe =
    odooSearch<"{object.model}", R"({"domain": [], "fields": ["display_name"], "limit": 1, "order": "id"})">;
constexpr auto odooPlace =
    odooSearch<"{object.places}",
               R"({"domain": [["id", "=", "#{place}"]], "fields": ["display_name"], "limit": 1, "order": "id"})">;

Result<CrmFinding> odooMayRead(JsonReader &reply, const CrmContext &context)
{
    reply.array({});
    const QString who = isMethodRpc(context) ? u"Signed in as user number {known.uid}"_s : u"Signed in"_s;
    return reply.finish(CrmFinding{sentenceWith(who + u"; tasks become records of {object.model}."_s, {}, context)});
}

constexpr auto odooAttach = &methodAt<odooServer, "ir.attachment", "create", R"({"vals_list": [
    {"name": "{file}", "datas": "{file.base64}", "mimetype": "{file.type}",
     "res_model": "{object.model}", "res_id": "#{id}"}]})">;
constexpr auto odooAttached = odooSearch<"ir.attachment",
                                         R"({"domain": [["res_model", "=", "{object.model}"], ["res_id", "=", "#{id}"]],
                                             "fields": ["name", "file_size"], "limit": 1000, "order": "id"})">;

CrmSpec odooSpec()
{
    CrmSpec spec;
    spec.id = u"odoo"_s;
    spec.title = u"Odoo"_s;
    spec.form = odooForm();
    spec.names = odooNames();
    spec.objects = {u"Helpdesk ticket"_s, u"Project task"_s, u"Lead"_s, u"Contact"_s};
    spec.contract = {false, u"Odoo External JSON-2 API (its documentation)"_s, u"19.0"_s};
    spec.rules = {{u"database"_s, &isThere, u"api"_s, u"jsonrpc"_s, u"; JSON-RPC needs it."_s},
                  {u"login"_s, &isThere, u"api"_s, u"jsonrpc"_s, u"; JSON-RPC needs it."_s},
                  {u"place"_s, &isThere, u"object"_s, u"task"_s, u"; a task without a project is private."_s}};
    callMethodsOf<odooServer>(spec);
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Upsert;
    spec.findContact = {odooFindContact, &contactAt<"", "/id">, &hasPerson};
    spec.createContact = {odooCreateContact, &factAt<"contact", "/0">};
    spec.createTask = {&odooLoad, &onlyReceipt<"/ids", &elementAt<"", &odooPage>, "does not have the one id">};
    spec.lookUps = {{odooFind, &firstOfOurs<"", &hasKeyIn<"key_field", "/description">, &elementAt<"/id", &odooPage>>}};
    spec.attach = {{odooAttach, &factAt<"file", "/0">}};
    spec.attached = {odooAttached, &filesAt<"", "/name", "/file_size">};
    spec.largestFile = 5'000'000; // as text inside JSON
    spec.statusFacts = {{odooStages, &switchesAt<"folded", "", "/id", "/fold">}};
    spec.status = {odooReadTask, &firstStateAt<"", &odooState, "Odoo has no such record any more.">};
    spec.records = {&forPerson<&knowsContact, odooRecords>, &recordsAt<"", "/id", "/name", "/write_date", &odooState>};
    spec.recordIn = &idInItem<"res_id", "id">; // "…?res_id=71", "…#id=71&model=…", "/odoo/helpdesk/71"
    spec.fields = {{odooAll<"{object.places}">, odooChoices<"{object.place}">},
                   {odooAll<"{object.stage}">, odooChoices<"stage_id">},
                   {odooAll<"res.users">, odooChoices<"{object.user}">},
                   {odooAll<"{object.tags}">, odooChoices<"tag_ids">}};
    spec.test = {{odooMe, &odooMayRead},
                 {odooPlace,
                  &findingOfFirst<"", "{object.places} has no number {place}.", "They go to “%1”.", "/display_name">,
                  &isSet<"place">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_odoo(const ConnectorServices &services) { return makeCrmInfo<&odooSpec>(services); }

} // namespace patchbay
