#include "core/store/change_log.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace patchbay::change_log {

namespace {

template <class IdType> void changeLogWrite(QJsonObject &document, const char *key, const QSet<IdType> &ids)
{
    if (ids.isEmpty())
        return;
    QJsonArray list;
    for (const IdType id : ids)
        list.append(id.value);
    document[QLatin1String(key)] = list;
}

template <class IdType> void changeLogRead(const QJsonObject &document, const char *key, QSet<IdType> &ids)
{
    const QJsonArray list = document[QLatin1String(key)].toArray();
    for (const QJsonValue &id : list)
        ids.insert(IdType{id.toInteger()});
}

constexpr std::chrono::hours changeLogLife{24};
constexpr std::chrono::hours changeLogPatience{23}; // an hour for the clocks and the transactions in between

struct ChangeLogFlag {
    const char *name;
    bool ChangeSet::*flag;
};

constexpr ChangeLogFlag changeLogFlags[] = {
    {"channels", &ChangeSet::channels}, {"targets", &ChangeSet::targets},
    {"taxonomy", &ChangeSet::taxonomy}, {"lessons", &ChangeSet::lessons},
    {"rules", &ChangeSet::rules},       {"counters", &ChangeSet::counters},
    {"settings", &ChangeSet::settings}, {"saved_searches", &ChangeSet::savedSearches},
    {"models", &ChangeSet::models},     {"contacts", &ChangeSet::contacts},
};

} // namespace

QByteArray toJson(const ChangeSet &changes)
{
    QJsonObject document;
    changeLogWrite(document, "conversations", changes.conversations);
    changeLogWrite(document, "timelines", changes.timelines);
    changeLogWrite(document, "deliveries", changes.deliveries);
    changeLogWrite(document, "tasks", changes.tasks);
    changeLogWrite(document, "local_tasks", changes.localTasks);
    changeLogWrite(document, "searchable", changes.searchable);
    for (const auto &[name, flag] : changeLogFlags) {
        if (changes.*flag)
            document[QLatin1String(name)] = true;
    }
    return QJsonDocument(document).toJson(QJsonDocument::Compact);
}

ChangeSet fromJson(const QByteArray &text)
{
    const QJsonObject document = QJsonDocument::fromJson(text).object();
    ChangeSet changes;
    changeLogRead(document, "conversations", changes.conversations);
    changeLogRead(document, "timelines", changes.timelines);
    changeLogRead(document, "deliveries", changes.deliveries);
    changeLogRead(document, "tasks", changes.tasks);
    changeLogRead(document, "local_tasks", changes.localTasks);
    changeLogRead(document, "searchable", changes.searchable);
    for (const auto &[name, flag] : changeLogFlags)
        changes.*flag = document[QLatin1String(name)].toBool();
    return changes;
}

void add(Database &db, const QString &origin, const ChangeSet &changes)
{
    // Numbers are given before the commit: without the lock, which the commit frees, a reader could pass a lower one
    // that is committed later.
    db.oneAtATime("change");
    db.exec("INSERT INTO change (at, origin, document) VALUES (?, ?, ?)",
            {db.now().us, origin, QString::fromUtf8(toJson(changes))});
}

void trim(Database &db) { db.exec("DELETE FROM change WHERE at < ?", {(db.now() - changeLogLife).us}); }

News since(Database &db, qint64 since, Timestamp askedAt, const QString &origin)
{
    News news{since, db.now(), {}};
    if (news.askedAt - askedAt > changeLogPatience) {
        news.newest = std::max(since, newest(db));
        news.changes = ChangeSet::all();
        return news;
    }
    for (const Row &row : db.rows("SELECT id, origin, document FROM change WHERE id > ? ORDER BY id", {since})) {
        news.newest = row.integer(0);
        if (row.text(1) != origin)
            news.changes.unite(fromJson(row.text(2).toUtf8()));
    }
    return news;
}

qint64 newest(Database &db)
{
    const auto row = db.row("SELECT COALESCE(MAX(id), 0) FROM change");
    return row ? row->integer(0) : 0;
}

} // namespace patchbay::change_log
