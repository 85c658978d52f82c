#include "core/store/misc_tables.h"

#include "core/store/id_list.h"
#include "core/store/loose_files.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

namespace settings {

QString get(Database &db, const QString &key, const QString &fallback)
{
    const auto row = db.row("SELECT value FROM setting WHERE key = ?", {key});
    return row ? row->text(0) : fallback;
}

void set(Database &db, const QString &key, const QString &value)
{
    db.exec("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            {key, value});
    db.changes().settings = true;
}

} // namespace settings

namespace audit {

void add(Database &db, OperatorId by, const char *action, const char *subjectKind, const QString &subjectUid,
         const QJsonObject &detail)
{
    db.exec("INSERT INTO audit (at, operator_id, action, subject_kind, subject_uid, detail) VALUES (?, ?, ?, ?, ?, ?)",
            {db.now().us, by.value, QLatin1String(action), QLatin1String(subjectKind), subjectUid,
             QString::fromUtf8(QJsonDocument(detail).toJson(QJsonDocument::Compact))});
}

std::vector<Entry> newest(Database &db, int limit)
{
    std::vector<Entry> entries;
    for (const Row &row : db.rows("SELECT at, operator_id, action, subject_kind, subject_uid, detail FROM audit "
                                  "ORDER BY id DESC LIMIT ?",
                                  {limit}))
        entries.push_back({row.time(0), row.id<OperatorId>(1), row.text(2), row.text(3), row.text(4),
                           QJsonDocument::fromJson(row.text(5).toUtf8()).object()});
    return entries;
}

} // namespace audit

namespace drafts {

namespace {

std::vector<OutboundFile> draftedFilesOf(Database &db, ConversationId conversation, OperatorId by)
{
    const auto row = db.row("SELECT draft_text FROM draft WHERE conversation_id = ? AND operator_id = ? AND kind = ?",
                            {conversation.value, by.value, QString(draftedFiles)});
    return row ? filesFromDraft(row->text(0)) : std::vector<OutboundFile>();
}

} // namespace

void save(Database &db, ConversationId conversation, OperatorId by, const QString &kind, const QString &text)
{
    const std::vector<OutboundFile> before =
        kind == draftedFiles ? draftedFilesOf(db, conversation, by) : std::vector<OutboundFile>();
    db.exec("INSERT INTO draft (conversation_id, operator_id, kind, draft_text, updated_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (conversation_id, operator_id, kind) DO UPDATE "
            "SET draft_text = excluded.draft_text, updated_at = excluded.updated_at",
            {conversation.value, by.value, kind, text, db.now().us});
    loose_files::letGo(db, before);
    db.changes().conversations.insert(conversation);
}

std::vector<Draft> of(Database &db, ConversationId conversation, OperatorId by)
{
    std::vector<Draft> drafts;
    for (const Row &row : db.rows(
             "SELECT kind, draft_text, updated_at FROM draft d WHERE conversation_id = ? AND (operator_id = ? OR "
             "(operator_id IN (SELECT id FROM operator WHERE is_system = 1) AND NOT EXISTS (SELECT 1 FROM draft o "
             "WHERE o.conversation_id = d.conversation_id AND o.operator_id = ? AND o.kind = d.kind))) ORDER BY kind",
             {conversation.value, by.value, by.value}))
        drafts.push_back({row.text(0), row.text(1), row.time(2)});
    return drafts;
}

void remove(Database &db, ConversationId conversation, OperatorId by, const QString &kind)
{
    const std::vector<OutboundFile> before =
        kind == draftedFiles ? draftedFilesOf(db, conversation, by) : std::vector<OutboundFile>();
    if (db.exec("DELETE FROM draft WHERE conversation_id = ? AND kind = ? AND (operator_id = ? OR operator_id IN "
                "(SELECT id FROM operator WHERE is_system = 1))",
                {conversation.value, kind, by.value}))
        db.changes().conversations.insert(conversation);
    loose_files::letGo(db, before);
}

void removeAll(Database &db, ConversationId conversation)
{
    std::vector<OutboundFile> before;
    for (const Row &row :
         db.rows("DELETE FROM draft WHERE conversation_id = ? RETURNING kind, draft_text", {conversation.value})) {
        if (row.text(0) == draftedFiles)
            std::ranges::move(filesFromDraft(row.text(1)), std::back_inserter(before));
    }
    loose_files::letGo(db, before);
}

QSet<QString> files(Database &db)
{
    QSet<QString> all;
    for (const Row &row : db.rows("SELECT draft_text FROM draft WHERE kind = ?", {QString(draftedFiles)})) {
        for (const OutboundFile &file : filesFromDraft(row.text(0)))
            all.insert(QString::fromLatin1(file.sha256));
    }
    return all;
}

} // namespace drafts

namespace labels {

QStringList of(Database &db, ConversationId conversation)
{
    QStringList names;
    for (const Row &row : db.rows("SELECT label.name FROM conversation_label "
                                  "JOIN label ON label.id = conversation_label.label_id "
                                  "WHERE conversation_label.conversation_id = ? ORDER BY label.name",
                                  {conversation.value}))
        names.append(row.text(0));
    return names;
}

QHash<ConversationId, QStringList> of(Database &db, const std::vector<ConversationId> &conversations)
{
    QHash<ConversationId, QStringList> names;
    forIdList(db,
              "SELECT conversation_label.conversation_id, label.name FROM conversation_label "
              "JOIN label ON label.id = conversation_label.label_id WHERE conversation_label.conversation_id IN ",
              " ORDER BY label.name", {}, conversations,
              [&names](const Row &row) { names[row.id<ConversationId>(0)].append(row.text(1)); });
    return names;
}

void set(Database &db, ConversationId conversation, const QString &name, bool on)
{
    if (on) {
        db.exec("INSERT INTO label (uid, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                {newUid(db.clock()), name});
        db.exec("INSERT INTO conversation_label (conversation_id, label_id) SELECT ?, id FROM label WHERE name = ? "
                "ON CONFLICT (conversation_id, label_id) DO NOTHING",
                {conversation.value, name});
    } else {
        db.exec("DELETE FROM conversation_label WHERE conversation_id = ? "
                "AND label_id IN (SELECT id FROM label WHERE name = ?)",
                {conversation.value, name});
    }
    db.changes().conversations.insert(conversation);
}

QStringList all(Database &db)
{
    QStringList names;
    for (const Row &row : db.rows("SELECT name FROM label ORDER BY name"))
        names.append(row.text(0));
    return names;
}

} // namespace labels

} // namespace patchbay
