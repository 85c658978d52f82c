#pragma once

#include "core/async/async.h"
#include "core/base/result.h"
#include "core/model/outbound_file.h"

#include <functional>

namespace patchbay {

/// ConnectorServices::readFile.
using ReadFile = std::function<Async<Result<QByteArray>>(QByteArray sha256)>;

/// A file with its bytes, on its way.
struct FileInHand {
    OutboundFile file = {};
    QByteArray bytes = {};
};

/// Refused, in a sentence with what to do, where its content is not in the workspace any more.
Async<Result<FileInHand>> inHand(ReadFile read, OutboundFile file);

} // namespace patchbay
