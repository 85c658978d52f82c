#include "support/model_server.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::ModelServer;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl models and ask, with a server of models on this machine.
class ModelCommandsOfCtl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QDir(m_folder->path()).mkdir(u"secrets"_s);
        QCOMPARE(ctl({u"init"_s}).status, 0);
        QFile file(m_folder->filePath(u"mail.eml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"Zoe <zoe@customer.test>"_s, u"desk@example.test"_s, u"Parcel"_s,
                             u"Where is it? Call +49 30 1234567."_s, u"m1@customer.test"_s));
        file.close();
        QCOMPARE(ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s}).status, 0);
    }

    void asksAndShowsTheAnswerWithWhatStoodThere()
    {
        ModelServer server([](const QJsonObject &) { return u"{\"summary\":\"Zoe waits, call [phone 1].\"}"_s; });
        add(server);
        QVERIFY2(ctl({u"models"_s, u"test"_s, u"Local"_s}).out.contains("The model small is there"), "test");
        const CtlResult refused = ctl({u"ask"_s, conversation(), u"--purpose"_s, u"summary"_s});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("not allowed"), refused.err.constData());
        QVERIFY(server.asked().isEmpty());

        QCOMPARE(ctl({u"models"_s, u"allow"_s, u"--budget"_s, u"5"_s, u"--currency"_s, u"USD"_s}).status, 0);
        const QJsonObject answer = json({u"ask"_s, conversation(), u"--purpose"_s, u"summary"_s});
        QCOMPARE(answer.value("state"_L1).toString(), u"answered"_s);
        QCOMPARE(answer.value("text"_L1).toString(), u"Zoe waits, call +49 30 1234567."_s);
        QCOMPARE(server.asked().size(), 1);
        QVERIFY(!server.asked().first().contains("1234567"));

        const QJsonObject again = json({u"ask"_s, conversation(), u"--purpose"_s, u"summary"_s});
        QCOMPARE(again.value("text"_L1), answer.value("text"_L1));
        QCOMPARE(server.asked().size(), 1); // out of the workspace

        const QJsonObject call = json({u"models"_s, u"ledger"_s}).value("calls"_L1).toArray().first().toObject();
        QCOMPARE(call.value("host"_L1).toString(), u"127.0.0.1"_s);
        QCOMPARE(call.value("redactions"_L1).toInt(), 1);
        QVERIFY(call.value("text"_L1).toString().contains(u"[phone 1]"_s));
        const QJsonObject usage = json({u"models"_s, u"usage"_s});
        QCOMPARE(usage.value("currency"_L1).toString(), u"USD"_s);
        QCOMPARE(usage.value("committed"_L1).toString(), u"0.00014"_s); // 100 tokens at 1 and 20 at 2 a million
        QCOMPARE(ctl({u"models"_s, u"forbid"_s}).status, 0);
        QCOMPARE(ctl({u"ask"_s, conversation(), u"--purpose"_s, u"summary"_s, u"--anew"_s}).status, 1);
    }

    void showsARefusedAnswerAndEndsWithOne()
    {
        ModelServer server([](const QJsonObject &) { return u"I would rather not."_s; });
        add(server);
        QCOMPARE(ctl({u"models"_s, u"allow"_s, u"--budget"_s, u"5"_s}).status, 0);
        const CtlResult result = ctl({u"ask"_s, conversation()});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.out.startsWith("Refused: The model's answer was refused"), result.out.constData());
    }

    void refusesAKeyOnTheCommandLine()
    {
        const CtlResult result = ctl({u"models"_s, u"add"_s, u"openai_compatible"_s, u"--name"_s, u"Local"_s,
                                      u"--set"_s, u"api_key=top-secret"_s});
        QCOMPARE(result.status, 2);
        QVERIFY(result.err.contains("is a secret"));
        QVERIFY(json({u"models"_s, u"list"_s}).value("models"_L1).toArray().isEmpty());
    }

    void saysWhatABatchWouldAskAndThatThisVendorTakesNone()
    {
        ModelServer server([](const QJsonObject &) { return u"{}"_s; });
        add(server);
        QCOMPARE(ctl({u"models"_s, u"allow"_s, u"--budget"_s, u"5"_s}).status, 0);
        const CtlResult none = ctl({u"models"_s, u"batch"_s, u"--plan"_s});
        QCOMPARE(none.status, 1);
        QVERIFY2(none.err.contains("takes no batches"), none.err.constData());
        QCOMPARE(ctl({u"models"_s, u"batch"_s, u"--since"_s, u"soon"_s}).status, 2);
        QCOMPARE(ctl({u"models"_s, u"batch"_s, u"--limit"_s, u"5000"_s}).status, 2);
        QCOMPARE(ctl({u"models"_s, u"add"_s, u"openai"_s, u"--name"_s, u"Far"_s, u"--set"_s, u"model=small"_s,
                      u"--set"_s, u"price_input=1"_s, u"--set"_s, u"price_output=5"_s})
                     .status,
                 0);
        const QJsonObject plan =
            json({u"models"_s, u"batch"_s, u"--plan"_s, u"--model"_s, u"Far"_s, u"--since"_s, u"1d"_s});
        QCOMPARE(plan.value("model"_L1).toString(), u"Far"_s);
        QVERIFY(plan.value("plan"_L1).toBool());
        QCOMPARE(plan.value("budget_left"_L1).toString(), u"5.00"_s);
        QCOMPARE(plan.value("currency"_L1).toString(), u"EUR"_s);
        QVERIFY(plan.value("batches"_L1).toArray().isEmpty());
        QVERIFY(json({u"models"_s, u"batches"_s}).value("batches"_L1).toArray().isEmpty());
        QVERIFY(server.asked().isEmpty());
    }

    void bringsTheAnswerAfterAKillAndCallsOnlyAsOftenAsTheLedgerSays_data()
    {
        QTest::addColumn<QString>("fault");
        for (const QString &fault :
             {u"outbox.after_claim"_s, u"model.after_reserve"_s, u"outbox.before_send"_s,
              u"model.after_answer_before_store"_s, u"outbox.after_send_before_settle"_s, u"outbox.after_settle"_s})
            QTest::newRow(qPrintable(fault)) << fault;
    }

    void bringsTheAnswerAfterAKillAndCallsOnlyAsOftenAsTheLedgerSays()
    {
        QFETCH(QString, fault);
        ModelServer server([](const QJsonObject &) { return u"{\"summary\":\"She waits.\"}"_s; });
        add(server, u"300"_s);
        QCOMPARE(ctl({u"models"_s, u"allow"_s, u"--budget"_s, u"5"_s}).status, 0);
        const QStringList ask{u"ask"_s, conversation(), u"--purpose"_s, u"summary"_s};
        const CtlResult killed = ctl(ask, fault);
        QVERIFY2(killed.crashed, killed.out + killed.err);
        QJsonObject answer;
        for (int i = 0; i < 60 && answer.value("state"_L1).toString() != u"answered"_s; ++i) {
            answer = json(ask);
            QTest::qWait(250); // until the killed call's deadline is over
        }
        QCOMPARE(answer.value("text"_L1).toString(), u"She waits."_s);
        const QJsonArray calls = json({u"models"_s, u"ledger"_s, u"--limit"_s, u"99"_s}).value("calls"_L1).toArray();
        QVERIFY2(server.asked().size() <= calls.size(), "something left that the ledger does not have");
        QVERIFY(calls.size() <= 2);
        for (const QJsonValue &call : calls)
            QVERIFY(call["state"_L1].toString() == u"answered"_s || call["state"_L1].toString() == u"unclear"_s);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    CtlResult ctl(const QStringList &arguments, const QString &fault = {}) const
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s,
                                  m_folder->filePath(u"secrets"_s)}
                          + arguments,
                      fault);
    }
    QJsonObject json(const QStringList &arguments) const
    {
        return QJsonDocument::fromJson(ctl(QStringList{u"--json"_s} + arguments).out).object();
    }
    QString conversation() const
    {
        return json({u"conversations"_s, u"list"_s})["conversations"_L1][0]["uid"_L1].toString();
    }
    void add(const ModelServer &server, const QString &deadline = u"5000"_s)
    {
        const CtlResult added =
            ctl({u"models"_s, u"add"_s, u"openai_compatible"_s, u"--name"_s, u"Local"_s, u"--set"_s,
                 u"url="_s + server.url(), u"--set"_s, u"model=small"_s, u"--set"_s, u"price_input=1"_s, u"--set"_s,
                 u"price_output=2"_s, u"--set"_s, u"deadline_ms="_s + deadline});
        QVERIFY2(added.status == 0, added.err.constData());
    }
};

PATCHBAY_TESTS(ModelCommandsOfCtl)
#include "tst_model_commands.moc"
