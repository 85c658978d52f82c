#pragma once

#include "core/model/inbound.h"

namespace patchbay {

/// A mail to be written. Everything is checked: CR, LF and NUL in header values are an error.
struct MailDraft {
    QString messageId = {}; ///< without angle brackets
    Address from = {};
    std::vector<Address> to = {};
    std::vector<Address> cc = {};
    QString subject = {};
    QString text = {};
    QString inReplyTo = {};
    QStringList references = {}; ///< oldest first
    Timestamp date = {};
};

/// RFC 5322 bytes with CRLF line ends, ready for DATA (not dot-stuffed) and for APPEND. Through gmime.
Result<QByteArray> composeMail(const MailDraft &draft);

/// Reads one mail: MIME, charsets, encoded words, quoted history, threading headers, dedupe key. `ownAddress` decides
/// fromSelf. Pure, bounded (50 MB, 200 parts, 20 levels, 200 attachments); any thread. An error when there is no
/// readable header block or no sender and no body at all.
Result<InboundMessage> parseMail(const QByteArray &raw, const QString &ownAddress);

/// The dedupe key of design promise 2: from Message-ID, Date and the SHA-256 of the body with LF line ends; without a
/// Message-ID from the SHA-256 of the whole.
QString mailDedupeKey(const QByteArray &raw, const QString &messageId, const QByteArray &dateHeader);

/// A new Message-ID in the domain of the address: "<uid>@<domain>", without brackets.
QString newMessageId(const Clock &clock, const QString &ownAddress);

/// "Ana Silva <ana@example.org>" -> parts; several addresses separated by commas.
std::vector<Address> parseAddresses(const QString &text);
/// Lower-cased and trimmed, an international host in its own letters even when it was written as xn--...; empty when it
/// is not one address.
QString normalAddress(const QString &address);
/// The address as it travels: an international host as xn--..., the part before the @ as it is. Empty when it is none.
QString wireAddress(const QString &address);

} // namespace patchbay
