#pragma once

#include "core/store/database.h"

namespace patchbay::classifiers {

/// What the last exact training made, in the classifier's own bytes.
struct Stored {
    QByteArray fingerprint = {}; ///< of what it was made from; empty: nothing is stored
    QByteArray body = {};
};
Stored current(Database &db);
QByteArray fingerprint(Database &db); ///< of the stored one, without reading it
void store(Database &db, const Stored &model);
/// It says something of texts that are to be forgotten.
void remove(Database &db);

} // namespace patchbay::classifiers
