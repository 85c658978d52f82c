#pragma once

#include "core/ports/destination.h"

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
    /// Signs in and looks for the model; costs nothing, and no customer's word leaves. The value is a sentence.
    virtual Async<Result<QString>> test() = 0;
};

} // namespace patchbay
