#include "called_channel.h"

#include <QtCore/QDir>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

const Timestamp slackNow = HandClock().at;

CalledChannel slackAtTheGateway(const QString &secret = QString::fromLatin1(callSecret))
{
    return CalledChannel(u"slack"_s, {{u"arrives_by"_s, u"gateway"_s}},
                         {{u"signing_secret"_s, secret}, {u"bot_token"_s, u"xoxb-made-up"_s}});
}

HookRequest slackCall(const QByteArray &body, Timestamp sent = slackNow)
{
    const QByteArray time = QByteArray::number(sent.us / 1000000);
    const SignatureForm form{"x-slack-signature", QCryptographicHash::Sha256, false, "v0="};
    const QByteArray signature = signatureOf("v0:" + time + ':' + body, QString::fromLatin1(callSecret), form);
    return postOf(body, {{"x-slack-request-timestamp", time}, {form.header, signature}});
}

QByteArray slackEventBody(const QByteArray &id)
{
    return R"({"type":"event_callback","team_id":"T1","api_app_id":"A1","event_id":")" + id
        + R"(","event":{"type":"message","user":"U1","channel":"D1","ts":"1760000000.000100","text":"hi",)"
          R"("user_profile":{"real_name":"Ana"}},"authorizations":[{"user_id":"UBOT"}]})";
}

} // namespace

/// Slack's Events API at the gateway.
class TestSlackEvents : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsAsSlackSaysItDoes_data();
    void signsAsSlackSaysItDoes();
    void answersTheLookForAnAddressOnlyWhenItIsSigned();
    void readsTheEventsOfSlacksOwnTests();
    void takesAnEventOnceHoweverOftenSlackTries();
    void storesTheSameAsTheSocketDoes();
    void asksForNamesBeforeItStores();
    void needsTheSecretOfTheWayThatItsMessagesCome();
    void survivesWhateverIsBroken();
};

void TestSlackEvents::signsAsSlackSaysItDoes_data()
{
    QTest::addColumn<QJsonObject>("in");
    QTest::addColumn<bool>("valid");
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/slack_signing.json"_s);
    const QJsonArray cases =
        file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll())["cases"_L1].toArray() : QJsonArray();
    for (const QJsonValue &one : cases)
        QTest::newRow(qPrintable(one["id"_L1].toString())) << one["in"_L1].toObject() << one["valid"_L1].toBool();
    if (cases.isEmpty())
        QTest::newRow("none") << QJsonObject() << false;
}

void TestSlackEvents::signsAsSlackSaysItDoes()
{
    QFETCH(QJsonObject, in);
    QFETCH(bool, valid);
    if (in.isEmpty())
        QSKIP("The vendors' signature vectors are not here.");
    CalledChannel desk = slackAtTheGateway(in.value("secret"_L1).toString());
    desk.clock.at = {in.value("now"_L1).toInteger() * 1000000};
    const HookRequest request = postOf(in.value("body"_L1).toString().toUtf8(),
                                       {{"x-slack-request-timestamp", in.value("timestamp"_L1).toString().toLatin1()},
                                        {"x-slack-signature", in.value("signature"_L1).toString().toLatin1()}});
    QCOMPARE(desk.receive(request).status, valid ? 200 : 401);
}

void TestSlackEvents::answersTheLookForAnAddressOnlyWhenItIsSigned()
{
    CalledChannel desk = slackAtTheGateway();
    const QByteArray look = R"({"type":"url_verification","token":"x","challenge":"3eZbrw1aB10"})";
    const HookReply echo = desk.receive(slackCall(look));
    QCOMPARE(echo.status, 200);
    QCOMPARE(echo.body, QByteArray("3eZbrw1aB10"));
    QCOMPARE(desk.receive(postOf(look)).status, 401);
    QCOMPARE(desk.receive(slackCall(look, slackNow - std::chrono::seconds(301))).status, 401);
    QCOMPARE(desk.receive(slackCall(look, slackNow + std::chrono::seconds(301))).status, 401);
    QVERIFY(desk.stored.empty());
}

void TestSlackEvents::readsTheEventsOfSlacksOwnTests()
{
    const QDir folder(QStringLiteral(PATCHBAY_SHARED "/contracts/payloads/slack"));
    int read = 0;
    for (const QString &name : folder.entryList({u"app_*.json"_s, u"events_*.json"_s}, QDir::Files)) {
        const QByteArray body = samplePayload(u"slack/"_s + name);
        if (QJsonDocument::fromJson(body)[u"type"_s] != u"event_callback"_s)
            continue; // those come as a form
        ++read;
        CalledChannel desk = slackAtTheGateway();
        QCOMPARE(desk.receive(slackCall(body)).status, 200);
        QCOMPARE(desk.stored.size(), size_t(1));
        const Result<InboundMessage> told = desk.newest();
        QVERIFY2(told, qPrintable(name + u": "_s + (told ? QString() : told.error().message)));
    }
    if (read == 0)
        QSKIP("The vendors' sample payloads are not here.");
}

void TestSlackEvents::takesAnEventOnceHoweverOftenSlackTries()
{
    CalledChannel desk = slackAtTheGateway();
    for (int i = 0; i < 3; ++i) {
        HookRequest request = slackCall(slackEventBody("Ev1"), slackNow + std::chrono::seconds(i));
        if (i > 0)
            request.headers += {{"x-slack-retry-num", QByteArray::number(i)}, {"x-slack-retry-reason", "http_timeout"}};
        QCOMPARE(desk.receive(request).status, 200);
    }
    QCOMPARE(desk.stored.size(), size_t(1));
    QCOMPARE(desk.stored.front().sourceKey, u"event:Ev1"_s);
    const Result<InboundMessage> told = desk.newest();
    QVERIFY2(told, qPrintable(told ? QString() : told.error().message));
    QCOMPARE(told->text, u"hi"_s);
    QCOMPARE(told->threadKey, u"D1"_s);
}

void TestSlackEvents::storesTheSameAsTheSocketDoes()
{
    CalledChannel desk = slackAtTheGateway();
    const QByteArray body = slackEventBody("Ev2");
    QCOMPARE(desk.receive(slackCall(body)).status, 200);
    QCOMPARE(desk.stored.front().raw, body); // an envelope's payload is stored so, too
}

void TestSlackEvents::asksForNamesBeforeItStores()
{
    CalledChannel desk = slackAtTheGateway();
    desk.far.expect("POST", "https://slack.com/api/users.info")
        .hasHeader("Authorization", "Bearer xoxb-made-up")
        .reply(200, R"({"ok":true,"user":{"name":"ana","real_name":"Ana Lima"}})");
    QByteArray body = slackEventBody("Ev3");
    body.replace(R"(,"user_profile":{"real_name":"Ana"})", "");
    QCOMPARE(desk.receive(slackCall(body)).status, 200);
    QCOMPARE(desk.far.complaints(), QString());
    const Result<InboundMessage> told = desk.newest();
    QVERIFY(told);
    QCOMPARE(told->from.name, u"Ana Lima"_s);
}

void TestSlackEvents::needsTheSecretOfTheWayThatItsMessagesCome()
{
    const CalledChannel desk = slackAtTheGateway();
    const auto needs = [&desk](const QString &field, const QString &arrives) {
        const auto found = std::find_if(desk.info->form.begin(), desk.info->form.end(),
                                        [&field](const FormField &one) { return one.key == field; });
        return found != desk.info->form.end() && isNeeded(*found, {{u"arrives_by"_s, arrives}});
    };
    QVERIFY(needs(u"signing_secret"_s, u"gateway"_s));
    QVERIFY(!needs(u"signing_secret"_s, u"asking"_s));
    QVERIFY(!needs(u"app_token"_s, u"gateway"_s));
    QVERIFY(needs(u"app_token"_s, u"asking"_s));
}

void TestSlackEvents::survivesWhateverIsBroken()
{
    CalledChannel desk = slackAtTheGateway();
    for (const QByteArray &bytes : brokenBodies(R"({"type":"event_callback","event_id":"Ev4","event":{"type":"x"}})")) {
        QCOMPARE(desk.receive(slackCall(bytes)).status, 200);
        (void)desk.newest();
    }
    QVERIFY(desk.far.seen().empty());
}

PATCHBAY_TESTS(TestSlackEvents)

#include "tst_slack_events.moc"
