#pragma once

#include "app/ctl/ctl.h"

namespace patchbay {

/// The settings that "--set field=value" gives, over the form's initial values; secrets are refused.
Result<QJsonObject> settingsFrom(CtlRun &run, const std::vector<FormField> &form, const QStringList &quietFields);
/// What is wrong with a command that adds an account.
QString addProblem(const CtlRun &run);

} // namespace patchbay
