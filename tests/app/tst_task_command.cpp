#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;

/// Tasks on the command line: as they are written, and records that are there already.
class TaskCommand : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    CtlResult ctl(const QStringList &arguments) const
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s,
                                  m_folder->path(), u"--json"_s}
                      + arguments);
    }
    QStringList pending() const
    {
        QStringList uids;
        for (const QJsonValue &row : ctl({u"conversations"_s, u"list"_s}).json.value("conversations"_L1).toArray()) {
            if (row.toObject().value("pending_suggestion"_L1).toBool())
                uids << row.toObject().value("uid"_L1).toString();
        }
        return uids;
    }
    QJsonObject delivery(const QString &conversation, int index = 0) const
    {
        return ctl({u"conversations"_s, u"show"_s, conversation})
            .json.value("deliveries"_L1)
            .toArray()
            .at(index)
            .toObject();
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QFile::setPermissions(m_folder->path(),
                              QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        QCOMPARE(ctl({u"init"_s, u"--sample"_s}).status, 0);
    }

    void makesATaskAsItIsWritten()
    {
        const QString id = pending().value(0);
        const CtlResult made = ctl({u"task"_s, id, u"--title"_s, u"Refund <b>1177</b>"_s, u"--text"_s, u"Pay back."_s,
                                    u"--priority"_s, u"urgent"_s, u"--due"_s, u"+3d"_s});
        QVERIFY2(made.status == 0, made.err.constData());
        QCOMPARE(made.json.value("linked"_L1).toBool(true), false);
        QCOMPARE(made.json.value("deliveries"_L1).toArray().size(), 1);
        QVERIFY(!pending().contains(id)); // the suggestion is answered
        const CtlResult second = ctl({u"task"_s, id});
        QCOMPARE(second.status, 1);
        QVERIFY2(second.err.contains("--another makes a second one"), second.err.constData());
        QCOMPARE(ctl({u"task"_s, id, u"--another"_s}).status, 0);
        const CtlResult ran = ctl({u"outbox"_s, u"run"_s});
        QVERIFY2(ran.status == 0, ran.err.constData());
        QCOMPARE(delivery(id).value("state"_L1).toString(), u"sent"_s);
    }

    void linksARecordThatIsThere()
    {
        const QStringList ids = pending();
        QVERIFY(ids.size() >= 2);
        QVERIFY(ctl({u"accept"_s, ids[0]}).status == 0);
        QVERIFY(ctl({u"outbox"_s, u"run"_s}).status == 0);
        const QString record = delivery(ids[0]).value("external_id"_L1).toString();
        QVERIFY(!record.isEmpty());
        const QString target = ctl({u"targets"_s, u"list"_s})
                                   .json.value("targets"_L1)
                                   .toArray()
                                   .at(0)
                                   .toObject()
                                   .value("name"_L1)
                                   .toString();
        const CtlResult wrong = ctl({u"task"_s, ids[1], u"--link"_s, target, u"4711"_s});
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("There is no record “4711” over there"), wrong.err.constData());
        QVERIFY(pending().contains(ids[1]));
        const CtlResult linked = ctl({u"task"_s, ids[1], u"--link"_s, target, record});
        QVERIFY2(linked.status == 0, linked.err.constData());
        QCOMPARE(linked.json.value("linked"_L1).toBool(), true);
        QCOMPARE(linked.json.value("status"_L1).toString(), u"open"_s);
        QVERIFY(!pending().contains(ids[1]));
        QCOMPARE(delivery(ids[1]).value("linked"_L1).toBool(), true);
        const CtlResult twice = ctl({u"task"_s, ids[1], u"--link"_s, target, record});
        QCOMPARE(twice.status, 1);
        QVERIFY2(twice.err.contains("is a task of this conversation already"), twice.err.constData());
    }

    void refusesAWrongCall_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("sentence");
        QTest::newRow("a link without a record")
            << QStringList{u"--link"_s, u"Local tasks"_s} << 2 << QByteArray("--link wants");
        QTest::newRow("a record without a link")
            << QStringList{u"Local tasks"_s, u"1"_s} << 2 << QByteArray("Only --link");
        QTest::newRow("a title for a record")
            << QStringList{u"--link"_s, u"Local tasks"_s, u"1"_s, u"--title"_s, u"x"_s} << 2 << QByteArray("--title");
        QTest::newRow("a priority") << QStringList{u"--priority"_s, u"soon"_s} << 2 << QByteArray("low, normal");
        QTest::newRow("a date") << QStringList{u"--due"_s, u"soon"_s} << 1 << QByteArray("is no due date");
        QTest::newRow("a route") << QStringList{u"--route"_s, u"Nowhere"_s} << 1 << QByteArray("There is no route");
        QTest::newRow("an empty title") << QStringList{u"--title"_s, u" "_s} << 1
                                        << QByteArray("Give the task a title");
    }
    void refusesAWrongCall()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, sentence);
        const QString id = pending().value(0);
        const CtlResult refused = ctl(QStringList{u"task"_s, id} + arguments);
        QCOMPARE(refused.status, status);
        QVERIFY2(refused.err.contains(sentence), refused.err.constData());
        QVERIFY(pending().contains(id));
    }
};

PATCHBAY_TESTS(TaskCommand)
#include "tst_task_command.moc"
