#pragma once

#include "core/async/async.h"
#include "core/base/result.h"

#include <optional>

namespace patchbay {

/// Names one secret: entry `account` of service "patchbay", or file `<name>.<field>` of a secrets folder.
struct SecretKey {
    QString workspaceUid = {};
    QString accountUid = {};
    QString accountName = {};
    QString field = {};
};

/// Where secrets live. Lives on the event loop's thread; a keychain may ask a person, so a read can take minutes.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    /// Absent is a value; a keychain that is locked, or refuses, is an error.
    virtual Async<Result<std::optional<QString>>> read(SecretKey key) = 0;
    virtual Async<Result<Done>> write(SecretKey key, QString value) = 0;
    virtual Async<Result<Done>> remove(SecretKey key) = 0;
    /// Puts a renewed secret in the place of one that is there (a refresh token that the other side replaced).
    virtual Async<Result<Done>> replace(SecretKey key, QString value)
    {
        return write(std::move(key), std::move(value));
    }
    /// Why replace() would not outlive this run; asked before an account works whose secrets are renewed.
    virtual Result<Done> canReplace(SecretKey) const { return Done{}; }
    /// A sentence for the status line when secrets will not outlive this run; empty when they will.
    virtual QString limitation() const = 0;
};

} // namespace patchbay
