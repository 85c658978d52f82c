#include "core/store/saved_search_table.h"

#include <algorithm>

namespace patchbay::saved_searches {

namespace {

SavedSearch savedSearchOf(const Row &row)
{
    return {row.id<SavedSearchId>(0), row.text(1),           row.text(2), row.text(3),
            int(row.integer(4)),      row.id<OperatorId>(5), row.time(6)};
}

Error savedSearchNameTaken(const QString &name)
{
    return makeError(Error::Kind::Conflict,
                     QStringLiteral("There is a saved search named %1 already; choose another name.").arg(name));
}

/// What a statement touched; none: the search went in the meantime.
void savedSearchTouched(Database &db, qint64 rows)
{
    if (rows == 0 && db.ok())
        db.fail(makeError(Error::Kind::NotFound,
                          QStringLiteral("This saved search is no longer there: somebody removed it.")));
    db.changes().savedSearches = true;
}

} // namespace

std::vector<SavedSearch> all(Database &db)
{
    std::vector<SavedSearch> found;
    for (const Row &row : db.rows("SELECT id, uid, name, query, position, created_by, created_at FROM saved_search "
                                  "ORDER BY position, id"))
        found.push_back(savedSearchOf(row));
    return found;
}

std::optional<SavedSearch> byId(Database &db, SavedSearchId id)
{
    const auto row = db.row("SELECT id, uid, name, query, position, created_by, created_at FROM saved_search "
                            "WHERE id = ?",
                            {id.value});
    return row ? std::optional(savedSearchOf(*row)) : std::nullopt;
}

std::optional<SavedSearch> byName(Database &db, const QString &name)
{
    const auto row = db.row("SELECT id, uid, name, query, position, created_by, created_at FROM saved_search "
                            "WHERE name = ?",
                            {name});
    return row ? std::optional(savedSearchOf(*row)) : std::nullopt;
}

SavedSearchId insert(Database &db, SavedSearch search)
{
    if (search.uid.isEmpty())
        search.uid = newUid(db.clock());
    db.oneAtATime("saved_search"); // two at the end would be at one place
    const qint64 id = db.insert("INSERT INTO saved_search (uid, name, query, position, created_by, created_at) "
                                "SELECT ?, ?, ?, COALESCE(MAX(position), 0) + 1, ?, ? FROM saved_search WHERE 1 = 1 "
                                "ON CONFLICT (name) DO NOTHING RETURNING id",
                                {search.uid, search.name, search.query, search.createdBy.value, db.now().us});
    if (id == 0)
        db.fail(savedSearchNameTaken(search.name));
    db.changes().savedSearches = true;
    return {id};
}

void rename(Database &db, SavedSearchId id, const QString &name)
{
    db.oneAtATime("saved_search");
    const auto known = byName(db, name);
    if (known && known->id != id)
        return db.fail(savedSearchNameTaken(name));
    savedSearchTouched(db, db.exec("UPDATE saved_search SET name = ? WHERE id = ?", {name, id.value}));
}

void change(Database &db, SavedSearchId id, const QString &query)
{
    savedSearchTouched(db, db.exec("UPDATE saved_search SET query = ? WHERE id = ?", {query, id.value}));
}

void remove(Database &db, SavedSearchId id)
{
    savedSearchTouched(db, db.exec("DELETE FROM saved_search WHERE id = ?", {id.value}));
}

void move(Database &db, SavedSearchId id, int position)
{
    db.oneAtATime("saved_search");
    std::vector<SavedSearch> order = all(db);
    const auto moved = std::find_if(order.begin(), order.end(), [id](const SavedSearch &one) { return one.id == id; });
    if (moved == order.end())
        return savedSearchTouched(db, 0);
    const SavedSearch search = *moved;
    order.erase(moved);
    order.insert(order.begin() + std::clamp<std::ptrdiff_t>(position - 1, 0, std::ssize(order)), search);
    int place = 0;
    for (const SavedSearch &one : order) {
        ++place;
        if (one.position != place)
            savedSearchTouched(db, db.exec("UPDATE saved_search SET position = ? WHERE id = ?", {place, one.id.value}));
    }
}

} // namespace patchbay::saved_searches
