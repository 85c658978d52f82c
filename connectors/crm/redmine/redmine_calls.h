#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// The calls of Redmine's REST API that the spec names. Each pair builds a request from our values and reads our value
/// from the reply; all are pure.

// Priorities, which a task needs as numbers.
bool redmineNeedsPriorities(const CrmContext &context);
Result<Request> redminePrioritiesRequest(const CrmContext &context);
Result<QJsonObject> redminePriorities(JsonReader &reply, const CrmContext &context);

// The task.
Result<Request> redmineCreate(const CrmContext &context);
Result<Receipt> redmineCreated(JsonReader &reply, const CrmContext &context);

// The look-up of our key: by the custom field, then by the line in the description.
bool redmineHasKeyField(const CrmContext &context);
Result<Request> redmineFindByField(const CrmContext &context);
Result<std::optional<Receipt>> redmineFoundByField(JsonReader &reply, const CrmContext &context);
Result<Request> redmineFindByText(const CrmContext &context);
Result<std::optional<Receipt>> redmineFoundByText(JsonReader &reply, const CrmContext &context);

// How the issue stands.
Result<Request> redmineIssueRequest(const CrmContext &context);
Result<RemoteTask> redmineStatus(JsonReader &reply, const CrmContext &context);

// Issues that name a person.
Result<Request> redmineRecordsRequest(const CrmContext &context);
Result<std::vector<RemoteRecord>> redmineRecords(JsonReader &reply, const CrmContext &context);

// Choices for the mapping form.
Result<Request> redmineProjectRequest(const CrmContext &context);
Result<std::vector<FieldChoice>> redmineProjectChoices(JsonReader &reply, const CrmContext &context);
Result<std::vector<FieldChoice>> redminePriorityChoices(JsonReader &reply, const CrmContext &context);
Result<Request> redmineProjectsRequest(const CrmContext &context);
Result<std::vector<FieldChoice>> redmineProjectsChoices(JsonReader &reply, const CrmContext &context);

// The connection test.
Result<Request> redmineUserRequest(const CrmContext &context);
Result<CrmFinding> redmineUserFinding(JsonReader &reply, const CrmContext &context);
Result<CrmFinding> redmineProjectFinding(JsonReader &reply, const CrmContext &context);
bool redmineKnowsRole(const CrmContext &context);
Result<Request> redmineRoleRequest(const CrmContext &context);
Result<CrmFinding> redmineRoleFinding(JsonReader &reply, const CrmContext &context);
Result<Request> redmineProbeRequest(const CrmContext &context);
Result<CrmFinding> redmineProbeFinding(JsonReader &reply, const CrmContext &context);

} // namespace patchbay
