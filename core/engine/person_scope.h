#pragma once

#include "core/store/person_table.h"

namespace patchbay {

/// Which messages are a person's. In a conversation that is theirs alone: all of it. Where others wrote too: what the
/// person wrote, and replies that went to nobody else; the others' messages, and replies to them, are not.
bool isTheirs(const persons::Letter &letter, const persons::Person &person, const persons::Place &place);

/// Those among the letters, in their order.
std::vector<MessageId> theirsAmong(const std::vector<persons::Letter> &letters, const persons::Person &person,
                                   const persons::Place &place);

/// All conversations the person is in, and all messages of theirs in one of them; in a read.
std::vector<persons::Place> allPlaces(Database &db, const persons::Person &person);
std::vector<MessageId> allTheirs(Database &db, const persons::Person &person, const persons::Place &place);

} // namespace patchbay
