#pragma once

#include "core/engine/outbox.h"
#include "support/outbox_desk.h"
#include "support/scripted_destination.h"
#include "support/test_main.h"

namespace patchbay::tests {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// An Outbox over a scripted other side. Chance is fixed.
struct Rig {
    OutboxDesk desk = OutboxDesk();
    ScriptedDestination destination = ScriptedDestination(&desk.clock);
    OutboxLimits limits = {};
    double chance = 0.5;
    std::optional<Error> noDestination = {};
    std::unique_ptr<Outbox> outbox = {};

    explicit Rig(Idempotency idempotency = Idempotency::Lookup)
    {
        destination.declared = {idempotency, 2s, 3s};
        destination.searchLag = 3s;
        restart();
    }
    /// As a process that has just started on the same workspace.
    void restart()
    {
        outbox.reset();
        destination.hanging = 0;
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            if (noDestination)
                return *noDestination;
            return static_cast<Destination *>(&destination);
        };
        outbox = std::make_unique<Outbox>(*desk.store, resolve, u"test"_s, limits, [this] { return chance; });
    }
    Result<Done> work() { return await(outbox->runOnce()); }
    /// Works until a call hangs, then ends the process.
    bool workUntilItHangs()
    {
        auto running = outbox->runOnce();
        return QTest::qWaitFor([&] { return destination.hanging > 0; }, 5000);
    }
    Health targetHealth() const
    {
        return await(desk.store->read([id = desk.target](Database &db) -> Result<Target> {
                   return db.finish(targets::byId(db, id).value_or(Target{}));
               }))
            ->health;
    }
    Channel channel() const
    {
        return await(desk.store->read([id = desk.channel](Database &db) -> Result<Channel> {
                   return db.finish(channels::byId(db, id).value_or(Channel{}));
               }))
            .value();
    }
    QString targetDetail() const
    {
        return await(desk.store->read([id = desk.target](Database &db) -> Result<Target> {
                   return db.finish(targets::byId(db, id).value_or(Target{}));
               }))
            ->healthDetail;
    }
};


} // namespace patchbay::tests
