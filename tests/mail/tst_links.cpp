#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// A link leads where its text says, or says where it leads.
class LinksInMails : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellTheTruth_data()
    {
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char16_t *href, const char16_t *text, const char16_t *expected) {
            QTest::newRow(name)
                << QStringLiteral("<a href=\"%1\">%2</a>").arg(QString::fromUtf16(href), QString::fromUtf16(text))
                << QString::fromUtf16(expected);
        };
        row("words", u"https://x.example/a", u"here", u"here<https://x.example/a>");
        row("same host", u"https://x.example/a", u"x.example", u"x.example<https://x.example/a>");
        row("www", u"https://www.x.example/", u"x.example", u"x.example<https://www.x.example/>");
        row("a host below", u"https://mail.x.example/", u"x.example", u"x.example<https://mail.x.example/>");
        row("another host", u"https://evil.example/", u"bank.example",
            u"bank.example<https://evil.example/> [evil.example]");
        row("another host in an address", u"https://evil.example/", u"https://bank.example/login",
            u"https://bank.example/login<https://evil.example/> [evil.example]");
        row("host as a sub-domain", u"https://bank.example.evil.example/", u"bank.example",
            u"bank.example<https://bank.example.evil.example/> [bank.example.evil.example]");
        row("fullwidth text", u"https://evil.example/", u"ｂａｎｋ．ｅｘａｍｐｌｅ",
            u"ｂａｎｋ．ｅｘａｍｐｌｅ<https://evil.example/> [evil.example]");
        row("zero width in the text", u"https://evil.example/", u"bank&#8203;.example",
            u"bank.example<https://evil.example/> [evil.example]");
        row("user name", u"https://bank.example@evil.example/", u"click",
            u"click<https://evil.example/> [evil.example]");
        row("password", u"https://bank.example:x@evil.example/", u"click",
            u"click<https://evil.example/> [evil.example]");
        row("mixed script", u"https://p\u0430ypal.example/", u"click",
            u"click<https://xn--pypal-4ve.example/> [xn--pypal-4ve.example]");
        row("mixed script in punycode", u"https://xn--pypal-4ve.example/", u"click",
            u"click<https://xn--pypal-4ve.example/> [xn--pypal-4ve.example]");
        row("umlaut", u"https://b\u00fccher.example/", u"click", u"click<https://xn--bcher-kva.example/>");
        row("russian under a russian top", u"https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/", u"click",
            u"click<https://xn--e1afmkfd.xn--p1ai/>");
        row("mail", u"mailto:ana@example.org?subject=Hi&bcc=x@y.z&attach=/etc/passwd", u"write",
            u"write<mailto:ana@example.org?subject=Hi>");
        row("other mail address", u"mailto:evil@example.org", u"help@bank.example",
            u"help@bank.example<mailto:evil@example.org> [evil@example.org]");
        row("blanks inside", u" https://x.example/a b ", u"here", u"here<https://x.example/a%20b>");
        row("line break inside the scheme", u"ht&#10;tps://x.example/", u"here", u"here<https://x.example/>");
    }

    void tellTheTruth()
    {
        QFETCH(QString, html);
        QFETCH(QString, expected);
        QCOMPARE(outline(bodyFromHtml(html)), QStringList{QStringLiteral("p|") + expected});
    }

    void leadNowhereButToTheWebAndToMail_data()
    {
        QTest::addColumn<QString>("href");
        for (const char *href : {"javascript:alert(1)",
                                 "JaVaScRiPt:alert(1)",
                                 "java\tscript:alert(1)",
                                 "&#106;avascript:alert(1)",
                                 "data:text/html,x",
                                 "vbscript:x",
                                 "file:///etc/passwd",
                                 "ftp://x.example/",
                                 "tel:+1",
                                 "/relative",
                                 "//x.example/",
                                 "x.example",
                                 "http:",
                                 "http://",
                                 "https:///x",
                                 "smb://x/y",
                                 "patchbay://x",
                                 "about:blank",
                                 "mailto:",
                                 "http://[::1",
                                 "\\\\server\\share",
                                 " "})
            QTest::newRow(href) << QString::fromLatin1(href);
    }

    void leadNowhereButToTheWebAndToMail()
    {
        QFETCH(QString, href);
        const Body body = bodyFromHtml(QStringLiteral("<a href=\"%1\">text</a>").arg(href));
        QCOMPARE(outline(body), QStringList{QStringLiteral("p|text")});
    }

    void areFoundInPlainText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char16_t *text, const char16_t *expected) {
            QTest::newRow(name) << QString::fromUtf16(text) << QString::fromUtf16(expected);
        };
        row("alone", u"https://x.example/a", u"https://x.example/a<https://x.example/a>");
        row("end of a sentence", u"See http://x.example/a. Now", u"See http://x.example/a<http://x.example/a>. Now");
        row("brackets", u"(http://x.example/a)", u"(http://x.example/a<http://x.example/a>)");
        row("brackets of its own", u"http://x.example/a_(b)", u"http://x.example/a_(b)<http://x.example/a_(b)>");
        row("angle brackets", u"<http://x.example/a>", u"<http://x.example/a<http://x.example/a>>");
        row("quotes", u"\"http://x.example/a\"", u"\"http://x.example/a<http://x.example/a>\"");
        row("chinese stop", u"看http://x.example/a。好", u"看http://x.example/a<http://x.example/a>。好");
        row("chinese words behind", u"http://x.example/a谢谢", u"http://x.example/a<http://x.example/a>谢谢");
        row("fullwidth bracket", u"（http://x.example/a）", u"（http://x.example/a<http://x.example/a>）");
        row("query", u"http://x.example/?a=1&b=2#c!", u"http://x.example/?a=1&b=2#c<http://x.example/?a=1&b=2#c>!");
        row("upper case", u"HTTPS://X.example/", u"HTTPS://X.example/<https://x.example/>");
        row("mailto", u"mailto:a@x.example, or", u"mailto:a@x.example<mailto:a@x.example>, or");
        row("two", u"http://a.example http://b.example",
            u"http://a.example<http://a.example> http://b.example<http://b.example>");
        row("user name", u"https://bank.example@evil.example/",
            u"https://bank.example@evil.example/<https://evil.example/> [evil.example]");
        row("mixed script", u"http://p\u0430ypal.example",
            u"http://p\u0430ypal.example<http://xn--pypal-4ve.example> [xn--pypal-4ve.example]");
        row("other schemes", u"javascript:alert(1) file:///etc ftp://x.example",
            u"javascript:alert(1) file:///etc ftp://x.example");
        row("inside a word", u"xhttp://x.example", u"xhttp://x.example");
        row("scheme alone", u"http:// and https://", u"http:// and https://");
    }

    void areFoundInPlainText()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(outline(bodyFromText(text, false)), QStringList{QStringLiteral("p|") + expected});
    }

    void doNotNestWhenThePageDoesNotCloseThem()
    {
        QCOMPARE(outline(bodyFromHtml(
                     QStringLiteral("<a href='http://a.example'>one <a href='http://b.example'>two</a> three"))),
                 QStringList{QStringLiteral("p|one<http://a.example> two<http://b.example> three")});
    }

    void reachAcrossParagraphs()
    {
        QCOMPARE(outline(bodyFromHtml(QStringLiteral("<a href='http://a.example'><p>one</p><p>two</p></a>three"))),
                 QStringList({QStringLiteral("p|one<http://a.example>"), QStringLiteral("p|two<http://a.example>"),
                              QStringLiteral("p|three")}));
    }
};

PATCHBAY_TESTS(LinksInMails)

#include "tst_links.moc"
