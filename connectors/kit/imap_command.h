#pragma once

#include "connectors/kit/imap_response.h"
#include "core/base/clock.h"

#include <QtCore/QDate>
#include <QtCore/QList>
#include <QtCore/QString>

namespace patchbay {

/// One command as bytes: further parts are sent after the server's "+". A value.
struct ImapCommand {
    QString purpose = {}; ///< for messages: "open the folder INBOX"
    QList<QByteArray> parts = {}; ///< without tag; the first without CR LF at its end
    bool idle = false;
    bool looks = false; ///< a search: what was announced before it is known afterwards
};

/// What the server told about one message.
struct ImapMessage {
    quint32 uid = 0;
    qint64 size = -1; ///< RFC822.SIZE; -1: not told
    Timestamp internalDate = {};
    bool hasText = false;
    QByteArray text = {};
    qint64 textSize = 0; ///< as announced; more than text.size() when it was cut
};

/// Everything that came in answer to one command.
struct ImapReply {
    QByteArray code = {};
    QString text = {}; ///< the server's words
    quint32 exists = 0;
    quint32 uidValidity = 0;
    quint32 uidNext = 0; ///< 0: not told
    std::vector<quint32> found = {}; ///< rising, each once
    std::vector<ImapMessage> messages = {};
};

/// The value as the command's next argument: in quotes, or as a literal that waits for the server's "+".
void imapAddString(ImapCommand &command, const QByteArray &value);

/// Opens a folder for reading only: EXAMINE, so that nothing in it can change.
ImapCommand imapExamine(const QString &folder);
/// UIDs from `first` to `last` (0: to the end), of messages that came on or after `since` when that is valid.
ImapCommand imapSearch(quint32 first, quint32 last, const QDate &since = {});
/// Messages of the open folder with this Message-ID (without brackets).
ImapCommand imapSearchMessageId(const QByteArray &messageId);
ImapCommand imapFetchSizes(const std::vector<quint32> &uids);
/// Whole texts; BODY.PEEK does not set \Seen.
ImapCommand imapFetchTexts(const std::vector<quint32> &uids);
ImapCommand imapFetchHeader(quint32 uid);
/// Adds a text to a folder, marked as read.
ImapCommand imapAppend(const QString &folder, const QByteArray &text);
ImapCommand imapIdle();
ImapCommand imapNoop();
ImapCommand imapLogout();

} // namespace patchbay
