#pragma once

#include "core/async/async.h"
#include "core/engine/channel_leases.h"
#include "core/engine/snapshots.h"
#include "core/ports/catalog.h"
#include "core/store/store.h"

#include <QtCore/QObject>

namespace patchbay {

/// The only way in. Stores raw items with their cursor in a first transaction (after it a platform may be
/// acknowledged), then turns each into a visible message, a duplicate or a quarantined item in a second one: dedupe,
/// contact, conversation, message, classification, route, suggestion. Lives on the event loop's thread; parses on a
/// pool of its own.
class Intake final : public QObject {
    Q_OBJECT

public:
    Intake(Store &store, const Catalog &catalog, Snapshots &snapshots, LeaseTimes times = {});
    ~Intake() override;

    /// Finishes when the items and the cursor are durable; they become visible soon after. Items whose source key the
    /// channel already has are left out.
    QFuture<Result<Done>> accept(ChannelId channel, Batch batch);
    /// Works through what is pending (left over from a crash, or requeued) and finishes when nothing is. What another
    /// workstation is reading is waited for, and read here when that one has ended.
    QFuture<Result<Done>> drain();
    /// Which channels are this process' to run and to read.
    ChannelLeases &leases();
    bool isIdle() const;

Q_SIGNALS:
    /// A batch is durable: so many of its items are new, so many were there already.
    void accepted(patchbay::ChannelId channel, int stored, int known);
    /// After a drain round: how many are still pending, and the newest sentence of a quarantined one.
    void drained(int stillPending);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay
