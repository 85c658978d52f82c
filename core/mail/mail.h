#pragma once

#include "core/model/inbound.h"

namespace patchbay {

/// A file that goes along with a mail.
struct MailFile {
    QString name = {};
    QString mediaType = {};
    QByteArray bytes = {};
};

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
    std::vector<MailFile> files = {};
};

/// RFC 5322 bytes with CRLF line ends, ready for DATA (not dot-stuffed) and for APPEND. Through gmime.
Result<QByteArray> composeMail(const MailDraft &draft);

/// Reads one mail: MIME, charsets, encoded words, quoted history, threading headers, dedupe key. `ownAddress` decides
/// fromSelf. Pure, bounded (50 MB, 200 parts, 20 levels, 200 attachments); any thread. An error when there is no
/// readable header block or no sender and no body at all.
Result<InboundMessage> parseMail(const QByteArray &raw, const QString &ownAddress);

/// Days since 1970 in four hexadecimal digits, 0000 where the date is not known. Keys that a hash makes begin with it,
/// so that what is stored together stands together in their index: a million mails would otherwise each write a page of
/// their own.
QString dayMark(Timestamp date);

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
