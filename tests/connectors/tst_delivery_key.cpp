#include "connectors/kit/delivery_key.h"
#include "core/base/ids.h"
#include "support/hand_clock.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

class TestDeliveryKey : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesTheUuidThatTheKeyEndsWith();
    void makesTheSameUuidAgainOfAnyOtherKey();
    void saysADayBeforeTheKeyWasMade();
    void saysNothingOfAKeyWithoutATime();
};

void TestDeliveryKey::givesTheUuidThatTheKeyEndsWith()
{
    const QString uid = u"0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;
    QCOMPARE(keyUuid(uid), uid);
    QCOMPARE(keyUuid(u"patchbay-"_s + uid), uid);
}

void TestDeliveryKey::makesTheSameUuidAgainOfAnyOtherKey()
{
    const QString made = keyUuid(u"<reply.1@example.org>"_s);
    QVERIFY(isUid(made));
    QCOMPARE(keyUuid(u"<reply.1@example.org>"_s), made);
    QVERIFY(keyUuid(u"<reply.2@example.org>"_s) != made);
}

void TestDeliveryKey::saysADayBeforeTheKeyWasMade()
{
    tests::HandClock clock;
    clock.at = Timestamp::from(QDateTime::fromString(u"2026-03-04T12:00:00Z"_s, Qt::ISODate));
    QCOMPARE(keySinceText(u"patchbay-"_s + newUid(clock)), u"2026-03-03T12:00:00Z"_s);
}

void TestDeliveryKey::saysNothingOfAKeyWithoutATime()
{
    QCOMPARE(keySince(u"patchbay-1"_s), std::nullopt);
    QCOMPARE(keySince(u"0199d2a4-7c1e-4a10-8f00-4b1f2c3d4e5f"_s), std::nullopt); // a UUIDv4
    QCOMPARE(keySinceText(u"patchbay-1"_s), QString());
}

PATCHBAY_TESTS(TestDeliveryKey)
#include "tst_delivery_key.moc"
