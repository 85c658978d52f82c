#pragma once

#include "core/model/outbound_file.h"
#include "core/model/routing.h"

namespace patchbay {

/// What is pushed to a target, frozen when the operator accepts. Neutral: a connector turns it into its vendor's body.
struct TaskPayload {
    QString title = {};
    QString description = {}; ///< plain text from a customer, never markup
    Priority priority = Priority::Normal;
    Timestamp due = {};
    QString category = {};
    Address contact = {};
    QString backLink = {}; ///< patchbay://<workspace uid>/conversation/<uid>
    QJsonObject fields = {}; ///< the route's mapping, placeholders filled in
    std::vector<OutboundFile> attachments = {}; ///< each content once
    /// Files that were wanted and do not go along; only the connectors fill it, for what the description ends with.
    std::vector<OutboundFile> notAttached = {};

    bool operator==(const TaskPayload &) const = default;
};

QJsonObject toJson(const TaskPayload &payload);
/// The same as text, without a document in between.
QString jsonText(const TaskPayload &payload);
TaskPayload taskPayloadFromJson(const QJsonObject &json);

/// A task the operator accepted; its deliveries carry it to targets.
struct Task {
    TaskId id = {};
    QString uid = {};
    ConversationId conversation = {};
    SuggestionId suggestion = {};
    LessonId lesson = {}; ///< what the acceptance taught, when it taught something
    TaskPayload payload = {};
    OperatorId operatorId = {};
    Timestamp createdAt = {};
    QString remoteStatus = {}; ///< as the target says it ("New", "Closed"); empty: not read yet
    bool remoteClosed = false;
    Timestamp statusReadAt = {};
};

/// A row of the embedded target "Local tasks".
struct LocalTask {
    LocalTaskId id = {};
    QString uid = {};
    QString key = {}; ///< the delivery's key: a second delivery of it finds this row
    TargetId target = {};
    TaskPayload payload = {};
    bool done = false;
    Timestamp createdAt = {};
    Timestamp doneAt = {};
};

/// Category + route + drafted task for a conversation.
struct Suggestion {
    /// Superseded: it was pending when a person's word led to another.
    enum class State { Pending, Accepted, Overridden, Dismissed, Superseded };

    SuggestionId id = {};
    QString uid = {};
    ConversationId conversation = {};
    int version = 1; ///< grows with each re-evaluation; accept carries the one that was painted
    State state = State::Pending;
    Classification classification = {};
    RouteId route = {};
    TaskPayload draft = {};
    Trace trace = {};
    MessageId message = {}; ///< the inbound message that led to it
    Timestamp createdAt = {};
    Timestamp decidedAt = {};
    OperatorId decidedBy = {};
    TaskId linkedTask = {}; ///< accepted by linking it to a task that was open already
};

} // namespace patchbay
