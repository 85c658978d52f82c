#include "support/servers.h"
#include "support/test_main.h"
#include "support/tracker_server.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;
using patchbay::tests::TrackerServer;

/// Routes on the command line, and the program killed at each point of the Outbox while tasks go by them to two
/// trackers that count what they get.
class RoutesCommand : public QObject {
    Q_OBJECT

private:
    using Answer = TrackerServer::Answer;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<TrackerServer> m_one;
    std::unique_ptr<TrackerServer> m_two;

    QString secrets() const { return m_folder->filePath(u"secrets"_s); }
    CtlResult ctl(const QStringList &arguments, const QString &fault = {}) const
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s, secrets(),
                                  u"--json"_s}
                          + arguments,
                      fault);
    }
    void addTracker(const QString &name, const TrackerServer &tracker)
    {
        QFile secret(secrets() + u'/' + name + u".api_key"_s);
        QVERIFY(secret.open(QIODevice::WriteOnly));
        secret.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        secret.write("0123456789abcdef");
        secret.close();
        const CtlResult added =
            ctl(QStringList{u"targets"_s, u"add"_s, u"redmine"_s, u"--name"_s, name} + tracker.settings());
        QVERIFY2(added.status == 0, added.err.constData());
    }
    QStringList pending(int count) const
    {
        QStringList uids;
        for (const QJsonValue &row : ctl({u"conversations"_s, u"list"_s}).json.value("conversations"_L1).toArray()) {
            if (row.toObject().value("pending_suggestion"_L1).toBool() && uids.size() < count)
                uids << row.toObject().value("uid"_L1).toString();
        }
        return uids;
    }
    /// What waits for the time in which it can be taken back is due at once.
    void skipHold() const
    {
        for (const QJsonValue &one : ctl({u"outbox"_s, u"list"_s}).json.value("deliveries"_L1).toArray()) {
            if (one.toObject().value("state"_L1).toString() == u"queued"_s)
                ctl({u"outbox"_s, u"retry"_s, one.toObject().value("uid"_L1).toString()});
        }
    }
    /// Until nothing waits; what is left is returned.
    QJsonArray deliver() const
    {
        QJsonArray open;
        for (int round = 0; round < 60; ++round) {
            open = ctl({u"outbox"_s, u"run"_s}).json.value("deliveries"_L1).toArray();
            const bool waits = std::any_of(open.begin(), open.end(), [](const QJsonValue &one) {
                const QString state = one.toObject().value("state"_L1).toString();
                return state == u"queued"_s || state == u"failed"_s || state == u"sending"_s;
            });
            if (!waits)
                break;
            QTest::qWait(150);
        }
        return open;
    }
    bool set(const QStringList &options) const
    {
        const CtlResult done = ctl(QStringList{u"routes"_s, u"set"_s, u"Tasks"_s} + options);
        if (done.status != 0)
            qWarning("%s", done.err.constData());
        return done.status == 0;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_one = std::make_unique<TrackerServer>();
        m_two = std::make_unique<TrackerServer>();
        QVERIFY(QDir().mkpath(secrets()));
        QFile::setPermissions(secrets(), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        QCOMPARE(ctl({u"init"_s, u"--sample"_s}).status, 0);
        addTracker(u"One"_s, *m_one);
        addTracker(u"Two"_s, *m_two);
    }

    void listsAddsChangesAndRemoves()
    {
        const QJsonArray before = ctl({u"routes"_s, u"list"_s}).json.value("routes"_L1).toArray();
        QCOMPARE(before.size(), 1);
        QCOMPARE(before.at(0).toObject().value("strategy"_L1).toString(), u"single"_s);
        const CtlResult added =
            ctl({u"routes"_s, u"add"_s, u"Escalations"_s, u"--strategy"_s, u"primary_backup"_s, u"--target"_s, u"One"_s,
                 u"--target"_s, u"Two"_s, u"--map"_s, u"One:title=[{{task.category}}] {{task.title | truncate: 40}}"_s,
                 u"--map"_s, u"One:fields.cf_2={{contact.address}}"_s});
        QVERIFY2(added.status == 0, added.err.constData());
        QCOMPARE(added.json.value("targets"_L1).toArray(), (QJsonArray{u"One"_s, u"Two"_s}));
        const QJsonObject mapped = added.json.value("mappings"_L1).toObject().value("One"_L1).toObject();
        QCOMPARE(mapped.value("fields"_L1).toObject().value("cf_2"_L1).toString(), u"{{contact.address}}"_s);

        const CtlResult changed =
            ctl({u"routes"_s, u"set"_s, u"Escalations"_s, u"--name"_s, u"Emergencies"_s, u"--map"_s, u"One:title="_s});
        QVERIFY2(changed.status == 0, changed.err.constData());
        QCOMPARE(changed.json.value("strategy"_L1).toString(), u"primary_backup"_s); // what is not named stays
        QVERIFY(!changed.json.value("mappings"_L1).toObject().value("One"_L1).toObject().contains("title"_L1));
        QCOMPARE(ctl({u"routes"_s, u"show"_s, u"Escalations"_s}).status, 1);
        QCOMPARE(ctl({u"routes"_s, u"remove"_s, u"Emergencies"_s}).status, 0);
        const CtlResult used = ctl({u"routes"_s, u"remove"_s, u"Tasks"_s});
        QCOMPARE(used.status, 1);
        QVERIFY2(used.err.contains("the default route"), used.err.constData());
    }

    void refusesWhatCannotBeUsed_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("sentence");
        QTest::newRow("strategy") << QStringList{u"--strategy"_s, u"both"_s} << 2
                                  << QByteArray("single, primary_backup");
        QTest::newRow("target") << QStringList{u"--target"_s, u"Three"_s} << 2 << QByteArray("no target");
        QTest::newRow("no default") << QStringList{u"--strategy"_s, u"by_category"_s} << 1
                                    << QByteArray("default target");
        QTest::newRow("template") << QStringList{u"--target"_s, u"One"_s, u"--map"_s, u"One:title={{contact.nam}}"_s}
                                  << 1 << QByteArray("at character 3");
        QTest::newRow("field") << QStringList{u"--target"_s, u"One"_s, u"--map"_s, u"One:colour=red"_s} << 2
                               << QByteArray("no field");
        QTest::newRow("one target") << QStringList{u"--strategy"_s, u"parallel"_s, u"--target"_s, u"One"_s} << 1
                                    << QByteArray("at least two");
    }
    void refusesWhatCannotBeUsed()
    {
        QFETCH(QStringList, options);
        QFETCH(int, status);
        QFETCH(QByteArray, sentence);
        const CtlResult refused = ctl(QStringList{u"routes"_s, u"set"_s, u"Tasks"_s} + options);
        QCOMPARE(refused.status, status);
        QVERIFY2(refused.err.contains(sentence), refused.err.constData());
        QCOMPARE(ctl({u"routes"_s, u"show"_s, u"Tasks"_s}).json.value("strategy"_L1).toString(), u"single"_s);
    }

    void showsTheExactRequestsAndSendsNothing()
    {
        QVERIFY(set({u"--strategy"_s, u"primary_backup"_s, u"--target"_s, u"One"_s, u"--target"_s, u"Two"_s, u"--map"_s,
                     u"One:title={{contact.name | upper}}"_s}));
        const QString uid = pending(1).value(0);
        const CtlResult shown = ctl({u"routes"_s, u"test"_s, u"Tasks"_s, u"--conversation"_s, uid});
        QVERIFY2(shown.status == 0, shown.err.constData());
        const QJsonArray requests = shown.json.value("requests"_L1).toArray();
        QCOMPARE(requests.size(), 2);
        QVERIFY(requests.at(0).toObject().value("request"_L1).toString().startsWith(u"POST http://127.0.0.1:"_s));
        const QString title = requests.at(0).toObject().value("task"_L1).toObject().value("title"_L1).toString();
        QVERIFY2(!title.isEmpty() && title == title.toUpper(), qPrintable(title));
        QCOMPARE(requests.at(1).toObject().value("role"_L1).toString(), u"backup"_s);
        QCOMPARE(m_one->creations + m_two->creations, 0);
        // What is shown is what is sent.
        QCOMPARE(ctl({u"accept"_s, uid}).status, 0);
        skipHold();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(m_one->subjects, QStringList{title});
    }

    void leadsByCategoryWithATargetForAllOthers()
    {
        const CtlResult added = ctl({u"routes"_s, u"add"_s, u"Desk"_s, u"--strategy"_s, u"by_category"_s,
                                     u"--category"_s, u"Billing=Two"_s, u"--otherwise"_s, u"One"_s});
        QVERIFY2(added.status == 0, added.err.constData());
        QCOMPARE(added.json.value("default"_L1).toString(), u"One"_s);
        QCOMPARE(added.json.value("categories"_L1).toObject(), (QJsonObject{{u"Billing"_s, u"Two"_s}}));
    }

    void refusesBothAnswersToAnOpenTaskAtOnce()
    {
        QCOMPARE(ctl({u"accept"_s, pending(1).value(0), u"--link"_s, u"--another"_s}).status, 2);
    }

    void endsOnceSomewhereWhereverItIsKilled_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("strategy");
        for (const char *strategy : {"primary_backup", "parallel"}) {
            for (const char *point : {"outbox.after_claim", "outbox.before_send", "outbox.after_send_before_settle",
                                      "outbox.after_send_before_settle:2", "outbox.after_settle"})
                QTest::addRow("%s, %s", strategy, point) << QString::fromLatin1(point) << QString::fromLatin1(strategy);
        }
    }
    void endsOnceSomewhereWhereverItIsKilled()
    {
        QFETCH(QString, fault);
        QFETCH(QString, strategy);
        const bool parallel = strategy == u"parallel"_s;
        QVERIFY(set({u"--strategy"_s, strategy, u"--target"_s, u"One"_s, u"--target"_s, u"Two"_s}));
        const QStringList uids = pending(3);
        QCOMPARE(uids.size(), 3);
        for (const QString &uid : uids)
            QCOMPARE(ctl({u"accept"_s, uid}).status, 0);
        // The first tracker refuses one, loses one request and one answer.
        if (parallel)
            m_one->script = {Answer::Fail, Answer::LoseAnswer, Answer::LoseRequest};
        else
            m_one->script = {Answer::Refuse, Answer::LoseAnswer, Answer::LoseRequest};
        skipHold();
        bool crashed = false;
        for (int i = 0; i < 40 && !crashed; ++i) { // until the point is reached
            crashed = ctl({u"outbox"_s, u"run"_s}, fault).crashed;
            QTest::qWait(crashed ? 0 : 250);
        }
        QVERIFY2(crashed, "the fault point was not reached");
        const QJsonArray open = deliver();
        QVERIFY2(open.isEmpty(), QJsonDocument(open).toJson().constData());
        QCOMPARE(QSet<QString>(m_one->taken.begin(), m_one->taken.end()).size(), m_one->taken.size());
        QCOMPARE(QSet<QString>(m_two->taken.begin(), m_two->taken.end()).size(), m_two->taken.size());
        if (parallel) {
            QCOMPARE(m_one->taken.size(), 3);
            QCOMPARE(m_two->taken.size(), 3);
        } else {
            QCOMPARE(m_one->taken.size() + m_two->taken.size(), 3);
            // A refusal that ended with the process is not known any more: looked up, and asked for again over there.
            QVERIFY(fault.startsWith(u"outbox.after_send"_s) || m_two->taken.size() >= 1);
        }
    }

    void isThereOnceWhenKilledRightAfterTheAcceptance()
    {
        QVERIFY(set({u"--strategy"_s, u"primary_backup"_s, u"--target"_s, u"One"_s, u"--target"_s, u"Two"_s}));
        m_one->script = {Answer::Refuse};
        QVERIFY(ctl({u"accept"_s, pending(1).value(0)}, u"outbox.after_intent"_s).crashed);
        skipHold();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(m_one->taken.size(), 0);
        QCOMPARE(m_two->taken.size(), 1);
    }

    void saysWhereATaskWentAndThatATargetIsSpared()
    {
        QVERIFY(set({u"--strategy"_s, u"primary_backup"_s, u"--target"_s, u"One"_s, u"--target"_s, u"Two"_s}));
        m_one->close(); // nobody listens there any more
        QCOMPARE(ctl({u"accept"_s, pending(1).value(0)}).status, 0);
        skipHold();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(m_two->taken.size(), 1);
        bool told = false;
        for (const QJsonValue &one : ctl({u"outbox"_s, u"list"_s, u"--all"_s}).json.value("deliveries"_L1).toArray()) {
            const QJsonObject entry = one.toObject();
            told = told
                || (entry.value("moved_to_backup"_L1).toBool() && entry.value("destination"_L1).toString() == u"One"_s
                    && entry.value("error"_L1).toString().endsWith(u"It went to Two instead."_s));
        }
        QVERIFY(told);
        for (const QJsonValue &one : ctl({u"targets"_s, u"list"_s}).json.value("targets"_L1).toArray()) {
            const QJsonObject target = one.toObject();
            if (target.value("name"_L1).toString() == u"One"_s)
                QCOMPARE(target.value("breaker"_L1).toObject().value("state"_L1).toString(), u"open"_s);
        }
    }
};

PATCHBAY_TESTS(RoutesCommand)
#include "tst_routes_command.moc"
