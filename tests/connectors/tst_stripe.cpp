#include "called_channel.h"

#include "connectors/kit/money.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

const Timestamp stripeNow = HandClock().at;

CalledChannel stripeChannel()
{
    return CalledChannel(u"stripe"_s, {}, {{u"signing_secret"_s, QString::fromLatin1(callSecret)}});
}

QByteArray stripeSignature(const QByteArray &body, const QByteArray &time)
{
    return signatureOf(time + '.' + body, QString::fromLatin1(callSecret), {});
}

HookRequest stripeCall(const QByteArray &body, Timestamp sent = stripeNow, const QByteArray &before = {})
{
    const QByteArray time = QByteArray::number(sent.us / 1000000);
    return postOf(body, {{"stripe-signature", "t=" + time + before + ",v1=" + stripeSignature(body, time)}});
}

const QByteArray stripeEvent =
    R"({"id":"evt_1Made","object":"event","created":1760000000,"livemode":true,"type":"charge.failed",)"
    R"("data":{"object":{"id":"ch_1Made","amount":500,"currency":"usd","customer":"cus_1Made"}}})";

} // namespace

/// Stripe, through its own dialogue.
class TestStripe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsAsStripeSaysItDoes();
    void provesItselfBeforeItIsBelieved();
    void refusesWhatIsTooOld();
    void takesAnEventOnceHoweverOftenItComes();
    void putsTheEventsOfOneCustomerIntoOneConversation();
    void sendsNothingAndSaysSo();
    void writesAmountsInTheirCurrencysDigits();
    void survivesWhateverIsBroken();
};

void TestStripe::signsAsStripeSaysItDoes()
{
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/stripe_signature.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("The vendors' signature vectors are not here.");
    const QJsonArray cases = QJsonDocument::fromJson(file.readAll())["cases"_L1].toArray();
    QVERIFY(!cases.isEmpty());
    for (const QJsonValue &one : cases) {
        const QJsonObject in = one["in"_L1].toObject();
        QCOMPARE(signatureOf(in["body"_L1].toString().toUtf8(), in["secret"_L1].toString(), {}),
                 in["hex"_L1].toString().toLatin1());
    }
}

void TestStripe::provesItselfBeforeItIsBelieved()
{
    CalledChannel desk = stripeChannel();
    QCOMPARE(desk.receive(postOf(stripeEvent)).status, 401);
    HookRequest changed = stripeCall(stripeEvent);
    changed.body += ' ';
    QCOMPARE(desk.receive(changed).status, 401);
    const QByteArray time = QByteArray::number(stripeNow.us / 1000000);
    const QByteArray whole = stripeSignature(stripeEvent, time);
    const QList<QByteArray> wrong{"t=" + time,          "v1=" + whole,
                                  "t=x,v1=" + whole,    "t=" + time + ",v1=" + whole.left(20),
                                  "t=" + time + ",v1=", "t=" + time + ",v0=" + whole};
    for (const QByteArray &header : wrong)
        QCOMPARE(desk.receive(postOf(stripeEvent, {{"stripe-signature", header}})).status, 401);
    QVERIFY(desk.stored.empty());
    // While the secret is replaced there are two.
    QCOMPARE(desk.receive(stripeCall(stripeEvent, stripeNow, ",v1=" + QByteArray(64, 'a'))).status, 200);
    QCOMPARE(desk.stored.size(), size_t(1));
}

void TestStripe::refusesWhatIsTooOld()
{
    CalledChannel desk = stripeChannel();
    QCOMPARE(desk.receive(stripeCall(stripeEvent, stripeNow - std::chrono::seconds(301))).status, 401);
    QCOMPARE(desk.receive(stripeCall(stripeEvent, stripeNow + std::chrono::seconds(301))).status, 401);
    QCOMPARE(desk.receive(stripeCall(stripeEvent, stripeNow - std::chrono::seconds(300))).status, 200);
}

void TestStripe::takesAnEventOnceHoweverOftenItComes()
{
    CalledChannel desk = stripeChannel();
    for (int i = 0; i < 3; ++i)
        QCOMPARE(desk.receive(stripeCall(stripeEvent, stripeNow + std::chrono::seconds(i))).status, 200);
    QCOMPARE(desk.stored.size(), size_t(1));
    QCOMPARE(desk.stored.front().raw, stripeEvent);
    const Result<InboundMessage> told = desk.newest();
    QVERIFY2(told, qPrintable(told ? QString() : told.error().message));
    QCOMPARE(told->externalId, u"evt_1Made"_s);
}

void TestStripe::putsTheEventsOfOneCustomerIntoOneConversation()
{
    CalledChannel desk = stripeChannel();
    const auto thread = [&desk](QByteArray event) {
        desk.receive(stripeCall(event));
        return desk.newest()->threadKey;
    };
    QCOMPARE(thread(stripeEvent), u"cus_1Made"_s);
    QByteArray invoice = stripeEvent;
    invoice.replace("evt_1Made", "evt_2Made").replace("charge.failed", "invoice.payment_failed");
    QCOMPARE(thread(invoice), u"cus_1Made"_s);
    QByteArray dispute = stripeEvent;
    dispute.replace("evt_1Made", "evt_3Made").replace("charge.failed", "charge.dispute.created");
    dispute.replace(R"("customer":"cus_1Made")", R"("charge":"ch_9Made")");
    QCOMPARE(thread(dispute), u"ch_9Made"_s);
}

void TestStripe::sendsNothingAndSaysSo()
{
    CalledChannel desk = stripeChannel();
    QVERIFY(!desk.info->canSend);
    const Result<Receipt> sent = desk.deliver(u"cus_1Made"_s, u"Hi"_s);
    QVERIFY(!sent);
    QCOMPARE(int(sent.error().kind), int(Error::Kind::Refused));
    QVERIFY2(sent.error().message.contains("Stripe"_L1), qPrintable(sent.error().message));
    const Result<QString> tested = await(desk.connector->test());
    QVERIFY2(tested, qPrintable(tested ? QString() : tested.error().message));
    QVERIFY2(tested->contains("nothing to sign in"_L1), qPrintable(*tested));
    QVERIFY(desk.far.seen().empty());
}

void TestStripe::writesAmountsInTheirCurrencysDigits()
{
    QCOMPARE(moneyText(1234, u"eur"_s), u"12.34 EUR"_s);
    QCOMPARE(moneyText(5, u"USD"_s), u"0.05 USD"_s);
    QCOMPARE(moneyText(500, u"jpy"_s), u"500 JPY"_s);
    QCOMPARE(moneyText(1050, u"kwd"_s), u"1.050 KWD"_s);
    QCOMPARE(moneyText(-7, u"eur"_s), u"-0.07 EUR"_s);
    QCOMPARE(moneyText(9007199254740993, u"usd"_s), u"90071992547409.93 USD"_s);
}

void TestStripe::survivesWhateverIsBroken()
{
    CalledChannel desk = stripeChannel();
    for (const QByteArray &bytes : brokenBodies(stripeEvent)) {
        QCOMPARE(desk.receive(stripeCall(bytes)).status, 200);
        (void)desk.newest();
    }
}

PATCHBAY_TESTS(TestStripe)

#include "tst_stripe.moc"
