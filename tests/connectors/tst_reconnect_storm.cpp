#include "chat_bench.h"
#include "connectors/kit/chat_socket.h"
#include "support/test_main.h"

#include <algorithm>
#include <map>
#include <random>

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using tests::ScriptedSocket;

namespace {

constexpr int stormChannels = 50;

/// Ready with the first frame; "again" is the platform's wish to be connected to anew.
class StormDialogue final : public SocketDialogue {
public:
    SocketStep opened(Timestamp) override { return {}; }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        SocketStep step;
        step.ready = frame == "hello";
        if (frame == "again") {
            step.end = makeError(Error::Kind::Offline, u"Storm asks to connect anew."_s);
            step.atOnce = true;
        }
        return step;
    }
    SocketStep tick(Timestamp) override { return {}; }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }
};

/// Many channels on sockets, and a time that goes from one wait's end to the next.
class StormBench {
public:
    StormBench()
    {
        for (int i = 0; i < stormChannels; ++i)
            m_channels.push_back(channel(i));
    }

    void startAll()
    {
        for (const auto &one : m_channels) {
            one->start({}, [](Batch) {
                QPromise<Result<Done>> promise;
                promise.start();
                promise.addResult(Result<Done>(Done{}));
                promise.finish();
                return promise.future();
            });
        }
        settle();
    }
    /// Everybody who is connected hears it at the same moment.
    void toAll(const std::function<void(ScriptedSocket &)> &what)
    {
        for (auto &[number, socket] : m_open) {
            if (socket)
                what(*socket);
        }
        settle();
    }
    /// Lets time pass; who connects meanwhile is treated as `isDown` says.
    void pass(milliseconds length)
    {
        const milliseconds end = m_now + length;
        while (!m_waits.empty() && m_waits.begin()->first <= end) {
            const auto next = m_waits.begin();
            m_now = std::max(m_now, next->first);
            const auto ended = next->second;
            m_waits.erase(next);
            ended->addResult(Result<Done>(Done{}));
            ended->finish();
            settle();
        }
        m_now = end;
    }

    bool isDown = false; ///< each new connection is closed at once
    milliseconds m_now{0};
    std::map<int, std::vector<milliseconds>> attempts;

private:
    std::unique_ptr<ChatSocket> channel(int number)
    {
        ChatSpec spec;
        spec.title = u"Storm %1"_s.arg(number);
        ChatSocketTools tools;
        tools.address = [](QByteArray) { return addressOf(); };
        tools.makeSocket = [this, number]() -> std::unique_ptr<WebSocket> {
            auto socket = std::make_unique<ScriptedSocket>();
            attempts[number].push_back(m_now);
            m_open[number] = socket.get();
            m_fresh.push_back(socket.get());
            return socket;
        };
        tools.dialogue = [](const QByteArray &, const QUrl &) { return std::make_unique<StormDialogue>(); };
        tools.steady = [this] { return m_now; };
        tools.pause = [this](milliseconds time) {
            auto promise = std::make_shared<QPromise<Result<Done>>>();
            promise->start();
            m_waits.emplace(m_now + time, promise);
            return promise->future();
        };
        const auto random = [this] { return std::uniform_real_distribution<double>(0.0, 1.0)(m_chance); };
        return std::make_unique<ChatSocket>(spec, m_clock, ChatPatience(1000ms, random), std::move(tools),
                                            ChatNotes{[](Health, const QString &) {}, [] {}});
    }
    static Async<Result<QUrl>> addressOf() { co_return QUrl(u"wss://storm.example"_s); }

    /// What happens at this moment, to its end; waits of no length are part of it.
    void settle()
    {
        for (int quiet = 0; quiet < 5;) {
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            const std::vector<QPointer<ScriptedSocket>> fresh = std::exchange(m_fresh, {});
            for (const QPointer<ScriptedSocket> &socket : fresh) {
                if (socket && isDown)
                    socket->hangUp(1006);
                else if (socket)
                    socket->say("hello");
            }
            const bool endsNow = !m_waits.empty() && m_waits.begin()->first <= m_now;
            if (endsNow) {
                const auto ended = m_waits.begin()->second;
                m_waits.erase(m_waits.begin());
                ended->addResult(Result<Done>(Done{}));
                ended->finish();
            }
            quiet = fresh.empty() && !endsNow ? quiet + 1 : 0;
        }
    }

    tests::HandClock m_clock;
    std::mt19937 m_chance{20261122};
    std::multimap<milliseconds, std::shared_ptr<QPromise<Result<Done>>>> m_waits;
    std::map<int, QPointer<ScriptedSocket>> m_open;
    std::vector<QPointer<ScriptedSocket>> m_fresh;
    std::vector<std::unique_ptr<ChatSocket>> m_channels; // last: they use all of the above
};

/// The most that fall into one second, wherever it begins.
int fullestSecond(std::vector<milliseconds> times)
{
    std::sort(times.begin(), times.end());
    int most = 0;
    for (size_t i = 0, end = 0; i < times.size(); ++i) {
        while (end < times.size() && times[end] - times[i] < 1000ms)
            ++end;
        most = std::max(most, int(end - i));
    }
    return most;
}

} // namespace

/// Fifty channels whose far side drops everyone at once do not storm it.
class TestReconnectStorm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackSpreadOverSeconds();
    void connectsAnewSpreadOverSecondsWhenItIsAskedTo();
    void triesAtMostTwelveTimesInTenMinutes();

private:
    static std::vector<milliseconds> since(const StormBench &bench, milliseconds begin)
    {
        std::vector<milliseconds> all;
        for (const auto &[number, times] : bench.attempts) {
            for (const milliseconds at : times) {
                if (at >= begin)
                    all.push_back(at);
            }
        }
        return all;
    }
};

void TestReconnectStorm::comesBackSpreadOverSeconds()
{
    StormBench bench;
    bench.startAll();
    QCOMPARE(bench.attempts.size(), size_t(stormChannels));
    bench.pass(30min);
    const milliseconds drop = bench.m_now;
    bench.toAll([](ScriptedSocket &socket) { socket.hangUp(1006); });
    bench.pass(60s);
    const std::vector<milliseconds> back = since(bench, drop);
    QCOMPARE(back.size(), size_t(stormChannels)); // all are back, each with one attempt
    QVERIFY2(fullestSecond(back) <= stormChannels / 3, qPrintable(QString::number(fullestSecond(back))));
    QVERIFY(*std::min_element(back.begin(), back.end()) >= drop + 1s);
}

void TestReconnectStorm::connectsAnewSpreadOverSecondsWhenItIsAskedTo()
{
    StormBench bench;
    bench.startAll();
    bench.pass(30min);
    const milliseconds asked = bench.m_now;
    bench.toAll([](ScriptedSocket &socket) { socket.say("again"); });
    bench.pass(60s);
    const std::vector<milliseconds> back = since(bench, asked);
    QCOMPARE(back.size(), size_t(stormChannels));
    QVERIFY2(fullestSecond(back) <= stormChannels / 2, qPrintable(QString::number(fullestSecond(back))));
}

void TestReconnectStorm::triesAtMostTwelveTimesInTenMinutes()
{
    for (const bool asksAgain : {false, true}) {
        StormBench bench;
        bench.startAll();
        bench.isDown = !asksAgain;
        bench.toAll([](ScriptedSocket &socket) { socket.hangUp(1006); });
        for (int i = 0; i < 3600; ++i) { // an hour
            bench.pass(1s);
            if (asksAgain) // it takes each connection, and wants another one at once
                bench.toAll([](ScriptedSocket &socket) { socket.say("again"); });
        }
        for (const auto &[number, times] : bench.attempts) {
            QVERIFY(times.size() > 12); // it does not give up
            for (size_t i = 12; i < times.size(); ++i)
                QVERIFY2(times[i] - times[i - 12] >= 10min, qPrintable(u"channel %1, attempt %2"_s.arg(number).arg(i)));
        }
    }
}

PATCHBAY_TESTS(TestReconnectStorm)
#include "tst_reconnect_storm.moc"
