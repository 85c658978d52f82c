// The server's socket.io: Engine.IO 4 ("0" open, "2" ping, "3" pong, "4" message), in it "0" connect, "2" event and "4"
// refusal of a namespace. An instance's events have the namespace "/<name>"; a server that is set to GLOBAL_EVENTS
// sends those of all in the main one (src/api/integrations/event/websocket of Evolution API 2.3).
#include "connectors/chat/evolution/evolution.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/signatures.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

class EvolutionDialogue final : public SocketDialogue {
public:
    explicit EvolutionDialogue(const ChatContext &context)
        : m_instance(settingText(context.settings, u"instance"_s))
        , m_place("/" + m_instance.toUtf8() + ',')
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        SocketStep step;
        if (frame.startsWith('0')) {
            open(step, frame.mid(1));
        } else if (frame == "2") {
            step.send = {"3"};
            if (m_isRefused)
                step.send.push_back("40" + m_place);
        } else if (frame.startsWith("40")) {
            step.ready = !m_isReady;
            m_isReady = true;
            m_isRefused = m_isRefused && !frame.startsWith("40" + m_place);
        } else if (frame.startsWith("44") && frame.startsWith("44" + m_place)) {
            m_isRefused = true; // it is made when the instance's first event is sent
        } else if (frame.startsWith("44")) {
            step.end = makeError(Error::Kind::Unauthorized, u"Evolution does not let this key listen."_s);
        } else if (frame.startsWith("42")) {
            event(step, frame.mid(2));
        } else if (frame.startsWith('1') || frame.startsWith("41")) {
            step.end = makeError(Error::Kind::Offline, u"Evolution ended the live connection."_s);
        }
        if (m_silence.count() > 0)
            step.wake = m_silence;
        return step;
    }
    SocketStep tick(Timestamp) override
    {
        SocketStep step;
        step.end = makeError(Error::Kind::Offline, u"Evolution is silent on its live connection."_s);
        return step;
    }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    void open(SocketStep &step, const QByteArray &json)
    {
        JsonReader in = JsonReader::parse(json, u"frame"_s);
        const qint64 silence = in.optionalInteger(u"/pingInterval"_s).value_or(25000)
            + in.optionalInteger(u"/pingTimeout"_s).value_or(20000);
        m_silence = std::chrono::milliseconds(std::clamp<qint64>(silence, 1000, 600000));
        if (!in.ok())
            step.end = in.error();
        step.send = {"40", "40" + m_place};
    }

    void event(SocketStep &step, QByteArray json)
    {
        if (json.startsWith('/'))
            json = json.startsWith(m_place) ? json.mid(m_place.size()) : QByteArray("[]");
        JsonReader in = JsonReader::parse(json, u"frame"_s);
        const std::vector<QByteArray> parts = in.ok() ? rawElements(json, {}) : std::vector<QByteArray>();
        if (parts.size() < 2 || textOr(in, u"/1/instance"_s, m_instance) != m_instance)
            return;
        const QString name = textOr(in, u"/0"_s);
        step.news = name == u"connection.update"_s;
        // The envelope has the instance's key in it: only what is inside is kept.
        const QByteArray data = in.has(u"/1/data"_s) ? rawJsonAt(parts[1], u"/data"_s) : QByteArray();
        if (const auto item = evolutionItem(name, data); item && !data.isEmpty())
            step.items.push_back(*item);
    }

    QString m_instance;
    QByteArray m_place; ///< of the instance's namespace
    std::chrono::milliseconds m_silence{0};
    bool m_isReady = false;
    bool m_isRefused = false;
};

} // namespace

Result<Done> verifyEvolution(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    return checkToken(request.rest.section(u'/', 0, 0), account.secrets.value(u"hook_secret"_s));
}

std::vector<RawItem> readEvolutionHook(const HookRequest &request, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString event = in.text(u"/event"_s);
    if (!in.ok())
        return unreadableHook(request);
    const QString own = settingText(account.settings, u"instance"_s);
    const QByteArray data = rawJsonAt(request.body, u"/data"_s);
    const auto item = evolutionItem(event, data);
    const bool isOurs = textOr(in, u"/instance"_s, own) == own;
    return item && isOurs && !data.isEmpty() ? std::vector<RawItem>{*item} : std::vector<RawItem>{};
}

Result<QUrl> evolutionSocket(const ChatContext &context)
{
    QUrl address = pushAddress(context.base, u"/socket.io/"_s);
    address.setQuery(u"EIO=4&transport=websocket"_s);
    return address;
}

QList<QPair<QByteArray, QByteArray>> evolutionSocketKey(const QUrl &, const AccountConfig &account)
{
    return {{"apikey", account.secrets.value(u"api_key"_s).toUtf8()}};
}

std::unique_ptr<SocketDialogue> makeEvolutionDialogue(const ChatContext &context, const AccountConfig &,
                                                      std::function<double()>)
{
    return std::make_unique<EvolutionDialogue>(context);
}

} // namespace patchbay
