#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"

#include <QtCore/QJsonObject>

#include <vector>

namespace patchbay {

enum class DeliveryKind { Reply, Task, Question, Change };
enum class DeliveryState { Queued, Sending, Sent, Failed, Unknown, Dead, Cancelled };

/// What a person who looked over there says of an unknown delivery: it arrived; it did not, send it again; it did not,
/// and it is not to be sent any more.
enum class Settlement { Sent, SendAgain, GiveUp };

/// A target that gets a task when the one before it surely did not take it, with what it then gets.
struct Backup {
    TargetId target = {};
    QJsonObject payload = {};
};

/// One thing to one destination: an entry of the Outbox.
struct Delivery {
    DeliveryId id = {};
    QString uid = {};
    DeliveryKind kind = DeliveryKind::Task;
    ConversationId conversation = {};
    MessageId message = {}; ///< Reply
    TaskId task = {}; ///< Task
    ChannelId channel = {}; ///< Reply, Change
    TargetId target = {}; ///< Task
    ModelId model = {}; ///< Question
    QString key = {}; ///< made and stored before the first try; mail: our Message-ID
    QJsonObject payload = {};
    DeliveryState state = DeliveryState::Queued;
    int attempts = 0;
    bool everAmbiguous = false; ///< an attempt's end is not known: look up before any repeat
    qint64 fence = 0; ///< of the newest claim; a settle with another one is refused
    QString leaseOwner = {};
    Timestamp leaseUntil = {};
    Timestamp attemptStartedAt = {};
    Timestamp effectStartedAt = {}; ///< set just before the step that cannot be taken back; none: surely not sent
    Timestamp notBefore = {}; ///< queued until then, so that it can be taken back
    Timestamp nextAttemptAt = {};
    QString lastError = {}; ///< of a sent one: what did not go along with it
    QString errorKind = {};
    QString externalId = {};
    QString externalUrl = {};
    QString response = {}; ///< the other side's words, verbatim and bounded
    Timestamp createdAt = {};
    Timestamp settledAt = {};
    OperatorId operatorId = {};
    OperatorId settledBy = {}; ///< a person who settled an unknown one
    std::vector<Backup> backups = {}; ///< Task: frozen at the acceptance, in order
    DeliveryId replacedBy = {}; ///< cancelled, because its target did not take it: the backup's delivery
    QString remoteStatus = {}; ///< Task: as the target says it; empty: not read yet
    bool remoteClosed = false;
    Timestamp linkedAt = {}; ///< Task: a person linked it to a record that was there; nothing of ours was sent

    /// What did not go along with a sent task; empty: everything did.
    QString notice() const { return state == DeliveryState::Sent && !settledBy ? lastError : QString(); }

    /// Came out of a backup: nobody knows what became of it since. Until it is settled a task may be tried again, which
    /// looks it up first.
    bool isRestored() const { return state == DeliveryState::Unknown && errorKind == QLatin1String("restored"); }
    /// The platform had accepted it, and told later that it did not arrive.
    bool hasFailedThere() const { return state == DeliveryState::Dead && errorKind == QLatin1String("failed_there"); }
    bool isLinked() const { return bool(linkedAt); }
};

} // namespace patchbay
