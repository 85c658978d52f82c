#include "core/engine/task_plan.h"

#include "core/engine/task_files.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/taxonomy_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<PlannedTask> plannedTask(Database &db, const Route &route, TargetId id, const TaskPayload &draft,
                                const TemplateValues &values)
{
    auto target = targets::byId(db, id);
    if (!target)
        return makeError(Error::Kind::Refused, u"A target of route “%1” is no longer there."_s.arg(route.name));
    Result<TaskPayload> payload = mappedTask(route.mappingFor(id), draft, values, db.now());
    if (!payload)
        return makeError(Error::Kind::Refused,
                         u"Route “%1”, target “%2”: %3"_s.arg(route.name, target->name, payload.error().message));
    return PlannedTask{std::move(*target), std::move(*payload)};
}

} // namespace

std::vector<TargetId> TaskPlan::targets() const
{
    std::vector<TargetId> all;
    for (const std::vector<PlannedTask> *list : {&first, &backups}) {
        for (const PlannedTask &one : *list)
            all.push_back(one.target.id);
    }
    return all;
}

TemplateValues templateValues(Database &db, const Suggestion &suggestion, const QString &operatorName)
{
    const Conversation conversation = conversations::byId(db, suggestion.conversation).value_or(Conversation{});
    const Channel channel = channels::byId(db, conversation.channel).value_or(Channel{});
    const Message message = messages::byId(db, suggestion.message).value_or(Message{});
    const TaskPayload &draft = suggestion.draft;
    TemplateValues values;
    values.texts = {{u"contact.name"_s, draft.contact.name},
                    {u"contact.address"_s, draft.contact.address},
                    {u"message.subject"_s, message.subject},
                    {u"message.text"_s, message.text},
                    {u"message.author"_s, message.author.name.isEmpty() ? message.author.address : message.author.name},
                    {u"conversation.subject"_s, conversation.subject},
                    {u"conversation.channel"_s, channel.name},
                    {u"conversation.language"_s, suggestion.classification.language},
                    {u"conversation.link"_s, draft.backLink},
                    {u"task.title"_s, draft.title},
                    {u"task.description"_s, draft.description},
                    {u"task.category"_s, draft.category},
                    {u"task.priority"_s, nameOf(draft.priority)},
                    {u"operator.name"_s, operatorName}};
    values.times = {
        {u"message.time"_s, message.sortAt}, {u"conversation.started"_s, conversation.firstAt}, {u"now"_s, db.now()}};
    return values;
}

Result<TaskPlan> planTask(Database &db, const Route &route, const Suggestion &suggestion, const QString &operatorName)
{
    const RouteWay way = wayOf(route, suggestion.classification.category);
    if (way.first.empty())
        return makeError(Error::Kind::Refused, u"The route “%1” leads to no target."_s.arg(route.name));
    const TemplateValues values = templateValues(db, suggestion, operatorName);
    TaskPayload draft = suggestion.draft;
    draft.attachments = taskFiles(db, suggestion, route.files);
    TaskPlan plan;
    for (const auto &[ids, list] : {std::pair{&way.first, &plan.first}, std::pair{&way.backups, &plan.backups}}) {
        for (const TargetId id : *ids) {
            Result<PlannedTask> planned = plannedTask(db, route, id, draft, values);
            if (db.error())
                return *db.error();
            if (!planned)
                return planned.error();
            list->push_back(std::move(*planned));
        }
    }
    return db.finish(std::move(plan));
}

Result<TaskPlan> planTask(Database &db, const Suggestion &suggestion, const QString &operatorName)
{
    const auto route = suggestion.route ? routes::byId(db, suggestion.route) : std::nullopt;
    if (db.error())
        return *db.error();
    if (!route)
        return makeError(Error::Kind::Refused,
                         u"This suggestion has no route to a target. Choose a route, then accept it."_s);
    if (route->removedAt)
        return makeError(Error::Kind::Refused,
                         u"The route “%1” was removed. Choose another route, then accept it."_s.arg(route->name));
    return planTask(db, *route, suggestion, operatorName);
}

} // namespace patchbay
