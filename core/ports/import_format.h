#pragma once

#include "core/model/inbound.h"
#include "core/ports/form_field.h"

#include <QtCore/QHash>
#include <QtCore/QJsonObject>

#include <functional>
#include <vector>

namespace patchbay {

/// What to read and how.
struct ImportSource {
    QString path = {}; ///< a file or a folder
    QJsonObject settings = {}; ///< by the keys of the format's form; "columns": field -> name or number of its column
    /// True when nobody waits any more: files then end at once, also within one long item. Any thread.
    std::function<bool()> stopped = {};
};

/// Takes one item; `bytesDone` is how much of the source has been read. False: no more is wanted.
using ImportEach = std::function<bool(RawItem item, qint64 bytesDone)>;

/// The first rows of a table, for choosing its columns.
struct ImportPreview {
    QStringList header = {};
    std::vector<QStringList> rows = {};
    QHash<QString, QString> columns = {}; ///< field -> column, guessed from the header
};

/// One kind of file with messages in it. A value with captureless functions; they block (disk), so they are called on a
/// thread for that, and need no other. What cannot be understood is handed out as it is: the parser says why, and the
/// item is set aside. An error is one of the whole source.
struct ImportFormat {
    QString id = {}; ///< "mbox", ...: on the command line and at the begin of source keys
    QString title = {};
    std::vector<FormField> form = {}; ///< what only a person knows: their own name in a chat, ...
    QStringList columns = {}; ///< a table's fields, for a mapping; empty: no table
    /// By the path and the first bytes (none of a folder). Reads at most a name in a folder.
    bool (*recognises)(const QString &path, const QByteArray &start) = nullptr;
    /// Hands out item by item, each bounded, with memory that does not grow with the source but by a few bytes an item.
    Result<Done> (*read)(const ImportSource &source, const ImportEach &each) = nullptr;
    Result<ImportPreview> (*preview)(const ImportSource &source) = nullptr; ///< of a table
};

} // namespace patchbay
