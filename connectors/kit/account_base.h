#pragma once

#include "core/model/account.h"
#include "core/ports/form_field.h"

#include <QtCore/QUrl>

#include <chrono>
#include <vector>

namespace patchbay {

/// What a form and the settings of one account make together, whatever it connects to. Pure.

/// "allow_http", which every account at an address of HTTP has.
FormField allowHttpField();
/// "deadline_ms".
FormField deadlineField(std::chrono::milliseconds proposed);
std::chrono::milliseconds deadlineOf(const QJsonObject &settings, std::chrono::milliseconds proposed);
/// The account as a spec's functions see it: a setting that is not there is as the form proposes it, and so is a choice
/// that is empty.
AccountConfig asProposed(const std::vector<FormField> &form, AccountConfig account);
/// The address of the setting "url"; without it, the one that the form proposes. Settings may have come from elsewhere
/// than the form: the rule for addresses holds here, too. Empty when it is not usable.
QUrl accountBase(const std::vector<FormField> &form, const QJsonObject &settings);

} // namespace patchbay
