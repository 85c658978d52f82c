#pragma once

#include "connectors/kit/change_calls.h"
#include "connectors/kit/chat_sweep.h"

namespace patchbay {

/// A swept inbox (chat_sweep.h) as a table: what stands where in its two kinds of pages. Pointers are JSON pointers;
/// each chat and each message has its id at "/id". Messages of a page stand with the oldest first.
struct SweptInbox {
    /// Where the list of chats is asked for, as a pattern of chat_patterns.h with {remote.page}; `askFirst`: the first
    /// time.
    QString askChats = {};
    QString askFirst = {};
    /// Where the messages of {thread} are: those behind {remote.after}, in front of {remote.before}, or the newest.
    QString askMessages = {};
    QString chats = {}; ///< in the reply, newest activity first
    QString activity = {}; ///< of a chat, in seconds
    QString last = {}; ///< of a chat: a list that begins with its newest message; without one there is nothing to read
    QString messages = {}; ///< in the reply
    QString written = {}; ///< of a message, in seconds
    size_t after = 0; ///< so many messages has a full page of those behind a known one
    size_t latest = 0; ///< and one of those without one
    /// fateKey() of a message of ours: an item of its own; empty: nothing is told.
    QString (*fate)(JsonReader &message) = nullptr;
    /// From 0 to 3: what of a page is stored first.
    int (*rank)(JsonReader &message) = nullptr;
    QString state = {}; ///< of a chat: how it stands, in the platform's words
    ChatStates states = {}; ///< and those; any other: it is open
    QString until = {}; ///< of a snoozed chat: as seconds or ISO 8601; nothing: until somebody writes
    QString assignee = {}; ///< of a chat: the mail address of whose it is
    QString labels = {}; ///< of a chat
};

/// "status:<id>:<fate>" where the platform's word for how the message fares tells something ("delivered", "read",
/// "failed"); else empty.
QString fateKey(JsonReader &message, const QString &fate);
/// What an item tells that is no message: a fate, that a message is gone ("deleted:<id>"), and what a chat turned to;
/// nothing where it is a message. `trouble`: where a message that did not arrive says why.
std::optional<Result<InboundMessage>> parseSwept(const RawItem &item, const QString &trouble);

Result<Request> askSwept(const SweptInbox &inbox, const ChatContext &context);
Result<ChatPage> readSwept(const SweptInbox &inbox, const QByteArray &reply, const ChatContext &context);

template <SweptInbox (*inbox)()> PollSpec sweptPoll(std::chrono::milliseconds pause)
{
    PollSpec poll;
    poll.build = [](const ChatContext &context) { return askSwept(inbox(), context); };
    poll.read = [](const QByteArray &reply, const ChatContext &context) { return readSwept(inbox(), reply, context); };
    poll.gone = &passSwept;
    poll.pause = pause;
    return poll;
}

} // namespace patchbay
