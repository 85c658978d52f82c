#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl tasks, with a task in the workspace itself.
class TasksCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCOMPARE(ctl({u"init"_s}).status, 0);
        QFile file(m_folder->filePath(u"one.eml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"zoe@customer.example"_s, u"support@desk.example"_s, u"Charged twice"_s,
                             u"My card was charged twice for the same invoice. Please refund one payment."_s,
                             u"one@customer.example"_s));
        file.close();
        QCOMPARE(ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s, u"--as-new"_s}).status, 0);
        const QJsonArray list = object({u"conversations"_s, u"list"_s}).value("conversations"_L1).toArray();
        QCOMPARE(list.size(), 1);
        const QString uid = list.first().toObject().value("uid"_L1).toString();
        const CtlResult accepted = ctl({u"accept"_s, uid});
        QVERIFY2(accepted.status == 0, accepted.err.constData());
    }
    void listsWhatIsTrueOfATask();
    void readsStatusesOnce();
    void readsAgainAfterItWasKilledBetweenReadingAndStoring();
    void refusesAnUnknownTarget();

private:
    CtlResult ctl(const QStringList &arguments, const QString &fault = {})
    {
        return runCtl(
            QStringList{u"--workspace"_s, m_folder->filePath(u"desk.patchbay"_s), u"--secrets"_s, m_folder->path()}
                + arguments,
            fault);
    }
    QJsonObject object(const QStringList &arguments)
    {
        const CtlResult result = ctl(QStringList{u"--json"_s} + arguments);
        if (result.status != 0)
            QTest::qFail(result.err.constData(), __FILE__, __LINE__);
        return QJsonDocument::fromJson(result.out).object();
    }
    QJsonObject onlyTask()
    {
        const QJsonArray tasks = object({u"tasks"_s, u"list"_s}).value("tasks"_L1).toArray();
        return tasks.size() == 1 ? tasks.first().toObject() : QJsonObject();
    }
    QJsonObject place() { return onlyTask().value("at"_L1).toArray().first().toObject(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TasksCommand::listsWhatIsTrueOfATask()
{
    QCOMPARE(onlyTask().value("state"_L1).toString(), u"waiting"_s);
    QCOMPARE(object({u"tasks"_s, u"list"_s, u"--open"_s}).value("tasks"_L1).toArray().size(), 0);
    QCOMPARE(ctl({u"outbox"_s, u"run"_s}).status, 0);
    QCOMPARE(onlyTask().value("state"_L1).toString(), u"open"_s);
    QCOMPARE(object({u"tasks"_s, u"list"_s, u"--open"_s}).value("tasks"_L1).toArray().size(), 1);
    QCOMPARE(object({u"tasks"_s, u"list"_s, u"--closed"_s}).value("tasks"_L1).toArray().size(), 0);
    QCOMPARE(place().value("read_at"_L1).toString(), QString()); // nobody asked yet, and it does not say otherwise
    QVERIFY(ctl({u"tasks"_s, u"list"_s}).out.contains("open"));
}

void TasksCommand::readsStatusesOnce()
{
    QCOMPARE(ctl({u"outbox"_s, u"run"_s}).status, 0);
    const QJsonObject read = object({u"tasks"_s, u"refresh"_s, u"--once"_s});
    QCOMPARE(read.value("read"_L1).toInt(), 1);
    QVERIFY(read.value("unreadable"_L1).toArray().isEmpty());
    QCOMPARE(place().value("status"_L1).toString(), u"open"_s);
    QVERIFY(!place().value("read_at"_L1).toString().isEmpty());
}

void TasksCommand::readsAgainAfterItWasKilledBetweenReadingAndStoring()
{
    QCOMPARE(ctl({u"outbox"_s, u"run"_s}).status, 0);
    QVERIFY(ctl({u"tasks"_s, u"refresh"_s, u"--once"_s}, u"watch.after_read_before_store"_s).crashed);
    QCOMPARE(place().value("read_at"_L1).toString(), QString());
    QCOMPARE(place().value("delivery"_L1).toString(), u"sent"_s);
    QCOMPARE(object({u"tasks"_s, u"refresh"_s, u"--once"_s}).value("read"_L1).toInt(), 1);
    QCOMPARE(place().value("status"_L1).toString(), u"open"_s);
}

void TasksCommand::refusesAnUnknownTarget()
{
    const CtlResult refused = ctl({u"tasks"_s, u"list"_s, u"--target"_s, u"Nowhere"_s});
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("Nowhere"), refused.err.constData());
    QCOMPARE(ctl({u"tasks"_s, u"list"_s, u"--open"_s, u"--closed"_s}).status, 2);
}

PATCHBAY_TESTS(TasksCommand)
#include "tst_tasks_command.moc"
