#pragma once

#include "connectors/kit/chat_parts.h"
#include "connectors/kit/chat_patterns.h"
#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"
#include "connectors/kit/rest.h"

namespace patchbay {

/// Calls of a chat platform that a spec declares in a line: where a request goes, and where in the reply a value
/// stands. Addresses and pointers are template arguments, so that each is a captureless function as ChatCall wants it.

template <Literal path> Result<Request> chatGet(const ChatContext &) { return getFrom(path.string()); }
/// A POST without values of ours: one that only reads, and one that changes something.
template <Literal path> Result<Request> chatSearch(const ChatContext &) { return searchAt(path.string(), {}); }
template <Literal path> Result<Request> chatPost(const ChatContext &) { return postTo(path.string(), {}); }

/// The same with one value of `remote` under the platform's name for it.
template <Literal path, Literal name, Literal member> Result<Request> chatSearchWith(const ChatContext &context)
{
    return searchAt(path.string(), {{name.string(), context.remote.value(member.string())}});
}
template <Literal path, Literal name, Literal member> Result<Request> chatPostWith(const ChatContext &context)
{
    return postTo(path.string(), {{name.string(), context.remote.value(member.string())}});
}
/// The file at the address, or at the path beside the API (fileBeside), that `remote` has under this name.
template <Literal member> Result<Request> chatFileAt(const ChatContext &context)
{
    return Request("GET", QUrl(context.remote.value(member.string()).toString(), QUrl::StrictMode));
}
template <Literal member> Result<Request> chatFileBeside(const ChatContext &context)
{
    return Request("GET", fileBeside(context.base, context.remote.value(member.string()).toString()));
}

/// The part of `remote`'s "id" behind its first colon ("channel:500") as the last part of the path: what NameSpec asks.
template <Literal path> Result<Request> chatGetNamed(const ChatContext &context)
{
    const QString id = context.remote.value(QStringLiteral("id")).toString().section(QLatin1Char(':'), 1);
    return getFrom(path.string() + pathPart(id));
}

/// An answer that says no more than that it is done.
inline Result<Done> readDone(JsonReader &reply, const ChatContext &) { return reply.finish(Done{}); }
template <Literal pointer> Result<QString> readTextAt(JsonReader &reply, const ChatContext &)
{
    return reply.finish(reply.text(pointer.string()));
}
/// Who we are over there: the id, and a pattern (filledIn) for the name.
template <Literal id, Literal name> Result<QJsonObject> readWho(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{QStringLiteral("id"), reply.id(id.string())},
                                    {QStringLiteral("name"), filledIn(reply, name.string())}});
}
/// The same with a pattern of ids (idsAt).
template <Literal ids, Literal name> Result<QJsonObject> readWhoAs(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{QStringLiteral("id"), idsAt(reply, ids.string())},
                                    {QStringLiteral("name"), filledIn(reply, name.string())}});
}
/// The address of a connection.
template <Literal pointer> Result<QUrl> readAddressAt(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QUrl(reply.text(pointer.string()), QUrl::StrictMode));
}
/// The first of these texts that is there and not empty; the last one has to be there.
template <Literal last> QString firstOf(JsonReader &reply) { return reply.text(last.string()); }
template <Literal first, Literal second, Literal... others> QString firstOf(JsonReader &reply)
{
    const QString text = textOr(reply, first.string());
    return text.isEmpty() ? firstOf<second, others...>(reply) : text;
}
template <Literal... pointers> Result<QString> readFirstText(JsonReader &reply, const ChatContext &)
{
    return reply.finish(firstOf<pointers...>(reply));
}
/// One value for the next call of `media`, which finds it in `remote` under this name.
template <Literal pointer, Literal member> Result<QJsonObject> readForNext(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{member.string(), reply.text(pointer.string())}});
}
/// Where the platform sends to, and why it last could not.
template <Literal address, Literal trouble> Result<HookPlaceNow> readPlace(JsonReader &reply, const ChatContext &)
{
    return reply.finish(HookPlaceNow{reply.text(address.string()), textOr(reply, trouble.string())});
}
/// The id of what was sent, a pattern of ids (idsAt): "{/chat/id}:{/message_id}".
template <Literal pattern> Result<Receipt> readSentAs(JsonReader &reply, const ChatContext &)
{
    return reply.finish(Receipt{idsAt(reply, pattern.string())});
}

/// What goes with a socket's handshake: a secret of the account in a header (SocketSpec::headers).
template <Literal header, Literal field>
QList<QPair<QByteArray, QByteArray>> secretHeader(const QUrl &, const AccountConfig &account)
{
    return {{header.string().toLatin1(), account.secrets.value(field.string()).toUtf8()}};
}

/// A file that stands in the answer as base64; an empty one is none.
Result<QByteArray> base64File(const QByteArray &answer, const QString &pointer);
template <Literal pointer> Result<QByteArray> base64FileAt(const QByteArray &answer)
{
    return base64File(answer, pointer.string());
}

/// A refusal with this status that names the thread which the chat has become.
template <int status, Literal pointer> bool isMoved(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.body, QStringLiteral("reply"));
    return reply.status == status && in.ok() && in.has(pointer.string());
}
template <Literal pointer> QString movedTo(JsonReader &reply, const ChatContext &)
{
    return reply.optionalId(pointer.string()).value_or(QString());
}

} // namespace patchbay
