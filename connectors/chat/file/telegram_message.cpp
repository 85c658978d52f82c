// One message of a Telegram export.
#include "connectors/chat/file/formats.h"
#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"
#include "core/mail/links.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using mail::BlockContext;
using mail::RunStyle;

/// The address of a user or channel id ("user123"); of the chat's own id where the message names none.
Address telegramPerson(const QString &name, const QString &id) { return importedPerson(name, id + u"@telegram"_s); }

void addTelegramRun(mail::BodyBuilder &builder, const QString &kind, const QString &text, const QString &link)
{
    RunStyle style;
    style.bold = kind == u"bold"_s;
    style.italic = kind == u"italic"_s;
    BlockContext context;
    if (kind == u"pre"_s)
        context.kind = BodyBlock::Kind::Preformatted;
    else if (kind == u"blockquote"_s)
        context = {BodyBlock::Kind::Quote, BodyBlock::Part::Text, 1, 0, 0};
    QString shown = text;
    if (kind == u"text_link"_s || kind == u"link"_s || kind == u"email"_s) {
        const QString raw = kind == u"text_link"_s ? link : kind == u"email"_s ? u"mailto:"_s + text : text;
        style.href = mail::safeHref(raw);
        if (!style.href.isEmpty())
            shown += mail::honestSuffix(text, style.href, raw);
    }
    builder.verbatim(shown, style, context);
}

/// "text" is a string, or a list of strings and of objects with type and text.
Body telegramBody(JsonReader &in, const QString &extra)
{
    mail::BodyBuilder builder;
    const QJsonValue text = in.value(u"/text"_s);
    if (text.isArray()) {
        for (JsonReader &part : in.array(u"/text"_s)) {
            if (part.value().isString())
                builder.verbatim(part.text({}), {}, {});
            else
                addTelegramRun(builder, part.text(u"/type"_s), part.text(u"/text"_s),
                               part.optionalText(u"/href"_s).value_or(QString()));
        }
    } else if (const auto plain = in.optionalText(u"/text"_s)) {
        builder.verbatim(*plain, {}, {});
    }
    if (!extra.isEmpty()) {
        builder.endLine();
        builder.verbatim(extra, {}, {});
    }
    return builder.finish();
}

/// What is no text: a poll, a place, a visiting card, a sticker.
QString telegramExtra(JsonReader &in)
{
    QStringList lines;
    if (in.has(u"/poll"_s)) {
        lines << u"Poll: %1"_s.arg(in.text(u"/poll/question"_s));
        for (JsonReader &answer : in.optionalArray(u"/poll/answers"_s))
            lines << u"- %1"_s.arg(answer.text(u"/text"_s));
    }
    if (in.has(u"/location_information"_s))
        lines << u"Location: %1, %2"_s.arg(in.number(u"/location_information/latitude"_s), 0, 'f', 6)
                     .arg(in.number(u"/location_information/longitude"_s), 0, 'f', 6);
    if (in.has(u"/contact_information"_s)) {
        const auto part = [&in](const QString &key) {
            return in.optionalText(u"/contact_information/"_s + key).value_or(QString());
        };
        lines << u"Contact: %1"_s.arg(
            QStringList{part(u"first_name"_s), part(u"last_name"_s), part(u"phone_number"_s)}.join(u' ').simplified());
    }
    if (const auto emoji = in.optionalText(u"/sticker_emoji"_s))
        lines << u"Sticker: %1"_s.arg(*emoji);
    return lines.join(u'\n');
}

/// "invite members: Ben, Chen", as the export words it.
QString telegramAction(JsonReader &in)
{
    QString text = in.text(u"/action"_s).replace(u'_', u' ');
    QStringList details;
    if (const auto title = in.optionalText(u"/title"_s))
        details << *title;
    for (JsonReader &member : in.optionalArray(u"/members"_s)) {
        if (member.value().isString())
            details << member.text({});
    }
    if (const auto reason = in.optionalText(u"/discard_reason"_s))
        details << *reason;
    if (const auto seconds = in.optionalInteger(u"/duration_seconds"_s))
        details << u"%1 s"_s.arg(*seconds);
    return details.isEmpty() ? text : u"%1: %2"_s.arg(text, details.join(u", "_s));
}

Timestamp telegramTime(JsonReader &in, const QString &member, const QString &zone)
{
    if (const auto seconds = in.optionalId(u"/%1_unixtime"_s.arg(member)))
        return unixTimeOf(seconds->toLongLong());
    return isoTimeOf(in.optionalText(u'/' + member).value_or(QString()), zone);
}

/// Which chat a message is in, and who "we" are there.
struct TelegramChat {
    QString id = {};
    QString name = {};
    QString type = {};
    QString own = {}; ///< "user1", where the export says so
    QString ownName = {}; ///< as a person wrote it: a name or an id

    bool isWithOne() const { return type == u"personal_chat"_s || type == u"bot_chat"_s; }
    Address counterpart() const { return telegramPerson(name, isWithOne() ? u"user"_s + id : u"chat"_s + id); }

    bool isOwn(const QString &fromId, const QString &fromName) const
    {
        if (!own.isEmpty() && fromId == own)
            return true;
        if (!ownName.isEmpty()
            && (fromId == ownName || fromId == u"user"_s + ownName
                || fromName.compare(ownName, Qt::CaseInsensitive) == 0))
            return true;
        if (type == u"saved_messages"_s)
            return true;
        return isWithOne() && fromId.startsWith(u"user"_s) && fromId != u"user"_s + id;
    }
};

/// Older exports have the number alone.
QString telegramSender(JsonReader &in, const QString &member)
{
    const QString id = in.optionalId(member).value_or(QString());
    return !id.isEmpty() && id.front().isDigit() ? u"user"_s + id : id;
}

} // namespace

Result<InboundMessage> parseTelegramItem(const ImportedItem &item)
{
    const auto fact = [&item](const QString &key) { return item.facts.value(key).toString(); };
    const TelegramChat chat{fact(u"chat_id"_s), fact(u"chat_name"_s), fact(u"chat_type"_s), fact(u"own"_s),
                            fact(u"own_name"_s)};
    JsonReader in = JsonReader::parse(item.message, u"message"_s);
    const QString id = in.id(u"/id"_s);
    if (chat.id.isEmpty())
        in.fault(u"/id"_s, u"belongs to a chat without an id"_s);
    const bool service = in.optionalText(u"/type"_s).value_or(QString()) == u"service"_s;
    const QString fromId = telegramSender(in, service ? u"/actor_id"_s : u"/from_id"_s);
    const QString fromName = in.optionalText(service ? u"/actor"_s : u"/from"_s).value_or(QString());

    InboundMessage message = importedMessage(item);
    message.externalId = importedKey(u"telegram"_s, {chat.id, id});
    message.dedupeKey = message.externalId;
    message.threadKey = importedKey(u"telegram"_s, {chat.id});
    message.fromSelf = chat.isOwn(fromId, fromName);
    message.from = fromId.isEmpty() ? chat.counterpart() : telegramPerson(fromName, fromId);
    if (message.fromSelf && chat.type != u"saved_messages"_s)
        message.to << recipientText(chat.counterpart());
    if (!chat.isWithOne())
        message.subject = cleanLine(chat.name, 200);
    message.automatic = service;
    message.providerAt = telegramTime(in, u"date"_s, fact(u"zone"_s));
    if (const auto reply = in.optionalId(u"/reply_to_message_id"_s))
        message.references << importedKey(u"telegram"_s, {chat.id, *reply});
    if (service) {
        setText(message, telegramAction(in));
    } else {
        const QString notice = message.body.notice;
        message.body = telegramBody(in, telegramExtra(in));
        message.body.notice = mail::joinedNotice(notice, message.body.notice);
        message.text = plainText(message.body).trimmed();
    }
    if (const auto origin = in.optionalText(u"/forwarded_from"_s))
        addNotice(message, u"Forwarded from %1."_s.arg(cleanLine(*origin, 200)));
    if (in.has(u"/edited"_s))
        addNotice(message, u"Edited later; the export holds only the last text."_s);
    return in.finish(std::move(message));
}

} // namespace patchbay
