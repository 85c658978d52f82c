#pragma once

#include "core/base/json_reader.h"
#include "core/model/inbound.h"

namespace patchbay {

/// Small words for the parsers of chat channels. Pure; any thread.

/// How a stretch of a chat's text looks. Offsets and lengths are UTF-16 units; what lies outside the text is cut.
struct ChatSpan {
    enum class Kind { Bold, Italic, Strike, Code, Preformatted, Quote, Link };
    qint64 offset = 0;
    qint64 length = 0;
    Kind kind = Kind::Bold;
    QString href = {}; ///< Link: as written; an unsafe one is no link
};

/// Text and body out of a platform's text. Addresses in it become links, and a link whose words name another place
/// shows where it leads.
void setChatText(InboundMessage &message, const QString &text, const std::vector<ChatSpan> &spans = {});
/// A line behind the text: what is no text (a place, a poll), in words.
void addChatLine(InboundMessage &message, const QString &line);
/// A line for a person beside the text: "Forwarded from Ana."
void addChatNotice(InboundMessage &message, const QString &notice);

/// "Location: Shop, 1.5, 2.5", with six digits; words that are empty are left out.
QString placeText(const QStringList &words, double latitude, double longitude);
/// What stands for a message of a kind that is not known here.
QString unknownKindText(const QString &kind);
/// The first of these places that has a text; empty: none.
QString firstTextAt(JsonReader &in, const QStringList &places);
/// An item that is kept and has nothing to show.
InboundMessage nothingToShow(const RawItem &item);

/// A time of the platform's, in seconds or milliseconds since 1970; none where it is out of range.
Timestamp chatTime(qint64 seconds);
Timestamp chatTimeMs(qint64 milliseconds);
Timestamp chatTimeIso(const QString &iso);
/// "1760000000.000200": seconds as a text, to the microsecond.
Timestamp chatTimeDecimal(const QString &seconds);

/// The bytes without a key that the platform put among them for a while (to answer with, to open a file with): what is
/// stored holds none. A key of less than 6 characters is left: it is none.
QByteArray withoutKey(QByteArray bytes, const QString &key);
/// The same for every value in the query of an address.
QByteArray withoutKeysOf(QByteArray bytes, const QString &address);

/// An attachment that is loaded when somebody wants it.
InboundAttachment remoteFile(const QString &name, const QString &mediaType, qint64 size, const QJsonObject &remote);

} // namespace patchbay
