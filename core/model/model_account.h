#pragma once

#include "core/model/account.h"
#include "core/model/money.h"

namespace patchbay {

/// One configured account of a model's connector. Secrets are in the secret store, under this uid.
struct ModelAccount {
    ModelId id = {};
    QString uid = {};
    QString connector = {}; ///< catalog id: "openai_compatible", ...
    QString name = {}; ///< unique in the workspace
    QJsonObject settings = {}; ///< with its prices: price_input, price_output
    Health health = Health::Unknown;
    QString healthDetail = {};
    Timestamp addedAt = {};

    /// What a call of so many tokens costs; the setting's texts are checked when they are stored.
    Money cost(qint64 inputTokens, qint64 outputTokens) const
    {
        const auto price = [this](const char *key) {
            return moneyFrom(settings.value(QLatin1String(key)).toString()).value_or(Money{});
        };
        return priceOf(inputTokens, price("price_input")) + priceOf(outputTokens, price("price_output"));
    }
    /// The same in a batch; an account that does not say what that costs pays the whole price. Rounded up.
    Money batchCost(qint64 inputTokens, qint64 outputTokens) const
    {
        const QJsonValue said = settings.value(QLatin1String("batch_percent"));
        const qint64 percent = said.isDouble() ? said.toInteger() : said.toString().toLongLong();
        const qint64 whole = cost(inputTokens, outputTokens).micros;
        return {percent > 0 && percent < 100 ? (whole * percent + 99) / 100 : whole};
    }
};

} // namespace patchbay
