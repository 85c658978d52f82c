#pragma once

#include "core/base/cancel.h"
#include "core/store/database.h"

#include <functional>

namespace patchbay {

/// One work for a Store thread: `body` runs inside the transaction, `settle(nothing, or why)` after its end.
struct StoreJob {
    std::function<std::optional<Error>(Database &)> body;
    std::function<void(const std::optional<Error> &)> settle;
    std::optional<CancelToken> cancel = {}; ///< of a read that somebody may lose interest in
    bool alone = false; ///< on the writer without a transaction around it: what a database does to its own file

    /// The body, with nothing thrown out of it: what it throws becomes an error.
    std::optional<Error> run(Database &db) const;
};

} // namespace patchbay
