#pragma once

#include "core/model/inbound.h"

#include <optional>

namespace patchbay {

/// Something that was told of a message after it was written.
struct MessageEvent {
    enum class Kind {
        Original, ///< the text that it had before its first edit
        Edit, ///< the text that it had from then on
        Deletion,
        Reaction, ///< the author's sign; an empty text: took it away
        Receipt, ///< how a message of ours fares; `text` has the platform's words
    };

    Kind kind = Kind::Edit;
    Address author = {};
    QString text = {};
    MessageFate fate = MessageFate::Accepted;
    Timestamp at = {};

    bool operator==(const MessageEvent &) const = default;
};

/// What a message's events come to, whatever order they came in.
struct MessageStory {
    std::vector<MessageEvent> formerTexts = {}; ///< oldest first
    Timestamp editedAt = {}; ///< none: its text is the first one
    std::optional<MessageEvent> deletion = {};
    std::vector<MessageEvent> reactions = {}; ///< of each person the newest, in the order of the persons' first
    std::optional<MessageEvent> receipt = {}; ///< the furthest that it got

    bool operator==(const MessageStory &) const = default;
};

/// How far a fate is: a message that was not delivered can still turn out to be, and what was read was delivered.
int rankOf(MessageFate fate);
/// `events` in the order in which they came in. Pure.
MessageStory storyOf(const std::vector<MessageEvent> &events);
/// The newest of the message's texts; none: nobody has edited it.
std::optional<MessageEvent> newestText(const std::vector<MessageEvent> &events);

} // namespace patchbay
