#pragma once

#include "core/engine/classifier.h"
#include "core/engine/taxonomy_follow.h"
#include "core/store/category_edits.h"

namespace patchbay {

/// One part of a category that is split: a category that is there, or a new one.
struct SplitPart {
    CategoryId existing = {}; ///< none: a new one, made from `made`
    Category made = {}; ///< name, description, key words, default priority
};

/// How a category is to be split. Its conversations and lessons go to the part that fits best.
struct SplitPlan {
    std::vector<SplitPart> parts = {}; ///< two or more
    int doubtful = -1; ///< where goes what fits none surely: a part's place, or -1 for Unsorted
};

/// What a merge would do.
struct MergePreview {
    CategoryCounts counts = {};
    NamedBy named = {};
};

/// What a split would do. Counted on the newest conversations where there are very many.
struct SplitPreview {
    struct Part {
        QString name = {};
        qint64 conversations = 0;
        qint64 lessons = 0;
        QStringList examples = {}; ///< subjects or first words, at most five
    };
    std::vector<Part> parts = {};
    Part doubtful = {}; ///< what fits none surely; `name`: where it goes
    qint64 conversations = 0; ///< all of them
    qint64 looked = 0; ///< so many of them were looked at
    NamedBy named = {};
};

/// What followed a change up to now.
struct TaxonomyMoved {
    qint64 conversations = 0;
    qint64 lessons = 0;
    qint64 suggestions = 0;
    qint64 classifications = 0;
    qint64 doubtful = 0; ///< conversations that fitted no part surely

    bool operator==(const TaxonomyMoved &) const = default;
};

/// Chooses among the parts of a category: a model that knows them alone. A value; any thread.
class SplitJudge {
public:
    /// The parts with ids of their own, in the plan's order.
    explicit SplitJudge(const Taxonomy &parts);

    struct Choice {
        int part = -1; ///< -1: none surely
        double confidence = 0;
    };
    Choice choose(const QString &subject, const QString &text) const;

private:
    Taxonomy m_parts;
    std::shared_ptr<const Classifier> m_classifier;
};

/// Conflict: another category has the name.
Error takenName(const Category &same);
/// The category as it would be; refused with a sentence when it cannot be changed so.
Result<Category> checkedChange(Database &db, const Category &draft);
/// The parts as they would be; refused with a sentence when the plan cannot be done with this category.
Result<Taxonomy> checkedParts(Database &db, const Category &category, const SplitPlan &plan);
Result<MergePreview> previewMergeOf(Database &db, CategoryId from, CategoryId into);
Result<SplitPreview> previewSplitOf(Database &db, CategoryId category, const SplitPlan &plan);

/// NotFound or Refused when a category cannot be merged, split or retired: Unsorted, one merged already, one in the
/// middle of such a change.
Result<Category> changeableCategory(Database &db, CategoryId id);
/// What an editor is told who saw an older version.
Error staleCategory(const Category &category);

} // namespace patchbay
