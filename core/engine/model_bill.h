#pragma once

#include "core/engine/model_prompt.h"
#include "core/model/model_account.h"
#include "core/model/question.h"

namespace patchbay {

/// The ledger's row of a question that is about to leave, with its highest price. Pure.
ModelCall modelCall(const ModelAccount &account, const ModelPrompt &prompt, const Question &question,
                    const ModelQuestion &asked, const QString &host);
/// How the bill reads a call that brought no answer; `stopped` by us, before anything left. Pure.
ModelCall::State callEnd(const Error &error, bool stopped);
/// The row as the answer ends it: with what was counted, or at its highest price where nobody counted. Pure.
ModelCall billed(ModelCall call, const ModelAccount &account, const ModelAnswer &answer);

} // namespace patchbay
