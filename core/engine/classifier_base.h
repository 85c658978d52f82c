#pragma once

#include "core/base/cancel.h"
#include "core/engine/classifier_confidence.h"
#include "core/engine/classifier_linear.h"
#include "core/model/taxonomy.h"

#include <memory>

namespace patchbay {

/// What an exact training made of a taxonomy and of the lessons until then. Immutable; any thread.
struct ClassifierBase {
    Taxonomy taxonomy = {};
    std::vector<bool> known = {}; ///< a category has a seed or a lesson; Unsorted has no seed
    LinearModel linear = {};
    double temperature = 1; ///< of the scores
    std::vector<HeldOutAnswer> heldOut = {}; ///< empty while there are too few lessons
    QByteArray fingerprint = {}; ///< of what it was made from

    int classOf(CategoryId id) const; ///< -1: not in the taxonomy
};

/// Of the first `lessons`, in order, those that count until the next exact training is due: all of them were learned
/// exactly, those after them one by one. What comes from a file is always learned exactly. Depends on nothing but the
/// lessons. Pure.
size_t exactlyLearned(const std::vector<Lesson> &lessons);
/// True when `recent` lessons with so many characters after `exactly` exact ones make a training due. Pure.
bool isTrainingDue(size_t exactly, size_t recent, qsizetype characters);

/// Names the taxonomy and the first `count` lessons; another one for anything that would train otherwise. Pure.
QByteArray fingerprintOf(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons, size_t count);

/// Trains on the taxonomy's names, descriptions and key words and the first `count` lessons (none of them undone); of
/// several about one message the last one counts. Null when it was cancelled. Any thread; seconds for tens of
/// thousands.
std::shared_ptr<const ClassifierBase> trainedBase(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons,
                                                  size_t count, const CancelToken &cancel);

/// The terms of a lesson's text.
std::vector<Term> lessonTerms(const QString &text);

QByteArray bytesOf(const ClassifierBase &base);
/// Null when these are not whole, or not made from what the fingerprint names.
std::shared_ptr<const ClassifierBase> baseFromBytes(const Taxonomy &taxonomy, const QByteArray &fingerprint,
                                                    const QByteArray &bytes);

} // namespace patchbay
