#include "chat_bench.h"
#include "connectors/kit/rest.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::await;
using tests::ChatBench;
using tests::chatReplyTo;

namespace {

constexpr auto guardedKey = "0190b2c0-2222-7000-8000-000000000004";

/// A platform that says who we are, is asked below /items or calls us, and takes messages at /send.
ChatSpec tellingPlatform(bool calls)
{
    ChatSpec spec;
    spec.id = u"telling"_s;
    spec.title = u"Telling"_s;
    FormField url;
    url.key = u"url"_s;
    url.initial = u"https://telling.example"_s;
    spec.form = {url};
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/me"_s); },
               [](JsonReader &reply, const ChatContext &) {
                   return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/id"_s)}});
               }};
    if (calls) {
        spec.hook.verify = [](const HookRequest &, const AccountConfig &, Timestamp) { return Result<Done>(Done{}); };
        spec.hook.read = [](const HookRequest &request, const AccountConfig &) {
            RawItem item;
            item.raw = request.body;
            item.sourceKey = bytesKey(item.raw);
            return std::vector<RawItem>{item};
        };
    } else {
        spec.poll.build = [](const ChatContext &) -> Result<Request> { return getFrom(u"/items"_s); };
        spec.poll.read = [](const QByteArray &, const ChatContext &) { return Result<ChatPage>(ChatPage{}); };
        spec.poll.pause = std::chrono::hours(1);
    }
    spec.send = {[](const ChatContext &context) -> Result<Request> {
                     return postTo(u"/send"_s, {{u"text"_s, context.message.text}});
                 },
                 [](JsonReader &reply, const ChatContext &) { return reply.finish(Receipt{reply.id(u"/id"_s)}); }};
    return spec;
}

QFuture<Result<Done>> answeredAtOnce(const Result<Done> &answer)
{
    QPromise<Result<Done>> promise;
    promise.start();
    promise.addResult(answer);
    promise.finish();
    return promise.future();
}

int answerTo(ChatBench &bench, const HookRequest &request)
{
    AsyncScope scope;
    return tests::waitFor(scope.run(bench.connector->receive(request))).value_or(HookReply{0, {}, {}}).status;
}

} // namespace

/// A chat channel says whose account it has before it does anything with it.
class TestChatAccount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhoItIsAtWhichPlace();
    void receivesAndSendsNothingOnAnAccountThatIsNotItsOwn();
    void goesOnWhenTheAccountIsFree();
    void takesNoRequestsOnAnAccountThatIsNotItsOwn();
    void takesRequestsAlthoughItsKeyIsRefused();
};

void TestChatAccount::saysWhoItIsAtWhichPlace()
{
    ChatBench bench;
    bench.account.settings.insert(u"url"_s, u"https://own.example:8443/api"_s);
    bench.open(tellingPlatform(false));
    bench.far.expect("GET", "/api/me").reply(200, "{\"id\":9223372036854775999}");
    QCOMPARE(*await(bench.connector->accountOverThere()), u"telling:own.example:8443/9223372036854775999"_s);
}

void TestChatAccount::receivesAndSendsNothingOnAnAccountThatIsNotItsOwn()
{
    ChatBench bench;
    QStringList asked;
    bench.open(tellingPlatform(false));
    bench.connector->guardAccount([&asked](const QString &account) {
        asked << account;
        return answeredAtOnce(makeError(Error::Kind::Conflict, u"It is the channel “Shop”."_s));
    });
    bench.far.expect("GET", "/me").reply(200, "{\"id\":7}");
    const auto sent = bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), QString::fromLatin1(guardedKey));
    QCOMPARE(sent.error().message, u"It is the channel “Shop”."_s);
    QCOMPARE(asked, QStringList{u"telling:telling.example/7"_s});
    bench.far.expect("GET", "/me").reply(200, "{\"id\":7}").after(std::chrono::milliseconds(1));
    bench.account.settings.remove(u"retry_ms"_s);
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"“Shop”"_s), qPrintable(bench.said()));
    QCOMPARE(bench.far.complaints(), QString()); // /items and /send were never asked
}

void TestChatAccount::goesOnWhenTheAccountIsFree()
{
    ChatBench bench;
    bool isFree = false;
    bench.open(tellingPlatform(false));
    bench.connector->guardAccount([&isFree](const QString &) {
        const Result<Done> answer =
            isFree ? Result<Done>(Done{}) : makeError(Error::Kind::Conflict, u"It is the channel “Shop”."_s);
        isFree = true; // “Shop” is stopped
        return answeredAtOnce(answer);
    });
    bench.far.expect("GET", "/me").reply(200, "{\"id\":7}");
    bench.far.expect("GET", "/me").reply(200, "{\"id\":7}");
    bench.far.expect("GET", "/items").reply(200, "{}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QVERIFY2(bench.said().contains(u"It is the channel “Shop”. Trying again in"_s), qPrintable(bench.said()));
    QCOMPARE(int(bench.health), int(Health::Ok));
}

void TestChatAccount::takesNoRequestsOnAnAccountThatIsNotItsOwn()
{
    ChatBench bench;
    bool isFree = false;
    bench.account.settings.insert(u"retry_ms"_s, 50);
    bench.open(tellingPlatform(true));
    bench.connector->guardAccount([&isFree](const QString &) {
        return answeredAtOnce(isFree ? Result<Done>(Done{})
                                     : makeError(Error::Kind::Conflict, u"It is the channel “Shop”."_s));
    });
    for (int i = 0; i < 60; ++i)
        bench.far.expect("GET", "/me").reply(200, "{\"id\":7}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    HookRequest request;
    request.method = "POST";
    request.body = "{}";
    QCOMPARE(answerTo(bench, request), 503); // its sender keeps it
    QVERIFY(bench.items.empty());
    isFree = true;
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(answerTo(bench, request), 200);
    QCOMPARE(bench.items.size(), size_t(1));
}

void TestChatAccount::takesRequestsAlthoughItsKeyIsRefused()
{
    ChatBench bench;
    bench.open(tellingPlatform(true));
    bench.connector->guardAccount([](const QString &) { return answeredAtOnce(Done{}); });
    bench.far.expect("GET", "/me").reply(401, "{}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"What Telling sends still comes in, but: Telling does not accept"_s),
             qPrintable(bench.said()));
    HookRequest request;
    request.method = "POST";
    request.body = "{}";
    QCOMPARE(answerTo(bench, request), 200);
}

PATCHBAY_TESTS(TestChatAccount)
#include "tst_chat_account.moc"
