#pragma once

#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"

#include <map>

namespace patchbay::tests {

/// Secrets by "account name.field".
class FakeSecrets final : public SecretStore {
public:
    std::map<QString, QString> values = {};
    std::optional<Error> failure = {};
    QStringList reads = {};

    Async<Result<std::optional<QString>>> read(SecretKey key) override
    {
        const QString name = key.accountName + u'.' + key.field;
        reads << name;
        if (failure)
            co_return *failure;
        std::optional<QString> value;
        if (const auto found = values.find(name); found != values.end())
            value = found->second;
        co_return value;
    }
    Async<Result<Done>> write(SecretKey key, QString value) override
    {
        values[key.accountName + u'.' + key.field] = value;
        co_return Done{};
    }
    Async<Result<Done>> remove(SecretKey key) override
    {
        values.erase(key.accountName + u'.' + key.field);
        co_return Done{};
    }
    QString limitation() const override { return {}; }
    Result<Done> canReplace(SecretKey key) const override
    {
        if (!readOnly)
            return Done{};
        return makeError(Error::Kind::Refused, QStringLiteral("The place for %1 cannot be written.").arg(key.field));
    }

    bool readOnly = false; ///< what is renewed cannot be kept
};

/// A chat connection that does what the test says.
class FakeChat final : public ChatConnector {
public:
    explicit FakeChat(AccountConfig config)
        : account(std::move(config))
        , overThere(account.settings.value(QStringLiteral("over_there")).toString())
    {
    }

    AccountConfig account;
    QByteArrayList startedFrom = {};
    QByteArrayList fetchedFrom = {};
    QList<QUrl> reached = {}; ///< where it was told to be reached
    int stops = 0;
    IntakeSink sink = {};
    std::function<void(FakeChat *)> onFetch = {};
    QString overThere; ///< who its platform says that it is; empty: it does not say

    Async<Result<QString>> accountOverThere() override
    {
        if (guard() && !overThere.isEmpty()) {
            auto asking = guard()(overThere);
            const Result<Done> ours = co_await finished(std::move(asking));
            if (!ours)
                co_return ours.error();
        }
        co_return overThere;
    }
    void start(QByteArray cursor, IntakeSink to) override
    {
        startedFrom << cursor;
        sink = std::move(to);
    }
    void fetchOnce(QByteArray cursor, IntakeSink to) override
    {
        fetchedFrom << cursor;
        sink = std::move(to);
        if (onFetch)
            onFetch(this);
    }
    void stop() override { ++stops; }
    void reachedAt(const QUrl &address) override { reached << address; }
    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<QString>> test() override
    {
        co_return QStringLiteral("signed in with %1").arg(account.secrets.value(QStringLiteral("password")));
    }
};

/// A target that answers what the test says.
class FakeCrm final : public CrmConnector {
public:
    explicit FakeCrm(AccountConfig config)
        : account(std::move(config))
    {
    }

    AccountConfig account;
    std::function<Result<RemoteTask>(QString)> onStatus = {};
    std::function<Result<std::vector<RemoteRecord>>(const TaskPayload &)> onRecords = {}; ///< none: cannot be asked
    std::vector<FieldChoice> choices = {{QStringLiteral("tracker_id"), QStringLiteral("1"), QStringLiteral("Bug")}};
    int askedForFields = 0;

    DeliveryFacts facts() const override { return {}; }
    Result<QString> preview(DeliveryRequest request) const override
    {
        return QStringLiteral("POST %1 %2").arg(request.key, request.payload.value(QStringLiteral("title")).toString());
    }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<RemoteTask>> status(QString id) override
    {
        co_return onStatus ? onStatus(id) : Result<RemoteTask>(RemoteTask());
    }
    bool hasRecords() const override { return bool(onRecords); }
    Async<Result<std::vector<RemoteRecord>>> records(TaskPayload about) override
    {
        if (!onRecords)
            co_return makeError(Error::Kind::Refused, QStringLiteral("cannot be asked"));
        co_return onRecords(about);
    }
    Async<Result<std::vector<FieldChoice>>> fields() override
    {
        ++askedForFields;
        co_return choices;
    }
    Async<Result<QString>> test() override { co_return makeError(Error::Kind::Unauthorized, QStringLiteral("401")); }
};

/// One text per item; nothing else.
inline Result<InboundMessage> parseFakeItem(const RawItem &item, const AccountConfig &)
{
    InboundMessage message;
    message.externalId = message.dedupeKey = item.sourceKey;
    message.from.address = QStringLiteral("zoe@customer.example");
    message.text = QString::fromUtf8(item.raw);
    return message;
}

/// Connectors "chat" and "crm" with a required secret "password", "open" and "opencrm" without one. What they make is
/// found by account name.
struct FakeConnectors {
    std::map<QString, FakeChat *> chats = {};
    std::map<QString, FakeCrm *> crms = {};
    int made = 0;

    Catalog catalog()
    {
        FormField password;
        password.key = QStringLiteral("password");
        password.label = QStringLiteral("Password");
        password.kind = FormField::Kind::Secret;
        Catalog all;
        for (const bool needsSecret : {true, false}) {
            ChatConnectorInfo chat;
            chat.id = needsSecret ? QStringLiteral("chat") : QStringLiteral("open");
            chat.parse = parseFakeItem;
            chat.create = [this](AccountConfig account) -> std::unique_ptr<ChatConnector> {
                auto connector = std::make_unique<FakeChat>(account);
                chats[account.name] = connector.get();
                ++made;
                return connector;
            };
            CrmConnectorInfo crm;
            crm.id = needsSecret ? QStringLiteral("crm") : QStringLiteral("opencrm");
            crm.create = [this](AccountConfig account) -> std::unique_ptr<CrmConnector> {
                auto connector = std::make_unique<FakeCrm>(account);
                crms[account.name] = connector.get();
                ++made;
                return connector;
            };
            if (needsSecret)
                chat.form = crm.form = {password};
            all.chats.push_back(chat);
            all.crms.push_back(crm);
        }
        return all;
    }
};

} // namespace patchbay::tests
