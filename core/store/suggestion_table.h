#pragma once

#include "core/model/task.h"
#include "core/store/database.h"

#include <QtCore/QHash>

namespace patchbay::suggestions {

std::optional<Suggestion> pending(Database &db, ConversationId conversation);
std::optional<Suggestion> newest(Database &db, ConversationId conversation);
std::optional<Suggestion> byId(Database &db, SuggestionId id);
/// The newest of a conversation as far as it decides about the next one.
struct Head {
    SuggestionId id = {};
    int version = 0;
    Suggestion::State state = Suggestion::State::Pending;
    CategoryId category = {};
    RouteId route = {};
    MessageId message = {};
    QString draft = {}; ///< JSON, of a pending one only
    std::optional<QString> description = {}; ///< of the drafted task, where it is known without its JSON

    QString draftDescription() const;
};
std::optional<Head> head(Database &db, ConversationId conversation);
/// The same of many conversations; those without a suggestion are left out.
QHash<ConversationId, Head> heads(Database &db, const std::vector<ConversationId> &conversations);
/// A person's word: the pending one becomes superseded and stays. The new version is one higher than any before.
SuggestionId supersedePending(Database &db, const Suggestion &suggestion);
/// News: takes the place of the pending one, which nobody looked at, or follows what was decided. The version grows.
/// `classification`: its JSON, where that is at hand.
void replacePending(Database &db, const Suggestion &suggestion, const QString &classification = {});
/// The first of a conversation that this transaction has made: nobody else can know it yet.
SuggestionId insertFirst(Database &db, const Suggestion &suggestion, const QString &classification = {});
/// Decides the pending one, when it has this version; none otherwise. Before anything is read that the decision depends
/// on: the row is held from then on, so another workstation's decision waits and finds it decided.
std::optional<Suggestion> decidePending(Database &db, ConversationId conversation, int version, Suggestion::State state,
                                        OperatorId by);
/// One that is pending or was replaced; what a person decided before stays.
void decide(Database &db, SuggestionId id, Suggestion::State state, OperatorId by);
/// The accepted one is answered by a task that was open already.
void link(Database &db, SuggestionId id, TaskId task);
/// The route leads elsewhere now: its pending suggestions get a new version, so that nobody accepts what was painted
/// before.
void repaint(Database &db, RouteId route);
/// Back to pending, when an acceptance is taken back and no newer one is pending.
bool reopen(Database &db, SuggestionId id);

} // namespace patchbay::suggestions
