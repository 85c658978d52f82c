#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// How an API that a form describes takes files along with a task: a POST of each as a form, and a list of those that
/// the task has, which is read before. Pure.

/// "file_path", "file_field", and "files_path", "files_list", "files_name", "files_next" of the list.
std::vector<FormField> describedFilesForm();
std::vector<FieldRule> describedFilesRules();
/// What no rule of one field can say: the mark of the next page and its place in the path.
Result<Done> checkFilesPages(const QJsonObject &settings);

/// None where no path is set.
std::vector<CrmCall<QJsonObject>> describedAttach();
CrmCall<std::vector<CrmFile>> describedAttached();

} // namespace patchbay
