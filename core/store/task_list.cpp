#include "core/store/task_list.h"

#include "core/store/delivery_rows.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"
#include "core/store/task_table.h"

#include <algorithm>

namespace patchbay::task_list {

using namespace Qt::StringLiterals;

namespace {

struct Sql {
    QByteArray text = {};
    QVariantList values = {};

    void add(const Sql &other)
    {
        text += other.text;
        values += other.values;
    }
    void add(const QByteArray &more) { text += more; }
};

/// Some delivery of the task, at the filter's target when it names one, is so.
Sql anyDelivery(const Filter &filter, const QByteArray &condition)
{
    Sql sql{"EXISTS (SELECT 1 FROM delivery d WHERE d.task_id = t.id AND " + condition, {}};
    if (filter.target) {
        sql.text += " AND d.target_id = ?";
        sql.values << filter.target.value;
    }
    sql.text += ")";
    return sql;
}

Sql isOpen(const Filter &filter) { return anyDelivery(filter, "d.state = 'sent' AND d.remote_closed = 0"); }
Sql isOnItsWay(const Filter &filter) { return anyDelivery(filter, "d.state IN ('queued', 'sending', 'failed')"); }
Sql needsPerson(const Filter &filter) { return anyDelivery(filter, "d.state IN ('unknown', 'dead')"); }

Sql notAny(std::initializer_list<Sql> conditions)
{
    Sql sql;
    for (const Sql &condition : conditions) {
        sql.add(sql.text.isEmpty() ? "NOT " : " AND NOT ");
        sql.add(condition);
    }
    return sql;
}

Sql isAt(const Filter &filter, Place place)
{
    Sql sql;
    switch (place) {
    case Place::NeedsPerson: return needsPerson(filter);
    case Place::Waiting:
        sql = isOnItsWay(filter);
        sql.add(" AND ");
        sql.add(notAny({needsPerson(filter)}));
        return sql;
    case Place::Open:
        sql = isOpen(filter);
        sql.add(" AND ");
        sql.add(notAny({needsPerson(filter), isOnItsWay(filter)}));
        return sql;
    case Place::Closed:
        sql = anyDelivery(filter, "d.state = 'sent'");
        sql.add(" AND ");
        sql.add(notAny({needsPerson(filter), isOnItsWay(filter), isOpen(filter)}));
        return sql;
    case Place::TakenBack:
        return notAny({needsPerson(filter), isOnItsWay(filter), anyDelivery(filter, "d.state = 'sent'")});
    }
    return sql;
}

Sql isIn(const Filter &filter, State state, Timestamp now)
{
    Sql sql;
    switch (state) {
    case State::All: return {"1 = 1", {}};
    case State::Open: return isOpen(filter);
    case State::Closed: return isAt(filter, Place::Closed);
    case State::Waiting: return isOnItsWay(filter);
    case State::Unknown: return anyDelivery(filter, "d.state = 'unknown'");
    case State::Failed: return anyDelivery(filter, "d.state IN ('failed', 'dead')");
    case State::Overdue:
        sql = {"t.due_at > 0 AND t.due_at < ? AND (", {now.us}};
        sql.add(isOpen(filter));
        sql.add(" OR ");
        sql.add(isOnItsWay(filter));
        sql.add(" OR ");
        sql.add(needsPerson(filter));
        sql.add(")");
        return sql;
    }
    return sql;
}

QString likePattern(const QString &text)
{
    QString escaped = text.left(200).toLower();
    escaped.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return u'%' + escaped + u'%';
}

/// Everything but the state.
Sql whereRest(const Filter &filter)
{
    Sql sql{"1 = 1", {}};
    if (filter.target) {
        sql.add(" AND ");
        sql.add(anyDelivery(filter, "1 = 1"));
    }
    if (!filter.category.isEmpty()) {
        sql.text += " AND t.category = ?";
        sql.values << filter.category;
    }
    if (filter.acceptedBy) {
        sql.text += " AND t.operator_id = ?";
        sql.values << filter.acceptedBy.value;
    }
    if (!filter.text.trimmed().isEmpty()) {
        const QString pattern = likePattern(filter.text.trimmed());
        sql.text += " AND (LOWER(t.title) LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM conversation v JOIN contact c ON "
                    "c.id = " PATCHBAY_PERSON_OF(
                        "v.contact_id") " WHERE v.id = t.conversation_id AND LOWER(c.name) LIKE ? ESCAPE '\\') OR "
                                        "EXISTS (SELECT 1 FROM delivery d WHERE d.task_id = t.id AND "
                                        "LOWER(d.external_id) LIKE ? ESCAPE "
                                        "'\\'))";
        sql.values << pattern << pattern << pattern;
    }
    if (filter.place) {
        sql.add(" AND ");
        sql.add(isAt(filter, *filter.place));
    }
    if (filter.word) {
        sql.add(" AND ");
        Sql word = anyDelivery(filter, "d.state = 'sent' AND d.remote_closed = 0 AND d.remote_status = ?");
        word.values.prepend(*filter.word);
        sql.add(word);
    }
    return sql;
}

Sql whereOf(const Filter &filter, Timestamp now)
{
    Sql sql = whereRest(filter);
    sql.add(" AND ");
    sql.add(isIn(filter, filter.state, now));
    return sql;
}

At atFrom(const Row &row)
{
    constexpr int after = deliveries::columnCount;
    At at;
    at.delivery = deliveries::deliveryFrom(row);
    at.target = row.text(after);
    if (row.isNull(after + 1))
        return at;
    at.watch.delivery = at.delivery.id;
    at.watch.target = at.delivery.target;
    at.watch.nextAt = row.time(after + 1);
    at.watch.readAt = row.time(after + 2);
    at.watch.changedAt = row.time(after + 3);
    at.watch.gone = row.boolean(after + 4);
    at.watch.failures = int(row.integer(after + 5));
    at.watch.error = row.text(after + 6);
    return at;
}

void addDeliveries(Database &db, std::vector<Entry> &all, const std::vector<TaskId> &ids)
{
    QByteArray columns("d.");
    columns += QByteArray(PATCHBAY_DELIVERY_COLUMNS).replace(", ", ", d.");
    const QByteArray sql = "SELECT " + columns
        + ", COALESCE(g.name, ''), w.next_at, w.read_at, w.changed_at, w.gone, w.failures, w.error FROM delivery d "
          "LEFT JOIN target g ON g.id = d.target_id LEFT JOIN task_watch w ON w.delivery_id = d.id WHERE d.task_id IN ";
    forIdList(db, sql, " ORDER BY d.id", {}, ids, [&all](const Row &row) {
        At at = atFrom(row);
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&at](const Entry &entry) { return entry.task.id == at.delivery.task; });
        if (found != all.end())
            found->at.push_back(std::move(at));
    });
}

} // namespace

Place Entry::place() const
{
    const auto any = [this](auto &&is) {
        return std::any_of(at.begin(), at.end(), [&](const At &one) { return is(one.delivery); });
    };
    using S = DeliveryState;
    if (any([](const Delivery &d) { return d.state == S::Unknown || d.state == S::Dead; }))
        return Place::NeedsPerson;
    if (any([](const Delivery &d) { return d.state == S::Queued || d.state == S::Sending || d.state == S::Failed; }))
        return Place::Waiting;
    if (any([](const Delivery &d) { return d.state == S::Sent && !d.remoteClosed; }))
        return Place::Open;
    return any([](const Delivery &d) { return d.state == S::Sent; }) ? Place::Closed : Place::TakenBack;
}

std::vector<TaskId> page(Database &db, const Filter &filter, TaskId before, int limit)
{
    const Sql where = whereOf(filter, db.now());
    const QByteArray key = before ? "t.id < ? AND " : "";
    QVariantList values = where.values;
    if (before)
        values.prepend(before.value);
    values << limit;
    std::vector<TaskId> ids;
    for (const Row &row :
         db.rows("SELECT t.id FROM task t WHERE " + key + where.text + " ORDER BY t.id DESC LIMIT ?", values))
        ids.push_back(row.id<TaskId>(0));
    return ids;
}

std::vector<TaskId> among(Database &db, const Filter &filter, const std::vector<TaskId> &ids)
{
    const Sql where = whereOf(filter, db.now());
    std::vector<TaskId> found;
    forIdList(db, "SELECT t.id FROM task t WHERE " + where.text + " AND t.id IN ", {}, where.values, ids,
              [&found](const Row &row) { found.push_back(row.id<TaskId>(0)); });
    return found;
}

int count(Database &db, const Filter &filter)
{
    const Sql where = whereOf(filter, db.now());
    const auto rows = db.rows("SELECT COUNT(*) FROM task t WHERE " + where.text, where.values);
    return rows.empty() ? 0 : int(rows.front().integer(0));
}

int openCount(Database &db)
{
    const auto row = db.row("SELECT COUNT(DISTINCT d.task_id) FROM delivery d WHERE d.task_id IS NOT NULL AND "
                            "d.state = 'sent' AND d.remote_closed = 0");
    return row ? int(row->integer(0)) : 0;
}

// One pass over all tasks: asking for each state by itself takes three times as long. It is the same as isIn() says.
std::vector<int> counts(Database &db, const Filter &filter)
{
    const auto any = [](const char *condition, const char *name) {
        return QByteArray(", MAX(CASE WHEN ") + condition + " THEN 1 ELSE 0 END) AS " + name;
    };
    Sql sql{"SELECT COUNT(*), SUM(x.is_open), SUM(CASE WHEN x.is_sent = 1 AND x.is_open = 0 AND x.on_its_way = 0 AND "
            "x.needs_person = 0 THEN 1 ELSE 0 END), SUM(x.on_its_way), SUM(x.is_unknown), SUM(x.has_failed), "
            "SUM(CASE WHEN x.due_at > 0 AND x.due_at < ? AND x.is_open + x.on_its_way + x.needs_person > 0 THEN 1 "
            "ELSE 0 END) FROM (SELECT t.id, MAX(t.due_at) AS due_at",
            {db.now().us}};
    sql.add(any("d.state = 'sent' AND d.remote_closed = 0", "is_open"));
    sql.add(any("d.state = 'sent'", "is_sent"));
    sql.add(any("d.state IN ('queued', 'sending', 'failed')", "on_its_way"));
    sql.add(any("d.state IN ('unknown', 'dead')", "needs_person"));
    sql.add(any("d.state = 'unknown'", "is_unknown"));
    sql.add(any("d.state IN ('failed', 'dead')", "has_failed"));
    sql.add(" FROM task t LEFT JOIN delivery d ON d.task_id = t.id");
    if (filter.target)
        sql.add(Sql{" AND d.target_id = ?", {filter.target.value}});
    sql.add(" WHERE ");
    sql.add(whereRest(filter));
    sql.add(" GROUP BY t.id) x");
    std::vector<int> found(std::size(allStates), 0);
    const auto rows = db.rows(sql.text, sql.values);
    for (size_t i = 0; i < found.size() && !rows.empty(); ++i)
        found[i] = int(rows.front().integer(int(i)));
    return found;
}

std::vector<Entry> entries(Database &db, const std::vector<TaskId> &ids)
{
    std::vector<Entry> all;
    forIdList(db,
              "SELECT t.id, c.name, v.subject, o.name FROM task t JOIN conversation v ON v.id = t.conversation_id "
              "JOIN contact c ON c.id = " PATCHBAY_PERSON_OF(
                  "v.contact_id") " JOIN operator o ON o.id = t.operator_id WHERE t.id IN ",
              {}, {}, ids, [&](const Row &row) {
                  Entry entry;
                  entry.task.id = row.id<TaskId>(0);
                  entry.contactName = row.text(1);
                  entry.subject = row.text(2);
                  entry.operatorName = row.text(3);
                  all.push_back(std::move(entry));
              });
    for (Entry &entry : all)
        entry.task = tasks::byId(db, entry.task.id).value_or(entry.task);
    addDeliveries(db, all, ids);
    return all;
}

QStringList categories(Database &db)
{
    QStringList names;
    for (const Row &row :
         db.rows("SELECT DISTINCT category FROM task WHERE category <> '' ORDER BY category LIMIT 500"))
        names << row.text(0);
    return names;
}

QStringList openWords(Database &db, const Filter &filter, int limit)
{
    Filter open = filter;
    open.place = Place::Open;
    const Sql where = whereOf(open, db.now());
    QVariantList values{filter.target.value};
    values += where.values;
    values << limit;
    QStringList words;
    for (const Row &row :
         db.rows("SELECT e.remote_status, COUNT(*) FROM task t JOIN delivery e ON e.task_id = t.id AND e.target_id = ? "
                 "AND e.state = 'sent' AND e.remote_closed = 0 WHERE "
                     + where.text + " GROUP BY e.remote_status ORDER BY COUNT(*) DESC, e.remote_status LIMIT ?",
                 values))
        words << row.text(0);
    return words;
}

static const std::pair<State, QLatin1StringView> stateNames[] = {
    {State::All, "all"_L1},         {State::Open, "open"_L1},       {State::Closed, "closed"_L1},
    {State::Waiting, "waiting"_L1}, {State::Unknown, "unknown"_L1}, {State::Failed, "failed"_L1},
    {State::Overdue, "overdue"_L1}};

QString nameOf(State state)
{
    for (const auto &[value, name] : stateNames) {
        if (value == state)
            return name;
    }
    return {};
}

std::optional<State> stateFrom(const QString &name)
{
    for (const auto &[value, known] : stateNames) {
        if (known == name)
            return value;
    }
    return std::nullopt;
}

} // namespace patchbay::task_list
