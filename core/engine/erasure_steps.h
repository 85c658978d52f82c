#pragma once

#include "core/engine/erasure.h"

namespace patchbay {

/// One step of a deletion: a transaction of at most about a hundred messages. For Erasures.
struct ErasureStep {
    bool more = false; ///< there is another one
    Removed removed = {}; ///< up to now
};

/// Cancels what waits and writes down that the person is being deleted; the id of an unfinished one when there is one.
/// Conflict when the person consists of others than `shown` by now; with none of them: whoever it is.
Result<qint64> beginPersonErasure(Database &db, ContactId contact, std::vector<ContactId> shown, OperatorId by);
Result<qint64> beginRetention(Database &db, Timestamp before, OperatorId by);
/// With `stop` a deletion of old conversations ends with what is gone.
Result<ErasureStep> erasureStep(Database &db, qint64 id, const QString &workspaceUid, bool stop);

Result<RetentionPreview> previewRetention(Database &db, Timestamp before);

} // namespace patchbay
