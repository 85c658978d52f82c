#pragma once

#include "core/engine/taxonomy_plan.h"
#include "core/store/taxonomy_change_table.h"

namespace patchbay {

/// One step of a change that history follows: a transaction of a bounded number of rows. For TaxonomyDesk.
struct TaxonomyStep {
    bool more = false; ///< there is another one
    TaxonomyMoved moved = {}; ///< up to now
};

/// What the lead asked for is written down and holds for what comes in; history follows in steps. The change's id;
/// these begin a transaction's work and each has its audit row.
Result<qint64> beginRename(Database &db, OperatorId by, const Category &category);
Result<qint64> beginMerge(Database &db, OperatorId by, CategoryId from, int version, CategoryId into);
Result<qint64> beginSplit(Database &db, OperatorId by, CategoryId category, int version, const SplitPlan &plan);
/// `judge`: made by splitJudge() from the same change, null for other kinds.
Result<TaxonomyStep> taxonomyStep(Database &db, qint64 change, const SplitJudge *judge);
/// Null when the change is no split.
Result<std::shared_ptr<const SplitJudge>> splitJudge(Database &db, qint64 change);

} // namespace patchbay
