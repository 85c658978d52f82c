#pragma once

#include "connectors/kit/chat_session.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"

#include <QtCore/QPointer>
#include <QtTest/QtTest>

#include <memory>
#include <vector>

namespace patchbay::tests {

/// The other end of a WebSocket, moved by the test.
class ScriptedSocket final : public WebSocket {
public:
    void open(const QUrl &url) override { m_url = url; }
    void send(const QByteArray &message, bool) override { sent.append(message); }
    void close() override { isClosed = true; }

    QUrl url() const { return m_url; }
    const QList<QPair<QByteArray, QByteArray>> &headers() const { return m_headers; }
    void say(const QByteArray &frame) { Q_EMIT received(frame, true); }
    void sayBytes(const QByteArray &frame) { Q_EMIT received(frame, false); }
    void greet() { Q_EMIT opened(); }
    void hangUp(int code, const QString &reason = {})
    {
        Q_EMIT closed(code, reason, makeError(Error::Kind::Offline, QStringLiteral("far.example hung up.")));
    }

    QList<QByteArray> sent;
    bool isClosed = false;

private:
    QUrl m_url;
};

/// A chat channel whose platform is a script, with a sink that keeps what it is given.
class ChatBench {
public:
    ChatBench()
    {
        services.transport = &far;
        services.clock = &clock;
        services.random = [] { return 0.0; };
        services.makeWebSocket = [this] {
            auto socket = std::make_unique<ScriptedSocket>();
            sockets.push_back(socket.get());
            return socket;
        };
        account.uid = QStringLiteral("0190b2c0-0000-7000-8000-000000000001");
        account.name = QStringLiteral("Support");
        account.settings.insert(QStringLiteral("retry_ms"), 1);
    }

    void open(const ChatSpec &spec) { listen(std::make_unique<ChatSession>(spec, services, account)); }
    void open(const QString &id)
    {
        const Catalog catalog = makeCatalog(services, id);
        const ChatConnectorInfo *info = catalog.chat(id);
        if (!info)
            qFatal("there is no connector \"%s\"", qPrintable(id));
        listen(info->create(account));
    }
    void close() { connector.reset(); }

    IntakeSink sink()
    {
        return [this](Batch batch) {
            auto promise = std::make_shared<QPromise<Result<Done>>>();
            promise->start();
            if (refusals > 0) {
                --refusals;
                promise->addResult(makeError(Error::Kind::Storage, QStringLiteral("The disk is full.")));
                promise->finish();
                return promise->future();
            }
            if (hold) {
                held.push_back([this, promise, batch] { store(promise, batch); });
                return promise->future();
            }
            store(promise, batch);
            return promise->future();
        };
    }
    /// Stores what was held back.
    void release()
    {
        for (const std::function<void()> &one : std::exchange(held, {}))
            one();
    }

    QStringList keys() const
    {
        QStringList all;
        for (const RawItem &item : items)
            all << item.sourceKey;
        return all;
    }
    /// The platform's own.
    QByteArray ownCursor() const { return cursor.mid(cursor.indexOf(';') + 1); }
    QString said() const { return sentences.join(u'|'); }

    Result<Receipt> deliver(const OutboundMessage &message, const QString &key, int *passes = nullptr)
    {
        const BeforeEffect gate = [passes] {
            if (passes)
                ++*passes;
            return openGate();
        };
        return await(connector->deliver(DeliveryRequest{key, toJson(message), 1, clock.at}, gate));
    }
    Result<Receipt> tell(const ChatChange &change, const QString &key, int *passes = nullptr)
    {
        const BeforeEffect gate = [passes] {
            if (passes)
                ++*passes;
            return openGate();
        };
        return await(connector->deliver(DeliveryRequest{key, toJson(change), 1, clock.at}, gate));
    }
    static Async<Result<Done>> openGate() { co_return Done{}; }

    ScriptedTransport far;
    HandClock clock;
    ConnectorServices services;
    AccountConfig account;
    std::unique_ptr<ChatConnector> connector;
    std::vector<QPointer<ScriptedSocket>> sockets;
    std::vector<RawItem> items;
    QByteArray cursor;
    Health health = Health::Unknown;
    QStringList sentences;
    int caughtUp = 0;
    int batches = 0;
    int refusals = 0; ///< so many batches cannot be stored
    bool hold = false; ///< batches wait for release()
    std::vector<std::function<void()>> held;

private:
    void listen(std::unique_ptr<ChatConnector> made)
    {
        connector = std::move(made);
        QObject::connect(connector.get(), &ChatConnector::healthChanged, connector.get(),
                         [this](Health now, const QString &detail) {
                             health = now;
                             sentences << detail;
                         });
        QObject::connect(connector.get(), &ChatConnector::caughtUp, connector.get(), [this] { ++caughtUp; });
    }
    void store(const std::shared_ptr<QPromise<Result<Done>>> &promise, const Batch &batch)
    {
        ++batches;
        items.insert(items.end(), batch.items.begin(), batch.items.end());
        if (!batch.cursor.isEmpty())
            cursor = batch.cursor;
        promise->addResult(Done{});
        promise->finish();
    }
};

/// The n-th connection, opened; null when it does not come.
inline ScriptedSocket *connection(ChatBench &bench, size_t n)
{
    if (!QTest::qWaitFor([&bench, n] { return bench.sockets.size() >= n; }, 5000))
        return nullptr;
    bench.sockets[n - 1]->greet();
    return bench.sockets[n - 1];
}

inline OutboundMessage chatReplyTo(const QString &thread, const QString &text, const QString &answered = {})
{
    OutboundMessage message;
    message.messageId = QStringLiteral("0190b2c0-1111-7000-8000-000000000002");
    message.threadKey = thread;
    message.text = text;
    message.inReplyTo = answered;
    return message;
}

} // namespace patchbay::tests
