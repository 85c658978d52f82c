#include "core/async/async.h"
#include "support/await.h"
#include "support/test_main.h"

#include <thread>

using namespace patchbay;
using namespace std::chrono_literals;

namespace {

/// Counts what is alive, so that a frame that was never destroyed shows.
struct Alive {
    static int count;
    Alive() { ++count; }
    Alive(const Alive &) { ++count; }
    ~Alive() { --count; }
};
int Alive::count = 0;

Async<Result<int>> readyNumber(int value) { co_return value; }

Async<Result<int>> sumOfReady(int times)
{
    int sum = 0;
    for (int i = 0; i < times; ++i) {
        const Result<int> one = co_await readyNumber(1);
        sum += *one;
    }
    co_return sum;
}

QFuture<Result<int>> readyFuture(int value)
{
    QPromise<Result<int>> promise;
    promise.start();
    promise.addResult(Result<int>(value));
    promise.finish();
    return promise.future();
}

Async<Result<int>> sumOfFutures(int times)
{
    int sum = 0;
    for (int i = 0; i < times; ++i) {
        const Result<int> one = co_await finished(readyFuture(1));
        sum += *one;
    }
    co_return sum;
}

Async<Result<int>> afterSleep(std::chrono::milliseconds delay, int value)
{
    const Alive alive;
    co_await sleepFor(delay);
    co_return value;
}

Async<Result<int>> nestedSleep(int depth)
{
    const Alive alive;
    if (depth == 0) {
        const Result<int> deepest = co_await afterSleep(5ms, 0);
        co_return deepest;
    }
    const Result<int> below = co_await nestedSleep(depth - 1);
    co_return *below + 1;
}

Async<Result<int>> fromFuture(QFuture<Result<int>> future)
{
    const Alive alive;
    const Result<int> value = co_await finished(std::move(future));
    co_return value;
}

Async<Result<bool>> resumesHere(QFuture<Result<int>> future)
{
    const auto here = std::this_thread::get_id();
    const Result<int> value = co_await finished(std::move(future));
    co_return value.ok() && std::this_thread::get_id() == here;
}

Async<Result<int>> cancelsItsScope(AsyncScope *scope, bool *wentOn)
{
    const Alive alive;
    co_await sleepFor(1ms);
    scope->cancelAll();
    *wentOn = Alive::count > 0; // still inside a live frame
    co_await sleepFor(1ms);
    *wentOn = false; // must not be reached
    co_return 1;
}

Async<Result<int>> cancelsAndEnds(AsyncScope *scope)
{
    const Alive alive;
    co_await sleepFor(1ms);
    scope->cancelAll();
    co_return 1;
}

Async<Result<int>> cancelsThroughChild(AsyncScope *scope)
{
    const Alive alive;
    const Result<int> child = co_await cancelsAndEnds(scope);
    co_await sleepFor(1ms);
    co_return *child;
}

Async<Result<int>> startsAnother(AsyncScope *scope, QFuture<Result<int>> *other)
{
    const Alive alive;
    co_await sleepFor(1ms);
    *other = scope->run(afterSleep(1ms, 7));
    co_await sleepFor(5ms);
    co_return 8;
}

/// Stands for a session: work first, its scope last.
struct Owner {
    int value = 42;
    AsyncScope scope;

    Async<Result<int>> work()
    {
        const Alive alive;
        co_await sleepFor(20ms);
        co_return value;
    }
};

void spin(std::chrono::milliseconds time) { QTest::qWait(int(time.count())); }

} // namespace

class TestAsync : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(Alive::count, 0); }
    void cleanup()
    {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(Alive::count, 0);
    }

    void yieldsWhatTheCoroutineReturned();
    void awaitsThroughManySuspendedFrames();
    void goesThroughAHundredThousandReadyChildrenWithoutStack();
    void goesThroughAHundredThousandReadyFuturesWithoutStack();
    void runsTenThousandRootsAtOnceWithoutSearchingThem();
    void resumesInItsOwnThreadAfterAFutureOfAnother();
    void turnsACancelledFutureIntoAnError();
    void neverSleepsTooShort();
    void destroysSuspendedFramesWithTheScope();
    void destroysNestedFramesWithTheScope();
    void destroysAFrameThatAwaitsAFutureThatEndsLater();
    void destroysAnAsyncThatWasNeverStarted();
    void survivesItsOwnerBeingDestroyedWhileAsleep();
    void mayCancelItsScopeFromInside();
    void mayCancelItsScopeFromInsideAndEnd();
    void mayCancelItsScopeFromAChild();
    void mayDestroyTheScopeInTheContinuationOfItsFuture();
    void mayStartAnotherFromInside();
    void isIdleWhenAllHasEnded();
};

void TestAsync::yieldsWhatTheCoroutineReturned()
{
    const Result<int> now = tests::await(readyNumber(3));
    QVERIFY(now.ok());
    QCOMPARE(*now, 3);
    const Result<int> later = tests::await(afterSleep(2ms, 4));
    QVERIFY(later.ok());
    QCOMPARE(*later, 4);
}

void TestAsync::awaitsThroughManySuspendedFrames()
{
    const Result<int> depth = tests::await(nestedSleep(500));
    QVERIFY(depth.ok());
    QCOMPARE(*depth, 500);
}

void TestAsync::goesThroughAHundredThousandReadyChildrenWithoutStack()
{
    const Result<int> sum = tests::await(sumOfReady(100000));
    QVERIFY(sum.ok());
    QCOMPARE(*sum, 100000);
}

void TestAsync::goesThroughAHundredThousandReadyFuturesWithoutStack()
{
    const Result<int> sum = tests::await(sumOfFutures(100000));
    QVERIFY(sum.ok());
    QCOMPARE(*sum, 100000);
}

void TestAsync::runsTenThousandRootsAtOnceWithoutSearchingThem()
{
    AsyncScope scope;
    std::vector<QFuture<Result<int>>> futures;
    for (int i = 0; i < 10000; ++i)
        futures.push_back(scope.run(afterSleep(1ms, i)));
    for (int i = 0; i < 10000; ++i) {
        const Result<int> one = tests::await(futures[size_t(i)]);
        QVERIFY(one.ok());
        QCOMPARE(*one, i);
    }
    QVERIFY(scope.isIdle());
}

void TestAsync::resumesInItsOwnThreadAfterAFutureOfAnother()
{
    QPromise<Result<int>> promise;
    promise.start();
    AsyncScope scope;
    auto done = scope.run(resumesHere(promise.future()));
    std::thread other([&promise] {
        std::this_thread::sleep_for(10ms);
        promise.addResult(Result<int>(1));
        promise.finish();
    });
    const Result<bool> here = tests::await(done);
    other.join();
    QVERIFY(here.ok());
    QVERIFY(*here);
}

void TestAsync::turnsACancelledFutureIntoAnError()
{
    AsyncScope scope;
    QFuture<Result<int>> done;
    {
        QPromise<Result<int>> promise;
        promise.start();
        done = scope.run(fromFuture(promise.future()));
    } // dropped without a result
    const Result<int> result = tests::await(done);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().kind, Error::Kind::Cancelled);
}

void TestAsync::neverSleepsTooShort()
{
    for (int i = 0; i < 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(tests::await(afterSleep(200ms, 0)).ok());
        QVERIFY(std::chrono::steady_clock::now() - start >= 199ms);
    }
}

void TestAsync::destroysSuspendedFramesWithTheScope()
{
    QFuture<Result<int>> done;
    {
        AsyncScope scope;
        done = scope.run(afterSleep(10ms, 1));
        QCOMPARE(Alive::count, 1);
    }
    QCOMPARE(Alive::count, 0);
    QVERIFY(done.isFinished());
    QVERIFY(done.isCanceled());
    spin(30ms); // the timer must not call into the destroyed frame
}

void TestAsync::destroysNestedFramesWithTheScope()
{
    AsyncScope scope;
    auto done = scope.run(nestedSleep(20));
    QCOMPARE(Alive::count, 22);
    scope.cancelAll();
    QCOMPARE(Alive::count, 0);
    spin(20ms);
    QVERIFY(done.isCanceled());
}

void TestAsync::destroysAFrameThatAwaitsAFutureThatEndsLater()
{
    QPromise<Result<int>> promise;
    promise.start();
    {
        AsyncScope scope;
        auto done = scope.run(fromFuture(promise.future()));
        promise.addResult(Result<int>(1));
        promise.finish(); // its event is already posted when the scope goes
    }
    spin(5ms);
}

void TestAsync::destroysAnAsyncThatWasNeverStarted()
{
    {
        auto never = afterSleep(1ms, 1);
        auto moved = std::move(never);
        moved = afterSleep(1ms, 2);
    }
    QCOMPARE(Alive::count, 0);
}

void TestAsync::survivesItsOwnerBeingDestroyedWhileAsleep()
{
    auto owner = std::make_unique<Owner>();
    auto done = owner->scope.run(owner->work());
    spin(1ms);
    owner.reset();
    spin(40ms);
    QVERIFY(done.isCanceled());
}

void TestAsync::mayCancelItsScopeFromInside()
{
    AsyncScope scope;
    bool wentOn = false;
    auto done = scope.run(cancelsItsScope(&scope, &wentOn));
    spin(20ms);
    QVERIFY(wentOn);
    QVERIFY(done.isCanceled());
    QCOMPARE(Alive::count, 0);
    QCOMPARE(*tests::await(scope.run(readyNumber(5))), 5); // the scope is still of use
}

void TestAsync::mayCancelItsScopeFromInsideAndEnd()
{
    AsyncScope scope;
    auto done = scope.run(cancelsAndEnds(&scope));
    spin(20ms);
    QVERIFY(done.isCanceled());
    QVERIFY(scope.isIdle());
}

void TestAsync::mayCancelItsScopeFromAChild()
{
    AsyncScope scope;
    auto done = scope.run(cancelsThroughChild(&scope));
    spin(20ms);
    QVERIFY(done.isCanceled());
    QCOMPARE(Alive::count, 0);
}

void TestAsync::mayDestroyTheScopeInTheContinuationOfItsFuture()
{
    auto scope = std::make_unique<AsyncScope>();
    bool ended = false;
    auto first = scope->run(afterSleep(1ms, 1)).then([&scope, &ended](const Result<int> &) {
        scope.reset(); // runs inside the frame's final suspension
        ended = true;
    });
    auto second = scope->run(afterSleep(50ms, 2));
    spin(20ms);
    QVERIFY(ended);
    QVERIFY(second.isCanceled());
}

void TestAsync::mayStartAnotherFromInside()
{
    AsyncScope scope;
    QFuture<Result<int>> other;
    auto done = scope.run(startsAnother(&scope, &other));
    QCOMPARE(*tests::await(done), 8);
    QCOMPARE(*tests::await(other), 7);
}

void TestAsync::isIdleWhenAllHasEnded()
{
    AsyncScope scope;
    QVERIFY(scope.isIdle());
    auto done = scope.run(afterSleep(1ms, 1));
    QVERIFY(!scope.isIdle());
    QVERIFY(tests::await(done).ok());
    QVERIFY(scope.isIdle());
}

PATCHBAY_TESTS(TestAsync)
#include "tst_async.moc"
