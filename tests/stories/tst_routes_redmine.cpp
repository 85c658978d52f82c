#include "support/cut_proxy.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>

#include <algorithm>
#include <memory>

using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Routes to a real Redmine beside the workspace's own tasks; Redmine's own list is the ledger.
class RoutesToRedmine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { PATCHBAY_SKIP_WITHOUT_SERVER(m_redmine.isThere(), "Redmine"); }

    void init()
    {
        m_run = u"run"_s + QString::number(QRandomGenerator::global()->generate(), 36);
        m_folder = std::make_unique<QTemporaryDir>();
        m_proxy =
            std::make_unique<CutProxy>(QUrl(m_redmine.text("url")).host(), quint16(QUrl(m_redmine.text("url")).port()));
        QVERIFY(QDir().mkpath(secrets()));
        QFile secret(secrets() + u"/Tracker.api_key"_s);
        QVERIFY(secret.open(QIODevice::WriteOnly));
        secret.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        secret.write(m_redmine.text("api_key").toUtf8());
        secret.close();
        QFile::setPermissions(secrets(), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        QCOMPARE(ctl({u"init"_s, u"--sample"_s}).status, 0);
        QStringList add{u"targets"_s, u"add"_s, u"redmine"_s, u"--name"_s, u"Tracker"_s};
        for (const QString &one :
             {u"url=http://127.0.0.1:%1"_s.arg(m_proxy->port()), u"allow_http=true"_s,
              u"project="_s + m_redmine.text("project"), u"key_field="_s + m_redmine.text("key_field"),
              u"deadline_ms=3000"_s, u"index_lag_ms=100"_s})
            add << u"--set"_s << one;
        const CtlResult added = ctl(add);
        QVERIFY2(added.status == 0, added.err.constData());
        m_localBefore = localCount();
    }

    void goesToTheBackupWhenRedmineRefuses()
    {
        // A priority that is not there: Redmine itself answers 422.
        QVERIFY(route(u"primary_backup"_s, {u"--map"_s, u"Tracker:fields.priority_id=4711"_s}));
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 0);
        QCOMPARE(localCount() - m_localBefore, 1);
        QVERIFY2(moved().startsWith(u"Tracker refused: "_s) && moved().endsWith(u"It went to Local tasks instead."_s),
                 qPrintable(moved()));
    }

    void goesToTheBackupWhenNobodyAnswersThere()
    {
        QVERIFY(route(u"primary_backup"_s));
        m_proxy.reset();
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 0);
        QCOMPARE(localCount() - m_localBefore, 1);
    }

    void looksUpALostAnswerInsteadOfMovingOn()
    {
        QVERIFY(route(u"primary_backup"_s));
        m_proxy->loseAnswersTo("POST", 1);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(m_proxy->lost(), 1);
        QCOMPARE(issues(), 1);
        QCOMPARE(localCount() - m_localBefore, 0);
    }

    void repeatsInParallelOnlyWhatFailed()
    {
        QVERIFY(route(u"parallel"_s));
        m_proxy->loseAnswersTo("POST", 1);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 1);
        QCOMPARE(localCount() - m_localBefore, 1);
    }

    void triesAHalfOpenRedmineWithOneTaskAndGoesBackToIt()
    {
        QVERIFY(route(u"primary_backup"_s));
        m_proxy->setThere(false);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(breaker(), u"open"_s);
        QCOMPARE(localCount() - m_localBefore, 1);
        // It answers again, and is spared all the same until the breaker is half-open.
        m_proxy->setThere(true);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 0);
        QCOMPARE(localCount() - m_localBefore, 2);
        QTRY_COMPARE_WITH_TIMEOUT(breaker(), u"half_open"_s, 60000);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 1);
        QCOMPARE(breaker(), u"closed"_s);
        acceptOne();
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), 2);
        QCOMPARE(localCount() - m_localBefore, 2);
    }

    void isThereOnceWhereverItIsKilled_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<bool>("refuses");
        for (const bool refuses : {false, true}) {
            for (const char *point : {"outbox.after_claim", "outbox.before_send", "outbox.after_send_before_settle",
                                      "outbox.after_settle", "outbox.after_settle:2"}) {
                if (refuses || !QByteArray(point).endsWith(":2"))
                    QTest::addRow("%s, %s", point, refuses ? "refused" : "taken")
                        << QString::fromLatin1(point) << refuses;
            }
        }
    }
    void isThereOnceWhereverItIsKilled()
    {
        QFETCH(QString, fault);
        QFETCH(bool, refuses);
        QVERIFY(route(u"primary_backup"_s,
                      refuses ? QStringList{u"--map"_s, u"Tracker:fields.priority_id=4711"_s} : QStringList{}));
        acceptOne();
        QVERIFY(ctl({u"outbox"_s, u"run"_s}, fault).crashed);
        QVERIFY(deliver().isEmpty());
        QCOMPARE(issues(), refuses ? 0 : 1);
        QCOMPARE(localCount() - m_localBefore, refuses ? 1 : 0);
    }

private:
    QString secrets() const { return m_folder->filePath(u"secrets"_s); }
    CtlResult ctl(const QStringList &arguments, const QString &fault = {}) const
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s, secrets(),
                                  u"--json"_s}
                          + arguments,
                      fault);
    }
    bool route(const QString &strategy, const QStringList &more = {}) const
    {
        const CtlResult set = ctl(QStringList{u"routes"_s, u"set"_s, u"Tasks"_s, u"--strategy"_s, strategy,
                                              u"--target"_s, u"Tracker"_s, u"--target"_s, u"Local tasks"_s, u"--map"_s,
                                              u"Tracker:title=%1 {{task.title}}"_s.arg(m_run)}
                                  + more);
        if (set.status != 0)
            qWarning("%s", set.err.constData());
        return set.status == 0;
    }
    /// Accepted and due at once.
    void acceptOne() const
    {
        QString uid;
        for (const QJsonValue &row : ctl({u"conversations"_s, u"list"_s}).json.value("conversations"_L1).toArray()) {
            if (row.toObject().value("pending_suggestion"_L1).toBool())
                uid = row.toObject().value("uid"_L1).toString();
        }
        const CtlResult accepted = ctl({u"accept"_s, uid});
        QVERIFY2(accepted.status == 0, accepted.err.constData());
        for (const QJsonValue &one : accepted.json.value("deliveries"_L1).toArray())
            QCOMPARE(ctl({u"outbox"_s, u"retry"_s, one.toString()}).status, 0);
    }
    QJsonArray deliver() const
    {
        QJsonArray open;
        for (int round = 0; round < 80; ++round) {
            open = ctl({u"outbox"_s, u"run"_s}).json.value("deliveries"_L1).toArray();
            const bool waits = std::any_of(open.begin(), open.end(), [](const QJsonValue &one) {
                const QString state = one.toObject().value("state"_L1).toString();
                return state == u"queued"_s || state == u"failed"_s || state == u"sending"_s;
            });
            if (!waits)
                break;
            QTest::qWait(250);
        }
        return open;
    }
    int issues() const { return int(m_redmine.issuesWith(m_run).size()); }
    /// Deliveries that the workspace's own tasks have taken.
    int localCount() const
    {
        int count = 0;
        for (const QJsonValue &one : ctl({u"outbox"_s, u"list"_s, u"--all"_s}).json.value("deliveries"_L1).toArray()) {
            const QJsonObject entry = one.toObject();
            count += entry.value("destination"_L1).toString() == u"Local tasks"_s
                    && entry.value("state"_L1).toString() == u"sent"_s
                ? 1
                : 0;
        }
        return count;
    }
    QString breaker() const
    {
        for (const QJsonValue &one : ctl({u"targets"_s, u"list"_s}).json.value("targets"_L1).toArray()) {
            if (one.toObject().value("name"_L1).toString() == u"Tracker"_s)
                return one["breaker"_L1]["state"_L1].toString();
        }
        return {};
    }
    QString moved() const
    {
        for (const QJsonValue &one : ctl({u"outbox"_s, u"list"_s, u"--all"_s}).json.value("deliveries"_L1).toArray()) {
            if (one.toObject().value("moved_to_backup"_L1).toBool())
                return one.toObject().value("error"_L1).toString();
        }
        return {};
    }

    RedmineServer m_redmine;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CutProxy> m_proxy;
    QString m_run;
    int m_localBefore = 0;
};
PATCHBAY_TESTS(RoutesToRedmine)

#include "tst_routes_redmine.moc"
