#include "connectors/chat/telegram/telegram.h"

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "core/base/log.h"

#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int telegramPage = 100; // updates of one look
constexpr std::chrono::seconds telegramHold{25};

bool isTelegramToken(const QString &token)
{
    static const QRegularExpression form(u"^[0-9]{3,20}:[A-Za-z0-9_-]{10,100}\\z"_s);
    return form.match(token).hasMatch();
}

Result<Done> checkTelegram(const AccountConfig &account)
{
    const QString token = account.secrets.value(u"token"_s);
    if (token.isEmpty() || isTelegramToken(token))
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"Token of the bot (token): it looks like 123456789:AAE…, as BotFather wrote it."_s);
}

/// The API takes the token nowhere but in the path.
QUrl telegramBase(const QUrl &base, const AccountConfig &account)
{
    const QString token = account.secrets.value(u"token"_s);
    if (!isTelegramToken(token))
        return {};
    registerSecret(token);
    QUrl with = base.adjusted(QUrl::StripTrailingSlash);
    with.setPath(with.path() + u"/bot"_s + token);
    return with;
}

Error::Kind telegramKind(int status)
{
    switch (status) {
    case 401:
    case 404: return Error::Kind::Unauthorized; // a token that no bot has
    case 409: return Error::Kind::Conflict;
    case 429: return Error::Kind::RateLimited;
    default: return status >= 500 ? Error::Kind::Remote : Error::Kind::Refused;
    }
}

QString telegramAdvice(int status, const QString &words)
{
    if (status != 409)
        return words;
    if (words.contains(u"webhook"_s, Qt::CaseInsensitive))
        return words
            + u" Another program has a webhook for this bot. End it there (deleteWebhook), or make a bot of its own for Patchbay."_s;
    return words
        + u" Another program, or another Patchbay, reads this bot's messages. Only one can: end the other one."_s;
}

/// {"ok": false, "error_code": 429, "description": "...", "parameters": {"retry_after": 5}}
std::optional<VendorFailure> telegramFailure(const Reply &reply, Timestamp)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const bool isRefusal = in.ok() && !in.optionalBoolean(u"/ok"_s).value_or(true);
    if (!isRefusal)
        return std::nullopt;
    const int status = int(in.optionalInteger(u"/error_code"_s).value_or(reply.status));
    VendorFailure failure;
    failure.kind = telegramKind(status);
    failure.words = telegramAdvice(status, textOr(in, u"/description"_s));
    failure.mayHaveActed = status >= 500;
    const qint64 seconds = in.optionalInteger(u"/parameters/retry_after"_s).value_or(0);
    failure.retryAfter = std::chrono::seconds(std::clamp<qint64>(seconds, 0, 6 * 3600));
    return failure;
}

constexpr auto movedChat = "/parameters/migrate_to_chat_id";

bool isTelegramAnswer(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    return reply.status == 400 && in.ok() && in.has(QLatin1String(movedChat));
}

QString telegramMoved(JsonReader &reply, const ChatContext &)
{
    return reply.optionalId(QLatin1String(movedChat)).value_or(QString());
}

Result<QJsonObject> readTelegramMe(JsonReader &reply, const ChatContext &)
{
    const QString name = textOr(reply, u"/result/username"_s);
    return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/result/id"_s)},
                                    {u"name"_s, name.isEmpty() ? reply.text(u"/result/first_name"_s) : u'@' + name}});
}

Result<Request> lookAtTelegram(const ChatContext &context)
{
    static const QJsonArray kinds{u"message"_s,          u"edited_message"_s,
                                  u"channel_post"_s,     u"edited_channel_post"_s,
                                  u"message_reaction"_s, u"callback_query"_s};
    QJsonObject body{{u"limit"_s, telegramPage},
                     {u"timeout"_s, qint64(context.patient ? telegramHold.count() : 0)},
                     {u"allowed_updates"_s, kinds}};
    if (!context.cursor.isEmpty())
        body.insert(u"offset"_s, context.cursor.toLongLong());
    return searchAt(u"/getUpdates"_s, body);
}

/// An update is confirmed by asking for those behind it, so the cursor may only be used when it is stored.
Result<ChatPage> readTelegramUpdates(const QByteArray &reply, const ChatContext &context)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const std::vector<QByteArray> bytes = rawElements(reply, u"/result"_s);
    std::vector<JsonReader> updates = in.array(u"/result"_s);
    ChatPage page;
    qint64 next = context.cursor.toLongLong();
    for (size_t i = 0; i < updates.size() && i < bytes.size(); ++i) {
        const qint64 id = updates[i].integer(u"/update_id"_s);
        RawItem item;
        item.sourceKey = u"update:%1"_s.arg(id);
        item.raw = bytes[i];
        page.items.push_back(std::move(item));
        next = std::max(next, id + 1);
    }
    if (!page.items.empty())
        page.cursor = QByteArray::number(next);
    page.more = int(updates.size()) >= telegramPage;
    return in.finish(std::move(page));
}

/// "<chat>" or "<chat>:<topic>"; a quoted message "<chat>:<message>".
Result<Request> sendToTelegram(const ChatContext &context)
{
    const QString chat = context.message.threadKey.section(u':', 0, 0);
    const QString topic = context.message.threadKey.section(u':', 1, 1);
    const QString answered = context.message.inReplyTo;
    QJsonObject body{{u"chat_id"_s, chat.toLongLong()}, {u"text"_s, context.message.text}};
    if (!topic.isEmpty())
        body.insert(u"message_thread_id"_s, topic.toLongLong());
    if (answered.section(u':', 0, 0) == chat && answered.section(u':', 1, 1).toLongLong() > 0) {
        body.insert(u"reply_parameters"_s,
                    QJsonObject{{u"message_id"_s, answered.section(u':', 1, 1).toLongLong()},
                                {u"allow_sending_without_reply"_s, true}});
    }
    return postTo(u"/sendMessage"_s, body);
}

Result<Receipt> readTelegramSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    receipt.externalId = reply.id(u"/result/chat/id"_s) + u':' + reply.id(u"/result/message_id"_s);
    return reply.finish(receipt);
}

Result<Request> askTelegramFile(const ChatContext &context)
{
    return searchAt(u"/getFile"_s, {{u"file_id"_s, context.remote.value(u"file_id"_s).toString()}});
}

Result<QJsonObject> readTelegramFile(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{u"file_path"_s, reply.text(u"/result/file_path"_s)}});
}

/// Beside the API, below "/file": https://api.telegram.org/file/bot<token>/<path>
Result<Request> loadTelegramFile(const ChatContext &context)
{
    QString path;
    for (const QString &part : context.remote.value(u"file_path"_s).toString().split(u'/', Qt::SkipEmptyParts))
        path += u'/' + pathPart(part);
    QUrl address = context.base;
    const QString token = address.path().section(u'/', -1);
    const QString above = address.path().chopped(token.size());
    address.setPath(above + u"file/"_s + token + path, QUrl::TolerantMode);
    return Request("GET", address);
}

ChatSpec telegram()
{
    ChatSpec spec;
    spec.id = u"telegram"_s;
    spec.title = u"Telegram"_s;
    spec.form = {secretField("token", QT_TRANSLATE_NOOP("form", "Token of the bot"), true,
                             QT_TRANSLATE_NOOP("form", "As BotFather wrote it: 123456789:AAE…")),
                 apiAddressField("https://api.telegram.org")};
    spec.check = &checkTelegram;
    spec.contract = {false, u"Telegram Bot API 10.1 (OpenAPI made from the documentation)"_s, u"2026-06-11"_s};
    spec.secretBase = &telegramBase;
    spec.failure = &telegramFailure;
    spec.isAnswer = &isTelegramAnswer;
    spec.me = {[](const ChatContext &) -> Result<Request> { return searchAt(u"/getMe"_s, {}); }, &readTelegramMe};
    spec.poll.build = &lookAtTelegram;
    spec.poll.read = &readTelegramUpdates;
    spec.poll.hold = telegramHold;
    spec.poll.keeps = std::chrono::hours(24);
    spec.parse = &parseTelegramUpdate;
    spec.media = {{&askTelegramFile, &readTelegramFile}, {&loadTelegramFile}};
    spec.abilities.longestText = 4096;
    spec.limit = {30, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.send = {&sendToTelegram, &readTelegramSent};
    spec.moved = &telegramMoved;
    return spec;
}

} // namespace

ChatConnectorInfo chat_telegram(const ConnectorServices &services) { return makeChatInfo<&telegram>(services); }

} // namespace patchbay
