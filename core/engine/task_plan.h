#pragma once

#include "core/engine/field_mapping.h"
#include "core/model/account.h"
#include "core/store/database.h"

namespace patchbay {

/// What one target gets of a suggestion.
struct PlannedTask {
    Target target = {};
    TaskPayload payload = {};
};

/// What comes of a suggestion when it is accepted: what the screen previews, and what the acceptance freezes.
struct TaskPlan {
    std::vector<PlannedTask> first = {}; ///< at once, each with a delivery of its own
    std::vector<PlannedTask> backups = {}; ///< one after the other

    std::vector<TargetId> targets() const;
};

/// What the placeholders stand for in a suggestion's conversation.
TemplateValues templateValues(Database &db, const Suggestion &suggestion, const QString &operatorName);

/// The suggestion's way by this route, with each target's fields filled. Refused when the route leads to no target, or
/// a mapping cannot be used.
Result<TaskPlan> planTask(Database &db, const Route &route, const Suggestion &suggestion, const QString &operatorName);
/// By the suggestion's own route.
Result<TaskPlan> planTask(Database &db, const Suggestion &suggestion, const QString &operatorName);

} // namespace patchbay
