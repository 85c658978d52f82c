#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"
#include "connectors/kit/patterns.h"

namespace patchbay {

/// Calls of a chat platform that a spec declares with our values in braces, "/message/sendText/{instance}".

/// What a name in braces stands for: text and key (of the message that goes out, and of its delivery), thread (of the
/// message or of the change), chat and topic (the thread's parts before and behind its first colon), answered (the
/// message that it quotes; answered.here is its part behind the colon, where the one before is this chat), changed (the
/// message that is to read otherwise; changed.0 and changed.1 are its parts around the colon), cursor, named (of a name
/// that is asked for, "user:U1", the part behind the colon), remote.NAME (of a file, or of what waits), file.name,
/// file.type, file.kind ("image"), file.size and file.base64 (of the context's first file), known.NAME (what `me` read)
/// or, under any other name, a setting.
QString chatValue(const QString &name, const ChatContext &context);

/// How the platform wants the words of a message (`text`).
using ChatWords = QString (*)(const QString &text);
QString unchangedWords(const QString &text);

/// Addresses as in filledAddress. In bodies an object inside of which nothing is left is left out, too.
Result<QUrl> filledChatAddress(const QString &pattern, const ChatContext &context);
Result<Request> filledCall(const QByteArray &method, const QString &address, const ChatContext &context);
/// The body alone.
QJsonObject filledBody(const QString &body, const ChatContext &context, ChatWords words = &unchangedWords);
Result<Request> filledJsonCall(const QString &address, const QString &body, ChatWords words, const ChatContext &context,
                               const QByteArray &method = "POST");
/// POST with the fields of a form, "user={named}&limit=1"; it only reads.
Result<Request> filledFormCall(const QString &address, const QString &fields, const ChatContext &context);

template <Literal address> Result<Request> filledGet(const ChatContext &context)
{
    return filledCall(QByteArrayLiteral("GET"), address.string(), context);
}
template <Literal address, Literal body, ChatWords words = &unchangedWords>
Result<Request> filledPost(const ChatContext &context)
{
    return filledJsonCall(address.string(), body.string(), words, context);
}
/// The same with PATCH.
template <Literal address, Literal body> Result<Request> filledPatch(const ChatContext &context)
{
    return filledJsonCall(address.string(), body.string(), &unchangedWords, context, QByteArrayLiteral("PATCH"));
}
/// The same with a body that is built.
template <Literal address, QJsonObject (*body)(const ChatContext &context)>
Result<Request> filledPostOf(const ChatContext &context)
{
    const Result<Request> call = filledCall(QByteArrayLiteral("POST"), address.string(), context);
    return call ? Result<Request>(Request(*call).json(body(context))) : call;
}
/// A POST that only reads.
template <Literal address, Literal body> Result<Request> filledSearch(const ChatContext &context)
{
    const Result<Request> request = filledJsonCall(address.string(), body.string(), &unchangedWords, context);
    return request ? Result<Request>(Request(*request).reading()) : request;
}
template <Literal address, Literal fields = ""> Result<Request> filledForm(const ChatContext &context)
{
    return filledFormCall(address.string(), fields.string(), context);
}

} // namespace patchbay
