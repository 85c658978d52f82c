#include "app/gateway/health_page.h"

#include "core/store/raw_message_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostUnreadable = 1000; // that are counted one by one

} // namespace

Result<QJsonObject> readHealth(Database &db)
{
    const raw_messages::Counters kept = raw_messages::kept(db);
    QJsonObject json{{u"received"_s, kept.received},   {u"visible"_s, kept.visible},
                     {u"duplicate"_s, kept.duplicate}, {u"quarantined"_s, kept.quarantined},
                     {u"pending"_s, kept.pending},     {u"adds_up"_s, kept.addsUp()}};
    const std::vector<raw_messages::RawMessage> oldest = raw_messages::pending(db, 1);
    const qint64 lag = oldest.empty() ? 0 : (db.now() - oldest.front().receivedAt).count() / 1000;
    json.insert(u"lag_ms"_s, lag);
    QJsonObject unreadable;
    for (const raw_messages::RawMessage &one : raw_messages::quarantined(db, mostUnreadable)) {
        const QString id = QString::number(one.channel.value);
        unreadable.insert(id, unreadable.value(id).toInt() + 1);
    }
    json.insert(u"unreadable"_s, unreadable);
    return db.finish(std::move(json));
}

bool isAskedFromHere(const HookRequest &request)
{
    static const QList<QByteArray> names{"localhost", "127.0.0.1", "[::1]"};
    QByteArray host = request.header("host");
    const qsizetype colon = host.lastIndexOf(':');
    if (colon > 0 && host.lastIndexOf(']') < colon)
        host.truncate(colon);
    return names.contains(host) && request.header("x-forwarded-for").isEmpty() && request.header("forwarded").isEmpty();
}

HookReply healthReply(const Result<QJsonObject> &read, const std::vector<HookChannel> &channels,
                      const std::map<qint64, HookFigures> &figures, const FaceFigures &face)
{
    HookReply reply;
    QJsonObject json{{u"status"_s, read ? u"ok"_s : u"failed"_s}};
    QJsonObject unreadable;
    if (read) {
        QJsonObject counters = *read;
        unreadable = counters.take(u"unreadable"_s).toObject();
        json.insert(u"lag_ms"_s, counters.take(u"lag_ms"_s));
        json.insert(u"items"_s, counters);
    } else {
        reply.status = 503;
    }
    QJsonArray list;
    for (const HookChannel &channel : channels) {
        const auto found = figures.find(channel.id.value);
        const HookFigures of = found == figures.end() ? HookFigures() : found->second;
        list.append(QJsonObject{{u"name"_s, channel.name},
                                {u"receiving"_s, channel.connector != nullptr},
                                {u"accepted"_s, of.accepted},
                                {u"refused"_s, of.refused},
                                {u"failed"_s, of.failed},
                                {u"others"_s, of.others},
                                {u"stored"_s, of.stored},
                                {u"doubled"_s, of.doubled},
                                {u"unreadable"_s, unreadable.value(QString::number(channel.id.value)).toInt()}});
    }
    json.insert(u"channels"_s, list);
    json.insert(u"gateway"_s,
                QJsonObject{{u"in_work"_s, face.inWork},
                            {u"waiting"_s, face.waiting},
                            {u"requests"_s, face.requests},
                            {u"turned_away"_s, face.turnedAway},
                            {u"malformed"_s, face.malformed}});
    reply.body = QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n';
    return reply;
}

} // namespace patchbay
