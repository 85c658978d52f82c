#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// Odoo's two ways of calling a model's method: JSON-2 (19.0 and newer: an address for each method, the key in a
/// header) and JSON-RPC (execute_kw: one address, the key in the body, errors inside a 200, the value at "/result").

/// What a task becomes: technical names of a model, its fields and the models of those.
struct OdooModel {
    QLatin1StringView object, name, place, places, stage, due, user, tags;
};
const OdooModel &odooModel(const CrmContext &context);

bool odooIsRpc(const QJsonObject &settings);
QString odooEnvelope(const QJsonObject &settings);
Credentials odooAuth(const AccountConfig &account);
Request odooSign(Request request, const AccountConfig &account);
Request odooCall(const CrmContext &context, const QString &model, const QString &method, const QJsonObject &named,
                 const QJsonArray &ids = {});
Request odooSearch(const CrmContext &context, const QString &model, const QJsonArray &domain, const QStringList &fields,
                   int most = 1000);
Result<Request> odooLoginRequest(const CrmContext &context);
/// "uid" = the user's number, which every call by JSON-RPC names.
Result<QJsonObject> odooLogin(JsonReader &reply, const CrmContext &context);

QString odooWords(const QByteArray &body);
std::optional<VendorFailure> odooFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
