#include "bench/lessons_bench.h"

#include "core/engine/classifier.h"
#include "core/engine/data_set.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <cstdio>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t lessonsApplied = 200;
constexpr size_t lessonsStream = 500;
constexpr size_t lessonsBetweenLooks = 100;

std::vector<LabelledText> lessonsFile(const char *name)
{
    const auto read = readExamples(QStringLiteral(PATCHBAY_SHARED "/data/banking77/") + QLatin1String(name));
    if (!read)
        std::printf("no lessons: %s\n", qPrintable(read.error().message));
    return read ? *read : std::vector<LabelledText>();
}

CategoryId lessonsCategory(const Taxonomy &taxonomy, const QString &name)
{
    const auto found =
        std::find_if(taxonomy.begin(), taxonomy.end(), [&](const Category &one) { return one.name == name; });
    return found == taxonomy.end() ? CategoryId() : found->id;
}

Lesson lessonsOne(const Taxonomy &taxonomy, const LabelledText &example, size_t number)
{
    Lesson lesson;
    lesson.message = {qint64(number) + 1};
    lesson.category = lessonsCategory(taxonomy, example.category);
    lesson.text = example.text;
    return lesson;
}

/// Lessons on top of a model that has learned the whole training split, one after the other.
void lessonsApply(Table &table)
{
    const std::vector<LabelledText> train = lessonsFile("train.tsv");
    const std::vector<LabelledText> test = lessonsFile("test.tsv");
    if (train.empty() || test.size() < lessonsApplied)
        return;
    const Taxonomy taxonomy = taxonomyOf(train);
    const Stopwatch training;
    auto model = trainedOn(taxonomy, train);
    const double trained = training.cpuMs();
    Times wall;
    const double before = cpuMicroseconds();
    for (size_t i = 0; i < lessonsApplied; ++i) {
        const Lesson lesson = lessonsOne(taxonomy, test[i], train.size() + i);
        const Stopwatch watch;
        model = model->learned(lesson);
        wall.add(watch.wallMs());
    }
    const double cpu = (cpuMicroseconds() - before) / 1000 / double(lessonsApplied);
    table.row(
        u"exact training of BANKING77 (%1 x %2), with its temperature; CPU"_s.arg(train.size()).arg(taxonomy.size()),
        ms(trained), {}, {}, u"3 s"_s);
    table.row(u"one lesson on top of it"_s,
              u"p50 %1, p95 %2, longest %3; %4 of CPU each"_s.arg(ms(wall.at(0.5)), ms(wall.at(0.95)), ms(wall.at(1)),
                                                                  ms(cpu)),
              {}, {}, u"1 ms"_s);
}

/// Accuracy on what is never learned, after 0, 100, 200 ... messages of which only the wrongly answered became lessons.
QStringList lessonsCurve(const Taxonomy &start, const Taxonomy &named, const std::vector<LabelledText> &stream,
                         const std::vector<LabelledText> &judged)
{
    auto model = Classifier::seeded(start);
    std::vector<Lesson> lessons;
    QStringList curve;
    const auto look = [&] {
        const auto figures = evaluateDataSet(*model, named, judged, {});
        curve << QString::number(figures ? 100 * figures->accuracy : 0, 'f', 1);
    };
    look();
    for (size_t i = 0; i < stream.size(); ++i) {
        const Lesson lesson = lessonsOne(named, stream[i], i);
        const Classification answer = model->answer({}, lesson.text);
        if ((answer.abstained ? answer.runnerUp : answer.category) != lesson.category) {
            lessons.push_back(lesson);
            model = model->learned(lesson);
            TrainingOptions options;
            options.before = model;
            if (model->isTrainingDue())
                model = Classifier::trained(start, lessons, options);
        }
        if ((i + 1) % lessonsBetweenLooks == 0)
            look();
    }
    return curve;
}

} // namespace

void benchLessons(Table &table)
{
    lessonsApply(table);
    std::vector<LabelledText> stream = lessonsFile("train.tsv");
    const std::vector<LabelledText> judged = lessonsFile("test.tsv");
    if (stream.empty() || judged.empty())
        return;
    QRandomGenerator dice(1);
    std::shuffle(stream.begin(), stream.end(), dice);
    stream.resize(std::min(stream.size(), lessonsStream));
    const Taxonomy named = taxonomyOf(judged);
    Taxonomy unnamed = named;
    for (Category &category : unnamed)
        category.name.clear();
    table.row(u"BANKING77 without an example, then %1 messages of which the wrongly answered become lessons: accuracy "
              u"in % on "
              "the test split after each %2"_s.arg(stream.size())
                  .arg(lessonsBetweenLooks),
              lessonsCurve(named, named, stream, judged).join(u", "_s),
              u"without names: "_s + lessonsCurve(unnamed, named, stream, judged).join(u", "_s), {},
              u"better at every point"_s);
}

} // namespace patchbay::bench
