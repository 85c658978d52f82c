#pragma once

#include "core/async/async.h"
#include "core/async/on_pool.h"
#include "core/net/request.h"

namespace patchbay {

/// What a spec's `build` makes of the context. With a file in it, on the pool: 25 MB as base64 in JSON take a quarter
/// of a second, and a spec's functions are given values alone.
template <class Context>
Async<Result<Request>> requestOf(Result<Request> (*build)(const Context &context), Context about, bool carriesFile)
{
    if (!carriesFile)
        co_return build(about);
    auto building = onPool([build, about = std::move(about)] { return build(about); });
    const Result<Request> request = co_await finished(std::move(building));
    co_return request;
}

} // namespace patchbay
