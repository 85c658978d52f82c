#pragma once

#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/literal.h"

namespace patchbay {

/// A subscription at a server of Rails's (ActionCable: "welcome", "subscribe", "confirm_subscription", "ping" every 3
/// seconds, "disconnect"), as a platform with one declares it.
struct CableSpec {
    QString who = {}; ///< the platform's name, for sentences
    QJsonObject (*room)(const ChatContext &context) = nullptr; ///< the identifier of what is subscribed to
    /// What came in the room: `message` is the member of that name in the frame.
    void (*heard)(SocketStep &step, JsonReader &message, const QByteArray &frame, const ChatContext &context) = nullptr;
};

std::unique_ptr<SocketDialogue> makeCableDialogue(CableSpec spec, ChatContext context);
/// SocketSpec::headers: the server refuses who names no origin, and takes its own.
QList<QPair<QByteArray, QByteArray>> cableOrigin(const QUrl &cable, const AccountConfig &account);

/// The inbox of a platform that has its cable at this path of its server.
template <CableSpec (*spec)(), Literal path> SocketSpec cableSocket()
{
    SocketSpec socket;
    socket.fixed = [](const ChatContext &context) -> Result<QUrl> { return pushAddress(context.base, path.string()); };
    socket.headers = &cableOrigin;
    socket.dialogue = [](const ChatContext &context, const AccountConfig &, std::function<double()>) {
        return makeCableDialogue(spec(), context);
    };
    return socket;
}

} // namespace patchbay
