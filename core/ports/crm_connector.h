#pragma once

#include "core/model/task.h"
#include "core/ports/destination.h"

namespace patchbay {

/// How a task stands at its target.
struct RemoteTask {
    QString status = {}; ///< the target's own word
    bool closed = false;
    QString url = {};
};

/// A value that a form offers for a field ("Tracker": 1 = Bug).
struct FieldChoice {
    QString field = {};
    QString value = {};
    QString title = {};
};

/// The live connection of one target. Owned by Targets, lives on the event loop's thread.
class CrmConnector : public Destination {
public:
    /// The exact request that deliver() would send to create the task: method, path and body as a person reads it.
    /// Pure.
    virtual Result<QString> preview(DeliveryRequest request) const = 0;
    virtual Async<Result<RemoteTask>> status(QString externalId) = 0;
    /// Choices for the mapping form, from the vendor.
    virtual Async<Result<std::vector<FieldChoice>>> fields() = 0;
};

} // namespace patchbay
