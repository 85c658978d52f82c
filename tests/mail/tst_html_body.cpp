#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// Hostile HTML becomes our own small model.
class HtmlBodies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepTheirStructure_data()
    {
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("expected"); // blocks, joined by " / "
        const auto row = [](const char *name, const char16_t *html, const char16_t *expected) {
            QTest::newRow(name) << QString::fromUtf16(html) << QString::fromUtf16(expected);
        };
        row("paragraphs", u"<p>one</p><p>two</p>", u"p|one / p|two");
        row("unclosed paragraphs", u"<p>one<p>two", u"p|one / p|two");
        row("lines", u"one<br>two<br/>three", u"p|one\ntwo\nthree");
        row("blank line", u"one<br><br>two", u"p|one / p|two");
        row("gmail lines", u"<div>one</div><div>two</div><div><br></div><div>three</div>", u"p|one\ntwo / p|three");
        row("outlook lines", u"<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", u"p|one\ntwo");
        row("white space", u"  one \n\t two&nbsp;&nbsp;three ", u"p|one two  three");
        row("heading", u"<h1>Big</h1>small", u"p|Big / p|small");
        row("bullets", u"<ul><li>a<li>b</ul>c", u"li1|a / li1|b / p|c");
        row("numbers", u"<ol start=3><li>a</li><li>b</li></ol>", u"li1.3|a / li1.4|b");
        row("nested lists", u"<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", u"li1.1|a / li2|b / li1.2|c");
        row("paragraph in item", u"<ul><li><p>a</p><p>b</p></li></ul>", u"li1|a\nb");
        row("quote", u"a<blockquote>b<blockquote>c</blockquote></blockquote>d", u"p|a / q1|b / q2|c / p|d");
        row("list in quote", u"<blockquote><ol><li>a<li>b</ol></blockquote>", u"q1|1. a / q1|2. b");
        row("pre", u"<pre>a  b\n\n  c</pre>", u"pre|a  b\n\n  c");
        row("pre-wrap style", u"<div style='white-space: pre-wrap'>a\n  b</div>", u"p|a\n  b");
        row("rule", u"a<hr>b", u"p|a / hr| / p|b");
        row("image of the mail", u"a<img src='cid:x@y' alt=plan>b", u"p|a / img|x@yplan / p|b");
        row("remote image", u"<img src='https://x.example/t.png' alt='Logo'> hi", u"p|[Logo] hi");
        row("emoji image", u"ok <img src='https://x.example/t.png' alt='👍'>", u"p|ok 👍");
        row("data table", u"<table><tr><th>Item<th>Price<tr><td>Tea<td>3</table>after",
            u"p|Item | Price\nTea | 3 / p|after");
        row("table of lines", u"<table><tr><td><p>Tea</p><td><div>3</div></table>", u"p|Tea | 3");
        row("empty cells", u"<table><tr><td>a<td>&nbsp;<td>c<td></td></tr></table>", u"p|a |  | c");
        row("layout table", u"<table><tr><td><table><tr><td>one</td></tr></table><p>two</p></td></tr></table>",
            u"p|one / p|two");
        row("entities", u"&lt;b&gt; &amp; &#8364; &#x20AC; &hellip; &copy &nosuch; &amp;lt;",
            u"p|<b> & € € … © &nosuch; &lt;");
        row("windows-1252 numbers", u"&#150;&#128;", u"p|–€");
        row("null and surrogate", u"a&#0;b&#xD800;c&#1114112;", u"p|a\ufffdb\ufffdc\ufffd");
        row("unknown elements", u"<o:p>a</o:p><x-y>b</x-y>", u"p|ab");
        row("form", u"<form>Name <input value=secret><select><option>x</select><textarea>t</textarea>ok</form>",
            u"p|Name ok");
        row("less-than in text", u"1 < 2 <3", u"p|1 < 2 <3");
        row("comment", u"a<!-- <p>b</p> -->c<!--> d", u"p|ac d");
        row("outlook comment", u"<!--[if mso]>no<![endif]--><![if !mso]>yes<![endif]>", u"p|yes");
        row("upper case", u"<P>a<BR>b</P>", u"p|a\nb");
        row("unquoted attribute with slash", u"<a href=http://x.example/a/>t</a>", u"p|t<http://x.example/a/>");
        row("tag that never ends", u"a<p title='x", u"p|a");
        row("nothing", u"", u"");
        row("misnested", u"<b>a<i>b</b>c</i>d", u"p|abcd");
        row("cell outside a table", u"<td>a</td><tr>b", u"p|a\nb");
    }

    void keepTheirStructure()
    {
        QFETCH(QString, html);
        QTEST(outline(bodyFromHtml(html)).join(QStringLiteral(" / ")), "expected");
    }

    void neverShowWhatIsNoText_data()
    {
        QTest::addColumn<QString>("html");
        const auto row = [](const char *name, const char16_t *html) {
            QTest::newRow(name) << QString::fromUtf16(html);
        };
        row("script", u"<script>EVIL</script>");
        row("script with tags", u"<script>'<p>EVIL</p>'</script>");
        row("unclosed script", u"<script>EVIL<p>EVIL");
        row("style", u"<style>EVIL{}</style>");
        row("style with a longer name inside", u"<style></stylex>EVIL</style>");
        row("title", u"<head><title>EVIL</title></head>");
        row("svg", u"<svg><text>EVIL</text></svg>");
        row("math", u"<math><mi>EVIL</mi></math>");
        row("iframe", u"<iframe>EVIL</iframe>");
        row("object", u"<object>EVIL</object>");
        row("textarea", u"<textarea>EVIL</textarea>");
        row("button", u"<button>EVIL</button>");
        row("template", u"<template>EVIL</template>");
        row("noscript", u"<noscript>EVIL</noscript>");
        row("comment in a comment", u"<!-- <!-- EVIL -->");
        row("attribute", u"<p onclick='EVIL' title=\"EVIL>\">x</p>");
        row("doctype", u"<!DOCTYPE EVIL><?php EVIL ?>");
        row("display none", u"<div style='display:none'>EVIL</div>");
        row("display none, written oddly", u"<div style=' DISPLAY : none !important ;'>EVIL</div>");
        row("hidden attribute", u"<div hidden>EVIL</div>");
        row("visibility", u"<span style='visibility:hidden'>EVIL</span>");
        row("zero font", u"<span style='font-size:0px'>EVIL</span>");
        row("one pixel font", u"<span style='font-size:1px'>EVIL</span>");
        row("zero height", u"<div style='max-height:0;overflow:hidden'>EVIL</div>");
        row("transparent", u"<div style='opacity:0'>EVIL</div>");
        row("hidden paragraph in a visible one", u"<p>x<span style='display:none'>EVIL<b>EVIL</b></span></p>");
        row("hidden image", u"<img src='cid:EVIL' style='display:none'>");
    }

    void neverShowWhatIsNoText()
    {
        QFETCH(QString, html);
        const Body body = bodyFromHtml(QStringLiteral("<p>good</p>") + html);
        QVERIFY(plainText(body).contains(QStringLiteral("good")));
        QVERIFY2(!outline(body).join(QLatin1Char(' ')).contains(QStringLiteral("EVIL")),
                 qPrintable(outline(body).join(QLatin1Char('\n'))));
    }

    void showTextBelowAnElementThatHidesOnlyItsOwnLetters()
    {
        const Body body =
            bodyFromHtml(QStringLiteral("<td style='font-size:0'><div style='font-size:14px'>shown</div>gone</td>"));
        QCOMPARE(plainText(body), QStringLiteral("shown"));
    }

    void showAMailThatHidesAllOfItself()
    {
        const Body body = bodyFromHtml(QStringLiteral("<div style='display:none'>all there is</div>"));
        QCOMPARE(plainText(body), QStringLiteral("all there is"));
        QVERIFY(body.notice.contains(QStringLiteral("hidden")));
    }

    void countImagesThatWereNotLoaded()
    {
        const Body body =
            bodyFromHtml(QStringLiteral("a<img src='http://x.example/1.png'><img src='http://x.example/2.png' alt=two>"
                                        "<img src='http://x.example/pixel.gif' width=1 height=1>"));
        QCOMPARE(plainText(body), QStringLiteral("a[two]"));
        QVERIFY(body.notice.startsWith(QStringLiteral("2 images")));
    }

    void leaveHandlesForALinkWithNothingButAnImage()
    {
        QCOMPARE(outline(bodyFromHtml(
                     QStringLiteral("<a href='https://x.example/'><img src='http://y.example/1.png'></a>"))),
                 QStringList{QStringLiteral("p|[image]<https://x.example/>")});
    }

    void styleWordsAndNothingElse()
    {
        const Body body = bodyFromHtml(QStringLiteral("a <b>b</b> <i>c</i> <strong><em>d</em></strong>"));
        const std::vector<BodyRun> expected{{QStringLiteral("a ")}, {QStringLiteral("b"), true}, {QStringLiteral(" ")}};
        QVERIFY(body.blocks.front().runs.size() >= expected.size());
        QCOMPARE(body.blocks.front().runs[1].text.trimmed(), QStringLiteral("b"));
        QVERIFY(body.blocks.front().runs[1].bold);
        QVERIFY(body.blocks.front().runs.back().bold && body.blocks.front().runs.back().italic);
    }

    void dropPaddingOfPreviewTexts()
    {
        const Body body =
            bodyFromHtml(QStringLiteral("Preview") + QStringLiteral("&#847; &zwnj; &nbsp;&shy;").repeated(100)
                         + QStringLiteral("<p>text</p>"));
        QVERIFY2(plainText(body).size() < 250, qPrintable(plainText(body)));
        QVERIFY(!plainText(body).contains(QChar(0x34f)));
    }

    void keepJoinersInsideWords()
    {
        const QString persian = QStringLiteral("می\u200cخواهم");
        QCOMPARE(plainText(bodyFromHtml(persian)), persian);
    }

    void dropOverridesOfTheReadingDirection()
    {
        QCOMPARE(plainText(bodyFromHtml(QStringLiteral("a&#x202E;b&#x2066;c"))), QStringLiteral("abc"));
    }

    void breakWordsThatLayoutWouldChokeOn()
    {
        const QString text = plainText(bodyFromHtml(QString(9000, QLatin1Char('x'))));
        for (const QString &line : text.split(QLatin1Char('\n')))
            QVERIFY(line.size() <= 2000);
        QCOMPARE(text.count(QLatin1Char('x')), 9000);
    }

    void showAtMost256KilobytesAndSaySo()
    {
        const Body body = bodyFromHtml(QStringLiteral("<p>some words and more</p>").repeated(20'000));
        QVERIFY(plainText(body).size() <= 300 * 1024);
        QVERIFY(body.notice.contains(QStringLiteral("256 KB")) || body.notice.contains(QStringLiteral("512 KB")));
    }

    void areTheSameEachTime()
    {
        const QString html = QStringLiteral("<table><tr><td>a<td>b</table><ul><li>x<blockquote>y</ul><b>z<p>");
        QVERIFY(bodyFromHtml(html) == bodyFromHtml(html));
    }

    void surviveStorage()
    {
        const Body body = bodyFromHtml(
            QStringLiteral("<p>a <b>b</b><a href='http://x.example'>c</a></p><ol><li>d</ol><img src=cid:e>"));
        const Result<Body> back = bodyFromBytes(toBytes(body));
        QVERIFY(back.ok());
        QVERIFY(*back == body);
    }
};

PATCHBAY_TESTS(HtmlBodies)

#include "tst_html_body.moc"
