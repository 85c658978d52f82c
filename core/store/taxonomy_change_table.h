#pragma once

#include "core/store/database.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// A change of the taxonomy that history follows in steps which survive a kill.
struct TaxonomyChange {
    enum class Kind { Rename, Merge, Split };

    qint64 id = 0;
    QString uid = {};
    Kind kind = Kind::Rename;
    bool done = false;
    CategoryId category = {}; ///< the one that is renamed, merged into another or split
    QJsonObject document = {}; ///< where to, how far, how much: the engine's
    OperatorId by = {};
    Timestamp startedAt = {};
    Timestamp endedAt = {};
};

namespace taxonomy_changes {
qint64 insert(Database &db, const TaxonomyChange &change);
std::optional<TaxonomyChange> byId(Database &db, qint64 id);
/// Oldest first.
std::vector<TaxonomyChange> unfinished(Database &db);
/// Merges and splits in which the category takes part; none: it is free to be changed.
bool isBusy(Database &db, CategoryId category);
void setDocument(Database &db, qint64 id, const QJsonObject &document);
void finish(Database &db, qint64 id);
} // namespace taxonomy_changes

} // namespace patchbay
