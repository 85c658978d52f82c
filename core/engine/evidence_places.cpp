#include "core/engine/evidence_places.h"

#include "core/engine/classifier.h"
#include "core/engine/classifier_because.h"
#include "core/engine/task_draft.h"

#include <algorithm>

namespace patchbay {

namespace {

/// The text that folding leaves, and where each block of it begins.
struct PlacesShown {
    QString text = {};
    std::vector<std::pair<qsizetype, size_t>> blocks = {}; ///< start in `text`, index in the body
};

PlacesShown placesShown(const Body &body)
{
    PlacesShown shown;
    for (size_t i = 0; i < body.blocks.size(); ++i) {
        const BodyBlock &block = body.blocks[i];
        if (block.part != BodyBlock::Part::Text || block.kind == BodyBlock::Kind::Image
            || block.kind == BodyBlock::Kind::Rule)
            continue;
        if (!shown.blocks.empty())
            shown.text += QChar(u'\n');
        shown.blocks.emplace_back(shown.text.size(), i);
        for (const BodyRun &run : block.runs)
            shown.text += QString(run.text).remove(QChar::ObjectReplacementCharacter);
    }
    return shown;
}

bool placesAgree(const std::vector<EvidenceSpan> &a, const std::vector<EvidenceSpan> &b, size_t count)
{
    if (a.size() < count || b.size() < count)
        return false;
    return std::equal(a.begin(), a.begin() + qptrdiff(count), b.begin(),
                      [](const EvidenceSpan &x, const EvidenceSpan &y) { return x.evidence == y.evidence; });
}

/// A text that evidenceSpans() does not read to its end.
bool placesCut(const QString &text)
{
    if (text.size() < qsizetype(ngramWordLimit))
        return false;
    return text.size() > spansTextLimit || gramsOf(text, spansTextLimit).words.size() >= ngramWordLimit;
}

/// How many spans at the beginning of `whole` are the ones that were read.
size_t placesRead(const std::vector<EvidenceSpan> &read, const std::vector<EvidenceSpan> &whole)
{
    size_t count = 0;
    while (count < std::min(read.size(), whole.size()) && read[count] == whole[count])
        ++count;
    return count;
}

} // namespace

EvidencePlaces evidencePlaces(const Message &message, const std::vector<Evidence> &because)
{
    EvidencePlaces out;
    out.message = message.id;
    if (because.empty())
        return out;
    const QString read = Classifier::readText(withoutReplyPrefixes(message.subject), message.text);
    const qsizetype textStart = read.size() - Classifier::readText({}, message.text).size();
    std::vector<qsizetype> last(because.size(), -1); // where each reason begins for the last time
    for (const EvidenceSpan &span : evidenceOccurrences(read, because))
        last[span.evidence] = span.start;
    for (size_t i = 0; i < because.size(); ++i) {
        if (last[i] < 0 && because[i].words.size() < becauseLongest) {
            out.state = EvidencePlaces::State::OtherMessage;
            out.inSubject.clear();
            return out;
        }
        if (last[i] >= 0 && last[i] < textStart)
            out.inSubject << because[i].words;
    }
    std::vector<EvidenceSpan> inText = evidenceSpans(read, because);
    std::erase_if(inText, [textStart](const EvidenceSpan &span) { return span.start < textStart; });
    for (EvidenceSpan &span : inText)
        span.start -= textStart;
    const std::vector<EvidenceSpan> whole = evidenceSpans(message.text, because);
    const PlacesShown shown = placesShown(message.body);
    const std::vector<EvidenceSpan> seen = evidenceSpans(shown.text, because);
    const size_t wanted = placesRead(inText, whole);
    const bool cut = placesCut(message.text) || placesCut(shown.text);
    const size_t compared = cut ? std::max(wanted, std::min(whole.size(), seen.size())) : whole.size();
    if (!placesAgree(whole, seen, compared) || (!cut && seen.size() != whole.size())) {
        out.state = EvidencePlaces::State::ShownOtherwise;
        return out;
    }
    out.state = EvidencePlaces::State::Placed;
    for (size_t i = 0; i < wanted; ++i) {
        const auto after = std::upper_bound(shown.blocks.begin(), shown.blocks.end(), seen[i].start,
                                            [](qsizetype at, const auto &block) { return at < block.first; });
        const auto &[start, block] = *std::prev(after);
        out.places.push_back({block, seen[i].start - start, seen[i].size, seen[i].weight});
    }
    return out;
}

} // namespace patchbay
