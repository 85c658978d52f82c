#include "connectors/kit/chat_patterns.h"

#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

NamedValue escapedChatValues(const ChatContext &context, QString (*escaped)(const QString &value))
{
    return [&context, escaped](const QString &name) { return escaped(chatValue(name, context)); };
}

QString toldText(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

} // namespace

static QString fileValue(const QString &name, const FileInHand &hand)
{
    if (name == u"name"_s)
        return hand.file.name;
    if (name == u"type"_s)
        return QString::fromLatin1(mediaTypeOf(hand.file));
    if (name == u"kind"_s)
        return QString::fromLatin1(mediaTypeOf(hand.file)).section(u'/', 0, 0);
    if (name == u"size"_s)
        return QString::number(hand.file.size);
    return name == u"base64"_s ? QString::fromLatin1(hand.bytes.toBase64()) : QString();
}

QString chatValue(const QString &name, const ChatContext &context)
{
    const OutboundMessage &message = context.message;
    if (name == u"text"_s)
        return message.text;
    if (name == u"thread"_s)
        return message.threadKey.isEmpty() ? context.change.threadKey : message.threadKey;
    if (name == u"chat"_s)
        return message.threadKey.section(u':', 0, 0);
    if (name == u"topic"_s)
        return message.threadKey.section(u':', 1);
    if (name == u"answered"_s)
        return message.inReplyTo;
    if (name == u"answered.here"_s)
        return message.inReplyTo.section(u':', 0, 0) == message.threadKey.section(u':', 0, 0)
            ? message.inReplyTo.section(u':', 1)
            : QString();
    if (name == u"changed"_s)
        return context.change.message;
    if (name.startsWith(u"changed."_s))
        return context.change.message.section(u':', name.mid(8).toInt(), name.mid(8).toInt());
    if (name == u"key"_s)
        return context.key;
    if (name == u"cursor"_s)
        return QString::fromUtf8(context.cursor);
    if (name == u"named"_s)
        return context.remote.value(u"id"_s).toString().section(u':', 1);
    if (name.startsWith(u"remote."_s))
        return toldText(context.remote.value(name.mid(7)));
    if (name.startsWith(u"file."_s))
        return context.files.empty() ? QString() : fileValue(name.mid(5), context.files.front());
    if (name.startsWith(u"known."_s))
        return toldText(context.known.value(name.mid(6)));
    return settingText(context.settings, name);
}

QString unchangedWords(const QString &text) { return text; }

Result<QUrl> filledChatAddress(const QString &pattern, const ChatContext &context)
{
    const NamedValue plain = escapedChatValues(context, &unchangedWords);
    return filledAddress(pattern, {escapedChatValues(context, &pathPart), plain, plain});
}

Result<Request> filledCall(const QByteArray &method, const QString &address, const ChatContext &context)
{
    const Result<QUrl> url = filledChatAddress(address, context);
    return url ? Result<Request>(Request(method, *url)) : Result<Request>(url.error());
}

QJsonObject filledBody(const QString &body, const ChatContext &context, ChatWords words)
{
    const auto told = [&context, words](const QString &name) {
        return name == u"text"_s ? words(context.message.text) : chatValue(name, context);
    };
    return filledJson(body, {told, escapedChatValues(context, &unchangedWords), false}).toObject();
}

Result<Request> filledJsonCall(const QString &address, const QString &body, ChatWords words, const ChatContext &context,
                               const QByteArray &method)
{
    const Result<Request> call = filledCall(method, address, context);
    return call ? Result<Request>(Request(*call).json(filledBody(body, context, words))) : call;
}

Result<Request> filledFormCall(const QString &address, const QString &fields, const ChatContext &context)
{
    const Result<Request> call = filledCall(QByteArrayLiteral("POST"), address, context);
    if (!call)
        return call;
    const NamedValue plain = escapedChatValues(context, &unchangedWords);
    return Request(*call).form(filledPairs(fields, plain, plain)).reading();
}

} // namespace patchbay
