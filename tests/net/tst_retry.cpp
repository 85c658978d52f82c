#include "core/net/rate_limit.h"
#include "core/net/retry.h"
#include "support/hand_clock.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using tests::HandClock;

namespace {

Reply waiting(const QByteArray &value, const QByteArray &date = {})
{
    Reply reply{429, {{"retry-after", value}}, {}};
    if (!date.isEmpty())
        reply.headers.append({"date", date});
    return reply;
}

qint64 msOf(const Reply &reply, Timestamp now)
{
    const auto wait = retryAfter(reply, now);
    return wait ? wait->count() : -1;
}

} // namespace

class TestRetry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsRetryAfterInSecondsWithinBounds();
    void readsRetryAfterAsADateByTheirClock();
    void ignoresARetryAfterThatCannotBeRead();
    void readsAllThreeDateForms();
    void repeatsOnlyWhatCannotDouble_data();
    void repeatsOnlyWhatCannotDouble();
    void spreadsBackoffOverTheWholeRange();
    void letsABurstThroughAndThenOnePerSlot();
    void returnsASlotThatWasNotUsed();
    void pausesAsLongAsAsked();
    void neverPausesLongerWhenTheClockIsSetBack();
    void neverGivesMoreThanABurstWhenTheClockIsSetForward();
};

void TestRetry::readsRetryAfterInSecondsWithinBounds()
{
    const Timestamp now = HandClock().now();
    QCOMPARE(msOf(waiting("30"), now), 30'000);
    QCOMPARE(msOf(waiting("0"), now), 1000);
    QCOMPARE(msOf(waiting("99999999"), now), 6 * 3600 * 1000);
    QCOMPARE(msOf(waiting("9999999999999999999999999"), now), 6 * 3600 * 1000);
}

void TestRetry::readsRetryAfterAsADateByTheirClock()
{
    const Timestamp now = HandClock().now(); // 2026-03-04 12:00
    QCOMPARE(msOf(waiting("Wed, 04 Mar 2026 12:02:00 GMT"), now), 120'000);
    // Their clock is an hour ahead: what counts is the distance to their own Date.
    QCOMPARE(msOf(waiting("Wed, 04 Mar 2026 13:00:10 GMT", "Wed, 04 Mar 2026 13:00:00 GMT"), now), 10'000);
    QCOMPARE(msOf(waiting("Wed, 04 Mar 2026 11:00:00 GMT"), now), 1000);
    QCOMPARE(msOf(waiting("Fri, 04 Mar 2050 12:00:00 GMT"), now), 6 * 3600 * 1000);
}

void TestRetry::ignoresARetryAfterThatCannotBeRead()
{
    const Timestamp now = HandClock().now();
    for (const char *text : {"", "soon", "-5", "1.5", "1e3", "Wed, 99 Mar 2026 12:00:00 GMT"})
        QCOMPARE(msOf(waiting(text), now), -1);
}

void TestRetry::readsAllThreeDateForms()
{
    const QDateTime wanted(QDate(1994, 11, 6), QTime(8, 49, 37), Qt::UTC);
    QCOMPARE(httpDate("Sun, 06 Nov 1994 08:49:37 GMT"), wanted);
    QCOMPARE(httpDate("Sun Nov  6 08:49:37 1994"), wanted);
    QCOMPARE(httpDate("Sunday, 06-Nov-94 08:49:37 GMT"), wanted);
    QCOMPARE(httpDate("Wednesday, 04-Mar-26 12:00:00 GMT"), QDateTime(QDate(2026, 3, 4), QTime(12, 0), Qt::UTC));
    QVERIFY(!httpDate("nonsense").isValid());
}

void TestRetry::repeatsOnlyWhatCannotDouble_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("ambiguous");
    QTest::addColumn<bool>("repeats");
    using Kind = Error::Kind;
    QTest::newRow("read, offline") << QByteArray("GET") << int(Kind::Offline) << false << true;
    QTest::newRow("read, timeout") << QByteArray("GET") << int(Kind::Timeout) << false << true;
    QTest::newRow("read, 5xx") << QByteArray("HEAD") << int(Kind::Remote) << false << true;
    QTest::newRow("read, refused") << QByteArray("GET") << int(Kind::Refused) << false << false;
    QTest::newRow("read, unauthorized") << QByteArray("GET") << int(Kind::Unauthorized) << false << false;
    QTest::newRow("change, surely not sent") << QByteArray("POST") << int(Kind::Offline) << false << true;
    QTest::newRow("change, lost") << QByteArray("POST") << int(Kind::Offline) << true << false;
    QTest::newRow("change, timeout") << QByteArray("POST") << int(Kind::Timeout) << true << false;
    QTest::newRow("change, 5xx") << QByteArray("PATCH") << int(Kind::Remote) << true << false;
    QTest::newRow("change, 429") << QByteArray("POST") << int(Kind::RateLimited) << false << false;
}

void TestRetry::repeatsOnlyWhatCannotDouble()
{
    QFETCH(QByteArray, method);
    QFETCH(int, kind);
    QFETCH(bool, ambiguous);
    Error error = makeError(Error::Kind(kind), QStringLiteral("x"));
    error.ambiguous = ambiguous;
    QTEST(mayRepeat(Request(method, QUrl(QStringLiteral("https://a.example/"))), error), "repeats");
}

void TestRetry::spreadsBackoffOverTheWholeRange()
{
    const RetryPolicy policy{5, 500ms, 8000ms};
    const Error error = makeError(Error::Kind::Remote, QStringLiteral("x"));
    QCOMPARE(backoff(policy, 1, error, 0.0), 0ms);
    QCOMPARE(backoff(policy, 1, error, 0.5), 250ms);
    QCOMPARE(backoff(policy, 3, error, 0.5), 1000ms);
    QCOMPARE(backoff(policy, 400, error, 0.5), 4000ms); // capped, and no overflow
    Error asked = error;
    asked.retryAfter = 7s;
    QCOMPARE(backoff(policy, 1, asked, 0.5), 7000ms);
}

void TestRetry::letsABurstThroughAndThenOnePerSlot()
{
    HandClock clock;
    RateLimiter limiter({3, 300ms}, clock);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limiter.reserve(), 0ms);
    QCOMPARE(limiter.reserve(), 100ms);
    QCOMPARE(limiter.reserve(), 200ms);
    clock.at = clock.at + 200ms;
    QCOMPARE(limiter.reserve(), 100ms);
    clock.at = clock.at + 1h;
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limiter.reserve(), 0ms);
    QVERIFY(limiter.reserve() > 0ms);
}

void TestRetry::returnsASlotThatWasNotUsed()
{
    HandClock clock;
    RateLimiter limiter({1, 1000ms}, clock);
    QCOMPARE(limiter.reserve(), 0ms);
    QCOMPARE(limiter.reserve(), 1000ms);
    limiter.giveBack();
    QCOMPARE(limiter.reserve(), 1000ms);
}

void TestRetry::pausesAsLongAsAsked()
{
    HandClock clock;
    RateLimiter limiter({100, 1000ms}, clock);
    limiter.pauseFor(60s);
    QCOMPARE(limiter.reserve(), 60'000ms);
    limiter.pauseFor(10s); // a shorter one does not lift the longer
    QCOMPARE(limiter.reserve(), 60'000ms);
    clock.at = clock.at + 59s;
    QCOMPARE(limiter.reserve(), 1000ms);
    clock.at = clock.at + 2s;
    QCOMPARE(limiter.reserve(), 0ms);
}

void TestRetry::neverPausesLongerWhenTheClockIsSetBack()
{
    HandClock clock;
    RateLimiter limiter({100, 1000ms}, clock);
    limiter.pauseFor(60s);
    clock.at = clock.at - 3h;
    QVERIFY(limiter.reserve() <= 60s);
    clock.at = clock.at + 60s;
    QCOMPARE(limiter.reserve(), 0ms);
}

void TestRetry::neverGivesMoreThanABurstWhenTheClockIsSetForward()
{
    HandClock clock;
    RateLimiter limiter({5, 1000ms}, clock);
    clock.at = clock.at + std::chrono::hours(24 * 365);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(limiter.reserve(), 0ms);
    QVERIFY(limiter.reserve() > 0ms);
}

PATCHBAY_TESTS(TestRetry)
#include "tst_retry.moc"
