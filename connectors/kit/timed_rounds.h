#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// An inbox that is searched by the time of its messages, declared as a table: round after round, each with everything
/// since the one before it, page by page and the newest first; then the connector makes sure that nothing was missed.
struct TimedSearch {
    QString address = {}; ///< of the search, a POST that only reads; names in braces as in chatValue
    /// Its body; {from} and {to} are the round's time as ISO 8601, {page} counts from 1.
    QString body = {};
    QString list = {}; ///< where the reply has the messages
    QString time = {}; ///< where one has its time, in seconds
    int page = 50; ///< how many come at most; a page that is full has more behind it, up to the 400th
    std::chrono::seconds overlap{0}; ///< how far a round reaches back into the one before it
    /// The same of the first round after a start, where messages may come late with the times at which they were
    /// written; as far every round reaches ahead, because clocks differ.
    std::chrono::seconds overlapAtStart{0};
    /// Keeps a message, `raw` as it came, and what stands beside it.
    void (*add)(ChatPage &page, JsonReader &message, const QByteArray &raw) = nullptr;
    /// Asked when the pages are read: an error where messages may wait elsewhere (the account is not connected). The
    /// round ends when there is none.
    ChatCall<Done> whole = {};
};

/// The search's next call, and what came of it.
Result<Request> askTimed(const ChatContext &context, const TimedSearch &search);
Result<ChatPage> readTimed(const QByteArray &reply, const ChatContext &context, const TimedSearch &search);

/// The same as PollSpec takes them, of a table with a name.
template <const TimedSearch &search> Result<Request> askTimed(const ChatContext &context)
{
    return askTimed(context, search);
}
template <const TimedSearch &search> Result<ChatPage> readTimed(const QByteArray &reply, const ChatContext &context)
{
    return readTimed(reply, context, search);
}

} // namespace patchbay
