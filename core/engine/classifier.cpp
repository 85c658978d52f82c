#include "core/engine/classifier.h"

#include "core/engine/classifier_because.h"
#include "core/engine/classifier_language.h"
#include "core/engine/classifier_linear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace patchbay {

namespace {

constexpr double classifierThreshold = 0.35;
constexpr double classifierSeedTemperature = 0.3;
constexpr int classifierSubjectLimit = 300;
constexpr int classifierTextLimit = 4000;
constexpr int classifierPasses = 12;
constexpr int classifierLessonsToCalibrate = 60;

Grams classifierGrams(const QString &subject, const QString &text)
{
    return gramsOf(subject.left(classifierSubjectLimit) + QChar(u'\n') + text.left(classifierTextLimit),
                   classifierSubjectLimit + classifierTextLimit + 1);
}

/// What a seed teaches: "my" in "cancel my order" is no sign of an order.
std::vector<Term> classifierSeedTerms(const QString &text)
{
    Grams grams = gramsOf(text);
    std::vector<bool> frequent;
    for (size_t i = 0; i < grams.words.size(); ++i)
        frequent.push_back(isFrequentWord(foldedWord(grams.word(i).toString())));
    std::erase_if(grams.grams,
                  [&](const Gram &gram) { return gram.firstWord == gram.lastWord && frequent[gram.firstWord]; });
    return termsOf(grams);
}

std::vector<double> classifierShares(const std::vector<float> &scores, double temperature)
{
    std::vector<double> out(scores.size());
    const float top = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (size_t k = 0; k < scores.size(); ++k)
        sum += out[k] = std::exp(double(scores[k] - top) / temperature);
    for (double &share : out)
        share /= sum;
    return out;
}

} // namespace

struct Classifier::Model {
    Taxonomy taxonomy;
    std::vector<size_t> classes; // class -> index in taxonomy
    std::vector<bool> known; // class has a seed or a lesson; Unsorted has no seed
    LinearModel linear;
    double temperature = classifierSeedTemperature;

    explicit Model(const Taxonomy &from)
        : taxonomy(from)
        , linear(int(from.size()))
    {
        for (size_t i = 0; i < taxonomy.size(); ++i) {
            classes.push_back(i);
            known.push_back(!taxonomy[i].isUnsorted);
        }
    }

    int classOf(CategoryId id) const
    {
        for (size_t k = 0; k < classes.size(); ++k) {
            if (taxonomy[classes[k]].id == id)
                return int(k);
        }
        return -1;
    }

    const Category *unsorted() const
    {
        const auto it = std::find_if(taxonomy.begin(), taxonomy.end(), [](const Category &c) { return c.isUnsorted; });
        return it == taxonomy.end() ? nullptr : &*it;
    }

    std::vector<LinearExample> seeds() const
    {
        std::vector<LinearExample> out;
        const auto seed = [&out](int label, QString text, float weight) {
            LinearExample example{classifierSeedTerms(text.replace(u'_', u' ')), label, weight, 0};
            if (!example.terms.empty())
                out.push_back(std::move(example));
        };
        for (size_t k = 0; k < classes.size(); ++k) {
            const Category &category = taxonomy[classes[k]];
            if (category.isUnsorted)
                continue;
            seed(int(k), category.name, 1.0f);
            seed(int(k), category.description, 0.5f);
            for (const QString &word : category.keywords)
                seed(int(k), word, 0.7f);
        }
        return out;
    }

    std::optional<LinearExample> exampleOf(const Lesson &lesson) const
    {
        const int label = classOf(lesson.category);
        if (label < 0 || lesson.undoneAt)
            return std::nullopt;
        LinearExample example{termsOf(gramsOf(lesson.text, classifierTextLimit)), label, float(lesson.weight) * 2.0f,
                              lesson.message.value};
        if (example.terms.empty())
            return std::nullopt;
        return example;
    }

    void note(const LinearExample &example) { known[size_t(example.label)] = true; }

    /// Scores with classes that nothing was learned of left out of the race.
    std::vector<float> scores(const LinearReading &reading) const
    {
        std::vector<float> out = linear.scores(reading);
        for (size_t k = 0; k < out.size(); ++k) {
            if (!known[k])
                out[k] = -1e6f;
        }
        return out;
    }

    void calibrate(const std::vector<LinearExample> &seedExamples, const std::vector<LinearExample> &lessons);
};

/// One temperature, fitted on a fifth of the lessons that a model of the others has not seen.
void Classifier::Model::calibrate(const std::vector<LinearExample> &seedExamples,
                                  const std::vector<LinearExample> &lessons)
{
    if (int(lessons.size()) < classifierLessonsToCalibrate)
        return;
    const size_t first = lessons.size() > 3000 ? lessons.size() - 3000 : 0; // the newest say how it is now
    std::vector<LinearExample> rest = seedExamples;
    std::vector<const LinearExample *> held;
    for (size_t i = first; i < lessons.size(); ++i) {
        if (i % 5 == 4)
            held.push_back(&lessons[i]);
        else
            rest.push_back(lessons[i]);
    }
    Model partial(taxonomy);
    partial.linear.fit(rest, classifierPasses / 2);
    std::vector<std::vector<float>> scores;
    for (const LinearExample *example : held)
        scores.push_back(partial.linear.scores(partial.linear.read(example->terms)));
    double best = 1e300;
    for (double candidate = 0.06; candidate < 1.0; candidate *= 1.15) {
        double loss = 0;
        for (size_t i = 0; i < held.size(); ++i)
            loss -= std::log(std::max(classifierShares(scores[i], candidate)[size_t(held[i]->label)], 1e-9));
        if (loss < best) {
            best = loss;
            temperature = candidate;
        }
    }
}

Classifier::Classifier(std::shared_ptr<const Model> model)
    : m_model(std::move(model))
{
}

Classifier::~Classifier() = default;

std::shared_ptr<const Classifier> Classifier::seeded(const Taxonomy &taxonomy) { return trained(taxonomy, {}); }

std::shared_ptr<const Classifier> Classifier::trained(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons)
{
    auto model = std::make_shared<Model>(taxonomy);
    const std::vector<LinearExample> seeds = model->seeds();
    std::vector<LinearExample> learned;
    QHash<qint64, size_t> newest; // message -> the lesson that counts: the last word of a person
    for (const Lesson &lesson : lessons) {
        std::optional<LinearExample> example = model->exampleOf(lesson);
        if (!example)
            continue;
        model->note(*example);
        const auto it = example->tag ? newest.constFind(example->tag) : newest.constEnd();
        if (it != newest.constEnd()) {
            learned[*it] = std::move(*example);
            continue;
        }
        if (example->tag)
            newest.insert(example->tag, learned.size());
        learned.push_back(std::move(*example));
    }
    model->calibrate(seeds, learned);
    std::vector<LinearExample> all = seeds;
    all.insert(all.end(), std::make_move_iterator(learned.begin()), std::make_move_iterator(learned.end()));
    model->linear.fit(all, classifierPasses);
    return std::shared_ptr<const Classifier>(new Classifier(std::move(model)));
}

std::shared_ptr<const Classifier> Classifier::learned(const Lesson &lesson) const
{
    auto model = std::make_shared<Model>(*m_model);
    if (const std::optional<LinearExample> example = model->exampleOf(lesson)) {
        model->note(*example);
        model->linear.add(*example);
    }
    return std::shared_ptr<const Classifier>(new Classifier(std::move(model)));
}

double Classifier::threshold() const { return classifierThreshold; }

Classification Classifier::classify(const QString &subject, const QString &text) const
{
    Classification out;
    const Category *unsorted = m_model->unsorted();
    out.language = guessedLanguage(text.isEmpty() ? subject : text);
    out.category = unsorted ? unsorted->id : CategoryId{};
    out.abstained = true;
    const Grams grams = classifierGrams(subject, text);
    std::vector<quint32> termOf;
    const std::vector<Term> terms = termsOf(grams, &termOf);
    if (terms.empty() || std::none_of(m_model->known.begin(), m_model->known.end(), [](bool b) { return b; }))
        return out;
    const LinearReading reading = m_model->linear.read(terms);
    const std::vector<double> shares = classifierShares(m_model->scores(reading), m_model->temperature);
    const size_t best = size_t(std::max_element(shares.begin(), shares.end()) - shares.begin());
    const Category &category = m_model->taxonomy[m_model->classes[best]];
    out.confidence = shares[best];
    // One occurrence of a term adds its share of what the term adds.
    std::vector<double> ofTerm(terms.size(), 0.0);
    const std::vector<float> contributions = m_model->linear.contributions(reading, int(best));
    for (size_t i = 0; i < contributions.size(); ++i)
        ofTerm[reading.terms[i]] = double(contributions[i]) / terms[reading.terms[i]].count;
    out.because = becauseOf(grams, termOf, ofTerm);
    if (out.confidence < threshold()) {
        out.runnerUp = category.id;
        return out;
    }
    out.abstained = false;
    out.category = category.id;
    out.priority = category.defaultPriority;
    std::vector<double> others = shares;
    others[best] = -1;
    const size_t second = size_t(std::max_element(others.begin(), others.end()) - others.begin());
    if (others[second] >= 0.05)
        out.runnerUp = m_model->taxonomy[m_model->classes[second]].id;
    return out;
}

} // namespace patchbay
