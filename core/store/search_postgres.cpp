#include "core/store/search_postgres.h"

#include "core/search/tokens.h"
#include "core/store/id_list.h"

#include <QtCore/QHash>

namespace patchbay::search {

namespace {

constexpr int serverLastPosition = 16383; ///< of a tsvector; what comes later is found, but not in phrases
constexpr int serverPositionsPerWord = 255;
constexpr int serverGap = 20; ///< between texts, so that no phrase runs from one into the next
constexpr qsizetype serverWordsLimit = 900'000; ///< a tsvector is at most 1 MB

/// Collects words with their positions.
class ServerVector {
public:
    void add(const QString &text, char weight, const QByteArray &mark = {})
    {
        for (const Token &token : tokens(text.toUtf8(), TokenUse::Index)) {
            m_position = qMin(m_position + 1, serverLastPosition);
            Word &word = m_words[mark + token.folded];
            if (++word.count > serverPositionsPerWord)
                continue;
            if (word.count == 1)
                m_size += token.folded.size() + 4;
            word.positions += (word.positions.isEmpty() ? "" : ",") + QByteArray::number(m_position) + weight;
            m_size += 8;
            if (m_size > serverWordsLimit)
                return;
        }
        m_position = qMin(m_position + serverGap, serverLastPosition);
    }

    /// Words are letters and digits only, so nothing in them needs more than the quotes.
    QString text() const
    {
        QByteArray all;
        for (auto it = m_words.constBegin(); it != m_words.constEnd(); ++it)
            all += '\'' + it.key() + "':" + it->positions + ' ';
        return QString::fromUtf8(all);
    }

private:
    struct Word {
        QByteArray positions;
        int count = 0;
    };
    QHash<QByteArray, Word> m_words;
    int m_position = 0;
    qsizetype m_size = 0;
};

} // namespace

QString serverWords(const QString &author, const QString &recipients, const QString &subject, const QString &body,
                    const QString &files)
{
    ServerVector vector;
    vector.add(author, 'A');
    vector.add(recipients, 'B');
    vector.add(subject, 'C');
    vector.add(files, 'D');
    vector.add(files, 'D', "=");
    vector.add(body, 'D');
    return vector.text();
}

namespace {

struct ServerDocument {
    qint64 subject = 0;
    ConversationId conversation = {};
    QString words = {};
};

void serverInsert(Database &db, const char *sql, const std::vector<ServerDocument> &documents)
{
    for (const ServerDocument &document : documents) {
        db.exec(sql, {document.words, document.subject});
        db.changes().searchable.insert(document.conversation);
    }
}

} // namespace

void indexOnServer(Database &db, const std::vector<MessageId> &messages)
{
    std::vector<ServerDocument> documents;
    forIdList(db,
              "SELECT m.id, m.conversation_id, m.author_name || ' ' || m.author_address, "
              "m.to_addresses || ' ' || m.cc_addresses, m.subject, m.body_text || ' ' || m.quoted_text, "
              "COALESCE((SELECT STRING_AGG(a.name, ' ' ORDER BY a.position) FROM attachment a "
              "WHERE a.message_id = m.id), '') FROM message m WHERE m.id IN ",
              {}, {}, messages, [&documents](const Row &row) {
                  documents.push_back({row.integer(0), row.id<ConversationId>(1),
                                       serverWords(row.text(2), row.text(3), row.text(4), row.text(5), row.text(6))});
              });
    serverInsert(db,
                 "INSERT INTO search_document (id, kind, subject_id, conversation_id, channel_id, direction, "
                 "has_attachment, words) "
                 "SELECT (m.sort_at / 1000000) * 1073741824 + (m.id % 536870912) * 2, 0, m.id, m.conversation_id, "
                 "m.channel_id, m.direction, "
                 "CASE WHEN EXISTS (SELECT 1 FROM attachment a WHERE a.message_id = m.id AND a.is_inline = 0) "
                 "THEN 1 ELSE 0 END, CAST(? AS TSVECTOR) FROM message m WHERE m.id = ?",
                 documents);
}

void indexOnServer(Database &db, const std::vector<TaskId> &tasks)
{
    std::vector<ServerDocument> documents;
    forIdList(db,
              "SELECT t.id, t.conversation_id, COALESCE(CAST(t.payload AS JSONB) ->> 'title', ''), "
              "COALESCE(CAST(t.payload AS JSONB) ->> 'description', '') FROM task t WHERE t.id IN ",
              {}, {}, tasks, [&documents](const Row &row) {
                  documents.push_back(
                      {row.integer(0), row.id<ConversationId>(1), serverWords({}, {}, row.text(2), row.text(3), {})});
              });
    serverInsert(db,
                 "INSERT INTO search_document (id, kind, subject_id, conversation_id, channel_id, direction, "
                 "has_attachment, words) "
                 "SELECT (t.created_at / 1000000) * 1073741824 + (t.id % 536870912) * 2 + 1, 1, t.id, "
                 "t.conversation_id, c.channel_id, 'task', 0, CAST(? AS TSVECTOR) "
                 "FROM task t JOIN conversation c ON c.id = t.conversation_id WHERE t.id = ?",
                 documents);
}

} // namespace patchbay::search
