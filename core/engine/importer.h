#pragma once

#include "core/engine/history_intake.h"
#include "core/engine/intake.h"
#include "core/store/import_table.h"

#include <QtCore/QFuture>

namespace patchbay {

/// What is to be imported.
struct ImportRequest {
    ChannelId channel = {};
    QStringList paths = {}; ///< files and folders
    QString format = {}; ///< empty: by the path and the first bytes
    QJsonObject settings = {}; ///< of the format; "as_new": true lets messages arrive open, unread, with suggestions
    ImportId resume = {}; ///< goes on with this one; the rest is taken from there
    int pageItems = 250; ///< stored at once: a window's own changes wait for a page, some 80 ms
};

/// What an import did. read = added + duplicate + quarantined.
struct ImportReport {
    QString uid = {};
    imports::State state = imports::State::Done; ///< Done or Cancelled
    int read = 0;
    int added = 0;
    int duplicate = 0; ///< stored by an earlier import (same item), or a message that the channel has already
    int quarantined = 0; ///< kept with their raw bytes, but not readable
    std::vector<imports::Reason> reasons = {}; ///< of the quarantined
};

/// How far a running import came.
struct ImportProgress {
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0; ///< 0: not known yet
    imports::Counts counts = {};
};

/// One run over files: they are read on a thread of its own, page by page, and go through the Intake like everything
/// else; what the channel has already is passed by a look-up. Items are told apart by their source keys, so a second
/// import of the same file adds nothing. The table `import` holds what it did: the counts are right whenever the
/// program ends, and a run that was cut off is "interrupted" and may be resumed. A child of the Intake, with which it
/// ends; else it deletes itself after its end. Event loop's thread.
class ImportJob final : public QObject {
    Q_OBJECT

public:
    ImportJob(Intake &intake, HistoryIntake &history, Store &store, const Catalog &catalog, ImportRequest request);
    ~ImportJob() override;

    /// Once. An error is one of a file, which it names; what was read until then stays.
    QFuture<Result<ImportReport>> start();
    /// Ends after the page that is being stored; what was read stays.
    void cancel();
    const ImportProgress &progress() const;

Q_SIGNALS:
    /// Several times a second.
    void progressed(const patchbay::ImportProgress &progress);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The format that recognises this file or folder among the connector's; null: none. Reads its first bytes; blocks.
const ImportFormat *recognisedFormat(const ChatConnectorInfo &connector, const QString &path);

} // namespace patchbay
