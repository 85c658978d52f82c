#include "core/store/suggestion_table.h"

#include "core/base/json_scan.h"
#include "core/model/names.h"
#include "core/store/id_list.h"

#include <QtCore/QJsonDocument>

namespace patchbay::suggestions {

namespace {

#define PATCHBAY_SUGGESTION_COLUMNS                                                                                    \
    "id, uid, conversation_id, version, state, route_id, classification, draft, trace, message_id, created_at, "       \
    "decided_at, decided_by, linked_task_id"

QJsonObject suggestionJson(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

std::optional<Suggestion> suggestionFrom(const std::optional<Row> &row)
{
    if (!row)
        return std::nullopt;
    Suggestion s;
    s.id = row->id<SuggestionId>(0);
    s.uid = row->text(1);
    s.conversation = row->id<ConversationId>(2);
    s.version = int(row->integer(3));
    s.state = suggestionStateFrom(row->text(4));
    s.route = row->id<RouteId>(5);
    s.classification = classificationFromText(row->text(6));
    s.draft = taskPayloadFromJson(suggestionJson(row->text(7)));
    s.trace = traceFromJson(suggestionJson(row->text(8)));
    s.message = row->id<MessageId>(9);
    s.createdAt = row->time(10);
    s.decidedAt = row->time(11);
    s.decidedBy = row->id<OperatorId>(12);
    s.linkedTask = row->id<TaskId>(13);
    return s;
}

/// The newest has the highest version. Asked for after an update, which waits for another workstation's.
int suggestionNext(Database &db, ConversationId conversation)
{
    const auto highest = db.row("SELECT version FROM suggestion WHERE conversation_id = ? ORDER BY id DESC LIMIT 1",
                                {conversation.value});
    return highest ? int(highest->integer(0)) + 1 : 1;
}

SuggestionId suggestionInsert(Database &db, const Suggestion &s, int version, const QString &classification = {})
{
    db.changes().conversations.insert(s.conversation);
    return {db.insert(
        "INSERT INTO suggestion (uid, conversation_id, version, state, category_id, route_id, classification, "
        "draft, trace, message_id, created_at) VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        {newUid(db.clock()), s.conversation.value, version, s.classification.category.value, idOrNull(s.route),
         classification.isEmpty() ? jsonText(s.classification) : classification, jsonText(s.draft), jsonText(s.trace),
         s.message.value, db.now().us})};
}

void suggestionTouched(Database &db, const std::optional<Row> &conversation)
{
    if (conversation)
        db.changes().conversations.insert(conversation->id<ConversationId>(0));
}

} // namespace

std::optional<Suggestion> pending(Database &db, ConversationId conversation)
{
    return suggestionFrom(db.row("SELECT " PATCHBAY_SUGGESTION_COLUMNS
                                 " FROM suggestion WHERE conversation_id = ? AND state = 'pending'",
                                 {conversation.value}));
}

std::optional<Suggestion> newest(Database &db, ConversationId conversation)
{
    return suggestionFrom(db.row("SELECT " PATCHBAY_SUGGESTION_COLUMNS
                                 " FROM suggestion WHERE conversation_id = ? ORDER BY id DESC LIMIT 1",
                                 {conversation.value}));
}

std::optional<Suggestion> byId(Database &db, SuggestionId id)
{
    return suggestionFrom(db.row("SELECT " PATCHBAY_SUGGESTION_COLUMNS " FROM suggestion WHERE id = ?", {id.value}));
}

QString Head::draftDescription() const
{
    constexpr QStringView key = u"description";
    if (description || draft.isEmpty())
        return description.value_or(QString());
    if (const auto text = jsonMember(draft, key))
        return *text;
    return suggestionJson(draft).value(key).toString(); // it has half a character, which Qt takes
}

std::optional<Head> head(Database &db, ConversationId conversation)
{
    const QHash<ConversationId, Head> found = heads(db, {conversation});
    const auto it = found.constFind(conversation);
    return it == found.cend() ? std::nullopt : std::optional<Head>(*it);
}

QHash<ConversationId, Head> heads(Database &db, const std::vector<ConversationId> &conversations)
{
    QHash<ConversationId, Head> found;
    forIdList(db,
              "SELECT s.conversation_id, s.id, s.version, s.state, s.category_id, s.route_id, s.message_id, "
              "CASE WHEN s.state = 'pending' THEN s.draft ELSE '' END FROM conversation c JOIN suggestion s ON s.id = "
              "(SELECT n.id FROM suggestion n "
              "WHERE n.conversation_id = c.id ORDER BY n.id DESC LIMIT 1) WHERE c.id IN ",
              {}, {}, conversations, [&found](const Row &row) {
                  found.insert(row.id<ConversationId>(0),
                               Head{row.id<SuggestionId>(1),
                                    int(row.integer(2)),
                                    suggestionStateFrom(row.text(3)),
                                    row.id<CategoryId>(4),
                                    row.id<RouteId>(5),
                                    row.id<MessageId>(6),
                                    row.text(7),
                                    {}});
              });
    return found;
}

void replacePending(Database &db, const Suggestion &s, const QString &classification)
{
    const qint64 replaced = db.exec(
        "UPDATE suggestion SET version = version + 1, category_id = ?, route_id = ?, classification = ?, draft = ?, "
        "trace = ?, message_id = ?, created_at = ? WHERE conversation_id = ? AND state = 'pending'",
        {s.classification.category.value, idOrNull(s.route),
         classification.isEmpty() ? jsonText(s.classification) : classification, jsonText(s.draft), jsonText(s.trace),
         s.message.value, db.now().us, s.conversation.value});
    db.changes().conversations.insert(s.conversation);
    if (replaced == 0)
        suggestionInsert(db, s, suggestionNext(db, s.conversation), classification);
}

SuggestionId supersedePending(Database &db, const Suggestion &s)
{
    db.exec(
        "UPDATE suggestion SET state = 'superseded', decided_at = ? WHERE conversation_id = ? AND state = 'pending'",
        {db.now().us, s.conversation.value});
    return suggestionInsert(db, s, suggestionNext(db, s.conversation));
}

SuggestionId insertFirst(Database &db, const Suggestion &s, const QString &classification)
{
    return suggestionInsert(db, s, 1, classification);
}

std::optional<Suggestion> decidePending(Database &db, ConversationId conversation, int version, Suggestion::State state,
                                        OperatorId by)
{
    auto decided = suggestionFrom(db.row("UPDATE suggestion SET state = ?, decided_at = ?, decided_by = ? WHERE "
                                         "conversation_id = ? AND version = ? AND state = 'pending' "
                                         "RETURNING " PATCHBAY_SUGGESTION_COLUMNS,
                                         {nameOf(state), db.now().us, idOrNull(by), conversation.value, version}));
    if (decided)
        db.changes().conversations.insert(decided->conversation);
    return decided;
}

void decide(Database &db, SuggestionId id, Suggestion::State state, OperatorId by)
{
    suggestionTouched(db,
                      db.row("UPDATE suggestion SET state = ?, decided_at = ?, decided_by = ? WHERE id = ? AND "
                             "state IN ('pending', 'superseded') RETURNING conversation_id",
                             {nameOf(state), db.now().us, idOrNull(by), id.value}));
}

void link(Database &db, SuggestionId id, TaskId task)
{
    suggestionTouched(db,
                      db.row("UPDATE suggestion SET linked_task_id = ? WHERE id = ? RETURNING conversation_id",
                             {task.value, id.value}));
}

void repaint(Database &db, RouteId route)
{
    for (const Row &row : db.rows("UPDATE suggestion SET version = version + 1 WHERE state = 'pending' AND "
                                  "route_id = ? RETURNING conversation_id",
                                  {route.value}))
        db.changes().conversations.insert(row.id<ConversationId>(0));
}

bool reopen(Database &db, SuggestionId id)
{
    const auto reopened =
        db.row("UPDATE suggestion SET state = 'pending', decided_at = 0, decided_by = NULL, linked_task_id = 0 WHERE "
               "id = ? AND "
               "state <> 'pending' AND NOT EXISTS (SELECT 1 FROM suggestion o WHERE "
               "o.conversation_id = suggestion.conversation_id AND o.id > suggestion.id) RETURNING conversation_id",
               {id.value});
    suggestionTouched(db, reopened);
    return reopened.has_value();
}

} // namespace patchbay::suggestions
