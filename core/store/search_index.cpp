#include "core/store/search_index.h"

#include "core/store/id_list.h"
#include "core/store/search_columns.h"
#include "core/store/search_postgres.h"

namespace patchbay::search {

namespace {

constexpr int indexedMessage = 0;
constexpr int indexedTask = 1;

#define PATCHBAY_MESSAGE_KEY "((m.sort_at / 1000000) * 1073741824 + (m.id % 536870912) * 2)"
#define PATCHBAY_TASK_KEY "((t.created_at / 1000000) * 1073741824 + (t.id % 536870912) * 2 + 1)"

/// The highest id of the next `limit` that wait; 0: none.
qint64 indexUpTo(Database &db, int kind, int limit)
{
    const auto row = db.row("SELECT COALESCE(MAX(subject_id), 0) FROM (SELECT subject_id FROM search_backlog "
                            "WHERE kind = ? ORDER BY subject_id LIMIT ?) next",
                            {kind, limit});
    return row ? row->integer(0) : 0;
}

void indexMessages(Database &db, qint64 upTo)
{
    db.exec(
        "INSERT INTO search_document (id, kind, subject_id, conversation_id, channel_id, direction, has_attachment) "
        "SELECT " PATCHBAY_MESSAGE_KEY ", 0, m.id, m.conversation_id, m.channel_id, m.direction, "
        "EXISTS (SELECT 1 FROM attachment a WHERE a.message_id = m.id AND a.is_inline = 0) "
        "FROM search_backlog b JOIN message m ON m.id = b.subject_id WHERE b.kind = 0 AND b.subject_id <= ?",
        {upTo});
    // In order of the keys: the index writes a part of its own for each key that goes back. With a limit, SQLite keeps
    // the order of the inner query.
    db.exec("INSERT INTO search_text (rowid, author, recipients, subject, body, files) "
            "SELECT s.key, " PATCHBAY_INDEXED_MESSAGE " FROM (SELECT m.id AS id, " PATCHBAY_MESSAGE_KEY " AS key "
            "FROM search_backlog b JOIN message m ON m.id = b.subject_id WHERE b.kind = 0 AND b.subject_id <= ? "
            "ORDER BY key LIMIT 1000000) s CROSS JOIN message m ON m.id = s.id",
            {upTo});
}

void indexTasks(Database &db, qint64 upTo)
{
    db.exec(
        "INSERT INTO search_document (id, kind, subject_id, conversation_id, channel_id, direction, has_attachment) "
        "SELECT " PATCHBAY_TASK_KEY ", 1, t.id, t.conversation_id, c.channel_id, 'task', 0 "
        "FROM search_backlog b JOIN task t ON t.id = b.subject_id JOIN conversation c ON c.id = t.conversation_id "
        "WHERE b.kind = 1 AND b.subject_id <= ?",
        {upTo});
    db.exec("INSERT INTO search_text (rowid, author, recipients, subject, body, files) "
            "SELECT " PATCHBAY_TASK_KEY " AS key, " PATCHBAY_INDEXED_TASK
            " FROM search_backlog b JOIN task t ON t.id = b.subject_id "
            "WHERE b.kind = 1 AND b.subject_id <= ? ORDER BY key",
            {upTo});
}

/// Whose search results may differ from now on.
void noteSearchable(Database &db, int kind, qint64 upTo)
{
    const char *sql = kind == indexedMessage
        ? "SELECT DISTINCT m.conversation_id FROM search_backlog b JOIN message m ON m.id = b.subject_id "
          "WHERE b.kind = 0 AND b.subject_id <= ?"
        : "SELECT DISTINCT t.conversation_id FROM search_backlog b JOIN task t ON t.id = b.subject_id "
          "WHERE b.kind = 1 AND b.subject_id <= ?";
    for (const Row &row : db.rows(sql, {upTo}))
        db.changes().searchable.insert(row.id<ConversationId>(0));
}

int indexHere(Database &db, int kind, qint64 upTo)
{
    noteSearchable(db, kind, upTo);
    kind == indexedMessage ? indexMessages(db, upTo) : indexTasks(db, upTo);
    db.exec("INSERT OR IGNORE INTO search_word (word) SELECT value FROM json_each(patchbay_words())");
    return int(db.exec("DELETE FROM search_backlog WHERE kind = ? AND subject_id <= ?", {kind, upTo}));
}

/// What another workstation stores at this moment may have a lower id: only what was taken out here is indexed.
int indexTaken(Database &db, int kind, qint64 upTo)
{
    std::vector<MessageId> messages;
    std::vector<TaskId> tasks;
    for (const Row &row :
         db.rows("DELETE FROM search_backlog WHERE kind = ? AND subject_id <= ? RETURNING subject_id", {kind, upTo})) {
        if (kind == indexedMessage)
            messages.push_back(row.id<MessageId>(0));
        else
            tasks.push_back(row.id<TaskId>(0));
    }
    indexOnServer(db, messages);
    indexOnServer(db, tasks);
    return int(messages.size() + tasks.size());
}

int indexKind(Database &db, int kind, int limit)
{
    const qint64 upTo = indexUpTo(db, kind, limit);
    if (upTo == 0)
        return 0;
    const int done = db.dialect() == Dialect::Postgres ? indexTaken(db, kind, upTo) : indexHere(db, kind, upTo);
    db.count("indexed", done);
    return done;
}

} // namespace

void note(Database &db, MessageId message)
{
    db.exec("INSERT INTO search_backlog (kind, subject_id) VALUES (0, ?) ON CONFLICT (kind, subject_id) DO NOTHING",
            {message.value});
}

void note(Database &db, const std::vector<MessageId> &messages)
{
    forIdList(db, "INSERT INTO search_backlog (kind, subject_id) SELECT 0, id FROM message WHERE id IN ",
              " ON CONFLICT (kind, subject_id) DO NOTHING", {}, messages, [](const Row &) {});
}

void note(Database &db, TaskId task)
{
    db.exec("INSERT INTO search_backlog (kind, subject_id) VALUES (1, ?) ON CONFLICT (kind, subject_id) DO NOTHING",
            {task.value});
}

int indexSome(Database &db, int limit)
{
    db.oneAtATime("search_index");
    const int messages = indexKind(db, indexedMessage, limit);
    return messages + (messages < limit ? indexKind(db, indexedTask, limit - messages) : 0);
}

namespace {

/// SQLite's own way to tell that there was something to merge (fts5.html, "The 'merge' Command"). A negative number
/// begins a merge of everything.
bool mergePages(Database &db, int pages)
{
    if (db.dialect() != Dialect::Sqlite)
        return false;
    const auto changes = [&db] {
        const auto row = db.row("SELECT total_changes()");
        return row ? row->integer(0) : 0;
    };
    const qint64 before = changes();
    db.exec("INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)", {pages});
    return changes() - before >= 2;
}

} // namespace

bool mergeSome(Database &db) { return mergePages(db, 400); }

bool rewriteSome(Database &db, bool first) { return mergePages(db, first ? -400 : 400); }

qint64 waiting(Database &db)
{
    const auto row = db.row("SELECT COUNT(*) FROM search_backlog");
    return row ? row->integer(0) : 0;
}

namespace {

/// Words that stand in nothing else any more: a person's name may be one.
void forgetWords(Database &db)
{
    for (const Row &row : db.rows("SELECT value FROM json_each(patchbay_words())")) {
        const QString word = row.text(0);
        if (!db.row("SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT 1", {u'"' + word + u'"'}))
            db.exec("DELETE FROM search_word WHERE word = ?", {word});
    }
}

void forgetKind(Database &db, int kind, const std::vector<qint64> &ids)
{
    db.oneAtATime("search_index");
    qint64 gone = 0;
    for (const qint64 id : ids) {
        if (db.exec("DELETE FROM search_backlog WHERE kind = ? AND subject_id = ?", {kind, id}) > 0)
            continue;
        if (db.dialect() == Dialect::Sqlite)
            db.exec(kind == indexedMessage
                        ? "INSERT INTO search_text (search_text, rowid, author, recipients, subject, body, files) "
                          "SELECT 'delete', " PATCHBAY_MESSAGE_KEY ", " PATCHBAY_INDEXED_MESSAGE
                          " FROM message m WHERE m.id = ?"
                        : "INSERT INTO search_text (search_text, rowid, author, recipients, subject, body, files) "
                          "SELECT 'delete', " PATCHBAY_TASK_KEY ", " PATCHBAY_INDEXED_TASK
                          " FROM task t WHERE t.id = ?",
                    {id});
        gone += db.exec(kind == indexedMessage ? "DELETE FROM search_document WHERE id = (SELECT " PATCHBAY_MESSAGE_KEY
                                                 " FROM message m WHERE m.id = ?)"
                                               : "DELETE FROM search_document WHERE id = (SELECT " PATCHBAY_TASK_KEY
                                                 " FROM task t WHERE t.id = ?)",
                        {id});
    }
    db.count("indexed", -gone);
    if (db.dialect() == Dialect::Sqlite)
        forgetWords(db);
}

template <class IdType> std::vector<qint64> numbers(const std::vector<IdType> &ids)
{
    std::vector<qint64> all;
    for (const IdType id : ids)
        all.push_back(id.value);
    return all;
}

} // namespace

void forget(Database &db, const std::vector<MessageId> &messages) { forgetKind(db, indexedMessage, numbers(messages)); }

void forget(Database &db, const std::vector<TaskId> &tasks) { forgetKind(db, indexedTask, numbers(tasks)); }

void startAgain(Database &db)
{
    db.exec("DELETE FROM search_document");
    if (db.dialect() == Dialect::Sqlite)
        db.exec("INSERT INTO search_text (search_text) VALUES ('delete-all')");
    if (db.dialect() == Dialect::Sqlite)
        db.exec("DELETE FROM search_word");
    db.exec("DELETE FROM search_backlog");
    db.exec("INSERT INTO search_backlog (kind, subject_id) SELECT 0, id FROM message");
    db.exec("INSERT INTO search_backlog (kind, subject_id) SELECT 1, id FROM task");
    db.exec("UPDATE counter SET value = 0 WHERE name = 'indexed'");
}

} // namespace patchbay::search
