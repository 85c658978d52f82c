#include "core/mail/mail_files.h"
#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

#include <gumbo.h>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

QString lettersAndDigits(const QString &text)
{
    QString letters;
    for (const QChar c : text) {
        if (c.isLetterOrNumber())
            letters += c;
    }
    return letters;
}

/// Images and links, for which we write words of our own, and styles, by which we hide, are taken out for both readers.
QString withoutOwnWords(QString html)
{
    static const QRegularExpression tags(QStringLiteral("</?(?:img|image|a)(?=[\\s/>])[^>]*>"),
                                         QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression styles(
        QStringLiteral("\\s(?:style|hidden)\\s*=\\s*(?:\"[^\"]*\"|'[^']*'|[^\\s>]+)"),
        QRegularExpression::CaseInsensitiveOption);
    return html.remove(tags).remove(styles);
}

/// The letters that gumbo, a parser of the HTML standard, finds outside of what nobody reads.
QString lettersByGumbo(const QString &html)
{
    static const QSet<int> unread{GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,    GUMBO_TAG_TITLE,   GUMBO_TAG_TEXTAREA,
                                  GUMBO_TAG_XMP,      GUMBO_TAG_IFRAME,   GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES,
                                  GUMBO_TAG_SVG,      GUMBO_TAG_MATH,     GUMBO_TAG_OBJECT,  GUMBO_TAG_SELECT,
                                  GUMBO_TAG_BUTTON,   GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,   GUMBO_TAG_CANVAS,
                                  GUMBO_TAG_TEMPLATE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_APPLET,  GUMBO_TAG_MAP};
    const QByteArray utf8 = html.toUtf8();
    GumboOutput *output = gumbo_parse_with_options(&kGumboDefaultOptions, utf8.constData(), size_t(utf8.size()));
    QString text;
    std::vector<const GumboNode *> open{output->root};
    while (!open.empty()) {
        const GumboNode *node = open.back();
        open.pop_back();
        if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA)
            text += QString::fromUtf8(node->v.text.text);
        if ((node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE)
            || unread.contains(node->v.element.tag))
            continue;
        const GumboVector &children = node->v.element.children;
        for (unsigned i = children.length; i > 0; --i)
            open.push_back(static_cast<const GumboNode *>(children.data[i - 1]));
    }
    gumbo_destroy_output(&kGumboDefaultOptions, output);
    return lettersAndDigits(text);
}

QString lettersByUs(const QString &html) { return lettersAndDigits(plainText(bodyFromHtml(html))); }

/// Letters in any order: text that stands in a table outside of its cells is moved before it by the standard.
QString sorted(QString letters)
{
    std::sort(letters.begin(), letters.end());
    return letters;
}

} // namespace

/// Our reader finds the same words as a reader that follows the HTML standard to the letter.
class HtmlOracle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheSameWordsInPiecesOfMarkup()
    {
        QRandomGenerator chance(99);
        static const QStringList pieces{QStringLiteral("<p>"),
                                        QStringLiteral("</p>"),
                                        QStringLiteral("<div class='x'>"),
                                        QStringLiteral("</div>"),
                                        QStringLiteral("<b>"),
                                        QStringLiteral("</b>"),
                                        QStringLiteral("<ul><li>"),
                                        QStringLiteral("<li>"),
                                        QStringLiteral("</ul>"),
                                        QStringLiteral("<br/>"),
                                        QStringLiteral("<!-- x<p> -->"),
                                        QStringLiteral("<!-->"),
                                        QStringLiteral("<!x>"),
                                        QStringLiteral("<?y z>"),
                                        QStringLiteral("</ k>"),
                                        QStringLiteral("<style>a<b</style>"),
                                        QStringLiteral("<script>'</p>'</script>"),
                                        QStringLiteral("<title>t&amp;</title>"),
                                        QStringLiteral("<span title=\"a>b\" data-x='c>d' e=f/>"),
                                        QStringLiteral("</span>"),
                                        QStringLiteral("one "),
                                        QStringLiteral("two"),
                                        QStringLiteral("&amp;three"),
                                        QStringLiteral("&#x41;"),
                                        QStringLiteral("&#66"),
                                        QStringLiteral("&eacute;"),
                                        QStringLiteral("&eacutex"),
                                        QStringLiteral("&notit;"),
                                        QStringLiteral("&copy2"),
                                        QStringLiteral("&nosuch;"),
                                        QStringLiteral("&ampx"),
                                        QStringLiteral("< four"),
                                        QStringLiteral("<5"),
                                        QStringLiteral("six>seven"),
                                        QStringLiteral("<h1>"),
                                        QStringLiteral("</h2>"),
                                        QStringLiteral("<blockquote>"),
                                        QStringLiteral("</blockquote>"),
                                        QStringLiteral("<font color=red>"),
                                        QStringLiteral("</font>"),
                                        QStringLiteral("<o:p>"),
                                        QStringLiteral("</o:p>"),
                                        QStringLiteral("<pre>\nx</pre>"),
                                        QStringLiteral("<hr>")};
        for (int round = 0; round < 3000; ++round) {
            QString html = QStringLiteral("<body>");
            const int count = 1 + chance.bounded(25);
            for (int i = 0; i < count; ++i)
                html += pieces.at(chance.bounded(int(pieces.size())));
            QVERIFY2(lettersByUs(html) == lettersByGumbo(html), qPrintable(html));
        }
    }

    void findsTheSameWordsInTables()
    {
        QRandomGenerator chance(7);
        static const QStringList pieces{QStringLiteral("<table>"), QStringLiteral("</table>"), QStringLiteral("<tr>"),
                                        QStringLiteral("</tr>"),   QStringLiteral("<td>"),     QStringLiteral("</td>"),
                                        QStringLiteral("<tbody>"), QStringLiteral("<p>"),      QStringLiteral("one"),
                                        QStringLiteral("two"),     QStringLiteral("</p>"),     QStringLiteral("<b>"),
                                        QStringLiteral("</b>")};
        for (int round = 0; round < 3000; ++round) {
            QString html = QStringLiteral("<body>");
            const int count = 1 + chance.bounded(20);
            for (int i = 0; i < count; ++i)
                html += pieces.at(chance.bounded(int(pieces.size())));
            QVERIFY2(sorted(lettersByUs(html)) == sorted(lettersByGumbo(html)), qPrintable(html));
        }
    }

    void findsTheSameWordsInRealMail()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/real_mail.mbox");
        QFile file(sharedFolder() + QStringLiteral("/data/real_mail.mbox"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        int pages = 0;
        QStringList different;
        const std::function<bool(RawItem)> take = [&](RawItem item) {
            // Mails whose content is HTML in plain sight: no encoding stands between the bytes and the two readers.
            const qsizetype begin = item.raw.toLower().indexOf("<html");
            const qsizetype end = item.raw.toLower().lastIndexOf("</html>");
            if (begin < 0 || end < begin || item.raw.toLower().contains("quoted-printable"))
                return true;
            const QString html = withoutOwnWords(QString::fromLatin1(item.raw.mid(begin, end - begin)));
            ++pages;
            if (sorted(lettersByUs(html)) != sorted(lettersByGumbo(html)))
                different << item.sourceKey;
            return true;
        };
        QVERIFY(readMbox(file, take).ok());
        qInfo("%d pages, %d read differently", pages, int(different.size()));
        QVERIFY(pages >= 40);
        QVERIFY2(different.size() * 50 <= pages, qPrintable(different.join(QLatin1Char(' '))));
    }
};

PATCHBAY_TESTS(HtmlOracle)

#include "tst_html_oracle.moc"
