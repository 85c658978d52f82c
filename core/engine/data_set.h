#pragma once

#include "core/engine/classifier.h"
#include "core/engine/examples_file.h"

namespace patchbay {

/// How a model answers examples whose categories are known. Shares are 0..1.
struct DataSetFigures {
    qsizetype examples = 0;
    qsizetype categories = 0; ///< that occur in the examples
    double accuracy = 0; ///< of the first choice, abstained or not
    double macroF1 = 0; ///< mean over the categories that occur
    double calibrationError = 0;
    double coverageAt95 = 0; ///< how many may be answered so that 95 % of those are right, the threshold chosen here
    double threshold = 0; ///< the model's own
    double answered = 0; ///< at it
    double precision = 0; ///< of these
    double microseconds = 0; ///< CPU for one answer
    qsizetype outside = 0; ///< texts that belong to no category
    double outsideAuroc = 0; ///< how well confidence tells them from the examples
    double outsideAbstained = 0; ///< at the model's threshold
    double outsideRecall = 0; ///< abstained where 87 % of the examples are still answered rightly; 0: never
};

/// What a threshold does to examples and to texts that belong to no category. Shares are 0..1.
struct OutsideFigures {
    double threshold = 0;
    double insideRight = 0; ///< examples that are answered, and rightly
    double outsideAbstained = 0;
};

/// A taxonomy of the categories of a file, in the order of their first lines. Pure.
Taxonomy taxonomyOf(const std::vector<LabelledText> &examples);
/// A model that learned the examples (and the taxonomy's names, descriptions and key words). Pure.
std::shared_ptr<const Classifier> trainedOn(const Taxonomy &taxonomy, const std::vector<LabelledText> &examples);

/// Answers all of them. NotFound when an example's category is not in the taxonomy. Any thread; takes its time.
Result<DataSetFigures> evaluateDataSet(const Classifier &classifier, const Taxonomy &taxonomy,
                                       const std::vector<LabelledText> &examples,
                                       const std::vector<LabelledText> &outside);

/// The threshold at which insideRight and outsideAbstained are nearest to each other; of several the highest. `outside`
/// is not empty; errors as above.
Result<double> outsideThreshold(const Classifier &classifier, const Taxonomy &taxonomy,
                                const std::vector<LabelledText> &examples, const std::vector<LabelledText> &outside);
/// What it does to other texts than those that it was chosen from; errors as above.
Result<OutsideFigures> judgeThreshold(const Classifier &classifier, const Taxonomy &taxonomy, double threshold,
                                      const std::vector<LabelledText> &examples,
                                      const std::vector<LabelledText> &outside);

} // namespace patchbay
