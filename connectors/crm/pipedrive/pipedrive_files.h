#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// How files go to Pipedrive's leads, deals and activities.
void addPipedriveFiles(CrmSpec &spec);

} // namespace patchbay
