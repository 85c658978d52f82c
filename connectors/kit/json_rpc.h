#pragma once

#include "core/net/request.h"

namespace patchbay {

/// A call by JSON-RPC 2.0: one address for every method, and errors inside a 200. The value stands at "/result".
Request jsonRpcCall(const QString &path, const QJsonObject &params);
/// The call with another value in one place of its params' list "args": where a key belongs that only the body carries.
Request withArgument(const Request &request, qsizetype place, const QJsonValue &value);

} // namespace patchbay
