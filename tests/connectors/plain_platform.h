#pragma once

#include "chat_bench.h"
#include "connectors/kit/rest.h"

namespace patchbay::tests {

/// A platform that has nothing yet but its address, "https://plain.example" for "Plain".
inline ChatSpec platformNamed(const QString &title)
{
    ChatSpec spec;
    spec.id = title.toLower();
    spec.title = title;
    FormField url;
    url.key = QStringLiteral("url");
    url.initial = QStringLiteral("https://%1.example").arg(spec.id);
    spec.form = {url};
    return spec;
}

inline Result<ChatPage> readPlainItems(const QByteArray &reply, const ChatContext &context)
{
    JsonReader in = JsonReader::parse(reply, QStringLiteral("reply"));
    ChatPage page;
    for (JsonReader &one : in.array(QStringLiteral("/items"))) {
        RawItem item;
        item.sourceKey = QStringLiteral("item:") + one.id({});
        page.items.push_back(item);
        page.cursor = one.id({}).toUtf8();
    }
    page.more = in.boolean(QStringLiteral("/more"));
    if (context.patient)
        page.more = false;
    return in.finish(page);
}

/// As simple as they come: numbered items below /items, messages to /send, and 429 with {"wait_ms", "all"}: the chat
/// has to wait, or with "all" the whole account. A chat that has moved says so with 410.
inline ChatSpec plainPlatform()
{
    ChatSpec spec = platformNamed(QStringLiteral("Plain"));
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(QStringLiteral("/me")); },
               [](JsonReader &reply, const ChatContext &) {
                   return reply.finish(QJsonObject{{QStringLiteral("name"), reply.text(QStringLiteral("/name"))}});
               }};
    spec.poll.build = [](const ChatContext &context) -> Result<Request> {
        return getFrom(QStringLiteral("/items"),
                       {{QStringLiteral("after"), QString::fromLatin1(context.cursor)},
                        {QStringLiteral("wait"), context.patient ? QStringLiteral("1") : QString()}});
    };
    spec.poll.read = &readPlainItems;
    spec.poll.pause = std::chrono::milliseconds(20);
    spec.poll.keeps = std::chrono::hours(24);
    spec.limit = {100, std::chrono::seconds(1)};
    spec.chatLimit = {100, std::chrono::seconds(1)};
    spec.chatWaits = true;
    spec.accountWaits = [](const Reply &reply) {
        return JsonReader::parse(reply.body, QStringLiteral("reply")).value(QStringLiteral("/all")).toBool();
    };
    spec.abilities.longestText = 10;
    spec.send = {
        [](const ChatContext &context) -> Result<Request> {
            return postTo(QStringLiteral("/send/") + context.message.threadKey,
                          {{QStringLiteral("text"), context.message.text}});
        },
        [](JsonReader &reply, const ChatContext &) { return reply.finish(Receipt{reply.id(QStringLiteral("/id"))}); }};
    spec.failure = [](const Reply &reply, Timestamp) -> std::optional<VendorFailure> {
        if (reply.status != 429)
            return std::nullopt;
        JsonReader in = JsonReader::parse(reply.body, QStringLiteral("reply"));
        VendorFailure failure;
        failure.kind = Error::Kind::RateLimited;
        failure.retryAfter = std::chrono::milliseconds(in.integer(QStringLiteral("/wait_ms")));
        return failure;
    };
    spec.isAnswer = [](const Reply &reply) { return reply.status == 410; };
    spec.moved = [](JsonReader &reply, const ChatContext &) { return textOr(reply, QStringLiteral("/moved")); };
    return spec;
}

inline void saysWho(ChatBench &bench) { bench.far.expect("GET", "/me").reply(200, "{\"name\":\"desk\"}"); }

/// A look that finds nothing; `later`: the platform holds its answer back.
inline void hasNothing(ChatBench &bench, const QByteArray &target, std::chrono::milliseconds later = {})
{
    bench.far.expect("GET", target).reply(200, R"({"items":[],"more":false})").after(later);
}

/// A channel of it that knows who it is.
struct PlainBench : ChatBench {
    PlainBench()
    {
        open(plainPlatform());
        saysWho(*this);
    }
};

} // namespace patchbay::tests
