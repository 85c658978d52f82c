#include "connectors/kit/chat_text.h"

#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"
#include "core/mail/links.h"

#include <QtCore/QUrlQuery>

#include <set>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t mostSpans = 300; // what is behind them stays plain
constexpr qsizetype longestChatNotice = 2000;

struct ChatRun {
    mail::RunStyle style = {};
    mail::BlockContext context = {};
    QString raw = {}; ///< a link as written
};

bool covers(const ChatSpan &span, qsizetype at)
{
    return span.offset >= 0 && span.length > 0 && at >= span.offset && at - span.offset < span.length;
}

ChatRun chatRunAt(const std::vector<ChatSpan> &spans, qsizetype at)
{
    ChatRun run;
    for (const ChatSpan &span : spans) {
        if (!covers(span, at))
            continue;
        switch (span.kind) {
        case ChatSpan::Kind::Bold: run.style.bold = true; break;
        case ChatSpan::Kind::Italic: run.style.italic = true; break;
        case ChatSpan::Kind::Strike: run.style.strike = true; break;
        case ChatSpan::Kind::Code: run.style.code = true; break;
        case ChatSpan::Kind::Preformatted: run.context.kind = BodyBlock::Kind::Preformatted; break;
        case ChatSpan::Kind::Quote:
            run.context.kind = BodyBlock::Kind::Quote;
            run.context.depth = 1;
            break;
        case ChatSpan::Kind::Link:
            run.raw = span.href;
            run.style.href = mail::safeHref(span.href);
            break;
        }
    }
    return run;
}

/// Where the look of the text changes, in order, with both ends.
std::set<qsizetype> chatCuts(const QString &text, const std::vector<ChatSpan> &spans)
{
    std::set<qsizetype> cuts{0, text.size()};
    for (const ChatSpan &span : spans) {
        const qint64 start = std::clamp<qint64>(span.offset, 0, text.size());
        cuts.insert(qsizetype(start));
        cuts.insert(qsizetype(start + std::clamp<qint64>(span.length, 0, text.size() - start)));
    }
    return cuts;
}

void addChatRun(mail::BodyBuilder &builder, const QString &words, const ChatRun &run)
{
    if (!run.style.href.isEmpty()) {
        const QString host = mail::honestSuffix(words, run.style.href, run.raw);
        builder.verbatim(words, run.style, run.context);
        if (!host.isEmpty())
            builder.verbatim(u" [%1]"_s.arg(host), {}, run.context);
        return;
    }
    for (const BodyRun &part : mail::linkified(words)) {
        mail::RunStyle style = run.style;
        style.href = part.href;
        builder.verbatim(part.text, style, run.context);
    }
}

} // namespace

void setChatText(InboundMessage &message, const QString &text, const std::vector<ChatSpan> &spans)
{
    const std::vector<ChatSpan> some(spans.begin(), spans.begin() + qsizetype(std::min(spans.size(), mostSpans)));
    mail::BodyBuilder builder;
    const std::set<qsizetype> cuts = chatCuts(text, some);
    for (auto from = cuts.begin(); from != cuts.end() && std::next(from) != cuts.end(); ++from)
        addChatRun(builder, text.mid(*from, *std::next(from) - *from), chatRunAt(some, *from));
    Body body = builder.finish();
    body.notice = mail::joinedNotice(message.body.notice, body.notice);
    message.body = std::move(body);
    message.text = plainText(message.body).trimmed();
}

void addChatLine(InboundMessage &message, const QString &line)
{
    BodyBlock block;
    BodyRun run;
    run.text = cleanLine(line, longestChatNotice);
    if (run.text.isEmpty())
        return;
    block.runs.push_back(run);
    message.body.blocks.push_back(std::move(block));
    message.text = plainText(message.body).trimmed();
}

void addChatNotice(InboundMessage &message, const QString &notice)
{
    if (message.body.notice.size() < longestChatNotice)
        message.body.notice = mail::joinedNotice(message.body.notice, cleanLine(notice, longestChatNotice));
}

QString placeText(const QStringList &words, double latitude, double longitude)
{
    QStringList parts = words;
    parts << QString::number(latitude, 'f', 6) << QString::number(longitude, 'f', 6);
    parts.removeAll(QString());
    return u"Location: %1"_s.arg(parts.join(u", "_s));
}

QString unknownKindText(const QString &kind)
{
    return u"A message of the kind “%1”, which is not shown here."_s.arg(cleanLine(kind, 40));
}

QString firstTextAt(JsonReader &in, const QStringList &places)
{
    for (const QString &place : places) {
        if (in.has(place))
            return in.text(place);
    }
    return {};
}

InboundMessage nothingToShow(const RawItem &item)
{
    InboundMessage message;
    message.kind = InboundKind::Nothing;
    message.dedupeKey = item.sourceKey;
    return message;
}

Timestamp chatTime(qint64 seconds)
{
    constexpr qint64 latest = 253402300799; // the year 9999
    return seconds > 0 && seconds <= latest ? Timestamp{seconds * 1000000} : Timestamp{};
}

Timestamp chatTimeMs(qint64 milliseconds)
{
    const Timestamp whole = chatTime(milliseconds / 1000);
    return whole ? whole + std::chrono::milliseconds(milliseconds % 1000) : whole;
}

Timestamp chatTimeIso(const QString &iso) { return Timestamp::from(QDateTime::fromString(iso, Qt::ISODateWithMs)); }

Timestamp chatTimeDecimal(const QString &seconds)
{
    const Timestamp whole = chatTime(seconds.section(u'.', 0, 0).toLongLong());
    const qint64 micros = seconds.section(u'.', 1).leftJustified(6, u'0', true).toLongLong();
    return whole ? whole + std::chrono::microseconds(micros) : whole;
}

QByteArray withoutKey(QByteArray bytes, const QString &key)
{
    return key.size() < 6 ? bytes : bytes.replace(key.toUtf8(), "...");
}

QByteArray withoutKeysOf(QByteArray bytes, const QString &address)
{
    const QUrlQuery query(QUrl(address).query(QUrl::FullyEncoded));
    const auto values = query.queryItems(QUrl::FullyEncoded);
    for (const auto &[name, value] : values)
        bytes = withoutKey(std::move(bytes), value);
    return bytes;
}

InboundAttachment remoteFile(const QString &name, const QString &mediaType, qint64 size, const QJsonObject &remote)
{
    InboundAttachment file;
    file.name = cleanFileName(name);
    file.mediaType = cleanLine(mediaType, 100);
    file.remote = remote;
    file.remoteSize = std::max<qint64>(0, size);
    return file;
}

} // namespace patchbay
