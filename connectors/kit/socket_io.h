#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// A live connection over socket.io (protocol 5) and Engine.IO 4, as its client speaks it on a WebSocket: "0" open,
/// "2" ping, "3" pong, "4" message; in a message "0" connect, "1" disconnect, "2" event and "4" refusal of a namespace.
struct SocketIo {
    QString title = {}; ///< of the platform, for sentences
    /// The namespace beside the main one whose events are wanted, without its stroke; empty: the main one alone.
    QString (*space)(const ChatContext &context) = nullptr;
    /// An event of the main namespace or of ours: its name, and its first argument as it came. Anything may be in it.
    void (*event)(SocketStep &step, const QString &name, const QByteArray &argument,
                  const ChatContext &context) = nullptr;
};

/// Below the account's base, at "/socket.io/".
Result<QUrl> socketIoAddress(const ChatContext &context);

/// Joins both namespaces. The main one has to be joined; ours may not be there yet, and is asked for again at each
/// ping. Silence that is longer than the server announced is a loss.
std::unique_ptr<SocketDialogue> makeSocketIoDialogue(const SocketIo &form, const ChatContext &context);
template <const SocketIo &form>
std::unique_ptr<SocketDialogue> socketIoDialogue(const ChatContext &context, const AccountConfig &,
                                                 std::function<double()>)
{
    return makeSocketIoDialogue(form, context);
}

} // namespace patchbay
