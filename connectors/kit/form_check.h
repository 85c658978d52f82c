#pragma once

#include "core/model/account.h"
#include "core/ports/catalog.h"

namespace patchbay {

/// Checks an account's settings against its form, without a network: required fields, whole numbers within their range,
/// known choices, no unknown field, well-formed addresses (field "url" or "..._url": https, or http for loopback or
/// with the switch "allow_http"). Secrets may come later and are only checked when they are there. The error is
/// Refused, names the field by its label and key, and never shows a secret.
Result<Done> checkForm(const std::vector<FormField> &form, const AccountConfig &account);

/// Refused for the first of these settings that is empty; `sentence` has its key as %1.
Result<Done> checkNeeded(const QJsonObject &settings, const QStringList &keys, const QString &sentence);

/// The rule for one address; the error says what is wrong with it.
Result<QUrl> checkedUrl(const QString &text, bool allowHttp);

} // namespace patchbay
