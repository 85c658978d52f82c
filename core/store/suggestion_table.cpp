#include "core/store/suggestion_table.h"

#include "core/model/names.h"
#include "core/store/id_list.h"

#include <QtCore/QJsonDocument>

namespace patchbay::suggestions {

namespace {

#define PATCHBAY_SUGGESTION_COLUMNS                                                                                    \
    "id, uid, conversation_id, version, state, route_id, classification, draft, trace, message_id, created_at, "       \
    "decided_at, decided_by"

QString suggestionText(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

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
    s.classification = classificationFromJson(suggestionJson(row->text(6)));
    s.draft = taskPayloadFromJson(suggestionJson(row->text(7)));
    s.trace = traceFromJson(suggestionJson(row->text(8)));
    s.message = row->id<MessageId>(9);
    s.createdAt = row->time(10);
    s.decidedAt = row->time(11);
    s.decidedBy = row->id<OperatorId>(12);
    return s;
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

QString Head::draftDescription() const { return suggestionJson(draft).value(QStringLiteral("description")).toString(); }

std::optional<Head> head(Database &db, ConversationId conversation)
{
    const auto row = db.row("SELECT id, version, state, category_id, route_id, message_id, draft FROM suggestion "
                            "WHERE conversation_id = ? ORDER BY id DESC LIMIT 1",
                            {conversation.value});
    if (!row)
        return std::nullopt;
    return Head{row->id<SuggestionId>(0),
                int(row->integer(1)),
                suggestionStateFrom(row->text(2)),
                row->id<CategoryId>(3),
                row->id<RouteId>(4),
                row->id<MessageId>(5),
                row->text(6)};
}

SuggestionId replacePending(Database &db, Suggestion s)
{
    db.exec(
        "UPDATE suggestion SET state = 'superseded', decided_at = ? WHERE conversation_id = ? AND state = 'pending'",
        {db.now().us, s.conversation.value});
    const auto highest =
        db.row("SELECT COALESCE(MAX(version), 0) FROM suggestion WHERE conversation_id = ?", {s.conversation.value});
    db.changes().conversations.insert(s.conversation);
    return {db.insert(
        "INSERT INTO suggestion (uid, conversation_id, version, state, category_id, route_id, classification, "
        "draft, trace, message_id, created_at) VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        {newUid(db.clock()), s.conversation.value, highest ? highest->integer(0) + 1 : 1,
         s.classification.category.value, idOrNull(s.route), jsonText(s.classification),
         suggestionText(toJson(s.draft)), jsonText(s.trace), s.message.value, db.now().us})};
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

bool reopen(Database &db, SuggestionId id)
{
    const auto reopened =
        db.row("UPDATE suggestion SET state = 'pending', decided_at = 0, decided_by = NULL WHERE id = ? AND "
               "state <> 'pending' AND NOT EXISTS (SELECT 1 FROM suggestion o WHERE "
               "o.conversation_id = suggestion.conversation_id AND o.id > suggestion.id) RETURNING conversation_id",
               {id.value});
    suggestionTouched(db, reopened);
    return reopened.has_value();
}

} // namespace patchbay::suggestions
