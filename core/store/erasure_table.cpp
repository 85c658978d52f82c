#include "core/store/erasure_table.h"

#include <QtCore/QJsonDocument>

namespace patchbay::erasures {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_ERASURE_COLUMNS                                                                                       \
    "id, uid, kind, state, contact_id, before_at, counts, operator_id, started_at, ended_at"

struct ErasureCount {
    const char *key;
    qint64 Removed::*count;
};

constexpr ErasureCount erasureCounts[] = {
    {"messages", &Removed::messages},
    {"items", &Removed::items},
    {"attachments", &Removed::attachments},
    {"classifications", &Removed::classifications},
    {"lessons", &Removed::lessons},
    {"suggestions", &Removed::suggestions},
    {"tasks", &Removed::tasks},
    {"deliveries", &Removed::deliveries},
    {"conversations", &Removed::conversations},
    {"contacts", &Removed::contacts},
};

QString erasureStateName(Erasure::State state)
{
    return state == Erasure::State::Running ? u"running"_s : state == Erasure::State::Files ? u"files"_s : u"done"_s;
}

QString erasureText(const Removed &removed)
{
    return QString::fromUtf8(QJsonDocument(toJson(removed)).toJson(QJsonDocument::Compact));
}

Erasure erasureFrom(const Row &row)
{
    Erasure e;
    e.id = row.integer(0);
    e.uid = row.text(1);
    e.kind = row.text(2) == u"person"_s ? Erasure::Kind::Person : Erasure::Kind::Retention;
    e.state = row.text(3) == u"running"_s ? Erasure::State::Running
        : row.text(3) == u"files"_s       ? Erasure::State::Files
                                          : Erasure::State::Done;
    e.contact = row.id<ContactId>(4);
    e.before = row.time(5);
    e.removed = fromJson(QJsonDocument::fromJson(row.text(6).toUtf8()).object());
    e.by = row.id<OperatorId>(7);
    e.startedAt = row.time(8);
    e.endedAt = row.time(9);
    return e;
}

std::optional<Erasure> erasureFrom(const std::optional<Row> &row)
{
    if (!row)
        return std::nullopt;
    return erasureFrom(*row);
}

} // namespace

QJsonObject toJson(const Removed &removed)
{
    QJsonObject counts;
    for (const auto &[key, count] : erasureCounts)
        counts.insert(QLatin1String(key), removed.*count);
    return counts;
}

Removed fromJson(const QJsonObject &counts)
{
    Removed removed;
    for (const auto &[key, count] : erasureCounts)
        removed.*count = counts.value(QLatin1String(key)).toInteger();
    return removed;
}

qint64 insert(Database &db, const Erasure &e)
{
    return db.insert("INSERT INTO erasure (uid, kind, state, contact_id, before_at, counts, operator_id, started_at) "
                     "VALUES (?, ?, 'running', ?, ?, ?, ?, ?) RETURNING id",
                     {newUid(db.clock()), e.kind == Erasure::Kind::Person ? u"person"_s : u"retention"_s,
                      e.contact ? QVariant(e.contact.value) : QVariant(), e.before.us, erasureText({}), e.by.value,
                      db.now().us});
}

std::optional<Erasure> byId(Database &db, qint64 id)
{
    return erasureFrom(db.row("SELECT " PATCHBAY_ERASURE_COLUMNS " FROM erasure WHERE id = ?", {id}));
}

std::vector<Erasure> unfinished(Database &db)
{
    std::vector<Erasure> all;
    for (const Row &row : db.rows("SELECT " PATCHBAY_ERASURE_COLUMNS " FROM erasure WHERE state <> 'done' ORDER BY id"))
        all.push_back(erasureFrom(row));
    return all;
}

std::optional<Erasure> unfinishedOf(Database &db, ContactId contact)
{
    return erasureFrom(db.row("SELECT " PATCHBAY_ERASURE_COLUMNS
                              " FROM erasure WHERE state = 'running' AND contact_id = ? ORDER BY id LIMIT 1",
                              {contact.value}));
}

void addRemoved(Database &db, qint64 id, const Removed &removed)
{
    auto known = byId(db, id);
    if (!known)
        return;
    known->removed += removed;
    db.exec("UPDATE erasure SET counts = ? WHERE id = ?", {erasureText(known->removed), id});
}

void setState(Database &db, qint64 id, Erasure::State state)
{
    db.exec("UPDATE erasure SET state = ?, contact_id = NULL, ended_at = ? WHERE id = ?",
            {erasureStateName(state), state == Erasure::State::Done ? db.now().us : qint64(0), id});
}

} // namespace patchbay::erasures
