#include "connectors/chat/dingtalk_stream/dingtalk_stream.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"
#include "core/mail/html_body.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString compactText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// What DingTalk wants to hear about a frame. `data` is a text that is JSON.
QByteArray dingtalkAnswer(const QString &messageId, const QString &data)
{
    const QJsonObject headers{{u"messageId"_s, messageId}, {u"contentType"_s, u"application/json"_s}};
    return QJsonDocument(
               QJsonObject{{u"code"_s, 200}, {u"headers"_s, headers}, {u"message"_s, u"OK"_s}, {u"data"_s, data}})
        .toJson(QJsonDocument::Compact);
}

QString dingtalkThread(const JsonReader &in)
{
    const QString chat = textOr(in, u"/conversationId"_s);
    const QString staff = textOr(in, u"/senderStaffId"_s);
    if (textOr(in, u"/conversationType"_s) == u"2"_s)
        return u"group:"_s + chat;
    return staff.isEmpty() ? u"person:"_s + chat : u"user:"_s + staff;
}

class DingtalkDialogue final : public SocketDialogue {
public:
    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.ready = true; // the ticket was the sign-in
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp) override { return {}; }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    /// The frame as it came, but for the key with which anybody could answer; `data` is what it carries.
    void keep(SocketStep &step, const QByteArray &frame, const QString &messageId, JsonReader data);
};

SocketStep DingtalkDialogue::received(const QByteArray &frame, bool, Timestamp)
{
    SocketStep step;
    const JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const QString type = textOr(in, u"/type"_s);
    const QString id = textOr(in, u"/headers/messageId"_s);
    const QString data = textOr(in, u"/data"_s);
    if (type == u"SYSTEM"_s) { // about the connection: ping, disconnect, greetings
        step.send = {dingtalkAnswer(id, data)};
        if (textOr(in, u"/headers/topic"_s) == u"disconnect"_s) {
            step.atOnce = true;
            step.end = makeError(Error::Kind::Offline, u"DingTalk asked for a new connection."_s);
        }
        return step;
    }
    keep(step, frame, id, JsonReader::parse(data.toUtf8(), u"message"_s));
    if (!id.isEmpty()) {
        const QJsonObject taken{{u"status"_s, u"SUCCESS"_s}};
        const QJsonObject answered{{u"response"_s, QJsonObject()}};
        step.acknowledge = {dingtalkAnswer(id, compactText(type == u"EVENT"_s ? taken : answered))};
    }
    return step;
}

void DingtalkDialogue::keep(SocketStep &step, const QByteArray &frame, const QString &messageId, JsonReader data)
{
    const QString message = data.optionalId(u"/msgId"_s).value_or(QString());
    const QString hook = textOr(data, u"/sessionWebhook"_s);
    RawItem item;
    item.raw = withoutKeysOf(frame, hook);
    item.sourceKey = !message.isEmpty() ? indexKey(u"message:"_s + message)
        : messageId.isEmpty()           ? bytesKey(frame)
                                        : indexKey(u"frame:"_s + messageId);
    step.items.push_back(std::move(item));
    if (!hook.isEmpty()) {
        const qint64 until = data.optionalInteger(u"/sessionWebhookExpiredTime"_s).value_or(0);
        step.chats.insert(dingtalkThread(data), {{u"hook"_s, hook}, {u"until"_s, until}});
    }
}

// --- reading

void addDingtalkFile(InboundMessage &message, JsonReader &in, const QString &name, const QString &type)
{
    message.attachments.push_back(
        remoteFile(textOr(in, u"/fileName"_s, name), type, 0, {{u"code"_s, in.text(u"/downloadCode"_s)}}));
}

/// Texts and pictures in turn.
void readDingtalkParts(InboundMessage &message, JsonReader &content)
{
    QString text;
    for (JsonReader &part : content.array(u"/richText"_s)) {
        text += textOr(part, u"/text"_s);
        if (part.has(u"/downloadCode"_s))
            addDingtalkFile(message, part, u"picture.jpg"_s, u"image/jpeg"_s);
    }
    setChatText(message, text.trimmed());
}

void readDingtalkContent(InboundMessage &message, JsonReader &in)
{
    const QString kind = in.text(u"/msgtype"_s);
    if (kind == u"text"_s)
        return setChatText(message, in.text(u"/text/content"_s).trimmed()); // behind the robot's name in groups
    JsonReader content = in.has(u"/content"_s) ? in.object(u"/content"_s) : in;
    if (kind == u"richText"_s)
        return readDingtalkParts(message, content);
    if (kind == u"picture"_s)
        return addDingtalkFile(message, content, u"picture.jpg"_s, u"image/jpeg"_s);
    if (kind == u"video"_s)
        return addDingtalkFile(message, content, u"video.mp4"_s, u"video/mp4"_s);
    if (kind == u"file"_s)
        return addDingtalkFile(message, content, u"file"_s, u"application/octet-stream"_s);
    if (kind == u"audio"_s) {
        setChatText(message, textOr(content, u"/recognition"_s)); // DingTalk's own transcript
        return addDingtalkFile(message, content, u"voice.amr"_s, u"audio/amr"_s);
    }
    setChatText(message, u"A message of the kind “%1”, which is not shown here."_s.arg(cleanLine(kind, 40)));
}

} // namespace

Result<InboundMessage> parseDingtalkFrame(const RawItem &item, const AccountConfig &)
{
    JsonReader frame = JsonReader::parse(item.raw, u"frame"_s);
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    if (frame.ok() && textOr(frame, u"/headers/topic"_s) != QLatin1StringView(dingtalkRobotTopic)) {
        message.kind = InboundKind::Nothing;
        return message;
    }
    const QString data = frame.text(u"/data"_s);
    if (!frame.ok())
        return frame.error();
    JsonReader in = JsonReader::parse(data.toUtf8(), u"message"_s);
    message.externalId = message.dedupeKey = in.id(u"/msgId"_s);
    in.text(u"/conversationId"_s);
    message.threadKey = dingtalkThread(in);
    message.from = {textOr(in, u"/senderNick"_s), textOr(in, u"/senderStaffId"_s, in.text(u"/senderId"_s))};
    message.fromSelf = textOr(in, u"/senderId"_s) == textOr(in, u"/chatbotUserId"_s, u"-"_s);
    if (message.threadKey.startsWith(u"group:"_s))
        message.subject = textOr(in, u"/conversationTitle"_s);
    message.answers = in.optionalId(u"/text/repliedMsg/msgId"_s).value_or(QString());
    message.providerAt = chatTimeMs(in.integer(u"/createAt"_s));
    readDingtalkContent(message, in);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(An empty message.)"_s);
    return in.finish(std::move(message));
}

std::unique_ptr<SocketDialogue> makeDingtalkDialogue(const ChatContext &, const AccountConfig &,
                                                     std::function<double()>)
{
    return std::make_unique<DingtalkDialogue>();
}

} // namespace patchbay
