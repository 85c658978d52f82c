#include "connectors/kit/chat_files.h"

#include "connectors/kit/elsewhere.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

std::vector<FormFile> formFiles(const ChatContext &context, const QString &field)
{
    std::vector<FormFile> files;
    for (const FileInHand &one : context.files)
        files.push_back({QString(field).replace(u'#', QString::number(files.size())), one});
    return files;
}

/// As one part of a form has it.
QString partText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

} // namespace

ChatAbilities takingFiles(ChatAbilities abilities, int most, int longestCaption)
{
    abilities.files = {.most = most, .largest = largestAttachedFile, .longestCaption = longestCaption};
    return abilities;
}

Result<Request> filesForm(const ChatContext &context, const QString &address, const QString &field,
                          const QStringList &parts)
{
    const Result<QUrl> url = filledChatAddress(address, context);
    if (!url)
        return url.error();
    const NamedValue told = [&context](const QString &name) { return chatValue(name, context); };
    std::vector<FormPart> filled;
    for (const QString &part : parts) {
        if (const auto value = filledPattern(part.section(u'=', 1), told))
            filled.push_back({part.section(u'=', 0, 0), *value});
    }
    return multipart(*url, context.key, filled, formFiles(context, field));
}

Result<Request> filesFormOf(const ChatContext &context, const QString &address, const QString &field,
                            const QJsonObject &members)
{
    const Result<QUrl> url = filledChatAddress(address, context);
    if (!url)
        return url.error();
    std::vector<FormPart> parts;
    for (auto it = members.begin(); it != members.end(); ++it)
        parts.push_back({it.key(), partText(*it)});
    return multipart(*url, context.key, parts, formFiles(context, field));
}

Result<Request> bytesToPlace(const ChatContext &context, const QString &member)
{
    const Result<QUrl> address = uploadAddress(context.remote.value(member).toString(), context.base);
    if (!address)
        return address.error();
    if (context.files.empty())
        return makeError(Error::Kind::Refused, u"There is no file to upload."_s);
    return Request("POST", *address).body(context.files.front().bytes, mediaTypeOf(context.files.front().file));
}

QString shownAs(const ChatContext &context, const QString &kinds, const QString &other)
{
    const QString type = chatValue(u"file.type"_s, context).toLower();
    const QString kind = type.section(u'/', 0, 0);
    const QStringList known = kinds.split(u' ');
    return !type.isEmpty() && (known.contains(kind) || known.contains(type)) ? kind : other;
}

ChatContext ofUpload(const ChatContext &context, size_t n)
{
    ChatContext one = context;
    one.files.clear();
    if (n < context.message.files.size())
        one.files.push_back({context.message.files[n], {}});
    one.remote = n < context.uploaded.size() ? context.uploaded[n] : QJsonObject();
    return one;
}

Result<Request> postUploaded(const ChatContext &context, const QString &address, const QString &body, ChatWords words,
                             const QString &list, const QString &element)
{
    QJsonArray elements;
    for (size_t n = 0; n < context.uploaded.size(); ++n)
        elements.append(filledBody(element, ofUpload(context, n), words));
    QJsonObject whole = filledBody(body, context, words);
    whole.insert(list, elements);
    const Result<Request> call = filledCall(QByteArrayLiteral("POST"), address, context);
    return call ? Result<Request>(Request(*call).json(whole)) : call;
}

} // namespace patchbay
