#include "support/desk.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>

using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The main job on real servers, by the headless program: a mail becomes one issue, and the answer reaches the customer.
class MainJobStory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(m_mail.isThere(), "Dovecot and Exim");
        PATCHBAY_SKIP_WITHOUT_SERVER(m_redmine.isThere(), "Redmine");
        m_mail.empty(m_mail.support(), "INBOX");
        m_mail.empty(m_mail.customer(), "INBOX");
        QCOMPARE(m_desk.setUp(m_mail), QString());
        QCOMPARE(m_desk.addRedmine(m_redmine, m_redmine.text("url"), 8000), QString());
    }

    void signsInToBothServers()
    {
        const CtlResult mailbox = m_desk.ctl({u"channels"_s, u"test"_s, u"Support"_s});
        QVERIFY2(mailbox.status == 0, mailbox.err.constData());
        const CtlResult tracker = m_desk.ctl({u"targets"_s, u"test"_s, u"Tracker"_s});
        QVERIFY2(tracker.status == 0, tracker.err.constData());
    }

    void showsTheMailWithACategoryAndARouteThatExplainThemselves()
    {
        const QByteArray mail = plainMail(u"Ana Silva <%1>"_s.arg(m_mail.customer().address), m_mail.support().address,
                                          m_subject,
                                          u"Hello,\n\nmy card was charged twice for the same invoice. Please refund one payment.\n\n*Ana* <script>x</script> {{macro}} #1"_s,
                                          m_question);
        QCOMPARE(m_mail.send(m_mail.customer().address, m_mail.support().address, mail), QString());
        QVERIFY(m_mail.waitForMails(m_mail.support(), "INBOX", 1) >= 1);
        const CtlResult fetched = m_desk.fetch();
        QVERIFY2(fetched.status == 0, (fetched.out + fetched.err).constData());

        const QJsonObject row = m_desk.conversation(m_subject);
        m_conversation = row.value("uid"_L1).toString();
        QVERIFY(!m_conversation.isEmpty());
        QCOMPARE(row.value("category"_L1).toString(), u"Billing"_s);
        const QJsonObject suggestion = m_desk.show(m_conversation).value("suggestion"_L1).toObject();
        QVERIFY(!suggestion.value("route"_L1).toString().isEmpty());
        QVERIFY(!suggestion.value("classification"_L1).toObject().value("because"_L1).toArray().isEmpty());
        QVERIFY(suggestion.value("trace"_L1).toObject().contains("rules"_L1));
    }

    void leavesTheMailboxAsItWas()
    {
        QVERIFY(!m_mail.flags(m_mail.support(), "INBOX").contains("\\Seen"));
    }

    void makesExactlyOneIssueOfAnAcceptedSuggestion()
    {
        const CtlResult accepted = m_desk.ctl({u"accept"_s, m_conversation});
        QVERIFY2(accepted.status == 0, accepted.err.constData());
        const CtlResult again = m_desk.ctl({u"accept"_s, m_conversation});
        QCOMPARE(again.status, 1);
        QVERIFY(m_desk.deliver().isEmpty());
        QVERIFY(m_desk.deliver().isEmpty());

        const QList<QJsonObject> issues = m_redmine.issuesWith(m_subject);
        QCOMPARE(issues.size(), 1);
        const QString description = issues.first().value("description"_L1).toString();
        QVERIFY(description.contains(u"charged twice for the same invoice"_s));
        QVERIFY(description.contains(u"/conversation/"_s + m_conversation));
        QVERIFY(!issues.first().value("priority"_L1).toObject().value("name"_L1).toString().isEmpty());
        const QJsonObject delivery = m_desk.show(m_conversation).value("deliveries"_L1).toArray().first().toObject();
        QCOMPARE(delivery.value("state"_L1).toString(), u"sent"_s);
        QCOMPARE(delivery.value("external_id"_L1).toString(), QString::number(issues.first().value("id"_L1).toInt()));
    }

    void deliversTheReplyIntoTheCustomersThread()
    {
        const CtlResult replied = m_desk.ctl({u"reply"_s, m_conversation, u"Dear Ana,\n\nwe have refunded it.\n.\nThe desk"_s});
        QVERIFY2(replied.status == 0, replied.err.constData());
        QVERIFY(m_desk.deliver().isEmpty());
        QCOMPARE(m_mail.waitForMails(m_mail.customer(), "INBOX", 1), 1);
        const QList<QByteArray> answers = m_mail.mails(m_mail.customer(), "INBOX", "In-Reply-To", m_question.toUtf8());
        QCOMPARE(answers.size(), 1);
        QVERIFY(answers.first().contains("Subject: Re: Invoice charged twice"));
        QVERIFY(answers.first().contains("\r\n.\r\n"));
    }

    void keepsTheCustomersAnswerInTheSameConversation()
    {
        const QByteArray ours = m_mail.mails(m_mail.customer(), "INBOX").first();
        const int at = ours.toLower().indexOf("\r\nmessage-id:");
        const QString ourId = QString::fromUtf8(ours.mid(ours.indexOf('<', at) + 1, ours.indexOf('>', at) - ours.indexOf('<', at) - 1));
        const QByteArray mail = plainMail(m_mail.customer().address, m_mail.support().address, u"Re: Invoice charged twice"_s,
                                          u"Thank you!"_s, u"answer@customer.test"_s,
                                          {u"In-Reply-To: <%1>"_s.arg(ourId), u"References: <%1> <%2>"_s.arg(m_question, ourId)});
        QCOMPARE(m_mail.send(m_mail.customer().address, m_mail.support().address, mail), QString());
        QVERIFY(m_mail.waitForMails(m_mail.support(), "INBOX", 2) >= 2);
        QCOMPARE(m_desk.fetch().status, 0);
        QCOMPARE(m_desk.conversations().size(), 1);
        QCOMPARE(m_desk.show(m_conversation).value("timeline"_L1).toArray().size(), 3);
    }

    void addsUp()
    {
        const QJsonObject check = m_desk.check();
        QCOMPARE(check.value("received"_L1).toInt(), 2);
        QCOMPARE(check.value("visible"_L1).toInt(), 2);
        QCOMPARE(check.value("integrity"_L1).toString(), u"ok"_s);
    }

private:
    MailServer m_mail;
    RedmineServer m_redmine;
    Desk m_desk;
    QString m_question = u"question-%1@customer.test"_s.arg(QDateTime::currentMSecsSinceEpoch());
    QString m_subject = u"Invoice charged twice %1"_s.arg(QDateTime::currentMSecsSinceEpoch());
    QString m_conversation;
};
PATCHBAY_TESTS(MainJobStory)

#include "tst_main_job.moc"
