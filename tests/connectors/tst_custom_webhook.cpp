#include "called_channel.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

CalledChannel webhookChannel(QJsonObject more = {})
{
    QJsonObject settings{{u"id"_s, u"/id"_s},
                         {u"thread"_s, u"/chat"_s},
                         {u"author_id"_s, u"/from/id"_s},
                         {u"author_name"_s, u"/from/name"_s},
                         {u"text"_s, u"/text"_s},
                         {u"time"_s, u"/at"_s}};
    for (auto it = more.begin(); it != more.end(); ++it)
        settings.insert(it.key(), it.value());
    return CalledChannel(
        u"custom_webhook"_s, settings,
        {{u"hook_secret"_s, QString::fromLatin1(callSecret)}, {u"secret"_s, QString::fromLatin1(callToken)}});
}

HookRequest webhookCall(const QByteArray &body)
{
    HookRequest request = postOf(body);
    request.rest = QString::fromLatin1(callSecret);
    return request;
}

} // namespace

/// A channel that a form describes.
class TestCustomWebhook : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isProvedInEachWay_data();
    void isProvedInEachWay();
    void echoesWhatSendersWantToHear();
    void readsListsTimesAndFiles();
    void takesEqualItemsForOneWithoutAnId();
    void sendsAsItsFormSays();
    void refusesAFormThatCannotWork_data();
    void refusesAFormThatCannotWork();
    void survivesWhateverIsBroken();
};

void TestCustomWebhook::isProvedInEachWay_data()
{
    QTest::addColumn<QJsonObject>("form");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("value");
    const QByteArray body(R"({"id":1,"chat":"c","from":{"id":2},"text":"x"})");
    const auto signature = [&body](SignatureForm form) {
        return QString::fromLatin1(signatureOf(body, QString::fromLatin1(callSecret), form));
    };
    const QString secret = QString::fromLatin1(callSecret);
    QTest::newRow("path") << QJsonObject{{u"proof"_s, u"path"_s}} << QByteArray() << secret;
    QTest::newRow("parameter") << QJsonObject{{u"proof"_s, u"query"_s}, {u"proof_name"_s, u"key"_s}} << QByteArray()
                               << secret;
    QTest::newRow("header") << QJsonObject{{u"proof"_s, u"header"_s}, {u"proof_name"_s, u"X-Key"_s}}
                            << QByteArray("x-key") << secret;
    QTest::newRow("bearer") << QJsonObject{{u"proof"_s, u"header"_s},
                                           {u"proof_name"_s, u"Authorization"_s},
                                           {u"prefix"_s, u"Bearer"_s}}
                            << QByteArray("authorization") << QString(u"Bearer "_s + secret);
    QTest::newRow("hex") << QJsonObject{{u"proof"_s, u"hmac"_s}, {u"proof_name"_s, u"X-Sign"_s}} << QByteArray("x-sign")
                         << signature({"x-sign", QCryptographicHash::Sha256, false, {}});
    QTest::newRow("base64 of SHA-1") << QJsonObject{{u"proof"_s, u"hmac"_s},
                                                    {u"proof_name"_s, u"X-Sign"_s},
                                                    {u"digest"_s, u"sha1"_s},
                                                    {u"encoding"_s, u"base64"_s},
                                                    {u"prefix"_s, u"sha1="_s}}
                                     << QByteArray("x-sign")
                                     << signature({"x-sign", QCryptographicHash::Sha1, true, "sha1="});
}

void TestCustomWebhook::isProvedInEachWay()
{
    QFETCH(QJsonObject, form);
    QFETCH(QByteArray, header);
    QFETCH(QString, value);
    CalledChannel desk = webhookChannel(form);
    QVERIFY(desk.info->check(desk.account));
    const auto call = [&](const QString &proof) {
        HookRequest request = postOf(R"({"id":1,"chat":"c","from":{"id":2},"text":"x"})");
        if (!header.isEmpty())
            request.headers = {{header, proof.toUtf8()}};
        else if (form.contains(u"proof_name"_s))
            request.query = {{u"key"_s, proof}};
        else
            request.rest = proof;
        return desk.receive(request);
    };
    QCOMPARE(call(value).status, 200);
    QCOMPARE(call(value.chopped(1)).status, 401);
    QCOMPARE(call(value + u'a').status, 401);
    QCOMPARE(call({}).status, 401);
    QCOMPARE(desk.stored.size(), size_t(1));
    QVERIFY(!call(u"wrong"_s).body.contains(callSecret));
}

void TestCustomWebhook::echoesWhatSendersWantToHear()
{
    CalledChannel desk =
        webhookChannel({{u"challenge_query"_s, u"hub.challenge"_s}, {u"challenge_pointer"_s, u"/challenge"_s}});
    HookRequest look = webhookCall({});
    look.method = "GET";
    look.query = {{u"hub.challenge"_s, u"<b>77</b>"_s}};
    const HookReply echo = desk.receive(look);
    QCOMPARE(echo.body, QByteArray("<b>77</b>"));
    QVERIFY(echo.contentType.startsWith("text/plain"));
    look.rest = u"guessed"_s;
    QCOMPARE(desk.receive(look).status, 401);
    const HookReply posted = desk.receive(webhookCall(R"({"type":"url_verification","challenge":"c1"})"));
    QCOMPARE(posted.body, QByteArray(R"({"challenge":"c1"})"));
    QVERIFY(desk.stored.empty());
    look = webhookCall({});
    look.method = "HEAD";
    QCOMPARE(desk.receive(look).status, 200);
}

void TestCustomWebhook::readsListsTimesAndFiles()
{
    CalledChannel desk = webhookChannel({{u"items"_s, u"/data"_s},
                                         {u"time_form"_s, u"ms"_s},
                                         {u"files"_s, u"/files"_s},
                                         {u"own_ids"_s, u"bot, desk"_s}});
    const QByteArray body = R"({"data":[
        {"id":18446744073709551615,"chat":7,"from":{"id":"a1","name":"Ana\u202e"},"text":"One","at":1772625600123,
         "files":["https://files.example.org/1"]},
        {"id":"2","chat":7,"from":{"id":"desk"},"text":"Two","at":"1772625601000"},
        {"id":"2","chat":8,"from":{"id":"a1"},"text":"Three"}]})";
    for (int i = 0; i < 2; ++i)
        QCOMPARE(desk.receive(webhookCall(body)).status, 200);
    QCOMPARE(desk.stored.size(), size_t(3)); // one id in two chats is two messages
    const Result<InboundMessage> first = desk.info->parse(desk.stored[0], desk.account);
    QVERIFY2(first, qPrintable(first ? QString() : first.error().message));
    QCOMPARE(first->externalId, u"7:18446744073709551615"_s);
    QCOMPARE(first->text, u"One\nFile: https://files.example.org/1"_s);
    QCOMPARE(first->from.name, u"Ana"_s);
    QCOMPARE(first->providerAt.us, 1772625600123000);
    const Result<InboundMessage> second = desk.info->parse(desk.stored[1], desk.account);
    QVERIFY(second);
    QVERIFY(second->fromSelf);
    QCOMPARE(second->providerAt.us, 1772625601000000);
    QVERIFY(!first->fromSelf);
}

void TestCustomWebhook::takesEqualItemsForOneWithoutAnId()
{
    CalledChannel desk = webhookChannel({{u"id"_s, QString()}});
    desk.receive(webhookCall(R"({"chat":"c","from":{"id":"a"},"text":"x","at":"2026-03-04T12:00:00Z"})"));
    desk.receive(webhookCall(R"({"text":"x", "chat":"c","at":"2026-03-04T12:00:00Z","from":{"id":"a"}})"));
    desk.receive(webhookCall(R"({"chat":"c","from":{"id":"a"},"text":"x","at":"2026-03-04T12:00:01Z"})"));
    QCOMPARE(desk.stored.size(), size_t(2));
    const Result<InboundMessage> read = desk.newest();
    QVERIFY(read);
    QCOMPARE(read->dedupeKey, desk.stored.back().sourceKey);
    QCOMPARE(read->providerAt.toDateTime().toString(Qt::ISODate), u"2026-03-04T12:00:01Z"_s);
}

void TestCustomWebhook::sendsAsItsFormSays()
{
    CalledChannel desk = webhookChannel({{u"url"_s, u"https://crm.example.org/api"_s},
                                         {u"path"_s, u"/chats/{{message.thread}}/messages"_s},
                                         {u"body"_s, uR"({"body": "{{message.text}}", "ref": "{{key}}"})"_s},
                                         {u"id_pointer"_s, u"/data/id"_s}});
    const QString text = u"\"}, \"admin\": true, {{key}}"_s;
    desk.far.expect("POST", "https://crm.example.org/api/chats/a%2Fb/messages")
        .hasHeader("Authorization", QByteArray("Bearer ") + callToken)
        .bodyIs(QJsonObject{{u"body"_s, text}, {u"ref"_s, QString::fromLatin1(callKey)}})
        .reply(201, R"({"data":{"id":99}})");
    const Result<Receipt> sent = desk.deliver(u"a/b"_s, text);
    QVERIFY2(sent, qPrintable(sent ? QString() : sent.error().message));
    QCOMPARE(sent->externalId, u"a/b:99"_s);
    QCOMPARE(desk.far.complaints(), QString());
    CalledChannel silent = webhookChannel();
    const Result<Receipt> refused = silent.deliver(u"c"_s, u"Hi"_s);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Refused);
    QVERIFY2(refused.error().message.contains("only receives"_L1), qPrintable(refused.error().message));
    QVERIFY(await(silent.connector->test()));
}

void TestCustomWebhook::refusesAFormThatCannotWork_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("a pointer that is none") << u"text"_s << u"message.text"_s;
    QTest::newRow("a body without the text") << u"body"_s << u"{\"a\": \"b\"}"_s;
    QTest::newRow("a body that is no JSON") << u"body"_s << u"{{message.text}}"_s;
    QTest::newRow("a path without an address") << u"path"_s << u"/send"_s;
    QTest::newRow("a header that may not be set") << u"headers"_s << u"{\"Authorization\": \"x\"}"_s;
}

void TestCustomWebhook::refusesAFormThatCannotWork()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    CalledChannel desk = webhookChannel();
    QVERIFY(desk.info->check(desk.account));
    desk.account.settings.insert(field, value);
    const Result<Done> checked = desk.info->check(desk.account);
    QVERIFY(!checked);
    QCOMPARE(checked.error().kind, Error::Kind::Refused);
}

void TestCustomWebhook::survivesWhateverIsBroken()
{
    CalledChannel desk = webhookChannel();
    const QByteArray body(R"({"id":"1","chat":"c","from":{"id":"a","name":"n"},"text":"x","at":1})");
    survivesAnythingBroken(desk, body, &webhookCall);
}

PATCHBAY_TESTS(TestCustomWebhook)

#include "tst_custom_webhook.moc"
