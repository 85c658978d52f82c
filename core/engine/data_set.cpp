#include "core/engine/data_set.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr double dataSetPrecision = 0.95;
constexpr double dataSetInScope = 0.87;

struct DataSetAnswer {
    CategoryId first = {};
    double confidence = 0;
};

std::vector<DataSetAnswer> dataSetAnswers(const Classifier &classifier, const std::vector<LabelledText> &texts)
{
    std::vector<DataSetAnswer> out;
    out.reserve(texts.size());
    for (const LabelledText &each : texts) {
        const Classification answer = classifier.answer({}, each.text);
        out.push_back({answer.abstained ? answer.runnerUp : answer.category, answer.confidence});
    }
    return out;
}

double dataSetMacroF1(const std::vector<CategoryId> &wanted, const std::vector<DataSetAnswer> &answers)
{
    struct Count {
        int wanted = 0;
        int given = 0;
        int right = 0;
    };
    QHash<CategoryId, Count> counts;
    for (size_t i = 0; i < wanted.size(); ++i) {
        ++counts[wanted[i]].wanted;
        ++counts[answers[i].first].given;
        counts[wanted[i]].right += wanted[i] == answers[i].first ? 1 : 0;
    }
    double sum = 0;
    int occurring = 0;
    for (const Count &count : std::as_const(counts)) {
        if (count.wanted == 0)
            continue;
        ++occurring;
        sum += 2.0 * count.right / double(count.wanted + count.given);
    }
    return occurring ? sum / occurring : 0;
}

/// The chance that an example is surer than a text from outside; the same counts half.
double dataSetAuroc(const std::vector<HeldOutAnswer> &inside, const std::vector<DataSetAnswer> &outside)
{
    std::vector<double> sorted;
    for (const DataSetAnswer &answer : outside)
        sorted.push_back(answer.confidence);
    std::sort(sorted.begin(), sorted.end());
    double sum = 0;
    for (const HeldOutAnswer &answer : inside) {
        const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), answer.confidence);
        sum += double(low - sorted.begin()) + 0.5 * double(high - low);
    }
    return sum / double(inside.size()) / double(outside.size());
}

/// What is abstained from at the highest threshold that leaves enough examples answered rightly.
double dataSetOutsideRecall(const std::vector<HeldOutAnswer> &inside, const std::vector<DataSetAnswer> &outside)
{
    std::vector<double> right;
    for (const HeldOutAnswer &answer : inside) {
        if (answer.right)
            right.push_back(answer.confidence);
    }
    std::sort(right.rbegin(), right.rend());
    const size_t needed = size_t(dataSetInScope * double(inside.size()) + 0.999999);
    if (needed == 0 || needed > right.size())
        return 0;
    const double threshold = right[needed - 1];
    const auto abstained = std::count_if(outside.begin(), outside.end(),
                                         [=](const DataSetAnswer &answer) { return answer.confidence < threshold; });
    return double(abstained) / double(outside.size());
}

Result<std::vector<CategoryId>> dataSetWanted(const Taxonomy &taxonomy, const std::vector<LabelledText> &examples)
{
    QHash<QString, CategoryId> ids;
    for (const Category &category : taxonomy)
        ids.insert(category.name, category.id);
    std::vector<CategoryId> wanted;
    for (const LabelledText &example : examples) {
        if (!ids.contains(example.category))
            return makeError(Error::Kind::NotFound,
                             u"The category “%1” of line %2 is none that the model knows."_s.arg(example.category)
                                 .arg(example.line));
        wanted.push_back(ids.value(example.category));
    }
    return wanted;
}

/// The confidences of the right answers to the examples and of all answers to the others, each in falling order.
struct DataSetSides {
    std::vector<double> right = {};
    std::vector<double> outside = {};
    size_t examples = 0;

    OutsideFigures at(double threshold) const
    {
        const auto kept = [threshold](const std::vector<double> &falling) {
            return std::upper_bound(falling.begin(), falling.end(), threshold, std::greater<>()) - falling.begin();
        };
        return {threshold, double(kept(right)) / double(std::max<size_t>(examples, 1)),
                1 - double(kept(outside)) / double(std::max<size_t>(outside.size(), 1))};
    }
};

Result<DataSetSides> dataSetSides(const Classifier &classifier, const Taxonomy &taxonomy,
                                  const std::vector<LabelledText> &examples, const std::vector<LabelledText> &outside)
{
    const Result<std::vector<CategoryId>> wanted = dataSetWanted(taxonomy, examples);
    if (!wanted)
        return wanted.error();
    DataSetSides sides;
    sides.examples = examples.size();
    const std::vector<DataSetAnswer> answers = dataSetAnswers(classifier, examples);
    for (size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].first == (*wanted)[i])
            sides.right.push_back(answers[i].confidence);
    }
    for (const DataSetAnswer &answer : dataSetAnswers(classifier, outside))
        sides.outside.push_back(answer.confidence);
    std::sort(sides.right.rbegin(), sides.right.rend());
    std::sort(sides.outside.rbegin(), sides.outside.rend());
    return sides;
}

} // namespace

Taxonomy taxonomyOf(const std::vector<LabelledText> &examples)
{
    Taxonomy taxonomy;
    QHash<QString, bool> seen;
    for (const LabelledText &example : examples) {
        if (seen.contains(example.category))
            continue;
        seen.insert(example.category, true);
        Category category;
        category.id = {qint64(taxonomy.size()) + 1};
        category.name = example.category;
        category.position = int(taxonomy.size());
        taxonomy.push_back(category);
    }
    return taxonomy;
}

std::shared_ptr<const Classifier> trainedOn(const Taxonomy &taxonomy, const std::vector<LabelledText> &examples)
{
    QHash<QString, CategoryId> ids;
    for (const Category &category : taxonomy)
        ids.insert(category.name, category.id);
    std::vector<Lesson> lessons;
    lessons.reserve(examples.size());
    for (const LabelledText &example : examples) {
        Lesson lesson;
        lesson.category = ids.value(example.category);
        lesson.text = example.text;
        lessons.push_back(std::move(lesson));
    }
    return Classifier::trained(taxonomy, lessons);
}

Result<DataSetFigures> evaluateDataSet(const Classifier &classifier, const Taxonomy &taxonomy,
                                       const std::vector<LabelledText> &examples,
                                       const std::vector<LabelledText> &outside)
{
    const Result<std::vector<CategoryId>> known = dataSetWanted(taxonomy, examples);
    if (!known)
        return known.error();
    const std::vector<CategoryId> &wanted = *known;
    const std::clock_t start = std::clock();
    const std::vector<DataSetAnswer> answers = dataSetAnswers(classifier, examples);
    const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    DataSetFigures figures;
    figures.examples = qsizetype(examples.size());
    figures.categories = qsizetype(QSet<CategoryId>(wanted.begin(), wanted.end()).size());
    figures.microseconds = seconds * 1e6 / double(examples.size());
    figures.threshold = classifier.threshold();
    std::vector<HeldOutAnswer> judged;
    double answered = 0;
    double right = 0;
    for (size_t i = 0; i < answers.size(); ++i) {
        judged.push_back({answers[i].confidence, answers[i].first == wanted[i]});
        figures.accuracy += judged.back().right ? 1 : 0;
        answered += answers[i].confidence >= figures.threshold ? 1 : 0;
        right += answers[i].confidence >= figures.threshold && judged.back().right ? 1 : 0;
    }
    figures.accuracy /= double(answers.size());
    figures.answered = answered / double(answers.size());
    figures.precision = answered > 0 ? right / answered : 0;
    figures.macroF1 = dataSetMacroF1(wanted, answers);
    figures.calibrationError = calibrationError(judged);
    if (const auto point = thresholdFor(thresholdCurve(judged), dataSetPrecision))
        figures.coverageAt95 = point->coverage;
    if (outside.empty())
        return figures;
    const std::vector<DataSetAnswer> others = dataSetAnswers(classifier, outside);
    figures.outside = qsizetype(others.size());
    figures.outsideAuroc = dataSetAuroc(judged, others);
    figures.outsideRecall = dataSetOutsideRecall(judged, others);
    const auto abstained = std::count_if(others.begin(), others.end(), [&](const DataSetAnswer &answer) {
        return answer.confidence < figures.threshold;
    });
    figures.outsideAbstained = double(abstained) / double(others.size());
    return figures;
}

Result<double> outsideThreshold(const Classifier &classifier, const Taxonomy &taxonomy,
                                const std::vector<LabelledText> &examples, const std::vector<LabelledText> &outside)
{
    const Result<DataSetSides> sides = dataSetSides(classifier, taxonomy, examples, outside);
    if (!sides)
        return sides.error();
    // The one grows with the threshold while the other falls, so that they cross once. Their largest sum is a flat hill
    // whose top a few texts move about.
    const auto apart = [](const OutsideFigures &figures) {
        return std::abs(figures.insideRight - figures.outsideAbstained);
    };
    OutsideFigures best = sides->at(0);
    for (const double threshold : sides->right) {
        const OutsideFigures figures = sides->at(threshold);
        if (apart(figures) < apart(best))
            best = figures;
    }
    return best.threshold;
}

Result<OutsideFigures> judgeThreshold(const Classifier &classifier, const Taxonomy &taxonomy, double threshold,
                                      const std::vector<LabelledText> &examples,
                                      const std::vector<LabelledText> &outside)
{
    const Result<DataSetSides> sides = dataSetSides(classifier, taxonomy, examples, outside);
    if (!sides)
        return sides.error();
    return sides->at(threshold);
}

} // namespace patchbay
