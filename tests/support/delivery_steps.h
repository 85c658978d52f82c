#pragma once

#include "core/model/names.h"
#include "core/store/delivery_table.h"
#include "core/store/task_table.h"
#include "support/outbox_desk.h"
#include "support/test_main.h"

namespace patchbay::tests {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

using MaybeDelivery = std::optional<Delivery>;

inline MaybeDelivery claimed(OutboxDesk &desk, DeliveryId id, const char *owner = "me")
{
    return desk
        .write([=](Database &db) -> Result<MaybeDelivery> {
            return db.finish(deliveries::claim(db, id, QString::fromLatin1(owner), 60s));
        })
        .value();
}

inline std::vector<DeliveryId> dueNow(OutboxDesk &desk)
{
    return desk
        .read([](Database &db) -> Result<std::vector<DeliveryId>> {
            std::vector<DeliveryId> ids;
            for (const Delivery &d : deliveries::due(db, db.now(), 100))
                ids.push_back(d.id);
            return db.finish(ids);
        })
        .value();
}

inline bool settled(OutboxDesk &desk, const Delivery &delivery, const deliveries::Outcome &outcome)
{
    return desk
        .write([&](Database &db) -> Result<bool> {
            return db.finish(deliveries::settle(db, delivery.id, delivery.fence, outcome));
        })
        .value();
}

inline deliveries::Outcome outcome(DeliveryState state, Timestamp next = {})
{
    deliveries::Outcome result;
    result.state = state;
    result.nextAttemptAt = next;
    return result;
}

inline void setState(OutboxDesk &desk, DeliveryId id, DeliveryState state, Timestamp next = {})
{
    const auto d = claimed(desk, id);
    QVERIFY(d);
    QVERIFY(settled(desk, *d, outcome(state, next)));
}


} // namespace patchbay::tests
