#include "core/engine/model_bill.h"

#include "core/engine/model_policy.h"

#include <QtCore/QCryptographicHash>

namespace patchbay {

ModelCall modelCall(const ModelAccount &account, const ModelPrompt &prompt, const Question &question,
                    const ModelQuestion &asked, const QString &host)
{
    ModelCall call;
    call.question = question.id;
    call.conversation = question.conversation;
    call.model = account.id;
    call.host = host;
    call.purpose = question.purpose;
    call.operatorId = question.operatorId;
    call.text = asked.text;
    call.sha256 =
        QString::fromLatin1(QCryptographicHash::hash(asked.text.toUtf8(), QCryptographicHash::Sha256).toHex());
    call.bytes = bytesOf(asked);
    call.redactions = prompt.redactions;
    call.reserved = highestPrice(account, call.bytes, !prompt.batch.isEmpty());
    return call;
}

ModelCall::State callEnd(const Error &error, bool stopped)
{
    if (stopped || (error.kind == Error::Kind::Offline && !error.ambiguous))
        return ModelCall::State::NotSent;
    const bool unclear = error.kind == Error::Kind::Timeout || error.kind == Error::Kind::Protocol
        || (error.ambiguous && error.kind != Error::Kind::Remote); // a failure that they tell is none that they charge
    return unclear ? ModelCall::State::Unclear : ModelCall::State::Failed;
}

ModelCall billed(ModelCall call, const ModelAccount &account, const ModelAnswer &answer)
{
    const ModelUsage usage = answer.usage.value_or(ModelUsage{});
    call.state = answer.usage ? ModelCall::State::Answered : ModelCall::State::Unclear;
    call.externalId = answer.id;
    call.inputTokens = usage.inputTokens;
    call.outputTokens = usage.outputTokens;
    const Money counted = call.batch ? account.batchCost(usage.inputTokens, usage.outputTokens)
                                     : account.cost(usage.inputTokens, usage.outputTokens);
    call.cost = answer.usage ? counted : call.reserved;
    return call;
}

} // namespace patchbay
