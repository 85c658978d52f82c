#pragma once

#include "connectors/kit/chat_patterns.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// How the looks of a message that goes out are told to a platform: as signs in the text (ChatAbilities::written) or
/// beside it. Pure; any thread.

/// Of a platform that shows texts of at most so many characters in every look: `written` into them, or told beside.
ChatAbilities markedTexts(int longest, WrittenText (*written)(const MarkedText &text) = nullptr);

/// The same, and an answer can say which message it answers.
ChatAbilities quoting(ChatAbilities abilities);

/// *bold* _italic_ ~struck~ ```code``` (faq.whatsapp.com, How to format your messages). Signs count around whole words
/// of one line alone, and nothing can be escaped: where one could not be written without being seen, the words go
/// plain.
WrittenText writtenForWhatsapp(const MarkedText &text);
/// Discord's Markdown (support.discord.com, Markdown Text 101): what is typed is escaped, but for addresses.
WrittenText writtenForDiscord(const MarkedText &text);

/// Telegram's MessageEntity: [{"type": "bold", "offset": 0, "length": 4}], in UTF-16 units like ours.
QJsonArray entitiesOf(const MarkedText &text);
/// A block of Slack's (docs.slack.dev, Rich text block), in which nothing that is typed is a sign.
QJsonArray richTextOf(const MarkedText &text);

/// The body of a call that sends `text`, with the message's looks beside it: Telegram's entities, and Slack's block
/// where its own signs would be read in the text, or a block stands there already.
QJsonObject withEntities(QJsonObject body, const ChatContext &context);
QJsonObject withBlocks(QJsonObject body, const ChatContext &context);
template <Literal path, Literal body, QJsonObject (*looks)(QJsonObject, const ChatContext &)>
Result<Request> tellAs(const ChatContext &context)
{
    const Result<Request> call = filledCall(QByteArrayLiteral("POST"), path.string(), context);
    return call ? Result<Request>(Request(*call).json(looks(filledBody(body.string(), context), context))) : call;
}

} // namespace patchbay
