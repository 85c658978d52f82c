#include "connectors/kit/socket_io.h"

#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

class SocketIoDialogue final : public SocketDialogue {
public:
    SocketIoDialogue(const SocketIo &form, ChatContext context)
        : m_form(form)
        , m_context(std::move(context))
    {
        const QByteArray name = form.space ? form.space(m_context).toUtf8() : QByteArray();
        if (!name.isEmpty())
            m_space = '/' + name + ',';
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp) override
    {
        SocketStep step;
        step.end = makeError(Error::Kind::Offline, u"%1 is silent on its live connection."_s.arg(m_form.title));
        return step;
    }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    void begin(SocketStep &step, const QByteArray &json);
    void event(SocketStep &step, QByteArray json) const;
    bool isOfSpace(const QByteArray &frame) const { return !m_space.isEmpty() && frame.mid(2).startsWith(m_space); }

    SocketIo m_form;
    ChatContext m_context;
    QByteArray m_space; ///< "/name,"; empty: the main one alone
    std::chrono::milliseconds m_silence{0};
    bool m_isReady = false;
    bool m_isRefused = false; ///< our namespace, so far
};

SocketStep SocketIoDialogue::received(const QByteArray &frame, bool, Timestamp)
{
    SocketStep step;
    if (frame.startsWith('0')) {
        begin(step, frame.mid(1));
    } else if (frame == "2") {
        step.send = {"3"};
        if (m_isRefused)
            step.send.push_back("40" + m_space);
    } else if (frame.startsWith("40")) {
        step.ready = !m_isReady;
        m_isReady = true;
        m_isRefused = m_isRefused && !isOfSpace(frame);
    } else if (frame.startsWith("44") && isOfSpace(frame)) {
        m_isRefused = true; // a server may make it with its first event
    } else if (frame.startsWith("44")) {
        step.end = makeError(Error::Kind::Unauthorized, u"%1 does not let this key listen."_s.arg(m_form.title));
    } else if (frame.startsWith("42")) {
        event(step, frame.mid(2));
    } else if (frame.startsWith('1') || frame.startsWith("41")) {
        step.end = makeError(Error::Kind::Offline, u"%1 ended the live connection."_s.arg(m_form.title));
    }
    if (m_silence.count() > 0)
        step.wake = m_silence;
    return step;
}

void SocketIoDialogue::begin(SocketStep &step, const QByteArray &json)
{
    JsonReader in = JsonReader::parse(json, u"frame"_s);
    const qint64 silence =
        in.optionalInteger(u"/pingInterval"_s).value_or(25000) + in.optionalInteger(u"/pingTimeout"_s).value_or(20000);
    m_silence = std::chrono::milliseconds(std::clamp<qint64>(silence, 1000, 600000));
    if (!in.ok())
        step.end = in.error();
    step.send = {"40"};
    if (!m_space.isEmpty())
        step.send.push_back("40" + m_space);
}

void SocketIoDialogue::event(SocketStep &step, QByteArray json) const
{
    if (json.startsWith('/') && (m_space.isEmpty() || !json.startsWith(m_space)))
        return; // of somebody else's
    if (json.startsWith('/'))
        json.remove(0, m_space.size());
    const JsonReader in = JsonReader::parse(json, u"frame"_s);
    const std::vector<QByteArray> parts = in.ok() ? rawElements(json, {}) : std::vector<QByteArray>();
    if (parts.size() >= 2)
        m_form.event(step, textOr(in, u"/0"_s), parts[1], m_context);
}

} // namespace

Result<QUrl> socketIoAddress(const ChatContext &context)
{
    QUrl address = pushAddress(context.base, u"/socket.io/"_s);
    address.setQuery(u"EIO=4&transport=websocket"_s);
    return address;
}

std::unique_ptr<SocketDialogue> makeSocketIoDialogue(const SocketIo &form, const ChatContext &context)
{
    return std::make_unique<SocketIoDialogue>(form, context);
}

} // namespace patchbay
