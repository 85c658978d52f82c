#pragma once

#include "core/engine/outbox.h"
#include "support/command_desk.h"
#include "support/scripted_destination.h"

#include <QtTest/QTest>

#include <map>

namespace patchbay::tests {

/// A desk whose default route leads to scripted targets, with the Outbox that sends to them. Chance is fixed.
struct RouteRig {
    CommandDesk desk;
    std::map<qint64, std::unique_ptr<ScriptedDestination>> sides = {};
    TargetId primary = {};
    TargetId backup = {};
    OutboxLimits limits = {};
    std::function<double()> chance = [] { return 0.5; };
    QSet<qint64> unreachable = {}; ///< targets without a live destination here
    std::unique_ptr<Outbox> outbox = {};
    QString failure = {};

    explicit RouteRig(Idempotency idempotency = Idempotency::Lookup, const QString &location = {})
        : desk(location, !location.isEmpty())
    {
        desk.commands->setHoldTime(std::chrono::milliseconds(0));
        primary = addTarget(QStringLiteral("Redmine"), idempotency);
        backup = addTarget(QStringLiteral("Second desk"), idempotency);
        limits.breakerFailures = 3;
        restart();
    }

    TargetId addTarget(const QString &name, Idempotency idempotency = Idempotency::Lookup)
    {
        auto added = await(desk.commands->addTarget(QStringLiteral("tracker"), name, {}));
        if (!added) {
            failure = added.error().message;
            return {};
        }
        auto side = std::make_unique<ScriptedDestination>(&desk.clock);
        side->declared = {idempotency, std::chrono::seconds(2), std::chrono::seconds(3)};
        side->searchLag = std::chrono::seconds(3);
        sides[added->id.value] = std::move(side);
        return added->id;
    }
    ScriptedDestination &side(TargetId target) { return *sides.at(target.value); }

    /// The default route, with another strategy.
    Route route(Route::Strategy strategy, std::vector<TargetId> targets)
    {
        Route route =
            desk.get([](Database &db) { return routes::byName(db, QStringLiteral("Tasks")).value_or(Route{}); });
        route.strategy = strategy;
        route.targets = std::move(targets);
        return route;
    }
    bool use(const Route &route)
    {
        const auto changed = await(desk.commands->changeRoute(route));
        if (!changed)
            failure = changed.error().message;
        return changed.ok();
    }

    /// As a process that has just started on the same workspace.
    void restart()
    {
        outbox.reset();
        for (const auto &[id, side] : sides)
            side->hanging = 0;
        outbox = outboxOn(*desk.store);
    }
    /// Another workstation's, on its own connection.
    std::unique_ptr<Outbox> outboxOn(Store &store)
    {
        auto resolve = [this](const Delivery &delivery) -> Result<Destination *> {
            if (unreachable.contains(delivery.target.value) || !sides.contains(delivery.target.value))
                return makeError(Error::Kind::Unauthorized, QStringLiteral("its API key is not on this workstation"));
            return static_cast<Destination *>(sides.at(delivery.target.value).get());
        };
        return std::make_unique<Outbox>(store, resolve, QStringLiteral("test"), limits, [this] { return chance(); });
    }
    bool work() { return await(outbox->runOnce()).ok(); }
    /// Works, and goes on when the next thing is due, until nothing waits.
    bool workToTheEnd(int most = 200)
    {
        for (int i = 0; i < most; ++i) {
            if (!work())
                return false;
            const Timestamp next = desk.get([](Database &db) { return deliveries::nextDueAt(db); });
            if (!next)
                return true;
            desk.clock.advanceTo(next);
        }
        return false;
    }
    int hanging() const
    {
        int all = 0;
        for (const auto &[id, side] : sides)
            all += side->hanging;
        return all;
    }

    /// A customer writes and the suggestion is accepted: the conversation.
    ConversationId acceptOne(const QString &subject = QStringLiteral("Refund please"))
    {
        const ConversationId id = desk.receive(subject, QStringLiteral("I was charged twice."));
        const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
        if (!accepted)
            failure = accepted.error().message;
        return id;
    }
    std::vector<Delivery> deliveriesOf(ConversationId id)
    {
        return desk.get([id](Database &db) { return deliveries::ofConversation(db, id); });
    }
    Target target(TargetId id)
    {
        return desk.get([id](Database &db) { return targets::byId(db, id).value_or(Target{}); });
    }
};

} // namespace patchbay::tests
