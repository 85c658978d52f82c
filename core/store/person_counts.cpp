#include "core/store/id_list.h"
#include "core/store/person_table.h"

#include <QtCore/QHash>

namespace patchbay::persons {

namespace {

template <class IdType>
qint64 personCount(Database &db, const QByteArray &upToIn, const std::vector<IdType> &ids, const QByteArray &after = {})
{
    qint64 count = 0;
    forIdList(db, "SELECT COUNT(*) FROM " + upToIn + " IN ", after, {}, ids,
              [&](const Row &row) { count += row.integer(0); });
    return count;
}

} // namespace

Removed countOf(Database &db, const Place &place, const std::vector<MessageId> &messages)
{
    Removed counts;
    counts.messages = qint64(messages.size());
    counts.items = personCount(db, "raw_message WHERE message_id", messages);
    counts.attachments = personCount(db, "attachment WHERE message_id", messages);
    counts.classifications = personCount(db, "classification WHERE message_id", messages);
    counts.lessons = personCount(db, "lesson WHERE message_id", messages);
    counts.suggestions = personCount(db, "suggestion WHERE message_id", messages);
    if (place.isWhole()) {
        const std::vector<ConversationId> one{place.id};
        counts.conversations = 1;
        counts.tasks = personCount(db, "task WHERE conversation_id", one);
        counts.deliveries = personCount(db, "delivery WHERE conversation_id", one);
        return counts;
    }
    const QByteArray tasks = "task t JOIN suggestion s ON s.id = t.suggestion_id WHERE s.message_id";
    counts.tasks = personCount(db, tasks, messages);
    counts.deliveries = personCount(db, "delivery WHERE message_id", messages)
        + personCount(db, "delivery WHERE task_id IN (SELECT t.id FROM " + tasks, messages, ")");
    return counts;
}

qint64 messageCount(Database &db, ConversationId conversation)
{
    return personCount(db, "message WHERE conversation_id", std::vector<ConversationId>{conversation});
}

qint64 noteCount(Database &db, const std::vector<MessageId> &messages)
{
    return personCount(db, "message WHERE direction = 'note' AND id", messages);
}

OwnFiles ownFiles(Database &db, const std::vector<MessageId> &messages)
{
    QHash<QString, qint64> theirs;
    forIdList(db, "SELECT sha256 FROM attachment WHERE sha256 <> '' AND message_id IN ", {}, {}, messages,
              [&](const Row &row) { ++theirs[row.text(0)]; });
    OwnFiles own;
    for (auto file = theirs.cbegin(); file != theirs.cend(); ++file) {
        const auto all = db.row("SELECT COUNT(*), MAX(size) FROM attachment WHERE sha256 = ?", {file.key()});
        if (!all || all->integer(0) > file.value())
            continue;
        ++own.count;
        own.bytes += all->integer(1);
    }
    return own;
}

QStringList tasksElsewhere(Database &db, ConversationId conversation)
{
    QStringList all;
    for (const Row &row :
         db.rows("SELECT t.name, d.external_id FROM delivery d JOIN target t ON t.id = d.target_id WHERE "
                 "d.conversation_id = ? AND d.kind = 'task' AND d.state = 'sent' AND t.connector <> "
                 "'local' ORDER BY d.id",
                 {conversation.value}))
        all << QStringLiteral("%1: %2").arg(row.text(0), row.text(1));
    return all;
}

qint64 unreadItems(Database &db, const std::vector<ConversationId> &conversations)
{
    return personCount(
        db,
        "raw_message WHERE (state = 'quarantined' OR (state = 'noted' AND message_id IS NULL)) AND channel_id IN "
        "(SELECT channel_id FROM conversation WHERE id",
        conversations, ")");
}

} // namespace patchbay::persons
