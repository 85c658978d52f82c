#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// Which parts of a mail are read, and which are files.
class MailParts : public QObject {
    Q_OBJECT

    static QByteArray part(const QByteArray &headers, const QByteArray &body)
    {
        return "--b\n" + headers + "\n\n" + body + "\n";
    }

    static QByteArray multipart(const QByteArray &kind, const QList<QByteArray> &parts)
    {
        QByteArray body;
        for (const QByteArray &one : parts)
            body += one;
        return mailWith("Subject: x\nContent-Type: multipart/" + kind + "; boundary=b\n",
                        "preamble\n" + body + "--b--\nepilogue\n");
    }

    static QStringList fileNames(const InboundMessage &message)
    {
        QStringList names;
        for (const InboundAttachment &file : message.attachments)
            names << file.name;
        return names;
    }

private Q_SLOTS:
    void decodeTextInItsCharset_data()
    {
        QTest::addColumn<QByteArray>("charset");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &charset, const QByteArray &bytes,
                            const char16_t *expected) {
            QTest::newRow(name) << charset << bytes << QString::fromUtf16(expected);
        };
        row("utf-8", "utf-8", "\xe4\xbd\xa0\xe5\xa5\xbd", u"你好");
        row("iso-8859-1 is windows-1252", "iso-8859-1",
            "\x93"
            "a\x94 \x80",
            u"\u201ca\u201d \u20ac");
        row("windows-1251", "windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", u"Привет");
        row("koi8-r", "koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", u"Привет");
        row("gb2312", "gb2312", "\xc4\xe3\xba\xc3", u"你好");
        row("gb18030", "gb18030", "\x82\x30\xc5\x35", u"\u3753");
        row("gbk", "GBK", "\x81\x60", u"\u4e63");
        row("big5", "Big5", "\xa7\x41\xa6\x6e", u"你好");
        row("iso-2022-jp", "iso-2022-jp", "\x1b$B$3$s\x1b(B", u"こん");
        row("shift_jis", "Shift_JIS", "\x82\xb1\x82\xf1", u"こん");
        row("euc-kr", "euc-kr", "\xbe\xc8\xb3\xe7", u"안녕");
        row("utf-16", "utf-16be", QByteArray("\x04\x1f\x04\x30", 4), u"Па");
        row("undeclared utf-8", "", "gr\xc3\xbc\xc3\x9f", u"grüß");
        row("undeclared latin-1", "", "gr\xfc\xdf dich, sehr sch\xf6n", u"grüß dich, sehr schön");
        row("undeclared russian", "", "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0", u"Привет, как дела");
        row("undeclared chinese", "", "\xc4\xe3\xba\xc3, \xca\xc0\xbd\xe7", u"你好, 世界");
        row("ascii that is none", "us-ascii", "gr\xc3\xbc\xc3\x9f", u"grüß");
        row("unknown name", "x-what", "gr\xc3\xbc\xc3\x9f", u"grüß");
        row("hostile name", "utf-8//IGNORE", "gr\xc3\xbc\xc3\x9f", u"grüß");
        row("utf-8 that is latin-1", "utf-8", "gr\xfc\xdf", u"grüß");
        row("one broken byte", "utf-8", "gr\xc3\xbc\xc3\x9f dich und alle anderen, die da sind \xff!",
            u"grüß dich und alle anderen, die da sind \ufffd!");
    }

    void decodeTextInItsCharset()
    {
        QFETCH(QByteArray, charset);
        QFETCH(QByteArray, bytes);
        const QByteArray type =
            charset.isEmpty() ? QByteArray() : "Content-Type: text/plain; charset=\"" + charset + "\"\n";
        QTEST(parsed(mailWith(type, bytes)).text, "expected");
    }

    void showUtf7AsItWasSentAndSaySo()
    {
        const InboundMessage message = parsed(mailWith("Content-Type: text/html; charset=utf-7\n", "+ADw-script+AD4-"));
        QCOMPARE(message.text, QStringLiteral("+ADw-script+AD4-"));
        QVERIFY(message.body.notice.contains(QStringLiteral("UTF-7")));
    }

    void undoTransferEncodings_data()
    {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("base64") << QByteArray("BASE64") << QByteArray("SGVs\nbG8=\n");
        QTest::newRow("base64 with junk") << QByteArray("base64") << QByteArray("SG Vs!bG8=");
        QTest::newRow("quoted-printable") << QByteArray("quoted-printable") << QByteArray("He=6C=\nlo=20");
        QTest::newRow("broken quoted-printable") << QByteArray("Quoted-Printable") << QByteArray("Hel=6Co");
        QTest::newRow("8bit") << QByteArray("8bit") << QByteArray("Hello");
        QTest::newRow("unknown") << QByteArray("rot13") << QByteArray("Hello");
        QTest::newRow("uuencode") << QByteArray("x-uuencode") << QByteArray("begin 644 a.txt\n%2&5L;&\\`\n`\nend\n");
    }

    void undoTransferEncodings()
    {
        QFETCH(QByteArray, encoding);
        QFETCH(QByteArray, bytes);
        QCOMPARE(parsed(mailWith("Content-Transfer-Encoding: " + encoding + "\n", bytes)).text,
                 QStringLiteral("Hello"));
    }

    void takeTheBodyFromHtmlAndTheWordsFromPlainText()
    {
        const InboundMessage message = parsed(multipart("alternative",
                                                        {part("Content-Type: text/plain", "Hello *you*"),
                                                         part("Content-Type: text/html", "<p>Hello <b>you</b></p>")}));
        QCOMPARE(message.text, QStringLiteral("Hello *you*"));
        QVERIFY(message.body.blocks.front().runs.back().bold);
        QVERIFY(message.attachments.empty());
    }

    void takeTheWordsFromHtmlWhenThePlainTextIsOnlyAnExcuse_data()
    {
        QTest::addColumn<QByteArray>("plain");
        QTest::newRow("empty") << QByteArray(" \n\n");
        QTest::newRow("browser") << QByteArray("Please view this email in your browser: http://x.example/1");
        QTest::newRow("cannot show") << QByteArray("Your mail program does not support HTML messages.");
        QTest::newRow("markup") << QByteArray("<html><body>Real words");
        QTest::newRow("german") << QByteArray("Falls die Mail nicht richtig erscheint: im Browser ansehen");
    }

    void takeTheWordsFromHtmlWhenThePlainTextIsOnlyAnExcuse()
    {
        QFETCH(QByteArray, plain);
        const QByteArray html =
            "<p>Real words that a customer wrote to us about an order of theirs, at some length</p>";
        const InboundMessage message = parsed(
            multipart("alternative", {part("Content-Type: text/plain", plain), part("Content-Type: text/html", html)}));
        QVERIFY2(message.text.startsWith(QStringLiteral("Real words that")), qPrintable(message.text));
    }

    void keepThePlainTextOfAMailWithoutUsableHtml()
    {
        const InboundMessage message = parsed(multipart(
            "alternative", {part("Content-Type: text/plain", "Hello"), part("Content-Type: text/html", "<p></p>")}));
        QCOMPARE(message.text, QStringLiteral("Hello"));
        QCOMPARE(outline(message.body), QStringList{QStringLiteral("p|Hello")});
    }

    void leaveQuotedHistoryOutOfTheWords()
    {
        const InboundMessage message =
            parsed(mailWith("", "Thanks!\n\nOn Tue, 12 Mar 2024 at 10:11, Desk <d@x> wrote:\n> Hi\n\n-- \nAna\n"));
        QCOMPARE(message.text, QStringLiteral("Thanks!"));
        QVERIFY(plainText(message.body).contains(QStringLiteral("Hi")));
    }

    void readWhatIsPassedOn()
    {
        const QByteArray body = "Please see below.\n\nFrom: Bob <bob@example.org>\nSent: Monday\nTo: Ana\nSubject: "
                                "Invoice\n\nThe invoice is wrong.\n";
        QVERIFY(
            parsed(mailWith("Subject: FW: Invoice\n", body)).text.contains(QStringLiteral("The invoice is wrong.")));
        QVERIFY(
            !parsed(mailWith("Subject: Re: Invoice\n", body)).text.contains(QStringLiteral("The invoice is wrong.")));
    }

    void joinFlowedLines()
    {
        const QByteArray type = "Content-Type: text/plain; format=flowed\n";
        QCOMPARE(parsed(mailWith(type, "one \ntwo\nthree\n")).text, QStringLiteral("one two\nthree"));
        QCOMPARE(
            parsed(mailWith("Content-Type: text/plain; format=flowed; delsp=yes\n", "\xe4\xbd\xa0 \n\xe5\xa5\xbd\n"))
                .text,
            QStringLiteral("你好"));
    }

    void keepImagesOfTheTextBesideIt()
    {
        const InboundMessage message = parsed(multipart(
            "related",
            {part("Content-Type: text/html", "<p>See <img src=\"cid:a%40x\" alt=\"plan\"></p>"),
             part("Content-Type: image/png; name=plan.png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64",
                  "iVBORw==")}));
        QCOMPARE(outline(message.body), QStringList({QStringLiteral("p|See"), QStringLiteral("img|a@xplan")}));
        QCOMPARE(message.attachments.size(), 1u);
        QCOMPARE(message.attachments[0].contentId, QStringLiteral("a@x"));
        QVERIFY(message.attachments[0].isInline);
        QCOMPARE(message.attachments[0].bytes, QByteArray("\x89PNG"));
    }

    void keepFilesUnderTheirNames_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &headers, const QString &expected) {
            QTest::newRow(name) << headers << expected;
        };
        row("disposition", "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"a b.pdf\"",
            QStringLiteral("a b.pdf"));
        row("type", "Content-Type: application/pdf; name=a.pdf", QStringLiteral("a.pdf"));
        row("rfc 2231", "Content-Disposition: attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf",
            QStringLiteral("发票.pdf"));
        row("rfc 2231 in pieces",
            "Content-Disposition: attachment;\n filename*0*=utf-8''%D0%9F;\n filename*1*=%D1%80.txt",
            QStringLiteral("Пр.txt"));
        row("rfc 2047", "Content-Disposition: attachment; filename=\"=?utf-8?B?5Y+R56WoLnBkZg==?=\"",
            QStringLiteral("发票.pdf"));
        row("raw bytes", "Content-Disposition: attachment; filename=\"\xe5\x8f\x91.pdf\"", QStringLiteral("发.pdf"));
        row("path", "Content-Disposition: attachment; filename=\"../../a.sh\"", QStringLiteral("a.sh"));
        row("right to left", "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEgpj.exe",
            QStringLiteral("agpj.exe"));
        row("none", "Content-Type: image/png", QStringLiteral("image-1.png"));
        row("none at all", "Content-Type: application/x-what", QStringLiteral("part-1.bin"));
        row("tnef stays a file", "Content-Type: application/ms-tnef; name=winmail.dat", QStringLiteral("winmail.dat"));
        row("text as attachment", "Content-Type: text/plain\nContent-Disposition: attachment",
            QStringLiteral("part-1.txt"));
        row("named text behind the text", "Content-Type: text/x-log; name=app.log", QStringLiteral("app.log"));
        row("calendar", "Content-Type: text/calendar; method=REQUEST", QStringLiteral("part-1.ics"));
    }

    void keepFilesUnderTheirNames()
    {
        QFETCH(QByteArray, headers);
        QFETCH(QString, expected);
        const InboundMessage message =
            parsed(multipart("mixed", {part("Content-Type: text/plain", "Hello"), part(headers, "x")}));
        QCOMPARE(fileNames(message), QStringList{expected});
        QCOMPARE(message.attachments[0].bytes, QByteArray("x"));
        QCOMPARE(message.text, QStringLiteral("Hello"));
    }

    void keepAnAttachedMailAsAFile()
    {
        const QByteArray inner = "From: bob@example.org\nSubject: A/B test\nContent-Type: multipart/mixed; "
                                 "boundary=c\n\n--c\n\ninner\n--c--";
        const InboundMessage message = parsed(multipart(
            "mixed", {part("Content-Type: text/plain", "see mail"), part("Content-Type: message/rfc822", inner)}));
        QCOMPARE(fileNames(message), QStringList{QStringLiteral("A_B test.eml")});
        QCOMPARE(message.attachments[0].bytes, inner);
        QCOMPARE(message.text, QStringLiteral("see mail"));
    }

    void readAppleMailsTextAroundAFile()
    {
        const QByteArray mixed =
            "--c\nContent-Type: text/html\n\n<p>before</p>\n--c\nContent-Type: application/pdf; name=a.pdf\n"
            "Content-Disposition: inline\n\nx\n--c\nContent-Type: text/html\n\n<p>after</p>\n--c--";
        const InboundMessage message = parsed(multipart("alternative",
                                                        {part("Content-Type: text/plain", "before\n\nafter"),
                                                         part("Content-Type: multipart/mixed; boundary=c", mixed)}));
        QCOMPARE(outline(message.body), QStringList({QStringLiteral("p|before"), QStringLiteral("p|after")}));
        QCOMPARE(fileNames(message), QStringList{QStringLiteral("a.pdf")});
    }

    void keepTheSignatureOfASignedMail()
    {
        const InboundMessage message =
            parsed(multipart("signed",
                             {part("Content-Type: text/plain", "Hello"),
                              part("Content-Type: application/pgp-signature", "-----BEGIN")}));
        QCOMPARE(message.text, QStringLiteral("Hello"));
        QCOMPARE(fileNames(message), QStringList{QStringLiteral("part-1.asc")});
    }

    void sayThatAMailIsEncrypted()
    {
        const InboundMessage message =
            parsed(multipart("encrypted",
                             {part("Content-Type: application/pgp-encrypted", "Version: 1"),
                              part("Content-Type: application/octet-stream; name=e.asc", "-----BEGIN")}));
        QVERIFY(message.body.notice.contains(QStringLiteral("encrypted")));
        QCOMPARE(message.attachments.size(), 2u);
    }

    void readAMultipartWithoutPartsAsText()
    {
        QCOMPARE(parsed(mailWith("Content-Type: multipart/mixed; boundary=zz\n", "only words\n")).text,
                 QStringLiteral("only words"));
        QCOMPARE(parsed(mailWith("Content-Type: multipart/mixed\n", "only words\n")).text,
                 QStringLiteral("only words"));
    }

    void endAnUnfinishedPartWhereTheOuterOneGoesOn()
    {
        const QByteArray inner = "--c\nContent-Type: text/plain\n\ninner";
        const InboundMessage message = parsed(multipart(
            "mixed",
            {part("Content-Type: multipart/mixed; boundary=c", inner), part("Content-Type: text/plain", "outer")}));
        QCOMPARE(message.text, QStringLiteral("inner\nouter"));
    }

    void tellAnInnerBoundaryThatBeginsWithTheOuterOne()
    {
        const QByteArray inner = "--b--\nContent-Type: text/plain\n\ninner\n--b----";
        const InboundMessage message =
            parsed(multipart("mixed", {part("Content-Type: multipart/mixed; boundary=\"b--\"", inner)}));
        QCOMPARE(message.text, QStringLiteral("inner"));
    }

    void countWhatIsOverTheLimits()
    {
        QList<QByteArray> many(300, part("Content-Type: image/png", "x"));
        const InboundMessage message = parsed(multipart("mixed", many));
        QCOMPARE(message.attachments.size(), 199u);
        QVERIFY(message.body.notice.contains(QStringLiteral("more than 200 parts")));
    }

    void leaveWhatIsNestedTooDeepAsOneFile()
    {
        QByteArray body = "Content-Type: text/plain\n\ndeep\n";
        for (int i = 0; i < 40; ++i) {
            const QByteArray boundary = "b" + QByteArray::number(i) + "x";
            body = "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n" + body + "\n--"
                + boundary + "--\n";
        }
        const InboundMessage message = parsed("From: a@b\n" + body);
        QCOMPARE(message.attachments.size(), 1u);
        QVERIFY(message.attachments[0].bytes.contains("deep"));
        QVERIFY(message.body.notice.contains(QStringLiteral("levels deep")));
    }

    void refuseAMailOverFiftyMegabytes()
    {
        const Result<InboundMessage> result = parseMail(mailWith("", QByteArray(50 * 1024 * 1024, 'x')), QString());
        QVERIFY(!result.ok());
        QVERIFY(result.error().message.contains(QStringLiteral("50 MB")));
    }
};

PATCHBAY_TESTS(MailParts)

#include "tst_parts.moc"
