#pragma once

#include "core/base/ids.h"

namespace patchbay {

/// A person who works in the workspace; "the system" is one too.
struct Operator {
    OperatorId id = {};
    QString uid = {};
    QString name = {};
    QString osUser = {};
    bool isSystem = false;
    QString mail = {}; ///< by which platforms that have agents know them; empty: not told
};

} // namespace patchbay
