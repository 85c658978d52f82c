#include "called_channel.h"
#include "connectors/kit/flat_xml.h"
#include "connectors/kit/sealed_callback.h"
#include "sealed_by_wecom.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

constexpr auto wecomToken = "made-up-token-3";

CallbackSeal wecomTestSeal() { return {QString::fromLatin1(wecomToken), wecomAesKey, u"ww1"_s}; }

CalledChannel wecomChannel()
{
    return CalledChannel(u"wecom_callback"_s, {{u"corp_id"_s, u"ww1"_s}, {u"agent_id"_s, 1000002}},
                         {{u"corp_secret"_s, u"made-up-corp-secret-2"_s},
                          {u"token"_s, QString::fromLatin1(wecomToken)},
                          {u"aes_key"_s, wecomAesKey}});
}

/// A signed request; `time` in seconds.
HookRequest wecomRequest(const QString &sealed, qint64 time, bool isPost = true)
{
    HookRequest request;
    request.method = isPost ? "POST" : "GET";
    const QString at = QString::number(time);
    const QString signature = QString::fromLatin1(sealSignature(wecomTestSeal(), at, u"n1"_s, sealed));
    request.query = {{u"msg_signature"_s, signature}, {u"timestamp"_s, at}, {u"nonce"_s, u"n1"_s}};
    if (isPost) {
        request.body = "<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[" + sealed.toLatin1()
            + "]]></Encrypt><AgentID>1000002</AgentID></xml>";
    } else {
        request.query.append({u"echostr"_s, sealed});
    }
    return request;
}

QByteArray wecomText(const QByteArray &id, const QByteArray &text = "hi")
{
    return "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[ana]]></FromUserName>"
           "<CreateTime>1772625600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA["
        + text + "]]></Content><MsgId>" + id + "</MsgId><AgentID>1000002</AgentID></xml>";
}

qint64 secondsOf(const CalledChannel &channel) { return channel.clock.at.us / 1000000; }

QJsonArray sealVectors(const QString &name)
{
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/%1.json"_s.arg(name));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll())["cases"_L1].toArray()
                                          : QJsonArray();
}

} // namespace

/// WeCom's callback through the gateway's door: sealed, signed, fresh.
class TestWecomCallback : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheVendorsVectors_data();
    void agreesWithTheVendorsVectors();
    void answersTheLookForItsAddress();
    void takesAMessageOnceHoweverOftenItComes();
    void answersWithNothingElse();
    void refusesWhatIsNotProved();
    void refusesSecretsThatCannotBe();
    void readsTheVendorsSamples();
    void readsXmlWithinBounds();
    void survivesWhateverIsBroken();
};

void TestWecomCallback::agreesWithTheVendorsVectors_data()
{
    QTest::addColumn<QJsonObject>("one");
    for (const QString &name : {u"wecom_callback"_s, u"dingtalk_callback"_s}) {
        const QJsonArray cases = sealVectors(name);
        for (const QJsonValue &one : cases)
            QTest::addRow("%s/%s", qPrintable(name), qPrintable(one["id"_L1].toString())) << one.toObject();
    }
    if (sealVectors(u"wecom_callback"_s).isEmpty())
        QTest::addRow("none") << QJsonObject();
}

void TestWecomCallback::agreesWithTheVendorsVectors()
{
    QFETCH(QJsonObject, one);
    if (one.isEmpty())
        QSKIP("The vendors' signature vectors are not here.");
    const QJsonObject in = one["in"_L1].toObject();
    const QJsonObject out = one["out"_L1].toObject();
    const auto text = [&in](QLatin1StringView name) { return in.value(name).toString(); };
    const CallbackSeal seal{text("token"_L1), text("encodingAESKey"_L1), text("receiveId"_L1)};
    const QString time = text("timestamp"_L1);
    const QString nonce = text("nonce"_L1);
    if (text("op"_L1) == "encrypt"_L1) { // what was sealed there is opened here
        const QString sealed = out["encrypt"_L1].toString();
        QVERIFY(checkSeal(seal, out["msg_signature"_L1].toString(), time, nonce, sealed).ok());
        const Result<QByteArray> opened = unsealed(seal, sealed);
        QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
        QVERIFY(opened->startsWith("<xml>"));
        QVERIFY(opened->contains("<![CDATA[test]]>"));
        return;
    }
    const Result<Done> isSigned = checkSeal(seal, text("msg_signature"_L1), time, nonce, text("encrypt"_L1));
    const Result<QByteArray> opened = unsealed(seal, text("encrypt"_L1));
    QCOMPARE(isSigned.ok() && opened.ok(), one["valid"_L1].toBool());
    if (out.contains("plain"_L1))
        QCOMPARE(QString::fromUtf8(*opened), out["plain"_L1].toString());
}

void TestWecomCallback::answersTheLookForItsAddress()
{
    CalledChannel wecom = wecomChannel();
    const QString sealed = sealedByWecom("5927782489442352469");
    const HookReply reply = wecom.receive(wecomRequest(sealed, secondsOf(wecom), false));
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body, QByteArray("5927782489442352469"));
    HookRequest blanks = wecomRequest(sealed, secondsOf(wecom), false);
    blanks.query.last().second.replace(u'+', u' '); // as some servers decode a plus sign
    QCOMPARE(wecom.receive(blanks).body, reply.body);
    QVERIFY(wecom.stored.empty());
}

void TestWecomCallback::takesAMessageOnceHoweverOftenItComes()
{
    CalledChannel wecom = wecomChannel();
    for (int i = 0; i < 3; ++i) { // each time sealed and signed anew
        const QString sealed = sealedByWecom(wecomText("18446744073709551610"));
        QCOMPARE(wecom.receive(wecomRequest(sealed, secondsOf(wecom) + i)).status, 200);
    }
    QCOMPARE(wecom.stored.size(), size_t(1));
    QCOMPARE(wecom.stored[0].raw, wecomText("18446744073709551610")); // what it said, opened
    const Result<InboundMessage> read = wecom.newest();
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    QCOMPARE(read->externalId, u"18446744073709551610"_s); // above 2^63
    QCOMPARE(read->threadKey, u"ana"_s);
    QCOMPARE(read->text, u"hi"_s);
    QVERIFY(wecom.receive(wecomRequest(sealedByWecom(wecomText("7002")), secondsOf(wecom))).status == 200);
    QCOMPARE(wecom.stored.size(), size_t(2));
}

void TestWecomCallback::answersWithNothingElse()
{
    CalledChannel wecom = wecomChannel();
    const HookReply reply = wecom.receive(wecomRequest(sealedByWecom(wecomText("7001")), secondsOf(wecom)));
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body, QByteArray()); // anything else would be a message to the person
}

void TestWecomCallback::refusesWhatIsNotProved()
{
    CalledChannel wecom = wecomChannel();
    const qint64 now = secondsOf(wecom);
    const QString sealed = sealedByWecom(wecomText("7001"));
    QCOMPARE(wecom.receive(wecomRequest(sealed, now - 301)).status, 401); // a replay
    QCOMPARE(wecom.receive(wecomRequest(sealed, now + 301)).status, 401);
    QCOMPARE(wecom.receive(wecomRequest(sealedByWecom(wecomText("7001"), "ww2"), now)).status, 401);
    const QString otherKey = QString(wecomAesKey).replace(u'a', u'b');
    QCOMPARE(wecom.receive(wecomRequest(sealedByWecom(wecomText("7001"), "ww1", otherKey), now)).status, 401);
    for (qsizetype i = 0; i < 3; ++i) { // signature, time and nonce
        HookRequest changed = wecomRequest(sealed, now);
        changed.query[i].second[0] = changed.query[i].second[0] == u'1' ? u'2' : u'1';
        QCOMPARE(wecom.receive(changed).status, 401);
        changed.query.removeAt(i);
        QCOMPARE(wecom.receive(changed).status, 401);
    }
    HookRequest prefix = wecomRequest(sealed, now);
    prefix.query[0].second.chop(1);
    QCOMPARE(wecom.receive(prefix).status, 401);
    QCOMPARE(wecom.receive(postOf("<xml/>")).status, 401);
    CalledChannel empty(u"wecom_callback"_s, {{u"corp_id"_s, u"ww1"_s}},
                        {{u"token"_s, u""_s}, {u"aes_key"_s, wecomAesKey}});
    QCOMPARE(empty.receive(wecomRequest(sealed, now)).status, 401);
    QVERIFY(wecom.stored.empty() && empty.stored.empty());
}

void TestWecomCallback::refusesSecretsThatCannotBe()
{
    CalledChannel wecom = wecomChannel();
    QVERIFY(wecom.info->check(wecom.account).ok());
    for (const QString &key : {u"short"_s, QString(wecomAesKey).replace(0, 1, u"!"_s), wecomAesKey + u'a'}) {
        AccountConfig account = wecom.account;
        account.secrets.insert(u"aes_key"_s, key);
        const Result<Done> checked = wecom.info->check(account);
        QVERIFY(!checked.ok());
        QVERIFY(!checked.error().message.contains(key));
    }
}

void TestWecomCallback::readsTheVendorsSamples()
{
    if (samplePayload(u"wecom/testtaskcardevent.xml"_s).isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    for (const QString &name : {u"testtaskcardevent"_s, u"testsendpicsinfo"_s, u"testaddexternaluserevent"_s}) {
        CalledChannel wecom = wecomChannel();
        const QString sealed = sealedByWecom(samplePayload(u"wecom/%1.xml"_s.arg(name)));
        for (int i = 0; i < 2; ++i)
            QCOMPARE(wecom.receive(wecomRequest(sealed, secondsOf(wecom))).status, 200);
        QCOMPARE(wecom.stored.size(), size_t(1));
        const Result<InboundMessage> read = wecom.newest();
        QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
        QCOMPARE(read->kind, InboundKind::Nothing);
    }
}

void TestWecomCallback::readsXmlWithinBounds()
{
    const auto fields = flatXml("<xml><A>1</A><B><C><![CDATA[<2>]]></C></B><A>3</A></xml>");
    QVERIFY(fields.ok());
    QCOMPARE(fields->value(u"A"_s), u"1"_s);
    QCOMPARE(fields->value(u"B/C"_s), u"<2>"_s);
    const QByteArray bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><xml><A>&b;</A></xml>";
    QByteArray many = "<xml>";
    for (int i = 0; i < 400; ++i)
        many += "<A/>";
    for (const QByteArray &bad :
         {bomb, QByteArray(many + "</xml>"), QByteArray("<xml>") + QByteArray("<a>").repeated(20),
          QByteArray("<xml><A>"), QByteArray("{}"), QByteArray(), QByteArray("<xml>\xff</xml>")})
        QVERIFY2(!flatXml(bad).ok(), bad.constData());
}

void TestWecomCallback::survivesWhateverIsBroken()
{
    CalledChannel wecom = wecomChannel();
    const QByteArray whole = wecomText("7001");
    for (qsizetype size = 0; size < whole.size(); size += 5) {
        const QByteArray part = whole.left(size);
        QCOMPARE(wecom.receive(wecomRequest(sealedByWecom(part), secondsOf(wecom))).status, 200);
        QCOMPARE(wecom.stored.back().raw, part); // set aside, with its bytes
        QVERIFY(!wecom.newest().ok());
    }
    const QString sealed = sealedByWecom(whole);
    for (qsizetype size = 0; size < sealed.size(); size += 7)
        QVERIFY(!unsealed(wecomTestSeal(), sealed.left(size)).ok());
    for (qsizetype at = 0; at < sealed.size() - 8; at += 7) { // must end, whatever it says
        QString changed = sealed;
        changed[at] = changed.at(at) == u'A' ? u'B' : u'A';
        (void)unsealed(wecomTestSeal(), changed);
    }
}

PATCHBAY_TESTS(TestWecomCallback)
#include "tst_wecom_callback.moc"
