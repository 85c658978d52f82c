#include "core/base/error.h"

namespace patchbay {

bool Error::isTransient() const
{
    switch (kind) {
    case Kind::Offline:
    case Kind::Timeout:
    case Kind::RateLimited:
    case Kind::Remote:
    case Kind::Storage: return true;
    default: return false;
    }
}

QString kindName(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Offline: return QStringLiteral("offline");
    case Error::Kind::Timeout: return QStringLiteral("timeout");
    case Error::Kind::RateLimited: return QStringLiteral("rate_limited");
    case Error::Kind::Unauthorized: return QStringLiteral("unauthorized");
    case Error::Kind::Refused: return QStringLiteral("refused");
    case Error::Kind::NotFound: return QStringLiteral("not_found");
    case Error::Kind::Conflict: return QStringLiteral("conflict");
    case Error::Kind::Protocol: return QStringLiteral("protocol");
    case Error::Kind::Remote: return QStringLiteral("remote");
    case Error::Kind::Storage: return QStringLiteral("storage");
    case Error::Kind::Cancelled: return QStringLiteral("cancelled");
    }
    return QStringLiteral("refused");
}

Error makeError(Error::Kind kind, QString message)
{
    return Error{kind, std::move(message), std::chrono::milliseconds{0}, false};
}

Error makeAmbiguous(Error::Kind kind, QString message)
{
    return Error{kind, std::move(message), std::chrono::milliseconds{0}, true};
}

} // namespace patchbay
