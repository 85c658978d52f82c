#pragma once

#include "core/model/task.h"
#include "core/ports/destination.h"

namespace patchbay {

/// How a task stands at its target.
struct RemoteTask {
    QString status = {}; ///< the target's own word
    bool closed = false;
    QString url = {};
    QString title = {}; ///< empty where the target's answer does not have it
    QString externalId = {}; ///< its id there, where it was asked for by another name; empty: the one asked for
};

/// A record that a target has of a person.
struct RemoteRecord {
    QString externalId = {}; ///< as status() takes it
    QString title = {};
    QString status = {}; ///< the target's own word
    bool closed = false;
    QString url = {}; ///< the page that people open; empty: none
    Timestamp changed = {}; ///< none: the target does not say
};
inline constexpr size_t mostRemoteRecords = 20;

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
    /// Whether records() can be asked, as the target is set up.
    virtual bool hasRecords() const { return false; }
    /// What the target has of the task's contact: open ones first, the newest first, at most mostRemoteRecords; none
    /// when it does not know the person. Only reads. Refused by targets that cannot be asked.
    virtual Async<Result<std::vector<RemoteRecord>>> records(TaskPayload about);
    /// The id that status() takes, out of an id or a web address that a person typed; empty: there is none in it.
    virtual QString recordIn(const QString &typed) const;
};

/// The text itself, or, of a web address, the last part of its path.
QString lastPartOf(const QString &typed);

} // namespace patchbay
