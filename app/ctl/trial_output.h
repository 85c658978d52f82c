#pragma once

#include "app/ctl/ctl.h"
#include "core/engine/trial.h"

namespace patchbay {

/// What a trial found, with the names that a person knows.
struct TrialReport {
    struct Change {
        QString conversation = {}; ///< uid
        QString subject = {};
        ReplayChange change = {};
    };
    struct TriedLesson {
        QString uid = {};
        QString text = {};
        QString category = {};
        bool better = false;
    };
    TrialResult result = {};
    std::vector<Change> changes = {};
    std::vector<TriedLesson> lessons = {};
};

/// The report and what it took for granted.
CtlOutput trialOutput(const TrialDraft &draft, const TrialReport &report);

} // namespace patchbay
