#pragma once

#include "connectors/chat/file/imported_item.h"
#include "connectors/kit/mail_formats.h"

namespace patchbay {

// One file for each; the order in which they are asked is file.cpp's.
ImportFormat telegramFormat();
ImportFormat whatsappFormat();
ImportFormat chatwootFormat();
ImportFormat zammadFormat();
ImportFormat csvFormat();

// What an item of theirs says. Pure; any thread.
Result<InboundMessage> parseTelegramItem(const ImportedItem &item);
Result<InboundMessage> parseWhatsappItem(const ImportedItem &item);
Result<InboundMessage> parseChatwootItem(const ImportedItem &item);
Result<InboundMessage> parseZammadItem(const ImportedItem &item);
Result<InboundMessage> parseCsvItem(const ImportedItem &item);

/// An error when reading ended for another reason than the file's end.
Result<Done> readToEnd(const QFile &file);

/// "Your name": what only a person knows of an export.
FormField ownNameField(const char *help);
/// The time zone that times without one are meant in.
FormField timeZoneField();
/// The zone of the settings' "time_zone", this computer's when there is none; as it goes into an item's facts.
QString importZone(const QJsonObject &settings);
/// A local time in a zone that importZone gave; none when it is no time.
Timestamp zonedTime(const QDate &date, const QTime &time, const QString &zone);
/// "2024-03-12T10:11:12Z", "2024-03-12 10:11:12 UTC", "2024-03-12T10:11:12+02:00"; without a zone it is meant in
/// `zone`.
Timestamp isoTimeOf(const QString &text, const QString &zone);
/// Seconds since 1970, up to the year 9999; none when it is out of range.
Timestamp unixTimeOf(qint64 seconds);

} // namespace patchbay
