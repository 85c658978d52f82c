#pragma once

#include "connectors/kit/crm_spec.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/settings.h"

namespace patchbay {

/// The form of the target, and what its settings mean together.

std::vector<FormField> customForm();
/// Everything that has to fit together; Refused, with the field's label and key and the place in it.
Result<Done> customCheck(const AccountConfig &account);
Credentials customAuth(const AccountConfig &account);
Idempotency customIdempotency(const QJsonObject &settings);

/// A setting; where it is empty, what the form proposes.
QString customSetting(const QJsonObject &settings, const QString &key);
/// Names and values of the further headers.
Result<QList<QPair<QByteArray, QByteArray>>> customHeaders(const QJsonObject &settings);

} // namespace patchbay
