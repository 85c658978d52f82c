#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"
#include "connectors/kit/signatures.h"

namespace patchbay {

/// Receives for one channel whose platform calls us: verify, challenge, read, store, answer, in this order; nothing is
/// answered with 2xx before the sink says that it is stored. Owned by the channel's connector; event loop's thread.
class HookInbox {
public:
    /// Puts names to items before they are stored, and holds them up for a moment at most.
    using Named = std::function<Async<Result<std::vector<RawItem>>>(std::vector<RawItem> items)>;

    /// The clock outlives it. `named` may be null.
    HookInbox(HookSpec spec, AccountConfig account, const Clock &clock, Named named = {});

    /// `sink` may be empty: the channel has not been started, so nothing can be kept (503).
    Async<HookReply> receive(HookRequest request, IntakeSink sink);
    /// Who writes over there, when that is what the request tells, and it proves itself.
    std::vector<ChatTyping> typing(const HookRequest &request) const;

private:
    HookReply accepted(const std::vector<RawItem> &items) const;

    HookSpec m_spec;
    AccountConfig m_account;
    const Clock &m_clock;
    Named m_named;
};

/// {"error": sentence}, with secrets struck out.
HookReply hookRefusal(int status, const QString &sentence);
/// A text that the platform wants to hear as it is.
HookReply plainHookReply(const QByteArray &text);

HookReply jsonHookReply(const QJsonObject &body);
/// The proof of a platform that sends a secret of ours along, as it is, in a header.
template <Literal header, Literal field>
Result<Done> hasSecretInHeader(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    return checkToken(QString::fromUtf8(request.header(header.string().toLatin1())),
                      account.secrets.value(field.string()));
}

/// The proof of a platform that signs "<time>.<body>" with a secret and tells the time in a header of its own, in
/// seconds; older than five minutes it is none. `prefix` stands in front of the hexadecimal digits.
template <Literal signature, Literal time, Literal prefix, Literal field>
Result<Done> isSignedWithTime(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const SignatureForm form{signature.string().toLatin1(), QCryptographicHash::Sha256, false,
                             prefix.string().toLatin1()};
    const QByteArray sent = request.header(time.string().toLatin1());
    const Result<Done> proved =
        checkSignature(request, form, account.secrets.value(field.string()), sent + '.' + request.body);
    return proved ? checkAge(Timestamp{sent.toLongLong() * 1000000}, now, std::chrono::minutes(5)) : proved;
}
/// The same of a platform whose older servers sign nothing: then the secret stands at the end of the address.
template <Literal signature, Literal time, Literal prefix, Literal field>
Result<Done> isSignedOrHasSecret(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    if (request.header(signature.string().toLatin1()).isEmpty())
        return checkToken(request.rest, account.secrets.value(field.string()));
    return isSignedWithTime<signature, time, prefix, field>(request, account, now);
}

/// The proof of a platform that signs the time and the body with a key of its own (Ed25519), whose public half is a
/// setting; older than five minutes it is none.
template <Literal time, Literal signature, Literal field>
Result<Done> isSignedByKey(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const QByteArray sent = request.header(time.string().toLatin1());
    const Result<Done> proved = checkEd25519(sent + request.body, request.header(signature.string().toLatin1()),
                                             account.settings.value(field.string()).toString().trimmed().toLatin1());
    return proved ? checkAge(Timestamp{sent.toLongLong() * 1000000}, now, std::chrono::minutes(5)) : proved;
}

/// "sha256:<hash>" of bytes that have no id of their own.
QString bytesKey(const QByteArray &bytes);
/// One item of a request: its own JSON, so that a request of a thousand is not stored a thousand times. Without a
/// source key it gets the hash of its bytes.
RawItem hookItem(const QString &sourceKey, const QJsonValue &value);
/// A body that could not be read, as one item, which the parser refuses.
std::vector<RawItem> unreadableHook(const HookRequest &request);

} // namespace patchbay
