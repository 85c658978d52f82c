#pragma once

#include "core/base/json_reader.h"

#include <QtCore/QStringList>

namespace patchbay {

/// What a platform's records have of a person beside its own id, for InboundMessage::alsoAt: the values at these
/// pointers that are an e-mail address (in its normal form) or a telephone number in international form ("+", then 7 to
/// 15 digits; blanks and brackets between them are left out). Everything else is no evidence and is left out: digits
/// without a plus sign may be the id of anything. Hostile text is fine. Pure; any thread.
QStringList toldAddresses(const JsonReader &in, const QStringList &pointers);

/// The person behind an id of WhatsApp's: "5511900000041@s.whatsapp.net", "5511900000041:12@c.us" (a device of theirs)
/// are the number 5511900000041. What names no number ("...@lid", "...@g.us", anything that is not digits) stays as it
/// is.
QString whatsAppPerson(const QString &jid);

} // namespace patchbay
