#include "connectors/kit/lark_dialogue.h"

#include "connectors/kit/lark_frame.h"
#include "connectors/kit/socket_talk.h"

#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

enum LarkMethod { LarkControl = 0, LarkData = 1 };

class LarkDialogue final : public BeatingDialogue {
public:
    LarkDialogue(const ChatContext &context, LarkItem item)
        : BeatingDialogue(u"Feishu"_s, seconds(120))
        , m_item(item)
        , m_service(QUrlQuery(context.live).queryItemValue(u"service_id"_s).toInt())
    {
    }

    SocketStep opened(Timestamp now) override
    {
        SocketStep step = tick(now); // the answer tells how often
        step.ready = true; // the address was the sign-in
        return step;
    }
    SocketStep received(const QByteArray &bytes, bool isText, Timestamp now) override;

protected:
    QByteArray beat() override
    {
        LarkFrame ping;
        ping.method = LarkControl;
        ping.service = m_service;
        ping.headers = {{"type", "ping"}};
        return toBytes(ping);
    }

private:
    /// About the connection: that it lives, and how often it wants to be asked.
    void listen(const LarkFrame &frame);
    void keep(SocketStep &step, const LarkFrame &frame, const QByteArray &event) const;

    LarkItem m_item;
    qint32 m_service;
    LarkParts m_parts;
};

SocketStep LarkDialogue::received(const QByteArray &bytes, bool, Timestamp)
{
    SocketStep step;
    const Result<LarkFrame> frame = larkFrame(bytes);
    if (!frame) { // nothing in it can be acknowledged; a person may look at it
        step.items.push_back({itemKey(bytes, {}), bytes});
        return step;
    }
    if (frame->method == LarkControl) {
        listen(*frame);
        return step;
    }
    const Result<std::optional<QByteArray>> event = m_parts.take(*frame);
    if (!event)
        keep(step, *frame, frame->payload);
    else if (*event)
        keep(step, *frame, **event);
    return step;
}

void LarkDialogue::listen(const LarkFrame &frame)
{
    if (frame.header("type") == "pong")
        heardBeat();
    const JsonReader settings = JsonReader::parse(frame.payload, u"settings"_s);
    const qint64 told = settings.value(u"/PingInterval"_s).toInteger();
    if (told > 0)
        setInterval(seconds(std::clamp<qint64>(told, 5, 600)));
}

void LarkDialogue::keep(SocketStep &step, const LarkFrame &frame, const QByteArray &event) const
{
    step.items.push_back(m_item(event));
    LarkFrame answer = frame;
    answer.headers.append(QPair<QByteArray, QByteArray>("biz_rt", "0"));
    answer.payload = R"({"code":200,"headers":null,"data":null})";
    step.acknowledge = {toBytes(answer)};
}

} // namespace

std::unique_ptr<SocketDialogue> makeLarkDialogue(const ChatContext &context, LarkItem item)
{
    return std::make_unique<LarkDialogue>(context, item);
}

} // namespace patchbay
