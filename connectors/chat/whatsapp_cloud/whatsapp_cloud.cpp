#include "connectors/kit/calls.h"
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/meta_platform.h"
#include "connectors/kit/meta_templates.h"
#include "connectors/kit/services.h"
#include "connectors/kit/text_marks.h"
#include "connectors/kit/whatsapp_files.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

std::vector<FormField> whatsappForm()
{
    const std::vector<FormField> own{
        textField("phone_number_id", QT_TRANSLATE_NOOP("form", "Phone number id"), true,
                  QT_TRANSLATE_NOOP("form", "A long number; not the telephone number itself")),
        textField("business_account_id", QT_TRANSLATE_NOOP("form", "WhatsApp Business Account id"), false,
                  QT_TRANSLATE_NOOP("form", "For templates, which go out after the 24 hours, too"))};
    return joined<FormField>({own, metaForm()});
}

/// The contact with this id, whose name the message lacks.
QJsonValue whatsappContact(JsonReader &value, const QString &id)
{
    for (JsonReader &contact : value.optionalArray(u"/contacts"_s)) {
        if (contact.optionalId(u"/wa_id"_s) == id)
            return contact.value();
    }
    return {};
}

/// One change has many messages and tells of as many fates: each is an item, with what it needs from around it.
void addWhatsappItems(JsonReader &value, std::vector<RawItem> &items)
{
    const QJsonValue number = value.value(u"/metadata"_s);
    for (JsonReader &message : value.optionalArray(u"/messages"_s)) {
        const QString from = message.optionalId(u"/from"_s).value_or(QString());
        items.push_back(hookItem(message.optionalId(u"/id"_s).value_or(QString()),
                                 QJsonObject{{u"metadata"_s, number},
                                             {u"contact"_s, whatsappContact(value, from)},
                                             {u"message"_s, message.value()}}));
    }
    for (JsonReader &status : value.optionalArray(u"/statuses"_s)) {
        const QString key = textOr(status, u"/id"_s) + u':' + textOr(status, u"/status"_s);
        items.push_back(hookItem(key, QJsonObject{{u"metadata"_s, number}, {u"status"_s, status.value()}}));
    }
}

std::vector<RawItem> whatsappRead(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    std::vector<RawItem> items;
    for (JsonReader &entry : in.array(u"/entry"_s)) {
        for (JsonReader &change : entry.array(u"/changes"_s)) {
            JsonReader value = change.object(u"/value"_s);
            const size_t before = items.size();
            addWhatsappItems(value, items);
            if (items.size() == before) // groups, templates, account: kept as it is
                items.push_back(hookItem({}, QJsonObject{{u"change"_s, change.value()}}));
        }
    }
    return in.ok() ? items : unreadableHook(request);
}

void addWhatsappFile(JsonReader &in, const QString &kind, InboundMessage &message)
{
    const QString place = u"/message/"_s + kind;
    const QString type = textOr(in, place + u"/mime_type"_s, u"application/octet-stream"_s).section(u';', 0, 0);
    const QString name = u"%1.%2"_s.arg(kind, type.section(u'/', 1).section(u'+', 0, 0));
    message.attachments.push_back(
        remoteFile(textOr(in, place + u"/filename"_s, name), type, 0, {{u"id"_s, in.id(place + u"/id"_s)}}));
    setChatText(message, textOr(in, place + u"/caption"_s));
}

QString whatsappPlace(JsonReader &in)
{
    return placeText({textOr(in, u"/message/location/name"_s)}, in.number(u"/message/location/latitude"_s),
                     in.number(u"/message/location/longitude"_s));
}

QString whatsappCards(JsonReader &in)
{
    QStringList lines;
    for (JsonReader &card : in.array(u"/message/contacts"_s)) {
        QStringList parts{textOr(card, u"/name/formatted_name"_s)};
        for (JsonReader &phone : card.optionalArray(u"/phones"_s))
            parts << textOr(phone, u"/phone"_s);
        lines << u"Contact: %1"_s.arg(parts.join(u' ').simplified());
    }
    return lines.join(u'\n');
}

void readWhatsappMessage(JsonReader &in, InboundMessage &message)
{
    static const QStringList files{u"image"_s, u"video"_s, u"audio"_s, u"document"_s, u"sticker"_s};
    const QString kind = in.text(u"/message/type"_s);
    if (files.contains(kind))
        return addWhatsappFile(in, kind, message);
    QString text =
        firstTextAt(in,
                    {u"/message/text/body"_s, u"/message/button/text"_s, u"/message/interactive/button_reply/title"_s,
                     u"/message/interactive/list_reply/title"_s, u"/message/system/body"_s});
    if (kind == "location"_L1)
        text = whatsappPlace(in);
    else if (kind == "contacts"_L1)
        text = whatsappCards(in);
    if (text.isEmpty())
        text = unknownKindText(kind);
    setChatText(message, text);
}

Result<InboundMessage> whatsappReceipt(JsonReader &in)
{
    static const QHash<QString, MessageFate> fates{{u"sent"_s, MessageFate::Accepted},
                                                   {u"delivered"_s, MessageFate::Delivered},
                                                   {u"read"_s, MessageFate::Read},
                                                   {u"played"_s, MessageFate::Read},
                                                   {u"failed"_s, MessageFate::Failed}};
    InboundMessage message;
    const QString status = in.text(u"/status/status"_s);
    message.about = in.id(u"/status/id"_s);
    message.kind = fates.contains(status) ? InboundKind::Receipt : InboundKind::Nothing;
    message.fate = fates.value(status);
    message.dedupeKey = u"receipt:%1:%2"_s.arg(message.about, status);
    message.threadKey = in.optionalId(u"/status/recipient_id"_s).value_or(QString());
    message.providerAt = chatTime(in.id(u"/status/timestamp"_s).toLongLong());
    if (in.has(u"/status/errors/0"_s))
        message.text = u"%1 (%2)"_s.arg(textOr(in, u"/status/errors/0/title"_s),
                                        in.optionalId(u"/status/errors/0/code"_s).value_or(QString()));
    return in.finish(std::move(message));
}

Result<InboundMessage> whatsappParse(const RawItem &item, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(item.raw, u"item"_s);
    const auto number = in.ok() ? in.optionalId(u"/metadata/phone_number_id"_s) : std::nullopt;
    // An app gets what all its numbers get; the others' is for channels of their own.
    if (in.ok() && (in.has(u"/change"_s) || number != settingText(account.settings, u"phone_number_id"_s)))
        return nothingToShow(item);
    if (in.ok() && in.has(u"/status"_s))
        return whatsappReceipt(in);
    InboundMessage message;
    const QString id = in.id(u"/message/id"_s);
    message.from = {cleanLine(textOr(in, u"/contact/profile/name"_s), 200), in.id(u"/message/from"_s)};
    message.threadKey = in.optionalId(u"/message/group_id"_s).value_or(message.from.address);
    message.providerAt = chatTime(in.id(u"/message/timestamp"_s).toLongLong());
    if (in.ok() && in.text(u"/message/type"_s) == "reaction"_L1) {
        message.kind = InboundKind::Reaction;
        message.about = in.id(u"/message/reaction/message_id"_s);
        message.text = textOr(in, u"/message/reaction/emoji"_s);
        message.dedupeKey = u"reaction:"_s + id;
        return in.finish(std::move(message));
    }
    message.externalId = id;
    message.dedupeKey = id;
    message.answers = in.optionalId(u"/message/context/id"_s).value_or(QString());
    readWhatsappMessage(in, message);
    return in.finish(std::move(message));
}

Result<Request> whatsappMe(const ChatContext &context)
{
    const QString number = pathPart(settingText(context.settings, u"phone_number_id"_s));
    return getFrom(metaPath(context, number), {{u"fields"_s, u"id,display_phone_number,verified_name"_s}});
}

Result<QJsonObject> whatsappWho(JsonReader &reply, const ChatContext &)
{
    const QString name = textOr(reply, u"/verified_name"_s) + u' ' + textOr(reply, u"/display_phone_number"_s);
    return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/id"_s)}, {u"name"_s, name.trimmed()}});
}

Result<Request> whatsappSend(const ChatContext &context)
{
    bool isPerson = false; // or a group, whose id is no number
    context.message.threadKey.toULongLong(&isPerson);
    QJsonObject body{{u"messaging_product"_s, u"whatsapp"_s},
                     {u"recipient_type"_s, isPerson ? u"individual"_s : u"group"_s},
                     {u"to"_s, context.message.threadKey},
                     {u"type"_s, context.message.templated ? u"template"_s : u"text"_s}};
    if (context.message.templated)
        body.insert(u"template"_s, metaTemplateBody(*context.message.templated));
    else if (!context.message.files.empty())
        addWhatsappFile(body, context);
    else
        body.insert(u"text"_s, QJsonObject{{u"body"_s, context.message.text}, {u"preview_url"_s, false}});
    if (context.message.quotes)
        body.insert(u"context"_s, QJsonObject{{u"message_id"_s, context.message.inReplyTo}});
    const QString number = pathPart(settingText(context.settings, u"phone_number_id"_s));
    return postTo(metaPath(context, number + u"/messages"_s), body);
}

Result<Request> whatsappMedia(const ChatContext &context)
{
    return getFrom(metaPath(context, pathPart(context.remote.value(u"id"_s).toString())));
}

ChatAbilities whatsappAbilities(ChatAbilities abilities, const QJsonObject &settings)
{
    abilities.templates = !settingText(settings, u"business_account_id"_s).isEmpty();
    return abilities;
}

ChatSpec whatsappSpec()
{
    ChatSpec spec;
    spec.id = u"whatsapp_cloud"_s;
    spec.title = u"WhatsApp Cloud"_s;
    spec.form = whatsappForm();
    spec.contract = {true, u"WhatsApp Cloud API (OpenAPI)"_s, u"v23.0"_s};
    spec.check = &checkMeta;
    spec.auth = &bearerOf<"access_token">;
    spec.headers = metaHeaders();
    spec.failure = &metaFailure;
    spec.me = {&whatsappMe, &whatsappWho};
    spec.hook = {&verifyMeta, &challengeMeta, true, &whatsappRead, {}};
    spec.parse = &whatsappParse;
    spec.media = {{&whatsappMedia, &readForNext<"/url", "url">}, {&loadMetaFileAt, nullptr}};
    spec.fileHosts = metaFileHosts();
    spec.addresses = Addresses::Phones;
    spec.abilities = takingFiles(quoting(markedTexts(4096, &writtenForWhatsapp)), 1, 1024);
    spec.abilities.files.types = whatsappMediaTypes();
    spec.abilities.answerWindow = std::chrono::hours(24);
    spec.abilitiesBy = &whatsappAbilities;
    spec.templates = {&askMetaTemplates, &readMetaTemplates};
    spec.limit = RateLimit{80, std::chrono::seconds(1)};
    spec.chatLimit = RateLimit{10, std::chrono::seconds(60)}; // of one pair
    spec.typing = {&showMetaTyping, std::chrono::seconds(20), true};
    spec.send = {&whatsappSend, &readSentAs<"{/messages/0/id}">};
    spec.files = {{{&uploadWhatsappFile, &readMembers<"id">}}, spec.send};
    return spec;
}

} // namespace

ChatConnectorInfo chat_whatsapp_cloud(const ConnectorServices &services)
{
    return makeChatInfo<&whatsappSpec>(services);
}

} // namespace patchbay
