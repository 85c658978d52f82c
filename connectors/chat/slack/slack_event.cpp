// One payload of the Events API as what it tells.
#include "connectors/chat/slack/slack.h"

#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString unescapedSlack(QString text)
{
    return text.replace(u"&lt;"_s, u"<"_s).replace(u"&gt;"_s, u">"_s).replace(u"&amp;"_s, u"&"_s);
}

QString slackName(const QJsonObject &names, const QString &id, const QString &otherwise)
{
    const QString name = names.value(id).toString();
    return name.isEmpty() ? otherwise : name;
}

/// What stands between < and >: a person, a channel, everybody, or an address with or without words.
void addSlackMark(const QString &mark, const QJsonObject &names, QString &text, std::vector<ChatSpan> &spans)
{
    const QString target = mark.section(u'|', 0, 0);
    const QString label = unescapedSlack(mark.section(u'|', 1));
    if (target.startsWith(u'@') || target.startsWith(u'#') || target.startsWith(u'!')) {
        const QString name = label.isEmpty() ? slackName(names, u"user:"_s + target.mid(1), target.mid(1)) : label;
        text += (target.startsWith(u'#') ? u"#"_s : u"@"_s) + name;
        return;
    }
    const QString words = label.isEmpty() ? unescapedSlack(target) : label;
    spans.push_back({text.size(), words.size(), ChatSpan::Kind::Link, unescapedSlack(target)});
    text += words;
}

void setSlackText(InboundMessage &message, const QString &written, const QJsonObject &names)
{
    QString text;
    std::vector<ChatSpan> spans;
    qsizetype at = 0;
    while (at < written.size()) {
        const qsizetype open = written.indexOf(u'<', at);
        const qsizetype close = open < 0 ? -1 : written.indexOf(u'>', open);
        if (close < 0)
            break;
        text += unescapedSlack(written.mid(at, open - at));
        addSlackMark(written.mid(open + 1, close - open - 1), names, text, spans);
        at = close + 1;
    }
    text += unescapedSlack(written.mid(at));
    setChatText(message, text, spans);
}

Timestamp slackTime(const QString &ts)
{
    const Timestamp seconds = chatTime(ts.section(u'.', 0, 0).toLongLong());
    const qint64 micros = ts.section(u'.', 1).leftJustified(6, u'0', true).toLongLong();
    return seconds ? seconds + std::chrono::microseconds(micros) : seconds;
}

/// In channels each message that answers none begins a thread.
QString slackThread(const QString &channel, const QString &type, const QString &root, const QString &ts)
{
    if (!root.isEmpty())
        return channel + u':' + root;
    return type == u"im"_s || channel.startsWith(u'D') ? channel : channel + u':' + ts;
}

void addSlackFiles(InboundMessage &message, JsonReader &in)
{
    for (JsonReader &file : in.optionalArray(u"/files"_s)) {
        const QString name = textOr(file, u"/name"_s, u"file"_s);
        const QString url = textOr(file, u"/url_private_download"_s, textOr(file, u"/url_private"_s));
        if (url.isEmpty())
            addChatLine(message, u"(File: %1. Open it in Slack.)"_s.arg(name));
        else
            message.attachments.push_back(remoteFile(name, textOr(file, u"/mimetype"_s),
                                                     file.optionalInteger(u"/size"_s).value_or(0), {{u"url"_s, url}}));
    }
}

/// `in`: the message itself, in an edit below the event.
InboundMessage slackMessage(JsonReader &in, const QString &channel, const QString &type, const QJsonObject &names)
{
    InboundMessage message;
    const QString ts = in.text(u"/ts"_s);
    const QString root = textOr(in, u"/thread_ts"_s);
    message.externalId = message.dedupeKey = channel + u':' + ts;
    message.threadKey = slackThread(channel, type, root, ts);
    if (message.threadKey != channel)
        message.subject = u'#' + slackName(names, u"channel:"_s + channel, channel);
    if (!root.isEmpty() && root != ts)
        message.answers = channel + u':' + root;
    const QString user = textOr(in, u"/user"_s, textOr(in, u"/bot_id"_s));
    const QString name =
        textOr(in, u"/user_profile/real_name"_s, textOr(in, u"/username"_s, slackName(names, u"user:"_s + user, user)));
    if (user.isEmpty())
        in.fault(u"/user"_s, u"is not there"_s);
    message.from = {name, user};
    message.automatic = in.has(u"/bot_id"_s);
    message.providerAt = slackTime(ts);
    setSlackText(message, textOr(in, u"/text"_s), names);
    addSlackFiles(message, in);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Slack.)"_s);
    return message;
}

InboundMessage slackChange(JsonReader &event, const QString &id, const QJsonObject &names)
{
    InboundMessage message;
    const QString channel = event.text(u"/channel"_s);
    JsonReader now = event.object(u"/message"_s);
    const bool isGone = textOr(now, u"/subtype"_s) == u"tombstone"_s;
    // A preview of an address was added; nobody wrote anything.
    if (!isGone && textOr(now, u"/text"_s) == textOr(event, u"/previous_message/text"_s)) {
        message.kind = InboundKind::Nothing;
        return message;
    }
    if (isGone) {
        message.about = channel + u':' + now.text(u"/ts"_s);
        message.kind = InboundKind::Deletion;
    } else {
        message = slackMessage(now, channel, textOr(event, u"/channel_type"_s), names);
        message.about = std::exchange(message.externalId, QString());
        message.kind = InboundKind::Edit;
    }
    message.providerAt = slackTime(textOr(event, u"/event_ts"_s));
    message.dedupeKey = u"edit:%1:%2"_s.arg(message.about, id);
    return message;
}

InboundMessage slackReaction(JsonReader &event, const QString &id, bool added, const QJsonObject &names)
{
    InboundMessage message;
    const QString channel = event.text(u"/item/channel"_s);
    message.kind = InboundKind::Reaction;
    message.about = channel + u':' + event.text(u"/item/ts"_s);
    message.threadKey = channel;
    message.dedupeKey = u"reaction:%1:%2"_s.arg(message.about, id);
    message.from.address = event.text(u"/user"_s);
    message.from.name = slackName(names, u"user:"_s + message.from.address, {});
    message.text = added ? u":%1:"_s.arg(event.text(u"/reaction"_s)) : QString();
    message.providerAt = slackTime(textOr(event, u"/event_ts"_s));
    return message;
}

InboundMessage slackEvent(JsonReader &event, const QString &id, const QJsonObject &names)
{
    static const QStringList written{{}, u"bot_message"_s, u"file_share"_s, u"me_message"_s, u"thread_broadcast"_s};
    const QString type = event.text(u"/type"_s);
    const QString subtype = textOr(event, u"/subtype"_s);
    if (type == u"app_mention"_s || (type == u"message"_s && written.contains(subtype)))
        return slackMessage(event, event.text(u"/channel"_s), textOr(event, u"/channel_type"_s), names);
    if (type == u"message"_s && subtype == u"message_changed"_s)
        return slackChange(event, id, names);
    if (type == u"reaction_added"_s && event.has(u"/item/ts"_s))
        return slackReaction(event, id, true, names);
    if (type == u"reaction_removed"_s && event.has(u"/item/ts"_s))
        return slackReaction(event, id, false, names);
    InboundMessage message;
    message.kind = InboundKind::Nothing;
    if (type == u"message"_s && subtype == u"message_deleted"_s) {
        message.kind = InboundKind::Deletion;
        message.about = event.text(u"/channel"_s) + u':' + event.text(u"/deleted_ts"_s);
        message.dedupeKey = u"deletion:"_s + message.about;
    }
    return message;
}

} // namespace

QStringList namesLackingInSlack(const RawItem &item)
{
    static const QRegularExpression called(u"<@([A-Z0-9]{2,30})>"_s);
    constexpr int mostCalled = 5;
    JsonReader in = JsonReader::parse(item.raw, u"event"_s);
    const QString at = in.has(u"/event/message"_s) ? u"/event/message"_s : u"/event"_s;
    const QString channel = textOr(in, u"/event/channel"_s);
    QStringList ids;
    if (in.has(at + u"/user"_s) && !in.has(at + u"/user_profile/real_name"_s))
        ids << u"user:"_s + textOr(in, at + u"/user"_s);
    if (in.has(u"/event/ts"_s) && !channel.isEmpty() && !channel.startsWith(u'D'))
        ids << u"channel:"_s + channel;
    auto each = called.globalMatch(textOr(in, at + u"/text"_s));
    for (int i = 0; i < mostCalled && each.hasNext(); ++i)
        ids << u"user:"_s + each.next().captured(1);
    ids.removeDuplicates();
    return in.ok() ? ids : QStringList();
}

Result<InboundMessage> parseSlackEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader in = JsonReader::parse(named.item, u"event"_s);
    InboundMessage message;
    const QString type = in.text(u"/type"_s);
    if (type == u"event_callback"_s) {
        const QString id = in.id(u"/event_id"_s);
        JsonReader event = in.object(u"/event"_s);
        message = slackEvent(event, id, named.names);
        // Our own: told with the bot's user, or with the id of its app.
        const QString app = textOr(event, u"/app_id"_s);
        for (JsonReader &one : in.optionalArray(u"/authorizations"_s))
            message.fromSelf = message.fromSelf || message.from.address == textOr(one, u"/user_id"_s);
        message.fromSelf = message.fromSelf || (!app.isEmpty() && app == textOr(in, u"/api_app_id"_s));
        message.automatic = message.automatic && !message.fromSelf;
    } else {
        message.kind = InboundKind::Nothing; // a command, a dialog
    }
    if (message.dedupeKey.isEmpty())
        message.dedupeKey = item.sourceKey;
    return in.finish(std::move(message));
}

} // namespace patchbay
