#include "connectors/kit/imap_session.h"
#include "support/scripted_stream.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

using Kind = ImapEvent::Kind;

/// Plays a dialogue against a session. "X: tls" stands where the session must ask for encryption, "E: name" where it
/// must tell that event; any other event, and any byte that was not expected, is a fault.
class ImapDialogue {
public:
    explicit ImapDialogue(ImapSignIn signIn, ImapLimits limits = {})
        : session(std::move(signIn), limits)
    {
    }

    /// Empty when everything went as written.
    QString play(const char *text, int chunk = 0)
    {
        for (const DialogueStep &step : dialogue(text)) {
            if (step.who == 'S') {
                const QByteArray bytes = step.line + "\r\n";
                const qsizetype size = chunk > 0 ? chunk : bytes.size();
                for (qsizetype at = 0; at < bytes.size(); at += size)
                    session.receive(bytes.mid(at, size));
                collect();
            } else if (step.who == 'C') {
                const QByteArray wanted = step.line + "\r\n";
                if (!m_output.startsWith(wanted))
                    return u"expected \"%1\", got \"%2\"; %3"_s.arg(QString::fromUtf8(step.line),
                                                                    QString::fromUtf8(m_output), rest());
                m_output.remove(0, wanted.size());
            } else if (step.who == 'X') {
                if (m_events.empty() || m_events.front().kind != Kind::StartTls)
                    return u"encryption was not asked for; %1"_s.arg(rest());
                m_events.erase(m_events.begin());
                session.encrypted();
                collect();
            } else if (step.who == 'E') {
                if (m_events.empty() || name(m_events.front().kind) != step.line)
                    return u"expected event %1; %2"_s.arg(QString::fromUtf8(step.line), rest());
                last = m_events.front();
                m_events.erase(m_events.begin());
            }
        }
        return m_events.empty() && m_output.isEmpty() ? QString() : rest();
    }

    void send(const ImapCommand &command)
    {
        session.send(command);
        collect();
    }

    ImapSession session;
    ImapEvent last;

private:
    void collect()
    {
        m_output += session.takeOutput();
        for (ImapEvent &event : session.takeEvents())
            m_events.push_back(std::move(event));
    }
    QString rest() const
    {
        QString text = u"left: \"%1\""_s.arg(QString::fromUtf8(m_output));
        for (const ImapEvent &event : m_events)
            text += u" [%1 %2]"_s.arg(QString::fromUtf8(name(event.kind)), event.error.message);
        return text;
    }
    static QByteArray name(Kind kind)
    {
        switch (kind) {
        case Kind::StartTls: return "starttls";
        case Kind::Ready: return "ready";
        case Kind::Idling: return "idling";
        case Kind::News: return "news";
        case Kind::Completed: return "completed";
        case Kind::Refused: return "refused";
        case Kind::Ended: return "ended";
        }
        return {};
    }

    QByteArray m_output;
    std::vector<ImapEvent> m_events;
};

ImapSignIn ana(bool startTls = false) { return {u"imap.example.org"_s, startTls, u"ana"_s, u"geheim"_s}; }

constexpr const char *signedIn = "S: * OK [CAPABILITY IMAP4rev1] ready\n"
                                 "C: P1 CAPABILITY\n"
                                 "S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN IDLE\n"
                                 "S: P1 OK done\n"
                                 "C: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\n"
                                 "S: P2 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] welcome\n"
                                 "E: ready\n";

} // namespace

#define PLAYED(talk, text)                                                                                             \
    do {                                                                                                               \
        const QString played = (talk).play(text);                                                                      \
        QVERIFY2(played.isEmpty(), qPrintable(played));                                                                \
    } while (false)

/// Dialogues with the state machine.
class ImapSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsInWhateverTheChunks()
    {
        for (const int chunk : {0, 1, 3}) {
            ImapDialogue talk(ana());
            QCOMPARE(talk.play(signedIn, chunk), QString());
            QVERIFY(talk.session.offers("IDLE"));
        }
    }

    void waitsForThePlusWithoutInitialResponse()
    {
        ImapDialogue talk(ana());
        PLAYED(talk,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\nS: P1 OK done\n"
               "C: P2 AUTHENTICATE PLAIN\nS: + \nC: AGFuYQBnZWhlaW0=\nS: P2 OK in\n"
               "C: P3 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: P3 OK done\nE: ready\n");
        QVERIFY(!talk.session.offers("IDLE"));
    }

    void logsInWithQuotesOrLiterals()
    {
        ImapDialogue quoted({u"h"_s, false, u"a\"b"_s, u"c d\\"_s});
        PLAYED(quoted,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: P1 OK done\n"
               "C: P2 LOGIN \"a\\\"b\" \"c d\\\\\"\nS: P2 OK [CAPABILITY IMAP4rev1] in\nE: ready\n");
        ImapDialogue literal({u"h"_s, false, u"ana"_s, u"gehéim"_s});
        PLAYED(literal,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: P1 OK done\n"
               "C: P2 LOGIN \"ana\" {7}\nS: + go\nC: gehéim\nS: P2 OK [CAPABILITY IMAP4rev1] in\nE: ready\n");
        ImapDialogue both({u"h"_s, false, u"añá"_s, u"é"_s});
        PLAYED(both,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: P1 OK done\n"
               "C: P2 LOGIN {5}\nS: + \nC: añá {2}\nS: + \nC: é\nS: P2 OK [CAPABILITY IMAP4rev1] in\nE: ready\n");
    }

    void saysWhatToDoAboutAWrongPassword()
    {
        ImapDialogue talk(ana());
        PLAYED(talk,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\nS: P1 OK done\n"
               "C: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\nS: P2 NO [AUTHENTICATIONFAILED] Nope.\nE: ended\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Unauthorized);
        QVERIFY(talk.last.error.message.contains(u"\"Nope.\""));
        QVERIFY(talk.last.error.message.contains(u"app password"));
        QVERIFY(!talk.last.error.message.contains(u"geheim"));
    }

    void tellsATroubledServerFromAWrongPassword()
    {
        ImapDialogue talk(ana());
        PLAYED(talk,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\nS: P1 OK done\n"
               "C: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\nS: P2 NO [UNAVAILABLE] Directory is down\nE: ended\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Remote);
    }

    void sendsNoPasswordWhereTheServerForbidsIt()
    {
        ImapDialogue talk(ana());
        PLAYED(talk,
               "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED\nS: P1 OK done\nE: ended\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Unauthorized);
    }

    void encryptsBeforeItSaysAnything()
    {
        ImapDialogue talk(ana(true));
        PLAYED(talk,
               "S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL IDLE] ready\nC: P1 STARTTLS\n"
               "S: * CAPABILITY IMAP4rev1 AUTH=EVIL IDLE\nS: * 7 EXISTS\nS: P1 OK begin\nX: tls\nC: P2 CAPABILITY\n");
        QVERIFY2(!talk.session.offers("IDLE"), "what was said in clear is forgotten");
        PLAYED(talk,
               "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\nS: P2 OK done\n"
               "C: P3 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\nS: P3 OK [CAPABILITY IMAP4rev1] in\nE: ready\n");
    }

    void refusesToGoOnWithoutEncryption_data()
    {
        QTest::addColumn<QByteArray>("talk");
        QTest::newRow("stripped") << QByteArray("S: * OK ready\nC: P1 STARTTLS\nS: P1 BAD unknown command\nE: ended\n");
        QTest::newRow("refused") << QByteArray("S: * OK ready\nC: P1 STARTTLS\nS: P1 NO not today\nE: ended\n");
        QTest::newRow("PREAUTH") << QByteArray("S: * PREAUTH welcome ana\nE: ended\n");
        QTest::newRow("BYE") << QByteArray("S: * BYE no\nE: ended\n");
        QTest::newRow("tagged early") << QByteArray("S: * OK ready\nC: P1 STARTTLS\nS: P2 OK in\nE: ended\n");
    }
    void refusesToGoOnWithoutEncryption()
    {
        QFETCH(QByteArray, talk);
        ImapDialogue dialogue(ana(true));
        PLAYED(dialogue, talk.constData());
    }

    void refusesResponsesInjectedBeforeEncryption()
    {
        ImapSession session(ana(true));
        session.receive("* OK ready\r\n");
        QCOMPARE(session.takeOutput(), "P1 STARTTLS\r\n");
        session.receive("P1 OK begin\r\n* CAPABILITY IMAP4rev1\r\nP2 OK in\r\n");
        const auto events = session.takeEvents();
        QCOMPARE(events.size(), size_t(1));
        QCOMPARE(int(events.front().kind), int(Kind::Ended));
        QVERIFY(session.takeOutput().isEmpty());

        ImapSession late(ana(true));
        late.receive("* OK ready\r\n");
        late.receive("P1 OK begin\r\n");
        QCOMPARE(int(late.takeEvents().front().kind), int(Kind::StartTls));
        late.receive("P2 OK in\r\n");
        QCOMPARE(int(late.takeEvents().front().kind), int(Kind::Ended));
    }

    void opensSearchesAndFetchesAmongUnaskedNews()
    {
        ImapDialogue talk(ana());
        PLAYED(talk, signedIn);
        talk.send(imapExamine(u"INBOX"_s));
        PLAYED(talk,
               "C: P3 EXAMINE \"INBOX\"\nS: * FLAGS (\\Seen)\nS: * 4 EXISTS\nS: * 0 RECENT\n"
               "S: * OK [UIDVALIDITY 17] ok\nS: * OK [UIDNEXT 33] ok\nS: P3 OK [READ-ONLY] done\nE: completed\n");
        QCOMPARE(talk.last.reply.exists, 4u);
        QCOMPARE(talk.last.reply.uidValidity, 17u);
        QCOMPARE(talk.last.reply.uidNext, 33u);

        talk.send(imapSearch(5, 0, QDate(2026, 1, 2)));
        PLAYED(talk,
               "C: P4 UID SEARCH UID 5:* SINCE 2-Jan-2026\nS: * 9 EXPUNGE\nS: * SEARCH 12 7\nS: * SEARCH 7 \n"
               "S: * XNEW (\"what\" is this)\nS: P4 OK done\nE: completed\n");
        const std::vector<quint32> found{7, 12};
        QCOMPARE(talk.last.reply.found, found);

        talk.send(imapFetchTexts(found));
        PLAYED(talk,
               "C: P5 UID FETCH 7,12 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])\n"
               "S: * 3 FETCH (FLAGS (\\Seen))\n"
               "S: * 2 FETCH (UID 7 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4 BODY[] {4}\n"
               "S: a\nS: b)\nS: * 5 EXISTS\n"
               "S: * 3 FETCH (BODY[] \"quoted\" UID 12 RFC822.SIZE 6)\nS: P5 OK done\nE: completed\n");
        QCOMPARE(talk.last.reply.messages.size(), size_t(2));
        QCOMPARE(talk.last.reply.messages[0].text, "a\r\nb");
        QCOMPARE(talk.last.reply.messages[0].internalDate.us, 837596665LL * 1'000'000);
        QCOMPARE(talk.last.reply.messages[1].text, "quoted");
    }

    void tellsANoFromAnEnd()
    {
        ImapDialogue talk(ana());
        PLAYED(talk, signedIn);
        talk.send(imapExamine(u"Nix"_s));
        PLAYED(talk, "C: P3 EXAMINE \"Nix\"\nS: P3 NO [NONEXISTENT] Mailbox doesn't exist\nE: refused\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::NotFound);
        talk.send(imapNoop());
        PLAYED(talk, "C: P4 NOOP\nS: P4 BAD what\nE: refused\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Protocol);
        talk.send(imapNoop());
        PLAYED(talk, "C: P5 NOOP\nS: * BYE Server shutting down\nE: ended\n");
        QCOMPARE(talk.last.error.kind, Error::Kind::Remote); // its answer to a command, which may be about one message
        QVERIFY(talk.last.error.message.contains(u"Server shutting down"));
    }

    void idlesAndHearsNews()
    {
        ImapDialogue talk(ana());
        PLAYED(talk, signedIn);
        talk.send(imapIdle());
        PLAYED(talk, "C: P3 IDLE\nS: + idling\nE: idling\nS: * 1 RECENT\nS: * 2 EXISTS\nE: news\n");
        talk.session.endIdle();
        PLAYED(talk, "S: * OK still here\nC: DONE\nS: P3 OK done\nE: completed\n");
        // News that came while another command ran are told as soon as IDLE begins.
        talk.send(imapNoop());
        PLAYED(talk, "C: P4 NOOP\nS: * 3 EXISTS\nS: P4 OK\nE: completed\n");
        talk.send(imapIdle());
        PLAYED(talk, "C: P5 IDLE\nS: + idling\nE: idling\nE: news\n");
    }

    void endsOnWhatDoesNotBelong_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("plus") << QByteArray("+ more");
        QTest::newRow("other tag") << QByteArray("P2 OK");
        QTest::newRow("second greeting") << QByteArray("* PREAUTH hi");
        QTest::newRow("search of words") << QByteArray("* SEARCH one");
        QTest::newRow("search of zero") << QByteArray("* SEARCH 0");
        QTest::newRow("fetch of an atom") << QByteArray("* 1 FETCH UID");
        QTest::newRow("odd pairs") << QByteArray("* 1 FETCH (UID)");
        QTest::newRow("negative size") << QByteArray("* 1 FETCH (RFC822.SIZE -1)");
        QTest::newRow("garbage") << QByteArray("\xff\xfe\x80");
    }
    void endsOnWhatDoesNotBelong()
    {
        QFETCH(QByteArray, line);
        ImapDialogue talk(ana());
        PLAYED(talk, signedIn);
        talk.send(imapNoop());
        PLAYED(talk, ("C: P3 NOOP\nS: " + line + "\nE: ended\n").constData());
        QCOMPARE(talk.last.error.kind, Error::Kind::Protocol);
        PLAYED(talk, "S: P3 OK too late\n");
    }

    void refusesMoreThanWasAskedFor()
    {
        ImapLimits limits;
        limits.response = 10;
        ImapDialogue talk(ana(), limits);
        PLAYED(talk, signedIn);
        talk.send(imapFetchTexts({1}));
        PLAYED(talk,
               "C: P3 UID FETCH 1 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])\n"
               "S: * 1 FETCH (UID 1 BODY[] \"12345\")\nS: * 1 FETCH (UID 1 BODY[] \"678901\")\nE: ended\n");
    }

    void appendsWithALiteral()
    {
        ImapDialogue talk(ana());
        PLAYED(talk, signedIn);
        talk.send(imapAppend(u"Sent"_s, "a\r\nb"));
        PLAYED(talk,
               "C: P3 APPEND \"Sent\" (\\Seen) {4}\nS: + ready\nC: a\nC: b\nS: P3 OK [APPENDUID 1 2] done\nE: "
               "completed\n");
        talk.send(imapAppend(u"Sent"_s, "a"));
        PLAYED(talk, "C: P4 APPEND \"Sent\" (\\Seen) {1}\nS: P4 NO [TRYCREATE] none\nE: refused\n");
        talk.send(imapSearchMessageId("x@y"));
        PLAYED(talk, "C: P5 UID SEARCH HEADER Message-ID \"x@y\"\nS: * SEARCH\nS: P5 OK\nE: completed\n");
        QVERIFY(talk.last.reply.found.empty());
    }
};

PATCHBAY_TESTS(ImapSessions)
#include "tst_imap_session.moc"
