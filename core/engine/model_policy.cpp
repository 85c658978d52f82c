#include "core/engine/model_policy.h"

#include "core/store/misc_tables.h"
#include "core/store/model_call_table.h"
#include "core/store/model_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 policyFrame = 600; // tokens that a vendor adds around question and schema
constexpr int policyLongestAnswer = 1500; // where the account does not say

} // namespace

ModelPolicy modelPolicy(Database &db)
{
    ModelPolicy policy;
    policy.allowed = settings::get(db, u"models.allowed"_s) == "1"_L1;
    policy.automatic = settings::get(db, u"models.automatic"_s) == "1"_L1;
    policy.account = settings::get(db, u"models.account"_s, u""_s);
    policy.budget = {settings::get(db, u"models.budget"_s, u"0"_s).toLongLong()};
    policy.currency = settings::get(db, u"models.currency"_s, policy.currency);
    return policy;
}

void setModelPolicy(Database &db, const ModelPolicy &policy)
{
    settings::set(db, u"models.allowed"_s, policy.allowed ? u"1"_s : u"0"_s);
    settings::set(db, u"models.automatic"_s, policy.automatic ? u"1"_s : u"0"_s);
    settings::set(db, u"models.account"_s, policy.account.isNull() ? u""_s : policy.account);
    settings::set(db, u"models.budget"_s, QString::number(policy.budget.micros));
    settings::set(db, u"models.currency"_s, policy.currency);
    db.changes().models = true;
}

Result<ModelAccount> modelToAsk(Database &db, const ModelPolicy &policy, ModelId wanted)
{
    if (!policy.allowed)
        return makeError(
            Error::Kind::Refused,
            u"Remote models are not allowed in this workspace, so nothing was asked. A lead allows them in "
            "“Remote models…”."_s);
    const std::vector<ModelAccount> all = model_accounts::all(db);
    if (all.empty())
        return makeError(Error::Kind::Refused, u"No model is set up. Add one in “Remote models…”."_s);
    const auto is = [&](const ModelAccount &model) {
        return wanted ? model.id == wanted : policy.account.isEmpty() || model.uid == policy.account;
    };
    const auto found = std::find_if(all.begin(), all.end(), is);
    if (found == all.end())
        return makeError(Error::Kind::NotFound, u"The chosen model is not in the workspace any more."_s);
    return *found;
}

int longestAnswer(const ModelAccount &model)
{
    const QJsonValue most = model.settings.value("max_output_tokens"_L1);
    const int tokens = most.isDouble() ? most.toInt() : most.toString().toInt();
    return tokens > 0 ? tokens : policyLongestAnswer;
}

Money highestPrice(const ModelAccount &model, qint64 bytesAsked, bool inBatch)
{
    const qint64 asked = bytesAsked + policyFrame;
    return inBatch ? model.batchCost(asked, longestAnswer(model)) : model.cost(asked, longestAnswer(model));
}

Result<Done> coveredByBudget(Database &db, const ModelPolicy &policy, Money highest)
{
    const Money committed = model_calls::committed(db, model_calls::monthOf(db.now()));
    if (db.error())
        return *db.error();
    if (highest.micros == 0 || committed + highest <= policy.budget)
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"The budget of this month is %1 %4, %2 %4 are spent or held for questions on their way, and this "
                     "question may cost up to %3 %4. It was not asked."_s.arg(
                         moneyText(policy.budget), moneyText(committed), moneyText(highest), policy.currency));
}

} // namespace patchbay
