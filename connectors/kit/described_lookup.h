#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// How an API that a form describes keeps a repeat from doubling: by a header with our key that it heeds, by a look-up
/// of our key, by writing to the address of our key, or not at all. Pure.

/// "idempotency", "key_header" and the fields of the look-up, "lookup_...".
std::vector<FormField> describedLookUpForm();
std::vector<FieldRule> describedLookUpRules();
/// What no rule of one field can say: the mark of the next page and its place in the path.
Result<Done> checkLookUpPages(const QJsonObject &settings);
Idempotency describedIdempotency(const QJsonObject &settings);
/// With the header that has our key, where there is one.
Request withKeyHeader(Request request, const QJsonObject &settings, const QString &key);

/// An answer of one task, or a list with pages.
std::vector<CrmCall<std::optional<Receipt>>> describedLookUps();
/// Asks for a key that nothing has, so that the pointers of a list are tried without a task.
CrmCall<CrmFinding> describedLookUpTest();

} // namespace patchbay
