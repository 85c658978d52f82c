#pragma once

#include "core/engine/accounts.h"

namespace patchbay {

/// Asks targets for records that are there already; nothing is changed over there. What is still asked ends with it.
/// Event loop's thread; the targets outlive it.
class RemoteRecords final {
public:
    explicit RemoteRecords(Targets &targets);

    /// Whether the target can be asked for the records of a person. An error: it cannot be asked anything now.
    Result<bool> canList(TargetId target) const;
    /// What it has of the draft's contact, and under these other addresses of the same person.
    QFuture<Result<std::vector<RemoteRecord>>> of(TargetId target, TaskPayload about, QStringList also = {});
    /// The record whose id or web address a person typed, as it is there now. NotFound and Refused with a sentence.
    QFuture<Result<RemoteRecord>> read(TargetId target, QString typed);

private:
    Async<Result<std::vector<RemoteRecord>>> ofNow(TargetId target, TaskPayload about, QStringList also);
    Async<Result<RemoteRecord>> readNow(TargetId target, QString typed);

    Targets &m_targets;
    AsyncScope m_scope;
};

} // namespace patchbay
