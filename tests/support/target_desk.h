#pragma once

#include "support/console_desk.h"
#include "support/test_main.h"

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A tracker without a network: it knows one token.
class QuietTracker final : public CrmConnector {
public:
    explicit QuietTracker(AccountConfig account)
        : m_account(std::move(account))
    {
    }
    DeliveryFacts facts() const override { return {}; }
    Result<QString> preview(DeliveryRequest request) const override { return u"POST "_s + request.key; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<RemoteTask>> status(QString) override { co_return RemoteTask(); }
    Async<Result<std::vector<FieldChoice>>> fields() override { co_return std::vector<FieldChoice>(); }
    Async<Result<QString>> test() override
    {
        if (m_account.secrets.value(u"token"_s) != u"a secret"_s)
            co_return makeError(Error::Kind::Unauthorized, u"HTTP 401: “Token\nrevoked”"_s);
        co_return u"Signed in as desk@tracker.example"_s;
    }

private:
    AccountConfig m_account;
};

/// A console's desk with two connectors of trackers, and tasks that came to any end there. One mail has come.
class TargetDesk final : public ConsoleDesk {
public:
    TargetDesk()
    {
        addTargetConnector(tracker(u"tracker"_s, u"Tracker Cloud"_s,
                                   {true, u"Tracker REST v3 (OpenAPI)"_s, u"2026-06"_s}, {u"issue"_s, u"sub-task"_s}));
        addTargetConnector(tracker(u"board"_s, u"Board"_s, {false, u"Board reference"_s, {}}, {u"card"_s}));
        Mail mail;
        mail.subject = "Charged twice";
        receive({mail});
    }
    TargetId add(const QString &connector, const QString &name, const QJsonObject &settings = {})
    {
        const auto added = await(commands->addTarget(connector, name, settings));
        (void)await(targets_->load());
        return added ? added->id : TargetId{};
    }
    /// A task of the one conversation that came to this end; queued: it waits.
    void deliver(TargetId target, DeliveryState end, const QString &error = {})
    {
        const QString key = u"key-%1"_s.arg(++m_keys);
        const auto done = write([=, me = me.id](Database &db) -> Result<Done> {
            Delivery task;
            task.kind = DeliveryKind::Task;
            task.conversation = conversations::ordered(db, conversations::View::All, me).front().id;
            task.target = target;
            task.key = key;
            task.operatorId = me;
            const DeliveryId id = deliveries::insert(db, task);
            if (end == DeliveryState::Queued)
                return db.finish(Done{});
            const auto claimed = deliveries::claim(db, id, u"test"_s, std::chrono::seconds(60));
            if (!claimed)
                return makeError(Error::Kind::Conflict, u"not claimed"_s);
            deliveries::Outcome outcome;
            outcome.state = end;
            outcome.error = error;
            if (end == DeliveryState::Failed)
                outcome.nextAttemptAt = db.now() + std::chrono::hours(1);
            deliveries::settle(db, id, claimed->fence, outcome);
            return db.finish(Done{});
        });
        QVERIFY2(done.ok(), done ? "" : qPrintable(done.error().message));
    }
    void setState(TargetId target, Health health, const QString &detail, Timestamp openUntil = {})
    {
        QVERIFY(write([=](Database &db) -> Result<Done> {
            targets::setHealth(db, target, health, detail);
            targets::setBreaker(db, target, openUntil ? 5 : 0, openUntil);
            return db.finish(Done{});
        }));
    }

private:
    static CrmConnectorInfo tracker(const QString &id, const QString &title, ContractNote contract,
                                    std::vector<QString> objects)
    {
        CrmConnectorInfo info;
        info.id = id;
        info.title = title;
        info.contract = std::move(contract);
        info.objects = std::move(objects);
        FormField token;
        token.key = u"token"_s;
        token.label = u"Token"_s;
        token.kind = FormField::Kind::Secret;
        FormField field;
        field.key = u"key_field"_s;
        field.label = u"Field for our key"_s;
        field.required = false;
        info.form = {token, field};
        info.idempotency = [](const QJsonObject &settings) {
            return settings.value(u"key_field"_s).toString().isEmpty() ? Idempotency::None : Idempotency::Upsert;
        };
        info.create = [](AccountConfig account) { return std::make_unique<QuietTracker>(std::move(account)); };
        return info;
    }

    int m_keys = 0;
};

} // namespace patchbay::tests
