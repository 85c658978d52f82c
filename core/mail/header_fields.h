#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace patchbay::mail {

/// One header field as it was sent: name in lower case, value still folded and encoded, without the last line end.
struct HeaderField {
    QByteArray name = {};
    QByteArray value = {};
};

/// The header block of a message or part, bounded by limits.h. A plain value.
struct HeaderBlock {
    QList<HeaderField> fields = {};
    qsizetype bodyOffset = 0; ///< where the body begins in the bytes that were read
    bool cut = false; ///< fields over a limit were left out

    /// The first field of that name (lower case), empty when there is none. `found` tells empty and absent apart.
    QByteArray value(QByteArrayView name, bool *found = nullptr) const;
    /// All fields of that name, in order.
    QList<QByteArray> values(QByteArrayView name) const;
};

/// Reads fields up to the blank line, or up to the first line that can be none. An mbox "From " line and a byte order
/// mark before the first field are skipped; with `isMessage` blank lines too. Pure; any thread.
HeaderBlock readHeaders(QByteArrayView bytes, bool isMessage);

/// The offset behind the line feed that ends the line at `from`, or the size.
qsizetype nextLine(QByteArrayView bytes, qsizetype from);

/// The value in one line: line ends removed, as RFC 5322 unfolds.
QByteArray unfolded(const QByteArray &value);

} // namespace patchbay::mail
