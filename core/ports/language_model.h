#pragma once

#include "core/base/clock.h"
#include "core/ports/destination.h"

#include <QtCore/QStringList>

#include <vector>

namespace patchbay {

/// What a remote model is asked, as it leaves: everything of a customer's in `text` was redacted before.
struct ModelQuestion {
    QString key = {}; ///< the delivery's key
    QString instructions = {}; ///< ours
    QString text = {}; ///< the customer's words between marks: data, never instructions
    QString schemaName = {}; ///< a-z and _
    QJsonObject schema = {}; ///< JSON schema that the answer has to fit, of the forms that every vendor knows
    int maxOutputTokens = 1000;
};

struct ModelUsage {
    qint64 inputTokens = 0; ///< those that came from the vendor's own cache included
    qint64 outputTokens = 0; ///< those of its reasoning included
};

/// What came back; nobody has looked at `text` yet.
struct ModelAnswer {
    QString id = {}; ///< the other side's
    QString model = {}; ///< which one answered, as it says itself
    QString text = {}; ///< verbatim
    std::optional<ModelUsage> usage = {}; ///< none: it did not say
    QString refusal = {}; ///< the model's own words when it declined
    bool cutShort = false; ///< it reached a limit: the text is not whole
};

/// One answer out of a batch, or why there is none.
struct ModelBatchAnswer {
    QString key = {}; ///< of the question
    Result<ModelAnswer> answer = {}; ///< an error costs nothing, unless it is `ambiguous`
};

/// How far a batch is over there.
struct ModelBatchReading {
    bool ended = false; ///< no more answers will come than these
    QString failure = {}; ///< in the other side's words, when it took the batch and then did nothing with it
    std::vector<ModelBatchAnswer> answers = {}; ///< in any order; none before it has ended
};

/// What tells a batch of ours from the others over there.
struct ModelBatchSearch {
    QString key = {};
    QStringList questions = {}; ///< keys of its questions; those whose conversation was deleted since are left out
    int size = 0; ///< how many it had
    QStringList others = {}; ///< ids of batches that are known not to be it
    Timestamp notBefore = {}; ///< it was not made earlier than that, by our clock
};

/// The live connection of one account of a model's vendor, or of a server of one's own. Owned by Models, lives on the
/// event loop's thread; outlives its calls.
class LanguageModel {
public:
    virtual ~LanguageModel() = default;
    /// Of one call.
    virtual std::chrono::milliseconds deadline() const = 0;
    /// Who is asked: "api.example.org".
    virtual QString host() const = 0;
    /// One call, without a repeat. An error is `ambiguous` when the question may have been answered, and charged, over
    /// there; asking again doubles nothing but the price.
    virtual Async<Result<ModelAnswer>> ask(ModelQuestion question, BeforeEffect beforeEffect) = 0;

    /// Hands over questions that may take a day; the value is the other side's id of the batch. Each question's key
    /// comes back with its answer. An error is `ambiguous` when the batch may be there; Refused where the vendor has no
    /// interface for that.
    virtual Async<Result<QString>> sendBatch(QString key, std::vector<ModelQuestion> questions,
                                             BeforeEffect beforeEffect) = 0;
    /// The other side's id of the batch, or nothing when it is not there. Cancelled, with the time to wait, when that
    /// cannot be told yet.
    virtual Async<Result<std::optional<QString>>> findBatch(ModelBatchSearch search) = 0;
    virtual Async<Result<ModelBatchReading>> readBatch(QString id) = 0;

    /// Signs in and looks for the model; costs nothing, and no customer's word leaves. The value is a sentence.
    virtual Async<Result<QString>> test() = 0;
};

} // namespace patchbay
