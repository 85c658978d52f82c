#pragma once

#include "core/store/database.h"

#include <functional>

namespace patchbay {

/// One work for a Store thread: `body` runs inside the transaction, `settle(nothing, or why)` after its end.
struct StoreJob {
    std::function<std::optional<Error>(Database &)> body;
    std::function<void(const std::optional<Error> &)> settle;

    /// The body, with nothing thrown out of it: what it throws becomes an error.
    std::optional<Error> run(Database &db) const;
};

} // namespace patchbay
