#include "core/store/change_log.h"

#include "core/base/json_writer.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace patchbay::change_log {

namespace {

template <class IdType> void changeLogWrite(JsonWriter &out, QStringView key, const QSet<IdType> &ids)
{
    if (ids.isEmpty())
        return;
    out.key(key).beginArray();
    for (const IdType id : ids)
        out.integer(id.value);
    out.endArray();
}

template <class IdType> void changeLogRead(const QJsonObject &document, QStringView key, QSet<IdType> &ids)
{
    const QJsonArray list = document[key].toArray();
    for (const QJsonValue &id : list)
        ids.insert(IdType{id.toInteger()});
}

constexpr std::chrono::hours changeLogLife{24};
constexpr std::chrono::hours changeLogPatience{23}; // an hour for the clocks and the transactions in between

struct ChangeLogFlag {
    QStringView name;
    bool ChangeSet::*flag;
};

constexpr ChangeLogFlag changeLogFlags[] = {
    {u"channels", &ChangeSet::channels}, {u"targets", &ChangeSet::targets},
    {u"taxonomy", &ChangeSet::taxonomy}, {u"lessons", &ChangeSet::lessons},
    {u"rules", &ChangeSet::rules},       {u"counters", &ChangeSet::counters},
    {u"settings", &ChangeSet::settings}, {u"saved_searches", &ChangeSet::savedSearches},
    {u"models", &ChangeSet::models},     {u"contacts", &ChangeSet::contacts},
};

} // namespace

QByteArray toJson(const ChangeSet &changes)
{
    JsonWriter out;
    out.beginObject();
    for (const auto &[name, flag] : changeLogFlags) {
        if (changes.*flag)
            out.key(name).boolean(true);
    }
    changeLogWrite(out, u"conversations", changes.conversations);
    changeLogWrite(out, u"timelines", changes.timelines);
    changeLogWrite(out, u"deliveries", changes.deliveries);
    changeLogWrite(out, u"tasks", changes.tasks);
    changeLogWrite(out, u"local_tasks", changes.localTasks);
    changeLogWrite(out, u"searchable", changes.searchable);
    out.endObject();
    return std::move(out).take().toUtf8();
}

ChangeSet fromJson(const QByteArray &text)
{
    const QJsonObject document = QJsonDocument::fromJson(text).object();
    ChangeSet changes;
    changeLogRead(document, u"conversations", changes.conversations);
    changeLogRead(document, u"timelines", changes.timelines);
    changeLogRead(document, u"deliveries", changes.deliveries);
    changeLogRead(document, u"tasks", changes.tasks);
    changeLogRead(document, u"local_tasks", changes.localTasks);
    changeLogRead(document, u"searchable", changes.searchable);
    for (const auto &[name, flag] : changeLogFlags)
        changes.*flag = document[name].toBool();
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
