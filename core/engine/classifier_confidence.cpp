#include "core/engine/classifier_confidence.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace patchbay {

std::vector<ThresholdPoint> thresholdCurve(std::vector<HeldOutAnswer> answers)
{
    std::sort(answers.begin(), answers.end(),
              [](const HeldOutAnswer &a, const HeldOutAnswer &b) { return a.confidence > b.confidence; });
    std::vector<ThresholdPoint> curve;
    size_t right = 0;
    for (size_t i = 0; i < answers.size(); ++i) {
        right += answers[i].right ? 1 : 0;
        if (i + 1 < answers.size() && answers[i + 1].confidence == answers[i].confidence)
            continue; // a threshold cannot come between them
        curve.push_back({answers[i].confidence, double(right) / double(i + 1), double(i + 1) / double(answers.size())});
    }
    std::reverse(curve.begin(), curve.end());
    return curve;
}

std::optional<ThresholdPoint> thresholdFor(const std::vector<ThresholdPoint> &curve, double precision)
{
    const auto found =
        std::find_if(curve.begin(), curve.end(), [&](const ThresholdPoint &p) { return p.precision >= precision; });
    return found == curve.end() ? std::nullopt : std::optional<ThresholdPoint>(*found);
}

double calibrationError(const std::vector<HeldOutAnswer> &answers)
{
    struct Bin {
        double claimed = 0;
        double right = 0;
    };
    std::array<Bin, 15> bins{};
    for (const HeldOutAnswer &answer : answers) {
        const double place = std::clamp(answer.confidence, 0.0, 1.0) * double(bins.size());
        Bin &bin = bins[std::min(size_t(place), bins.size() - 1)];
        bin.claimed += answer.confidence;
        bin.right += answer.right ? 1 : 0;
    }
    double sum = 0;
    for (const Bin &bin : bins)
        sum += std::abs(bin.claimed - bin.right);
    return answers.empty() ? 0 : sum / double(answers.size());
}

std::vector<double> confidenceShares(const std::vector<float> &scores, double temperature)
{
    std::vector<double> out(scores.size());
    if (scores.empty())
        return out;
    const float top = *std::max_element(scores.begin(), scores.end());
    // Single precision is enough, and what is far behind is nothing.
    const float by = float(1 / temperature);
    double sum = 0;
    for (size_t k = 0; k < scores.size(); ++k) {
        const float behind = (scores[k] - top) * by;
        sum += out[k] = behind < -16.0f ? 0.0f : std::exp(behind);
    }
    for (double &share : out)
        share /= sum;
    return out;
}

double fittedTemperature(const std::vector<std::vector<float>> &scores, const std::vector<int> &labels)
{
    double best = 1e300;
    double temperature = 1;
    for (double candidate = 0.06; candidate < 2.0; candidate *= 1.1) {
        double loss = 0;
        for (size_t i = 0; i < scores.size(); ++i)
            loss -= std::log(std::max(confidenceShares(scores[i], candidate)[size_t(labels[i])], 1e-9));
        if (loss < best) {
            best = loss;
            temperature = candidate;
        }
    }
    return temperature;
}

} // namespace patchbay
