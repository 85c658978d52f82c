#include "connectors/kit/backoff.h"
#include "connectors/kit/smtp_session.h"
#include "support/scripted_stream.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// Plays a dialogue against a session. "X: tls": encryption must be asked for; "X: text": the server waits, and the
/// text is given; "X: lost": the connection goes; "E: accepted" and "E: failed": the end. Anything else is a fault.
class SmtpDialogue {
public:
    explicit SmtpDialogue(SmtpJob job)
        : session(std::move(job))
    {
    }

    QString play(const QByteArray &text, int chunk = 0)
    {
        for (const DialogueStep &step : dialogue(text.constData())) {
            collect();
            if (step.who == 'S') {
                const QByteArray bytes = step.line + "\r\n";
                const qsizetype size = chunk > 0 ? chunk : bytes.size();
                for (qsizetype at = 0; at < bytes.size(); at += size)
                    session.receive(bytes.mid(at, size));
            } else if (step.who == 'C') {
                const QByteArray wanted = step.line + "\r\n";
                if (!m_output.startsWith(wanted))
                    return u"expected \"%1\"; %2"_s.arg(QString::fromUtf8(step.line), rest());
                m_output.remove(0, wanted.size());
            } else if (step.line == "lost") {
                session.lost(makeError(Error::Kind::Offline, u"The connection is gone."_s));
            } else {
                const QString missing = event(step.line);
                if (!missing.isEmpty())
                    return missing;
            }
        }
        collect();
        return m_events.empty() && m_output.isEmpty() ? QString() : rest();
    }

    SmtpSession session;
    SmtpEvent last;

private:
    QString event(const QByteArray &wanted)
    {
        using Kind = SmtpEvent::Kind;
        const QHash<QByteArray, Kind> kinds{
            {"tls", Kind::StartTls}, {"text", Kind::Waiting}, {"accepted", Kind::Accepted}, {"failed", Kind::Failed}};
        if (m_events.empty() || m_events.front().kind != kinds.value(wanted))
            return u"expected event %1; %2"_s.arg(QString::fromUtf8(wanted), rest());
        last = m_events.front();
        m_events.erase(m_events.begin());
        if (wanted == "tls")
            session.encrypted();
        else if (wanted == "text")
            session.sendText();
        return {};
    }
    void collect()
    {
        m_output += session.takeOutput();
        for (SmtpEvent &event : session.takeEvents())
            m_events.push_back(std::move(event));
    }
    QString rest() const
    {
        QString text = u"left: \"%1\""_s.arg(QString::fromUtf8(m_output));
        for (const SmtpEvent &event : m_events)
            text += u" [%1 %2]"_s.arg(int(event.kind)).arg(event.error.message);
        return text;
    }

    QByteArray m_output;
    std::vector<SmtpEvent> m_events;
};

SmtpJob letter(QStringList to = {u"ana@example.org"_s}, QByteArray text = "Subject: x\r\n\r\nhello\r\n")
{
    SmtpJob job;
    job.host = u"smtp.example.org"_s;
    job.from = u"support@example.org"_s;
    job.to = std::move(to);
    job.text = std::move(text);
    return job;
}

SmtpJob signedLetter(bool startTls = false)
{
    SmtpJob job = letter();
    job.user = u"ana"_s;
    job.password = u"geheim"_s;
    job.startTls = startTls;
    return job;
}

const QByteArray smtpHello = "S: 220 smtp.example.org ESMTP\nC: EHLO localhost\nS: 250-smtp.example.org\nS: 250-SIZE 1000\n"
                         "S: 250-8BITMIME\nS: 250 HELP\n";
const QByteArray toWaiting = smtpHello + "C: MAIL FROM:<support@example.org> SIZE=21\nS: 250 ok\n"
    + "C: RCPT TO:<ana@example.org>\nS: 250 ok\nC: DATA\nS: 354 go\n";
const QByteArray toText = toWaiting + "X: text\nC: Subject: x\nC: \nC: hello\nC: .\n";

} // namespace

#define PLAYED(talk, text)                                                                                             \
    do {                                                                                                               \
        const QString played = (talk).play(text);                                                                      \
        QVERIFY2(played.isEmpty(), qPrintable(played));                                                                \
    } while (false)

/// Dialogues with the SMTP state machine.
class SmtpSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void handsALetterOverAndKeepsTheAnswer()
    {
        for (const int chunk : {0, 1}) {
            SmtpDialogue talk(letter());
            QCOMPARE(talk.play(toText + "S: 250 2.0.0 OK id=1abc-def\nE: accepted\nC: QUIT\nS: 221 bye\n", chunk),
                     QString());
            QCOMPARE(talk.last.reply, u"250 2.0.0 OK id=1abc-def"_s);
        }
    }

    void keepsAnAnswerOfSeveralLinesWordForWord()
    {
        SmtpDialogue talk(letter());
        PLAYED(talk, toText + "S: 250-2.0.0 OK\nS: 250 queued as 7\nE: accepted\nC: QUIT\n");
        QCOMPARE(talk.last.reply, u"250-2.0.0 OK\n250 queued as 7"_s);
    }

    void signsInPlainOrLogin()
    {
        SmtpDialogue plain(signedLetter());
        PLAYED(plain,
               "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\n"
               "S: 235 in\nC: MAIL FROM:<support@example.org>\n");
        SmtpDialogue login(signedLetter());
        PLAYED(login,
               "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"
               "C: YW5h\nS: 334 UGFzc3dvcmQ6\nC: Z2VoZWlt\nS: 235 in\nC: MAIL FROM:<support@example.org>\n");
    }

    void saysWhatToDoAboutAWrongPassword()
    {
        SmtpDialogue talk(signedLetter());
        PLAYED(talk,
               "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\n"
               "S: 535 5.7.8 bad credentials\nE: failed\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Unauthorized);
        QVERIFY(talk.last.error.message.contains(u"535 5.7.8 bad credentials"));
        QVERIFY(!talk.last.error.message.contains(u"geheim"));
        QVERIFY(!talk.last.error.ambiguous);
    }

    void sendsNoPasswordToAServerWithoutSignIn()
    {
        SmtpDialogue talk(signedLetter());
        PLAYED(talk, "S: 220 hi\nC: EHLO localhost\nS: 250 hi\nE: failed\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Unauthorized);
    }

    void encryptsBeforeItSignsInAndForgetsWhatWasSaidInClear()
    {
        SmtpDialogue talk(signedLetter(true));
        PLAYED(
            talk,
            "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250-AUTH LOGIN\nS: 250-SIZE 1\nS: 250 STARTTLS\nC: STARTTLS\n"
            "S: 220 go\nX: tls\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\n"
            "S: 235 in\nC: MAIL FROM:<support@example.org>\n");
    }

    void refusesToGoOnWithoutEncryption_data()
    {
        QTest::addColumn<QByteArray>("talk");
        QTest::newRow("stripped") << QByteArray(
            "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH PLAIN\nE: failed\n");
        QTest::newRow("refused") << QByteArray(
            "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no\nE: failed\n");
    }
    void refusesToGoOnWithoutEncryption()
    {
        QFETCH(QByteArray, talk);
        SmtpDialogue dialogue(signedLetter(true));
        PLAYED(dialogue, talk);
        QVERIFY(!dialogue.last.error.ambiguous);
    }

    void refusesRepliesInjectedBeforeEncryption()
    {
        SmtpSession session(signedLetter(true));
        session.receive("220 hi\r\n250-hi\r\n250 STARTTLS\r\n");
        session.takeOutput();
        session.receive("220 go\r\n250 AUTH PLAIN\r\n");
        QCOMPARE(int(session.takeEvents().front().kind), int(SmtpEvent::Kind::Failed));
        QVERIFY(session.takeOutput().isEmpty());
    }

    void sendsNothingWhenOneRecipientIsRefused()
    {
        SmtpDialogue talk(letter({u"ana@example.org"_s, u"ben@example.org"_s}));
        PLAYED(talk,
               smtpHello
                   + "C: MAIL FROM:<support@example.org> SIZE=21\nS: 250 ok\nC: RCPT TO:<ana@example.org>\nS: 250 ok\n"
                   + "C: RCPT TO:<ben@example.org>\nS: 550 5.1.1 No such person\nE: failed\nC: RSET\nC: QUIT\nS: 250 "
                     "ok\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Refused);
        QVERIFY(talk.last.error.message.contains(u"ben@example.org"));
        QVERIFY(talk.last.error.message.contains(u"550 5.1.1 No such person"));
        QVERIFY(!talk.last.error.ambiguous);
    }

    void triesAgainLaterWhenToldSo()
    {
        SmtpDialogue grey(letter());
        PLAYED(grey,
               smtpHello + "C: MAIL FROM:<support@example.org> SIZE=21\nS: 250 ok\nC: RCPT TO:<ana@example.org>\n"
                   + "S: 451 4.7.1 greylisted\nE: failed\nC: RSET\nC: QUIT\n");
        QVERIFY(grey.last.error.isTransient());
        QVERIFY(!grey.last.error.ambiguous);

        SmtpDialogue busy(letter());
        PLAYED(busy, "S: 554 no service for you\nE: failed\n");
        QVERIFY2(busy.last.error.isTransient(), "it is about the connection, not about the letter");
    }

    void knowsWhatAnAnswerToTheTextMeans_data()
    {
        QTest::addColumn<QByteArray>("end");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("ambiguous");
        QTest::newRow("4xx") << QByteArray("S: 451 4.3.0 try later\nE: failed\nC: RSET\nC: QUIT\n")
                             << int(Error::Kind::Remote) << false;
        QTest::newRow("5xx") << QByteArray("S: 554 5.7.1 spam\nE: failed\nC: RSET\nC: QUIT\n")
                             << int(Error::Kind::Refused) << false;
        QTest::newRow("lost") << QByteArray("X: lost\nE: failed\n") << int(Error::Kind::Offline) << true;
        QTest::newRow("garbage") << QByteArray("S: what?\nE: failed\n") << int(Error::Kind::Protocol) << true;
        QTest::newRow("half a line") << QByteArray("S: 250-2.0.0 OK\nX: lost\nE: failed\n") << int(Error::Kind::Offline)
                                     << true;
        QTest::newRow("3xx") << QByteArray("S: 354 go on\nE: failed\n") << int(Error::Kind::Protocol) << true;
        QTest::newRow("two codes") << QByteArray("S: 250-a\nS: 251 b\nE: failed\n") << int(Error::Kind::Protocol)
                                   << true;
    }
    void knowsWhatAnAnswerToTheTextMeans()
    {
        QFETCH(QByteArray, end);
        QFETCH(int, kind);
        QFETCH(bool, ambiguous);
        SmtpDialogue talk(letter());
        PLAYED(talk, toText + end);
        QCOMPARE(int(talk.last.error.kind), kind);
        QCOMPARE(talk.last.error.ambiguous, ambiguous);
    }

    void losesNothingBeforeTheText_data()
    {
        QTest::addColumn<QByteArray>("talk");
        QTest::newRow("greeting") << QByteArray("X: lost\nE: failed\n");
        QTest::newRow("hello") << smtpHello + "C: MAIL FROM:<support@example.org> SIZE=21\nX: lost\nE: failed\n";
        QTest::newRow("waiting") << toWaiting + "X: lost\n"; // events: waiting, failed
    }
    void losesNothingBeforeTheText()
    {
        QFETCH(QByteArray, talk);
        SmtpSession session(letter());
        for (const DialogueStep &step : dialogue(talk.constData())) {
            if (step.who == 'S')
                session.receive(step.line + "\r\n");
        }
        session.lost(makeError(Error::Kind::Offline, u"gone"_s));
        QVERIFY(session.isOver());
        QVERIFY(!session.takeEvents().back().error.ambiguous);
        session.sendText();
        QVERIFY(!session.takeOutput().contains("hello"));
    }

    void believesNoAnswerBeforeTheText()
    {
        SmtpSession session(letter());
        session.receive("220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n354 go\r\n250 accepted already\r\n");
        const auto events = session.takeEvents();
        QCOMPARE(int(events.back().kind), int(SmtpEvent::Kind::Failed));
        QVERIFY(!events.back().error.ambiguous);
    }

    void stuffsDotsAndMendsLineEnds()
    {
        QCOMPARE(smtpDotStuffed("a\r\n.\r\n..b\r\nc.\r\n"), "a\r\n..\r\n...b\r\nc.\r\n");
        QCOMPARE(smtpDotStuffed(".a\n.b\r.c"), "..a\r\n..b\r\n..c\r\n");
        QVERIFY2(!smtpDotStuffed("x\n.\nMAIL FROM:<evil@x>\r\r.\r\n").contains("\r\n.\r\n"), "no end inside the text");
        QCOMPARE(smtpDotStuffed(""), "");
    }

    void refusesAddressesThatWouldSpeakForUs_data()
    {
        QTest::addColumn<QString>("address");
        for (const char *address : {"a@b>\r\nRCPT TO:<c@d", "a b@c", "nobody", "", "a@b\nDATA", "<a@b>"})
            QTest::newRow(address) << QString::fromUtf8(address);
    }
    void refusesAddressesThatWouldSpeakForUs()
    {
        QFETCH(QString, address);
        SmtpSession session(letter({address}));
        QVERIFY(session.isOver());
        QCOMPARE(session.takeEvents().front().error.kind, Error::Kind::Refused);
    }

    void asksForWhatTheTextNeeds()
    {
        SmtpDialogue wide(letter({u"ana@example.org"_s}, "é\r\n"));
        PLAYED(wide, smtpHello + "C: MAIL FROM:<support@example.org> SIZE=4 BODY=8BITMIME\n");
        SmtpDialogue narrow(letter({u"ana@example.org"_s}, "é\r\n"));
        PLAYED(narrow, "S: 220 hi\nC: EHLO localhost\nS: 250 hi\nE: failed\n");
        SmtpDialogue address(letter({u"añá@example.org"_s}));
        PLAYED(
            address,
            "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 SMTPUTF8\nC: MAIL FROM:<support@example.org> SMTPUTF8\n");
        SmtpDialogue big(letter({u"ana@example.org"_s}, QByteArray(2000, 'x')));
        PLAYED(big, smtpHello + "E: failed\n");
        QCOMPARE(big.last.error.kind, Error::Kind::Refused);
    }

    void probesWithoutSending()
    {
        SmtpJob job = letter({}, {});
        job.probe = true;
        SmtpDialogue talk(job);
        PLAYED(talk, smtpHello + "C: MAIL FROM:<support@example.org>\nS: 250 sender ok\nE: accepted\nC: RSET\nC: QUIT\n");
    }

    void boundsWhatAServerMaySay()
    {
        SmtpSession lines(letter());
        lines.receive("220 hi\r\n" + QByteArray("250-x\r\n").repeated(200));
        QVERIFY(lines.isOver());
        SmtpSession line(letter());
        line.receive(QByteArray(100000, 'x'));
        QVERIFY(line.isOver());
    }

    void waitsLongerAndLongerWithinBounds()
    {
        using std::chrono::milliseconds;
        Backoff slowest(milliseconds(1000), milliseconds(300000), [] { return 0.999999; });
        QCOMPARE(slowest.next().count() / 100, 19);
        QCOMPARE(slowest.next().count() / 100, 39);
        for (int i = 0; i < 100; ++i)
            QVERIFY(slowest.next() <= milliseconds(300000));
        QVERIFY(slowest.next() > milliseconds(299000));
        slowest.reset();
        QCOMPARE(slowest.next().count() / 100, 19);
        Backoff fastest(milliseconds(1000), milliseconds(300000), [] { return 0.0; });
        for (int i = 0; i < 100; ++i)
            QCOMPARE(fastest.next().count(), 1000);
    }
};

PATCHBAY_TESTS(SmtpSessions)
#include "tst_smtp.moc"
