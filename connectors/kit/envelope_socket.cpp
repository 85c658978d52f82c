#include "connectors/kit/envelope_socket.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

class EnvelopeDialogue final : public SocketDialogue {
public:
    explicit EnvelopeDialogue(const EnvelopeSocket &form)
        : m_form(form)
    {
    }

    SocketStep opened(Timestamp) override { return {}; }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp) override { return {}; }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    SocketStep greeting(JsonReader &in) const;
    SocketStep ending(const QString &reason) const;

    EnvelopeSocket m_form;
};

SocketStep EnvelopeDialogue::received(const QByteArray &frame, bool, Timestamp)
{
    JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const auto told = [&in](const QString &pointer) { return in.ok() ? textOr(in, pointer) : QString(); };
    if (in.ok() && told(m_form.type) == m_form.greets)
        return greeting(in);
    if (in.ok() && told(m_form.type) == m_form.ends)
        return ending(told(m_form.reason));
    SocketStep step;
    const QString envelope = told(u'/' + m_form.envelope);
    step.items = {eventItem(envelope.isEmpty() ? frame : rawJsonAt(frame, m_form.payload), told(m_form.id))};
    if (!envelope.isEmpty())
        step.acknowledge = {QJsonDocument(QJsonObject{{m_form.envelope, envelope}}).toJson(QJsonDocument::Compact)};
    return step;
}

SocketStep EnvelopeDialogue::greeting(JsonReader &in) const
{
    SocketStep step;
    step.ready = true;
    if (in.optionalInteger(m_form.connections).value_or(1) > 1)
        step.notice = m_form.shared;
    return step;
}

SocketStep EnvelopeDialogue::ending(const QString &reason) const
{
    SocketStep step;
    step.atOnce = m_form.usual.contains(reason);
    step.end =
        makeError(Error::Kind::Offline, u"%1 asked for a new connection (%2)."_s.arg(m_form.title, reason.left(80)));
    for (const EnvelopeSocket::Refusal &refusal : m_form.refusals) {
        if (refusal.reason == reason)
            step.end = makeError(Error::Kind::Refused, refusal.sentence);
    }
    return step;
}

} // namespace

RawItem eventItem(const QByteArray &event, const QString &id)
{
    RawItem item;
    item.raw = event;
    item.sourceKey = id.isEmpty() ? bytesKey(event) : u"event:"_s + id;
    return item;
}

std::unique_ptr<SocketDialogue> makeEnvelopeDialogue(const EnvelopeSocket &form)
{
    return std::make_unique<EnvelopeDialogue>(form);
}

std::vector<RawItem> readEventRequest(const HookRequest &request, const QString &id)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    return in.ok() ? std::vector<RawItem>{eventItem(request.body, textOr(in, id))} : unreadableHook(request);
}

} // namespace patchbay
