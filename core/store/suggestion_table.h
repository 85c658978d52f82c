#pragma once

#include "core/model/task.h"
#include "core/store/database.h"

namespace patchbay::suggestions {

std::optional<Suggestion> pending(Database &db, ConversationId conversation);
std::optional<Suggestion> newest(Database &db, ConversationId conversation);
std::optional<Suggestion> byId(Database &db, SuggestionId id);
/// The newest of a conversation as far as it decides about the next one: its texts are not taken apart.
struct Head {
    SuggestionId id = {};
    int version = 0;
    Suggestion::State state = Suggestion::State::Pending;
    CategoryId category = {};
    RouteId route = {};
    MessageId message = {};
    QString draft = {}; ///< JSON

    QString draftDescription() const;
};
std::optional<Head> head(Database &db, ConversationId conversation);
/// Replaces the pending one (which becomes superseded); the new version is one higher than any before.
SuggestionId replacePending(Database &db, Suggestion suggestion);
/// Decides the pending one, when it has this version; none otherwise. Before anything is read that the decision depends
/// on: the row is held from then on, so another workstation's decision waits and finds it decided.
std::optional<Suggestion> decidePending(Database &db, ConversationId conversation, int version, Suggestion::State state,
                                        OperatorId by);
/// One that is pending or was replaced; what a person decided before stays.
void decide(Database &db, SuggestionId id, Suggestion::State state, OperatorId by);
/// Back to pending, when an acceptance is taken back and no newer one is pending.
bool reopen(Database &db, SuggestionId id);

} // namespace patchbay::suggestions
