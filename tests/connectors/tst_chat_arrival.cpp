#include "chat_bench.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/signatures.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;

namespace {

const QString bell = u"a-secret-that-only-the-bell-knows"_s;

/// A platform that can be asked, and can call us with its secret in a header.
ChatSpec doorPlatform()
{
    ChatSpec spec;
    spec.id = u"door"_s;
    spec.title = u"Door"_s;
    spec.form = {apiAddressField("https://door.example"),
                 byGateway(secretField("bell", QT_TRANSLATE_NOOP("form", "Bell"), true))};
    spec.poll.build = [](const ChatContext &) -> Result<Request> { return getFrom(u"/items"_s); };
    spec.poll.read = [](const QByteArray &, const ChatContext &) -> Result<ChatPage> { return ChatPage(); };
    spec.poll.pause = std::chrono::minutes(10);
    spec.poll.keeps = std::chrono::hours(24);
    spec.hook.verify = [](const HookRequest &request, const AccountConfig &account, Timestamp) {
        return checkToken(QString::fromUtf8(request.header("x-bell")), account.secrets.value(u"bell"_s));
    };
    spec.hook.read = [](const HookRequest &request, const AccountConfig &) -> std::vector<RawItem> {
        return {RawItem{QString::fromUtf8(request.body), request.body}};
    };
    return spec;
}

HookReply arrivalAnswer(ChatBench &bench, const HookRequest &request)
{
    AsyncScope scope;
    return tests::waitFor(scope.run(bench.connector->receive(request))).value_or(HookReply{0, {}, {}});
}

HookReply rings(ChatBench &bench, const QByteArray &body)
{
    HookRequest request;
    request.method = "POST";
    request.body = body;
    request.headers = {{"x-bell", bell.toUtf8()}};
    return arrivalAnswer(bench, request);
}

void opens(ChatBench &bench, const QString &way)
{
    bench.account.secrets.insert(u"bell"_s, bell);
    if (!way.isEmpty())
        bench.account.settings.insert(arrivesBy, way);
    bench.open(doorPlatform());
}

ChatConnectorInfo doorInfo(const ChatSpec &spec) { return chatInfoOf(spec, {}, nullptr); }

} // namespace

/// A platform with two ways in: which one is used is the account's setting.
class TestChatArrival : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksUnlessTheAccountSaysOtherwise();
    void isCalledWhereTheAccountSaysSo();
    void missesNothingThatCameByTheGatewayWhenItAsksAgain();
    void offersTheChoiceOnlyWhereThereIsOne();
    void needsTheGatewaysSecretOnlyForTheGateway();
};

void TestChatArrival::asksUnlessTheAccountSaysOtherwise()
{
    for (const QString &way : {QString(), u"asking"_s}) {
        ChatBench bench;
        opens(bench, way);
        bench.far.expect("GET", "/items").reply(200, "{}");
        bench.connector->start({}, bench.sink());
        QTRY_COMPARE(bench.caughtUp, 1);
        QCOMPARE(bench.far.complaints(), QString());
        QCOMPARE(rings(bench, "1").status, 404); // nobody was told this address
        QVERIFY(bench.items.empty());
    }
}

void TestChatArrival::isCalledWhereTheAccountSaysSo()
{
    ChatBench bench;
    opens(bench, u"gateway"_s);
    QCOMPARE(rings(bench, "0").status, 503); // before it is started
    bench.connector->start("1760000000000;7", bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QCOMPARE(bench.said(), u"Waiting for what Door sends to its address at the gateway."_s);
    QCOMPARE(rings(bench, "1").status, 200);
    QCOMPARE(bench.keys(), QStringList{u"1"_s});
    HookRequest stranger;
    stranger.method = "POST";
    QCOMPARE(arrivalAnswer(bench, stranger).status, 401);
    bench.connector->stop();
    QCOMPARE(rings(bench, "2").status, 503);
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 2);
    QVERIFY(bench.far.seen().empty()); // it was never asked
}

void TestChatArrival::missesNothingThatCameByTheGatewayWhenItAsksAgain()
{
    ChatBench called;
    opens(called, u"gateway"_s);
    const Timestamp lastLook = called.clock.at - std::chrono::hours(100);
    called.connector->start(QByteArray::number(lastLook.us / 1000) + ";7", called.sink());
    QCOMPARE(rings(called, "1").status, 200);
    QCOMPARE(called.ownCursor(), "7"); // where asking goes on
    ChatBench asks;
    opens(asks, u"asking"_s);
    asks.far.expect("GET", "/items").reply(200, "{}");
    asks.connector->start(called.cursor, asks.sink());
    QTRY_COMPARE(asks.caughtUp, 1);
    QVERIFY2(!asks.said().contains(u"may be missing"_s), qPrintable(asks.said()));
}

void TestChatArrival::offersTheChoiceOnlyWhereThereIsOne()
{
    const auto offers = [](const ChatSpec &spec) {
        const std::vector<FormField> form = chatForm(spec);
        return std::any_of(form.begin(), form.end(), [](const FormField &field) { return field.key == arrivesBy; });
    };
    const QJsonObject gateway{{arrivesBy, arrivesByGateway}};
    const ChatSpec both = doorPlatform();
    QVERIFY(offers(both));
    QVERIFY(!doorInfo(both).isCalled({}));
    QVERIFY(doorInfo(both).isCalled(gateway));
    ChatSpec called = both;
    called.poll = {};
    QVERIFY(!offers(called));
    QVERIFY(doorInfo(called).isCalled({}));
    ChatSpec asks = both;
    asks.hook = {};
    QVERIFY(!offers(asks));
    QVERIFY(!doorInfo(asks).isCalled(gateway));
}

void TestChatArrival::needsTheGatewaysSecretOnlyForTheGateway()
{
    const FormField secret = doorPlatform().form.back();
    QVERIFY(!isNeeded(secret, {}));
    QVERIFY(!isNeeded(secret, {{arrivesBy, u"asking"_s}}));
    QVERIFY(isNeeded(secret, {{arrivesBy, arrivesByGateway}}));
    AccountConfig account;
    account.settings.insert(arrivesBy, u"pigeon"_s);
    QVERIFY(!checkChatForm(doorPlatform(), account));
    account.settings.insert(arrivesBy, arrivesByGateway);
    QVERIFY(checkChatForm(doorPlatform(), account));
}

PATCHBAY_TESTS(TestChatArrival)
#include "tst_chat_arrival.moc"
