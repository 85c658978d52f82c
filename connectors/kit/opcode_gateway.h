#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// A socket that speaks in numbered operations: hello, then identify or resume, heartbeats that are answered, and
/// events whose numbers grow. Discord's Gateway (its documentation: Gateway events, opcodes), and of those who took it
/// over.

/// What an event has that is to be stored.
struct GatewayItem {
    QString one = {}; ///< of several that the event tells of: which one; a part of the key
    QString key = {}; ///< its own, where it has one; else the session's and the event's number are it
    QJsonObject kept = {}; ///< stored instead of the frame as it came, where that has a secret in it
    QJsonObject waiting = {}; ///< for ChatSpec::acknowledge; empty: nothing waits
};

struct OpcodeGateway {
    QString title = {};
    QJsonObject identify = {}; ///< what goes with the token: intents, properties
    std::vector<GatewayItem> (*items)(const QString &event, JsonReader &frame) = nullptr;
    struct End {
        int code = 0;
        Error::Kind kind = Error::Kind::Refused;
        QString sentence = {}; ///< empty: the other side's own reason
    };
    std::vector<End> ends = {}; ///< the codes after which a new connection fails as well (RFC 6455)
    /// Who writes, where an event tells that; null: none does.
    std::optional<ChatTyping> (*typing)(const QString &event, JsonReader &frame) = nullptr;
};

/// Items are {"self", "one", "frame"}: the frame as it came, beside what only the session knows. The cursor is where
/// the session is.
std::unique_ptr<SocketDialogue> makeOpcodeDialogue(const OpcodeGateway &gateway, const ChatContext &context,
                                                   const QString &token, std::function<double()> random);
/// Where the session goes on, or the common address; RateLimited when no more sign-ins are allowed today.
Result<QUrl> readOpcodeAddress(JsonReader &reply, const ChatContext &context, const QString &title,
                               const QString &query);

} // namespace patchbay
