#include "connectors/crm/odoo/odoo_call.h"

#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Request odooRpc(const QString &service, const QString &method, const QJsonArray &args)
{
    const QJsonObject params{{u"service"_s, service}, {u"method"_s, method}, {u"args"_s, args}};
    return postTo(u"/jsonrpc"_s,
                  {{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, u"call"_s}, {u"id"_s, 1}, {u"params"_s, params}});
}

Error::Kind odooKind(const QString &exception)
{
    const QString name = exception.section(u'.', -1);
    if (name == "AccessDenied"_L1 || name == "AccessError"_L1 || name == "SessionExpiredException"_L1)
        return Error::Kind::Unauthorized;
    if (name == "MissingError"_L1)
        return Error::Kind::NotFound;
    static const QStringList transient{u"SerializationFailure"_s, u"OperationalError"_s, u"LockNotAvailable"_s,
                                       u"DeadlockDetected"_s, u"InterfaceError"_s};
    return transient.contains(name) ? Error::Kind::Remote : Error::Kind::Refused;
}

} // namespace

OdooModel odooModel(const QJsonObject &settings)
{
    const QString object = settingText(settings, u"object"_s);
    if (object == "task"_L1) {
        return {u"project.task"_s,
                u"project_id"_s,
                u"project.project"_s,
                u"project.task.type"_s,
                u"date_deadline"_s,
                1,
                {{{u"project_id"_s, u"project.project"_s},
                  {u"stage_id"_s, u"project.task.type"_s},
                  {u"user_ids"_s, u"res.users"_s},
                  {u"tag_ids"_s, u"project.tags"_s}}}};
    }
    if (object == "lead"_L1) {
        return {u"crm.lead"_s,
                u"team_id"_s,
                u"crm.team"_s,
                u"crm.stage"_s,
                u"date_deadline"_s,
                3,
                {{{u"team_id"_s, u"crm.team"_s},
                  {u"stage_id"_s, u"crm.stage"_s},
                  {u"user_id"_s, u"res.users"_s},
                  {u"tag_ids"_s, u"crm.tag"_s}}}};
    }
    return {u"helpdesk.ticket"_s,
            u"team_id"_s,
            u"helpdesk.team"_s,
            u"helpdesk.stage"_s,
            {},
            3,
            {{{u"team_id"_s, u"helpdesk.team"_s},
              {u"stage_id"_s, u"helpdesk.stage"_s},
              {u"user_id"_s, u"res.users"_s},
              {u"tag_ids"_s, u"helpdesk.tag"_s}}}};
}

QString odooPriority(const OdooModel &model, Priority priority)
{
    const bool high = priority == Priority::High || priority == Priority::Urgent;
    if (model.steps == 1)
        return high ? u"1"_s : u"0"_s;
    return priority == Priority::Urgent ? u"3"_s
        : priority == Priority::High    ? u"2"_s
        : priority == Priority::Low     ? u"0"_s
                                        : u"1"_s;
}

bool odooIsRpc(const QJsonObject &settings) { return settingText(settings, u"api"_s) == u"jsonrpc"_s; }

QString odooResult(const CrmContext &context) { return odooIsRpc(context.settings) ? u"/result"_s : QString(); }

Request odooCall(const CrmContext &context, const QString &model, const QString &method, const QJsonObject &named,
                 const QJsonArray &ids)
{
    const QString database = settingText(context.settings, u"database"_s);
    if (odooIsRpc(context.settings)) {
        const QJsonArray positional = ids.isEmpty() ? QJsonArray() : QJsonArray{ids};
        // In the third place: the key, which odooSign puts there.
        return odooRpc(u"object"_s, u"execute_kw"_s,
                       {database, context.known.value(u"uid"_s).toString().toLongLong(), QJsonValue(), model, method,
                        positional, named});
    }
    QJsonObject body = named;
    if (!ids.isEmpty())
        body.insert(u"ids"_s, ids);
    Request request = postTo(u"/json/2/"_s + pathPart(model) + u'/' + pathPart(method), body);
    if (!database.isEmpty())
        request = Request(request).header("X-Odoo-Database", database.toUtf8());
    return request;
}

Request odooSearch(const CrmContext &context, const QString &model, const QJsonArray &domain, const QStringList &fields,
                   int most)
{
    return odooCall(context, model, u"search_read"_s,
                    {{u"domain"_s, domain},
                     {u"fields"_s, QJsonArray::fromStringList(fields)},
                     {u"limit"_s, most},
                     {u"order"_s, u"id"_s}})
        .reading();
}

Request odooRead(const CrmContext &context, const QString &model, const QString &id, const QStringList &fields)
{
    return odooCall(context, model, u"read"_s, {{u"fields"_s, QJsonArray::fromStringList(fields)}}, {id.toLongLong()})
        .reading();
}

QString odooPage(const CrmContext &context, const QString &id)
{
    return context.base.adjusted(QUrl::StripTrailingSlash).toString()
        + u"/mail/view?model=%1&res_id=%2"_s.arg(odooModel(context.settings).name, pathPart(id));
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

Credentials odooAuth(const AccountConfig &account)
{
    const QString key = account.secrets.value(u"key"_s);
    if (!odooIsRpc(account.settings))
        return Credentials::scheme("bearer", key);
    registerSecret(key);
    return Credentials::none();
}

Request odooSign(Request request, const AccountConfig &account)
{
    if (!odooIsRpc(account.settings))
        return request;
    QJsonObject body = QJsonDocument::fromJson(request.bytes()).object();
    QJsonObject params = body.value(u"params"_s).toObject();
    QJsonArray args = params.value(u"args"_s).toArray();
    if (args.size() > 2)
        args.replace(2, account.secrets.value(u"key"_s));
    params.insert(u"args"_s, args);
    body.insert(u"params"_s, params);
    Request made(request.method(), request.url());
    made = Request(made).json(body).deadline(request.deadline());
    return request.changesSomething() ? made : Request(made).reading();
}

bool odooNeedsLogin(const CrmContext &context) { return odooIsRpc(context.settings); }

Result<Request> odooLoginRequest(const CrmContext &context)
{
    return odooRpc(u"common"_s, u"authenticate"_s,
                   {settingText(context.settings, u"database"_s), settingText(context.settings, u"login"_s),
                    QJsonValue(), QJsonObject()})
        .reading();
}

Result<QJsonObject> odooLogin(JsonReader &reply, const CrmContext &)
{
    if (reply.value(u"/result"_s) == QJsonValue(false))
        return makeError(Error::Kind::Unauthorized, u"Odoo does not know this login with this key in this database."_s);
    return reply.finish(QJsonObject{{u"uid"_s, reply.id(u"/result"_s)}});
}

QString odooWords(const QByteArray &body)
{
    const JsonReader in = JsonReader::parse(body, u"answer"_s);
    const QString words = textOr(in, u"/error/data/message"_s);
    return words.isEmpty() ? commonWords(body) : words;
}

std::optional<VendorFailure> odooFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 200)
        return std::nullopt;
    const JsonReader in = JsonReader::parse(reply.body, u"answer"_s);
    VendorFailure failure; // the call's transaction was taken back: nothing has happened
    if (in.has(u"/error"_s)) {
        failure.kind = odooKind(textOr(in, u"/error/data/name"_s));
        failure.words = odooWords(reply.body);
        return failure;
    }
    for (const QString &place : {u""_s, u"/result"_s}) {
        if (in.value(place + u"/ids"_s) != QJsonValue(false))
            continue;
        failure.words = textOr(in, place + u"/messages/0/message"_s);
        return failure;
    }
    return std::nullopt;
}

} // namespace patchbay
