#pragma once

#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"

#include <QtCore/QFuture>

#include <functional>
#include <memory>
#include <optional>

namespace patchbay {

/// An account with what the secret store had for it; `problem` says why it cannot work.
struct LoadedAccount {
    AccountConfig config = {};
    std::optional<Error> problem = {};
};

/// Reads each secret of the form and registers it, so that no log line or error sentence shows it. `settingsName` is
/// what a person opens to enter a missing one ("channel settings").
Async<LoadedAccount> loadSecrets(SecretStore *secrets, QString workspaceUid, AccountConfig account,
                                 std::vector<FormField> form, QString settingsName);

SecretKey secretKeyOf(const QString &workspaceUid, const AccountConfig &account, const QString &field);

/// What speaks against an account whose secret `field` is renewed while it works: the store cannot keep the new one.
std::optional<Error> whyNotRenewed(const SecretStore &secrets, const QString &workspaceUid,
                                   const AccountConfig &account, const QString &field);

/// Runs the test of an account that is not stored yet. A secret that the other side replaced meanwhile was put under
/// `rotating`; it is taken out of there again and given to `renewed`, because nothing is known of that account later.
Async<Result<QString>> triedUnstored(SecretStore *secrets, SecretKey rotating,
                                     std::function<QFuture<Result<QString>>()> test,
                                     std::shared_ptr<std::optional<QString>> renewed);

/// Registers the secrets that somebody has just typed.
void registerSecrets(const AccountConfig &account);

} // namespace patchbay
