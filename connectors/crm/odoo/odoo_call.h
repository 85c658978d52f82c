#pragma once

#include "connectors/kit/crm_spec.h"

#include <array>

namespace patchbay {

/// Odoo's two ways of calling a model's method: JSON-2 (19.0 and newer: one address per method, the key in a header)
/// and JSON-RPC (execute_kw: one address, the key in the body, errors inside a 200).

/// What a task becomes.
struct OdooModel {
    QString name = {}; ///< technical
    QString place = {}; ///< its field for the team or project
    QString places = {}; ///< the model of that
    QString stage = {}; ///< the model of its stages
    QString due = {}; ///< its field for the due time; empty: it has none
    int steps = 3; ///< its highest priority
    std::array<std::pair<QString, QString>, 4> choices = {}; ///< fields for the mapping form, and their models
};
OdooModel odooModel(const QJsonObject &settings);
QString odooPriority(const OdooModel &model, Priority priority);

bool odooIsRpc(const QJsonObject &settings);
/// Where the method's value stands in the answer: the whole, or "/result".
QString odooResult(const CrmContext &context);
Request odooCall(const CrmContext &context, const QString &model, const QString &method, const QJsonObject &named,
                 const QJsonArray &ids = {});
Request odooSearch(const CrmContext &context, const QString &model, const QJsonArray &domain, const QStringList &fields,
                   int most);
Request odooRead(const CrmContext &context, const QString &model, const QString &id, const QStringList &fields);
/// The page of a record, in every version.
QString odooPage(const CrmContext &context, const QString &id);
/// A value of the mapping as the text that an import reads.
QString odooText(const QJsonValue &value);

Credentials odooAuth(const AccountConfig &account);
/// Puts the key into the body of a JSON-RPC call.
Request odooSign(Request request, const AccountConfig &account);
bool odooNeedsLogin(const CrmContext &context);
Result<Request> odooLoginRequest(const CrmContext &context);
Result<QJsonObject> odooLogin(JsonReader &reply, const CrmContext &context);

QString odooWords(const QByteArray &body);
/// An exception inside a 200, and an import that was not done.
std::optional<VendorFailure> odooFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
