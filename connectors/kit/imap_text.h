#pragma once

#include "core/base/clock.h"

#include <QtCore/QByteArray>
#include <QtCore/QDate>
#include <QtCore/QString>

#include <optional>
#include <vector>

namespace patchbay {

/// A mailbox name as IMAP4rev1 writes it: modified UTF-7 (RFC 3501, section 5.1.3).
QByteArray imapMailboxName(const QString &name);

/// True when the value can stand in quotes: printable ASCII only.
bool imapIsQuotable(const QByteArray &value);
/// In quotes, with \ and " escaped. Only for quotable values.
QByteArray imapQuoted(const QByteArray &value);

/// "1:3,7": the numbers as a set; they are in rising order.
QByteArray imapSet(const std::vector<quint32> &numbers);

/// "17-Jul-1996", for SINCE.
QByteArray imapDate(const QDate &date);
/// Reads INTERNALDATE, "17-Jul-1996 02:44:25 -0700"; nothing when it is of another form.
std::optional<Timestamp> imapInternalDate(const QByteArray &text);

/// A number of 1 to 10 digits that fits 32 bits; nothing otherwise.
std::optional<quint32> imapNumber(const QByteArray &text);

} // namespace patchbay
