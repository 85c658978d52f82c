#include "connectors/crm/odoo/odoo_call.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/records.h"

#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit odooTitleLimit{250, TextLimit::Unit::Characters};
constexpr TextLimit odooTextLimit{60000, TextLimit::Unit::Utf16};

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

QString odooPlace(const CrmContext &context) { return settingText(context.settings, u"place"_s); }
QString odooKeyField(const CrmContext &context) { return settingText(context.settings, u"key_field"_s); }

/// In a pattern of =ilike, letter by letter.
QString odooPattern(QString text)
{
    return text.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
}

Result<Request> odooFindContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QJsonArray test = person.mail.isEmpty() ? QJsonArray{u"phone"_s, u"="_s, person.phone}
                                                  : QJsonArray{u"email"_s, u"=ilike"_s, odooPattern(person.mail)};
    return odooSearch(context, u"res.partner"_s, QJsonArray{test}, {u"email"_s}, 1);
}

Result<Request> odooCreateContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const bool byMail = !person.mail.isEmpty();
    const QJsonObject values{{u"name"_s, person.name},
                             {byMail ? u"email"_s : u"phone"_s, byMail ? person.mail : person.phone}};
    return odooCall(context, u"res.partner"_s, u"create"_s, {{u"vals_list"_s, QJsonArray{values}}});
}

QString odooPriority(const CrmContext &context)
{
    const int priority = int(context.task.priority); // low, normal, high, urgent
    const bool stars = odooModel(context).object != "task"_L1; // tasks only have one
    return QString::number(stars ? priority : int(priority >= int(Priority::High)));
}

QString odooText(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"1"_s : u"0"_s;
    QStringList items;
    for (const QJsonValue &item : value.toArray())
        items << odooText(item);
    return value.isArray() ? items.join(u',') : value.toVariant().toString();
}

/// The columns of an import, as load() reads them: all values are texts, records stand under "<field>/.id".
Result<QJsonObject> odooColumns(const CrmContext &context)
{
    const OdooModel &model = odooModel(context);
    const QString title = taskTitle(context.task, odooTitleLimit);
    QJsonObject columns{{u"name"_s, title},
                        {u"description"_s, taskHtml(context.task, context.key, odooTextLimit, title)},
                        {u"priority"_s, odooPriority(context)}};
    insertText(columns, model.place + u"/.id"_s, odooPlace(context));
    insertText(columns, u"partner_id/.id"_s, context.known.value(u"contact"_s).toString());
    if (context.task.due && !model.due.isEmpty())
        columns.insert(model.due, context.task.due.toDateTime().toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s));
    if (!odooKeyField(context).isEmpty())
        columns.insert(odooKeyField(context), context.key);
    QJsonObject mapped;
    for (auto it = context.task.fields.begin(); it != context.task.fields.end(); ++it) {
        const bool isRecord = it.key().endsWith(u"_id"_s) || it.key().endsWith(u"_ids"_s);
        mapped.insert(isRecord ? it.key() + u"/.id"_s : it.key(), odooText(it.value()));
    }
    return withFields(
        columns, mapped,
        {u"id"_s, u".id"_s, u"name"_s, u"description"_s, u"partner_id/.id"_s, u"/.id"_s, odooKeyField(context)});
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
    return odooCall(
        context, odooModel(context).name, u"load"_s,
        {{u"fields"_s, names}, {u"data"_s, QJsonArray{row}}, {u"context"_s, QJsonObject{{u"tz"_s, u"UTC"_s}}}});
}

/// In every version.
QString odooPage(const CrmContext &context, const QString &id)
{
    return context.base.adjusted(QUrl::StripTrailingSlash).toString()
        + u"/mail/view?model=%1&res_id=%2"_s.arg(odooModel(context).name, pathPart(id));
}

Result<Request> odooFind(const CrmContext &context)
{
    const QString field = odooKeyField(context);
    const QJsonArray test = field.isEmpty() ? QJsonArray{u"description"_s, u"ilike"_s, odooPattern(context.key)}
                                            : QJsonArray{field, u"="_s, context.key};
    // With "active" in it, archived records are found, too.
    const QJsonArray domain{test, QJsonArray{u"active"_s, u"in"_s, QJsonArray{true, false}}};
    return odooSearch(context, odooModel(context).name, domain, {field.isEmpty() ? u"description"_s : field});
}

Result<Request> odooStagesRequest(const CrmContext &context)
{
    return odooSearch(context, odooModel(context).stage, {}, {u"name"_s, u"fold"_s});
}

/// Which stages are folded: what stands there is over.
Result<QJsonObject> odooStages(JsonReader &reply, const CrmContext &)
{
    QJsonObject folded;
    for (JsonReader &stage : reply.array({}))
        folded.insert(stage.id(u"/id"_s), stage.value(u"/fold"_s).toBool());
    return reply.finish(QJsonObject{{u"folded"_s, folded}});
}

Result<Request> odooReadTask(const CrmContext &context)
{
    QJsonArray fields{u"stage_id"_s, u"active"_s};
    if (!odooIsRpc(context.settings) && odooModel(context).object == "task"_L1)
        fields.append(u"state"_s); // since Odoo 17
    return odooCall(context, odooModel(context).name, u"read"_s, {{u"fields"_s, fields}},
                    {context.externalId.toLongLong()})
        .reading();
}

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

Result<RemoteTask> odooStatus(JsonReader &reply, const CrmContext &context)
{
    if (reply.array({}).empty() && reply.ok())
        return makeError(Error::Kind::NotFound, u"Odoo has no such record any more."_s);
    return stateAt<"/0", &odooState>(reply, context);
}

/// What the model's records have of the partner; archived ones are left out, as everywhere in Odoo.
Result<Request> odooRecordsRequest(const CrmContext &context)
{
    const QJsonArray ofPartner{u"partner_id"_s, u"="_s, context.known.value(u"contact"_s).toString().toLongLong()};
    QJsonArray fields{u"name"_s, u"stage_id"_s, u"active"_s, u"write_date"_s};
    if (!odooIsRpc(context.settings) && odooModel(context).object == "task"_L1)
        fields.append(u"state"_s);
    return odooCall(context, odooModel(context).name, u"search_read"_s,
                    {{u"domain"_s, QJsonArray{ofPartner}},
                     {u"fields"_s, fields},
                     {u"limit"_s, recordsAskedFor},
                     {u"order"_s, u"write_date desc"_s}})
        .reading();
}

/// "…?res_id=71", "…#id=71&model=…", and "/odoo/helpdesk/71" of the newer pages.
QString odooRecordIn(const QString &address)
{
    const QUrl url(address);
    const QString id = QUrlQuery(url.query()).queryItemValue(u"res_id"_s);
    const QString older = QUrlQuery(url.fragment()).queryItemValue(u"id"_s);
    return !id.isEmpty() ? id : !older.isEmpty() ? older : lastPartOf(address);
}

/// The mapping form's fields, and the models of their values.
std::pair<QString, QString> odooChoiceField(const CrmContext &context, int n)
{
    const OdooModel &model = odooModel(context);
    const std::pair<QString, QString> fields[]{{model.place, model.places},
                                               {u"stage_id"_s, model.stage},
                                               {model.user, u"res.users"_s},
                                               {u"tag_ids"_s, model.tags}};
    return fields[n];
}

template <int n> Result<Request> odooChoicesRequest(const CrmContext &context)
{
    return odooSearch(context, odooChoiceField(context, n).second, {}, {u"display_name"_s});
}

template <int n> Result<std::vector<FieldChoice>> odooChoices(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(readChoices(reply, odooChoiceField(context, n).first, {{}, u"/id"_s, u"/display_name"_s, {}}));
}

Result<Request> odooMe(const CrmContext &context)
{
    return odooSearch(context, odooModel(context).name, {}, {u"display_name"_s}, 1);
}

Result<CrmFinding> odooMayRead(JsonReader &reply, const CrmContext &context)
{
    reply.array({});
    const QString uid = context.known.value(u"uid"_s).toString();
    const QString who = uid.isEmpty() ? u"Signed in"_s : u"Signed in as user number %1"_s.arg(uid);
    return reply.finish(CrmFinding{u"%1; tasks become records of %2."_s.arg(who, odooModel(context).name)});
}

Result<Request> odooPlaceRequest(const CrmContext &context)
{
    return odooSearch(context, odooModel(context).places,
                      QJsonArray{QJsonArray{u"id"_s, u"="_s, odooPlace(context).toLongLong()}}, {u"display_name"_s}, 1);
}

Result<CrmFinding> odooPlaceFinding(JsonReader &reply, const CrmContext &context)
{
    if (reply.array({}).empty() && reply.ok())
        return makeError(Error::Kind::Refused,
                         u"%1 has no number %2."_s.arg(odooModel(context).places, odooPlace(context)));
    return findingAt<"They go to “%1”.", "/0/display_name">(reply, context);
}

Result<Request> odooAttach(const CrmContext &context)
{
    const QJsonObject file{{u"name"_s, context.file.name},
                           {u"datas"_s, QString::fromLatin1(context.bytes.toBase64())},
                           {u"mimetype"_s, QString::fromLatin1(mediaTypeOf(context.file))},
                           {u"res_model"_s, QString(odooModel(context).name)},
                           {u"res_id"_s, context.externalId.toLongLong()}};
    return odooCall(context, u"ir.attachment"_s, u"create"_s, {{u"vals_list"_s, QJsonArray{file}}});
}

Result<Request> odooAttached(const CrmContext &context)
{
    const QJsonArray domain{QJsonArray{u"res_model"_s, u"="_s, QString(odooModel(context).name)},
                            QJsonArray{u"res_id"_s, u"="_s, context.externalId.toLongLong()}};
    return odooSearch(context, u"ir.attachment"_s, domain, {u"name"_s, u"file_size"_s}, 1000);
}

CrmSpec odooSpec()
{
    CrmSpec spec;
    spec.id = u"odoo"_s;
    spec.title = u"Odoo"_s;
    spec.form = odooForm();
    spec.objects = {u"Helpdesk ticket"_s, u"Project task"_s, u"Lead"_s, u"Contact"_s};
    spec.contract = {false, u"Odoo External JSON-2 API (its documentation)"_s, u"19.0"_s};
    spec.rules = {{u"database"_s, &isThere, u"api"_s, u"jsonrpc"_s, u"; JSON-RPC needs it."_s},
                  {u"login"_s, &isThere, u"api"_s, u"jsonrpc"_s, u"; JSON-RPC needs it."_s},
                  {u"place"_s, &isThere, u"object"_s, u"task"_s, u"; a task without a project is private."_s}};
    spec.auth = &odooAuth;
    spec.sign = &odooSign;
    spec.envelope = &odooEnvelope;
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Upsert;
    spec.words = &odooWords;
    spec.failure = &odooFailure;
    spec.session = {{&odooLoginRequest, &odooLogin, &settingIs<"api", "jsonrpc">}};
    spec.findContact = {&odooFindContact, &contactAt<"", "/id">, &hasPerson};
    spec.createContact = {&odooCreateContact, &factAt<"contact", "/0">};
    spec.createTask = {&odooLoad, &onlyReceipt<"/ids", &elementAt<"", &odooPage>, "does not have the one id">};
    spec.lookUps = {
        {&odooFind, &firstOfOurs<"", &hasKeyIn<"key_field", "/description">, &elementAt<"/id", &odooPage>>}};
    spec.attach = {{&odooAttach, &factAt<"file", "/0">}};
    spec.attached = {&odooAttached, &filesAt<"", "/name", "/file_size">};
    spec.largestFile = 5'000'000; // as text inside JSON
    spec.statusFacts = {{&odooStagesRequest, &odooStages}};
    spec.status = {&odooReadTask, &odooStatus};
    spec.records = {&forPerson<&knowsContact, &odooRecordsRequest>,
                    &recordsAt<"", "/id", "/name", "/write_date", &odooState>};
    spec.recordIn = &odooRecordIn;
    spec.fields = {{&odooChoicesRequest<0>, &odooChoices<0>},
                   {&odooChoicesRequest<1>, &odooChoices<1>},
                   {&odooChoicesRequest<2>, &odooChoices<2>},
                   {&odooChoicesRequest<3>, &odooChoices<3>}};
    spec.test = {{&odooMe, &odooMayRead}, {&odooPlaceRequest, &odooPlaceFinding, &isSet<"place">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_odoo(const ConnectorServices &services) { return makeCrmInfo<&odooSpec>(services); }

} // namespace patchbay
