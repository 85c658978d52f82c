#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"

namespace patchbay {

/// Calls whose address is a pattern: "/accounts/{account_id}/conversations/{thread}?page={remote.page}". In braces:
/// thread (of the message or of the change), known.NAME, remote.NAME or, under any other name, a setting; each is
/// escaped. Refused where one of the path is empty, because the shorter address is another one; an item of the query
/// whose value is empty is left out.
Result<QUrl> chatAddress(const ChatContext &context, const QString &pattern);
Result<Request> chatAsk(const ChatContext &context, const QString &pattern);
Result<Request> chatTell(const ChatContext &context, const QString &pattern, const QJsonObject &body,
                         const QByteArray &method = "POST");

template <Literal pattern> Result<Request> chatGetAt(const ChatContext &context)
{
    return chatAsk(context, pattern.string());
}
template <Literal pattern, QJsonObject (*body)(const ChatContext &context)>
Result<Request> chatPostAt(const ChatContext &context)
{
    return chatTell(context, pattern.string(), body(context));
}
/// A body as the platform's documentation shows it, whose texts may be a name in braces, "{thread}", and "#{...}" a
/// number; beside the names above text, thread.0 and thread.1 (the thread's parts around the colon), answered (the
/// message that is answered), answered.here ("<chat>:<id>" without its chat, which has to be this one) and changed,
/// changed.0 and changed.1 (the message that is to read otherwise, and its parts). A member without its value is left
/// out; an object inside, when one of its values is missing.
QJsonObject chatJson(const ChatContext &context, const QString &body);
template <Literal pattern, Literal body> Result<Request> chatTellAt(const ChatContext &context)
{
    return chatTell(context, pattern.string(), chatJson(context, body.string()));
}
template <Literal pattern, Literal body> Result<Request> chatPatchAt(const ChatContext &context)
{
    return chatTell(context, pattern.string(), chatJson(context, body.string()), QByteArrayLiteral("PATCH"));
}

} // namespace patchbay
