#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <optional>

namespace patchbay::tests {

/// A request as a server of a test's reads it from a connection.
struct WholeRequest {
    QByteArray method = {};
    QByteArray target = {}; ///< path and query, as they came
    QByteArray body = {};
};

/// Nothing while a part is missing of what Content-Length announced.
inline std::optional<WholeRequest> wholeRequest(const QByteArray &text)
{
    const qsizetype head = text.indexOf("\r\n\r\n");
    if (head < 0)
        return std::nullopt;
    qsizetype length = 0;
    for (const QByteArray &line : text.left(head).split('\n')) {
        if (line.toLower().startsWith("content-length:"))
            length = line.mid(15).trimmed().toLongLong();
    }
    if (text.size() < head + 4 + length)
        return std::nullopt;
    const QList<QByteArray> words = text.left(text.indexOf('\r')).split(' ');
    return WholeRequest{words.value(0), words.value(1), text.mid(head + 4, length)};
}

} // namespace patchbay::tests
