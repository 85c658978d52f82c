// Sign-in with an access token: the mechanisms, and both sessions as scripted dialogues.
#include "connectors/kit/imap_session.h"
#include "connectors/kit/smtp_session.h"
#include "core/base/log.h"
#include "support/scripted_stream.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QByteArray bearerOfAna = "bixhPWFuYSwBYXV0aD1CZWFyZXIgdG9rZW4tb2YtYW5hAQE=";
const QByteArray xoauthOfAna = "dXNlcj1hbmEBYXV0aD1CZWFyZXIgdG9rZW4tb2YtYW5hAQE=";
/// {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}
const QByteArray errorInTheMiddle =
    "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==";

ImapSession imapOfAna(const QString &token = u"token-of-ana"_s)
{
    return ImapSession({u"imap.example.org"_s, false, u"ana"_s, {}, token});
}

SmtpSession smtpOfAna(const QString &token = u"token-of-ana"_s)
{
    SmtpJob job;
    job.host = u"smtp.example.org"_s;
    job.user = u"ana"_s;
    job.accessToken = token;
    job.from = u"support@example.org"_s;
    job.probe = true;
    return SmtpSession(job);
}

/// Says the lines of the server and compares ours; empty when everything went as written.
template <class Session> QString talk(Session &session, const QByteArray &text)
{
    QByteArray output;
    for (const DialogueStep &step : dialogue(text.constData())) {
        if (step.who == 'S')
            session.receive(step.line + "\r\n");
        output += session.takeOutput();
        if (step.who != 'C')
            continue;
        if (!output.startsWith(step.line + "\r\n"))
            return u"expected \"%1\", got \"%2\""_s.arg(QString::fromUtf8(step.line), QString::fromUtf8(output));
        output.remove(0, step.line.size() + 2);
    }
    return output.isEmpty() ? QString() : u"left: "_s + QString::fromUtf8(output);
}

QByteArray imapOffers(const QByteArray &capabilities)
{
    return "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 " + capabilities + "\nS: P1 OK done\n";
}

QByteArray smtpOffers(const QByteArray &mechanisms)
{
    return "S: 220 hi\nC: EHLO localhost\nS: 250-hi\nS: 250 AUTH " + mechanisms + "\n";
}

} // namespace

class SaslBearers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void prefersTheStandardOverTheVendorsForm();
    void writesNamesAsGs2Wants();
    void readsTheErrorInTheMiddle_data();
    void readsTheErrorInTheMiddle();
    void strikesTokensOut();

    void signsInToImap_data();
    void signsInToImap();
    void endsARefusedImapSignInWithTheServersWords_data();
    void endsARefusedImapSignInWithTheServersWords();
    void sendsNoTokenToAnImapServerThatTakesNone();
    void believesNoImapServerThatRefusesAndAccepts();
    void tellsATroubledServerFromARefusedToken();

    void signsInToSmtp_data();
    void signsInToSmtp();
    void sendsALongTokenOnALineOfItsOwn();
    void endsARefusedSmtpSignInWithTheServersWords_data();
    void endsARefusedSmtpSignInWithTheServersWords();
    void sendsNoTokenToAnSmtpServerThatTakesNone();
};

void SaslBearers::prefersTheStandardOverTheVendorsForm()
{
    const auto both = saslBearer(u"h"_s, u"ana"_s, u"token-of-ana"_s, {"PLAIN", "XOAUTH2", "OAUTHBEARER"});
    QCOMPARE(both->mechanism, "OAUTHBEARER");
    QCOMPARE(both->response, bearerOfAna);
    QCOMPARE(QByteArray::fromBase64(both->response), "n,a=ana,\1auth=Bearer token-of-ana\1\1");
    const auto vendors = saslBearer(u"h"_s, u"ana"_s, u"token-of-ana"_s, {"PLAIN", "XOAUTH2"});
    QCOMPARE(vendors->mechanism, "XOAUTH2");
    QCOMPARE(vendors->response, xoauthOfAna);
    QCOMPARE(QByteArray::fromBase64(vendors->response), "user=ana\1auth=Bearer token-of-ana\1\1");
    const auto none = saslBearer(u"mx.example"_s, u"ana"_s, u"token-of-ana"_s, {"PLAIN", "LOGIN"});
    QCOMPARE(none.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(none.error().message.contains(u"mx.example")
                 && none.error().message.contains(u"neither OAUTHBEARER nor XOAUTH2, but PLAIN, LOGIN"),
             qPrintable(none.error().message));
}

void SaslBearers::writesNamesAsGs2Wants()
{
    const auto named = saslBearer(u"h"_s, u"a=b,c@x.org"_s, u"token-of-ana"_s, {"OAUTHBEARER"});
    QCOMPARE(QByteArray::fromBase64(named->response), "n,a=a=3Db=2Cc@x.org,\1auth=Bearer token-of-ana\1\1");
    for (const QString &token : {u"two words"_s, u"a\1b"_s, u"a\r\nb"_s, QString()})
        QCOMPARE(saslBearer(u"h"_s, u"ana"_s, token, {"XOAUTH2"}).error().kind, Error::Kind::Unauthorized);
    QVERIFY(!saslBearer(u"h"_s, u"ana\1auth=Bearer x"_s, u"token-of-ana"_s, {"XOAUTH2"}).ok());
}

void SaslBearers::readsTheErrorInTheMiddle_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QString>("words");
    QTest::newRow("Google's") << errorInTheMiddle << u"status 400, scope https://mail.google.com/"_s;
    QTest::newRow("the RFC's")
        << QByteArray(R"({"status":"invalid_token","openid-configuration":"https://x"})").toBase64()
        << u"status invalid_token"_s;
    QTest::newRow("no object") << QByteArray("go\x1b\raway").toBase64() << QStringLiteral("go\x1b away");
    QTest::newRow("no base64") << QByteArray("go away!") << QString();
    QTest::newRow("nothing") << QByteArray() << QString();
    QTest::newRow("far too long") << QByteArray(9000, 'A') << QString();
}

void SaslBearers::readsTheErrorInTheMiddle()
{
    QFETCH(QByteArray, sent);
    QFETCH(QString, words);
    QCOMPARE(saslBearerError(sent), words);
}

void SaslBearers::strikesTokensOut()
{
    const auto bearer = saslBearer(u"h"_s, u"ana"_s, u"token-to-strike-out"_s, {"OAUTHBEARER"});
    const QString plain = QString::fromLatin1(QByteArray("token-to-strike-out").toBase64());
    const QString line = redacted(u"no: token-to-strike-out %1 %2"_s.arg(plain, QString::fromLatin1(bearer->response)));
    QVERIFY2(!line.contains(u"strike") && !line.contains(plain) && !line.contains(u"bixhPW"), qPrintable(line));
}

void SaslBearers::signsInToImap_data()
{
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("standard at once") << QByteArray("SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER")
                                      << "C: P2 AUTHENTICATE OAUTHBEARER " + bearerOfAna + "\n";
    QTest::newRow("standard after the plus") << QByteArray("AUTH=PLAIN AUTH=OAUTHBEARER")
                                             << "C: P2 AUTHENTICATE OAUTHBEARER\nS: + \nC: " + bearerOfAna + "\n";
    QTest::newRow("vendor's at once") << QByteArray("SASL-IR AUTH=XOAUTH2 AUTH=PLAIN")
                                      << "C: P2 AUTHENTICATE XOAUTH2 " + xoauthOfAna + "\n";
    QTest::newRow("vendor's after the plus, LOGIN forbidden")
        << QByteArray("AUTH=XOAUTH2 LOGINDISABLED") << "C: P2 AUTHENTICATE XOAUTH2\nS: + \nC: " + xoauthOfAna + "\n";
}

void SaslBearers::signsInToImap()
{
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, said);
    ImapSession session = imapOfAna();
    QCOMPARE(talk(session, imapOffers(offered) + said + "S: P2 OK [CAPABILITY IMAP4rev1 IDLE] in\n"), QString());
    QVERIFY(session.isReady());
    QVERIFY(session.offers("IDLE"));
}

void SaslBearers::endsARefusedImapSignInWithTheServersWords_data()
{
    QTest::addColumn<QByteArray>("mechanism");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QString>("words");
    const QByteArray bearer = "C: P2 AUTHENTICATE OAUTHBEARER " + bearerOfAna + "\n";
    const QByteArray vendors = "C: P2 AUTHENTICATE XOAUTH2 " + xoauthOfAna + "\n";
    QTest::newRow("standard") << QByteArray("OAUTHBEARER")
                              << bearer + "S: + " + errorInTheMiddle + "\nC: AQ==\nS: P2 NO Nope.\n"
                              << u"\"status 400, scope https://mail.google.com/; Nope.\""_s;
    QTest::newRow("vendor's") << QByteArray("XOAUTH2")
                              << vendors + "S: + " + errorInTheMiddle
            + "\nC: \nS: P2 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\n"
                              << u"\"status 400, scope https://mail.google.com/; Invalid credentials (Failure)\""_s;
    QTest::newRow("in one step") << QByteArray("XOAUTH2") << vendors + "S: P2 NO AUTHENTICATE failed.\n"
                                 << u"\"AUTHENTICATE failed.\""_s;
    QTest::newRow("unreadable error") << QByteArray("XOAUTH2") << vendors + "S: + \nC: \nS: P2 NO Nope.\n"
                                      << u"\"Nope.\""_s;
    QTest::newRow("repeats what was said")
        << QByteArray("XOAUTH2") << vendors + "S: P2 BAD unknown " + xoauthOfAna + " token-of-ana\n"
        << u"\"unknown ••• •••\""_s;
}

void SaslBearers::endsARefusedImapSignInWithTheServersWords()
{
    QFETCH(QByteArray, mechanism);
    QFETCH(QByteArray, said);
    QFETCH(QString, words);
    ImapSession session = imapOfAna();
    QCOMPARE(talk(session, imapOffers("SASL-IR AUTH=" + mechanism) + said), QString());
    const auto events = session.takeEvents();
    QCOMPARE(events.size(), size_t(1));
    QCOMPARE(int(events.front().kind), int(ImapEvent::Kind::Ended));
    QCOMPARE(events.front().error.kind, Error::Kind::Unauthorized);
    QVERIFY2(events.front().error.message.contains(words), qPrintable(events.front().error.message));
    QVERIFY2(events.front().error.message.contains(u"Sign in with the browser again"),
             qPrintable(events.front().error.message));
}

void SaslBearers::sendsNoTokenToAnImapServerThatTakesNone()
{
    ImapSession session = imapOfAna();
    QCOMPARE(talk(session, imapOffers("SASL-IR AUTH=PLAIN AUTH=LOGIN")), QString());
    const auto events = session.takeEvents();
    QCOMPARE(events.size(), size_t(1));
    QCOMPARE(events.front().error.kind, Error::Kind::Unauthorized);
    QVERIFY2(events.front().error.message.contains(u"but PLAIN, LOGIN"), qPrintable(events.front().error.message));
}

void SaslBearers::believesNoImapServerThatRefusesAndAccepts()
{
    ImapSession session = imapOfAna();
    QCOMPARE(talk(session,
                  imapOffers("SASL-IR AUTH=XOAUTH2") + "C: P2 AUTHENTICATE XOAUTH2 " + xoauthOfAna + "\nS: + "
                      + errorInTheMiddle + "\nC: \nS: P2 OK in\n"),
             QString());
    QVERIFY(!session.isReady());
    QCOMPARE(session.takeEvents().front().error.kind, Error::Kind::Unauthorized);

    ImapSession endless = imapOfAna();
    QCOMPARE(talk(endless,
                  imapOffers("SASL-IR AUTH=XOAUTH2") + "C: P2 AUTHENTICATE XOAUTH2 " + xoauthOfAna
                      + "\nS: + e30=\nC: \nS: + e30=\n"),
             QString());
    QCOMPARE(endless.takeEvents().front().error.kind, Error::Kind::Protocol);
}

void SaslBearers::tellsATroubledServerFromARefusedToken()
{
    ImapSession session = imapOfAna();
    QCOMPARE(talk(session,
                  imapOffers("SASL-IR AUTH=XOAUTH2") + "C: P2 AUTHENTICATE XOAUTH2 " + xoauthOfAna
                      + "\nS: P2 NO [UNAVAILABLE] Directory is down\n"),
             QString());
    QCOMPARE(session.takeEvents().front().error.kind, Error::Kind::Remote);
}

void SaslBearers::signsInToSmtp_data()
{
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("standard") << QByteArray("PLAIN XOAUTH2 OAUTHBEARER") << "OAUTHBEARER " + bearerOfAna;
    QTest::newRow("vendor's") << QByteArray("LOGIN XOAUTH2") << "XOAUTH2 " + xoauthOfAna;
}

void SaslBearers::signsInToSmtp()
{
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, said);
    SmtpSession session = smtpOfAna();
    QCOMPARE(
        talk(session, smtpOffers(offered) + "C: AUTH " + said + "\nS: 235 in\nC: MAIL FROM:<support@example.org>\n"),
        QString());
}

void SaslBearers::sendsALongTokenOnALineOfItsOwn()
{
    const QString token(1500, u'x');
    const QByteArray response = ("user=ana\1auth=Bearer " + token.toUtf8() + "\1\1").toBase64();
    SmtpSession session = smtpOfAna(token);
    QCOMPARE(talk(session,
                  smtpOffers("XOAUTH2") + "C: AUTH XOAUTH2\nS: 334 \nC: " + response
                      + "\nS: 235 in\nC: MAIL FROM:<support@example.org>\n"),
             QString());
    SmtpSession early = smtpOfAna(token);
    QCOMPARE(talk(early, smtpOffers("XOAUTH2") + "C: AUTH XOAUTH2\nS: 235 in\n"), QString());
    QVERIFY2(early.isOver(), "signed in before anything was said");
}

void SaslBearers::endsARefusedSmtpSignInWithTheServersWords_data()
{
    QTest::addColumn<QByteArray>("mechanism");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QString>("words");
    QTest::newRow("standard") << QByteArray("OAUTHBEARER")
                              << bearerOfAna + "\nS: 334 " + errorInTheMiddle + "\nC: AQ==\nS: 535 5.7.8 no\n"
                              << u"\"status 400, scope https://mail.google.com/; 535 5.7.8 no\""_s;
    QTest::newRow("vendor's") << QByteArray("XOAUTH2")
                              << xoauthOfAna + "\nS: 334 " + errorInTheMiddle
            + "\nC: \nS: 535-5.7.8 no\nS: 535 really\n"
                              << u"; 535-5.7.8 no\n535 really\""_s;
    QTest::newRow("in one step") << QByteArray("XOAUTH2") << xoauthOfAna + "\nS: 535 5.7.3 Unsuccessful\n"
                                 << u"\"535 5.7.3 Unsuccessful\""_s;
    QTest::newRow("repeats what was said")
        << QByteArray("XOAUTH2") << xoauthOfAna + "\nS: 535 no: AUTH XOAUTH2 " + xoauthOfAna + "\n"
        << u"\"535 no: AUTH XOAUTH2 •••\""_s;
}

void SaslBearers::endsARefusedSmtpSignInWithTheServersWords()
{
    QFETCH(QByteArray, mechanism);
    QFETCH(QByteArray, said);
    QFETCH(QString, words);
    SmtpSession session = smtpOfAna();
    QCOMPARE(talk(session, smtpOffers(mechanism) + "C: AUTH " + mechanism + ' ' + said), QString());
    const auto events = session.takeEvents();
    QCOMPARE(events.size(), size_t(1));
    QCOMPARE(int(events.front().kind), int(SmtpEvent::Kind::Failed));
    QCOMPARE(events.front().error.kind, Error::Kind::Unauthorized);
    QVERIFY(!events.front().error.ambiguous);
    QVERIFY2(events.front().error.message.contains(words), qPrintable(events.front().error.message));
}

void SaslBearers::sendsNoTokenToAnSmtpServerThatTakesNone()
{
    SmtpSession session = smtpOfAna();
    QCOMPARE(talk(session, smtpOffers("PLAIN LOGIN")), QString());
    const auto events = session.takeEvents();
    QCOMPARE(events.size(), size_t(1));
    QCOMPARE(events.front().error.kind, Error::Kind::Unauthorized);
    QVERIFY2(events.front().error.message.contains(u"but PLAIN, LOGIN"), qPrintable(events.front().error.message));
}

PATCHBAY_TESTS(SaslBearers)
#include "tst_sasl_bearer.moc"
