#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// How far a mail folder is read and stored: {"folder", "uidvalidity", "lastUid", "windowEnd", "generation"}. A value.
struct InboxCursor {
    QString folder = {};
    quint32 uidValidity = 0;
    quint32 lastUid = 0;
    /// The newest UID at the first look: up to it only messages within days_back are read, beyond it all.
    quint32 windowEnd = 0;
    /// How often the server began to give numbers that it had given before, to other messages.
    quint32 generation = 0;

    QByteArray toBytes() const;
    static Result<InboxCursor> fromBytes(const QByteArray &bytes);

    /// "INBOX;3857529045;17", from the first generation on "INBOX;3857529045.1;17": a number that was given twice does
    /// not name the message that had it first.
    QString sourceKey(quint32 uid) const;
};

/// What a source key says about an item beside its name.
struct InboxItemNote {
    qint64 oversize = 0; ///< the message's bytes, when only its header was read
    bool unreadable = false; ///< the raw bytes are the server's words instead of the message
};

QString noteOversize(const QString &sourceKey, qint64 size);
QString noteUnreadable(const QString &sourceKey);
InboxItemNote readItemNote(const QString &sourceKey);

} // namespace patchbay
