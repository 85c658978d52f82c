#include "connectors/chat/wecom_bot/wecom_bot.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "core/base/ids.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto wecomBeat = 30s; // as WeCom's own SDK
constexpr int mostMissedBeats = 2;
constexpr auto wecomCallbackLives = 4min; // WeCom takes a reply to a callback for about five
constexpr qsizetype mostWecomCallbacks = 2000;

QByteArray wecomCommand(const QString &command, const QString &id, const QJsonObject &body = {})
{
    QJsonObject frame{{u"cmd"_s, command}, {u"headers"_s, QJsonObject{{u"req_id"_s, id}}}};
    if (!body.isEmpty())
        frame.insert(u"body"_s, body);
    return QJsonDocument(frame).toJson(QJsonDocument::Compact);
}

/// The frame without what opens files and answers for a while.
QByteArray withoutWecomKeys(QByteArray frame, JsonReader &in)
{
    frame = withoutKeysOf(std::move(frame), textOr(in, u"/body/response_url"_s));
    QStringList places{u"/body"_s, u"/body/quote"_s};
    for (const QString &list : {u"/body/mixed/msg_item"_s, u"/body/quote/mixed/msg_item"_s}) {
        for (qsizetype i = 0; i < qsizetype(in.optionalArray(list).size()); ++i)
            places << u"%1/%2"_s.arg(list).arg(i);
    }
    for (const QString &place : std::as_const(places)) {
        for (const QString &kind : {u"image"_s, u"file"_s, u"video"_s, u"voice"_s})
            frame = withoutKey(std::move(frame), textOr(in, u"%1/%2/aeskey"_s.arg(place, kind)));
    }
    return frame;
}

class WecomDialogue final : public SocketDialogue {
public:
    WecomDialogue(const ChatContext &context, const AccountConfig &account)
        : m_bot(settingText(account.settings, u"bot_id"_s))
        , m_secret(account.secrets.value(u"bot_secret"_s))
        , m_hasBeenHere(!context.cursor.isEmpty())
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        step.send = {
            wecomCommand(u"aibot_subscribe"_s, u"subscribe"_s, {{u"bot_id"_s, m_bot}, {u"secret"_s, m_secret}})};
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp now) override;
    Result<SocketStep> say(const ChatContext &context, Timestamp now) override;
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    /// The callback that a chat's next answer may refer to, once.
    struct Callback {
        QString id = {};
        Timestamp at = {};
    };
    /// A message that is not answered yet.
    struct Said {
        QString key = {};
        QString thread = {};
        QString text = {};
        bool isReply = false;
    };

    SocketStep told(JsonReader &in);
    SocketStep keep(const QByteArray &frame, JsonReader &in, Timestamp now);
    QByteArray pushed(const Said &said) const;

    QString m_bot;
    QString m_secret;
    bool m_hasBeenHere;
    int m_missedBeats = 0;
    qint64 m_beat = 0;
    QHash<QString, Callback> m_callbacks; ///< by thread
    QHash<QString, Said> m_said; ///< by the id of the request
};

SocketStep WecomDialogue::received(const QByteArray &frame, bool, Timestamp now)
{
    JsonReader in = JsonReader::parse(frame, u"frame"_s);
    if (in.ok() && textOr(in, u"/cmd"_s).isEmpty() && in.has(u"/headers/req_id"_s))
        return told(in);
    if (textOr(in, u"/body/event/eventtype"_s) == u"disconnected_event"_s) {
        SocketStep step;
        step.end = makeError(Error::Kind::Refused,
                             u"Another program has opened a connection for this robot, and WeCom allows one. Stop it "
                             "there, then start this channel again."_s);
        return step;
    }
    return keep(frame, in, now);
}

/// The answer to a request of ours.
SocketStep WecomDialogue::told(JsonReader &in)
{
    SocketStep step;
    const QString id = textOr(in, u"/headers/req_id"_s);
    const qint64 code = in.integer(u"/errcode"_s);
    const QString words = textOr(in, u"/errmsg"_s).left(200);
    if (id == u"subscribe"_s) {
        step.wake = wecomBeat;
        step.ready = in.ok() && code == 0;
        step.missed = m_hasBeenHere; // WeCom keeps nothing for who is not connected
        step.cursor = "here";
        if (!step.ready) {
            step.cursor.clear();
            step.end = makeError(Error::Kind::Unauthorized,
                                 u"WeCom does not accept the robot's id and secret (%1): %2"_s.arg(code).arg(words));
        }
        return step;
    }
    m_missedBeats = 0; // it answers
    const auto asked = m_said.constFind(id);
    if (asked == m_said.constEnd())
        return step;
    const Said said = *asked;
    m_said.erase(asked);
    if (!in.ok()) {
        step.settled.push_back({said.key, makeAmbiguous(Error::Kind::Protocol, in.error().message)});
        return step;
    }
    if (code == 0) {
        Receipt taken; // WeCom names no id
        taken.response = u"%1 %2"_s.arg(code).arg(words);
        step.settled.push_back({said.key, taken});
        return step;
    }
    const bool isBusy = code == -1; // how far it came is not said
    const bool isTooMuch = code == 45009 || code == 846607;
    if (said.isReply && !isBusy && !isTooMuch) { // the callback is over: nothing was shown, so it goes out by itself
        Said again = said;
        again.isReply = false;
        m_said.insert(said.key, again);
        step.send = {pushed(again)};
        return step;
    }
    Error error = makeError(isTooMuch    ? Error::Kind::RateLimited
                                : isBusy ? Error::Kind::Remote
                                         : Error::Kind::Refused,
                            u"WeCom did not take the message (%1): %2"_s.arg(code).arg(words));
    error.ambiguous = isBusy;
    error.retryAfter = isTooMuch ? 60s : 0s;
    step.settled.push_back({said.key, error});
    return step;
}

SocketStep WecomDialogue::keep(const QByteArray &frame, JsonReader &in, Timestamp now)
{
    SocketStep step;
    const QString message = textOr(in, u"/body/msgid"_s);
    RawItem item;
    item.raw = withoutWecomKeys(frame, in);
    item.sourceKey = message.isEmpty() ? bytesKey(frame) : indexKey(u"message:"_s + message);
    step.items.push_back(std::move(item));
    const QString group = textOr(in, u"/body/chatid"_s);
    const QString user = textOr(in, u"/body/from/userid"_s);
    const QString id = textOr(in, u"/headers/req_id"_s);
    if (textOr(in, u"/cmd"_s) == u"aibot_msg_callback"_s && !id.isEmpty()) {
        if (m_callbacks.size() >= mostWecomCallbacks)
            m_callbacks.clear(); // answers go out by themselves then
        m_callbacks.insert(group.isEmpty() ? u"single:"_s + user : u"group:"_s + group, {id, now});
    }
    return step;
}

SocketStep WecomDialogue::tick(Timestamp)
{
    SocketStep step;
    if (m_missedBeats >= mostMissedBeats) {
        step.end = makeError(Error::Kind::Offline, u"WeCom did not answer %1 heartbeats."_s.arg(mostMissedBeats));
        return step;
    }
    ++m_missedBeats;
    step.send = {wecomCommand(u"ping"_s, u"ping_%1"_s.arg(++m_beat))};
    step.wake = wecomBeat;
    return step;
}

QByteArray WecomDialogue::pushed(const Said &said) const
{
    return wecomCommand(u"aibot_send_msg"_s, said.key,
                        {{u"chatid"_s, said.thread.section(u':', 1)},
                         {u"chat_type"_s, said.thread.startsWith(u"group:"_s) ? 2 : 1},
                         {u"msgtype"_s, u"markdown"_s},
                         {u"markdown"_s, QJsonObject{{u"content"_s, said.text}}}});
}

Result<SocketStep> WecomDialogue::say(const ChatContext &context, Timestamp now)
{
    Said said{context.key, context.message.threadKey, context.message.text, false};
    if (!said.thread.startsWith(u"single:"_s) && !said.thread.startsWith(u"group:"_s))
        return refusal(u"This conversation is no chat of WeCom's."_s);
    SocketStep step;
    const Callback callback = m_callbacks.take(said.thread);
    said.isReply = !callback.id.isEmpty() && now - callback.at < wecomCallbackLives;
    if (!said.isReply) {
        m_said.insert(said.key, said);
        step.send = {pushed(said)};
        return step;
    }
    const QJsonObject stream{{u"id"_s, said.key}, {u"finish"_s, true}, {u"content"_s, said.text}};
    m_said.insert(callback.id, said);
    step.send = {
        wecomCommand(u"aibot_respond_msg"_s, callback.id, {{u"msgtype"_s, u"stream"_s}, {u"stream"_s, stream}})};
    return step;
}

} // namespace

std::unique_ptr<SocketDialogue> makeWecomDialogue(const ChatContext &context, const AccountConfig &account,
                                                  std::function<double()>)
{
    return std::make_unique<WecomDialogue>(context, account);
}

} // namespace patchbay
