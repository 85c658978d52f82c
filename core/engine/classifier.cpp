#include "core/engine/classifier.h"

#include "core/engine/classifier_base.h"
#include "core/engine/classifier_because.h"
#include "core/engine/classifier_language.h"
#include "core/engine/classifier_recent.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr double classifierThreshold = 0.35; // until somebody says what precision is wanted
constexpr double classifierNever = 2; // no answer is so sure
constexpr int classifierSubjectLimit = 300;
constexpr int classifierTextLimit = 4000;
constexpr double classifierSecond = 0.05; // a runner-up has at least this share

double classifierThresholdFor(const std::vector<HeldOutAnswer> &heldOut, double wanted)
{
    if (wanted <= 0 || heldOut.empty())
        return classifierThreshold;
    const std::optional<ThresholdPoint> point = thresholdFor(thresholdCurve(heldOut), wanted);
    return point ? point->threshold : classifierNever;
}

} // namespace

struct Classifier::Model {
    std::shared_ptr<const ClassifierBase> base;
    RecentLessons recent;
    std::vector<bool> known;
    size_t exactly = 0; // learned lessons
    size_t lessons = 0; // learned since
    qsizetype characters = 0; // of them
    double precision = 0; // wanted
    double threshold = classifierThreshold;

    void learn(const Lesson &lesson);
    std::vector<float> scores(const LinearReading &reading, const std::vector<Term> &terms,
                              const std::vector<float> &values) const;
};

/// A text, read and scored.
struct Classifier::Reading {
    std::vector<Term> terms = {};
    LinearReading linear = {};
    std::vector<float> values = {}; // only where recent lessons ask for them
    std::vector<double> shares = {}; // by class; empty: nothing to say
    size_t best = 0;

    Reading(const Model &model, const Grams &grams, std::vector<quint32> *termOf)
        : terms(termsOf(grams, termOf))
    {
        if (terms.empty() || std::find(model.known.begin(), model.known.end(), true) == model.known.end())
            return;
        linear = model.base->linear.read(terms);
        if (!model.recent.isEmpty())
            values = model.base->linear.valuesOf(terms, linear);
        shares = confidenceShares(model.scores(linear, terms, values), model.base->temperature);
        best = size_t(std::max_element(shares.begin(), shares.end()) - shares.begin());
    }
};

/// Classes that nothing was learned of are left out of the race.
std::vector<float> Classifier::Model::scores(const LinearReading &reading, const std::vector<Term> &terms,
                                             const std::vector<float> &values) const
{
    std::vector<float> out = base->linear.scores(reading);
    recent.addScores(terms, values, out);
    for (size_t k = 0; k < out.size(); ++k)
        out[k] = known[k] ? out[k] : -1e6f;
    return out;
}

void Classifier::Model::learn(const Lesson &lesson)
{
    ++lessons;
    characters += std::min<qsizetype>(lesson.text.size(), classifierTextLimit);
    const int label = base->classOf(lesson.category);
    const std::vector<Term> terms = label < 0 ? std::vector<Term>() : lessonTerms(lesson.text);
    if (terms.empty())
        return;
    const bool isNew = !known[size_t(label)];
    known[size_t(label)] = true;
    const LinearReading reading = base->linear.read(terms);
    const std::vector<float> values = base->linear.valuesOf(terms, reading);
    std::vector<float> now = scores(reading, terms, values);
    if (isNew) // begins where the others are, not at nothing
        now[size_t(label)] = base->linear.scores(reading)[size_t(label)];
    const double weight = std::clamp(lesson.weight, 0.01, 1.0);
    recent.learn(terms, values, std::move(now), label, base->temperature, weight, 0.5 + 0.3 * weight);
}

Classifier::Classifier(std::shared_ptr<const Model> model)
    : m_model(std::move(model))
{
}

Classifier::~Classifier() = default;

QString Classifier::readText(const QString &subject, const QString &text)
{
    if (subject.isEmpty())
        return text.left(classifierTextLimit);
    return subject.left(classifierSubjectLimit) + QChar(u'\n') + text.left(classifierTextLimit);
}

std::shared_ptr<const Classifier> Classifier::seeded(const Taxonomy &taxonomy) { return trained(taxonomy, {}); }

std::shared_ptr<const Classifier> Classifier::trained(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons,
                                                      const TrainingOptions &options)
{
    std::vector<Lesson> active;
    std::copy_if(lessons.begin(), lessons.end(), std::back_inserter(active),
                 [](const Lesson &lesson) { return !lesson.undoneAt; });
    auto model = std::make_shared<Model>();
    model->exactly = exactlyLearned(active);
    const QByteArray fingerprint = fingerprintOf(taxonomy, active, model->exactly);
    if (options.before && options.before->fingerprint() == fingerprint)
        model->base = options.before->m_model->base;
    else if (!options.stored.isEmpty())
        model->base = baseFromBytes(taxonomy, fingerprint, options.stored);
    if (!model->base)
        model->base = trainedBase(taxonomy, active, model->exactly, options.cancel);
    if (!model->base)
        return nullptr;
    model->known = model->base->known;
    model->precision = options.wantedPrecision;
    model->threshold = classifierThresholdFor(model->base->heldOut, options.wantedPrecision);
    for (size_t i = model->exactly; i < active.size(); ++i)
        model->learn(active[i]);
    return std::shared_ptr<const Classifier>(new Classifier(std::move(model)));
}

std::shared_ptr<const Classifier> Classifier::learned(const Lesson &lesson) const
{
    auto model = std::make_shared<Model>(*m_model);
    if (!lesson.undoneAt)
        model->learn(lesson);
    return std::shared_ptr<const Classifier>(new Classifier(std::move(model)));
}

bool Classifier::isTrainingDue() const
{
    return patchbay::isTrainingDue(m_model->exactly, m_model->lessons, m_model->characters);
}

double Classifier::threshold() const { return m_model->threshold; }

std::vector<ThresholdPoint> Classifier::thresholds() const { return thresholdCurve(m_model->base->heldOut); }

std::shared_ptr<const Classifier> Classifier::withPrecision(double wanted) const
{
    auto model = std::make_shared<Model>(*m_model);
    model->precision = wanted;
    model->threshold = classifierThresholdFor(model->base->heldOut, wanted);
    return std::shared_ptr<const Classifier>(new Classifier(std::move(model)));
}

QByteArray Classifier::stored() const { return bytesOf(*m_model->base); }

QByteArray Classifier::fingerprint() const { return m_model->base->fingerprint; }

Classification Classifier::answered(const Reading &reading) const
{
    const Taxonomy &taxonomy = m_model->base->taxonomy;
    const auto unsorted =
        std::find_if(taxonomy.begin(), taxonomy.end(), [](const Category &c) { return c.isUnsorted; });
    Classification out;
    out.category = unsorted == taxonomy.end() ? CategoryId{} : unsorted->id;
    out.abstained = true;
    if (reading.shares.empty())
        return out;
    const Category &category = taxonomy[reading.best];
    out.confidence = reading.shares[reading.best];
    if (out.confidence < threshold()) {
        out.runnerUp = category.id;
        return out;
    }
    out.abstained = false;
    out.category = category.id;
    out.priority = category.defaultPriority;
    size_t second = reading.best;
    for (size_t k = 0; k < reading.shares.size(); ++k) {
        if (k != reading.best && (second == reading.best || reading.shares[k] > reading.shares[second]))
            second = k;
    }
    if (second != reading.best && reading.shares[second] >= classifierSecond)
        out.runnerUp = taxonomy[second].id;
    return out;
}

Classification Classifier::answer(const QString &subject, const QString &text) const
{
    const Grams grams = gramsOf(readText(subject, text), classifierSubjectLimit + classifierTextLimit + 1);
    return answered(Reading(*m_model, grams, nullptr));
}

Classification Classifier::classify(const QString &subject, const QString &text) const
{
    const Grams grams = gramsOf(readText(subject, text), classifierSubjectLimit + classifierTextLimit + 1);
    std::vector<quint32> termOf;
    const Reading reading(*m_model, grams, &termOf);
    Classification out = answered(reading);
    out.language = guessedLanguage(text.isEmpty() ? subject : text);
    if (reading.shares.empty())
        return out;
    std::vector<double> ofTerm(reading.terms.size(), 0.0);
    const int best = int(reading.best);
    m_model->base->linear.addContributions(reading.linear, best, ofTerm);
    m_model->recent.addContributions(reading.terms, reading.values, best, ofTerm);
    for (size_t i = 0; i < ofTerm.size(); ++i) // one occurrence adds its share
        ofTerm[i] /= reading.terms[i].count;
    out.because = becauseOf(grams, termOf, ofTerm);
    return out;
}

} // namespace patchbay
