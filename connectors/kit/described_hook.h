#pragma once

#include "connectors/kit/field_rules.h"
#include "core/base/clock.h"
#include "core/model/account.h"
#include "core/ports/chat_connector.h"

namespace patchbay {

/// How a sender of requests, which a person describes in a form, proves itself. Pure.

/// "proof", "hook_secret", "proof_name", "digest", "encoding", "prefix"; "challenge_query" and "challenge_pointer".
std::vector<FormField> hookProofForm();
std::vector<FieldRule> hookProofRules();

/// HookSpec::verify: the secret at the end of the address, in a parameter or header, or a signature made with it.
Result<Done> checkProof(const HookRequest &request, const AccountConfig &account, Timestamp now);
/// HookSpec::challenge, asked first: what senders want to see echoed before they send. A GET cannot be signed, so there
/// the echo itself is all that is told; every other proof is asked for.
std::optional<HookReply> echoFor(const HookRequest &request, const AccountConfig &account);

} // namespace patchbay
