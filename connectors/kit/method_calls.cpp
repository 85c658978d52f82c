#include "connectors/kit/method_calls.h"

#include "connectors/kit/coded_failures.h"
#include "connectors/kit/json_rpc.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool saysRpc(const QJsonObject &settings) { return settingText(settings, u"api"_s) == u"jsonrpc"_s; }

Request serviceCall(const MethodServer &server, const QString &service, const QString &method, const QJsonArray &args)
{
    return jsonRpcCall(QString::fromLatin1(server.rpcPath),
                       {{u"service"_s, service}, {u"method"_s, method}, {u"args"_s, args}});
}

} // namespace

bool isMethodRpc(const CrmContext &context) { return saysRpc(context.settings); }

Request methodCall(const MethodServer &server, const CrmContext &context, const QString &model, const QString &method,
                   QJsonObject arguments)
{
    const QString database = settingText(context.settings, u"database"_s);
    if (isMethodRpc(context)) {
        const QJsonValue ids = arguments.take(u"ids"_s);
        return serviceCall(server, u"object"_s, u"execute_kw"_s,
                           {database, context.known.value(u"uid"_s).toString().toLongLong(), QJsonValue(), model,
                            method, ids.isUndefined() ? QJsonArray() : QJsonArray{ids}, arguments});
    }
    Request request =
        postTo(QString::fromLatin1(server.path) + u'/' + pathPart(model) + u'/' + pathPart(method), arguments);
    return database.isEmpty() ? request : Request(request).header(server.databaseHeader, database.toUtf8());
}

QString methodEnvelope(const QJsonObject &settings) { return saysRpc(settings) ? u"/result"_s : QString(); }

Credentials methodKey(const AccountConfig &account)
{
    const QString key = account.secrets.value(u"key"_s);
    if (!saysRpc(account.settings))
        return Credentials::scheme("bearer", key);
    registerSecret(key);
    return Credentials::none();
}

Request withMethodKey(Request request, const AccountConfig &account)
{
    return saysRpc(account.settings) ? withArgument(request, 2, account.secrets.value(u"key"_s)) : request;
}

Request methodLogin(const MethodServer &server, const CrmContext &context)
{
    return serviceCall(server, u"common"_s, u"authenticate"_s,
                       {settingText(context.settings, u"database"_s), settingText(context.settings, u"login"_s),
                        QJsonValue(), QJsonObject()})
        .reading();
}

Result<QJsonObject> readMethodLogin(const MethodServer &server, JsonReader &reply)
{
    if (reply.value() == QJsonValue(false))
        return makeError(
            Error::Kind::Unauthorized,
            u"%1 does not know this login with this key in this database."_s.arg(QString::fromLatin1(server.who)));
    return reply.finish(QJsonObject{{u"uid"_s, reply.id({})}});
}

QString methodWords(const QByteArray &body)
{
    const QString words = textOr(JsonReader::parse(body, u"answer"_s), u"/error/data/message"_s);
    return words.isEmpty() ? commonWords(body) : words;
}

std::optional<VendorFailure> methodFailure(const Reply &reply, Timestamp)
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
        failure.words = methodWords(reply.body);
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
