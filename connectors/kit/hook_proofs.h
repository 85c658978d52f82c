#pragma once

#include "connectors/kit/literal.h"
#include "connectors/kit/signatures.h"

namespace patchbay {

/// How a request proves itself, and what is echoed before a platform sends, declared in a line (HookSpec::verify and
/// HookSpec::challenge). Pure.

/// A signature of the time and the body, "v0:<time>:<body>", whose time stands in a header of its own, in seconds.
struct TimedSignature {
    SignatureForm form = {};
    QByteArray timeHeader = {};
    QByteArray before = {};
    QByteArray between = {};
    std::chrono::seconds window{300};
};
Result<Done> checkTimedSignature(const HookRequest &request, const TimedSignature &form, const QString &secret,
                                 Timestamp now);
/// With the secret of this field.
template <const TimedSignature &form, Literal field>
Result<Done> isSignedWith(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    return checkTimedSignature(request, form, account.secrets.value(field.string()), now);
}

/// The proof of a platform that sends a secret of ours along in the address: the first part behind the channel's own.
template <Literal field>
Result<Done> hasSecretInAddress(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    return checkToken(request.rest.section(QLatin1Char('/'), 0, 0), account.secrets.value(field.string()));
}
/// ChatSpec::check: that secret is long enough (checkHookSecret), where it is there.
template <std::vector<FormField> (*form)(), Literal field> Result<Done> hasHookSecret(const AccountConfig &account)
{
    return checkHookSecret(account, form(), field.string());
}

/// What a request with this word at `type` wants to see again, as plain text; at most 200 characters of it.
std::optional<HookReply> echoed(const HookRequest &request, const QString &type, const QString &word,
                                const QString &challenge);
template <Literal type, Literal word, Literal challenge>
std::optional<HookReply> echoesAt(const HookRequest &request, const AccountConfig &)
{
    return echoed(request, type.string(), word.string(), challenge.string());
}

} // namespace patchbay
