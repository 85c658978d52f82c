#pragma once

#include "core/store/database.h"

namespace patchbay {

/// A search that the team keeps under a name. Its text is what a person typed: "after:7d" stays relative.
struct SavedSearch {
    SavedSearchId id = {};
    QString uid = {};
    QString name = {}; ///< unique in the workspace
    QString query = {};
    int position = 0; ///< from 1, in the rail's order
    OperatorId createdBy = {};
    Timestamp createdAt = {};

    bool operator==(const SavedSearch &) const = default;
};

namespace saved_searches {
/// In the rail's order.
std::vector<SavedSearch> all(Database &db);
std::optional<SavedSearch> byId(Database &db, SavedSearchId id);
std::optional<SavedSearch> byName(Database &db, const QString &name);
/// At the end; Conflict when the name is taken.
SavedSearchId insert(Database &db, SavedSearch search);
/// Conflict when the name is taken, NotFound when it is no longer there; so are those below.
void rename(Database &db, SavedSearchId id, const QString &name);
void change(Database &db, SavedSearchId id, const QString &query);
void remove(Database &db, SavedSearchId id);
/// To this place among all, from 1; places beyond the ends are the ends.
void move(Database &db, SavedSearchId id, int position);
} // namespace saved_searches

} // namespace patchbay
