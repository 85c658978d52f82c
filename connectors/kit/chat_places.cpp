#include "connectors/kit/chat_places.h"

#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// "<chat>:<id>" of the message that is answered, without its chat; nothing where that is another one.
QString answeredHere(const OutboundMessage &message)
{
    const QString chat = message.threadKey.section(u':', 0, 0);
    return message.inReplyTo.startsWith(chat + u':') ? message.inReplyTo.mid(chat.size() + 1) : QString();
}

QString placeValue(const ChatContext &context, const QString &name)
{
    if (name == u"thread"_s)
        return context.message.threadKey.isEmpty() ? context.change.threadKey : context.message.threadKey;
    if (name.startsWith(u"thread."_s))
        return context.message.threadKey.section(u':', name.mid(7).toInt(), name.mid(7).toInt());
    if (name == u"answered"_s)
        return context.message.inReplyTo;
    if (name == u"changed"_s)
        return context.change.message;
    if (name.startsWith(u"changed."_s))
        return context.change.message.section(u':', name.mid(8).toInt(), name.mid(8).toInt());
    if (name == u"answered.here"_s)
        return answeredHere(context.message);
    if (name == u"text"_s)
        return context.message.text;
    if (name.startsWith(u"known."_s))
        return settingText(context.known, name.mid(6));
    if (name.startsWith(u"remote."_s))
        return settingText(context.remote, name.mid(7));
    return settingText(context.settings, name);
}

/// A value of the query, which may be a name in braces.
QString queryValue(const ChatContext &context, const QString &value)
{
    const bool isName = value.startsWith(u'{') && value.endsWith(u'}');
    return isName ? placeValue(context, value.mid(1, value.size() - 2)) : value;
}

/// `isWhole`: false where a value was missing.
QJsonObject placesIn(const ChatContext &context, const QJsonObject &pattern, bool *isWhole = nullptr)
{
    QJsonObject filled;
    for (auto it = pattern.begin(); it != pattern.end(); ++it) {
        const QString text = it->toString();
        const bool isNumber = text.startsWith("#{"_L1);
        if (it->isObject()) {
            bool isInnerWhole = true;
            const QJsonObject inner = placesIn(context, it->toObject(), &isInnerWhole);
            if (isInnerWhole)
                filled.insert(it.key(), inner);
        } else if (!isNumber && !text.startsWith(u'{'))
            filled.insert(it.key(), *it);
        else if (const QString value = queryValue(context, isNumber ? text.mid(1) : text); !value.isEmpty())
            filled.insert(it.key(), isNumber ? QJsonValue(value.toLongLong()) : QJsonValue(value));
        else if (isWhole)
            *isWhole = false;
    }
    return filled;
}

} // namespace

Result<QUrl> chatAddress(const ChatContext &context, const QString &pattern)
{
    const QString places = pattern.section(u'?', 0, 0);
    QString path;
    for (qsizetype at = 0; at < places.size();) {
        const qsizetype open = places.indexOf(u'{', at);
        const qsizetype close = open < 0 ? -1 : places.indexOf(u'}', open);
        if (close < 0) {
            path += places.mid(at);
            break;
        }
        const QString name = places.mid(open + 1, close - open - 1);
        const QString value = placeValue(context, name);
        if (value.isEmpty())
            return makeError(Error::Kind::Refused, u"There is no “%1” to ask for. Check the settings."_s.arg(name));
        path += places.mid(at, open - at) + pathPart(value);
        at = close + 1;
    }
    QList<QPair<QString, QString>> query;
    for (const QString &item : pattern.section(u'?', 1).split(u'&', Qt::SkipEmptyParts))
        query.append({item.section(u'=', 0, 0), queryValue(context, item.section(u'=', 1))});
    return pathOf(path, query);
}

Result<Request> chatAsk(const ChatContext &context, const QString &pattern)
{
    const Result<QUrl> address = chatAddress(context, pattern);
    return address ? Result<Request>(Request("GET", *address)) : Result<Request>(address.error());
}

Result<Request> chatTell(const ChatContext &context, const QString &pattern, const QJsonObject &body,
                         const QByteArray &method)
{
    const Result<QUrl> address = chatAddress(context, pattern);
    return address ? Result<Request>(Request(method, *address).json(body)) : Result<Request>(address.error());
}

QJsonObject chatJson(const ChatContext &context, const QString &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body.toUtf8());
    Q_ASSERT_X(document.isObject(), "chatJson", "the body of a spec is no JSON");
    return placesIn(context, document.object());
}

} // namespace patchbay
