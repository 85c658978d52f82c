#pragma once

#include "core/base/clock.h"

namespace patchbay::tests {

/// A clock that stands still until it is set, also backwards. One thread.
class HandClock final : public Clock {
public:
    Timestamp now() const override { return at; }

    Timestamp at = Timestamp::from(QDateTime(QDate(2026, 3, 4), QTime(12, 0), Qt::UTC));
};

} // namespace patchbay::tests
