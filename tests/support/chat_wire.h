#pragma once

#include <QtCore/QCryptographicHash>
#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMessageAuthenticationCode>

namespace patchbay::tests {

/// What a customer says in one chat, before any platform has put it into its own words. Chat and id are digits, which
/// every platform takes.
struct Told {
    QString chat = {};
    QString id = {};
    QString text = {};
    qint64 at = 0; ///< seconds since 1970
    int number = 0; ///< of the update that tells it first
};

/// A request to a channel's address at the gateway. `path` is what follows that address.
struct WireRequest {
    QByteArray path = {};
    QByteArray body = {};
    QList<QPair<QByteArray, QByteArray>> headers = {};
};

/// A message on its way from each platform, as the platform writes it: small, with invented ids.
namespace wire {

using namespace Qt::StringLiterals;

inline QByteArray bytes(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }
inline QString asText(const QJsonObject &object) { return QString::fromUtf8(bytes(object)); }
inline QJsonObject idOf(const QString &id) { return {{u"id"_s, id}}; }
inline QByteArray hmac(const QByteArray &body, const QByteArray &secret)
{
    return QMessageAuthenticationCode::hash(body, secret, QCryptographicHash::Sha256);
}

inline QJsonObject telegramUpdate(const Told &m, qint64 number)
{
    const QJsonObject chat{{u"id"_s, m.chat.toLongLong()}, {u"first_name"_s, u"Ana"_s}, {u"type"_s, u"private"_s}};
    const QJsonObject from{{u"id"_s, m.chat.toLongLong()}, {u"first_name"_s, u"Ana"_s}, {u"is_bot"_s, false}};
    return {{u"update_id"_s, number},
            {u"message"_s,
             QJsonObject{{u"message_id"_s, m.id.toLongLong()},
                         {u"from"_s, from},
                         {u"chat"_s, chat},
                         {u"date"_s, m.at},
                         {u"text"_s, m.text}}}};
}

/// A direct message: "D<chat>". Slack's id of a message is its time.
inline QByteArray slackEnvelope(const Told &m, const QString &envelope, const QString &eventId)
{
    const QJsonObject event{{u"type"_s, u"message"_s},
                            {u"channel_type"_s, u"im"_s},
                            {u"user"_s, u"U"_s + m.chat},
                            {u"channel"_s, u"D"_s + m.chat},
                            {u"ts"_s, u"%1.%2"_s.arg(m.at).arg(m.id.right(6), 6, u'0')},
                            {u"text"_s, m.text},
                            {u"user_profile"_s, QJsonObject{{u"real_name"_s, u"Ana"_s}}}};
    const QJsonObject payload{
        {u"type"_s, u"event_callback"_s}, {u"team_id"_s, u"T1"_s}, {u"event_id"_s, eventId}, {u"event"_s, event}};
    return bytes({{u"envelope_id"_s, envelope}, {u"type"_s, u"events_api"_s}, {u"payload"_s, payload}});
}

inline QByteArray discordEvent(const Told &m, int seq)
{
    const QJsonObject author{{u"id"_s, u"9"_s + m.chat}, {u"username"_s, u"ana"_s}};
    const QString at = QDateTime::fromSecsSinceEpoch(m.at, Qt::UTC).toString(Qt::ISODate);
    const QJsonObject message{{u"id"_s, m.id},       {u"channel_id"_s, m.chat}, {u"content"_s, m.text},
                              {u"author"_s, author}, {u"timestamp"_s, at},      {u"type"_s, 0}};
    return bytes({{u"op"_s, 0}, {u"t"_s, u"MESSAGE_CREATE"_s}, {u"s"_s, seq}, {u"d"_s, message}});
}

inline QByteArray dingtalkFrame(const Told &m, const QString &frame)
{
    const QJsonObject data{{u"conversationId"_s, u"cid"_s + m.chat},
                           {u"conversationType"_s, u"1"_s},
                           {u"chatbotUserId"_s, u"$:robot"_s},
                           {u"msgId"_s, u"msg"_s + m.id},
                           {u"senderNick"_s, u"Ana"_s},
                           {u"senderStaffId"_s, u"staff"_s + m.chat},
                           {u"senderId"_s, u"$:"_s + m.chat},
                           {u"createAt"_s, m.at * 1000},
                           {u"msgtype"_s, u"text"_s},
                           {u"text"_s, QJsonObject{{u"content"_s, m.text}}}};
    const QJsonObject headers{{u"contentType"_s, u"application/json"_s},
                              {u"messageId"_s, frame},
                              {u"topic"_s, u"/v1.0/im/bot/messages/get"_s}};
    return bytes(
        {{u"specVersion"_s, u"1.0"_s}, {u"type"_s, u"CALLBACK"_s}, {u"headers"_s, headers}, {u"data"_s, asText(data)}});
}

/// What a frame of the long connection carries.
inline QByteArray feishuEvent(const Told &m, const QString &eventId)
{
    const QJsonObject message{{u"message_id"_s, u"om_"_s + m.id}, {u"create_time"_s, QString::number(m.at * 1000)},
                              {u"chat_id"_s, u"oc_"_s + m.chat},  {u"chat_type"_s, u"p2p"_s},
                              {u"message_type"_s, u"text"_s},     {u"content"_s, asText({{u"text"_s, m.text}})}};
    const QJsonObject sender{{u"sender_id"_s, QJsonObject{{u"open_id"_s, u"ou_"_s + m.chat}}},
                             {u"sender_type"_s, u"user"_s}};
    return bytes({{u"schema"_s, u"2.0"_s},
                  {u"header"_s, QJsonObject{{u"event_id"_s, eventId}, {u"event_type"_s, u"im.message.receive_v1"_s}}},
                  {u"event"_s, QJsonObject{{u"sender"_s, sender}, {u"message"_s, message}}}});
}

inline QByteArray wecomBotFrame(const Told &m, const QString &request)
{
    const QJsonObject body{{u"msgid"_s, u"msg"_s + m.id},
                           {u"aibotid"_s, u"bot1"_s},
                           {u"chattype"_s, u"single"_s},
                           {u"create_time"_s, m.at},
                           {u"from"_s, QJsonObject{{u"userid"_s, u"ana"_s + m.chat}}},
                           {u"msgtype"_s, u"text"_s},
                           {u"text"_s, QJsonObject{{u"content"_s, m.text}}}};
    return bytes(
        {{u"cmd"_s, u"aibot_msg_callback"_s}, {u"headers"_s, QJsonObject{{u"req_id"_s, request}}}, {u"body"_s, body}});
}

inline QJsonObject evolutionRecord(const Told &m)
{
    return {{u"key"_s,
             QJsonObject{
                 {u"id"_s, u"3EB"_s + m.id}, {u"fromMe"_s, false}, {u"remoteJid"_s, m.chat + u"@s.whatsapp.net"_s}}},
            {u"pushName"_s, u"Ana"_s},
            {u"messageType"_s, u"conversation"_s},
            {u"message"_s, QJsonObject{{u"conversation"_s, m.text}}},
            {u"messageTimestamp"_s, m.at}};
}

inline QJsonObject chatwootMessage(const Told &m)
{
    return {{u"id"_s, m.id.toLongLong()},
            {u"content"_s, m.text},
            {u"inbox_id"_s, 5},
            {u"conversation_id"_s, m.chat.toLongLong()},
            {u"message_type"_s, 0},
            {u"created_at"_s, m.at},
            {u"private"_s, false},
            {u"status"_s, u"sent"_s},
            {u"content_type"_s, u"text"_s},
            {u"content_attributes"_s, QJsonObject()},
            {u"sender"_s, QJsonObject{{u"id"_s, 41}, {u"name"_s, u"Ana"_s}, {u"type"_s, u"contact"_s}}}};
}

inline QJsonObject umnicoMessage(const Told &m)
{
    return {{u"messageId"_s, m.id.toLongLong()},
            {u"incoming"_s, true},
            {u"datetime"_s, m.at * 1000},
            {u"message"_s, QJsonObject{{u"text"_s, m.text}}},
            {u"sender"_s, QJsonObject{{u"id"_s, 501}, {u"name"_s, u"Ana"_s}}}};
}

inline QString isoMs(qint64 at) { return QDateTime::fromSecsSinceEpoch(at, Qt::UTC).toString(Qt::ISODateWithMs); }

inline QJsonObject wwebMessage(const Told &m)
{
    return {{u"id"_s, u"false_%1@c.us_3EB%2"_s.arg(m.chat, m.id)},
            {u"body"_s, m.text},
            {u"fromMe"_s, false},
            {u"timestamp"_s, isoMs(m.at)},
            {u"type"_s, u"chat"_s}};
}

inline WireRequest lineRequest(const Told &m, const QByteArray &secret)
{
    const QJsonObject event{{u"type"_s, u"message"_s},
                            {u"webhookEventId"_s, u"01EVENT"_s + m.id},
                            {u"mode"_s, u"active"_s},
                            {u"timestamp"_s, m.at * 1000},
                            {u"source"_s, QJsonObject{{u"type"_s, u"user"_s}, {u"userId"_s, u"U"_s + m.chat}}},
                            {u"message"_s, QJsonObject{{u"id"_s, m.id}, {u"type"_s, u"text"_s}, {u"text"_s, m.text}}}};
    const QByteArray body = bytes({{u"destination"_s, u"U1"_s}, {u"events"_s, QJsonArray{event}}});
    return {{}, body, {{"X-Line-Signature", hmac(body, secret).toBase64()}}};
}

/// Meta's platforms sign all in one way.
inline WireRequest metaRequest(const QString &object, const QJsonObject &entry, const QByteArray &secret)
{
    const QByteArray body = bytes({{u"object"_s, object}, {u"entry"_s, QJsonArray{entry}}});
    return {{}, body, {{"X-Hub-Signature-256", "sha256=" + hmac(body, secret).toHex()}}};
}

inline WireRequest whatsappRequest(const Told &m, const QString &number, const QByteArray &secret)
{
    const QJsonObject contact{{u"wa_id"_s, m.chat}, {u"profile"_s, QJsonObject{{u"name"_s, u"Ana"_s}}}};
    const QJsonObject message{{u"from"_s, m.chat},
                              {u"id"_s, u"wamid."_s + m.id},
                              {u"timestamp"_s, QString::number(m.at)},
                              {u"type"_s, u"text"_s},
                              {u"text"_s, QJsonObject{{u"body"_s, m.text}}}};
    const QJsonObject value{{u"messaging_product"_s, u"whatsapp"_s},
                            {u"metadata"_s, QJsonObject{{u"phone_number_id"_s, number}}},
                            {u"contacts"_s, QJsonArray{contact}},
                            {u"messages"_s, QJsonArray{message}}};
    const QJsonObject change{{u"field"_s, u"messages"_s}, {u"value"_s, value}};
    return metaRequest(u"whatsapp_business_account"_s, {{u"id"_s, u"1"_s}, {u"changes"_s, QJsonArray{change}}}, secret);
}

/// Messenger ("page") and Instagram ("instagram").
inline WireRequest messengerRequest(const Told &m, const QString &object, const QString &account,
                                    const QByteArray &secret)
{
    const QJsonObject event{{u"sender"_s, idOf(m.chat)},
                            {u"recipient"_s, idOf(account)},
                            {u"timestamp"_s, m.at * 1000},
                            {u"message"_s, QJsonObject{{u"mid"_s, u"m_"_s + m.id}, {u"text"_s, m.text}}}};
    return metaRequest(object, {{u"id"_s, account}, {u"time"_s, m.at * 1000}, {u"messaging"_s, QJsonArray{event}}},
                       secret);
}

/// A payment of the customer "cus_<chat>" that failed; what is said stands in its description.
inline WireRequest stripeRequest(const Told &m, const QByteArray &secret, qint64 sent)
{
    const QJsonObject charge{{u"id"_s, u"ch_"_s + m.id},
                             {u"customer"_s, u"cus_"_s + m.chat},
                             {u"amount"_s, 500},
                             {u"currency"_s, u"usd"_s},
                             {u"description"_s, m.text}};
    const QByteArray body = bytes({{u"id"_s, u"evt_"_s + m.id},
                                   {u"object"_s, u"event"_s},
                                   {u"created"_s, m.at},
                                   {u"livemode"_s, true},
                                   {u"type"_s, u"charge.failed"_s},
                                   {u"data"_s, QJsonObject{{u"object"_s, charge}}}});
    const QByteArray time = QByteArray::number(sent);
    return {{}, body, {{"Stripe-Signature", "t=" + time + ",v1=" + hmac(time + '.' + body, secret).toHex()}}};
}

/// For the settings that customSettings() has.
inline WireRequest customRequest(const Told &m, const QByteArray &secret)
{
    const QByteArray body = bytes({{u"id"_s, m.id},
                                   {u"chat"_s, m.chat},
                                   {u"from"_s, QJsonObject{{u"id"_s, m.chat}, {u"name"_s, u"Ana"_s}}},
                                   {u"text"_s, m.text},
                                   {u"at"_s, m.at}});
    return {{}, body, {{"X-Sign", hmac(body, secret).toHex()}}};
}

inline QJsonObject customSettings()
{
    return {{u"proof"_s, u"hmac"_s},   {u"proof_name"_s, u"X-Sign"_s},  {u"id"_s, u"/id"_s},
            {u"thread"_s, u"/chat"_s}, {u"author_id"_s, u"/from/id"_s}, {u"author_name"_s, u"/from/name"_s},
            {u"text"_s, u"/text"_s},   {u"time"_s, u"/at"_s},           {u"time_form"_s, u"s"_s}};
}

} // namespace wire

} // namespace patchbay::tests
