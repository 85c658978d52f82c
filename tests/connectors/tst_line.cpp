#include "called_channel.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

HookRequest lineCall(const QByteArray &body)
{
    const SignatureForm form{"x-line-signature", QCryptographicHash::Sha256, true, {}};
    return postOf(body, {{form.header, signatureOf(body, QString::fromLatin1(callSecret), form)}});
}

CalledChannel lineChannel()
{
    return CalledChannel(
        u"line"_s, {},
        {{u"channel_secret"_s, QString::fromLatin1(callSecret)}, {u"access_token"_s, QString::fromLatin1(callToken)}});
}

QByteArray lineEvent(const QByteArray &id, const QByteArray &rest)
{
    return R"({"destination":"U1","events":[{"webhookEventId":")" + id
        + R"(","mode":"active","timestamp":1772625600123,"deliveryContext":{"isRedelivery":false},)" + rest + "}]}";
}

const QByteArray lineOpening =
    R"({"type":"message","timestamp":1772625600123,"replyToken":"made-up-token","message":{"id":"1","type":"text"}})";
constexpr Timestamp lineSentAt{1772625600123000};

void lineTakes(CalledChannel &line, const QByteArray &way, int status, const QByteArray &reply)
{
    const QJsonArray messages{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"Hi"_s}}};
    const bool isReply = way == "reply";
    line.far.expect("POST", "https://api.line.me/v2/bot/message/" + way)
        .hasHeader("X-Line-Retry-Key", isReply ? QByteArray() : QByteArray(callKey))
        .bodyIs(isReply ? QJsonObject{{u"replyToken"_s, u"made-up-token"_s}, {u"messages"_s, messages}}
                        : QJsonObject{{u"to"_s, u"U7"_s}, {u"messages"_s, messages}})
        .reply(status, reply);
}

Result<Receipt> lineSends(CalledChannel &line, const QJsonObject &handle, Timestamp startedAt)
{
    OutboundMessage message;
    message.messageId = QString::fromLatin1(callKey);
    message.threadKey = u"U7"_s;
    message.text = u"Hi"_s;
    message.replyHandle = handle;
    DeliveryRequest request;
    request.key = message.messageId;
    request.payload = toJson(message);
    request.startedAt = startedAt;
    return await(line.connector->deliver(request, [] { return CalledChannel::openGate(); }));
}

} // namespace

/// LINE, through its own dialogue.
class TestLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersTheLookForAnAddress();
    void readsWhatPeopleSend();
    void takesAnEventOnceHoweverOftenItComes();
    void unsendsAndEdits();
    void keepsWhatIsNoMessage();
    void pushesWithOurKeyAndTakesARepeatForSent();
    void repliesWithAFreshTokenAndPushesWithoutOne();
    void pushesWhenTheTokenIsRefused();
    void neverRepeatsWhatGotLostOnTheToken();
    void waitsWhenItIsToldTo();
    void survivesWhateverIsBroken();
};

void TestLine::answersTheLookForAnAddress()
{
    CalledChannel line = lineChannel();
    const HookReply reply = line.receive(lineCall(R"({"destination":"U1","events":[]})"));
    QCOMPARE(reply.status, 200);
    QVERIFY(line.stored.empty());
    QCOMPARE(line.receive(postOf(R"({"destination":"U1","events":[]})")).status, 401);
}

void TestLine::readsWhatPeopleSend()
{
    if (samplePayload(u"line/message_text_user.json"_s).isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    const QList<QPair<QString, QString>> texts{
        {u"message_text_user"_s, u"Hello, world"_s},
        {u"message_sticker_user"_s, u"Sticker: Just sticker, Love You, Love"_s},
        {u"message_location_user"_s, u"Location: my location, Tokyo, 35.659108, 139.703729"_s},
        {u"message_video_user"_s, u"File: https://example.com"_s}};
    for (const auto &[name, text] : texts) {
        CalledChannel line = lineChannel();
        QCOMPARE(line.receive(lineCall(samplePayload(u"line/%1.json"_s.arg(name)))).status, 200);
        const Result<InboundMessage> message = line.newest();
        QVERIFY2(message, qPrintable(message ? QString() : message.error().message));
        QCOMPARE(message->text, text);
        QCOMPARE(message->externalId, u"325708"_s);
        QCOMPARE(message->threadKey, u"U206d25c2ea6bd87c17655609a1c37cb8"_s);
        QCOMPARE(message->providerAt.us, 1462629479859000);
    }
    CalledChannel line = lineChannel();
    QCOMPARE(line.receive(lineCall(samplePayload(u"line/message_file_user.json"_s))).status, 200);
    const Result<InboundMessage> file = line.newest();
    QVERIFY(file);
    QCOMPARE(file->attachments.size(), size_t(1));
    QCOMPARE(file->attachments[0].name, u"file.txt"_s);
    QCOMPARE(file->attachments[0].remoteSize, 2138);
    QCOMPARE(file->attachments[0].remote, (QJsonObject{{u"id"_s, u"325708"_s}}));
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1","displayName":"Desk"})");
    line.far.expect("GET", "https://api-data.line.me/v2/bot/message/325708/content")
        .hasHeader("Authorization", QByteArray("Bearer ") + callToken)
        .reply(200, "the bytes", "text/plain");
    const Result<QByteArray> bytes = await(line.connector->fetchFile(file->attachments[0].remote));
    QVERIFY2(bytes, qPrintable(bytes ? QString() : bytes.error().message));
    QCOMPARE(*bytes, QByteArray("the bytes"));
    QCOMPARE(line.far.complaints(), QString());
}

void TestLine::takesAnEventOnceHoweverOftenItComes()
{
    CalledChannel line = lineChannel();
    const QByteArray message = R"("type":"message","source":{"type":"group","groupId":"C1","userId":"U7"},)"
                               R"("message":{"id":"5001","type":"text","text":"hi","quotedMessageId":"4999"})";
    const QByteArray first = lineEvent("01HE1", message);
    const QByteArray again = QByteArray(first).replace(R"("isRedelivery":false)", R"("isRedelivery":true)");
    for (const QByteArray &body : {first, again, first})
        QCOMPARE(line.receive(lineCall(body)).status, 200);
    QCOMPARE(line.stored.size(), size_t(1));
    const Result<InboundMessage> read = line.newest();
    QVERIFY(read);
    QCOMPARE(read->threadKey, u"C1"_s);
    QCOMPARE(read->from.address, u"U7"_s);
    QCOMPARE(read->answers, u"4999"_s);
}

void TestLine::unsendsAndEdits()
{
    CalledChannel line = lineChannel();
    const QByteArray source = R"("source":{"type":"user","userId":"U7"},)";
    line.receive(lineCall(lineEvent("01HE2", R"("type":"unsend",)" + source + R"("unsend":{"messageId":"5001"})")));
    const Result<InboundMessage> gone = line.newest();
    QVERIFY(gone);
    QCOMPARE(gone->kind, InboundKind::Deletion);
    QCOMPARE(gone->about, u"5001"_s);
    line.receive(lineCall(lineEvent("01HE3",
                                    R"("type":"messageEdited",)" + source
                                        + R"("message":{"id":"5001","type":"text","text":"hi there"})")));
    const Result<InboundMessage> edited = line.newest();
    QVERIFY(edited);
    QCOMPARE(edited->kind, InboundKind::Edit);
    QCOMPARE(edited->about, u"5001"_s);
    QCOMPARE(edited->text, u"hi there"_s);
    QVERIFY(gone->dedupeKey != edited->dedupeKey);
}

void TestLine::keepsWhatIsNoMessage()
{
    for (const char *type : {"follow", "unfollow", "join", "somethingOfNextYear"}) {
        CalledChannel line = lineChannel();
        const QByteArray event = QByteArray(R"("type":")") + type + R"(","source":{"type":"user","userId":"U7"})";
        QCOMPARE(line.receive(lineCall(lineEvent("01HE4", event))).status, 200);
        const Result<InboundMessage> read = line.newest();
        QVERIFY(read);
        QCOMPARE(read->kind, InboundKind::Nothing);
    }
    CalledChannel line = lineChannel();
    line.receive(lineCall(lineEvent("01HE5",
                                    R"("type":"message","source":{"type":"user","userId":"U7"},)"
                                    R"("message":{"id":"6","type":"hologram"})")));
    const Result<InboundMessage> read = line.newest();
    QVERIFY(read);
    QCOMPARE(read->kind, InboundKind::Message);
    QVERIFY2(read->text.contains("hologram"_L1), qPrintable(read->text));
}

void TestLine::pushesWithOurKeyAndTakesARepeatForSent()
{
    CalledChannel line = lineChannel();
    QCOMPARE(line.connector->facts().idempotency, Idempotency::Native);
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1","displayName":"Desk"})");
    const QJsonObject body{{u"to"_s, u"U7"_s},
                           {u"messages"_s, QJsonArray{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"Hi"_s}}}}};
    line.far.expect("POST", "https://api.line.me/v2/bot/message/push")
        .hasHeader("X-Line-Retry-Key", callKey)
        .bodyIs(body)
        .reply(200, R"({"sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]})");
    line.far.expect("POST", "https://api.line.me/v2/bot/message/push")
        .hasHeader("X-Line-Retry-Key", callKey)
        .reply(409, R"({"message":"The retry key is already accepted","sentMessages":[{"id":"461230966842064897"}]})")
        .withHeader("x-line-accepted-request-id", "r1");
    line.far.expect("POST", "https://api.line.me/v2/bot/message/push").reply(409, R"({"message":"conflict"})");
    for (int i = 0; i < 2; ++i) {
        const Result<Receipt> sent = line.deliver(u"U7"_s, u"Hi"_s);
        QVERIFY2(sent, qPrintable(sent ? QString() : sent.error().message));
        QCOMPARE(sent->externalId, u"461230966842064897"_s);
    }
    const Result<Receipt> other = line.deliver(u"U7"_s, u"Hi"_s);
    QVERIFY(!other);
    QCOMPARE(other.error().kind, Error::Kind::Conflict);
    QCOMPARE(line.far.complaints(), QString());
}

void TestLine::repliesWithAFreshTokenAndPushesWithoutOne()
{
    CalledChannel line = lineChannel();
    const QJsonObject handle = line.info->replyHandle(lineOpening);
    QCOMPARE(handle.value(u"token"_s).toString(), u"made-up-token"_s);
    QVERIFY(line.info->replyHandle(R"({"type":"unsend","timestamp":1772625600123})").isEmpty());
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1"})");
    lineTakes(line, "reply", 200, R"({"sentMessages":[{"id":"461"}]})");
    const Result<Receipt> first = lineSends(line, handle, lineSentAt + std::chrono::seconds(20));
    QVERIFY2(first, qPrintable(first ? QString() : first.error().message));
    QCOMPARE(first->externalId, u"461"_s);
    lineTakes(line, "push", 200, R"({"sentMessages":[{"id":"462"}]})"); // a token is taken once
    QVERIFY(lineSends(line, handle, lineSentAt + std::chrono::seconds(21)));
    lineTakes(line, "push", 200, R"({"sentMessages":[{"id":"463"}]})"); // and not when it is old
    QJsonObject other = handle;
    other.insert(u"token"_s, u"another"_s);
    QVERIFY(lineSends(line, other, lineSentAt + std::chrono::seconds(50)));
    QCOMPARE(line.far.complaints(), QString());
}

void TestLine::pushesWhenTheTokenIsRefused()
{
    CalledChannel line = lineChannel();
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1"})");
    lineTakes(line, "reply", 400, R"({"message":"Invalid reply token"})");
    lineTakes(line, "push", 200, R"({"sentMessages":[{"id":"464"}]})");
    const Result<Receipt> sent =
        lineSends(line, line.info->replyHandle(lineOpening), lineSentAt + std::chrono::seconds(20));
    QVERIFY2(sent, qPrintable(sent ? QString() : sent.error().message));
    QCOMPARE(sent->externalId, u"464"_s);
    QCOMPARE(line.far.complaints(), QString());
}

void TestLine::neverRepeatsWhatGotLostOnTheToken()
{
    CalledChannel line = lineChannel();
    const QJsonObject handle = line.info->replyHandle(lineOpening);
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1"})");
    line.far.expect("POST", "https://api.line.me/v2/bot/message/reply")
        .fails(makeAmbiguous(Error::Kind::Timeout, u"x"_s));
    const Timestamp fresh = lineSentAt + std::chrono::seconds(20);
    const Result<Receipt> lost = lineSends(line, handle, fresh);
    QVERIFY(!lost && lost.error().ambiguous);
    QCOMPARE(line.far.complaints(), QString()); // no push after it
    const QJsonObject payload{{u"reply_handle"_s, handle}};
    // A console that comes back after a crash knows the payload and when the attempt started, and nothing else.
    QCOMPARE(int(line.connector->factsOf(payload, fresh).idempotency), int(Idempotency::None));
    QCOMPARE(int(line.connector->factsOf(payload, lineSentAt + std::chrono::seconds(50)).idempotency),
             int(Idempotency::Native));
    QCOMPARE(int(line.connector->factsOf({}, fresh).idempotency), int(Idempotency::Native));
}

void TestLine::waitsWhenItIsToldTo()
{
    CalledChannel line = lineChannel();
    line.far.expect("GET", "https://api.line.me/v2/bot/info").reply(200, R"({"userId":"U1"})");
    line.far.expect("POST", "https://api.line.me/v2/bot/message/push")
        .reply(429, R"({"message":"You have reached your monthly limit."})");
    const Result<Receipt> sent = line.deliver(u"U7"_s, u"Hi"_s);
    QVERIFY(!sent);
    QCOMPARE(sent.error().kind, Error::Kind::RateLimited);
    QCOMPARE(sent.error().retryAfter, std::chrono::milliseconds(std::chrono::hours(6)));
    QVERIFY(!sent.error().ambiguous);
}

void TestLine::survivesWhateverIsBroken()
{
    CalledChannel desk = lineChannel();
    const QByteArray event = lineEvent("01HE6",
                                       R"("type":"message","source":{"type":"user","userId":"U7"},)"
                                       R"("message":{"id":"6","type":"image","contentProvider":{"type":"line"}})");
    survivesAnythingBroken(desk, event, &lineCall);
}

PATCHBAY_TESTS(TestLine)

#include "tst_line.moc"
