#include "connectors/kit/dingtalk_frames.h"

#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QByteArray dingtalkAnswer(const QString &frameId, const QString &data)
{
    const QJsonObject headers{{u"messageId"_s, frameId}, {u"contentType"_s, u"application/json"_s}};
    return compactText({{u"code"_s, 200}, {u"headers"_s, headers}, {u"message"_s, u"OK"_s}, {u"data"_s, data}})
        .toUtf8();
}

/// A ping, a greeting, or that another connection is wanted.
SocketStep dingtalkSystem(const QString &topic, const QString &frameId, const QString &data)
{
    SocketStep step;
    step.send = {dingtalkAnswer(frameId, data)};
    if (topic == u"disconnect"_s) {
        step.atOnce = true;
        step.end = makeError(Error::Kind::Offline, u"DingTalk asked for a new connection."_s);
    }
    return step;
}

} // namespace

SocketStep hearDingtalk(const QByteArray &frame, KeepDingtalk keep)
{
    const JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const QString type = textOr(in, u"/type"_s);
    const QString id = textOr(in, u"/headers/messageId"_s);
    const QString data = textOr(in, u"/data"_s);
    if (type == u"SYSTEM"_s)
        return dingtalkSystem(textOr(in, u"/headers/topic"_s), id, data);
    SocketStep step;
    keep(step, frame, id, JsonReader::parse(data.toUtf8(), u"message"_s));
    const QJsonObject taken{{u"status"_s, u"SUCCESS"_s}};
    const QJsonObject answered{{u"response"_s, QJsonObject()}};
    if (!id.isEmpty())
        step.acknowledge = {dingtalkAnswer(id, compactText(type == u"EVENT"_s ? taken : answered))};
    return step;
}

} // namespace patchbay
