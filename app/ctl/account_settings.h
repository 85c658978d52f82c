#pragma once

#include "app/ctl/ctl.h"
#include "core/model/names.h"

namespace patchbay {

/// The settings that "--set field=value" gives, over the form's initial values; secrets are refused.
Result<QJsonObject> settingsFrom(CtlRun &run, const std::vector<FormField> &form, const QStringList &quietFields);
/// What is wrong with a command that adds an account.
QString addProblem(const CtlRun &run);

Error unknownConnector(const QString &id, const QStringList &known);
/// How an account fares, for a terminal.
QString accountLine(const QString &name, const QString &connector, Health health, const QString &detail);

template <class Account>
QJsonObject accountJson(const Account &account)
{
    return {{QStringLiteral("uid"), account.uid},       {QStringLiteral("name"), account.name},
            {QStringLiteral("connector"), account.connector}, {QStringLiteral("settings"), account.settings},
            {QStringLiteral("health"), nameOf(account.health)}, {QStringLiteral("detail"), account.healthDetail}};
}

/// The account with the secrets that are stored for it.
Async<Result<AccountConfig>> withSecrets(Application *app, AccountConfig config, std::vector<FormField> form);

template <class Account>
AccountConfig configOf(const Account &account)
{
    return {account.uid, account.name, account.settings, {}, account.addedAt};
}

} // namespace patchbay
