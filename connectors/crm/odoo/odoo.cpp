#include "connectors/crm/odoo/odoo_call.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

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
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"ticket"_s, u"task"_s, u"lead"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Helpdesk ticket")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Project task")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "CRM lead"))}),
        numberField("place", QT_TRANSLATE_NOOP("form", "Team or project (number)"), false,
                    QT_TRANSLATE_NOOP("form", "Of the ticket's or lead's team, or of the task's project")),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Field for our key (technical name)"), false,
                  QT_TRANSLATE_NOOP("form", "A text field of your own, for example x_patchbay_key; not needed")),
    };
}

Result<Done> odooCheck(const AccountConfig &account)
{
    const QJsonObject &settings = account.settings;
    const auto missing = [&settings](const QString &key) { return settingText(settings, key).isEmpty(); };
    if (odooIsRpc(settings) && missing(u"database"_s))
        return makeError(Error::Kind::Refused, u"Database (database): is missing; JSON-RPC needs it."_s);
    if (odooIsRpc(settings) && missing(u"login"_s))
        return makeError(Error::Kind::Refused, u"Login (JSON-RPC) (login): is missing; JSON-RPC needs it."_s);
    if (odooModel(settings).name == u"project.task"_s && missing(u"place"_s))
        return makeError(Error::Kind::Refused,
                         u"Team or project (number) (place): is missing; a task without a project is private."_s);
    return Done{};
}

QString odooPlace(const CrmContext &context) { return settingText(context.settings, u"place"_s); }
QString odooKeyField(const CrmContext &context) { return settingText(context.settings, u"key_field"_s); }

bool odooKnowsPerson(const CrmContext &context) { return taskPerson(context.task).isKnown(); }

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

Result<QJsonObject> odooContact(JsonReader &reply, const CrmContext &context)
{
    QJsonObject found;
    for (JsonReader &partner : reply.array(odooResult(context)))
        found = {{u"contact"_s, partner.id(u"/id"_s)}};
    return reply.finish(found);
}

Result<Request> odooCreateContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    QJsonObject values{{u"name"_s, person.name}};
    values.insert(person.mail.isEmpty() ? u"phone"_s : u"email"_s, person.mail.isEmpty() ? person.phone : person.mail);
    return odooCall(context, u"res.partner"_s, u"create"_s, {{u"vals_list"_s, QJsonArray{values}}});
}

template <Literal name> Result<QJsonObject> odooNew(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> ids = reply.array(odooResult(context));
    if (ids.empty())
        reply.fault(odooResult(context), u"has no id"_s);
    return reply.finish(ids.empty() ? QJsonObject() : QJsonObject{{name.string(), ids.front().id({})}});
}

/// The columns of an import, as load() reads them: all values are texts, records stand under "<field>/.id".
Result<QJsonObject> odooColumns(const CrmContext &context)
{
    const OdooModel model = odooModel(context.settings);
    const QString title = taskTitle(context.task, odooTitleLimit);
    QJsonObject columns{{u"name"_s, title},
                        {u"description"_s, taskHtml(context.task, context.key, odooTextLimit, title)},
                        {u"priority"_s, odooPriority(model, context.task.priority)}};
    if (!odooPlace(context).isEmpty())
        columns.insert(model.place + u"/.id"_s, odooPlace(context));
    if (const QString contact = context.known.value(u"contact"_s).toString(); !contact.isEmpty())
        columns.insert(u"partner_id/.id"_s, contact);
    if (context.task.due && !model.due.isEmpty())
        columns.insert(model.due, context.task.due.toDateTime().toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s));
    if (!odooKeyField(context).isEmpty())
        columns.insert(odooKeyField(context), context.key);
    QJsonObject mapped;
    for (auto it = context.task.fields.begin(); it != context.task.fields.end(); ++it) {
        const bool isRecord = it.key().endsWith(u"_id"_s) || it.key().endsWith(u"_ids"_s);
        mapped.insert(isRecord ? it.key() + u"/.id"_s : it.key(), odooText(it.value()));
    }
    const QStringList ours{
        u"id"_s, u".id"_s, u"name"_s, u"description"_s, u"partner_id/.id"_s, u"/.id"_s, odooKeyField(context)};
    if (Result<Done> added = addFields(columns, mapped, ours); !added)
        return added.error();
    return columns;
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
        context, odooModel(context.settings).name, u"load"_s,
        {{u"fields"_s, names}, {u"data"_s, QJsonArray{row}}, {u"context"_s, QJsonObject{{u"tz"_s, u"UTC"_s}}}});
}

Result<Receipt> odooLoaded(JsonReader &reply, const CrmContext &context)
{
    const QString place = odooResult(context) + u"/ids"_s;
    std::vector<JsonReader> ids = reply.array(place);
    if (ids.size() != 1)
        reply.fault(place, u"does not have the one id"_s);
    const QString id = ids.empty() ? QString() : ids.front().id({});
    return reply.finish(Receipt{id, odooPage(context, id)});
}

Result<Request> odooFind(const CrmContext &context)
{
    const QString field = odooKeyField(context);
    const QJsonArray test = field.isEmpty() ? QJsonArray{u"description"_s, u"ilike"_s, odooPattern(context.key)}
                                            : QJsonArray{field, u"="_s, context.key};
    // With "active" in it, archived records are found, too.
    const QJsonArray domain{test, QJsonArray{u"active"_s, u"in"_s, QJsonArray{true, false}}};
    const QString read = field.isEmpty() ? u"description"_s : field;
    return odooSearch(context, odooModel(context.settings).name, domain, {read}, 1000);
}

Result<std::optional<Receipt>> odooFound(JsonReader &reply, const CrmContext &context)
{
    const QString field = odooKeyField(context);
    std::optional<Receipt> found;
    for (JsonReader &record : reply.array(odooResult(context))) {
        const QString id = record.id(u"/id"_s);
        const bool ours = field.isEmpty() ? hasKeyLine(textOr(record, u"/description"_s), context.key)
                                          : textOr(record, pointerStep(field)) == context.key;
        if (!found && ours)
            found = Receipt{id, odooPage(context, id)};
    }
    return reply.finish(found);
}

Result<Request> odooStagesRequest(const CrmContext &context)
{
    return odooSearch(context, odooModel(context.settings).stage, {}, {u"name"_s, u"fold"_s}, 1000);
}

/// Which stages are folded: what stands there is over.
Result<QJsonObject> odooStages(JsonReader &reply, const CrmContext &context)
{
    QJsonObject folded;
    for (JsonReader &stage : reply.array(odooResult(context)))
        folded.insert(stage.id(u"/id"_s), stage.value(u"/fold"_s).toBool());
    return reply.finish(QJsonObject{{u"folded"_s, folded}});
}

Result<Request> odooReadTask(const CrmContext &context)
{
    const OdooModel model = odooModel(context.settings);
    QStringList fields{u"stage_id"_s, u"active"_s};
    if (!odooIsRpc(context.settings) && model.name == u"project.task"_s)
        fields << u"state"_s; // since Odoo 17
    return odooRead(context, model.name, context.externalId, fields);
}

Result<RemoteTask> odooStatus(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = reply.array(odooResult(context));
    if (reply.ok() && records.empty())
        return makeError(Error::Kind::NotFound, u"Odoo has no such record any more."_s);
    RemoteTask task;
    task.url = odooPage(context, context.externalId);
    for (JsonReader &record : records) {
        const QString stage = record.value(u"/stage_id/0"_s).toVariant().toString(); // false: no stage
        task.status = textOr(record, u"/stage_id/1"_s, u"No stage"_s);
        task.closed = context.known.value(u"folded"_s).toObject().value(stage).toBool();
        if (const QString state = textOr(record, u"/state"_s); state == u"1_done"_s || state == u"1_canceled"_s) {
            task.status = state == u"1_done"_s ? u"Done"_s : u"Cancelled"_s;
            task.closed = true;
        }
        if (!record.boolean(u"/active"_s)) {
            task.status = u"Archived"_s;
            task.closed = true;
        }
    }
    return reply.finish(task);
}

template <int n> Result<Request> odooChoicesRequest(const CrmContext &context)
{
    const auto &[field, model] = odooModel(context.settings).choices[n];
    return odooSearch(context, model, {}, {u"display_name"_s}, 1000);
}

template <int n> Result<std::vector<FieldChoice>> odooChoices(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(readChoices(reply, odooModel(context.settings).choices[n].first,
                                    {odooResult(context), u"/id"_s, u"/display_name"_s, {}}));
}

Result<Request> odooMe(const CrmContext &context)
{
    return odooSearch(context, odooModel(context.settings).name, {}, {u"display_name"_s}, 1);
}

Result<CrmFinding> odooMayRead(JsonReader &reply, const CrmContext &context)
{
    reply.array(odooResult(context));
    const bool rpc = odooIsRpc(context.settings);
    const QString who =
        rpc ? u"Signed in as user number %1"_s.arg(context.known.value(u"uid"_s).toString()) : u"Signed in"_s;
    return reply.finish(CrmFinding{u"%1; tasks become records of %2."_s.arg(who, odooModel(context.settings).name)});
}

bool odooHasPlace(const CrmContext &context) { return !odooPlace(context).isEmpty(); }

Result<Request> odooPlaceRequest(const CrmContext &context)
{
    const OdooModel model = odooModel(context.settings);
    return odooSearch(context, model.places, QJsonArray{QJsonArray{u"id"_s, u"="_s, odooPlace(context).toLongLong()}},
                      {u"display_name"_s}, 1);
}

Result<CrmFinding> odooPlaceFinding(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> places = reply.array(odooResult(context));
    if (reply.ok() && places.empty())
        return makeError(Error::Kind::Refused,
                         u"%1 has no number %2."_s.arg(odooModel(context.settings).places, odooPlace(context)));
    return reply.finish(
        CrmFinding{u"They go to “%1”."_s.arg(places.empty() ? QString() : places.front().text(u"/display_name"_s))});
}

Result<Request> odooAttach(const CrmContext &context)
{
    const QJsonObject file{{u"name"_s, context.file.name},
                           {u"datas"_s, QString::fromLatin1(context.bytes.toBase64())},
                           {u"mimetype"_s, QString::fromLatin1(mediaTypeOf(context.file))},
                           {u"res_model"_s, odooModel(context.settings).name},
                           {u"res_id"_s, context.externalId.toLongLong()}};
    return odooCall(context, u"ir.attachment"_s, u"create"_s, {{u"vals_list"_s, QJsonArray{file}}});
}

Result<Request> odooAttached(const CrmContext &context)
{
    const QJsonArray domain{QJsonArray{u"res_model"_s, u"="_s, odooModel(context.settings).name},
                            QJsonArray{u"res_id"_s, u"="_s, context.externalId.toLongLong()}};
    return odooSearch(context, u"ir.attachment"_s, domain, {u"name"_s, u"file_size"_s}, 1000);
}

Result<std::vector<CrmFile>> odooFiles(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(readFiles(reply, odooResult(context), u"/name"_s, u"/file_size"_s));
}

CrmSpec odooSpec()
{
    CrmSpec spec;
    spec.id = u"odoo"_s;
    spec.title = u"Odoo"_s;
    spec.form = odooForm();
    spec.objects = {u"Helpdesk ticket"_s, u"Project task"_s, u"Lead"_s, u"Contact"_s};
    spec.contract = {false, u"Odoo External JSON-2 API (its documentation)"_s, u"19.0"_s};
    spec.check = &odooCheck;
    spec.auth = &odooAuth;
    spec.sign = &odooSign;
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Upsert;
    spec.words = &odooWords;
    spec.failure = &odooFailure;
    spec.session = {{&odooLoginRequest, &odooLogin, &odooNeedsLogin}};
    spec.findContact = {&odooFindContact, &odooContact, &odooKnowsPerson};
    spec.createContact = {&odooCreateContact, &odooNew<"contact">};
    spec.createTask = {&odooLoad, &odooLoaded};
    spec.lookUps = {{&odooFind, &odooFound}};
    spec.attach = {{&odooAttach, &odooNew<"file">}};
    spec.attached = {&odooAttached, &odooFiles};
    spec.largestFile = 5'000'000; // as text inside JSON
    spec.statusFacts = {{&odooStagesRequest, &odooStages}};
    spec.status = {&odooReadTask, &odooStatus};
    spec.fields = {{&odooChoicesRequest<0>, &odooChoices<0>},
                   {&odooChoicesRequest<1>, &odooChoices<1>},
                   {&odooChoicesRequest<2>, &odooChoices<2>},
                   {&odooChoicesRequest<3>, &odooChoices<3>}};
    spec.test = {{&odooMe, &odooMayRead}, {&odooPlaceRequest, &odooPlaceFinding, &odooHasPlace}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_odoo(const ConnectorServices &services) { return makeCrmInfo<&odooSpec>(services); }

} // namespace patchbay
