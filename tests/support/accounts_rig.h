#pragma once

#include "core/engine/accounts.h"
#include "support/command_desk.h"
#include "support/fake_accounts.h"

namespace patchbay::tests {

/// Channels and Targets over connectors that do what the test says.
struct AccountsRig {
    CommandDesk desk = CommandDesk();
    FakeConnectors connectors = FakeConnectors();
    Catalog catalog = connectors.catalog();
    FakeSecrets secrets = FakeSecrets();
    std::unique_ptr<Intake> intake = std::make_unique<Intake>(*desk.store, catalog, desk.snapshots);
    std::unique_ptr<Channels> channels = std::make_unique<Channels>(*desk.store, catalog, secrets, *intake);
    std::unique_ptr<Targets> targets = std::make_unique<Targets>(*desk.store, catalog, secrets);

    ChannelId addChannel(const QString &connector, const QString &name, const QByteArray &cursor = {})
    {
        ChannelId id;
        (void)desk.change([&](Database &db) {
            Channel channel;
            channel.connector = connector;
            channel.name = name;
            channel.cursor = cursor;
            id = patchbay::channels::insert(db, channel);
        });
        return id;
    }
    TargetId addTarget(const QString &connector, const QString &name)
    {
        TargetId id;
        (void)desk.change([&](Database &db) {
            Target target;
            target.connector = connector;
            target.name = name;
            id = patchbay::targets::insert(db, target);
        });
        return id;
    }
    Channel channel(ChannelId id)
    {
        return desk.get([id](Database &db) { return *patchbay::channels::byId(db, id); });
    }
    Target target(TargetId id)
    {
        return desk.get([id](Database &db) { return *patchbay::targets::byId(db, id); });
    }
    void pause(ChannelId id, bool paused)
    {
        (void)desk.change([=](Database &db) { patchbay::channels::setPaused(db, id, paused); });
    }
};

} // namespace patchbay::tests
