#include "core/net/transport.h"

namespace patchbay {

QByteArray Reply::header(const QByteArray &name) const
{
    const QByteArray wanted = name.toLower();
    for (const auto &[key, value] : headers) {
        if (key == wanted)
            return value;
    }
    return {};
}

} // namespace patchbay
