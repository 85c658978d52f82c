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

} // namespace

QString chatValue(const QString &name, const ChatContext &context)
{
    const OutboundMessage &message = context.message;
    if (name == u"text"_s)
        return message.text;
    if (name == u"thread"_s)
        return message.threadKey;
    if (name == u"chat"_s)
        return message.threadKey.section(u':', 0, 0);
    if (name == u"topic"_s)
        return message.threadKey.section(u':', 1);
    if (name == u"answered"_s)
        return message.inReplyTo;
    if (name == u"changed"_s)
        return context.change.message;
    if (name == u"key"_s)
        return context.key;
    if (name == u"cursor"_s)
        return QString::fromUtf8(context.cursor);
    if (name == u"named"_s)
        return context.remote.value(u"id"_s).toString().section(u':', 1);
    if (name.startsWith(u"remote."_s))
        return context.remote.value(name.mid(7)).toString();
    if (name.startsWith(u"known."_s))
        return context.known.value(name.mid(6)).toString();
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

Result<Request> filledJsonCall(const QString &address, const QString &body, ChatWords words, const ChatContext &context)
{
    const auto told = [&context, words](const QString &name) {
        return name == u"text"_s ? words(context.message.text) : chatValue(name, context);
    };
    const Result<Request> call = filledCall(QByteArrayLiteral("POST"), address, context);
    if (!call)
        return call;
    return Request(*call).json(filledJson(body, {told, escapedChatValues(context, &unchangedWords), false}).toObject());
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
