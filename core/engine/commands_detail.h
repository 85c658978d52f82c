#pragma once

#include "core/engine/commands.h"
#include "core/model/conversation.h"
#include "core/model/task.h"

namespace patchbay::commands {

/// Who does something, in the form that works of the Store thread carry along.
struct Actor {
    OperatorId id = {};
    QString name = {};
    QString workspaceUid = {};
    bool isSystem = false; ///< acts for a rule: what it does teaches the model nothing
};

Actor actorOf(const Operator &me, const Store &store);
/// NotFound with a sentence when it is not there.
Result<Conversation> conversationById(Database &db, ConversationId id);
void auditConversation(Database &db, const Actor &actor, const char *action, const Conversation &conversation,
                       const QJsonObject &detail = {});
QString categoryName(Database &db, CategoryId id);
/// The pending suggestion, decided, when it is the one that was painted. Of two workstations that decide at the same
/// moment the second is refused.
Result<Suggestion> decidedSuggestion(Database &db, const Actor &actor, ConversationId conversation, int version,
                                     Suggestion::State state);
/// What the message teaches, stored; none when the category is not one to learn.
std::optional<Lesson> lessonOf(Database &db, const Actor &actor, MessageId message, CategoryId category,
                               CategoryId previous, double weight);

struct AcceptedWithLesson {
    Commands::Accepted accepted = {};
    std::optional<Lesson> lesson = {};
};
/// What a task is made from. A suggestion without an id is one that nobody stored: the task then has none.
struct TaskMaking {
    const char *action; ///< of the audit row
    const Conversation &conversation;
    const Suggestion &suggestion; ///< decided; its draft, category and route are what is frozen
    int version = 0; ///< that was painted
    Commands::IfOpen ifOpen = Commands::IfOpen::Ask;
    std::chrono::milliseconds hold{0};
};
using LessonMaker = std::function<std::optional<Lesson>(Database &, const Actor &, const Suggestion &)>;
/// The task with its deliveries and its audit row, in the running transaction; what it teaches is for `lesson` to say.
/// Where one is open already and is to be asked about, the suggestion waits again and nothing was made.
Result<AcceptedWithLesson> makeTask(Database &db, const Actor &actor, const TaskMaking &making, LessonMaker lesson);
/// What an acceptance of this suggestion teaches; mostly nothing.
std::optional<Lesson> acceptedLesson(Database &db, const Actor &actor, const Suggestion &suggestion);

/// One change of one conversation with its audit row, in one transaction. `change` is
/// (Database &, const Conversation &) -> Result<QJsonObject>, the object being the detail of the audit row.
template <class F>
QFuture<Result<Done>> changeConversation(Store &store, Actor actor, ConversationId id, const char *action, F change)
{
    return store.write([actor, id, action, change = std::move(change)](Database &db) -> Result<Done> {
        const Result<Conversation> conversation = conversationById(db, id);
        if (!conversation)
            return conversation.error();
        const Result<QJsonObject> detail = change(db, *conversation);
        if (!detail)
            return detail.error();
        auditConversation(db, actor, action, *conversation, *detail);
        return db.finish(Done{});
    });
}

} // namespace patchbay::commands
