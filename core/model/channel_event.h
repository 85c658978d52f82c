#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace patchbay {

/// Something that happened to a channel. No event has a message's text or a secret in it.
struct ChannelEvent {
    enum class Kind {
        Connecting,
        Connected,
        Lost, ///< `detail`: why, and what happens next
        Stopped, ///< by a person, or given back
        Waits, ///< the platform asked for a wait
        SignInRefused,
        Fetched, ///< items that are new here
        Doubled, ///< items that were here already
        Unreadable, ///< items that were set aside
        RequestRefused, ///< requests at its address that proved nothing
        RequestNotStored, ///< requests that could not be stored: the platform sends them again
        Sent, ///< replies that arrived over there
        TypingNotShown, ///< the platform could not be told that the operator writes
        NotSent, ///< attempts to send a reply that failed; `detail` says of which kind
    };

    qint64 id = 0;
    Kind kind = Kind::Connecting;
    QString detail = {}; ///< a sentence; empty: the kind says it all
    int times = 1; ///< so many of them, or so many items
    Timestamp beganAt = {};
    Timestamp at = {}; ///< the last one

    /// Something that a person may have to look into.
    bool isTrouble() const;
    bool operator==(const ChannelEvent &) const = default;
};

/// "request_refused", for scripts and the database.
QString nameOf(ChannelEvent::Kind kind);
ChannelEvent::Kind channelEventKind(const QString &name);

} // namespace patchbay
