#include "core/store/message_removal.h"

#include "core/store/classifier_table.h"

#include "core/store/erased_items.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"
#include "core/store/message_event_table.h"
#include "core/store/misc_tables.h"
#include "core/store/question_table.h"
#include "core/store/raw_message_table.h"
#include "core/store/search_index.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype removalSnippetLimit = 200;
constexpr const char *removalOpenStates = "('queued', 'sending', 'failed', 'unknown')";

/// Runs "DELETE ... IN (ids)", and gives how many rows went.
template <class IdType>
qint64 removalDelete(Database &db, const QByteArray &upToIn, const std::vector<IdType> &ids,
                     const QByteArray &after = {})
{
    qint64 count = 0;
    forIdList(db, "DELETE FROM " + upToIn + " IN ", after + " RETURNING 1", {}, ids, [&](const Row &) { ++count; });
    return count;
}

template <class Found, class IdType>
std::vector<Found> removalIds(Database &db, const QByteArray &upToIn, const std::vector<IdType> &ids)
{
    std::vector<Found> found;
    forIdList(db, "SELECT " + upToIn + " IN ", {}, {}, ids,
              [&](const Row &row) { found.push_back(row.template id<Found>(0)); });
    return found;
}

template <class IdType> void removalForgetAudit(Database &db, const QByteArray &table, const std::vector<IdType> &ids)
{
    forIdList(db,
              "UPDATE audit SET subject_uid = '', detail = '{}' WHERE subject_uid IN (SELECT uid FROM " + table
                  + " WHERE id IN ",
              ") RETURNING 1", {}, ids, [](const Row &) {});
}

/// Deliveries that have ended, with the rows that they made in the workspace's own task list.
qint64 removalDeliveries(Database &db, const std::vector<DeliveryId> &ids)
{
    qint64 open = 0;
    forIdList(db, "SELECT 1 FROM delivery WHERE state IN " + QByteArray(removalOpenStates) + " AND id IN ", {}, {}, ids,
              [&](const Row &) { ++open; });
    if (open > 0) {
        db.fail(makeError(Error::Kind::Conflict,
                          u"%1 deliveries have not ended, so nothing more was deleted. Settle or cancel them in the "
                          "Outbox first."_s.arg(open)));
        return 0;
    }
    forIdList(db, "DELETE FROM local_task WHERE (target_id, key) IN (SELECT target_id, key FROM delivery WHERE id IN ",
              ") RETURNING id", {}, ids,
              [&](const Row &row) { db.changes().localTasks.insert(row.id<LocalTaskId>(0)); });
    removalForgetAudit(db, "delivery", ids);
    db.changes().deliveries.unite(QSet<DeliveryId>(ids.begin(), ids.end()));
    return removalDelete(db, "delivery WHERE id", ids);
}

Removed removalTasks(Database &db, const std::vector<TaskId> &ids)
{
    Removed removed;
    removed.deliveries = removalDeliveries(db, removalIds<DeliveryId>(db, "id FROM delivery WHERE task_id", ids));
    removalForgetAudit(db, "task", ids);
    search::forget(db, ids);
    db.changes().tasks.unite(QSet<TaskId>(ids.begin(), ids.end()));
    removed.tasks = removalDelete(db, "task WHERE id", ids);
    return removed;
}

Removed removalSuggestions(Database &db, const std::vector<SuggestionId> &ids)
{
    Removed removed = removalTasks(db, removalIds<TaskId>(db, "id FROM task WHERE suggestion_id", ids));
    removalForgetAudit(db, "suggestion", ids);
    removed.suggestions = removalDelete(db, "suggestion WHERE id", ids);
    return removed;
}

qint64 removalLessons(Database &db, const std::vector<MessageId> &messages)
{
    forIdList(db, "UPDATE task SET lesson_id = NULL WHERE lesson_id IN (SELECT id FROM lesson WHERE message_id IN ",
              ") RETURNING 1", {}, messages, [](const Row &) {});
    const qint64 count = removalDelete(db, "lesson WHERE message_id", messages);
    if (count > 0) {
        db.changes().lessons = true;
        classifiers::remove(db); // it was made from their texts too
    }
    return count;
}

/// One at a time, because each may be large.
qint64 removalItems(Database &db, const std::vector<MessageId> &messages)
{
    const auto ids = removalIds<RawMessageId>(db, "id FROM raw_message WHERE message_id", messages);
    if (ids.empty())
        return 0;
    raw_messages::holdAll(db); // first, as everybody who changes several counters
    for (const RawMessageId id : ids) {
        const auto row = db.row("SELECT channel_id, source_key, state, body FROM raw_message WHERE id = ?", {id.value});
        if (!row)
            break;
        db.exec(
            "UPDATE audit SET subject_uid = '', detail = '{}' WHERE subject_kind = 'raw_message' AND subject_uid = ?",
            {row->text(1)});
        erased_items::add(db, row->id<ChannelId>(0), row->text(1), row->blob(3));
        db.exec("UPDATE counter SET value = value - 1 WHERE name IN ('received', ?)", {row->text(2)});
    }
    db.exec("UPDATE counter SET value = value + ? WHERE name = 'erased'", {qint64(ids.size())});
    db.changes().counters = true;
    return removalDelete(db, "raw_message WHERE id", ids);
}

/// What answers a removed message still belongs to its conversation; of several messages with one id the first says to
/// which.
void removalKeepReferences(Database &db, const std::vector<MessageId> &messages)
{
    forIdList(
        db,
        "INSERT INTO thread_reference (channel_id, reference, conversation_id) SELECT channel_id, external_id, "
        "conversation_id FROM message WHERE external_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message o WHERE "
        "o.channel_id = message.channel_id AND o.external_id = message.external_id AND o.id < message.id) AND id "
        "IN ",
        " ON CONFLICT (channel_id, reference) DO NOTHING RETURNING 1", {}, messages, [](const Row &) {});
}

qint64 removalAttachments(Database &db, const std::vector<MessageId> &messages)
{
    forIdList(db,
              "INSERT INTO loose_file (sha256) SELECT DISTINCT sha256 FROM attachment WHERE sha256 <> '' AND "
              "message_id IN ",
              " ON CONFLICT (sha256) DO NOTHING RETURNING 1", {}, messages, [](const Row &) {});
    return removalDelete(db, "attachment WHERE message_id", messages);
}

} // namespace

Removed &Removed::operator+=(const Removed &other)
{
    messages += other.messages;
    items += other.items;
    attachments += other.attachments;
    classifications += other.classifications;
    lessons += other.lessons;
    suggestions += other.suggestions;
    tasks += other.tasks;
    deliveries += other.deliveries;
    conversations += other.conversations;
    contacts += other.contacts;
    return *this;
}

Removed messages::remove(Database &db, const std::vector<MessageId> &ids)
{
    if (ids.empty())
        return {};
    for (const ConversationId in :
         removalIds<ConversationId>(db, "DISTINCT conversation_id FROM message WHERE id", ids)) {
        db.changes().conversations.insert(in);
        db.changes().timelines.insert(in);
        questions::forgetAll(db, in); // each holds words of the whole conversation
    }
    Removed removed = removalSuggestions(db, removalIds<SuggestionId>(db, "id FROM suggestion WHERE message_id", ids));
    removed.deliveries += removalDeliveries(db, removalIds<DeliveryId>(db, "id FROM delivery WHERE message_id", ids));
    removed.lessons = removalLessons(db, ids);
    removed.classifications = removalDelete(db, "classification WHERE message_id", ids);
    removed.items = removalItems(db, ids);
    search::forget(db, ids); // while their texts and attachments are there
    removed.attachments = removalAttachments(db, ids);
    removalForgetAudit(db, "message", ids);
    message_events::remove(db, ids);
    removalKeepReferences(db, ids);
    removed.messages = removalDelete(db, "message WHERE id", ids);
    return removed;
}

Removed conversations::remove(Database &db, ConversationId id)
{
    const std::vector<ConversationId> one{id};
    if (db.row("SELECT 1 FROM message WHERE conversation_id = ? LIMIT 1", {id.value}))
        db.fail(makeError(Error::Kind::Conflict, u"A conversation that still has messages was not deleted."_s));
    questions::forgetAll(db, id);
    Removed removed = removalTasks(db, removalIds<TaskId>(db, "id FROM task WHERE conversation_id", one));
    removed.deliveries +=
        removalDeliveries(db, removalIds<DeliveryId>(db, "id FROM delivery WHERE conversation_id", one));
    removed += removalSuggestions(db, removalIds<SuggestionId>(db, "id FROM suggestion WHERE conversation_id", one));
    removalForgetAudit(db, "conversation", one);
    for (const char *table : {"participant WHERE conversation_id", "thread_reference WHERE conversation_id",
                              "conversation_label WHERE conversation_id"})
        removalDelete(db, table, one);
    drafts::removeAll(db, id);
    removed.conversations = removalDelete(db, "conversation WHERE id", one);
    db.changes().conversations.insert(id);
    db.changes().timelines.insert(id);
    return removed;
}

QString conversations::recountSnippet(Database &db, ConversationId id)
{
    const auto newest = db.row("SELECT body_text FROM message WHERE conversation_id = ? AND direction IN "
                               "('inbound', 'outbound') ORDER BY sort_at DESC, id DESC LIMIT 1",
                               {id.value});
    const QString snippet =
        newest ? newest->text(0).left(4 * removalSnippetLimit).simplified().left(removalSnippetLimit) : u""_s;
    db.exec("UPDATE conversation SET snippet = ? WHERE id = ?", {snippet, id.value});
    db.changes().conversations.insert(id);
    return snippet;
}

void conversations::recount(Database &db, ConversationId id)
{
    db.exec("UPDATE conversation SET message_count = (SELECT COUNT(*) FROM message WHERE conversation_id = ?), "
            "first_at = COALESCE((SELECT MIN(sort_at) FROM message WHERE conversation_id = ? AND direction IN "
            "('inbound', 'outbound')), first_at) WHERE id = ?",
            {id.value, id.value, id.value});
    if (const auto newest = db.row("SELECT sort_at, body_text FROM message WHERE conversation_id = ? AND direction IN "
                                   "('inbound', 'outbound') ORDER BY sort_at DESC, id DESC LIMIT 1",
                                   {id.value}))
        db.exec("UPDATE conversation SET sort_at = ?, snippet = ? WHERE id = ?",
                {newest->integer(0),
                 newest->text(1).left(4 * removalSnippetLimit).simplified().left(removalSnippetLimit), id.value});
    db.exec(
        "UPDATE conversation SET awaiting_us = 0, awaiting_since = 0 WHERE id = ? AND awaiting_us = 1 AND NOT EXISTS "
        "(SELECT 1 FROM message m WHERE m.conversation_id = ? AND m.direction = 'inbound' AND m.is_automatic = 0 "
        "AND m.sort_at >= conversation.awaiting_since)",
        {id.value, id.value});
    db.changes().conversations.insert(id);
    db.changes().timelines.insert(id);
}

qint64 conversations::removeContactsWithout(Database &db, const std::vector<ContactId> &contacts)
{
    QSet<ContactId> lonely;
    for (const ContactId each : contacts) {
        const std::vector<ContactId> person = identity::contactsOf(db, each);
        const bool isThere = std::any_of(person.begin(), person.end(), [&](ContactId id) {
            return db.row("SELECT 1 FROM conversation WHERE contact_id = ? LIMIT 1", {id.value}).has_value();
        });
        if (!isThere)
            lonely.unite(QSet<ContactId>(person.begin(), person.end()));
    }
    const std::vector<ContactId> gone(lonely.begin(), lonely.end());
    removalForgetAudit(db, "contact", gone);
    identity::forget(db, gone);
    removalDelete(db, "handle WHERE contact_id", gone);
    return removalDelete(db, "contact WHERE id", gone);
}

void audit::forget(Database &db, const QString &subjectUid)
{
    db.exec("UPDATE audit SET subject_uid = '', detail = '{}' WHERE subject_uid = ?", {subjectUid});
}

} // namespace patchbay
