#include "core/engine/classifier_recent.h"

#include "core/engine/classifier_confidence.h"

#include <cmath>

namespace patchbay {

namespace {

constexpr int recentMostSteps = 60;
constexpr double recentStep = 0.3; // of a score, for a mistake that could not be greater
constexpr double recentLeastClass = 0.1; // of what the lesson's class moves: a class that moves less is left alone
constexpr float recentLeastTerm = 0.1f; // of an average term's part of a text: what weighs less is left alone

} // namespace

void RecentLessons::learn(const std::vector<Term> &terms, const std::vector<float> &values, std::vector<float> scores,
                          int label, double temperature, double weight, double wanted)
{
    double square = 0;
    for (const float value : values)
        square += double(value * value);
    if (square <= 0 || scores.size() < 2)
        return;
    std::vector<double> moved(scores.size(), 0.0);
    for (int step = 0; step < recentMostSteps; ++step) {
        const std::vector<double> shares = confidenceShares(scores, temperature);
        if (step > 0 && shares[size_t(label)] >= wanted)
            break;
        for (size_t k = 0; k < scores.size(); ++k) {
            const double by = recentStep * weight * ((int(k) == label ? 1.0 : 0.0) - shares[k]);
            moved[k] += by;
            scores[k] += float(by);
        }
    }
    const float least = recentLeastTerm * float(square) / float(terms.size());
    for (size_t k = 0; k < moved.size(); ++k) {
        if (std::abs(moved[k]) < recentLeastClass * moved[size_t(label)])
            continue;
        const float by = float(moved[k] / square);
        for (size_t i = 0; i < terms.size(); ++i) {
            if (values[i] * values[i] >= least)
                add(terms[i].bucket, int(k), by * values[i]);
        }
    }
}

void RecentLessons::addScores(const std::vector<Term> &terms, const std::vector<float> &values,
                              std::vector<float> &scores) const
{
    if (isEmpty())
        return;
    for (size_t i = 0; i < terms.size(); ++i) {
        for (qint32 at = firstOf(terms[i].bucket); at >= 0; at = m_entries[size_t(at)].next)
            scores[size_t(m_entries[size_t(at)].label)] += m_entries[size_t(at)].weight * values[i];
    }
}

void RecentLessons::addContributions(const std::vector<Term> &terms, const std::vector<float> &values, int label,
                                     std::vector<double> &ofTerm) const
{
    if (isEmpty())
        return;
    for (size_t i = 0; i < terms.size(); ++i) {
        for (qint32 at = firstOf(terms[i].bucket); at >= 0; at = m_entries[size_t(at)].next) {
            if (m_entries[size_t(at)].label == label)
                ofTerm[i] += double(m_entries[size_t(at)].weight * values[i]);
        }
    }
}

qint32 RecentLessons::firstOf(quint32 bucket) const
{
    size_t at = bucket & (m_places.size() - 1);
    while (m_places[at] != 0 && m_entries[size_t(m_places[at] - 1)].bucket != bucket)
        at = (at + 1) & (m_places.size() - 1);
    return m_places[at] - 1;
}

void RecentLessons::add(quint32 bucket, int label, float weight)
{
    if (m_buckets * 2 >= m_places.size())
        grow();
    size_t at = bucket & (m_places.size() - 1);
    while (m_places[at] != 0 && m_entries[size_t(m_places[at] - 1)].bucket != bucket)
        at = (at + 1) & (m_places.size() - 1);
    if (m_places[at] == 0) {
        ++m_buckets;
        m_entries.push_back({bucket, label, weight, -1});
        m_places[at] = qint32(m_entries.size());
        return;
    }
    qint32 last = m_places[at] - 1;
    for (qint32 i = last; i >= 0; i = m_entries[size_t(i)].next) {
        if (m_entries[size_t(i)].label == label) {
            m_entries[size_t(i)].weight += weight;
            return;
        }
        last = i;
    }
    m_entries[size_t(last)].next = qint32(m_entries.size());
    m_entries.push_back({bucket, label, weight, -1});
}

void RecentLessons::grow()
{
    std::vector<qint32> first;
    for (const qint32 place : m_places) {
        if (place != 0)
            first.push_back(place);
    }
    m_places.assign(std::max<size_t>(1024, m_places.size() * 2), 0);
    for (const qint32 place : first) {
        size_t at = m_entries[size_t(place - 1)].bucket & (m_places.size() - 1);
        while (m_places[at] != 0)
            at = (at + 1) & (m_places.size() - 1);
        m_places[at] = place;
    }
}

} // namespace patchbay
