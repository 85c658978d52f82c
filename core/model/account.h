#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"

#include <QtCore/QHash>
#include <QtCore/QJsonObject>

namespace patchbay {

/// How an account fares, as the health dot and its sentence show it.
enum class Health { Unknown, Ok, CatchingUp, Offline, Failed, Paused };

/// What a channel's platform told of the sign-in and of its limits. Nothing in it is guessed.
struct ChannelStanding {
    Timestamp signInUntil = {}; ///< the sign-in ends then, and a person has to sign in anew; none: it was not told
    Timestamp refusedAt = {}; ///< since then the sign-in is refused; none: it is not
    Timestamp waitsUntil = {}; ///< it asked to be left alone until then; none, or over: it does not

    bool operator==(const ChannelStanding &) const = default;
};

/// One configured account of a chat connector. Secrets are in the secret store, under this uid.
struct Channel {
    ChannelId id = {};
    QString uid = {};
    QString connector = {}; ///< catalog id: "mail", "file", ...
    QString name = {}; ///< unique in the workspace
    QJsonObject settings = {};
    QByteArray cursor = {}; ///< the connector's own, opaque to us
    Health health = Health::Unknown;
    QString healthDetail = {}; ///< the other side's words
    Timestamp lastReceivedAt = {};
    Timestamp caughtUpAt = {};
    Timestamp addedAt = {};
    bool paused = false;
    QString account = {}; ///< who it is over there, as the platform itself said last; empty: not known
    ChannelStanding standing = {};
};

/// One configured account of a CRM connector.
struct Target {
    TargetId id = {};
    QString uid = {};
    QString connector = {}; ///< "local", "redmine", ...
    QString name = {};
    QJsonObject settings = {};
    Health health = Health::Unknown;
    QString healthDetail = {};
    int consecutiveFailures = 0; ///< for the breaker
    Timestamp breakerOpenUntil = {}; ///< none: closed
    Timestamp addedAt = {};

    /// Closed: tasks go; open: none is tried until breakerOpenUntil; half-open: one task tries it, the others wait.
    enum class Breaker { Closed, Open, HalfOpen };
    Breaker breakerAt(Timestamp now) const
    {
        return !breakerOpenUntil ? Breaker::Closed : now < breakerOpenUntil ? Breaker::Open : Breaker::HalfOpen;
    }
};

/// What a connector needs to work for one account.
struct AccountConfig {
    QString uid = {};
    QString name = {};
    QJsonObject settings = {};
    QHash<QString, QString> secrets = {}; ///< form field -> value; never logged, never stored in the database
    Timestamp addedAt = {};
};

} // namespace patchbay
