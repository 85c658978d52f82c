#pragma once

#include "connectors/kit/field_rules.h"
#include "core/base/json_reader.h"
#include "core/model/account.h"
#include "core/net/credentials.h"
#include "core/net/request.h"

namespace patchbay {

/// An HTTP API that a person describes in a form instead of a connector that knows it. Pure.

/// "auth", "auth_name", "user" and "secret": how one signs in.
std::vector<FormField> signInWayForm();
std::vector<FieldRule> signInWayRules();
Credentials signInWayCredentials(const AccountConfig &account);

/// "headers", further ones that a person writes as JSON, {"X-Team": "7"}; "id_pointer", "url_pointer" and "page": where
/// the answer has the id and the page that people open.
std::vector<FormField> answerForm();
std::vector<FieldRule> answerRules();

using Headers = QList<QPair<QByteArray, QByteArray>>;
/// The setting "headers". Refused, with the place, are names that may not be set, names that look like a secret's, that
/// of the header with our key ("key_header") and values that are not plain letters.
Result<Headers> furtherHeaders(const QJsonObject &settings);
/// A request to a path with placeholders (json_template.h), with the further headers.
Result<Request> describedRequest(const QByteArray &method, const QString &path, const QJsonObject &values,
                                 const QJsonObject &settings);
/// The page of what has this id, where it is known and is one of the web; `base` is the account's address.
QString describedPage(const JsonReader &answer, const QString &id, const QJsonObject &settings, const QUrl &base);

/// The body as application/json, or, when `asForm`, the members of an object as a form without those that are null.
Request withBody(Request request, const QJsonValue &body, bool asForm);
/// What can be sent as a form: an object of texts, numbers and switches; `text` is a template (json_template.h).
Result<Done> checkFormBody(const QJsonValue &body);

} // namespace patchbay
