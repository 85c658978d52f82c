#include "app/ctl/ctl.h"

#include "core/engine/data_set.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>

#include <ctime>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString shareText(double share) { return u"%1 %"_s.arg(share * 100, 0, 'f', 1); }

Async<Result<CtlOutput>> runTrain(CtlRun *run)
{
    const QString path = run->arguments.at(0);
    Result<std::vector<LabelledText>> examples = readExamples(path);
    if (!examples)
        co_return examples.error();
    QFuture<Result<Commands::Taught>> teaching =
        run->app->commands()->teach(std::move(*examples), QFileInfo(path).fileName(), run->has(u"add-categories"_s));
    const Result<Commands::Taught> taught = co_await finished(teaching);
    if (!taught)
        co_return taught.error();
    CtlOutput output;
    output.json = {{u"added"_s, taught->added},
                   {u"known"_s, taught->known},
                   {u"changed"_s, taught->changed},
                   {u"new_categories"_s, QJsonArray::fromStringList(taught->newCategories)}};
    output.text =
        u"%1 lessons, %2 of them known before; %3 in another category than before; new categories: %4.\n"_s
            .arg(taught->added + taught->known)
            .arg(taught->known)
            .arg(taught->changed)
            .arg(taught->newCategories.isEmpty() ? u"none"_s : forTerminal(taught->newCategories.join(u", "_s)));
    co_return output;
}

/// What is evaluated: a model and the categories that it knows.
struct CtlModel {
    std::shared_ptr<const Classifier> classifier = {};
    Taxonomy taxonomy = {};
    double seconds = 0; ///< CPU of its training; 0: it was there
};

Result<CtlModel> modelOfFile(const QString &path)
{
    const Result<std::vector<LabelledText>> examples = readExamples(path);
    if (!examples)
        return examples.error();
    CtlModel model;
    model.taxonomy = taxonomyOf(*examples);
    const std::clock_t start = std::clock();
    model.classifier = trainedOn(model.taxonomy, *examples);
    model.seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    return model;
}

CtlOutput evaluated(const DataSetFigures &figures, double seconds)
{
    CtlOutput output;
    output.json = {{u"examples"_s, figures.examples},
                   {u"categories"_s, figures.categories},
                   {u"accuracy"_s, figures.accuracy},
                   {u"macro_f1"_s, figures.macroF1},
                   {u"calibration_error"_s, figures.calibrationError},
                   {u"coverage_at_95"_s, figures.coverageAt95},
                   {u"threshold"_s, figures.threshold},
                   {u"answered"_s, figures.answered},
                   {u"precision"_s, figures.precision},
                   {u"microseconds"_s, figures.microseconds},
                   {u"training_seconds"_s, seconds}};
    output.text = u"%1 examples of %2 categories\naccuracy %3, macro F1 %4\ncalibration error %5\n"
                  u"coverage at 95 % precision %6\nat the model's threshold: %7 answered, %8 of them right\n"
                  u"%9 us of CPU each"_s.arg(figures.examples)
                      .arg(figures.categories)
                      .arg(shareText(figures.accuracy), shareText(figures.macroF1), shareText(figures.calibrationError),
                           shareText(figures.coverageAt95), shareText(figures.answered), shareText(figures.precision))
                      .arg(figures.microseconds, 0, 'f', 1);
    output.text += seconds > 0 ? u", trained in %1 s\n"_s.arg(seconds, 0, 'f', 2) : u"\n"_s;
    if (figures.outside > 0) {
        output.json.insert(u"out_of_scope"_s,
                           QJsonObject{{u"texts"_s, figures.outside},
                                       {u"auroc"_s, figures.outsideAuroc},
                                       {u"abstained"_s, figures.outsideAbstained},
                                       {u"recall_at_87"_s, figures.outsideRecall}});
        output.text +=
            u"%1 texts out of scope: AUROC %2, %3 abstained from; %4 where 87 % of the examples are answered "
            u"rightly\n"_s.arg(figures.outside)
                .arg(figures.outsideAuroc, 0, 'f', 3)
                .arg(shareText(figures.outsideAbstained), shareText(figures.outsideRecall));
    }
    return output;
}

Result<std::vector<LabelledText>> examplesOf(const QStringList &paths)
{
    std::vector<LabelledText> all;
    for (const QString &path : paths) {
        const Result<std::vector<LabelledText>> more = readExamples(path);
        if (!more)
            return more.error();
        all.insert(all.end(), more->begin(), more->end());
    }
    return all;
}

/// The texts that a threshold is chosen from.
struct CtlTuning {
    std::vector<LabelledText> examples = {};
    std::vector<LabelledText> outside = {};
};

Result<CtlTuning> tuningOf(const CtlRun *run)
{
    Result<std::vector<LabelledText>> examples = examplesOf(run->parser->values(u"tune"_s));
    if (!examples)
        return examples.error();
    Result<std::vector<LabelledText>> outside = examplesOf(run->parser->values(u"tune-oos"_s));
    if (!outside)
        return outside.error();
    const bool isAsked = run->has(u"tune"_s) || run->has(u"tune-oos"_s);
    if (isAsked && (examples->empty() || outside->empty() || !run->has(u"oos"_s)))
        return makeError(Error::Kind::Refused,
                         u"A threshold is chosen from --tune and --tune-oos together, and judged on --oos."_s);
    return CtlTuning{std::move(*examples), std::move(*outside)};
}

Result<Done> addTuned(CtlOutput &output, const CtlModel &model, const CtlTuning &tuning,
                      const std::vector<LabelledText> &examples, const std::vector<LabelledText> &outside)
{
    const Result<double> threshold =
        outsideThreshold(*model.classifier, model.taxonomy, tuning.examples, tuning.outside);
    if (!threshold)
        return threshold.error();
    const Result<OutsideFigures> figures =
        judgeThreshold(*model.classifier, model.taxonomy, *threshold, examples, outside);
    if (!figures)
        return figures.error();
    output.json.insert(u"tuned"_s,
                       QJsonObject{{u"threshold"_s, figures->threshold},
                                   {u"in_scope_right"_s, figures->insideRight},
                                   {u"out_of_scope_abstained"_s, figures->outsideAbstained}});
    output.text += u"at the threshold %1 that was chosen from the other texts: %2 of the examples answered rightly, %3 "
                   u"of the texts out of scope abstained from\n"_s.arg(figures->threshold, 0, 'f', 3)
                       .arg(shareText(figures->insideRight), shareText(figures->outsideAbstained));
    return Done{};
}

Async<Result<CtlOutput>> runEvaluate(CtlRun *run)
{
    const Result<std::vector<LabelledText>> examples = readExamples(run->arguments.at(0));
    if (!examples)
        co_return examples.error();
    const Result<std::vector<LabelledText>> read = examplesOf(run->parser->values(u"oos"_s));
    if (!read)
        co_return read.error();
    const std::vector<LabelledText> &outside = *read;
    const Result<CtlTuning> tuning = tuningOf(run);
    if (!tuning)
        co_return tuning.error();
    CtlModel model;
    if (run->has(u"train"_s)) {
        Result<CtlModel> made = modelOfFile(run->option(u"train"_s));
        if (!made)
            co_return made.error();
        model = std::move(*made);
    } else {
        run->open.readOnly = true;
        Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
        if (!app)
            co_return app.error();
        run->app = std::move(*app);
        const auto snapshot = run->app->snapshots().current();
        model.classifier = snapshot->classifier;
        model.taxonomy = snapshot->taxonomy;
    }
    const Result<DataSetFigures> figures = evaluateDataSet(*model.classifier, model.taxonomy, *examples, outside);
    if (!figures)
        co_return figures.error();
    CtlOutput output = evaluated(*figures, model.seconds);
    if (!tuning->examples.empty()) {
        if (const Result<Done> tuned = addTuned(output, model, *tuning, *examples, outside); !tuned)
            co_return tuned.error();
    }
    co_return output;
}

} // namespace

QList<CtlCommand> classifierCommands()
{
    const QCommandLineOption add(u"add-categories"_s, u"Add the categories that the workspace does not have."_s);
    const QCommandLineOption train(u"train"_s, u"Learn this file instead of opening a workspace."_s, u"FILE"_s);
    const QCommandLineOption tune(u"tune"_s, u"Choose a threshold from these examples, and judge it."_s, u"FILE"_s);
    const QCommandLineOption tuneOos(u"tune-oos"_s, u"Texts of no category to choose it from; may be said again."_s,
                                     u"FILE"_s);
    const QCommandLineOption oos(u"oos"_s, u"Texts that belong to no category; may be said again."_s, u"FILE"_s);
    return {
        {{u"train"_s},
         u"FILE.tsv [--add-categories]"_s,
         u"Make each line category<TAB>text a lesson. A line that is one already is passed by."_s,
         {u"patchbayctl train examples.tsv"_s},
         CtlAccess::Write,
         1,
         1,
         {add},
         nullptr,
         runTrain},
        {{u"evaluate"_s},
         u"FILE.tsv [--train FILE.tsv] [--oos FILE.tsv]... [--tune FILE.tsv --tune-oos FILE.tsv]"_s,
         u"How well the model answers examples: accuracy, calibration, coverage, speed."_s,
         {u"patchbayctl --json evaluate test.tsv --train train.tsv"_s},
         CtlAccess::None,
         1,
         1,
         {train, oos, tune, tuneOos},
         nullptr,
         runEvaluate},
    };
}

} // namespace patchbay
