#pragma once

#include "core/engine/classifier_spans.h"
#include "core/model/message.h"

namespace patchbay {

/// A part of a shown body that spoke for (weight above 0) or against a category.
struct EvidencePlace {
    size_t block = 0; ///< of the body
    qsizetype start = 0; ///< in all text of the block, object replacement characters left out; UTF-16 units
    qsizetype size = 0;
    double weight = 0;

    bool operator==(const EvidencePlace &) const = default;
};

/// Where the reasons of a classification stand in a message as it is shown.
struct EvidencePlaces {
    enum class State {
        None, ///< there are no words to look for
        Placed,
        OtherMessage, ///< some of the words are not in this message: another one was read
        ShownOtherwise, ///< the words that were read cannot be told among those that are shown
    };

    State state = State::None;
    MessageId message = {};
    std::vector<EvidencePlace> places = {}; ///< in order, without overlaps; only where Placed
    QStringList inSubject = {}; ///< reasons that stand in the subject alone

    bool operator==(const EvidencePlaces &) const = default;
};

/// The classifier reads the subject and the beginning of `text`; a person sees `body`, which may come from another part
/// of the mail. A word is placed only when the same reasons follow each other in both, so that the n-th here is the
/// n-th there; quoted history, signatures and what was not read have no places. Pure; any thread.
EvidencePlaces evidencePlaces(const Message &message, const std::vector<Evidence> &because);

} // namespace patchbay
