#include "support/long_ids.h"
#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QCryptographicHash>

using namespace patchbay;
using namespace patchbay::tests;

/// What a mail's header fields become.
class MailHeaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decodeEverySubject_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &field, const QString &expected) {
            QTest::newRow(name) << field << expected;
        };
        row("plain", "Subject: Hello", QStringLiteral("Hello"));
        row("folded", "Subject: Hello\n world", QStringLiteral("Hello world"));
        row("quoted-printable word", "Subject: =?iso-8859-1?Q?Fr=F6sche?=", QStringLiteral("Frösche"));
        row("base64 word", "Subject: =?UTF-8?B?0J/RgNC40LLQtdGC?=", QStringLiteral("Привет"));
        row("two words, one text", "Subject: =?utf-8?q?J=C3=BC?=\n =?utf-8?q?rgen?=", QStringLiteral("Jürgen"));
        row("a character over two words", "Subject: =?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?=", QStringLiteral("你好"));
        row("koi8-r", "Subject: =?koi8-r?B?8NLJ18XU?=", QStringLiteral("Привет"));
        row("windows-1251", "Subject: =?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", QStringLiteral("Привет"));
        row("iso-2022-jp", "Subject: =?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", QStringLiteral("こんにちは"));
        row("big5", "Subject: =?big5?B?p0Gmbg==?=", QStringLiteral("你好"));
        row("language tag", "Subject: =?us-ascii*en?Q?Keith?=", QStringLiteral("Keith"));
        row("blanks inside the word", "Subject: =?utf-8?Q?a b?=", QStringLiteral("a b"));
        row("word glued to text", "Subject: Re:=?utf-8?Q?=C3=A9?=", QStringLiteral("Re:é"));
        row("utf-7 is not decoded", "Subject: =?utf-7?Q?Fr+APY-sche?=", QStringLiteral("Fr+APY-sche"));
        row("unknown charset", "Subject: =?x-none?Q?abc?=", QStringLiteral("abc"));
        row("raw utf-8", "Subject: Gr\xc3\xbc\xc3\x9f", QStringLiteral("Grüß"));
        row("raw latin-1", "Subject: Fr\xf6sche", QStringLiteral("Frösche"));
        row("raw koi8-r", "Subject: \xf0\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2", QStringLiteral("Привет мир"));
        row("raw windows-1251", "Subject: \xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0", QStringLiteral("Привет мир"));
        row("raw gb2312", "Subject: \xc4\xe3\xba\xc3\xca\xc0\xbd\xe7", QStringLiteral("你好世界"));
        row("control characters",
            "Subject: a\x01\x02"
            "b\x7f",
            QStringLiteral("a b"));
        row("bidi override", "Subject: =?utf-8?B?4oCuYWJj?=", QStringLiteral("abc"));
        row("line break in a word", "Subject: =?utf-8?Q?a=0D=0ABcc:_x?=", QStringLiteral("a Bcc: x"));
        row("empty", "Subject:", QString());
        row("blank before the colon", "Subject : x", QStringLiteral("x"));
    }

    void decodeEverySubject()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, expected);
        QCOMPARE(parsed(mailWith(field + "\n")).subject, expected);
    }

    void readGb2312AsTheWiderSetThatPeopleSendUnderThatName()
    {
        // 0x8160 is no GB 2312; GBK has it.
        QCOMPARE(parsed(mailWith("Subject: =?gb2312?B?gWA=?=\n")).subject, QStringLiteral("\u4e63"));
    }

    void readRawHeaderTextInTheCharsetThatTheBodyNames()
    {
        const QByteArray koi = "Subject: \xf0\xc1\n";
        QCOMPARE(parsed(mailWith(koi + "Content-Type: text/plain; charset=koi8-r\n")).subject, QStringLiteral("Па"));
        QCOMPARE(parsed(mailWith("Subject: \xa7\x41\xa6\x6e\nContent-Type: text/plain; charset=big5\n")).subject,
                 QStringLiteral("你好"));
    }

    void giveThreadIdsNearestFirst()
    {
        const InboundMessage message = parsed(mailWith("Message-ID: <m@x>\nIn-Reply-To: <c@x>\n <b@x>\n"
                                                       "References: <a@x> <b@x>\n\t<c@x> <m@x>\n"));
        QCOMPARE(message.externalId, QStringLiteral("m@x"));
        QCOMPARE(message.references,
                 QStringList({QStringLiteral("c@x"), QStringLiteral("b@x"), QStringLiteral("a@x")}));
    }

    void readIdsHoweverTheyAreWritten_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("expected");
        QTest::newRow("brackets") << QByteArray("<a@x>") << QStringLiteral("a@x");
        QTest::newRow("none") << QByteArray("a@x") << QStringLiteral("a@x");
        QTest::newRow("blanks") << QByteArray("  <a@x>  ") << QStringLiteral("a@x");
        QTest::newRow("folded") << QByteArray("\n <a@x>") << QStringLiteral("a@x");
        QTest::newRow("without at") << QByteArray("<abc>") << QStringLiteral("abc");
        QTest::newRow("empty brackets") << QByteArray("<>") << QStringLiteral("<>");
        QTest::newRow("garbage around") << QByteArray("id <a@x> (note)") << QStringLiteral("a@x");
        QTest::newRow("open bracket") << QByteArray("<a@x") << QStringLiteral("<a@x");
    }

    void readIdsHoweverTheyAreWritten()
    {
        QFETCH(QByteArray, field);
        QTEST(parsed(mailWith("Message-ID: " + field + "\n")).externalId, "expected");
    }

    void keepLongIdsApart_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<bool>("whole");
        QTest::newRow("what one line can hold") << QString(997, u'a') << true;
        QTest::newRow("900 Chinese characters") << patchbay::tests::chineseText(900) << false;
        QTest::newRow("a field full") << QString(30000, u'a') << false;
    }

    void keepLongIdsApart()
    {
        QFETCH(QString, id);
        QFETCH(bool, whole);
        const auto idOf = [](const QString &text) {
            return parsed(mailWith("Message-ID: <" + text.toUtf8() + ">\n")).externalId;
        };
        QCOMPARE(idOf(id) == id, whole);
        QVERIFY(idOf(id).toUtf8().size() <= 998);
        QVERIFY(idOf(id + u'1') != idOf(id + u'2'));
        // An answer names it in the same way, with brackets and without.
        const QByteArray bytes = id.toUtf8();
        QCOMPARE(parsed(mailWith("In-Reply-To: <" + bytes + ">\n")).references, QStringList{idOf(id)});
        QCOMPARE(parsed(mailWith("References: " + bytes + "@x\n")).references,
                 QStringList{idOf(id + QStringLiteral("@x"))});
        QCOMPARE(parsed(mailWith("Message-ID: " + bytes + "\n")).externalId, idOf(id));
    }

    void keepTheNearestHundredReferences()
    {
        QByteArray references;
        for (int i = 0; i < 400; ++i)
            references += " <" + QByteArray::number(i) + "@x>\n";
        const QStringList found = parsed(mailWith("References:" + references)).references;
        QCOMPARE(found.size(), 100);
        QCOMPARE(found.first(), QStringLiteral("399@x"));
    }

    void readDatesAndRefuseToInventThem_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("expected");
        QTest::newRow("rfc") << QByteArray("Tue, 12 Mar 2024 10:11:12 +0300") << QStringLiteral("2024-03-12T07:11:12Z");
        QTest::newRow("zone name") << QByteArray("Tue, 12 Mar 2024 10:11:12 GMT")
                                   << QStringLiteral("2024-03-12T10:11:12Z");
        QTest::newRow("comment") << QByteArray("Mon, 2 Apr 2012 06:45:30 -0700 (PDT)")
                                 << QStringLiteral("2012-04-02T13:45:30Z");
        QTest::newRow("no weekday") << QByteArray("12 Mar 2024 10:11 +0000") << QStringLiteral("2024-03-12T10:11:00Z");
        QTest::newRow("words") << QByteArray("yesterday") << QString();
        QTest::newRow("empty") << QByteArray("") << QString();
        QTest::newRow("impossible") << QByteArray("Tue, 99 Foo 2024 77:88:99 +0000") << QString();
        QTest::newRow("far future") << QByteArray("Tue, 12 Mar 9999 10:11:12 +0000") << QString();
        QTest::newRow("before our time") << QByteArray("Tue, 12 Mar 1935 10:11:12 +0000") << QString();
    }

    void readDatesAndRefuseToInventThem()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, expected);
        const Timestamp at = parsed(mailWith("Date: " + field + "\n")).providerAt;
        QCOMPARE(at ? at.toDateTime().toString(Qt::ISODate) : QString(), expected);
    }

    void nameReplyToOnlyWhenItDiffers()
    {
        QCOMPARE(parsed(mailWith("Reply-To: ANA@example.org\n")).replyTo, QString());
        QCOMPARE(parsed(mailWith("Reply-To: Bob <bob@example.org>\n")).replyTo, QStringLiteral("bob@example.org"));
    }

    void listRecipientsOnce()
    {
        const InboundMessage message =
            parsed(mailWith("To: desk@example.com, Bob <bob@example.org>\nTo: bob@example.org\nCc: c@example.org\n"));
        QCOMPARE(message.to, QStringList({QStringLiteral("desk@example.com"), QStringLiteral("bob@example.org")}));
        QCOMPARE(message.cc, QStringList({QStringLiteral("c@example.org")}));
    }

    void knowTheirOwnAddress()
    {
        QVERIFY(parsed(rawMail("From: Desk <DESK@example.com>")).fromSelf);
        QVERIFY(!parsed(mailWith("")).fromSelf);
        QVERIFY(!parsed(rawMail("From: desk@example.com"), QString()).fromSelf);
    }

    void fallBackToSenderAndReturnPath()
    {
        QCOMPARE(parsed(rawMail("Sender: s@example.org")).from.address, QStringLiteral("s@example.org"));
        QCOMPARE(parsed(rawMail("Return-Path: <r@example.org>")).from.address, QStringLiteral("r@example.org"));
        QCOMPARE(parsed(rawMail("From: \"Ana\" <ana@example.org>, b@example.org")).from.name, QStringLiteral("Ana"));
    }

    void tellAutomaticMail_data()
    {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<bool>("automatic");
        const auto row = [](const char *name, const QByteArray &fields, bool automatic) {
            QTest::newRow(name) << fields << automatic;
        };
        row("a person", "", false);
        row("auto-replied", "Auto-Submitted: auto-replied (vacation)\n", true);
        row("auto-submitted no", "Auto-Submitted: No\n", false);
        row("a person through a Mailman list",
            "Precedence: list\nList-Id: <support.example.org>\nX-BeenThere: support@example.org\n"
            "Return-Path: <support-bounces@example.org>\n",
            false);
        row("a person through a Google group",
            "Precedence: bulk\nX-Auto-Response-Suppress: OOF\nList-ID: <support.example.org>\n", false);
        row("a machine through a list", "Precedence: list\nAuto-Submitted: auto-generated\n", true);
        row("delivery report through a list", "List-Id: <l.example.org>\nContent-Type: multipart/report; boundary=a\n",
            true);
        row("auto_reply", "Precedence: auto_reply\n", true);
        row("first-class", "Precedence: first-class\n", false);
        row("null return path", "Return-Path: <>\n", true);
        row("return path", "Return-Path: <a@b>\n", false);
        row("report", "Content-Type: multipart/report; boundary=a\n", true);
    }

    void tellAutomaticMail()
    {
        QFETCH(QByteArray, fields);
        QTEST(parsed(mailWith(fields)).automatic, "automatic");
    }

    void skipMboxLinesMarksAndJunkBeforeTheFields()
    {
        QCOMPARE(parsed("From ana@example.org Tue Mar 12 10:11:12 2024\n" + mailWith("Subject: x\n")).subject,
                 QStringLiteral("x"));
        QCOMPARE(parsed("\xEF\xBB\xBF" + mailWith("Subject: x\n")).subject, QStringLiteral("x"));
        QCOMPARE(parsed("\r\n\r\n" + mailWith("Subject: x\n")).subject, QStringLiteral("x"));
        const InboundMessage noBlankLine = parsed("From: a@b\nSubject: x\nThis is no field\nmore\n");
        QCOMPARE(noBlankLine.subject, QStringLiteral("x"));
        QCOMPARE(noBlankLine.text, QStringLiteral("This is no field\nmore"));
    }

    void makeTheDedupeKeyOfIdDateAndBody()
    {
        const QByteArray mail =
            mailWith("Message-ID: <a@x>\nDate: Tue, 12 Mar 2024 10:11:12 +0300\nSubject: x\n", "Hello\nyou\n");
        const QString key = parsed(mail).dedupeKey;
        QVERIFY(!key.isEmpty());
        QByteArray crlf = mail;
        crlf.replace("\n", "\r\n");
        QCOMPARE(parsed(crlf).dedupeKey, key);
        QCOMPARE(parsed("Received: by another way\n" + mail).dedupeKey, key);
        QVERIFY(parsed(QByteArray(mail).replace("<a@x>", "<b@x>")).dedupeKey != key);
        QVERIFY(parsed(QByteArray(mail).replace("10:11:12", "10:11:13")).dedupeKey != key);
        QVERIFY(parsed(QByteArray(mail).replace("you", "me")).dedupeKey != key);
    }

    void makeTheDedupeKeyOfTheWholeMailWithoutAnId()
    {
        const QByteArray mail = mailWith("Subject: x\n");
        const QString hash = QString::fromLatin1(QCryptographicHash::hash(mail, QCryptographicHash::Sha256).toHex());
        QVERIFY(parsed(mail).dedupeKey.endsWith(hash));
        QVERIFY(parsed(mailWith("Subject: y\n")).dedupeKey != parsed(mail).dedupeKey);
        QCOMPARE(parsed(mail).externalId, QString());
    }

    void refuseWhatIsNoMail_data()
    {
        QTest::addColumn<QByteArray>("raw");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("blank lines") << QByteArray("\n\n\n");
        QTest::newRow("prose") << QByteArray("Hello\nyou\n");
        QTest::newRow("bytes") << QByteArray("\x00\x01\x02\xff\xfe", 5);
        QTest::newRow("fields that say nothing") << QByteArray("X-A: b\n\n");
        QTest::newRow("no sender, blank body") << QByteArray("Subject: x\n\n \n\n");
    }

    void refuseWhatIsNoMail()
    {
        QFETCH(QByteArray, raw);
        const Result<InboundMessage> result = parseMail(raw, QString());
        QVERIFY(!result.ok());
        QVERIFY(result.error().message.contains(QStringLiteral("raw bytes")));
    }
};

PATCHBAY_TESTS(MailHeaders)

#include "tst_headers.moc"
