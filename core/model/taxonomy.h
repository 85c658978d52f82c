#pragma once

#include "core/base/ids.h"
#include "core/model/conversation.h"

#include <QtCore/QStringList>

#include <vector>

namespace patchbay {

/// One entry of the workspace's list of categories.
struct Category {
    CategoryId id = {};
    QString uid = {};
    QString name = {}; ///< unique in the workspace
    QString description = {};
    QStringList keywords = {};
    Priority defaultPriority = Priority::Normal;
    int position = 0;
    bool isUnsorted = false; ///< where an unknown category goes, visibly; exactly one
    Timestamp retiredAt = {}; ///< from then on neither suggested, learned nor offered; kept for what it named
    CategoryId mergedInto = {}; ///< its history went there; such a category is not even shown
    int version = 1; ///< grows with each change

    bool isRetired() const { return bool(retiredAt); }
};

using Taxonomy = std::vector<Category>;

/// Null when it is not there.
inline const Category *categoryIn(const Taxonomy &taxonomy, CategoryId id)
{
    for (const Category &category : taxonomy) {
        if (category.id == id)
            return &category;
    }
    return nullptr;
}

/// One n-gram, mapped back to the words of the message it came from, and what it added to the score.
struct Evidence {
    QString words = {};
    double weight = 0; ///< positive: for the category

    bool operator==(const Evidence &) const = default;
};

enum class ClassificationSource { Rule, LocalModel, RemoteModel, Person };

/// What a message is about, and why.
struct Classification {
    CategoryId category = {};
    double confidence = 0; ///< calibrated, 0..1
    Priority priority = Priority::Normal;
    QString language = {};
    ClassificationSource source = ClassificationSource::LocalModel;
    bool abstained = false; ///< below the lead's threshold: category is Unsorted, `runnerUp` what it would have been
    CategoryId runnerUp = {};
    std::vector<Evidence> because = {};
    MessageId readFrom = {}; ///< kept, with its reasons, from this earlier message; none: its own message was read
};

/// An operator's decision that the model learned from.
struct Lesson {
    LessonId id = {};
    QString uid = {};
    MessageId message = {};
    CategoryId category = {};
    CategoryId previous = {};
    double weight = 1.0; ///< an override counts 1, an accepted suggestion less
    OperatorId operatorId = {};
    Timestamp createdAt = {};
    Timestamp undoneAt = {};
    QString text = {}; ///< what was learned from
    QString source = {}; ///< name of the file of examples it came from; empty: an operator's decision about `message`
};

} // namespace patchbay
