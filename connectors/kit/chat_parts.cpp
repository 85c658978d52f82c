#include "connectors/kit/chat_parts.h"

#include "connectors/kit/rest.h"
#include "core/mail/html_body.h"

#include <cmath>
#include <functional>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString wordsOf(const QJsonValue &value)
{
    const double number = value.toDouble();
    if (!value.isDouble())
        return value.toVariant().toString();
    return number == std::floor(number) ? QString::number(number, 'f', 0) : QString::number(number, 'f', 6);
}

/// The pattern with what each name in braces stands for.
QString withValues(const QString &pattern, const std::function<QString(const QString &)> &valueOf)
{
    QString text;
    for (qsizetype at = 0; at < pattern.size();) {
        const qsizetype open = pattern.indexOf(u'{', at);
        const qsizetype close = open < 0 ? -1 : pattern.indexOf(u'}', open);
        if (close < 0)
            return text + pattern.mid(at);
        text += pattern.mid(at, open - at) + valueOf(pattern.mid(open + 1, close - open - 1));
        at = close + 1;
    }
    return text;
}

} // namespace

QString joinedTexts(const JsonReader &in, const QStringList &pointers)
{
    QStringList texts;
    for (const QString &pointer : pointers)
        texts << textOr(in, pointer);
    texts.removeAll(QString());
    return texts.join(u' ');
}

bool hasAny(const JsonReader &in, const QString &names)
{
    const QStringList all = names.split(u' ', Qt::SkipEmptyParts);
    return std::any_of(all.begin(), all.end(), [&in](const QString &name) { return in.has(u'/' + name); });
}

QString filledIn(const JsonReader &in, const QString &pattern)
{
    return withValues(pattern, [&in](const QString &pointer) { return wordsOf(in.value(pointer)); });
}

QString idsAt(JsonReader &in, const QString &pattern)
{
    return withValues(pattern, [&in](const QString &pointer) { return in.id(pointer); });
}

InboundMessage nothingTold(const QString &dedupeKey)
{
    InboundMessage message;
    message.kind = InboundKind::Nothing;
    message.dedupeKey = dedupeKey;
    return message;
}

void becomeEdit(InboundMessage &message, const QString &version, Timestamp at)
{
    message.kind = InboundKind::Edit;
    message.about = std::exchange(message.externalId, QString());
    message.dedupeKey = u"edit:%1:%2"_s.arg(message.about, version);
    message.providerAt = at;
}

void becomeReaction(InboundMessage &message, const QString &signs, const QString &version)
{
    message.kind = InboundKind::Reaction;
    message.about = std::exchange(message.externalId, QString());
    message.dedupeKey = u"reaction:%1:%2"_s.arg(message.about, version);
    message.text = signs;
}

void becomeDeletion(InboundMessage &message, const QString &about)
{
    message.kind = InboundKind::Deletion;
    message.about = about;
    message.dedupeKey = u"deletion:"_s + about;
}

void becomeReceipt(InboundMessage &message, const QString &about, const QString &fate, const QString &trouble)
{
    message.kind = InboundKind::Receipt;
    message.about = about;
    message.fate = fate == u"read"_s ? MessageFate::Read
        : fate == u"delivered"_s     ? MessageFate::Delivered
        : fate == u"failed"_s        ? MessageFate::Failed
                                     : MessageFate::Accepted;
    if (message.fate == MessageFate::Failed)
        message.text = cleanLine(trouble, 500);
}

void addChatLines(InboundMessage &message, JsonReader &in, const std::vector<LineForm> &forms)
{
    for (const LineForm &form : forms) {
        if (!in.has(form.at))
            continue;
        if (!in.value(form.at).isArray()) {
            addChatLine(message, filledIn(in, form.pattern).simplified());
            continue;
        }
        for (const JsonReader &one : in.array(form.at))
            addChatLine(message, filledIn(one, form.pattern).simplified());
    }
}

void addChatFiles(InboundMessage &message, JsonReader &in, const FileFields &fields, const std::vector<FileKind> &kinds)
{
    for (const FileKind &kind : kinds) {
        if (!in.has(kind.at) || (!kind.unless.isEmpty() && in.has(kind.unless)))
            continue;
        const bool isList = in.value(kind.at).isArray();
        std::vector<JsonReader> files = isList ? in.array(kind.at) : std::vector<JsonReader>{in.object(kind.at)};
        if (kind.many == FileKind::Many::SizesOfOne && !files.empty())
            files.erase(files.begin(), files.end() - 1);
        for (JsonReader &file : files) {
            const QJsonObject remote{{fields.key, file.text(u'/' + fields.key)}};
            message.attachments.push_back(remoteFile(textOr(file, fields.name, kind.name),
                                                     textOr(file, fields.type, kind.type),
                                                     file.optionalInteger(fields.size).value_or(0), remote));
        }
    }
}

void addChatFilesAt(InboundMessage &message, JsonReader &in, const FilePlaces &places)
{
    for (JsonReader &file : in.optionalArray(places.list)) {
        const QString name = textOr(file, places.name, u"file"_s);
        QString url;
        for (const QString &address : places.addresses.split(u' '))
            url = url.isEmpty() ? textOr(file, address) : url;
        if (url.isEmpty())
            addChatLine(message, places.without.arg(name));
        else
            message.attachments.push_back(remoteFile(name, textOr(file, places.type),
                                                     file.optionalInteger(places.size).value_or(0), {{u"url"_s, url}}));
    }
}

std::vector<ChatSpan> readSpans(JsonReader &in, const QString &list, const QString &text,
                                const std::vector<SpanKind> &kinds)
{
    std::vector<ChatSpan> spans;
    for (JsonReader &one : in.optionalArray(list)) {
        ChatSpan span{one.integer(u"/offset"_s), one.integer(u"/length"_s)};
        const QString name = one.text(u"/type"_s);
        const auto kind =
            std::find_if(kinds.begin(), kinds.end(), [&name](const SpanKind &known) { return known.name == name; });
        if (kind == kinds.end())
            continue;
        span.kind = kind->kind;
        const QString words = text.mid(span.offset, span.length);
        if (kind->scheme.isEmpty())
            span.href = textOr(one, u"/url"_s);
        else
            span.href = words.contains(u"://"_s) ? words : kind->scheme + words;
        spans.push_back(std::move(span));
    }
    return spans;
}

} // namespace patchbay
