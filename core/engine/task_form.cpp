#include "core/engine/task_form.h"

#include "core/engine/evaluation.h"
#include "core/engine/field_mapping.h"
#include "core/engine/task_draft.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/person_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int existingConversations = 50; ///< the newest of the contact

Error formFault(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

} // namespace

TaskForm formOf(const Suggestion &suggestion)
{
    TaskForm form;
    form.title = suggestion.draft.title;
    form.text = suggestion.draft.description;
    form.priority = suggestion.draft.priority;
    form.due = suggestion.draft.due;
    form.category = suggestion.classification.category;
    form.route = suggestion.route;
    return form;
}

Result<TaskStart> taskStart(Database &db, const Snapshot &snapshot, ConversationId conversation,
                            const QString &workspaceUid)
{
    TaskStart start;
    if (auto pending = suggestions::pending(db, conversation)) {
        start.version = pending->version;
        start.suggestion = std::move(*pending);
    } else {
        if (db.error())
            return *db.error();
        Result<Suggestion> drafted = suggestionFor(db, snapshot, conversation, workspaceUid);
        if (!drafted)
            return drafted.error();
        start.suggestion = std::move(*drafted);
    }
    start.form = formOf(start.suggestion);
    return db.finish(std::move(start));
}

Result<Suggestion> withForm(Database &db, Suggestion suggestion, const TaskForm &form)
{
    const QString title = form.title.simplified();
    if (title.isEmpty())
        return formFault(u"Give the task a title."_s);
    if (title.size() > taskTitleLimit)
        return formFault(
            u"The title has %1 characters, and %2 fit. Shorten it; the text has room for the rest."_s.arg(title.size())
                .arg(taskTitleLimit));
    if (form.text.size() > taskDescriptionLimit)
        return formFault(
            u"The text has %1 characters, and %2 fit. Shorten it."_s.arg(form.text.size()).arg(taskDescriptionLimit));
    const Taxonomy taxonomy = categories::all(db);
    const auto category = std::find_if(taxonomy.begin(), taxonomy.end(),
                                       [&form](const Category &one) { return one.id == form.category; });
    if (db.error())
        return *db.error();
    if (category == taxonomy.end())
        return formFault(u"This category is not in the workspace any more. Choose another one."_s);
    if (category->isRetired() && form.category != suggestion.classification.category)
        return formFault(u"“%1” is retired. Choose another category, or bring it back."_s.arg(category->name));
    suggestion.draft.title = title;
    suggestion.draft.description = form.text;
    suggestion.draft.priority = form.priority;
    suggestion.draft.due = form.due;
    suggestion.draft.category = category->name;
    suggestion.classification.category = form.category;
    suggestion.route = form.route;
    return suggestion;
}

Result<Timestamp> dueFrom(const QString &text, Timestamp now)
{
    const QString typed = text.trimmed();
    if (typed.isEmpty())
        return Timestamp{};
    if (const auto due = readDue(typed, now))
        return *due;
    return formFault(
        u"“%1” is no due date: write a day like 2026-03-01, with a time like 2026-03-01T14:00, or a span from now "
        u"like +3d or +4h."_s.arg(typed.simplified().left(40)));
}

bool ExistingTask::isOpen() const
{
    return !delivery.remoteClosed && !task.remoteClosed && delivery.state != DeliveryState::Dead;
}

QStringList mailAddressesOf(Database &db, ConversationId conversation)
{
    QStringList all;
    const auto about = conversations::byId(db, conversation);
    const auto person = about ? persons::byId(db, about->contact) : std::nullopt;
    for (const Handle &handle : person ? person->handles : std::vector<Handle>()) {
        if (handle.address.section(u'@', 1).contains(u'.') && !all.contains(handle.address))
            all << handle.address;
    }
    return all;
}

std::vector<ExistingTask> existingTasks(Database &db, ConversationId conversation)
{
    std::vector<ExistingTask> all;
    const auto about = conversations::byId(db, conversation);
    if (!about)
        return all;
    const std::vector<Target> known = targets::all(db);
    for (const Conversation &one : conversations::ofPerson(db, about->contact, existingConversations)) {
        const std::vector<Delivery> deliveries = deliveries::ofConversation(db, one.id);
        for (const Task &task : tasks::ofConversation(db, one.id)) {
            for (const Delivery &delivery : deliveries) {
                if (delivery.task != task.id || delivery.state == DeliveryState::Cancelled)
                    continue;
                const auto target =
                    std::find_if(known.begin(), known.end(), [&](const Target &t) { return t.id == delivery.target; });
                all.push_back({task, delivery, target == known.end() ? QString() : target->name,
                               one.subject.isEmpty() ? one.snippet : one.subject});
            }
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const ExistingTask &a, const ExistingTask &b) {
        if (a.isOpen() != b.isOpen())
            return a.isOpen();
        return a.delivery.createdAt > b.delivery.createdAt;
    });
    return all;
}

} // namespace patchbay
