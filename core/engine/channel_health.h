#pragma once

#include "core/async/async.h"
#include "core/model/account.h"
#include "core/store/store.h"

#include <map>

namespace patchbay {

/// Keeps in the database what the channels' connections say about themselves, when they say something new, so that a
/// quiet channel writes nothing. Owned by Channels; event loop's thread.
class ChannelHealth {
public:
    explicit ChannelHealth(Store &store)
        : m_store(store)
    {
    }

    void note(const Channel &stored, Health health, const QString &detail);
    void noteCaughtUp(ChannelId channel);
    /// The Outbox took back what it had written over the connection's own words: they are still the newest.
    void sayAgain(const Channel &stored);
    /// Its connection is a new one, or another process has it: what it says next is written, whatever was read of the
    /// channel before.
    void forget(ChannelId channel) { m_said[channel.value] = {}; }

private:
    struct Said {
        Health health = Health::Unknown;
        QString detail = {};
        bool operator==(const Said &) const = default;
    };
    void keep(ChannelId channel, const Said &said);

    Store &m_store;
    std::map<qint64, Said> m_said;
    AsyncScope m_scope;
};

} // namespace patchbay
