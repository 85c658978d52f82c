#pragma once

#include "core/engine/intake_apply.h"
#include "core/ports/catalog.h"
#include "core/store/store.h"

#include <QtCore/QFuture>
#include <QtCore/QThreadPool>

namespace patchbay {

/// Items of a file, parsed.
struct HistoryPage {
    IntakeContext context = {};
    std::vector<IntakeWork> works = {};
    int known = 0; ///< items that the channel had already: they were not parsed
};

/// What the Intake is for live messages, for files: the file keeps the raw bytes until they are stored, so that an item
/// is stored and decided in one transaction, many items in each, and indexed with some thousand others. Event loop's
/// thread; parses on a pool of its own. Owned beside the Intake.
class HistoryIntake final {
public:
    HistoryIntake(Store &store, const Catalog &catalog, Snapshots &snapshots);
    ~HistoryIntake();

    /// Leaves out what the channel has by its source key, and parses the rest. Several pages may be read at once.
    QFuture<Result<std::shared_ptr<const HistoryPage>>> read(ChannelId channel, std::vector<RawItem> items);

    /// Stores a page: all of it or nothing. `also` runs in the same transaction with what became of the items (a record
    /// of the import). Pages are stored in the order of these calls.
    using Also = std::function<void(Database &, const IntakeCounts &)>;
    QFuture<Result<IntakeCounts>> store(std::shared_ptr<const HistoryPage> page, Also also);

    /// Some thousand of what waits to be indexed; 0: nothing waited.
    QFuture<Result<int>> indexRest();

private:
    Store &m_store;
    Snapshots &m_snapshots;
    const Catalog &m_catalog;
    int m_unindexed = 0; ///< items of pages that were stored and wait
    std::shared_ptr<QThreadPool> m_pool; ///< shared with what is still being read when this ends
};

} // namespace patchbay
