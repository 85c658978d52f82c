#pragma once

#include "connectors/kit/ai_spec.h"

namespace patchbay {

/// "insufficient_quota: You exceeded ..." out of {"error": {"type" or "code", "message"}}, as most vendors and the
/// servers that copy it write failures; other bodies as commonWords() reads them.
QString aiErrorWords(const QByteArray &body);

/// A key for a header "Authorization: Bearer"; an account without one asks without the header.
Credentials aiBearer(const AccountConfig &account);
FormField aiKeyField(bool required);

/// The Chat Completions API, which OpenAI began and many servers speak. `maxTokensKey` differs between them.
Result<Request> chatCompletion(const AiContext &context, const QString &maxTokensKey);
Result<ModelAnswer> chatCompleted(JsonReader &reply, const AiContext &context);

} // namespace patchbay
