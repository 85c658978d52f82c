#pragma once

#include "connectors/kit/chat_files.h"

namespace patchbay {

/// What WhatsApp takes as a file, whichever way leads there. Pure; any thread.

/// What the context's first file is shown as: "image", "video", "audio" or, where WhatsApp does not show it,
/// "document". Sound has no caption there, so it is a document where a text goes with it.
QString whatsappFileKind(const ChatContext &context);

/// The media types that the Cloud API lets in (Cloud API, Media, Supported media types).
QStringList whatsappMediaTypes();

/// The Cloud API's upload, which answers with an "id", and the message with it: "type", and a member of that name.
Result<Request> uploadWhatsappFile(const ChatContext &context);
void addWhatsappFile(QJsonObject &body, const ChatContext &context);

/// filledPost to a server of WhatsApp Web's: {thread} is a JID, {remote.kind} what the file is shown as.
Result<Request> postFilledToJid(const ChatContext &context, const QString &address, const QString &body);
template <Literal address, Literal body> Result<Request> postToJid(const ChatContext &context)
{
    return postFilledToJid(context, address.string(), body.string());
}

} // namespace patchbay
