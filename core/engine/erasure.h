#pragma once

#include "core/async/async.h"
#include "core/engine/snapshots.h"
#include "core/model/operator.h"
#include "core/store/erasure_table.h"
#include "core/store/store.h"

#include <QtCore/QObject>

namespace patchbay {

/// How a deletion ended.
struct Erased {
    Removed removed = {};
    qint64 files = 0;
    qint64 bytes = 0; ///< of these files
    bool filesWait = false; ///< some are left, because items are being read: they go with the next deletion or start
};

/// What a deletion of old conversations would take.
struct RetentionPreview {
    Timestamp before = {};
    Removed counts = {};
    qint64 kept = 0; ///< old enough, but with deliveries that have not ended
    Timestamp oldest = {};
};

/// Deletes a person's data, or old conversations, in short transactions. What a kill or a closed program left is gone
/// on with; a step is either there or not. Event loop's thread, one deletion at a time.
class Erasures final : public QObject {
    Q_OBJECT

public:
    Erasures(Store &store, Snapshots &snapshots, Operator me);

    /// Refused while deliveries of theirs are being sent or unknown; those that wait are cancelled first. Lessons from
    /// their words are forgotten, and the model is trained anew.
    /// `shown`: the contacts of the person as they were shown; Conflict when the person consists of others by now.
    QFuture<Result<Erased>> erasePerson(ContactId contact, std::vector<ContactId> shown = {});
    QFuture<Result<RetentionPreview>> previewOlderThan(Timestamp before);
    /// Closed conversations whose newest message is older.
    QFuture<Result<Erased>> eraseOlderThan(Timestamp before);
    /// Goes on with what was begun and has not ended; how much that was.
    QFuture<Result<Erased>> resume();
    /// Removes files that no message refers to and that are older than a day, which a crash left.
    QFuture<Result<Erased>> removeUnreferenced();
    /// Ends a running deletion of old conversations after its step: what is gone is gone, the rest stays.
    void stop();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    /// After each step, up to now.
    void progressed(const patchbay::Removed &removed);

private:
    Async<Result<Erased>> personNow(ContactId contact, std::vector<ContactId> shown);
    Async<Result<Erased>> retentionNow(Timestamp before);
    Async<Result<Erased>> resumeNow();
    /// To the end, from wherever it is.
    Async<Result<Erased>> finish(qint64 id);
    Async<Result<Erased>> sweepFiles();
    /// What stood in free pages and in the log.
    Async<Result<Done>> overwriteRest();
    Async<Result<Erased>> unreferencedNow();

    Store &m_store;
    Snapshots &m_snapshots;
    Operator m_me;
    bool m_running = false;
    bool m_stopping = false;
    AsyncScope m_scope;
};

/// A point in time that many calendar months before `now`.
Timestamp monthsBefore(Timestamp now, int months);

} // namespace patchbay
