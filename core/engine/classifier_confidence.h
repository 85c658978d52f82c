#pragma once

#include "core/base/result.h"

#include <vector>

namespace patchbay {

/// How a model that had not seen a lesson answered it.
struct HeldOutAnswer {
    double confidence = 0;
    bool right = false;

    bool operator==(const HeldOutAnswer &) const = default;
};

/// What comes of abstaining below a threshold: of the answers that are left, the part that is right; and how many are
/// left.
struct ThresholdPoint {
    double threshold = 0;
    double precision = 0; ///< 0..1
    double coverage = 0; ///< 0..1

    bool operator==(const ThresholdPoint &) const = default;
};

/// One point for each confidence that occurs, from the lowest threshold (all are answered) to the highest. Pure.
std::vector<ThresholdPoint> thresholdCurve(std::vector<HeldOutAnswer> answers);

/// The point that answers the most messages with at least this precision; nothing when no threshold reaches it. Pure.
std::optional<ThresholdPoint> thresholdFor(const std::vector<ThresholdPoint> &curve, double precision);

/// How far what is claimed is from what is reached: the mean of |confidence - accuracy| over fifteen bins of equal
/// width, weighted by how many answers a bin has. Pure.
double calibrationError(const std::vector<HeldOutAnswer> &answers);

/// Scores as shares of 1 (softmax). Pure.
std::vector<double> confidenceShares(const std::vector<float> &scores, double temperature);

/// The temperature at which the scores of held-out texts say best how sure they are; `labels` are their classes. Pure.
double fittedTemperature(const std::vector<std::vector<float>> &scores, const std::vector<int> &labels);

} // namespace patchbay
