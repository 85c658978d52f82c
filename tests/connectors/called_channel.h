#pragma once

#include "connectors/kit/services.h"
#include "connectors/kit/signatures.h"
#include "sample_payload.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <memory>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

inline constexpr auto callSecret = "made-up-signing-secret-5";
inline constexpr auto callToken = "made-up-access-token-91";
inline constexpr auto callKey = "0190f0aa-1111-7222-8333-444455556666";

/// One channel whose platform calls us, with a scripted far side and a store that keeps what comes.
struct CalledChannel {
    HandClock clock = {};
    ScriptedTransport far = {};
    const ChatConnectorInfo *info = nullptr;
    Catalog catalog = {};
    AccountConfig account = {};
    std::unique_ptr<ChatConnector> connector = {};
    std::vector<RawItem> stored = {}; ///< each source key once, as the intake does

    CalledChannel(const QString &id, const QJsonObject &settings, const QHash<QString, QString> &secrets)
    {
        ConnectorServices services;
        services.transport = &far;
        services.clock = &clock;
        services.random = [] { return 0.5; };
        catalog = makeCatalog(services);
        info = catalog.chat(id);
        account.name = u"Desk"_s;
        account.settings = settings;
        account.secrets = secrets;
        connector = info->create(account);
        connector->start({}, [this](Batch batch) {
            for (const RawItem &item : batch.items) {
                const bool known = std::any_of(stored.begin(), stored.end(),
                                               [&item](const RawItem &one) { return one.sourceKey == item.sourceKey; });
                if (!known)
                    stored.push_back(item);
            }
            QPromise<Result<Done>> promise;
            promise.start();
            promise.addResult(Result<Done>(Done{}));
            promise.finish();
            return promise.future();
        });
    }

    HookReply receive(const HookRequest &request)
    {
        AsyncScope scope;
        return waitFor(scope.run(connector->receive(request))).value_or(HookReply{0, {}, {}});
    }

    /// The newest stored item as the intake reads it: without secrets.
    Result<InboundMessage> newest() const
    {
        AccountConfig bare = account;
        bare.secrets.clear();
        return info->parse(stored.back(), bare);
    }

    Result<Receipt> deliver(const QString &thread, const QString &text)
    {
        OutboundMessage message;
        message.messageId = QString::fromLatin1(callKey);
        message.threadKey = thread;
        message.text = text;
        DeliveryRequest request;
        request.key = message.messageId;
        request.payload = toJson(message);
        return await(connector->deliver(request, [] { return openGate(); }));
    }

    static Async<Result<Done>> openGate() { co_return Done{}; }
};

inline HookRequest postOf(const QByteArray &body, const QList<QPair<QByteArray, QByteArray>> &headers = {})
{
    HookRequest request;
    request.method = "POST";
    request.body = body;
    request.headers = headers;
    return request;
}

/// A body with each of its members gone, or of another type; and its beginnings.
inline std::vector<QByteArray> brokenBodies(const QByteArray &body)
{
    std::vector<QByteArray> broken;
    for (qsizetype length = 0; length < body.size(); ++length)
        broken.push_back(body.left(length));
    const QJsonObject whole = QJsonDocument::fromJson(body).object();
    for (const QJsonValue &other :
         {QJsonValue(), QJsonValue(7), QJsonValue(QJsonArray{1}), QJsonValue(QStringLiteral("x"))}) {
        for (const QString &name : whole.keys()) {
            QJsonObject changed = whole;
            changed.insert(name, other);
            broken.push_back(QJsonDocument(changed).toJson());
        }
    }
    return broken;
}

/// Takes the body with anything broken in it; what is no object is set aside with its bytes.
inline void survivesAnythingBroken(CalledChannel &desk, const QByteArray &body,
                                   HookRequest (*callOf)(const QByteArray &body))
{
    for (const QByteArray &bytes : brokenBodies(body)) {
        const size_t before = desk.stored.size();
        QCOMPARE(desk.receive(callOf(bytes)).status, 200);
        for (size_t i = before; i < desk.stored.size(); ++i)
            (void)desk.info->parse(desk.stored[i], desk.account);
        if (!QJsonDocument::fromJson(bytes).isObject()) {
            QVERIFY(!desk.newest());
            QCOMPARE(desk.stored.back().raw, bytes);
        }
    }
}

} // namespace patchbay::tests
