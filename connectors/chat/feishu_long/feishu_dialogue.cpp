#include "connectors/chat/feishu_long/feishu_long.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/lark_frame.h"
#include "connectors/kit/rest.h"
#include "core/base/ids.h"

#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

enum LarkMethod { LarkControl = 0, LarkData = 1 };
constexpr int mostMissedPongs = 2;

class FeishuDialogue final : public SocketDialogue {
public:
    explicit FeishuDialogue(const ChatContext &context)
        : m_service(QUrlQuery(context.live).queryItemValue(u"service_id"_s).toInt())
    {
    }

    SocketStep opened(Timestamp now) override
    {
        SocketStep step = tick(now); // the answer tells how often
        step.ready = true; // the address was the sign-in
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp now) override;
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    void keep(SocketStep &step, const LarkFrame &frame, const QByteArray &event);

    qint32 m_service;
    seconds m_interval{120};
    int m_missedPongs = 0;
    LarkParts m_parts;
};

SocketStep FeishuDialogue::received(const QByteArray &bytes, bool, Timestamp)
{
    SocketStep step;
    const Result<LarkFrame> frame = larkFrame(bytes);
    if (!frame) { // nothing in it can be acknowledged; a person may look at it
        RawItem item;
        item.raw = bytes;
        item.sourceKey = bytesKey(bytes);
        step.items.push_back(std::move(item));
        return step;
    }
    if (frame->method == LarkControl) {
        if (frame->header("type") == "pong")
            m_missedPongs = 0;
        const JsonReader settings = JsonReader::parse(frame->payload, u"settings"_s);
        const qint64 told = settings.value(u"/PingInterval"_s).toInteger();
        if (told > 0)
            m_interval = seconds(std::clamp<qint64>(told, 5, 600));
        return step;
    }
    const Result<std::optional<QByteArray>> event = m_parts.take(*frame);
    if (!event)
        keep(step, *frame, frame->payload);
    else if (*event)
        keep(step, *frame, **event);
    return step;
}

/// The event as it came, without the token of the app; acknowledged by its last frame, once it is stored.
void FeishuDialogue::keep(SocketStep &step, const LarkFrame &frame, const QByteArray &event)
{
    const JsonReader in = JsonReader::parse(event, u"event"_s);
    const QString message = textOr(in, u"/event/message/message_id"_s);
    const QString id = textOr(in, u"/header/event_id"_s);
    RawItem item;
    item.raw = withoutKey(event, textOr(in, u"/header/token"_s));
    item.sourceKey = !message.isEmpty() ? indexKey(u"message:"_s + message)
        : id.isEmpty()                  ? bytesKey(event)
                                        : indexKey(u"event:"_s + id);
    step.items.push_back(std::move(item));
    LarkFrame answer = frame;
    answer.headers.append(QPair<QByteArray, QByteArray>("biz_rt", "0"));
    answer.payload = R"({"code":200,"headers":null,"data":null})";
    step.acknowledge = {toBytes(answer)};
}

SocketStep FeishuDialogue::tick(Timestamp)
{
    SocketStep step;
    if (m_missedPongs >= mostMissedPongs) {
        step.end = makeError(Error::Kind::Offline, u"Feishu did not answer %1 heartbeats."_s.arg(mostMissedPongs));
        return step;
    }
    ++m_missedPongs;
    LarkFrame ping;
    ping.method = LarkControl;
    ping.service = m_service;
    ping.headers = {{"type", "ping"}};
    step.send = {toBytes(ping)};
    step.wake = m_interval;
    return step;
}

} // namespace

std::unique_ptr<SocketDialogue> makeFeishuDialogue(const ChatContext &context, const AccountConfig &,
                                                   std::function<double()>)
{
    return std::make_unique<FeishuDialogue>(context);
}

} // namespace patchbay
