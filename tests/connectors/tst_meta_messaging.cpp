#include "meta_side.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

constexpr auto metaDay = std::chrono::hours(24);

QString metaAccountOf(const QString &id)
{
    return id == "messenger"_L1 ? u"100900800700601"_s : u"17841400000000017"_s;
}

CalledChannel metaChannel(const QString &id, QJsonObject settings = {})
{
    if (!settings.contains(u"account_id"_s))
        settings.insert(u"account_id"_s, metaAccountOf(id));
    return CalledChannel(id, settings, metaSecrets());
}

QJsonObject metaEvent(const QString &account, QJsonObject more)
{
    more.insert(u"sender"_s, QJsonObject{{u"id"_s, u"71"_s}});
    more.insert(u"recipient"_s, QJsonObject{{u"id"_s, account}});
    more.insert(u"timestamp"_s, 1760000000000LL);
    return more;
}

QByteArray metaEntry(const QString &account, const QJsonArray &events, const QString &under = u"messaging"_s)
{
    const QJsonObject entry{{u"id"_s, account}, {u"time"_s, 1760000000001LL}, {under, events}};
    return QJsonDocument(QJsonObject{{u"object"_s, u"page"_s}, {u"entry"_s, QJsonArray{entry}}}).toJson();
}

QJsonObject metaTextEvent(const QString &account, const QString &mid)
{
    return metaEvent(account, {{u"message"_s, QJsonObject{{u"mid"_s, mid}, {u"text"_s, u"Hello"_s}}}});
}

void scriptName(CalledChannel &desk, const QByteArray &fields, int status = 200)
{
    desk.far.expect("GET", "https://graph.facebook.com/v23.0/71?fields=" + fields)
        .hasHeader("Authorization", QByteArray("Bearer ") + callToken)
        .reply(status, status == 200 ? R"({"name":"Ana Lima","id":"71"})" : R"({"error":{"code":190,"message":"no"}})");
}

} // namespace

/// Messenger and Instagram, through their own dialogue.
class TestMetaMessaging : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void provesItselfBeforeItIsBelieved_data() { both(); }
    void provesItselfBeforeItIsBelieved();
    void storesEachMessageOnceWithTheNameOfItsAuthor_data() { both(); }
    void storesEachMessageOnceWithTheNameOfItsAuthor();
    void storesAMessageWhoseAuthorsNameCannotBeHad();
    void tellsTheDeliveryOfEachMessage();
    void showsWhatCameWhileAnotherAppHeldTheThread();
    void readsTheSamplesOfInstagram();
    void takesAnswersForADayAndForAWeekOnlyWhenGranted_data() { both(); }
    void takesAnswersForADayAndForAWeekOnlyWhenGranted();
    void countsBytesWhereThePlatformDoes();
    void survivesWhateverIsBroken_data() { both(); }
    void survivesWhateverIsBroken();

private:
    static void both();
};

void TestMetaMessaging::both()
{
    QTest::addColumn<QString>("id");
    QTest::newRow("messenger") << u"messenger"_s;
    QTest::newRow("instagram") << u"instagram"_s;
}

void TestMetaMessaging::provesItselfBeforeItIsBelieved()
{
    QFETCH(QString, id);
    CalledChannel desk = metaChannel(id);
    looksForTheAddress(desk);
    if (QTest::currentTestFailed())
        return;
    const QByteArray body =
        metaEntry(metaAccountOf(id), {metaEvent(metaAccountOf(id), {{u"read"_s, QJsonObject{{u"mid"_s, u"m1"_s}}}})});
    HookRequest wrong = metaCall(body);
    wrong.body += ' ';
    QCOMPARE(desk.receive(wrong).status, 401);
    QVERIFY(desk.stored.empty());
    QCOMPARE(desk.receive(metaCall(body)).status, 200);
    QCOMPARE(desk.stored.size(), size_t(1));
}

void TestMetaMessaging::storesEachMessageOnceWithTheNameOfItsAuthor()
{
    QFETCH(QString, id);
    CalledChannel desk = metaChannel(id);
    scriptName(desk, id == "messenger"_L1 ? "name" : "name%2Cusername");
    const QString own = metaAccountOf(id);
    const QByteArray two = metaEntry(own, {metaTextEvent(own, u"m1"_s), metaTextEvent(own, u"m2"_s)});
    for (int i = 0; i < 2; ++i)
        QCOMPARE(desk.receive(metaCall(two)).status, 200);
    QCOMPARE(desk.far.complaints(), QString()); // the name is asked for once
    QCOMPARE(desk.stored.size(), size_t(2));
    const Result<InboundMessage> told = desk.newest();
    QVERIFY2(told, qPrintable(told ? QString() : told.error().message));
    QCOMPARE(told->externalId, u"m2"_s);
    QCOMPARE(told->from.name, u"Ana Lima"_s);
    QCOMPARE(told->threadKey, u"71"_s);
}

void TestMetaMessaging::storesAMessageWhoseAuthorsNameCannotBeHad()
{
    CalledChannel desk = metaChannel(u"messenger"_s);
    scriptName(desk, "name", 401);
    const QString own = metaAccountOf(u"messenger"_s);
    for (const QString &mid : {u"m1"_s, u"m2"_s}) // the second one is not asked for: there is a pause
        QCOMPARE(desk.receive(metaCall(metaEntry(own, {metaTextEvent(own, mid)}))).status, 200);
    QCOMPARE(desk.far.complaints(), QString());
    QCOMPARE(desk.stored.size(), size_t(2));
    const Result<InboundMessage> told = desk.newest();
    QVERIFY(told);
    QCOMPARE(told->from.name, QString());
    QCOMPARE(told->text, u"Hello"_s);
}

void TestMetaMessaging::tellsTheDeliveryOfEachMessage()
{
    CalledChannel desk = metaChannel(u"messenger"_s);
    const QString own = metaAccountOf(u"messenger"_s);
    const QJsonObject told{{u"mids"_s, QJsonArray{u"m7"_s, u"m8"_s}}, {u"watermark"_s, 1760000000000LL}};
    QCOMPARE(desk.receive(metaCall(metaEntry(own, {metaEvent(own, {{u"delivery"_s, told}})}))).status, 200);
    QCOMPARE(desk.stored.size(), size_t(2));
    const Result<InboundMessage> second = desk.newest();
    QVERIFY(second);
    QCOMPARE(second->kind, InboundKind::Receipt);
    QCOMPARE(int(second->fate), int(MessageFate::Delivered));
    QCOMPARE(second->about, u"m8"_s);
}

void TestMetaMessaging::showsWhatCameWhileAnotherAppHeldTheThread()
{
    CalledChannel desk = metaChannel(u"messenger"_s);
    scriptName(desk, "name");
    const QString own = metaAccountOf(u"messenger"_s);
    const QJsonArray events{metaTextEvent(own, u"m1"_s)};
    QCOMPARE(desk.receive(metaCall(metaEntry(own, events, u"standby"_s))).status, 200);
    const Result<InboundMessage> told = desk.newest();
    QVERIFY(told);
    QCOMPARE(told->kind, InboundKind::Message);
    QVERIFY2(told->body.notice.contains("Another app"_L1), qPrintable(told->body.notice));
    QCOMPARE(desk.receive(metaCall(metaEntry(own, events))).status, 200);
    QCOMPARE(desk.stored.size(), size_t(1)); // the same message, told in both ways
}

void TestMetaMessaging::readsTheSamplesOfInstagram()
{
    if (samplePayload(u"instagram/messaging_seen_event.json"_s).isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    const auto read = [](const QString &name, const QString &entry) {
        CalledChannel desk = metaChannel(u"instagram"_s, {{u"account_id"_s, entry}});
        desk.far.expect("GET", "https://graph.facebook.com/v23.0/Sender-id-1?fields=name%2Cusername")
            .reply(200, R"({"username":"ana.lima"})");
        for (int i = 0; i < 2; ++i) {
            if (desk.receive(metaCall(samplePayload(u"instagram/%1.json"_s.arg(name)))).status != 200)
                return Result<InboundMessage>(makeError(Error::Kind::Refused, u"not taken"_s));
        }
        return desk.newest();
    };
    const Result<InboundMessage> text = read(u"instagram_message_create_event"_s, u"instagram-message-id-123"_s);
    QVERIFY2(text, qPrintable(text ? QString() : text.error().message));
    QCOMPARE(text->text, u"This is the first message from the customer"_s);
    QCOMPARE(text->from.name, u"ana.lima"_s);
    QCOMPARE(text->threadKey, u"Sender-id-1"_s);
    QCOMPARE(text->providerAt.toDateTime().toUTC().toString(Qt::ISODate), u"2021-09-08T06:34:04Z"_s);
    const Result<InboundMessage> answer = read(u"instagram_message_reply_event"_s, u"instagram-message-id-123"_s);
    QVERIFY(answer);
    QCOMPARE(answer->answers, u"message-id-1"_s);
    const Result<InboundMessage> shared = read(u"instagram_message_attachment_event"_s, u"instagram-message-id-1234"_s);
    QVERIFY(shared);
    QCOMPARE(shared->text, u"(Shared, share: https://www.example.com/test.jpeg)"_s);
    const Result<InboundMessage> mention = read(u"instagram_story_mention_event"_s, u"instagram-message-id-1234"_s);
    QVERIFY(mention);
    QVERIFY2(mention->text.contains("Mentioned you in a story"_L1), qPrintable(mention->text));
    const Result<InboundMessage> seen = read(u"messaging_seen_event"_s, u"instagram-message-id-123"_s);
    QVERIFY(seen);
    QCOMPARE(seen->kind, InboundKind::Receipt);
    QCOMPARE(int(seen->fate), int(MessageFate::Read));
    QCOMPARE(seen->about, u"message-id-1"_s);
}

void TestMetaMessaging::takesAnswersForADayAndForAWeekOnlyWhenGranted()
{
    QFETCH(QString, id);
    const CalledChannel desk = metaChannel(id);
    QCOMPARE(abilitiesOf(*desk.info, {}).answerWindow, metaDay);
    QCOMPARE(abilitiesOf(*desk.info, {{u"human_agent"_s, false}}).answerWindow, metaDay);
    QCOMPARE(abilitiesOf(*desk.info, {{u"human_agent"_s, true}}).answerWindow, 7 * metaDay);
}

void TestMetaMessaging::countsBytesWhereThePlatformDoes()
{
    const QString wide(400, QChar(0x4e16)); // three bytes each
    QCOMPARE(lengthFor(metaChannel(u"instagram"_s).info->abilities, wide), 1200);
    QCOMPARE(lengthFor(metaChannel(u"messenger"_s).info->abilities, wide), 400);
    CalledChannel desk = metaChannel(u"instagram"_s);
    const Result<Receipt> sent = desk.deliver(u"71"_s, wide);
    QVERIFY(!sent);
    QCOMPARE(int(sent.error().kind), int(Error::Kind::Refused));
    QVERIFY2(sent.error().message.contains("1000 bytes"_L1), qPrintable(sent.error().message));
    QVERIFY(desk.far.seen().empty());
}

void TestMetaMessaging::survivesWhateverIsBroken()
{
    QFETCH(QString, id);
    CalledChannel desk = metaChannel(id);
    const QString own = metaAccountOf(id);
    const QJsonObject reaction{{u"mid"_s, u"m1"_s}, {u"action"_s, u"react"_s}, {u"emoji"_s, u"x"_s}};
    survivesAnythingBroken(desk, metaEntry(own, {metaEvent(own, {{u"reaction"_s, reaction}})}), &metaCall);
}

PATCHBAY_TESTS(TestMetaMessaging)

#include "tst_meta_messaging.moc"
