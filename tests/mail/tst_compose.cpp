#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

class StillClock final : public Clock {
public:
    Timestamp now() const override { return {1'710'231'072'000'000}; } // 2024-03-12T08:11:12Z
};

MailDraft draft()
{
    MailDraft mail;
    mail.messageId = QStringLiteral("m1@example.com");
    mail.from = {QStringLiteral("Help Desk"), QStringLiteral("desk@example.com")};
    mail.to = {{QStringLiteral("Ana Silva"), QStringLiteral("ana@example.org")}};
    mail.subject = QStringLiteral("Re: Order");
    mail.text = QStringLiteral("Hello Ana,\n\nit is on its way.\n");
    mail.date = StillClock().now();
    return mail;
}

QByteArray composed(const MailDraft &mail)
{
    Result<QByteArray> result = composeMail(mail);
    if (!result) {
        QTest::qFail(qPrintable(result.error().message), __FILE__, __LINE__);
        return {};
    }
    return *result;
}

} // namespace

/// What we write ourselves.
class ComposedMails : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void haveTheFieldsThatTheyNeed()
    {
        MailDraft mail = draft();
        mail.cc = {{QString(), QStringLiteral("bob@example.org")}};
        mail.inReplyTo = QStringLiteral("c@x");
        mail.references = {QStringLiteral("a@x"), QStringLiteral("b@x")};
        const QByteArray bytes = composed(mail);
        for (const char *field :
             {"From: Help Desk <desk@example.com>\r\n", "To: Ana Silva <ana@example.org>\r\n",
              "Cc: bob@example.org\r\n", "Subject: Re: Order\r\n", "Date: Tue, 12 Mar 2024 08:11:12 +0000\r\n",
              "Message-ID: <m1@example.com>\r\n", "In-Reply-To: <c@x>\r\n", "References: <a@x>\r\n <b@x>\r\n <c@x>\r\n",
              "MIME-Version: 1.0\r\n", "User-Agent: Patchbay\r\n", "Content-Type: text/plain; charset=utf-8\r\n"})
            QVERIFY2(bytes.contains(field), (QByteArray("missing ") + field + " in\n" + bytes).constData());
        QCOMPARE(bytes.count("MIME-Version"), 1);
        QCOMPARE(bytes.toLower().count("message-id:"), 1);
    }

    void carryFilesOfAllNamesAndBytes()
    {
        MailDraft mail = draft();
        QByteArray bytes;
        for (int i = 0; i < 3000; ++i)
            bytes += char(i % 256);
        mail.files = {{QStringLiteral("Rechnung für März.pdf"), QStringLiteral("application/pdf"), bytes},
                      {QStringLiteral("a \"quoted\" name; and more.txt"), QStringLiteral("text/plain"), "one line\n"},
                      {QStringLiteral("mail.eml"), QStringLiteral("message/rfc822"), "Subject: x\r\n\r\ny"},
                      {QStringLiteral("odd"), QStringLiteral("no type\r\nX-Evil: 1"), "z"}};
        const QByteArray whole = composed(mail);
        QCOMPARE(whole, composed(mail)); // a repeat is the same mail
        QVERIFY(whole.contains("Content-Type: multipart/mixed; boundary="));
        QVERIFY(!whole.contains("X-Evil"));
        for (const QByteArray &line : whole.split('\n'))
            QVERIFY2(line.size() <= 998 && (line.isEmpty() || line.endsWith('\r')), line.constData());
        const auto read = parseMail(whole, mail.from.address);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QCOMPARE(read->text.simplified(), mail.text.simplified());
        QCOMPARE(read->attachments.size(), size_t(4));
        QCOMPARE(read->attachments[0].name, QStringLiteral("Rechnung für März.pdf"));
        QCOMPARE(read->attachments[0].mediaType, QStringLiteral("application/pdf"));
        for (size_t i = 0; i < 4; ++i)
            QCOMPARE(read->attachments[i].bytes, mail.files[i].bytes);
        QCOMPARE(read->attachments[3].mediaType, QStringLiteral("application/octet-stream"));

        mail.text.clear(); // a file may be all that there is to say
        QVERIFY(parseMail(composed(mail), mail.from.address));
    }

    void comeBackAsTheyWereWritten_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const QString &subject, const QString &text) {
            QTest::newRow(name) << subject << text;
        };
        row("ascii", QStringLiteral("Order"), QStringLiteral("Hello\nyou"));
        row("german", QStringLiteral("Grüße für Jürgen"), QStringLiteral("Schöne Grüße\nund alles Gute"));
        row("russian",
            QStringLiteral("Привет, это очень длинная тема письма, которая не помещается в одну строку заголовка"),
            QStringLiteral("Привет, как дела?\nХорошо."));
        row("chinese", QStringLiteral("关于订单的问题"), QStringLiteral("你好。谢谢。"));
        row("emoji", QStringLiteral("👍🏽"), QStringLiteral("👩‍👩‍👧 ok"));
        row("arabic", QStringLiteral("مرحبا"), QStringLiteral("مرحبا"));
        row("an encoded word as text", QStringLiteral("=?utf-8?q?x?="), QStringLiteral("=?utf-8?q?x?= =3D"));
        row("looks like an mbox line", QStringLiteral("a"), QStringLiteral("x\nFrom here to there\n.\n..\nx"));
        row("long line", QStringLiteral("a"), QStringLiteral("word ").repeated(150).trimmed());
        row("long word", QStringLiteral("a"), QString(1500, QLatin1Char('x')));
        row("blanks at line ends", QStringLiteral("a"), QStringLiteral("one \ntwo\t\nthree"));
        row("equals signs", QStringLiteral("a=b"), QStringLiteral("a=b ü =E4"));
        row("windows lines", QStringLiteral("a"), QStringLiteral("one\r\ntwo"));
        row("empty", QString(), QString());
        row("fields as text", QStringLiteral("a"), QStringLiteral("Bcc: x@y.z\n\nTo: a"));
    }

    void comeBackAsTheyWereWritten()
    {
        QFETCH(QString, subject);
        QFETCH(QString, text);
        MailDraft mail = draft();
        mail.subject = subject;
        mail.text = text;
        mail.references = {QStringLiteral("a@x")};
        mail.inReplyTo = QStringLiteral("b@x");
        const QByteArray bytes = composed(mail);
        const InboundMessage back = parsed(bytes);
        QCOMPARE(back.subject, subject);
        QString expected = text;
        expected.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
        // Blanks at line ends and blank lines are the view's affair; no letter may be lost.
        const auto letters = [](QString s) {
            return s.remove(QLatin1Char('\n')).remove(QLatin1Char(' ')).remove(QLatin1Char('\t'));
        };
        QCOMPARE(letters(plainText(back.body)), letters(expected));
        QCOMPARE(back.externalId, QStringLiteral("m1@example.com"));
        QCOMPARE(back.references, QStringList({QStringLiteral("b@x"), QStringLiteral("a@x")}));
        QCOMPARE(back.from, draft().from);
        QCOMPARE(back.to, QStringList{QStringLiteral("ana@example.org")});
        QCOMPARE(back.providerAt, mail.date);
        QVERIFY(back.fromSelf);
        QVERIFY(!back.automatic);
    }

    void keepToTheRulesOfTheWire()
    {
        for (const QString &text : {QStringLiteral("ü").repeated(3000), QString(3000, QLatin1Char('x')),
                                    QStringLiteral("a\rb\nc\r\nd"), QStringLiteral("x ü ").repeated(900)}) {
            MailDraft mail = draft();
            mail.text = text;
            mail.subject = QStringLiteral("ü wörter ").repeated(60);
            for (int i = 0; i < 300; ++i)
                mail.references << QStringLiteral("%1.%2@example.org").arg(QString(60, QLatin1Char('r'))).arg(i);
            const QByteArray bytes = composed(mail);
            QVERIFY(bytes.endsWith("\r\n"));
            QCOMPARE(bytes.count('\n'), bytes.count("\r\n"));
            QCOMPARE(bytes.count('\r'), bytes.count("\r\n"));
            for (const QByteArray &line : bytes.split('\n'))
                QVERIFY2(line.size() <= 998, line.constData());
            for (const char c : bytes)
                QVERIFY(uchar(c) < 128 && c != 0);
        }
    }

    void nameTheFirstAndTheLastTwentyReferences()
    {
        MailDraft mail = draft();
        for (int i = 0; i < 100; ++i)
            mail.references << QStringLiteral("r%1@x").arg(i);
        mail.references << QStringLiteral("not an id") << QString();
        mail.inReplyTo = QStringLiteral("r50@x");
        const QStringList back = parsed(composed(mail)).references;
        QCOMPARE(back.size(), 21);
        QCOMPARE(back.first(), QStringLiteral("r50@x"));
        QCOMPARE(back.at(1), QStringLiteral("r99@x"));
        QCOMPARE(back.last(), QStringLiteral("r0@x"));
    }

    void answerAMailWhoseIdNoHeaderCanHold_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("Chinese") << QStringLiteral("邮件@例子");
        QTest::newRow("too long") << indexKey(QString(5000, u'a'));
        QTest::newRow("brackets") << QStringLiteral("<a@x");
    }

    void answerAMailWhoseIdNoHeaderCanHold()
    {
        QFETCH(QString, id);
        MailDraft mail = draft();
        mail.inReplyTo = id;
        mail.references = {QStringLiteral("a@x"), id};
        const QByteArray bytes = composed(mail);
        QVERIFY2(!bytes.contains("In-Reply-To"), bytes.constData());
        QVERIFY2(bytes.contains("References: <a@x>\r\n"), bytes.constData());
    }

    void quoteNamesThatNeedIt()
    {
        for (const QString &name :
             {QStringLiteral("Silva, Ana"), QStringLiteral("Ana \"A\" Silva"), QStringLiteral("Jürgen (Büro)"),
              QStringLiteral("a@b <x@y.z>"), QStringLiteral("Ana; Bob"), QStringLiteral("Привет")}) {
            MailDraft mail = draft();
            mail.from.name = name;
            const InboundMessage back = parsed(composed(mail));
            QCOMPARE(back.from.name, name);
            QCOMPARE(back.from.address, QStringLiteral("desk@example.com"));
        }
    }

    void writeForeignHostsInAscii()
    {
        MailDraft mail = draft();
        mail.to = {{QString(), QStringLiteral("ana@bücher.example")}};
        QVERIFY(composed(mail).contains("To: ana@xn--bcher-kva.example\r\n"));
    }

    void areRefusedWhenAValueIsNotSafe_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        for (const char *field : {"subject", "to", "to name", "from", "from name", "cc", "reply", "reference", "id"}) {
            for (const QString &value : {QStringLiteral("a@b\r\nBcc: x@y.z"), QStringLiteral("a@b\nx"),
                                         QStringLiteral("a@b\rx"), QStringLiteral("a@b") + QChar(0)})
                QTest::addRow("%s %s", field, value.toUtf8().toPercentEncoding().constData())
                    << QString::fromLatin1(field) << value;
        }
        QTest::newRow("no address") << QStringLiteral("to") << QStringLiteral("ana");
        QTest::newRow("two addresses") << QStringLiteral("to") << QStringLiteral("a@b.example, c@d.example");
        QTest::newRow("address with name") << QStringLiteral("to") << QStringLiteral("Ana <a@b.example>");
        QTest::newRow("blank address") << QStringLiteral("from") << QString();
        QTest::newRow("letters that SMTP cannot carry") << QStringLiteral("to") << QStringLiteral("änä@b.example");
        QTest::newRow("id without host") << QStringLiteral("id") << QStringLiteral("abc");
        QTest::newRow("id with brackets") << QStringLiteral("id") << QStringLiteral("<a@b>");
        QTest::newRow("no id") << QStringLiteral("id") << QString();
        QTest::newRow("text with a null character") << QStringLiteral("text") << QStringLiteral("a") + QChar(0);
        QTest::newRow("endless subject") << QStringLiteral("subject") << QString(5000, QLatin1Char('x'));
    }

    void areRefusedWhenAValueIsNotSafe()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        MailDraft mail = draft();
        if (field == QStringLiteral("subject"))
            mail.subject = value;
        else if (field == QStringLiteral("to"))
            mail.to[0].address = value;
        else if (field == QStringLiteral("to name"))
            mail.to[0].name = value;
        else if (field == QStringLiteral("from"))
            mail.from.address = value;
        else if (field == QStringLiteral("from name"))
            mail.from.name = value;
        else if (field == QStringLiteral("cc"))
            mail.cc = {{QString(), value}};
        else if (field == QStringLiteral("reply"))
            mail.inReplyTo = value;
        else if (field == QStringLiteral("reference"))
            mail.references = {value};
        else if (field == QStringLiteral("id"))
            mail.messageId = value;
        else
            mail.text = value;
        const Result<QByteArray> result = composeMail(mail);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().kind, Error::Kind::Refused);
        QVERIFY(!result.error().message.isEmpty());
    }

    void areRefusedWithoutRecipientOrDate()
    {
        MailDraft nobody = draft();
        nobody.to.clear();
        QVERIFY(!composeMail(nobody).ok());
        MailDraft undated = draft();
        undated.date = {};
        QVERIFY(!composeMail(undated).ok());
    }

    void getIdsOfTheirOwnInTheirOwnDomain()
    {
        const StillClock clock;
        const QString one = newMessageId(clock, QStringLiteral("Desk@Example.com"));
        QVERIFY(one.endsWith(QStringLiteral("@example.com")));
        QVERIFY(isUid(one.section(QLatin1Char('@'), 0, 0)));
        QVERIFY(one != newMessageId(clock, QStringLiteral("desk@example.com")));
        QVERIFY(newMessageId(clock, QStringLiteral("ana@bücher.example"))
                    .endsWith(QStringLiteral("@xn--bcher-kva.example")));
        QVERIFY(newMessageId(clock, QString()).contains(QLatin1Char('@')));
    }
};

PATCHBAY_TESTS(ComposedMails)

#include "tst_compose.moc"
