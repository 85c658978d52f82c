#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/model/body.h"
#include "core/model/names.h"
#include "core/model/task.h"

#include "support/test_main.h"

#include <QtCore/QSet>

using namespace patchbay;
using namespace Qt::StringLiterals;

class ValuesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesUidsThatSortByTimeAndNeverRepeat()
    {
        struct At final : Clock {
            Timestamp at{1'700'000'000'000'000};
            Timestamp now() const override { return at; }
        } clock;
        const QString first = newUid(clock);
        clock.at = clock.at + std::chrono::seconds(1);
        const QString second = newUid(clock);
        QVERIFY(isUid(first));
        QCOMPARE(first.at(14), u'7');
        QVERIFY(first < second);
        QSet<QString> many;
        for (int i = 0; i < 2000; ++i)
            many.insert(newUid(clock));
        QCOMPARE(many.size(), 2000);
    }

    void refusesWhatIsNoUid()
    {
        QVERIFY(!isUid(u"0189f7e0"_s));
        QVERIFY(!isUid(u"{018bcfe5-6800-7000-8000-000000000000}"_s));
        QVERIFY(!isUid(u"018BCFE5-6800-7000-8000-000000000000"_s));
    }

    void hashesKeysThatAnIndexCannotTakeAndNeverCutsThem()
    {
        for (const QString &kept : {QString(), u"a@x"_s, QString(998, u'a'), QString(332, u'邮') + u"ab"_s}) {
            QCOMPARE(indexKey(kept), kept);
            QVERIFY(!isHashedKey(kept));
        }
        for (const QString &big : {QString(999, u'a'), QString(333, u'邮'), QString(100000, u'x')}) {
            const QString key = indexKey(big);
            QVERIFY(isHashedKey(key));
            QVERIFY(key != indexKey(big + u'x'));
            QCOMPARE(indexKey(key), key); // what was stored finds itself
        }
    }

    void strikesSecretsOutOfText()
    {
        registerSecret(u"hunter2-long"_s);
        registerSecret(u"abc"_s);
        QCOMPARE(redacted(u"login hunter2-long abc"_s), u"login ••• abc"_s);
    }

    void strikesASecretOutThatHoldsAnother()
    {
        // Whichever of them comes first, nothing of the longer one stays.
        for (const QString &secret : {u"inner-key"_s, u"an-inner-key-of-all"_s, u"key-of-all-and-more"_s})
            registerSecret(secret);
        QCOMPARE(redacted(u"(an-inner-key-of-all)"_s), u"(•••)"_s);
        QCOMPARE(redacted(u"(an-inner-key-of-all-and-more) inner-key"_s), u"(•••) •••"_s);
        for (int i = 0; i < 64; ++i) { // the order of a hash differs from run to run
            const QString part = u"part-%1-"_s.arg(i);
            registerSecret(part);
            registerSecret(u"whole<%1>"_s.arg(part));
            QCOMPARE(redacted(u"whole<%1>"_s.arg(part)), u"•••"_s);
        }
        QCOMPARE(redacted(u"inner-keyinner-key"_s), u"••••••"_s);
    }

    void keepsForgedLogLinesOnOneLine()
    {
        QCOMPARE(escapedForLog(u"a\nERROR b\x1b[31m\u202e"_s), u"a\\u000aERROR b\\u001b[31m\\u202e"_s);
        QCOMPARE(escapedForLog(QString(50, u'x'), 10), QString(10, u'x') + u"…"_s);
    }

    void storesABodyAndReadsItBack()
    {
        Body body;
        body.notice = u"Two images were left out."_s;
        BodyBlock block;
        block.kind = BodyBlock::Kind::ListItem;
        block.part = BodyBlock::Part::QuotedHistory;
        block.depth = 2;
        block.number = 3;
        block.runs = {{u"Hello "_s, true, false, {}}, {u"there"_s, false, true, u"https://example.org/"_s}};
        BodyBlock image;
        image.kind = BodyBlock::Kind::Image;
        image.cid = u"logo@x"_s;
        body.blocks = {block, image};
        const Result<Body> back = bodyFromBytes(toBytes(body));
        QVERIFY(back.ok());
        QCOMPARE(*back, body);
    }

    void refusesABodyOfUnknownKind()
    {
        QVERIFY(!bodyFromBytes(R"({"blocks": [{"k": "script"}]})").ok());
        QVERIFY(!bodyFromBytes("").ok());
    }

    void freezesATaskWithoutLoss()
    {
        TaskPayload payload;
        payload.title = u"Fatura em dobro"_s;
        payload.description = u"linha\n<b>x</b>"_s;
        payload.priority = Priority::Urgent;
        payload.due = {1'700'000'000'123'456};
        payload.category = u"Billing"_s;
        payload.contact = {u"Ana"_s, u"ana@example.org"_s};
        payload.backLink = u"patchbay://w/conversation/c"_s;
        payload.fields = {{u"tracker"_s, u"3"_s}};
        payload.attachments = {{"ab12", u"Ĳsberg \"1\".pdf"_s, u"application/pdf"_s, 9'007'199'254'740'993},
                               {"cd34", u"b.txt"_s, {}, 0}};
        QCOMPARE(taskPayloadFromJson(toJson(payload)), payload);
    }

    void readsAnUnknownDeliveryStateAsUnknown()
    {
        QCOMPARE(deliveryStateFrom(u"sent"_s), DeliveryState::Sent);
        QCOMPARE(deliveryStateFrom(u"no such state"_s), DeliveryState::Unknown);
        QVERIFY(!strictPriorityFrom(u"high!"_s));
    }
};
PATCHBAY_TESTS(ValuesTest)

#include "tst_values.moc"
