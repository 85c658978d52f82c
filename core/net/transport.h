#pragma once

#include "core/async/async.h"
#include "core/net/request.h"

namespace patchbay {

/// What came back: a status and bounded bytes. Header names are lower-case.
struct Reply {
    int status = 0;
    QList<QPair<QByteArray, QByteArray>> headers = {};
    QByteArray body = {};

    /// The first header of this name in any case, or nothing.
    QByteArray header(const QByteArray &name) const;
};

/// Carries one request to the other side and nothing more: no retry, no redirect, no credentials of its own. Tests
/// script it. Lives on the event loop's thread.
class Transport {
public:
    virtual ~Transport() = default;
    /// Any status is a Reply. Errors: Offline (surely not sent, `ambiguous` false), Timeout, Protocol (too large); the
    /// latter two, and a connection lost after sending began, are `ambiguous` for methods other than GET and HEAD.
    virtual Async<Result<Reply>> perform(Request request) = 0;
};

} // namespace patchbay
