#include "core/engine/accounts.h"
#include "core/store/account_table.h"
#include "core/store/task_table.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<TargetId> localTargetOf(Database &db, const QString &uid)
{
    for (const Target &target : targets::all(db)) {
        if (target.uid == uid)
            return db.finish(target.id);
    }
    if (!db.ok())
        return *db.error();
    return makeError(Error::Kind::NotFound, u"This target is no longer in the workspace."_s);
}

/// Keeps tasks in the workspace's own table. The key is unique there, so a repeat finds what the first try made.
class LocalTasksConnector final : public CrmConnector {
public:
    LocalTasksConnector(Store *store, AccountConfig account)
        : m_store(store)
        , m_account(std::move(account))
    {
    }

    DeliveryFacts facts() const override
    {
        DeliveryFacts facts;
        facts.idempotency = Idempotency::Native;
        facts.deadline = std::chrono::seconds(10);
        return facts;
    }

    Result<QString> preview(DeliveryRequest request) const override
    {
        QJsonObject task = request.payload;
        task.insert(u"key"_s, request.key);
        return u"A row in this workspace; nothing leaves this computer.\n\n%1"_s.arg(
            QString::fromUtf8(QJsonDocument(task).toJson(QJsonDocument::Indented)));
    }

    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override
    {
        auto allowing = beforeEffect();
        const Result<Done> allowed = co_await std::move(allowing);
        if (!allowed)
            co_return allowed.error();
        auto inserting = m_store->write([request, uid = m_account.uid](Database &db) -> Result<LocalTask> {
            const Result<TargetId> target = localTargetOf(db, uid);
            if (!target)
                return target.error();
            return db.finish(local_tasks::findOrInsert(db, *target, request.key, taskPayloadFromJson(request.payload)));
        });
        const Result<LocalTask> task = co_await finished(std::move(inserting));
        if (!task)
            co_return task.error(); // the transaction was rolled back: surely not there
        co_return receiptOf(*task);
    }

    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override
    {
        auto reading = m_store->read([request, uid = m_account.uid](Database &db) -> Result<std::optional<LocalTask>> {
            const Result<TargetId> target = localTargetOf(db, uid);
            if (!target)
                return target.error();
            return db.finish(local_tasks::byKey(db, *target, request.key));
        });
        const Result<std::optional<LocalTask>> task = co_await finished(std::move(reading));
        if (!task)
            co_return task.error();
        std::optional<Receipt> receipt;
        if (task->has_value())
            receipt = receiptOf(**task);
        co_return receipt;
    }

    Async<Result<RemoteTask>> status(QString externalId) override
    {
        auto reading = m_store->read([externalId](Database &db) -> Result<std::optional<LocalTask>> {
            return db.finish(local_tasks::byUid(db, externalId));
        });
        const Result<std::optional<LocalTask>> task = co_await finished(std::move(reading));
        if (!task)
            co_return task.error();
        if (!task->has_value())
            co_return makeError(Error::Kind::NotFound, u"There is no local task %1."_s.arg(externalId.left(40)));
        RemoteTask remote;
        remote.closed = (*task)->done;
        remote.status = remote.closed ? u"done"_s : u"open"_s;
        remote.url = urlOf(**task);
        remote.title = (*task)->payload.title;
        co_return remote;
    }

    Async<Result<std::vector<FieldChoice>>> fields() override { co_return std::vector<FieldChoice>(); }

    Async<Result<QString>> test() override
    {
        co_return u"Tasks are kept in this workspace; nothing needs to be reached."_s;
    }

private:
    QString urlOf(const LocalTask &task) const
    {
        return u"patchbay://%1/task/%2"_s.arg(m_store->workspaceUid(), task.uid);
    }
    Receipt receiptOf(const LocalTask &task) const
    {
        Receipt receipt;
        receipt.externalId = task.uid;
        receipt.url = urlOf(task);
        receipt.response = u"stored as local task %1"_s.arg(task.uid);
        return receipt;
    }

    Store *m_store;
    AccountConfig m_account;
};

Result<Done> checkLocalTasks(const AccountConfig &) { return Done{}; }

} // namespace

CrmConnectorInfo localTasksInfo(Store &store)
{
    CrmConnectorInfo info;
    info.id = u"local"_s;
    info.title = u"Local tasks"_s;
    info.setupHelp =
        u"Keeps tasks in this workspace, without any other system. Nothing leaves this computer; colleagues "
        u"see them only in a workspace that is shared."_s;
    info.check = checkLocalTasks;
    info.create = [store = &store](AccountConfig account) -> std::unique_ptr<CrmConnector> {
        return std::make_unique<LocalTasksConnector>(store, std::move(account));
    };
    return info;
}

} // namespace patchbay
