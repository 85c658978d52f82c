#pragma once

#include "core/engine/task_watch.h"
#include "support/command_desk.h"
#include "support/fake_accounts.h"

namespace patchbay::tests {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// A desk with two trackers that answer what the test says, and the TaskWatch that asks them. Chance is fixed, and the
/// clock stands still.
struct WatchDesk {
    CommandDesk desk;
    std::map<qint64, std::unique_ptr<FakeCrm>> crms = {};
    std::map<QString, Result<RemoteTask>> answers = {}; ///< by external id; others are "To Do", open
    QStringList asked = {};
    QSet<qint64> missing = {}; ///< targets without a live connection here
    TargetId tracker = {};
    TargetId second = {};
    WatchLimits limits = {};
    std::unique_ptr<TaskWatch> watch = {};

    explicit WatchDesk(const QString &location = {})
        : desk(location, !location.isEmpty())
    {
        tracker = addTarget(u"Tracker"_s);
        second = addTarget(u"Second"_s);
        restart();
    }
    TargetId addTarget(const QString &name)
    {
        TargetId id;
        (void)desk.change([&](Database &db) {
            Target target;
            target.connector = u"tracker"_s;
            target.name = name;
            id = targets::insert(db, target);
        });
        auto crm = std::make_unique<FakeCrm>(AccountConfig{});
        crm->onStatus = [this](const QString &externalId) {
            asked << externalId;
            const auto found = answers.find(externalId);
            return found == answers.end() ? Result<RemoteTask>(RemoteTask{u"To Do"_s, false, {}}) : found->second;
        };
        crms[id.value] = std::move(crm);
        return id;
    }
    /// As a process that has just started on the same workspace.
    void restart()
    {
        watch.reset();
        watch = watchOn(*desk.store);
    }
    std::unique_ptr<TaskWatch> watchOn(Store &store)
    {
        auto resolve = [this](TargetId id) -> Result<CrmConnector *> {
            if (missing.contains(id.value))
                return makeError(Error::Kind::Unauthorized, u"no password here"_s);
            return static_cast<CrmConnector *>(crms.at(id.value).get());
        };
        return std::make_unique<TaskWatch>(store, resolve, limits, [] { return 0.5; });
    }

    /// A task of the conversation that is at these targets, each with its own id over there.
    std::vector<DeliveryId> send(ConversationId conversation, const std::vector<std::pair<TargetId, QString>> &places)
    {
        std::vector<DeliveryId> ids;
        const auto done = desk.change([&](Database &db) {
            Task task;
            task.conversation = conversation;
            task.payload.title = u"Mend the lamp"_s;
            task.operatorId = desk.me.id;
            const TaskId taskId = tasks::insert(db, task);
            for (const auto &[target, externalId] : places) {
                Delivery delivery;
                delivery.kind = DeliveryKind::Task;
                delivery.conversation = conversation;
                delivery.task = taskId;
                delivery.target = target;
                delivery.key = newUid(db.clock());
                delivery.operatorId = desk.me.id;
                const DeliveryId id = deliveries::insert(db, delivery);
                const auto claimed = deliveries::claim(db, id, u"test"_s, 60s);
                deliveries::Outcome sent;
                sent.externalId = externalId;
                if (!claimed || !deliveries::settle(db, id, claimed->fence, sent))
                    db.fail(makeError(Error::Kind::Conflict, u"the task could not be sent"_s));
                ids.push_back(id);
            }
        });
        if (!done)
            QTest::qFail(qPrintable(done.error().message), __FILE__, __LINE__);
        return ids;
    }
    DeliveryId sendOne(ConversationId conversation, const QString &externalId)
    {
        return send(conversation, {{tracker, externalId}}).front();
    }
    /// Reads what is due, after this time; how many readings.
    int readAfter(std::chrono::microseconds time)
    {
        desk.clock.advance(time);
        const auto read = await(watch->runOnce());
        if (!read)
            QTest::qFail(qPrintable(read.error().message), __FILE__, __LINE__);
        return read ? *read : -1;
    }
    task_watch::Watch of(DeliveryId id)
    {
        return desk.get([id](Database &db) { return task_watch::of(db, id).value_or(task_watch::Watch{}); });
    }
    Delivery delivery(DeliveryId id)
    {
        return desk.get([id](Database &db) { return *deliveries::byId(db, id); });
    }
    task_watch::Trouble trouble(TargetId id)
    {
        return desk.get([id](Database &db) { return task_watch::troubleAt(db, id); });
    }
    QStringList events(ConversationId id)
    {
        return desk.get([id](Database &db) {
            QStringList texts;
            for (const Message &message : messages::before(db, id, std::nullopt, 100)) {
                if (message.direction == Direction::Event)
                    texts << message.text;
            }
            return texts;
        });
    }
    Conversation conversation(ConversationId id)
    {
        return desk.get([id](Database &db) { return *conversations::byId(db, id); });
    }
};

} // namespace patchbay::tests
