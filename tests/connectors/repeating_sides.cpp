#include "repeating_sides.h"

#include "connectors/kit/lark_frame.h"
#include "connectors/kit/sealed_callback.h"
#include "sealed_by_wecom.h"

namespace patchbay::tests {

namespace {

const QByteArray repeatedSecret = "made-up-signing-secret-5";

QJsonArray ofChat(const QList<Told> &told, const QString &chat, QJsonObject (*write)(const Told &))
{
    QJsonArray all;
    for (const Told &one : told) {
        if (chat.isEmpty() || one.chat == chat)
            all.append(write(one));
    }
    return all;
}

QByteArray arrayBytes(const QJsonArray &all) { return QJsonDocument(all).toJson(QJsonDocument::Compact); }

/// The last message of each chat, as `write` makes it.
QJsonArray newestOfEach(const QList<Told> &told, const std::function<QJsonObject(const Told &)> &write)
{
    QMap<QString, Told> newest;
    for (const Told &one : told) {
        if (!newest.contains(one.chat) || newest[one.chat].at < one.at)
            newest.insert(one.chat, one);
    }
    QJsonArray all;
    for (const Told &one : newest)
        all.append(write(one));
    return all;
}

QByteArray telegramAsked(const QUrl &url, const QList<Told> &told)
{
    if (!url.path().endsWith("/getUpdates"_L1))
        return {};
    return wire::bytes({{u"ok"_s, true}, {u"result"_s, ofChat(told, {}, [](const Told &one) {
                                              return wire::telegramUpdate(one, one.number);
                                          })}});
}

QByteArray evolutionAsked(const QUrl &url, const QList<Told> &told)
{
    if (!url.path().contains("/findMessages/"_L1))
        return {};
    return wire::bytes({{u"messages"_s, QJsonObject{{u"records"_s, ofChat(told, {}, &wire::evolutionRecord)}}}});
}

QByteArray chatwootAsked(const QUrl &url, const QList<Told> &told)
{
    const QString path = url.path();
    if (path.endsWith("/messages"_L1))
        return wire::bytes({{u"payload"_s, ofChat(told, path.section(u'/', -2, -2), &wire::chatwootMessage)}});
    if (!path.endsWith("/conversations"_L1))
        return {};
    const QJsonArray list = newestOfEach(told, [](const Told &one) {
        return QJsonObject{{u"id"_s, one.chat.toLongLong()},
                           {u"status"_s, u"open"_s},
                           {u"last_activity_at"_s, one.at},
                           {u"messages"_s, QJsonArray{wire::chatwootMessage(one)}}};
    });
    const bool isFirst = url.query().contains("page=1"_L1);
    return wire::bytes({{u"data"_s, QJsonObject{{u"payload"_s, isFirst ? list : QJsonArray()}}}});
}

QByteArray umnicoAsked(const QUrl &url, const QList<Told> &told)
{
    const QString path = url.path();
    if (path.endsWith("/sources"_L1))
        return R"([{"id":1,"realId":4401}])";
    if (path.contains("/history/"_L1))
        return wire::bytes({{u"messages"_s, ofChat(told, path.section(u'/', -3, -3), &wire::umnicoMessage)}});
    if (!path.endsWith("/leads/inbox"_L1))
        return {};
    return arrayBytes(newestOfEach(told, [](const Told &one) {
        return QJsonObject{{u"id"_s, one.chat.toLongLong()}, {u"message"_s, wire::umnicoMessage(one)}};
    }));
}

QByteArray wwebAsked(const QUrl &url, const QList<Told> &told)
{
    const QString path = url.path();
    if (path.contains("/messages/"_L1))
        return arrayBytes(ofChat(told, path.section(u'/', -1).section(u'@', 0, 0), &wire::wwebMessage));
    if (!path.endsWith("/chats"_L1))
        return {};
    return arrayBytes(newestOfEach(told, [](const Told &one) {
        return QJsonObject{{u"id"_s, one.chat + u"@c.us"_s},
                           {u"name"_s, u"Ana"_s},
                           {u"timestamp"_s, wire::isoMs(one.at)},
                           {u"lastMessage"_s, one.text}};
    }));
}

QList<QByteArray> discordGreeting(bool goesOn)
{
    const QByteArray ready = R"({"op":0,"t":"READY","s":1,"d":{"user":{"id":"900"},"session_id":"s1",)"
                             R"("resume_gateway_url":"wss://far.example"}})";
    return {R"({"op":10,"d":{"heartbeat_interval":45000}})",
            goesOn ? QByteArray(R"({"op":0,"t":"RESUMED","s":1,"d":{}})") : ready};
}

QByteArray feishuFrame(const Told &m, int number)
{
    LarkFrame frame;
    frame.service = 7;
    frame.method = 1;
    const QByteArray id = QByteArray::number(number);
    frame.headers = {{"type", "event"}, {"message_id", "f" + id}, {"sum", "1"}, {"seq", "0"}};
    frame.payload = wire::feishuEvent(m, u"ev%1"_s.arg(number));
    return toBytes(frame);
}

WireRequest repeatedWecomRequest(const Told &m, qint64 now)
{
    const QByteArray text = "<xml><ToUserName>ww1</ToUserName><FromUserName>ana" + m.chat.toUtf8()
        + "</FromUserName><CreateTime>" + QByteArray::number(m.at) + "</CreateTime><MsgType>text</MsgType><Content>"
        + m.text.toUtf8() + "</Content><MsgId>" + m.id.toUtf8() + "</MsgId><AgentID>1000002</AgentID></xml>";
    const QString sealed = sealedByWecom(text);
    const QString at = QString::number(now);
    const QByteArray signature = sealSignature({u"made-up-token-3"_s, wecomAesKey, u"ww1"_s}, at, u"n1"_s, sealed);
    return {"?msg_signature=" + signature + "&timestamp=" + at.toUtf8() + "&nonce=n1",
            "<xml><ToUserName>ww1</ToUserName><Encrypt>" + sealed.toUtf8() + "</Encrypt></xml>",
            {}};
}

} // namespace

std::vector<RepeatingSide> repeatingSides()
{
    const QString far = u"https://far.example"_s;
    const QString signing = QString::fromUtf8(repeatedSecret);
    const QHash<QString, QString> meta{
        {u"app_secret"_s, signing}, {u"verify_token"_s, u"made-up-verify"_s}, {u"access_token"_s, u"made-up-91"_s}};
    std::vector<RepeatingSide> all;
    // --- asked
    all.push_back({u"telegram"_s,
                   true,
                   {},
                   {{u"token"_s, u"123456789:AAE-made-up-token"_s}},
                   {{"/getMe", R"({"ok":true,"result":{"id":123456789,"username":"desk_bot"}})"},
                    {"/getWebhookInfo", R"({"ok":true,"result":{"url":""}})"}},
                   &telegramAsked});
    all.push_back({u"evolution"_s,
                   true, // random ids, which the telephone of the sender makes
                   {{u"url"_s, far}, {u"instance"_s, u"desk"_s}},
                   {{u"api_key"_s, u"made-up-key"_s}},
                   {{"/connectionState/", R"({"instance":{"instanceName":"desk","state":"open"}})"}},
                   &evolutionAsked});
    all.push_back({u"chatwoot"_s,
                   false,
                   {{u"url"_s, far}, {u"account_id"_s, u"3"_s}},
                   {{u"access_token"_s, u"made-up-token"_s}},
                   {{"/profile", R"({"id":7,"name":"Ana","pubsub_token":"made-up-pub","accounts":[{"id":3}]})"}},
                   &chatwootAsked});
    all.push_back({u"umnico"_s,
                   true,
                   {},
                   {{u"token"_s, u"made-up-token"_s}},
                   {{"/managers", R"([{"id":12,"name":"Ana","role":"owner"}])"}},
                   &umnicoAsked});
    all.push_back({u"wweb_mcp"_s,
                   true, // as of Evolution
                   {{u"url"_s, far + u"/api"_s}},
                   {{u"api_key"_s, u"made-up-key"_s}},
                   {{"/status", R"({"status":"connected","info":{"wid":{"user":"5511900000000"}}})"}},
                   &wwebAsked});
    // --- over a live connection
    all.push_back({u"slack"_s,
                   true, // a message's id is its time in a channel
                   {},
                   {{u"bot_token"_s, u"xoxb-made-up"_s}, {u"app_token"_s, u"xapp-made-up"_s}},
                   {{"/auth.test", R"({"ok":true,"team":"Acme","user":"desk","team_id":"T1","user_id":"UBOT"})"},
                    {"/apps.connections.open", R"({"ok":true,"url":"wss://far.example/link"})"}},
                   {},
                   [](bool) { return QList<QByteArray>{R"({"type":"hello","num_connections":1})"}; },
                   [](const Told &one, int number) {
                       return wire::slackEnvelope(one, u"e%1"_s.arg(number), u"Ev%1"_s.arg(number));
                   }});
    all.push_back(
        {u"discord"_s,
         false,
         {},
         {{u"token"_s, u"made-up-bot-token"_s}},
         {{"/users/@me", R"({"id":"900","username":"desk"})"}, {"/gateway/bot", R"({"url":"wss://far.example/"})"}},
         {},
         &discordGreeting,
         [](const Told &one, int number) { return wire::discordEvent(one, number + 1); }});
    all.push_back({u"dingtalk_stream"_s,
                   false,
                   {{u"app_key"_s, u"dingkey1"_s}},
                   {{u"app_secret"_s, u"made-up-app-secret"_s}},
                   {{"/accessToken", R"({"accessToken":"at-1","expireIn":7200})"},
                    {"/connections/open", R"({"endpoint":"wss://far.example/connect","ticket":"t1"})"}},
                   {},
                   {},
                   [](const Told &one, int number) { return wire::dingtalkFrame(one, u"f%1"_s.arg(number)); }});
    all.push_back({u"feishu_long"_s,
                   false,
                   {{u"app_id"_s, u"cli_1"_s}},
                   {{u"app_secret"_s, u"made-up-app-secret"_s}},
                   {{"/tenant_access_token/", R"({"code":0,"tenant_access_token":"t-1","expire":7200})"},
                    {"/bot/v3/info", R"({"code":0,"bot":{"open_id":"ou_bot","app_name":"Desk"}})"},
                    {"/ws/endpoint", R"({"code":0,"data":{"URL":"wss://far.example/ws?service_id=7"}})"},
                    {"/contact/v3/users/", R"({"code":0,"data":{"user":{"name":"Ana"}}})"}},
                   {},
                   {},
                   &feishuFrame});
    all.push_back(
        {u"wecom_bot"_s,
         false,
         {{u"bot_id"_s, u"bot1"_s}},
         {{u"bot_secret"_s, u"made-up-bot-secret"_s}},
         {},
         {},
         [](bool) { return QList<QByteArray>{R"({"headers":{"req_id":"subscribe"},"errcode":0,"errmsg":"ok"})"}; },
         [](const Told &one, int number) { return wire::wecomBotFrame(one, u"r%1"_s.arg(number)); }});
    // --- at the gateway
    all.push_back({u"line"_s,
                   false,
                   {},
                   {{u"channel_secret"_s, signing}, {u"access_token"_s, u"made-up-91"_s}},
                   {{"/v2/bot/info", R"({"userId":"U1","displayName":"Desk"})"}},
                   {},
                   {},
                   {},
                   [](const Told &one, qint64) { return wire::lineRequest(one, repeatedSecret); }});
    all.push_back(
        {u"whatsapp_cloud"_s,
         false,
         {{u"phone_number_id"_s, u"106540352242922"_s}},
         meta,
         {{"/106540352242922", R"({"id":"106540352242922","verified_name":"Desk"})"}},
         {},
         {},
         {},
         [](const Told &one, qint64) { return wire::whatsappRequest(one, u"106540352242922"_s, repeatedSecret); }});
    for (const QString &id : {u"messenger"_s, u"instagram"_s}) {
        all.push_back({id,
                       false,
                       {{u"account_id"_s, u"100900800700601"_s}},
                       meta,
                       {{"/me", R"({"id":"100900800700601","user_id":"100900800700601","name":"Desk"})"},
                        {"fields=", R"({"id":"71","name":"Ana"})"}},
                       {},
                       {},
                       {},
                       [id](const Told &one, qint64) {
                           return wire::messengerRequest(one, id == "messenger"_L1 ? u"page"_s : id,
                                                         u"100900800700601"_s, repeatedSecret);
                       }});
    }
    all.push_back({u"wecom_callback"_s,
                   false,
                   {{u"corp_id"_s, u"ww1"_s}, {u"agent_id"_s, 1000002}},
                   {{u"corp_secret"_s, u"made-up-corp-secret"_s},
                    {u"token"_s, u"made-up-token-3"_s},
                    {u"aes_key"_s, wecomAesKey}},
                   {{"/gettoken", R"({"errcode":0,"access_token":"made-up","expires_in":7200})"}},
                   {},
                   {},
                   {},
                   &repeatedWecomRequest});
    all.push_back(
        {u"stripe"_s, false, {}, {{u"signing_secret"_s, signing}}, {}, {}, {}, {}, [](const Told &one, qint64 now) {
             return wire::stripeRequest(one, repeatedSecret, now);
         }});
    all.push_back({u"custom_webhook"_s,
                   true,
                   wire::customSettings(),
                   {{u"hook_secret"_s, signing}},
                   {},
                   {},
                   {},
                   {},
                   [](const Told &one, qint64) { return wire::customRequest(one, repeatedSecret); }});
    return all;
}

} // namespace patchbay::tests
