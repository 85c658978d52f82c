#pragma once

#include "core/base/json_reader.h"
#include "core/model/inbound.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QHash>

namespace patchbay {

/// A file that a message of an export names.
struct ImportedFile {
    QString name = {};
    QString mediaType = {};
    QByteArray bytes = {};
    QString missing = {}; ///< why it is not here, a sentence; empty: it is
};

/// One message of an export with all that is needed to read it again: what its file says about its chat, the message's
/// own bytes as they stand there, and its files. Raw items of every format but mail have this form.
struct ImportedItem {
    QJsonObject facts = {};
    QByteArray message = {};
    std::vector<ImportedFile> files = {};
    QString key = {}; ///< the raw item's source key; stands beside the bytes, not in them
};

/// Largest message of an export; a longer one is handed over cut, and set aside for that.
inline constexpr qsizetype maxImportedMessage = 4 * 1024 * 1024;

/// One line of JSON, then the bytes of the message and of its files.
QByteArray toRaw(const ImportedItem &item);
/// A cut message is an error that says so.
Result<ImportedItem> importedItemFrom(const QByteArray &raw);

/// "format:a:b": ids of the other side as a source key or external id; hashed when they are long or hold more than
/// plain characters, so that the format stays readable in front.
QString importedKey(const QString &format, const QStringList &ids);

/// Keys of messages without ids: "format:<hash of the parts>:<n-th of its equals>". A value of one reading.
class EqualsCounter {
public:
    QString key(const QString &format, const QList<QByteArray> &parts);

private:
    QHash<quint64, int> m_seen;
};

/// The first fields of a message: its text, its files and what is missing of them.
InboundMessage importedMessage(const ImportedItem &item);
/// Adds a sentence to what a person is told about the message.
void addNotice(InboundMessage &message, const QString &sentence);
/// Plain text as written.
void setText(InboundMessage &message, const QString &text);
/// The sender's name without what is invisible in it, and an address that is theirs in this chat alone.
Address importedPerson(const QString &name, const QString &address);
/// `"Name" <address>`, as lists of recipients have it.
QString recipientText(const Address &address);

} // namespace patchbay
