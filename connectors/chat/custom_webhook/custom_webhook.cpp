#include "connectors/kit/calls.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/described_hook.h"
#include "connectors/kit/described_http.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/services.h"
#include "connectors/kit/signatures.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto webhookReplyBody = R"({"chat": "{{message.thread}}", "text": "{{message.text}}"})";

std::vector<FormField> webhookItemForm()
{
    return {
        textField("items", QT_TRANSLATE_NOOP("form", "List of messages"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer; empty: a request is one message")),
        textField("id", QT_TRANSLATE_NOOP("form", "Message: id"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer below the message; empty: equal messages are one")),
        textField("thread", QT_TRANSLATE_NOOP("form", "Message: chat"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer; empty: each author has one chat")),
        textField("author_id", QT_TRANSLATE_NOOP("form", "Message: author's id"), true,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /sender/id")),
        textField("author_name", QT_TRANSLATE_NOOP("form", "Message: author's name"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer")),
        textField("own_ids", QT_TRANSLATE_NOOP("form", "Author ids that are your own"), false,
                  QT_TRANSLATE_NOOP("form", "Separated by commas")),
        textField("text", QT_TRANSLATE_NOOP("form", "Message: text"), true,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /message/text")),
        textField("time", QT_TRANSLATE_NOOP("form", "Message: time"), false, QT_TRANSLATE_NOOP("form", "JSON pointer")),
        choiceField("time_form", QT_TRANSLATE_NOOP("form", "Time is written as"), {u"iso"_s, u"s"_s, u"ms"_s},
                    {u"ISO 8601"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Seconds since 1970")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Milliseconds since 1970"))}),
        textField("files", QT_TRANSLATE_NOOP("form", "Message: addresses of files"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to one or to a list; they are shown as text")),
    };
}

std::vector<FormField> webhookReplyForm()
{
    FormField address = ownAddressField(QT_TRANSLATE_NOOP("form", "For answers; empty: only receive"));
    address.required = false;
    const std::vector<FormField> call{
        address,
        choiceField("method", QT_TRANSLATE_NOOP("form", "Answer: method"), {u"POST"_s, u"PUT"_s},
                    {u"POST"_s, u"PUT"_s}),
        textField("path", QT_TRANSLATE_NOOP("form", "Answer: path"), false,
                  QT_TRANSLATE_NOOP("form", "For example /chats/{{message.thread}}/messages")),
        choiceField("content", QT_TRANSLATE_NOOP("form", "Answer: body is sent as"), {u"json"_s, u"form"_s},
                    {u"JSON"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Form"))}),
        proposedField("body", QT_TRANSLATE_NOOP("form", "Answer: body"), webhookReplyBody,
                      QT_TRANSLATE_NOOP("form", "JSON with placeholders, in one line; the help lists them")),
    };
    std::vector<FormField> answer = answerForm();
    answer.resize(2); // headers and the id; a message has no page
    return joined<FormField>({call, signInWayForm(), answer});
}

const std::vector<FormField> &webhookForm()
{
    static const std::vector<FormField> form =
        joined<FormField>({hookProofForm(), webhookItemForm(), webhookReplyForm()});
    return form;
}

QString webhookSetting(const QJsonObject &settings, const QString &key)
{
    return settingOrProposed(webhookForm(), settings, key);
}

std::vector<FieldRule> webhookRules()
{
    std::vector<FieldRule> rules{{u"path"_s, &isPath<"message.thread", "message.answers", "key">},
                                 {u"path"_s, &isThere, u"url"_s, {}, u"; answers need it"_s},
                                 {u"url"_s, &isThere, u"path"_s, {}, u"; answers need it"_s},
                                 {u"id_pointer"_s, &isPointer}};
    for (const char *pointer : {"items", "id", "thread", "author_id", "author_name", "text", "time", "files"})
        rules.push_back({QString::fromLatin1(pointer), &isPointer});
    return joined<FieldRule>({hookProofRules(), rules, signInWayRules()});
}

Result<JsonTemplate> webhookTemplate(const QJsonObject &settings)
{
    return JsonTemplate::parse(webhookSetting(settings, u"body"_s), u"Answer: body (body)"_s,
                               {u"message.text"_s, u"message.thread"_s, u"message.answers"_s, u"key"_s});
}

Result<Done> webhookCheck(const AccountConfig &account)
{
    if (Result<Done> secret = checkHookSecret(account, webhookForm(), u"hook_secret"_s); !secret)
        return secret;
    const Result<JsonTemplate> body = webhookTemplate(account.settings);
    if (!body)
        return body.error();
    if (!body->placeholders().contains("message.text"_L1))
        return fieldFault(webhookForm(), u"body"_s, u"needs {{message.text}}"_s);
    if (webhookSetting(account.settings, u"content"_s) == "form"_L1) {
        if (Result<Done> form = checkFormBody(body->document()); !form)
            return fieldFault(webhookForm(), u"body"_s, form.error().message);
    }
    const auto headers = furtherHeaders(account.settings);
    return headers ? Result<Done>(Done{}) : Result<Done>(headers.error());
}

QString webhookAt(JsonReader &in, const QJsonObject &settings, const char *field)
{
    const QString pointer = settingText(settings, QString::fromLatin1(field));
    return pointer.isEmpty() ? QString() : in.optionalId(pointer).value_or(QString());
}

QString webhookThread(JsonReader &in, const QJsonObject &settings)
{
    return webhookAt(in, settings, settingText(settings, u"thread"_s).isEmpty() ? "author_id" : "thread");
}

/// Ids may count per chat.
QString webhookId(const QString &thread, const QString &id)
{
    return id.isEmpty() || thread.isEmpty() ? id : thread + u':' + id;
}

std::vector<RawItem> webhookRead(const HookRequest &request, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString list = settingText(account.settings, u"items"_s);
    std::vector<JsonReader> elements = list.isEmpty() ? std::vector<JsonReader>{in} : in.array(list);
    if (!in.ok())
        return unreadableHook(request);
    std::vector<RawItem> items;
    for (JsonReader &one : elements) {
        const QString id = webhookAt(one, account.settings, "id");
        items.push_back(hookItem(webhookId(webhookThread(one, account.settings), id), one.value()));
    }
    return items;
}

Timestamp webhookTime(JsonReader &in, const QJsonObject &settings)
{
    const QString written = webhookAt(in, settings, "time");
    const QString form = webhookSetting(settings, u"time_form"_s);
    if (form == "iso"_L1)
        return Timestamp::from(QDateTime::fromString(written, Qt::ISODateWithMs));
    const double number = written.toDouble();
    const double seconds = form == "ms"_L1 ? number / 1000 : number;
    return {seconds > 0 && seconds < 253402300800.0 ? qint64(seconds * 1e6) : 0}; // up to the year 9999
}

QStringList webhookFiles(JsonReader &in, const QString &pointer)
{
    if (pointer.isEmpty() || !in.has(pointer))
        return {};
    if (in.value(pointer).isString())
        return {in.text(pointer)};
    QStringList addresses;
    for (JsonReader &one : in.array(pointer))
        addresses << one.text({});
    return addresses;
}

Result<InboundMessage> webhookParse(const RawItem &item, const AccountConfig &account)
{
    const QJsonObject &settings = account.settings;
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    message.threadKey = webhookThread(in, settings);
    message.externalId = webhookId(message.threadKey, webhookAt(in, settings, "id"));
    message.dedupeKey = message.externalId.isEmpty() ? item.sourceKey : message.externalId;
    message.from = {cleanLine(webhookAt(in, settings, "author_name"), 200),
                    in.id(settingText(settings, u"author_id"_s))};
    message.fromSelf = isAmong(settingText(settings, u"own_ids"_s), message.from.address);
    message.providerAt = webhookTime(in, settings);
    const QStringList files = webhookFiles(in, settingText(settings, u"files"_s));
    QStringList lines{webhookAt(in, settings, "text")};
    for (const QString &address : files)
        lines << u"File: %1"_s.arg(address);
    setChatText(message, lines.join(u'\n').trimmed());
    if (message.text.isEmpty())
        in.fault(settingText(settings, u"text"_s), u"has no text"_s);
    if (message.threadKey.isEmpty())
        in.fault(settingText(settings, u"thread"_s), u"names no chat"_s);
    return in.finish(std::move(message));
}

Result<Request> webhookSend(const ChatContext &context)
{
    const QJsonObject &settings = context.settings;
    const QString path = settingText(settings, u"path"_s);
    if (path.isEmpty())
        return makeError(Error::Kind::Refused, u"This channel only receives: its form has no call for answers."_s);
    const Result<JsonTemplate> body = webhookTemplate(settings);
    if (!body)
        return body.error();
    const QString thread = context.message.threadKey;
    QString answers = context.message.inReplyTo;
    if (answers.startsWith(thread + u':'))
        answers = answers.mid(thread.size() + 1);
    const QJsonObject values{{u"message.text"_s, context.message.text},
                             {u"message.thread"_s, thread},
                             {u"message.answers"_s, answers},
                             {u"key"_s, context.key}};
    const QByteArray method = webhookSetting(settings, u"method"_s).toLatin1();
    const Result<Request> request = describedRequest(method, path, values, settings);
    if (!request)
        return request;
    return withBody(*request, body->filled(values), webhookSetting(settings, u"content"_s) == "form"_L1);
}

Result<Receipt> webhookSent(JsonReader &reply, const ChatContext &context)
{
    const QString id = reply.id(webhookSetting(context.settings, u"id_pointer"_s));
    return reply.finish(Receipt{webhookId(context.message.threadKey, id)});
}

ChatSpec webhookSpec()
{
    ChatSpec spec;
    spec.id = u"custom_webhook"_s;
    spec.title = u"Custom webhook"_s;
    spec.form = webhookForm();
    spec.contract = {false, u"As the form describes it"_s, {}};
    spec.rules = webhookRules();
    spec.check = &webhookCheck;
    spec.addresses = Addresses::Written;
    spec.auth = &signInWayCredentials;
    spec.hook = {&checkProof, &echoFor, true, &webhookRead, {}};
    spec.parse = &webhookParse;
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.chatLimit = RateLimit{5, std::chrono::seconds(1)};
    spec.send = {&webhookSend, &webhookSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_custom_webhook(const ConnectorServices &services)
{
    return makeChatInfo<&webhookSpec>(services);
}

} // namespace patchbay
