#include "meta_side.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

constexpr auto whatsappMe =
    "https://graph.facebook.com/v23.0/106540352242922?fields=id%2Cdisplay_phone_number%2Cverified_name";

CalledChannel whatsappChannel()
{
    return CalledChannel(u"whatsapp_cloud"_s, {{u"phone_number_id"_s, u"106540352242922"_s}}, metaSecrets());
}

QByteArray whatsappStatus(const QByteArray &status, const QByteArray &rest = {})
{
    return R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{)"
           R"("messaging_product":"whatsapp","metadata":{"phone_number_id":"106540352242922"},)"
           R"("statuses":[{"id":"wamid.A","status":")"
        + status + R"(","timestamp":"1772625600","recipient_id":"16505551234")" + rest + "}]}}]}]}";
}

} // namespace

/// WhatsApp Cloud, through its own dialogue.
class TestWhatsappCloud : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void provesItselfBeforeItIsBelieved();
    void readsWhatPeopleSend();
    void tellsHowOurMessagesFare_data();
    void tellsHowOurMessagesFare();
    void leavesOtherNumbersAlone();
    void sendsAndUnderstandsRefusals_data();
    void sendsAndUnderstandsRefusals();
    void offersTemplatesOnlyWhereItKnowsTheBusinessAccount();
    void readsApprovedTemplatesPageByPageAndKeepsThemForAWhile();
    void saysThatATemplateIsNotFilledIn();
    void sendsItsTokenForFilesToMetaOnly();
    void survivesWhateverIsBroken();
};

void TestWhatsappCloud::provesItselfBeforeItIsBelieved()
{
    CalledChannel desk = whatsappChannel();
    looksForTheAddress(desk);
    if (QTest::currentTestFailed())
        return;
    const QByteArray body = whatsappStatus("read");
    QCOMPARE(desk.receive(metaCall(body)).status, 200);
    HookRequest wrong = metaCall(body);
    wrong.body += ' ';
    QCOMPARE(desk.receive(wrong).status, 401);
    QCOMPARE(desk.stored.size(), size_t(1));
}

void TestWhatsappCloud::readsWhatPeopleSend()
{
    if (samplePayload(u"whatsapp_cloud/reaction_message.json"_s).isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    CalledChannel desk = whatsappChannel();
    const auto read = [&desk](const char *name) {
        const QByteArray body = samplePayload(u"whatsapp_cloud/%1.json"_s.arg(QLatin1StringView(name)));
        for (int i = 0; i < 2; ++i) {
            if (desk.receive(metaCall(body)).status != 200)
                return Result<InboundMessage>(makeError(Error::Kind::Refused, u"not taken"_s));
        }
        return desk.newest();
    };
    const Result<InboundMessage> text = read("text_message_with_context_product_inquiry");
    QVERIFY2(text, qPrintable(text ? QString() : text.error().message));
    QCOMPARE(text->text, u"Is this still available?"_s);
    QCOMPARE(text->from.name, u"Sheena Nelson"_s);
    QCOMPARE(text->from.address, u"16505551234"_s);
    QCOMPARE(text->threadKey, u"16505551234"_s);
    QCOMPARE(text->answers, u"wamid.HBgLMTY1MDM4Nzk0MzkVAgARGA9wcm9kdWN0X2lucXVpcnkA"_s);
    QCOMPARE(text->externalId, u"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTA2NTUwRkNEMDdFQjJCRUU0NQA="_s);
    QCOMPARE(text->providerAt.us, 1750016800000000);
    const Result<InboundMessage> card = read("contact_sharing_message");
    QVERIFY(card);
    QCOMPARE(card->text, u"Contact: Lucía Gómez +1 (983) 555-2319"_s);
    const Result<InboundMessage> group = read("group_create_message");
    QVERIFY(group);
    QCOMPARE(group->kind, InboundKind::Nothing);
    const size_t before = desk.stored.size();
    const Result<InboundMessage> reaction = read("reaction_message");
    QCOMPARE(desk.stored.size(), before); // the sample has the card's id: what has an id that is there is there
    QVERIFY(reaction);
}

void TestWhatsappCloud::tellsHowOurMessagesFare_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("fate");
    QTest::addColumn<QString>("text");
    QTest::newRow("sent") << whatsappStatus("sent") << int(MessageFate::Accepted) << QString();
    QTest::newRow("delivered") << whatsappStatus("delivered") << int(MessageFate::Delivered) << QString();
    QTest::newRow("read") << whatsappStatus("read") << int(MessageFate::Read) << QString();
    QTest::newRow("failed") << whatsappStatus("failed",
                                              R"(,"errors":[{"code":131026,"title":"Message undeliverable"}])")
                            << int(MessageFate::Failed) << u"Message undeliverable (131026)"_s;
}

void TestWhatsappCloud::tellsHowOurMessagesFare()
{
    QFETCH(QByteArray, body);
    QFETCH(int, fate);
    QFETCH(QString, text);
    CalledChannel desk = whatsappChannel();
    for (int i = 0; i < 2; ++i)
        QCOMPARE(desk.receive(metaCall(body)).status, 200);
    QCOMPARE(desk.stored.size(), size_t(1));
    const Result<InboundMessage> told = desk.newest();
    QVERIFY2(told, qPrintable(told ? QString() : told.error().message));
    QCOMPARE(told->kind, InboundKind::Receipt);
    QCOMPARE(int(told->fate), fate);
    QCOMPARE(told->about, u"wamid.A"_s);
    QCOMPARE(told->text, text);
}

void TestWhatsappCloud::leavesOtherNumbersAlone()
{
    CalledChannel desk = whatsappChannel();
    const QByteArray body = whatsappStatus("read").replace("106540352242922", "106540352242923");
    QCOMPARE(desk.receive(metaCall(body)).status, 200);
    const Result<InboundMessage> told = desk.newest();
    QVERIFY(told);
    QCOMPARE(told->kind, InboundKind::Nothing);
}

void TestWhatsappCloud::sendsAndUnderstandsRefusals_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<int>("kind"); // -1: sent
    QTest::addColumn<bool>("ambiguous");
    QTest::newRow("sent") << 200 << QByteArray(R"({"messaging_product":"whatsapp","messages":[{"id":"wamid.B"}]})")
                          << -1 << false;
    const auto refusal = [](int code) {
        return QJsonDocument(QJsonObject{{u"error"_s, QJsonObject{{u"message"_s, u"no"_s}, {u"code"_s, code}}}})
            .toJson();
    };
    QTest::newRow("the window is over") << 400 << refusal(131047) << int(Error::Kind::Refused) << false;
    QTest::newRow("too often to one") << 400 << refusal(131056) << int(Error::Kind::RateLimited) << false;
    QTest::newRow("too often") << 429 << refusal(130429) << int(Error::Kind::RateLimited) << false;
    QTest::newRow("a token that is over") << 401 << refusal(190) << int(Error::Kind::Unauthorized) << false;
    QTest::newRow("their own fault") << 500 << refusal(131000) << int(Error::Kind::Remote) << true;
    QTest::newRow("no id") << 200 << QByteArray(R"({"messages":[]})") << int(Error::Kind::Protocol) << true;
}

void TestWhatsappCloud::sendsAndUnderstandsRefusals()
{
    QFETCH(int, status);
    QFETCH(QByteArray, reply);
    QFETCH(int, kind);
    QFETCH(bool, ambiguous);
    CalledChannel desk = whatsappChannel();
    desk.far
        .expect("GET",
                "https://graph.facebook.com/v23.0/106540352242922?fields=id%2Cdisplay_phone_number%2Cverified_name")
        .reply(200, R"({"id":"106540352242922","display_phone_number":"+1 555","verified_name":"Shop"})");
    const QJsonObject body{{u"messaging_product"_s, u"whatsapp"_s},
                           {u"recipient_type"_s, u"individual"_s},
                           {u"to"_s, u"16505551234"_s},
                           {u"type"_s, u"text"_s},
                           {u"text"_s, QJsonObject{{u"body"_s, u"Hi"_s}, {u"preview_url"_s, false}}}};
    desk.far.expect("POST", "https://graph.facebook.com/v23.0/106540352242922/messages")
        .hasHeader("Authorization", QByteArray("Bearer ") + callToken)
        .bodyIs(body)
        .reply(status, reply);
    const Result<Receipt> sent = desk.deliver(u"16505551234"_s, u"Hi"_s);
    QCOMPARE(desk.far.complaints(), QString());
    QCOMPARE(sent.ok(), kind < 0);
    if (sent) {
        QCOMPARE(sent->externalId, u"wamid.B"_s);
        return;
    }
    QCOMPARE(int(sent.error().kind), kind);
    QCOMPARE(sent.error().ambiguous, ambiguous);
    if (reply.contains("131047"))
        QVERIFY2(sent.error().message.contains("24 hours"_L1), qPrintable(sent.error().message));
}

void TestWhatsappCloud::offersTemplatesOnlyWhereItKnowsTheBusinessAccount()
{
    CalledChannel desk = whatsappChannel();
    QVERIFY(!abilitiesOf(*desk.info, desk.account.settings).templates);
    QVERIFY(abilitiesOf(*desk.info, {{u"business_account_id"_s, u"102290129340398"_s}}).templates);
    desk.far.expect("GET", whatsappMe).reply(200, R"({"id":"106540352242922"})");
    const Result<TemplateList> none = await(desk.connector->templates(false));
    QVERIFY(!none);
    QVERIFY2(none.error().message.contains("Business Account"_L1), qPrintable(none.error().message));
}

void TestWhatsappCloud::readsApprovedTemplatesPageByPageAndKeepsThemForAWhile()
{
    CalledChannel desk(u"whatsapp_cloud"_s,
                       {{u"phone_number_id"_s, u"106540352242922"_s}, {u"business_account_id"_s, u"1022"_s}},
                       {{u"access_token"_s, QString::fromLatin1(callToken)}});
    const QByteArray list = "https://graph.facebook.com/v23.0/1022/message_templates"
                            "?fields=name%2Clanguage%2Ccategory%2Cstatus%2Ccomponents&status=APPROVED&limit=100";
    const QByteArray first =
        R"({"data":[{"name":"order_left","language":"en_US","category":"UTILITY","status":"APPROVED","components":[)"
        R"({"type":"HEADER","format":"TEXT","text":"About your {{1}}"},{"type":"BODY","text":"Order {{1}} left."},)"
        R"({"type":"FOOTER","text":"Acme"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Thanks"}]}]},)"
        R"({"name":"picture","language":"en_US","category":"MARKETING","status":"APPROVED","components":[)"
        R"({"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Look"}]},)"
        R"({"name":"old","language":"en_US","category":"UTILITY","status":"REJECTED","components":[]}],)"
        R"("paging":{"cursors":{"after":"MjQ"},"next":"https://graph.facebook.com/next"}})";
    const QByteArray second =
        R"({"data":[{"name":"code","language":"de","category":"AUTHENTICATION","status":"APPROVED","components":[)"
        R"({"type":"BODY","text":"{{1}}"}]},{"name":"link","language":"de","category":"UTILITY","status":"APPROVED",)"
        R"("components":[{"type":"BODY","text":"Here"},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Go",)"
        R"("url":"https://example.org/{{1}}"}]}]}],"paging":{"cursors":{"after":"ZZ"}}})";
    desk.far.expect("GET", whatsappMe).reply(200, R"({"id":"106540352242922"})");
    desk.far.expect("GET", list).reply(200, first);
    desk.far.expect("GET", list + "&after=MjQ").reply(200, second);
    for (int i = 0; i < 2; ++i) { // the second time nothing is asked
        const Result<TemplateList> read = await(desk.connector->templates(false));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->templates.size(), size_t(1));
        QCOMPARE(read->others, 3);
        const MessageTemplate &one = read->templates.front();
        QCOMPARE(one.name, u"order_left"_s);
        QCOMPARE(one.buttons, QStringList{u"Thanks"_s});
        QCOMPARE(templateText({one, {{u"header:1"_s, u"parcel"_s}}}),
                 u"About your parcel\n\nOrder {{1}} left.\n\nAcme\n\n[Thanks]"_s);
    }
    QCOMPARE(desk.far.complaints(), QString());
    desk.far.expect("GET", list).reply(200, R"({"data":[]})");
    const Result<TemplateList> again = await(desk.connector->templates(true));
    QVERIFY(again);
    QVERIFY(again->templates.empty());
    QCOMPARE(desk.far.complaints(), QString());
}

void TestWhatsappCloud::saysThatATemplateIsNotFilledIn()
{
    MessageTemplate one;
    one.name = u"order_left"_s;
    one.language = u"en_US"_s;
    one.body = u"Order {{1}} left on {{day}}."_s;
    const auto refusal = [&one](const QJsonObject &values) {
        const Result<Done> checked = checkTemplate({one, values});
        return checked ? QString() : checked.error().message;
    };
    QVERIFY(refusal({{u"body:1"_s, u"7"_s}}).contains("{{day}}"_L1));
    QVERIFY(refusal({{u"body:1"_s, u"7"_s}, {u"body:day"_s, u"  "_s}}).contains("{{day}}"_L1));
    QVERIFY(refusal({{u"body:1"_s, u"7\n8"_s}, {u"body:day"_s, u"Monday"_s}}).contains("one line"_L1));
    QVERIFY(refusal({{u"body:1"_s, u"7"_s}, {u"body:day"_s, QString(1025, u'x')}}).contains("1024"_L1));
    QVERIFY(!refusal({{u"body:1"_s, u"7"_s}, {u"body:day"_s, u"x"_s}, {u"body:2"_s, u"x"_s}}).isEmpty());
    QCOMPARE(refusal({{u"body:1"_s, u"{{day}}"_s}, {u"body:day"_s, u"Monday"_s}}), QString());
    // What is put in is not read again.
    QCOMPARE(templateText({one, {{u"body:1"_s, u"{{day}}"_s}, {u"body:day"_s, u"Monday"_s}}}),
             u"Order {{day}} left on Monday."_s);
    const TemplateUse use{one, {{u"body:1"_s, u"7"_s}}};
    const std::optional<TemplateUse> again = templateFromDraft(asDraft(use));
    QVERIFY(again && again->chosen == use.chosen && again->values == use.values);
    QVERIFY(!templateFromDraft(u"{\"name\":1}"_s));
}

void TestWhatsappCloud::sendsItsTokenForFilesToMetaOnly()
{
    CalledChannel desk = whatsappChannel();
    const QByteArray me =
        "https://graph.facebook.com/v23.0/106540352242922?fields=id%2Cdisplay_phone_number%2Cverified_name";
    desk.far.expect("GET", me).reply(200, R"({"id":"106540352242922"})");
    desk.far.expect("GET", "https://graph.facebook.com/v23.0/77").reply(200, R"({"url":"https://evil.example.org/f"})");
    const Result<QByteArray> lie = await(desk.connector->fetchFile({{u"id"_s, u"77"_s}}));
    QVERIFY(!lie);
    QVERIFY2(lie.error().message.contains("evil.example.org"_L1), qPrintable(lie.error().message));
    // A host that may have it sends us on to one that may not: nobody is asked there.
    desk.far.expect("GET", "https://graph.facebook.com/v23.0/79")
        .reply(200, R"({"url":"https://lookaside.fbsbx.com/f?mid=79"})");
    desk.far.expect("GET", "https://lookaside.fbsbx.com/f?mid=79")
        .reply(302, "")
        .withHeader("Location", "https://evil.example.org/f");
    QVERIFY(!await(desk.connector->fetchFile({{u"id"_s, u"79"_s}})));
    QCOMPARE(desk.far.complaints(), QString());
    desk.far.expect("GET", "https://graph.facebook.com/v23.0/78")
        .reply(200, R"({"url":"https://lookaside.fbsbx.com/f?mid=78"})");
    desk.far.expect("GET", "https://lookaside.fbsbx.com/f?mid=78")
        .hasHeader("Authorization", QByteArray("Bearer ") + callToken)
        .reply(200, "pixels", "image/jpeg");
    const Result<QByteArray> bytes = await(desk.connector->fetchFile({{u"id"_s, u"78"_s}}));
    QVERIFY2(bytes, qPrintable(bytes ? QString() : bytes.error().message));
    QCOMPARE(desk.far.complaints(), QString());
}

void TestWhatsappCloud::survivesWhateverIsBroken()
{
    CalledChannel desk = whatsappChannel();
    survivesAnythingBroken(desk, whatsappStatus("failed", R"(,"errors":[{"code":1}])"), &metaCall);
}

PATCHBAY_TESTS(TestWhatsappCloud)

#include "tst_whatsapp_cloud.moc"
