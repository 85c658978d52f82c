#pragma once

#include "connectors/kit/services.h"
#include "core/base/json_reader.h"
#include "core/net/http_client.h"
#include "core/ports/catalog.h"

namespace patchbay {

/// A question of a batch: its key and the body of the call that would ask it alone.
struct AiBatchItem {
    QString key = {};
    QJsonObject body = {};
};

/// What a spec's functions are given about a batch; what a step does not need is empty.
struct AiBatchContext {
    QString key = {}; ///< ours
    std::vector<AiBatchItem> items = {};
    QString uploaded = {}; ///< what `upload` gave
    QString id = {}; ///< the vendor's
    QString place = {}; ///< of its answers, as `status` named it
    QString cursor = {}; ///< of a list's next page
    ModelBatchSearch search = {};
};

/// What a spec's functions are given: everything is a value, nothing can be kept.
struct AiContext {
    QJsonObject settings = {};
    QString model = {}; ///< as the account names it
    ModelQuestion question = {};
    bool structured = true; ///< the vendor is given the schema; otherwise the instructions carry it already
    AiBatchContext batch = {};
};

/// One call of a vendor's API: builds the request from our values, reads our value from the reply. The address is
/// relative to the account's base URL. Without captures, so a spec cannot hold state.
template <class T> struct AiCall {
    Result<Request> (*build)(const AiContext &context) = nullptr;
    Result<T> (*read)(JsonReader &reply, const AiContext &context) = nullptr;
};

/// How far a batch is, and where its answers lie once it has ended.
struct AiBatchStatus {
    bool ended = false;
    QString failure = {};
    QStringList places = {};
};

/// One line of the answers: below `body` stands what the call that asks alone would answer.
struct AiBatchLine {
    QString key = {};
    QString body = {};
    std::optional<Error> error = {};
};

/// A page of the batches over there.
struct AiBatchList {
    QString found = {}; ///< id of the batch that has our key
    QStringList perhaps = {}; ///< ids that only their answers can tell from ours, of those that have ended
    bool undecided = false; ///< one that has not ended may be ours
    QString next = {}; ///< cursor of the next page; empty: none
};

/// A vendor's interface for questions that may take a day.
struct AiBatchSpec {
    int most = 0; ///< questions at once; 0: the vendor has none
    AiCall<QString> upload = {}; ///< where the questions go ahead of the batch, as a file
    AiCall<QString> create = {};
    AiCall<AiBatchStatus> status = {};
    Result<Request> (*answers)(const AiContext &context) = nullptr; ///< JSON lines
    Result<AiBatchLine> (*line)(JsonReader &line, const AiContext &context) = nullptr;
    AiCall<AiBatchList> list = {}; ///< the newest first
};

/// A vendor of models as a table of declared facts and captureless functions; AiSession runs it. A value.
struct AiSpec {
    QString id = {};
    QString title = {};
    QString url = {}; ///< where the vendor is; empty: a person has to say
    QString freePrice = {}; ///< the price that stands in an empty form; empty: a person has to say
    std::vector<FormField> form = {}; ///< without the fields that every model has (aiForm)
    bool needsModel = true; ///< the account names one
    bool takesSchema = true; ///< its API has a field for one
    Credentials (*auth)(const AccountConfig &account) = nullptr;
    RateLimit limit = {};
    std::chrono::milliseconds deadline{30000}; ///< of one call; setting deadline_ms
    VendorWords words = &commonWords;
    QStringList finalWords = {}; ///< in the words of a 429 that waiting does not help
    AiCall<ModelAnswer> ask = {};
    AiCall<QString> test = {};
    AiBatchSpec batch = {};
};

/// The spec's form with the fields that every model has: url, model, prices, limits.
std::vector<FormField> aiForm(const AiSpec &spec);
/// checkForm() over aiForm(), and the prices.
Result<Done> checkAiForm(const AiSpec &spec, const AccountConfig &account);
/// The catalog entry of a spec. `check` is made by makeAiInfo.
ModelConnectorInfo aiInfoOf(AiSpec spec, const ConnectorServices &services,
                            Result<Done> (*check)(const AccountConfig &));

/// The catalog entry of the spec that a function gives; its check is generated from the form.
template <AiSpec (*spec)()> ModelConnectorInfo makeAiInfo(const ConnectorServices &services)
{
    return aiInfoOf(spec(), services, [](const AccountConfig &account) { return checkAiForm(spec(), account); });
}

} // namespace patchbay
