#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QThread>
#include <QtCore/QUrl>

#include <atomic>
#include <memory>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

/// Generous, because tests run unoptimised on a busy machine: what it must catch takes minutes or gigabytes.
constexpr qint64 hostileLimitMs = 15'000;

QByteArray repeated(const QByteArray &unit, qsizetype size) { return unit.repeated(size / unit.size()); }

QByteArray hostileSeed()
{
    return "Return-Path: <a@example.org>\r\nFrom: =?utf-8?q?J=C3=BC?= <a@example.org>\r\nTo: g: b@x, \"c, d\" <c@x>;, "
           "e@x\r\n"
           "Subject: =?gb2312?B?xOO6ww==?= =?koi8-r?Q?=F0?=\r\nDate: Tue, 12 Mar 2024 10:11:12 +0300\r\nMessage-ID: "
           "<m@x>\r\n"
           "In-Reply-To: <l@x>\r\nReferences: <a@x> <b@x>\r\n\t<l@x>\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed;\r\n boundary=\"=b\"\r\n\r\npreamble\r\n--=b\r\nContent-Type: "
           "multipart/alternative; boundary=c\r\n\r\n"
           "--c\r\nContent-Type: text/plain; charset=iso-2022-jp; format=flowed\r\nContent-Transfer-Encoding: "
           "quoted-printable\r\n\r\n"
           "=1B$B$3=1B(B one =\r\ntwo \r\nOn 1 May 2020 at 10:10, Bob <b@x> wrote:\r\n> http://x.example/a_(b).\r\n-- "
           "\r\nAna\r\n"
           "--c\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
           "PHA+YSA8YSBocmVmPSJodHRwczovL2EuZXhhbXBsZUBiLmV4YW1wbGUiPmMuZXhhbXBsZTwvYT48dGFibGU+"
           "PHRyPjx0ZD54PHRkPnk8L3RhYmxlPjxi"
           "bG9ja3F1b3RlIHR5cGU9Y2l0ZT5xPGltZyBzcmM9Y2lkOmk+PC9ibG9ja3F1b3RlPiZhbXA7JiMxNTA7PCEtLXgtLT4=\r\n--c--\r\n"
           "--=b\r\nContent-Type: image/png; name*0*=utf-8''%E5%8F; name*1*=%91.png\r\nContent-ID: <i>\r\n"
           "Content-Disposition: inline\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 "
           "a\r\n%2&5L;&\\\r\n`\r\nend\r\n"
           "--=b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner\r\n--=b--\r\n";
}

/// Runs a function in a thread with the small stack that some systems give to pools.
template <class F> void inSmallThread(F function)
{
    QThread *thread = QThread::create(function);
    thread->setStackSize(512 * 1024);
    thread->start();
    QVERIFY(thread->wait(60'000));
    delete thread;
}

} // namespace

/// Mails that are meant to break the reader.
class HostileMails : public QObject {
    Q_OBJECT

    static void checkBody(const Body &body)
    {
        qsizetype chars = 0;
        for (const BodyBlock &block : body.blocks) {
            QVERIFY(block.depth >= 0 && block.depth <= 12);
            for (const BodyRun &run : block.runs) {
                chars += run.text.size();
                QVERIFY(!run.text.contains(QChar(0x202e)) && !run.text.contains(QChar::Null));
                if (run.href.isEmpty())
                    continue;
                const QString scheme = QUrl(run.href, QUrl::StrictMode).scheme();
                QVERIFY2(scheme == QStringLiteral("http") || scheme == QStringLiteral("https")
                             || scheme == QStringLiteral("mailto"),
                         qPrintable(run.href));
            }
        }
        QVERIFY(chars <= 600 * 1024);
    }

private Q_SLOTS:
    void doNotHoldUpTheReader_data()
    {
        QTest::addColumn<QByteArray>("mail");
        const auto row = [](const char *name, const QByteArray &head, const QByteArray &unit, qsizetype size) {
            QTest::newRow(name) << head + repeated(unit, size);
        };
        constexpr qsizetype mega = 1024 * 1024;
        row("millions of parts", "From: a@b\nContent-Type: multipart/mixed; boundary=a\n\n", "--a\n\n", 4 * mega);
        row("millions of fields", "", "a:b\n", 4 * mega);
        row("one endless field", "From: a@b\nSubject: ", "x", 4 * mega);
        row("endless folding", "From: a@b\nSubject: x\n", " y\n", 4 * mega);
        row("nested multiparts", "From: a@b\n", "Content-Type: multipart/mixed; boundary=a\n\n--a\n", 4 * mega);
        row("nested messages", "From: a@b\n", "Content-Type: message/rfc822\n\n", 4 * mega);
        row("nested groups", "To: ", "a:", mega);
        row("comments", "From: ", "(", mega);
        row("quotes", "From: ", "\"", mega);
        row("brackets", "From: ", "<a@", mega);
        row("commas", "From: ", "a,", mega);
        row("open encoded words", "Subject: ", "=?utf-8?q?", mega);
        row("encoded words", "Subject: ", "=?utf-8?b?4pyT?= ", mega);
        row("parameters", "From: a@b\nContent-Type: text/plain; ", "a=b;", mega);
        row("parameter pieces", "From: a@b\nContent-Type: text/plain; ", "a*0*=x; ", mega);
        row("references", "From: a@b\nReferences: ", "<a@b>", mega);
        row("dashes", "From: a@b\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n", "--\n", 4 * mega);
        row("soft line breaks", "From: a@b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n",
            "=\n", 4 * mega);
        row("charset shifts", "From: a@b\nContent-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B", 2 * mega);
        row("quote marks", "From: a@b\n\n", ">", mega);
        row("introductions", "From: a@b\n\n", "On 12 a:\n", mega);
        row("introductions with all but the verb", "From: a@b\n\n",
            "On 12 March 2024, at 10:10, x@y.z a b c d e f g h:\n", mega);
        row("header blocks", "From: a@b\n\n", "From: a@b\n", mega);
        row("addresses in brackets", "From: a@b\n\n", "http://a.b/)))))))))))) ", mega);
    }

    void doNotHoldUpTheReader()
    {
        QFETCH(QByteArray, mail);
        QElapsedTimer timer;
        timer.start();
        inSmallThread([&] {
            const Result<InboundMessage> result = parseMail(mail, QString());
            if (result)
                checkBody(result->body);
        });
        QVERIFY2(timer.elapsed() < hostileLimitMs, qPrintable(QString::number(timer.elapsed())));
    }

    void doNotHoldUpTheReaderWithMarkup_data()
    {
        QTest::addColumn<QString>("html");
        const auto row = [](const char *name, const char *unit) {
            const QString text = QString::fromLatin1(unit);
            QString html;
            for (int i = 0; html.size() < 512 * 1024; ++i)
                html += text.contains(QLatin1Char('%')) ? text.arg(i) : text;
            QTest::newRow(name) << html;
        };
        row("nested divs", "<div>");
        row("nested divs with text", "<div>x");
        row("nested tables", "<table><tr><td>");
        row("nested lists", "<ul><li>x");
        row("nested quotes", "<blockquote>x");
        row("open formatting", "<p><b x=%1>");
        row("misnested formatting", "<b><table></b></table>");
        row("end tags", "</div>");
        row("one tag of attributes", "<p a%1=1 ");
        row("less-than signs", "<");
        row("ampersands", "&");
        row("entities", "&amp;&#8364;");
        row("comments", "<!--x-->");
        row("open comments", "<!--");
        row("styles", "<style>x</style>");
        row("links", "<a href=http://x%1.example>y.example");
        row("images", "<img src=cid:%1>");
        row("remote images", "<img src=http://x.example/%1 alt=a>");
        row("rules", "<hr>");
        row("hidden", "<div style='display:none'>x</div>");
        row("one word", "wordwordword");
        row("soft hyphens", "&shy;x");
        row("table cells", "<table><tr><td>a<td>b</table>");
        row("one table", "<tr><td>a<td>b");
        row("sane",
            "<p style=\"margin:0;font-family:Arial\">some <b>words</b> of a <a "
            "href='http://x.example'>letter</a></p>\n");
    }

    void doNotHoldUpTheReaderWithMarkup()
    {
        QFETCH(QString, html);
        QElapsedTimer timer;
        timer.start();
        inSmallThread([&] {
            Body body = bodyFromHtml(html);
            markQuotedHistory(body);
            checkBody(body);
        });
        QVERIFY2(timer.elapsed() < hostileLimitMs, qPrintable(QString::number(timer.elapsed())));
    }

    void showNoMoreInManyPartsThanInOne_data()
    {
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("plain lines") << "Content-Type: text/plain\n\n" + repeated("line\n\n", 250'000);
        QTest::newRow("plain words") << "Content-Type: text/plain\n\n" + repeated("some words ", 250'000);
        QTest::newRow("HTML") << "Content-Type: text/html\n\n" + repeated("<p>line</p>\n", 250'000);
        QTest::newRow("letters of two units")
            << "Content-Type: text/plain; charset=utf-8\n\nx" + repeated("\xf0\x9f\x8e\x89", 250'000);
        QTest::newRow("both") << "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
                + repeated("line\n\n", 250'000) + "\n--b\nContent-Type: text/html\n\n"
                + repeated("<p>line</p>\n", 250'000) + "\n--b--\n";
    }

    void showNoMoreInManyPartsThanInOne()
    {
        QFETCH(QByteArray, part);
        QByteArray mail = "From: a@b\nContent-Type: multipart/mixed; boundary=a\n\n";
        for (int i = 0; i < 60; ++i)
            mail += "--a\n" + part + '\n';
        QElapsedTimer timer;
        timer.start();
        const InboundMessage message = parsed(mail + "--a--\n");
        QVERIFY2(timer.elapsed() < hostileLimitMs, qPrintable(QString::number(timer.elapsed())));
        checkBody(message.body);
        qsizetype chars = 0;
        for (const BodyBlock &block : message.body.blocks) {
            for (const BodyRun &run : block.runs) {
                chars += run.text.size();
                QVERIFY(run.text.isValidUtf16());
            }
        }
        QVERIFY2(chars <= 256 * 1024 && chars > 10'000, qPrintable(QString::number(chars)));
        QVERIFY2(message.body.blocks.size() <= 10'000, qPrintable(QString::number(message.body.blocks.size())));
        QVERIFY2(message.text.size() <= 256 * 1024, qPrintable(QString::number(message.text.size())));
        QVERIFY(message.text.isValidUtf16());
        QCOMPARE(message.body.notice.count(QStringLiteral("Only the first 256 KB of this text are shown")), 1);
    }

    /// Fixed seed: a failure can be repeated. Every mutant either becomes a bounded message or a sentence.
    void neverBreakTheReaderWhenBytesChange()
    {
        QRandomGenerator chance(20240312);
        const QByteArray seed = hostileSeed();
        static const QList<QByteArray> spices{"--=b\r\n", "--c--",   "\r\n\r\n", "=?",        "?=",
                                              "\"",       "<",       ">",        "&#",        ":",
                                              ";",        "\0",      "\xff\xfe", "boundary=", "Content-Type: ",
                                              "=\r\n",    "%",       "*0*=",     "(",         ")",
                                              "\x1b$B",   "<table>", "<!--"};
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 4000; ++round) {
            QByteArray mutant = seed;
            const int changes = 1 + chance.bounded(8);
            for (int i = 0; i < changes && !mutant.isEmpty(); ++i) {
                const qsizetype at = chance.bounded(int(mutant.size()));
                switch (chance.bounded(5)) {
                case 0: mutant[at] = char(chance.bounded(256)); break;
                case 1: mutant.remove(at, chance.bounded(40)); break;
                case 2: mutant.insert(at, spices.at(chance.bounded(int(spices.size())))); break;
                case 3: mutant.insert(at, mutant.mid(chance.bounded(int(mutant.size())), chance.bounded(200))); break;
                default: mutant.truncate(at);
                }
            }
            const Result<InboundMessage> result = parseMail(mutant, QStringLiteral("desk@example.com"));
            result ? ++read : ++refused;
            if (!result) {
                QVERIFY(!result.error().message.isEmpty());
                continue;
            }
            checkBody(result->body);
            QVERIFY(!result->dedupeKey.isEmpty());
            QVERIFY(!result->subject.contains(QLatin1Char('\n')) && !result->externalId.contains(QLatin1Char('\n')));
            for (const InboundAttachment &file : result->attachments)
                QVERIFY(!file.name.isEmpty() && !file.name.contains(QLatin1Char('/'))
                        && file.name.toUtf8().size() <= 200);
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(QStringLiteral("in round %1").arg(round)));
        }
        QVERIFY(read > 2000);
        qInfo("%d mutants read, %d refused with a sentence", read, refused);
    }

    void areReadAlikeInSeveralThreads()
    {
        const QByteArray seed = hostileSeed();
        const InboundMessage expected = parsed(seed);
        std::vector<std::unique_ptr<QThread>> threads;
        std::atomic<int> alike = 0;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                for (int round = 0; round < 50; ++round) {
                    const Result<InboundMessage> result = parseMail(seed, QString());
                    alike += result && result->subject == expected.subject && result->body == expected.body
                        && result->text == expected.text && result->attachments.size() == expected.attachments.size();
                }
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            QVERIFY(thread->wait(60'000));
        QCOMPARE(alike.load(), 200);
    }

    void neverBreakTheHtmlReaderWhenBytesChange()
    {
        QRandomGenerator chance(4711);
        static const QStringList pieces{QStringLiteral("<p>"),
                                        QStringLiteral("</p>"),
                                        QStringLiteral("<div style='"),
                                        QStringLiteral("display:none"),
                                        QStringLiteral("'>"),
                                        QStringLiteral("<table>"),
                                        QStringLiteral("</table>"),
                                        QStringLiteral("<tr>"),
                                        QStringLiteral("<td>"),
                                        QStringLiteral("<a href=\""),
                                        QStringLiteral("http://x.example/"),
                                        QStringLiteral("javascript:x"),
                                        QStringLiteral("\">"),
                                        QStringLiteral("</a>"),
                                        QStringLiteral("<b>"),
                                        QStringLiteral("</b>"),
                                        QStringLiteral("<li>"),
                                        QStringLiteral("<ol>"),
                                        QStringLiteral("</ol>"),
                                        QStringLiteral("<blockquote type=cite>"),
                                        QStringLiteral("</blockquote>"),
                                        QStringLiteral("<!--"),
                                        QStringLiteral("-->"),
                                        QStringLiteral("<script>"),
                                        QStringLiteral("</script>"),
                                        QStringLiteral("&#x"),
                                        QStringLiteral("202e;"),
                                        QStringLiteral("&amp"),
                                        QStringLiteral("words "),
                                        QStringLiteral("<img src=cid:a alt='"),
                                        QStringLiteral("<pre>"),
                                        QStringLiteral("\n"),
                                        QStringLiteral("\u202e"),
                                        QString(QChar(0)),
                                        QStringLiteral("<"),
                                        QStringLiteral("From: a@b\n")};
        for (int round = 0; round < 4000; ++round) {
            QString html;
            const int count = 1 + chance.bounded(60);
            for (int i = 0; i < count; ++i)
                html += pieces.at(chance.bounded(int(pieces.size())));
            Body body = bodyFromHtml(html);
            checkBody(body);
            const QString before = plainText(body).remove(QLatin1Char('\n'));
            markQuotedHistory(body);
            QCOMPARE(plainText(body).remove(QLatin1Char('\n')), before);
            const Result<Body> back = bodyFromBytes(toBytes(body));
            QVERIFY(back.ok() && *back == body);
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(html));
        }
    }
};

PATCHBAY_TESTS(HostileMails)

#include "tst_hostile_mail.moc"
