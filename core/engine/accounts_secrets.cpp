#include "core/engine/accounts_secrets.h"

#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

Async<LoadedAccount> loadSecrets(SecretStore *secrets, QString workspaceUid, AccountConfig account,
                                 std::vector<FormField> form, QString settingsName)
{
    LoadedAccount loaded;
    loaded.config = std::move(account);
    for (const FormField &field : form) {
        if (field.kind != FormField::Kind::Secret)
            continue;
        auto reading = secrets->read(secretKeyOf(workspaceUid, loaded.config, field.key));
        const Result<std::optional<QString>> secret = co_await std::move(reading);
        if (!secret) {
            loaded.problem = secret.error();
            loaded.problem->message = u"The %1 of “%2” could not be read: %3"_s.arg(
                field.label.toLower(), loaded.config.name, secret.error().message);
        } else if (secret->has_value() && !(**secret).isEmpty()) {
            registerSecret(**secret);
            loaded.config.secrets.insert(field.key, **secret);
        } else if (isNeeded(field, loaded.config.settings) && !loaded.problem) {
            loaded.problem = makeError(
                Error::Kind::Unauthorized,
                u"No %1 stored for “%2”: open the %3."_s.arg(field.label.toLower(), loaded.config.name, settingsName));
        }
    }
    co_return loaded;
}

SecretKey secretKeyOf(const QString &workspaceUid, const AccountConfig &account, const QString &field)
{
    SecretKey key;
    key.workspaceUid = workspaceUid;
    key.accountUid = account.uid;
    key.accountName = account.name;
    key.field = field;
    return key;
}

std::optional<Error> whyNotRenewed(const SecretStore &secrets, const QString &workspaceUid,
                                   const AccountConfig &account, const QString &field)
{
    const Result<Done> can = secrets.canReplace(secretKeyOf(workspaceUid, account, field));
    if (can)
        return std::nullopt;
    return can.error();
}

Async<Result<QString>> triedUnstored(SecretStore *secrets, SecretKey rotating,
                                     std::function<QFuture<Result<QString>>()> test,
                                     std::shared_ptr<std::optional<QString>> renewed)
{
    auto looking = secrets->read(rotating);
    const Result<std::optional<QString>> before = co_await std::move(looking);
    QFuture<Result<QString>> testing = test();
    Result<QString> answer = co_await finished(std::move(testing));
    auto lookingAgain = secrets->read(rotating);
    const Result<std::optional<QString>> after = co_await std::move(lookingAgain);
    const bool isNew = before && after && after->has_value() && *before != *after;
    if (!isNew)
        co_return answer;
    *renewed = **after;
    auto removing = secrets->remove(rotating);
    const Result<Done> removed = co_await std::move(removing);
    if (!removed)
        logWarning("accounts", removed.error().message);
    co_return answer;
}

void registerSecrets(const AccountConfig &account)
{
    for (const QString &value : account.secrets)
        registerSecret(value);
}

} // namespace patchbay
