#pragma once

#include "connectors/kit/chat_patterns.h"

namespace patchbay {

/// The same abilities of a platform that takes `most` files of every kind with one message; its text stands with them
/// up to this length.
ChatAbilities takingFiles(ChatAbilities abilities, int most, int longestCaption);

/// Calls of ChatSpec::files in a line. Patterns have the names of chatValue.

/// POST of a form with the files of the context. `field` is their part's name; "#" in it is the file's number from 0.
/// `parts` are "name={value}" each; one without its value is left out.
Result<Request> filesForm(const ChatContext &context, const QString &address, const QString &field,
                          const QStringList &parts);
/// The same with the members of an object as parts: texts as they are, everything else as JSON.
Result<Request> filesFormOf(const ChatContext &context, const QString &address, const QString &field,
                            const QJsonObject &members);
template <Literal address, Literal field, Literal... parts> Result<Request> filesFormAt(const ChatContext &context)
{
    return filesForm(context, address.string(), field.string(), {parts.string()...});
}

/// The file's bytes to the address that the upload before read as `member`: elsewhere, and without our credentials
/// (uploadAddress).
Result<Request> bytesToPlace(const ChatContext &context, const QString &member);
template <Literal member> Result<Request> bytesToPlaceIn(const ChatContext &context)
{
    return bytesToPlace(context, member.string());
}

/// filledPost whose body gets a list of what the uploads read: one element for each file, with its remote.NAME and
/// file.NAME.
Result<Request> postUploaded(const ChatContext &context, const QString &address, const QString &body, ChatWords words,
                             const QString &list, const QString &element);
template <Literal address, Literal body, Literal list, Literal element, ChatWords words = &unchangedWords>
Result<Request> filledPostUploaded(const ChatContext &context)
{
    return postUploaded(context, address.string(), body.string(), words, list.string(), element.string());
}
/// The platform's word for the message that the context's first file becomes: its kind ("image", "video", "audio")
/// where `kinds`, with spaces between them, has it or its media type ("image/png"), else `other`.
QString shownAs(const ChatContext &context, const QString &kinds, const QString &other);
/// The context with the n-th file of the message and what its uploads read.
ChatContext ofUpload(const ChatContext &context, size_t n);
/// filledPost of one file, which stands in the body as remote.NAME and file.NAME.
template <Literal address, Literal body, ChatWords words = &unchangedWords>
Result<Request> filledPostOfUpload(const ChatContext &context)
{
    return filledJsonCall(address.string(), body.string(), words, ofUpload(context, 0));
}

/// Texts for the calls behind it, each under the name that it has in the answer.
template <Literal... members> Result<QJsonObject> readMembers(JsonReader &reply, const ChatContext &)
{
    QJsonObject read;
    (read.insert(members.string(), reply.text(QLatin1Char('/') + members.string())), ...);
    return reply.finish(read);
}
/// An answer that proves itself by the id at the pointer, which is a file's and no message's.
template <Literal file> Result<Receipt> readFilesSent(JsonReader &reply, const ChatContext &)
{
    reply.id(file.string());
    return reply.finish(Receipt{});
}

} // namespace patchbay
