#pragma once

#include "connectors/kit/bodies.h"

namespace patchbay {

/// Methods of a server's models with arguments by name, as Odoo and its relatives have them. A spec declares the call
/// once, as a pattern (bodies.h); the setting "api" of the account says in which of two ways it travels:
///
/// "jsonrpc": JSON-RPC 2.0 with one address for all (execute_kw), the arguments by place with the key and the user's
/// number among them, errors inside a 200 and the value at "/result";
/// any other: an address for each method, the arguments as members of the body, the key in a header.
///
/// The form has the secret "key" and the settings "database" and, for JSON-RPC, "login".
struct MethodServer {
    const char *who = ""; ///< for sentences
    const char *rpcPath = "";
    const char *path = ""; ///< what stands before "/<model>/<method>"
    const char *databaseHeader = ""; ///< has the database, where one is set
};

bool isMethodRpc(const CrmContext &context);
/// The member "ids" of the arguments are the records that the method works on: JSON-RPC has a place of its own for it.
Request methodCall(const MethodServer &server, const CrmContext &context, const QString &model, const QString &method,
                   QJsonObject arguments);
template <const MethodServer &server, Literal model, Literal method, Literal arguments>
Result<Request> methodAt(const CrmContext &context)
{
    return methodCall(server, context, textAt(context, model.string()), method.string(),
                      jsonAt(context, arguments.string()).toObject());
}
/// One that only reads; `quoted` as in jsonAt.
template <const MethodServer &server, Literal model, Literal method, Literal arguments,
          QString (*quoted)(const QString &value) = &asItIs>
Result<Request> readingAt(const CrmContext &context)
{
    return methodCall(server, context, textAt(context, model.string()), method.string(),
                      jsonAt(context, arguments.string(), quoted).toObject())
        .reading();
}

QString methodEnvelope(const QJsonObject &settings);
Credentials methodKey(const AccountConfig &account);
/// JSON-RPC takes the key only in the body, third of the arguments.
Request withMethodKey(Request request, const AccountConfig &account);
/// The user's number as {"uid": "7"}, for JSON-RPC. Unauthorized for a login that the server does not know.
Request methodLogin(const MethodServer &server, const CrmContext &context);
Result<QJsonObject> readMethodLogin(const MethodServer &server, JsonReader &reply);
QString methodWords(const QByteArray &body);
/// An exception inside a 200, and an import (`load`) that was not done. The call's transaction was taken back: nothing
/// has happened.
std::optional<VendorFailure> methodFailure(const Reply &reply, Timestamp now);

/// The spec signs in, calls and reads failures as such a server wants it.
template <const MethodServer &server> void callMethodsOf(CrmSpec &spec)
{
    spec.auth = &methodKey;
    spec.sign = &withMethodKey;
    spec.envelope = &methodEnvelope;
    spec.words = &methodWords;
    spec.failure = &methodFailure;
    spec.session = {{[](const CrmContext &context) { return Result<Request>(methodLogin(server, context)); },
                     [](JsonReader &reply, const CrmContext &) { return readMethodLogin(server, reply); },
                     &isMethodRpc}};
}

} // namespace patchbay
