#include "app/application.h"
#include "core/store/account_table.h"
#include "support/await.h"
#include "support/cut_proxy.h"
#include "support/desk.h"
#include "support/test_main.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>
#include <QtCore/QUrl>

#include <memory>

using patchbay::Application;
using patchbay::ApplicationOptions;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The program is killed at every named point and at random moments; an outside ledger (Dovecot, Redmine) counts what was
/// lost and what was doubled.
class FaultLoops : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(m_mail.isThere(), "Dovecot and Exim");
        PATCHBAY_SKIP_WITHOUT_SERVER(m_redmine.isThere(), "Redmine");
    }

    void init()
    {
        m_mail.empty(m_mail.support(), "INBOX");
        m_mail.empty(m_mail.customer(), "INBOX");
        m_run = QString::number(QRandomGenerator::global()->generate(), 36);
        m_desk = std::make_unique<Desk>();
        QCOMPARE(m_desk->setUp(m_mail), QString());
    }

    void losesNoMailWhenKilledInTheIntake_data()
    {
        QTest::addColumn<QString>("fault");
        for (const char *point : {"intake.after_read", "intake.before_commit", "intake.before_commit:2",
                                  "intake.after_commit_before_ack", "intake.after_ack", "cursor.before_save"})
            QTest::newRow(point) << QString::fromLatin1(point);
    }
    void losesNoMailWhenKilledInTheIntake()
    {
        QFETCH(QString, fault);
        putMails(5);
        const CtlResult killed = m_desk->fetch(fault);
        QVERIFY2(killed.crashed, killed.err + "the fault point was not reached: " + killed.out);
        QCOMPARE(m_desk->fetch().status, 0);
        QCOMPARE(m_desk->conversations().size(), 5);
        const QJsonObject check = m_desk->check();
        QCOMPARE(check.value("visible"_L1).toInt(), 5);
        QCOMPARE(check.value("pending"_L1).toInt(), 0);
    }

    void keepsAnAttachmentWhenKilledBetweenItsFileAndItsRow()
    {
        const QByteArray text = "The receipt is attached.";
        QByteArray mail = plainMail(m_mail.customer().address, m_mail.support().address, u"Receipt %1"_s.arg(m_run), {},
                                    m_run + u"-receipt@customer.test"_s);
        mail.replace("Content-Type: text/plain; charset=utf-8", "Content-Type: multipart/mixed; boundary=cut");
        mail += "--cut\r\nContent-Type: text/plain\r\n\r\n" + text
            + "\r\n--cut\r\nContent-Type: application/pdf; name=receipt.pdf\r\nContent-Disposition: attachment; "
              "filename=receipt.pdf\r\n\r\n%PDF-1.4 paid\r\n--cut--\r\n";
        QVERIFY(m_mail.append(m_mail.support(), "INBOX", mail));
        const CtlResult killed = m_desk->fetch(u"attachment.after_file_before_row"_s);
        QVERIFY2(killed.crashed, killed.err + "the fault point was not reached: " + killed.out);
        QCOMPARE(m_desk->fetch().status, 0);
        QCOMPARE(m_desk->conversations().size(), 1);
        const QJsonObject shown = m_desk->show(m_desk->conversation(m_run).value("uid"_L1).toString());
        QVERIFY2(QJsonDocument(shown).toJson().contains("receipt.pdf"), QJsonDocument(shown).toJson().constData());
        QCOMPARE(m_desk->check().value("visible"_L1).toInt(), 1); // check also looks for each attachment's file
    }

    void makesOneIssueWhenKilledInTheOutbox_data()
    {
        QTest::addColumn<QString>("fault");
        for (const char *point : {"outbox.after_claim", "outbox.before_send", "outbox.after_send_before_settle", "outbox.after_settle"})
            QTest::newRow(point) << QString::fromLatin1(point);
    }
    void makesOneIssueWhenKilledInTheOutbox()
    {
        QFETCH(QString, fault);
        QCOMPARE(m_desk->addRedmine(m_redmine, m_redmine.text("url")), QString());
        acceptOne();
        const CtlResult killed = m_desk->ctl({u"outbox"_s, u"run"_s}, fault);
        QVERIFY2(killed.crashed, killed.err + "the fault point was not reached: " + killed.out);
        QVERIFY(m_desk->deliver().isEmpty());
        QCOMPARE(m_redmine.issuesWith(m_run).size(), 1);
    }

    void makesOneIssueWhenKilledRightAfterTheOperatorAccepted()
    {
        QCOMPARE(m_desk->addRedmine(m_redmine, m_redmine.text("url")), QString());
        putMails(1);
        QCOMPARE(m_desk->fetch().status, 0);
        const QString uid = m_desk->conversation(m_run).value("uid"_L1).toString();
        QVERIFY(m_desk->ctl({u"accept"_s, uid}, u"outbox.after_intent"_s).crashed);
        QVERIFY(m_desk->deliver().isEmpty());
        QCOMPARE(m_redmine.issuesWith(m_run).size(), 1);
    }

    void makesOneIssueWhenKilledBeforeALookUp()
    {
        CutProxy proxy(QUrl(m_redmine.text("url")).host(), quint16(QUrl(m_redmine.text("url")).port()));
        proxy.loseAnswersTo("POST", 1);
        QCOMPARE(m_desk->addRedmine(m_redmine, u"http://127.0.0.1:%1"_s.arg(proxy.port())), QString());
        acceptOne();
        m_desk->ctl({u"outbox"_s, u"run"_s});
        QCOMPARE(proxy.lost(), 1);
        bool reached = false;
        for (int i = 0; i < 20 && !reached; ++i) {
            QTest::qWait(300);
            reached = m_desk->ctl({u"outbox"_s, u"run"_s}, u"outbox.before_lookup"_s).crashed;
        }
        QVERIFY(reached);
        QVERIFY(m_desk->deliver().isEmpty());
        QCOMPARE(m_redmine.issuesWith(m_run).size(), 1);
    }

    void findsTheIssueWhoseAnswerWasLost()
    {
        CutProxy proxy(QUrl(m_redmine.text("url")).host(), quint16(QUrl(m_redmine.text("url")).port()));
        proxy.loseAnswersTo("POST", 1);
        QCOMPARE(m_desk->addRedmine(m_redmine, u"http://127.0.0.1:%1"_s.arg(proxy.port())), QString());
        acceptOne();
        QVERIFY(m_desk->deliver().isEmpty());
        QCOMPARE(proxy.lost(), 1);
        QCOMPARE(m_redmine.issuesWith(m_run).size(), 1);
    }

    void waitsForARequestThatARedmineIsStillWorkingOn()
    {
        CutProxy proxy(QUrl(m_redmine.text("url")).host(), quint16(QUrl(m_redmine.text("url")).port()));
        proxy.holdBack("POST", 2500); // the killed program's request goes on over there
        QCOMPARE(m_desk->addRedmine(m_redmine, u"http://127.0.0.1:%1"_s.arg(proxy.port()), 5000), QString());
        acceptOne();
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL), {u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder(), u"outbox"_s, u"run"_s});
        QTest::qWait(1500);
        program.kill();
        QVERIFY(program.waitForFinished(5000));
        QVERIFY(m_desk->deliver(60).isEmpty());
        QTest::qWait(1500);
        QCOMPARE(m_redmine.issuesWith(m_run).size(), 1);
    }

    void leavesAReplyWhoseEndIsNotKnownToAPerson_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<bool>("unknown");
        QTest::newRow("claimed, nothing sent") << u"outbox.after_claim"_s << false;
        QTest::newRow("before the text") << u"outbox.before_send"_s << true;
        QTest::newRow("after the 250") << u"outbox.after_send_before_settle"_s << true;
        QTest::newRow("settled") << u"outbox.after_settle"_s << false;
    }
    void leavesAReplyWhoseEndIsNotKnownToAPerson()
    {
        QFETCH(QString, fault);
        QFETCH(bool, unknown);
        putMails(1);
        QCOMPARE(m_desk->fetch().status, 0);
        const QString uid = m_desk->conversation(m_run).value("uid"_L1).toString();
        QCOMPARE(m_desk->ctl({u"reply"_s, uid, u"It is on its way."_s}).status, 0);
        QVERIFY(m_desk->ctl({u"outbox"_s, u"run"_s}, fault).crashed);
        const QList<QJsonObject> open = m_desk->deliver();
        QCOMPARE(open.size(), unknown ? 1 : 0);
        if (unknown) {
            QCOMPARE(open.first().value("state"_L1).toString(), u"unknown"_s);
            const bool arrived = m_mail.waitForMails(m_mail.customer(), "INBOX", 1, 3) == 1;
            const QString verdict = arrived ? u"--sent"_s : u"--not-sent"_s;
            QCOMPARE(m_desk->ctl({u"outbox"_s, u"settle"_s, open.first().value("uid"_L1).toString(), verdict}).status, 0);
            QVERIFY(m_desk->deliver().isEmpty());
        }
        QCOMPARE(m_mail.waitForMails(m_mail.customer(), "INBOX", 1), 1);
        QTest::qWait(500);
        QCOMPARE(m_mail.mails(m_mail.customer(), "INBOX").size(), 1);
    }

    void losesAndDoublesNothingWhenKilledAtRandom()
    {
        constexpr int rounds = 12;
        QCOMPARE(m_desk->addRedmine(m_redmine, m_redmine.text("url"), 1000), QString());
        QRandomGenerator chance(20260301);
        int sent = 0;
        int kills = 0;
        QSet<QString> answered;
        for (int i = 0; i < rounds; ++i) {
            putMails(2);
            sent += 2;
            kills += runAndKill({u"channels"_s, u"start"_s}, chance.bounded(40, 900));
            answerAll(&answered);
            kills += runAndKill({u"outbox"_s, u"run"_s}, chance.bounded(10, 300)); // it ends by itself soon
        }
        QVERIFY(kills > rounds);
        QCOMPARE(m_desk->fetch().status, 0);
        answerAll(&answered);
        const int unknown = settleByTheLedger();
        if (QTest::currentTestFailed())
            return;
        qInfo("%d kills, %d replies whose end only the ledger knew", kills, unknown);
        QCOMPARE(m_desk->conversations().size(), sent);
        QCOMPARE(answered.size(), sent);
        QCOMPARE(m_mail.waitForMails(m_mail.customer(), "INBOX", sent), sent);
        QTest::qWait(500);
        QCOMPARE(m_mail.mails(m_mail.customer(), "INBOX").size(), sent); // each reply arrived, and once
        QCOMPARE(m_redmine.issuesWith(m_run).size(), sent);
        QCOMPARE(m_desk->check().value("visible"_L1).toInt(), sent);
    }

private:
    void putMails(int count)
    {
        for (int i = 0; i < count; ++i) {
            const int number = ++m_number;
            const QByteArray mail = plainMail(m_mail.customer().address, m_mail.support().address,
                                              u"Parcel %1-%2 not delivered"_s.arg(m_run).arg(number),
                                              u"Where is my parcel? The tracking number does not move."_s,
                                              u"%1-%2@customer.test"_s.arg(m_run).arg(number));
            QVERIFY(m_mail.append(m_mail.support(), "INBOX", mail));
        }
    }

    void acceptOne()
    {
        putMails(1);
        QCOMPARE(m_desk->fetch().status, 0);
        const CtlResult accepted = m_desk->ctl({u"accept"_s, m_desk->conversation(m_run).value("uid"_L1).toString()});
        QVERIFY2(accepted.status == 0, accepted.err.constData());
    }

    /// Accepts each suggestion and answers each conversation that has not been answered.
    void answerAll(QSet<QString> *answered)
    {
        for (const QJsonObject &row : m_desk->conversations()) {
            const QString uid = row.value("uid"_L1).toString();
            if (row.value("pending_suggestion"_L1).toBool())
                QCOMPARE(m_desk->ctl({u"accept"_s, uid}).status, 0);
            if (answered->contains(uid))
                continue;
            QCOMPARE(m_desk->ctl({u"reply"_s, uid, u"We look for it."_s}).status, 0);
            answered->insert(uid);
        }
    }

    /// Fails when the Outbox is not idle by then, and says what it still has to do.
    std::optional<QList<QJsonObject>> deliverAll(const QDeadlineTimer &end)
    {
        const auto open = m_desk->deliverUntilIdle(std::chrono::milliseconds(end.remainingTime()));
        if (!open) {
            const QByteArray left = QJsonDocument(m_desk->ctl({u"outbox"_s, u"list"_s}).json).toJson();
            QTest::qFail("deliveries still wait or are being sent:\n" + left, __FILE__, __LINE__);
        }
        return open;
    }

    /// As a lead does in the target's settings: from now on a call may take longer.
    void giveRedmineTime(std::chrono::milliseconds deadline)
    {
        ApplicationOptions options;
        options.location = m_desk->workspace();
        options.secretsFolder = m_desk->secretsFolder();
        patchbay::AsyncScope scope;
        auto opening = scope.run(Application::open(options));
        QTRY_VERIFY_WITH_TIMEOUT(opening.isFinished(), 20000);
        const auto app = opening.takeResult();
        QVERIFY2(app.ok(), app.ok() ? "" : qPrintable(app.error().message));
        const auto all =
            await((*app)->store().read([](patchbay::Database &db) { return db.finish(patchbay::targets::all(db)); }));
        QVERIFY(all.ok());
        for (const patchbay::Target &target : *all) {
            if (target.name != u"Tracker"_s)
                continue;
            QJsonObject settings = target.settings;
            settings.insert(u"deadline_ms"_s, QString::number(deadline.count()));
            QVERIFY(await((*app)->commands()->changeTarget(target.id, target.name, settings)).ok());
        }
    }

    /// Delivers until only what is unknown is left, looks for each in the customer's mailbox, says what was found, and
    /// delivers the rest. How many there were. No more is killed now, and a call may take as long as a busy Redmine
    /// needs: what counts is that every delivery is settled in the end, not after how many tries.
    int settleByTheLedger()
    {
        int settled = 0;
        const QDeadlineTimer end(std::chrono::minutes(3));
        giveRedmineTime(std::chrono::seconds(10));
        const auto open = deliverAll(end);
        if (!open)
            return 0;
        for (const QJsonObject &one : *open) {
            if (one.value("state"_L1).toString() != u"unknown"_s)
                continue;
            const QByteArray key = one.value("key"_L1).toString().toUtf8();
            bool arrived = false;
            for (int look = 0; look < 10 && !arrived; ++look) { // Exim may still be handing it over
                arrived = !m_mail.mails(m_mail.customer(), "INBOX", "Message-ID", key).isEmpty();
                if (!arrived)
                    QTest::qWait(200);
            }
            const QString verdict = arrived ? u"--sent"_s : u"--not-sent"_s;
            m_desk->ctl({u"outbox"_s, u"settle"_s, one.value("uid"_L1).toString(), verdict});
            ++settled;
        }
        deliverAll(end);
        return settled;
    }

    /// 1 when it was still running and was killed.
    int runAndKill(const QStringList &arguments, int afterMs)
    {
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL), QStringList{u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder()} + arguments);
        if (program.waitForFinished(afterMs))
            return 0;
        program.kill();
        program.waitForFinished(5000);
        return 1;
    }

    MailServer m_mail;
    RedmineServer m_redmine;
    std::unique_ptr<Desk> m_desk;
    QString m_run;
    int m_number = 0;
};
PATCHBAY_TESTS(FaultLoops)

#include "tst_fault_loops.moc"
