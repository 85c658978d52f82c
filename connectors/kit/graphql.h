#pragma once

#include "core/net/http_status.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// A GraphQL call (GraphQL over HTTP): one POST with query and variables; values of ours go into variables only. A
/// query changes nothing, a mutation does.
Request graphqlQuery(const QUrl &path, const QString &query, const QJsonObject &variables);
Request graphqlMutation(const QUrl &path, const QString &query, const QJsonObject &variables);

/// The first of `errors` in an answer of any status, whose code at /extensions/code or /extensions/type decides the
/// kind (the words that Linear and monday.com use are known); nothing when there are none. A FailureReader.
std::optional<VendorFailure> graphqlFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
