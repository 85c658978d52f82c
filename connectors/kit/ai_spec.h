#pragma once

#include "connectors/kit/services.h"
#include "core/base/json_reader.h"
#include "core/net/http_client.h"
#include "core/ports/catalog.h"

namespace patchbay {

/// What a spec's functions are given: everything is a value, nothing can be kept.
struct AiContext {
    QJsonObject settings = {};
    QString model = {}; ///< as the account names it
    ModelQuestion question = {};
    bool structured = true; ///< the vendor is given the schema; otherwise the instructions carry it already
};

/// One call of a vendor's API: builds the request from our values, reads our value from the reply. The address is
/// relative to the account's base URL. Without captures, so a spec cannot hold state.
template <class T> struct AiCall {
    Result<Request> (*build)(const AiContext &context) = nullptr;
    Result<T> (*read)(JsonReader &reply, const AiContext &context) = nullptr;
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
