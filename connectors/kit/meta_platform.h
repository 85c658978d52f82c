#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// What Meta's platforms (WhatsApp Cloud, Messenger, Instagram) have in common: how they call, and how they refuse.
/// Pure.

/// "app_secret", "verify_token", "access_token", "url" and "version".
std::vector<FormField> metaForm();
/// The secrets that are there are long enough.
Result<Done> checkMeta(const AccountConfig &account);
/// HookSpec::verify: X-Hub-Signature-256 with the app's secret.
Result<Done> verifyMeta(const HookRequest &request, const AccountConfig &account, Timestamp now);
/// HookSpec::challenge, asked first: hub.challenge, for who knows the verify token.
std::optional<HookReply> challengeMeta(const HookRequest &request, const AccountConfig &account);
/// "/v23.0/<rest>".
QString metaPath(const ChatContext &context, const QString &rest);
/// For TypingSpec: what the customer sees for up to 25 seconds, and that their newest message was read (Cloud API,
/// Typing indicators).
Result<Request> showMetaTyping(const ChatContext &context);
/// The codes of the Graph API: limits, tokens, what is over, what may have happened.
std::optional<VendorFailure> metaFailure(const Reply &reply, Timestamp now);
/// Meta wants a User-Agent with a version of three numbers (OpenAPI of the Cloud API, parameter UserAgent).
QList<QPair<QByteArray, QByteArray>> metaHeaders();
/// Hosts of Meta's that want our token for a file.
QStringList metaFileHosts();
/// Refused: the file is somewhere else.
Error notMetasServer(const QUrl &url);
/// The address of a file, as the API named it: at one of those hosts over https, or at the account's own address.
Result<QUrl> metaFileAddress(const QString &address, const ChatContext &context);
/// The file at the address that the call before read as "url".
Result<Request> loadMetaFileAt(const ChatContext &context);

} // namespace patchbay
