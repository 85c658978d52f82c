#include "connectors/kit/chat_calls.h"

namespace patchbay {

using namespace Qt::StringLiterals;

Result<QByteArray> base64File(const QByteArray &answer, const QString &pointer)
{
    JsonLimits limits;
    limits.bytes = 64 * 1024 * 1024;
    JsonReader in = JsonReader::parse(answer, u"reply"_s, limits);
    const auto bytes =
        QByteArray::fromBase64Encoding(in.text(pointer).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes || bytes.decoded.isEmpty())
        in.fault(pointer, u"is no file"_s);
    return in.finish(bytes.decoded);
}

} // namespace patchbay
