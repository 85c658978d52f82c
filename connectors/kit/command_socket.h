#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/coded_failures.h"

namespace patchbay {

/// A socket of commands, each with an id that the answer to it has, too; answers say by a code how it went. Both sides
/// begin: a command of theirs may be a call that a message of ours can answer for a while, else ours go out by
/// themselves. They get no ids, and nothing is kept for who is not connected. WeCom's smart bots speak so.

struct SocketCommand {
    QString name = {};
    QJsonObject body = {};
};

struct CommandSocket {
    QString title = {};
    QByteArray (*frame)(const QString &id, const SocketCommand &command) = nullptr; ///< one of ours, as it goes out
    QString name = {}; ///< where a frame has its command; an answer has none
    QString id = {}; ///< where it has its id
    CodedFailures failures = {}; ///< where an answer has its code and words, and what the codes mean
    std::chrono::seconds wait{60}; ///< after RateLimited
    SocketCommand (*signIn)(const AccountConfig &account) = nullptr;
    QString refused = {}; ///< a sentence's begin, when its answer has a code
    QString beat = {}; ///< the command of a heartbeat
    std::chrono::seconds every{30};
    /// What is stored of a frame that is no answer. Anything may be in it.
    RawItem (*item)(const QByteArray &frame, JsonReader &in) = nullptr;
    /// A frame after which the connection makes no sense; nothing: it goes on.
    std::optional<Error> (*ends)(const JsonReader &in) = nullptr;
    QString (*called)(const JsonReader &in) = nullptr; ///< the thread that a frame is a call in; empty: it is none
    std::chrono::minutes answerable{0}; ///< how long a call can be answered, once
    SocketCommand (*answer)(const ChatContext &context) = nullptr; ///< the message to the newest call of its thread
    Result<SocketCommand> (*push)(const ChatContext &context) = nullptr; ///< the message by itself
};

/// The other side refuses an answer when its call is over: then the message goes out by itself.
std::unique_ptr<SocketDialogue> makeCommandDialogue(const CommandSocket &form, const ChatContext &context,
                                                    const AccountConfig &account);

} // namespace patchbay
