#include "connectors/crm/odoo/odoo_call.h"

#include "connectors/kit/coded_failures.h"
#include "connectors/kit/json_rpc.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr OdooModel odooModels[]{{"ticket"_L1, "helpdesk.ticket"_L1, "team_id"_L1, "helpdesk.team"_L1,
                                  "helpdesk.stage"_L1, ""_L1, "user_id"_L1, "helpdesk.tag"_L1},
                                 {"task"_L1, "project.task"_L1, "project_id"_L1, "project.project"_L1,
                                  "project.task.type"_L1, "date_deadline"_L1, "user_ids"_L1, "project.tags"_L1},
                                 {"lead"_L1, "crm.lead"_L1, "team_id"_L1, "crm.team"_L1, "crm.stage"_L1,
                                  "date_deadline"_L1, "user_id"_L1, "crm.tag"_L1}};

Request odooRpc(const QString &service, const QString &method, const QJsonArray &args)
{
    return jsonRpcCall(u"/jsonrpc"_s, {{u"service"_s, service}, {u"method"_s, method}, {u"args"_s, args}});
}

} // namespace

const OdooModel &odooModel(const CrmContext &context)
{
    const QString object = settingText(context.settings, u"object"_s);
    const auto found =
        std::ranges::find_if(odooModels, [&object](const OdooModel &one) { return one.object == object; });
    return found == std::end(odooModels) ? odooModels[0] : *found;
}

bool odooIsRpc(const QJsonObject &settings) { return settingText(settings, u"api"_s) == u"jsonrpc"_s; }
QString odooEnvelope(const QJsonObject &settings) { return odooIsRpc(settings) ? u"/result"_s : QString(); }
Credentials odooAuth(const AccountConfig &account)
{
    const QString key = account.secrets.value(u"key"_s);
    if (!odooIsRpc(account.settings))
        return Credentials::scheme("bearer", key);
    registerSecret(key);
    return Credentials::none();
}

/// JSON-RPC takes the key only in the body, third of the arguments.
Request odooSign(Request request, const AccountConfig &account)
{
    return odooIsRpc(account.settings) ? withArgument(request, 2, account.secrets.value(u"key"_s)) : request;
}

/// A model's method: JSON-2 has an address for each, JSON-RPC one for all (execute_kw).
Request odooCall(const CrmContext &context, const QString &model, const QString &method, const QJsonObject &named,
                 const QJsonArray &ids)
{
    const QString database = settingText(context.settings, u"database"_s);
    if (odooIsRpc(context.settings)) {
        return odooRpc(u"object"_s, u"execute_kw"_s,
                       {database, context.known.value(u"uid"_s).toString().toLongLong(), QJsonValue(), model, method,
                        ids.isEmpty() ? QJsonArray() : QJsonArray{ids}, named});
    }
    QJsonObject body = named;
    if (!ids.isEmpty())
        body.insert(u"ids"_s, ids);
    Request request = postTo(u"/json/2/"_s + pathPart(model) + u'/' + pathPart(method), body);
    return database.isEmpty() ? request : Request(request).header("X-Odoo-Database", database.toUtf8());
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

Result<Request> odooLoginRequest(const CrmContext &context)
{
    return odooRpc(u"common"_s, u"authenticate"_s,
                   {settingText(context.settings, u"database"_s), settingText(context.settings, u"login"_s),
                    QJsonValue(), QJsonObject()})
        .reading();
}

Result<QJsonObject> odooLogin(JsonReader &reply, const CrmContext &)
{
    if (reply.value() == QJsonValue(false))
        return makeError(Error::Kind::Unauthorized, u"Odoo does not know this login with this key in this database."_s);
    return reply.finish(QJsonObject{{u"uid"_s, reply.id({})}});
}

QString odooWords(const QByteArray &body)
{
    const QString words = textOr(JsonReader::parse(body, u"answer"_s), u"/error/data/message"_s);
    return words.isEmpty() ? commonWords(body) : words;
}

/// An exception inside a 200, and an import that was not done. The call's transaction was taken back: nothing has
/// happened.
std::optional<VendorFailure> odooFailure(const Reply &reply, Timestamp)
{
    static const std::vector<FailureCode> codes{
        {{u"AccessDenied"_s, u"AccessError"_s, u"SessionExpiredException"_s}, Error::Kind::Unauthorized},
        {{u"MissingError"_s}, Error::Kind::NotFound},
        {{u"SerializationFailure"_s, u"OperationalError"_s, u"LockNotAvailable"_s, u"DeadlockDetected"_s,
          u"InterfaceError"_s},
         Error::Kind::Remote}};
    if (reply.status != 200)
        return std::nullopt;
    const JsonReader in = JsonReader::parse(reply.body, u"answer"_s);
    VendorFailure failure;
    if (in.has(u"/error"_s)) {
        failure.words = odooWords(reply.body);
        const QString exception = textOr(in, u"/error/data/name"_s).section(u'.', -1);
        return failureOf(exception, failure.words, codes).value_or(failure);
    }
    const QString place = in.has(u"/result"_s) ? u"/result"_s : QString();
    if (in.value(place + u"/ids"_s) != QJsonValue(false))
        return std::nullopt;
    failure.words = textOr(in, place + u"/messages/0/message"_s);
    return failure;
}

} // namespace patchbay
