#pragma once

#include "connectors/kit/chat_spec.h"

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

/// "sha256:<hash>" of bytes that have no id of their own.
QString bytesKey(const QByteArray &bytes);
/// One item of a request: its own JSON, so that a request of a thousand is not stored a thousand times. Without a
/// source key it gets the hash of its bytes.
RawItem hookItem(const QString &sourceKey, const QJsonValue &value);
/// A body that could not be read, as one item, which the parser refuses.
std::vector<RawItem> unreadableHook(const HookRequest &request);

} // namespace patchbay
