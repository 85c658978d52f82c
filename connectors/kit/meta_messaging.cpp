#include "connectors/kit/meta_messaging.h"

#include "connectors/kit/calls.h"
#include "connectors/kit/chat_files.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::hours freeWindow{24};
constexpr std::chrono::hours agentWindow{7 * 24}; // with the tag HUMAN_AGENT

ChatAbilities metaAbilities(ChatAbilities abilities, const QJsonObject &settings)
{
    if (settingSwitch(settings, u"human_agent"_s))
        abilities.answerWindow = agentWindow;
    return abilities;
}

/// What names an event apart from others, where it has such a thing; else its bytes do.
QString metaEventKey(const JsonReader &event)
{
    JsonReader in = event;
    const QString mid = in.optionalId(u"/message/mid"_s).value_or(QString());
    if (!mid.isEmpty())
        return (in.optionalBoolean(u"/message/is_deleted"_s).value_or(false) ? u"deletion:"_s : u"message:"_s) + mid;
    const QString edited = in.optionalId(u"/message_edit/mid"_s).value_or(QString());
    return edited.isEmpty() ? QString()
                            : u"edit:%1:%2"_s.arg(edited, in.optionalId(u"/message_edit/num_edit"_s).value_or(u"1"_s));
}

/// One event tells of the delivery of several messages: an item for each.
void addMetaEvent(JsonReader &event, const QString &account, bool standby, std::vector<RawItem> &items)
{
    const QJsonObject whole = event.value().toObject();
    QJsonObject item{{u"account"_s, account}, {u"event"_s, whole}};
    if (standby)
        item.insert(u"standby"_s, true);
    const std::vector<JsonReader> mids = event.optionalArray(u"/delivery/mids"_s);
    for (JsonReader mid : mids) {
        QJsonObject one = whole;
        one.insert(u"delivery"_s, QJsonObject{{u"mid"_s, mid.id({})}});
        item.insert(u"event"_s, one);
        items.push_back(hookItem({}, item));
    }
    if (mids.empty())
        items.push_back(hookItem(metaEventKey(event), item));
}

/// Milliseconds; samples have ISO 8601, too.
Timestamp metaTime(const JsonReader &event)
{
    const QVariant told = event.value(u"/timestamp"_s).toVariant();
    bool isNumber = false;
    const qint64 ms = told.toLongLong(&isNumber);
    if (isNumber)
        return chatTimeMs(ms);
    const QDateTime at = QDateTime::fromString(told.toString(), Qt::ISODate);
    return at.isValid() ? chatTimeMs(at.toMSecsSinceEpoch()) : Timestamp{};
}

bool isMetaFileHost(const QString &host)
{
    static const QStringList families{u".fbcdn.net"_s, u".fbsbx.com"_s, u".cdninstagram.com"_s};
    return std::any_of(families.begin(), families.end(), [&host](const QString &one) { return host.endsWith(one); });
}

/// Files are at addresses of Meta's that are signed themselves; everything else is a line with what it names.
void addMetaAttachment(JsonReader &in, InboundMessage &message)
{
    static const QHash<QString, QString> types{{u"image"_s, u"image/jpeg"_s},
                                               {u"video"_s, u"video/mp4"_s},
                                               {u"audio"_s, u"audio/mp4"_s},
                                               {u"file"_s, u"application/octet-stream"_s},
                                               {u"story_mention"_s, u"application/octet-stream"_s}};
    const QString kind = textOr(in, u"/type"_s, u"file"_s);
    const QString address = textOr(in, u"/payload/url"_s, textOr(in, u"/url"_s));
    const QUrl url(address, QUrl::StrictMode);
    if (kind == "story_mention"_L1)
        addChatLine(message, u"(Mentioned you in a story.)"_s);
    if (types.contains(kind) && isMetaFileHost(url.host())) {
        const QString name = url.fileName();
        message.attachments.push_back(
            remoteFile(name.isEmpty() ? kind : name, types.value(kind), 0, {{u"url"_s, address}}));
        return;
    }
    const QStringList words{textOr(in, u"/payload/title"_s, textOr(in, u"/title"_s)), address};
    addChatLine(message, u"(Shared, %1: %2)"_s.arg(cleanLine(kind, 40), words.join(u' ').trimmed()));
}

void readMetaMessage(JsonReader &event, InboundMessage &message)
{
    const QString at = event.has(u"/message"_s) ? u"/message"_s : u"/postback"_s;
    setChatText(message, textOr(event, at + u"/text"_s, textOr(event, at + u"/title"_s)));
    for (JsonReader &one : event.optionalArray(at + u"/attachments"_s))
        addMetaAttachment(one, message);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it at Meta.)"_s);
    message.answers = event.optionalId(at + u"/reply_to/mid"_s).value_or(QString());
    if (event.has(at + u"/reply_to/story"_s))
        addChatNotice(message,
                      u"Answers your story %1"_s.arg(textOr(event, at + u"/reply_to/story/url"_s)).trimmed() + u'.');
}

/// An edit, a reaction, or how a message of ours fares; Nothing stays what it is.
void readMetaNews(JsonReader &event, InboundMessage &message)
{
    if (event.has(u"/message_edit"_s)) {
        message.kind = InboundKind::Edit;
        message.about = event.id(u"/message_edit/mid"_s);
        setChatText(message, event.text(u"/message_edit/text"_s));
    } else if (event.has(u"/reaction"_s)) {
        message.kind = InboundKind::Reaction;
        message.about = event.id(u"/reaction/mid"_s);
        if (textOr(event, u"/reaction/action"_s) != "unreact"_L1)
            message.text = textOr(event, u"/reaction/emoji"_s, textOr(event, u"/reaction/reaction"_s));
    } else if (event.has(u"/delivery/mid"_s) || event.has(u"/read/mid"_s)) {
        const bool read = event.has(u"/read/mid"_s);
        message.kind = InboundKind::Receipt;
        message.about = event.id(read ? u"/read/mid"_s : u"/delivery/mid"_s);
        message.fate = read ? MessageFate::Read : MessageFate::Delivered;
    }
}

/// What the context's first file is shown as.
QString metaFileKind(const ChatContext &file)
{
    return shownAs(file, u"image/jpeg image/png image/gif video audio"_s, u"file"_s);
}

/// A message has a text or a file, never both.
QJsonObject metaContent(const ChatContext &context)
{
    if (context.message.files.empty())
        return {{u"text"_s, context.message.text}};
    const ChatContext file = ofUpload(context, 0);
    const QJsonObject payload{{u"attachment_id"_s, file.remote.value(u"attachment_id"_s)}};
    return {{u"attachment"_s, QJsonObject{{u"type"_s, metaFileKind(file)}, {u"payload"_s, payload}}}};
}

/// Outside the free window only with the tag, which is for answers that a person wrote.
Result<Request> sendToMeta(const ChatContext &context)
{
    const Timestamp wrote = context.message.answeredAt;
    QJsonObject body{{u"recipient"_s, QJsonObject{{u"id"_s, context.message.threadKey}}},
                     {u"message"_s, metaContent(context)},
                     {u"messaging_type"_s, u"RESPONSE"_s}};
    if (settingSwitch(context.settings, u"human_agent"_s) && wrote && context.now >= wrote + freeWindow) {
        body.insert(u"messaging_type"_s, u"MESSAGE_TAG"_s);
        body.insert(u"tag"_s, u"HUMAN_AGENT"_s);
    }
    return postTo(metaPath(context, u"me/messages"_s), body);
}

Result<Receipt> readMetaSent(JsonReader &reply, const ChatContext &)
{
    return reply.finish(Receipt{reply.id(u"/message_id"_s)});
}

/// Without our token: the address is signed.
Result<Request> loadMetaFile(const ChatContext &context)
{
    const QUrl url(context.remote.value(u"url"_s).toString(), QUrl::StrictMode);
    const bool isTheirs = url.scheme() == "https"_L1 && isMetaFileHost(url.host());
    if (url.isValid() && (isTheirs || isSameOrigin(url, context.base)))
        return Request("GET", url);
    return notMetasServer(url);
}

} // namespace

Result<Request> uploadToMeta(const ChatContext &context)
{
    const QJsonObject attachment{{u"type"_s, metaFileKind(context)},
                                 {u"payload"_s, QJsonObject{{u"is_reusable"_s, true}}}};
    return filesFormOf(context, metaPath(context, u"me/message_attachments"_s), u"filedata"_s,
                       {{u"message"_s, QJsonObject{{u"attachment"_s, attachment}}}});
}

std::vector<FormField> metaMessagingForm(const FormField &account)
{
    const std::vector<FormField> own{account};
    const std::vector<FormField> granted{
        switchField("human_agent", QT_TRANSLATE_NOOP("form", "Meta has granted the feature Human Agent"), false,
                    QT_TRANSLATE_NOOP("form", "Then answers are taken for 7 days instead of 24 hours"))};
    return joined<FormField>({own, metaForm(), granted});
}

std::vector<RawItem> readMetaEvents(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    std::vector<RawItem> items;
    for (JsonReader &entry : in.array(u"/entry"_s)) {
        const QString account = entry.optionalId(u"/id"_s).value_or(QString());
        const size_t before = items.size();
        for (JsonReader &event : entry.optionalArray(u"/messaging"_s))
            addMetaEvent(event, account, false, items);
        for (JsonReader &event : entry.optionalArray(u"/standby"_s))
            addMetaEvent(event, account, true, items);
        if (items.size() == before) // comments, the page's feed: kept as it is
            items.push_back(hookItem({}, QJsonObject{{u"account"_s, account}, {u"entry"_s, entry.value()}}));
    }
    return in.ok() ? items : unreadableHook(request);
}

QStringList namesLackingInMeta(const RawItem &item)
{
    JsonReader in = JsonReader::parse(item.raw, u"item"_s);
    const QString sender = in.ok() ? in.optionalId(u"/event/sender/id"_s).value_or(QString()) : QString();
    const bool isWritten = in.has(u"/event/message"_s) || in.has(u"/event/postback"_s);
    if (!isWritten || sender.isEmpty() || sender == in.optionalId(u"/account"_s))
        return {};
    return {u"person:"_s + sender};
}

Result<InboundMessage> parseMetaEvent(const RawItem &item, const AccountConfig &account)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader in = JsonReader::parse(named.item, u"item"_s);
    InboundMessage message;
    message.kind = InboundKind::Nothing;
    message.dedupeKey = item.sourceKey;
    const QString own = in.optionalId(u"/account"_s).value_or(QString());
    // An app gets what all its accounts get; the others' is for channels of their own.
    if (!in.ok() || !in.has(u"/event"_s) || own != settingText(account.settings, u"account_id"_s))
        return in.finish(std::move(message));
    JsonReader event = in.object(u"/event"_s);
    message.providerAt = metaTime(event);
    const QString sender = event.optionalId(u"/sender/id"_s).value_or(QString());
    const bool isDeleted = event.optionalBoolean(u"/message/is_deleted"_s).value_or(false);
    message.fromSelf = event.optionalBoolean(u"/message/is_echo"_s).value_or(false) || sender == own;
    message.from = {cleanLine(named.names.value(u"person:"_s + sender).toString(), 200), sender};
    message.threadKey = message.fromSelf ? event.optionalId(u"/recipient/id"_s).value_or(QString()) : sender;
    if (!event.has(u"/message"_s) && !event.has(u"/postback"_s)) {
        readMetaNews(event, message);
        return in.finish(std::move(message));
    }
    if (message.threadKey.isEmpty())
        event.fault(u"/sender/id"_s, u"is not there"_s);
    const QString id = event.has(u"/message"_s) ? event.id(u"/message/mid"_s)
                                                : event.optionalId(u"/postback/mid"_s).value_or(item.sourceKey);
    if (isDeleted) {
        message.kind = InboundKind::Deletion;
        message.about = id;
        message.dedupeKey = u"deletion:"_s + id;
        return in.finish(std::move(message));
    }
    message.kind = InboundKind::Message;
    message.externalId = message.dedupeKey = id;
    readMetaMessage(event, message);
    if (in.has(u"/standby"_s))
        addChatNotice(message, u"Another app holds this conversation at Meta: an answer from here may be refused."_s);
    return in.finish(std::move(message));
}

Result<Request> askMetaProfile(const ChatContext &context, const QString &fields)
{
    const QString id = context.remote.value(u"id"_s).toString().section(u':', 1);
    return getFrom(metaPath(context, pathPart(id)), {{u"fields"_s, fields}});
}

Result<QString> readMetaName(JsonReader &reply, const ChatContext &)
{
    return reply.finish(textOr(reply, u"/name"_s, textOr(reply, u"/username"_s)));
}

ChatSpec metaMessagingSpec()
{
    ChatSpec spec;
    spec.contract = {false, u"Meta's reference of webhooks and of the Send API"_s, u"v23.0"_s};
    spec.check = &checkMeta;
    spec.auth = &bearerOf<"access_token">;
    spec.headers = metaHeaders();
    spec.failure = &metaFailure;
    spec.hook = {&verifyMeta, &challengeMeta, true, &readMetaEvents, {}};
    spec.names.lacking = &namesLackingInMeta;
    spec.parse = &parseMetaEvent;
    spec.media = {{&loadMetaFile, nullptr}};
    spec.abilities.answerWindow = freeWindow;
    spec.abilitiesBy = &metaAbilities;
    spec.chatLimit = RateLimit{10, std::chrono::seconds(1)};
    spec.send = {&sendToMeta, &readMetaSent};
    return spec;
}

} // namespace patchbay
