#include "connectors/kit/file_in_hand.h"

namespace patchbay {

using namespace Qt::StringLiterals;

Async<Result<FileInHand>> inHand(ReadFile read, OutboundFile file)
{
    if (!read)
        co_return makeError(Error::Kind::Refused, u"The files of this workspace cannot be read here."_s);
    auto reading = read(file.sha256);
    const Result<QByteArray> bytes = co_await std::move(reading);
    if (!bytes && bytes.error().kind == Error::Kind::NotFound) {
        co_return makeError(Error::Kind::Refused,
                            u"The content of “%1” is not in the workspace any more. Attach it again."_s.arg(file.name));
    }
    if (!bytes)
        co_return bytes.error();
    co_return FileInHand{std::move(file), *bytes};
}

} // namespace patchbay
