#pragma once

#include "support/chat_wire.h"
#include "support/far_side.h"
#include "support/raw_http.h"

#include <QtCore/QUrlQuery>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

inline const QByteArray eightSecret = "made-up-signing-secret-8";
constexpr qint64 eightBot = 123456789;

/// One channel as it is set up, and what its platform has to tell.
struct FarChannel {
    QString connector = {};
    QString name = {};
    QStringList settings = {};
    QHash<QString, QString> secrets = {};
    bool idsCountPerChat = false;
};

/// An answer of the operator's that a platform took.
struct FarTaken {
    QString channel = {};
    QString chat = {};
    QString text = {};
    QString id = {}; ///< that it gave
};

/// Eight platforms on loopback: one is asked, three hold live connections, four call the gateway. Each tells everything
/// twice, the newest first, and goes on telling what was not acknowledged, whoever was killed meanwhile.
class EightPlatforms : public QObject {
public:
    EightPlatforms()
        : m_http([this](const FarRequest &request) { return answer(request); })
    {
        openSlack();
        openDiscord();
        openDingtalk();
        const auto url = [this](const char *path) { return u"url="_s + m_http.url(QString::fromLatin1(path)); };
        const QString secret = QString::fromLatin1(eightSecret);
        const QHash<QString, QString> meta{{u"app_secret"_s, secret},
                                           {u"verify_token"_s, u"made-up-verify"_s},
                                           {u"access_token"_s, u"made-up-access"_s}};
        const QString soon = u"retry_ms=50"_s;
        channels = {
            {u"telegram"_s,
             u"Telegram"_s,
             {url("telegram"), soon},
             {{u"token"_s, u"123456789:AAE-made-up-token"_s}},
             true},
            {u"slack"_s,
             u"Slack"_s,
             {url("slack"), soon},
             {{u"bot_token"_s, u"xoxb-made-up"_s}, {u"app_token"_s, u"xapp-made-up"_s}},
             true},
            {u"discord"_s, u"Discord"_s, {url("discord"), soon}, {{u"token"_s, u"made-up-bot-token"_s}}},
            {u"dingtalk_stream"_s,
             u"DingTalk"_s,
             {url("dingtalk"), soon, u"app_key=dingkey1"_s},
             {{u"app_secret"_s, u"made-up-app-secret"_s}}},
            {u"line"_s, u"LINE"_s, {url("line")}, {{u"channel_secret"_s, secret}, {u"access_token"_s, u"made-up"_s}}},
            {u"whatsapp_cloud"_s, u"WhatsApp"_s, {url("whatsapp"), u"phone_number_id=10654"_s}, meta},
            {u"messenger"_s, u"Messenger"_s, {url("messenger"), u"account_id=10090"_s}, meta},
            {u"custom_webhook"_s, u"Shop"_s, {}, {{u"hook_secret"_s, secret}}, true},
        };
        const QJsonObject shop = wire::customSettings();
        for (auto it = shop.begin(); it != shop.end(); ++it)
            channels.back().settings << it.key() + u'=' + it.value().toString();
    }

    std::vector<FarChannel> channels = {};
    std::vector<FarTaken> taken = {};
    int telegramTyping = 0; ///< how often the customer was shown that somebody writes
    FarCaller caller = {};
    int slackWaits = 0; ///< answers that Slack still asks to wait for
    int holdMs = 0; ///< of answers to what is sent
    bool hasExpired = false; ///< Slack's app token
    int backlog = 0; ///< Telegram: pages that it still has, each held for `backlogMs`
    int backlogMs = 0;
    int telegramConfirmed = 0; ///< updates

    /// Where the gateway listens, and the address of each channel there.
    void reach(quint16 port, const QHash<QString, QByteArray> &paths)
    {
        m_port = port;
        m_paths = paths;
    }

    /// Everything twice, the newest first, and each once more when it was not acknowledged.
    void tell(const QString &channel, QList<Told> all)
    {
        std::reverse(all.begin(), all.end());
        for (const Told &one : all + all) {
            const QString id = u"e%1"_s.arg(++m_number);
            if (channel == u"Telegram"_s)
                m_telegram.append(one);
            else if (channel == u"Slack"_s)
                push(u"/slack"_s, id, wire::slackEnvelope(one, id, u"Ev"_s + one.chat + one.id));
            else if (channel == u"DingTalk"_s)
                push(u"/dingtalk"_s, id, wire::dingtalkFrame(one, id));
            else if (channel == u"Discord"_s)
                sayDiscord(one);
            else
                call(channel, one);
        }
    }
    /// How WhatsApp's answer fares, out of order.
    void tellFate(const QString &status, const QString &id, const QString &to)
    {
        const QJsonObject one{{u"id"_s, id},
                              {u"status"_s, status},
                              {u"timestamp"_s, QString::number(QDateTime::currentSecsSinceEpoch())},
                              {u"recipient_id"_s, to}};
        const QJsonObject value{{u"messaging_product"_s, u"whatsapp"_s},
                                {u"metadata"_s, QJsonObject{{u"phone_number_id"_s, u"10654"_s}}},
                                {u"statuses"_s, QJsonArray{one}}};
        const QJsonObject change{{u"field"_s, u"messages"_s}, {u"value"_s, value}};
        post(u"WhatsApp"_s,
             wire::metaRequest(u"whatsapp_business_account"_s, {{u"id"_s, u"1"_s}, {u"changes"_s, QJsonArray{change}}},
                               eightSecret));
    }
    /// The message that Slack took comes back over the live connection, as any other does.
    void echoSlack(const FarTaken &sent)
    {
        const QJsonObject event{{u"type"_s, u"message"_s},
                                {u"channel_type"_s, u"im"_s},
                                {u"user"_s, u"UBOT"_s},
                                {u"bot_id"_s, u"B1"_s},
                                {u"channel"_s, sent.chat},
                                {u"text"_s, sent.text},
                                {u"ts"_s, sent.id.section(u':', 1)}};
        const QJsonObject payload{{u"type"_s, u"event_callback"_s},
                                  {u"team_id"_s, u"T1"_s},
                                  {u"event_id"_s, u"EvEcho"_s},
                                  {u"event"_s, event},
                                  {u"authorizations"_s, QJsonArray{QJsonObject{{u"user_id"_s, u"UBOT"_s}}}}};
        const QString envelope = u"e%1"_s.arg(++m_number);
        push(u"/slack"_s, envelope,
             wire::bytes({{u"envelope_id"_s, envelope}, {u"type"_s, u"events_api"_s}, {u"payload"_s, payload}}));
    }

    FarSockets &sockets() { return m_sockets; }
    /// Frames of the live connections and updates that were acknowledged.
    int acknowledged() const { return m_acknowledged + telegramConfirmed; }

private:
    static FarAnswer json(const QJsonObject &body, int holdMs = 0) { return {200, wire::bytes(body), {}, holdMs}; }
    static QJsonObject bodyOf(const FarRequest &request) { return QJsonDocument::fromJson(request.body).object(); }
    FarAnswer took(const QString &channel, const QString &chat, const QString &text, const QString &id,
                   const QJsonObject &body)
    {
        taken.push_back({channel, chat, text, id});
        return json(body, holdMs);
    }

    FarAnswer answer(const FarRequest &request)
    {
        const QString platform = request.url.path().section(u'/', 1, 1);
        return platform == "telegram"_L1 ? telegram(request)
            : platform == "slack"_L1     ? slack(request)
            : platform == "discord"_L1   ? discord(request)
            : platform == "dingtalk"_L1  ? dingtalk(request)
            : platform == "whatsapp"_L1  ? whatsapp(request)
                                         : others(request);
    }

    FarAnswer telegram(const FarRequest &request)
    {
        const QString path = request.url.path();
        const QJsonObject body = bodyOf(request);
        if (path.endsWith("/getMe"_L1))
            return json(
                {{u"ok"_s, true}, {u"result"_s, QJsonObject{{u"id"_s, eightBot}, {u"username"_s, u"desk_bot"_s}}}});
        if (path.endsWith("/getWebhookInfo"_L1))
            return json({{u"ok"_s, true}, {u"result"_s, QJsonObject{{u"url"_s, QString()}}}});
        if (path.endsWith("/getUpdates"_L1))
            return updates(body.value(u"offset"_s).toInteger(), body.value(u"timeout"_s).toInteger() > 0);
        if (path.endsWith("/sendChatAction"_L1)) {
            ++telegramTyping;
            return json({{u"ok"_s, true}, {u"result"_s, true}});
        }
        const QString chat = QString::number(body.value(u"chat_id"_s).toInteger());
        const qint64 id = 9001 + qint64(taken.size());
        const QJsonObject sent{{u"message_id"_s, id}, {u"chat"_s, QJsonObject{{u"id"_s, chat.toLongLong()}}}};
        return took(u"Telegram"_s, chat, body.value(u"text"_s).toString(), u"%1:%2"_s.arg(chat).arg(id),
                    {{u"ok"_s, true}, {u"result"_s, sent}});
    }
    FarAnswer updates(qint64 offset, bool mayWait)
    {
        if (backlog > 0 && !mayWait) {
            --backlog;
            QJsonArray page; // of a kind that tells nobody anything
            for (qint64 number = offset; number < offset + 100; ++number)
                page.append(QJsonObject{{u"update_id"_s, number}, {u"chat_boost"_s, QJsonObject()}});
            return json({{u"ok"_s, true}, {u"result"_s, page}}, backlogMs);
        }
        QJsonArray page;
        for (const Told &one : std::as_const(m_telegram)) {
            if (one.number >= offset)
                page.append(wire::telegramUpdate(one, one.number));
        }
        const auto isPassed = [offset](const Told &one) { return one.number < offset; };
        telegramConfirmed += int(std::count_if(m_telegram.begin(), m_telegram.end(), isPassed));
        m_telegram.removeIf(isPassed);
        return json({{u"ok"_s, true}, {u"result"_s, page}}, page.isEmpty() && mayWait ? 150 : 0);
    }

    FarAnswer slack(const FarRequest &request)
    {
        const QString path = request.url.path();
        if (path.endsWith("/auth.test"_L1)) {
            return json({{u"ok"_s, true},
                         {u"team"_s, u"Acme"_s},
                         {u"user"_s, u"desk"_s},
                         {u"team_id"_s, u"T1"_s},
                         {u"user_id"_s, u"UBOT"_s}});
        }
        if (hasExpired)
            return json({{u"ok"_s, false}, {u"error"_s, u"token_expired"_s}});
        if (path.endsWith("/apps.connections.open"_L1))
            return json({{u"ok"_s, true}, {u"url"_s, m_sockets.url(u"/slack"_s)}});
        if (!path.endsWith("/chat.postMessage"_L1)) // whoever it is asked for
            return json({{u"ok"_s, true}, {u"user"_s, QJsonObject{{u"name"_s, u"desk"_s}}}});
        if (slackWaits > 0) {
            --slackWaits;
            return {429, R"({"ok":false,"error":"ratelimited"})", "Retry-After: 1\r\n", 0};
        }
        const QJsonObject body = bodyOf(request);
        const QString chat = body.value(u"channel"_s).toString();
        const QString ts = u"%1.000100"_s.arg(QDateTime::currentSecsSinceEpoch());
        return took(u"Slack"_s, chat, body.value(u"text"_s).toString(), chat + u':' + ts,
                    {{u"ok"_s, true}, {u"channel"_s, chat}, {u"ts"_s, ts}});
    }
    FarAnswer discord(const FarRequest &request) const
    {
        if (request.url.path().endsWith("/gateway/bot"_L1))
            return json({{u"url"_s, m_sockets.url(u"/discord"_s)}});
        return json({{u"id"_s, u"900"_s}, {u"username"_s, u"desk"_s}});
    }
    FarAnswer dingtalk(const FarRequest &request) const
    {
        if (request.url.path().endsWith("/accessToken"_L1))
            return json({{u"accessToken"_s, u"made-up-at"_s}, {u"expireIn"_s, 7200}});
        return json({{u"endpoint"_s, m_sockets.url(u"/dingtalk"_s)}, {u"ticket"_s, u"t1"_s}});
    }
    FarAnswer whatsapp(const FarRequest &request)
    {
        if (request.method != "POST")
            return json({{u"id"_s, u"10654"_s}, {u"verified_name"_s, u"Desk"_s}});
        const QJsonObject body = bodyOf(request);
        const QString id = u"wamid.out%1"_s.arg(taken.size());
        return took(u"WhatsApp"_s, body.value(u"to"_s).toString(), body[u"text"_s][u"body"_s].toString(), id,
                    {{u"messages"_s, QJsonArray{wire::idOf(id)}}});
    }
    /// LINE and Messenger: who we are, and the names of people.
    FarAnswer others(const FarRequest &request) const
    {
        if (request.url.path().endsWith("/bot/info"_L1))
            return json({{u"userId"_s, u"U1"_s}, {u"displayName"_s, u"Desk"_s}});
        return json({{u"id"_s, u"10090"_s}, {u"name"_s, u"Ana Lima"_s}});
    }

    // --- live connections
    void push(const QString &path, const QString &id, const QByteArray &frame)
    {
        m_waiting[path].append({id, frame});
        if (QWebSocket *socket = m_sockets.socket(path))
            socket->sendTextMessage(QString::fromUtf8(frame));
    }
    void pushAgain(const QString &path, QWebSocket &socket) const
    {
        for (const auto &[id, frame] : m_waiting.value(path))
            socket.sendTextMessage(QString::fromUtf8(frame));
    }
    void acknowledge(const QString &path, const QString &id)
    {
        m_acknowledged += int(m_waiting[path].removeIf([&id](const auto &one) { return one.first == id; }));
    }
    void openSlack()
    {
        m_sockets.at(
            u"/slack"_s,
            [this](QWebSocket &socket) {
                socket.sendTextMessage(uR"({"type":"hello","num_connections":1})"_s);
                pushAgain(u"/slack"_s, socket);
            },
            [this](QWebSocket &, const QByteArray &frame) {
                acknowledge(u"/slack"_s, QJsonDocument::fromJson(frame)[u"envelope_id"_s].toString());
            });
    }
    void openDingtalk()
    {
        m_sockets.at(
            u"/dingtalk"_s, [this](QWebSocket &socket) { pushAgain(u"/dingtalk"_s, socket); },
            [this](QWebSocket &, const QByteArray &frame) {
                acknowledge(u"/dingtalk"_s, QJsonDocument::fromJson(frame)[u"headers"_s][u"messageId"_s].toString());
            });
    }
    void sayDiscord(const Told &one)
    {
        m_discord.append(wire::discordEvent(one, int(m_discord.size()) + 2));
        if (QWebSocket *socket = m_sockets.socket(u"/discord"_s); socket && m_discordIsIn)
            socket->sendTextMessage(QString::fromUtf8(m_discord.last()));
    }
    void openDiscord()
    {
        m_sockets.at(
            u"/discord"_s,
            [this](QWebSocket &socket) {
                m_discordIsIn = false;
                socket.sendTextMessage(uR"({"op":10,"d":{"heartbeat_interval":2000}})"_s);
            },
            [this](QWebSocket &socket, const QByteArray &frame) { hearDiscord(socket, frame); });
    }
    /// A session that goes on gets what came after the event that it names.
    void hearDiscord(QWebSocket &socket, const QByteArray &frame)
    {
        const QJsonDocument said = QJsonDocument::fromJson(frame);
        const int op = said[u"op"_s].toInt();
        if (op == 1)
            socket.sendTextMessage(uR"({"op":11})"_s);
        if (op != 2 && op != 6)
            return;
        const int seen = op == 6 ? said[u"d"_s][u"seq"_s].toInt() : 1;
        if (op == 2) {
            const QJsonObject data{{u"user"_s, wire::idOf(u"900"_s)},
                                   {u"session_id"_s, u"s1"_s},
                                   {u"resume_gateway_url"_s, m_sockets.url(u"/discord"_s)}};
            const QJsonObject ready{{u"op"_s, 0}, {u"t"_s, u"READY"_s}, {u"s"_s, 1}, {u"d"_s, data}};
            socket.sendTextMessage(wire::asText(ready));
        }
        for (qsizetype i = seen - 1; i < m_discord.size(); ++i)
            socket.sendTextMessage(QString::fromUtf8(m_discord[i]));
        if (op == 6)
            socket.sendTextMessage(uR"({"op":0,"t":"RESUMED","s":1,"d":{}})"_s);
        m_discordIsIn = true;
    }

    // --- the gateway
    void call(const QString &channel, const Told &one)
    {
        post(channel,
             channel == u"LINE"_s            ? wire::lineRequest(one, eightSecret)
                 : channel == u"WhatsApp"_s  ? wire::whatsappRequest(one, u"10654"_s, eightSecret)
                 : channel == u"Messenger"_s ? wire::messengerRequest(one, u"page"_s, u"10090"_s, eightSecret)
                                             : wire::customRequest(one, eightSecret));
    }
    void post(const QString &channel, const WireRequest &request)
    {
        QByteArray headers;
        for (const auto &[name, value] : request.headers)
            headers += name + ": " + value + "\r\n";
        caller.post(m_port, rawPost(m_paths.value(channel) + request.path, request.body, headers));
    }

    FarHttp m_http;
    FarSockets m_sockets;
    quint16 m_port = 0;
    QHash<QString, QByteArray> m_paths;
    QList<Told> m_telegram;
    QHash<QString, QList<QPair<QString, QByteArray>>> m_waiting; ///< by path: what was not acknowledged
    QList<QByteArray> m_discord; ///< of the session, from the second event on
    bool m_discordIsIn = false;
    int m_number = 0;
    int m_acknowledged = 0;
};

} // namespace patchbay::tests
