#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

/// What must and what must not be left of a fixture; phrases are separated by "|".
struct Expectation {
    const char *file;
    const char *holds;
    const char *lacks;
};

/// Of the two reply parsers, whose mails are plain text.
constexpr Expectation replyParserMails[] = {
    {"correct_sig", "a correct -- signature", "rick"},
    {"email_1_1", "clear a Riak bucket|Java HTTP API", "mailing list|-Abhishek"},
    {"email_1_2", "Hi,|You can list the keys|delete them all individually", "What is the best way|mailing list|wrote:"},
    {"email_1_3", "the function would be great", "Riak bucket|-Abhishek|wrote:|mailing list"},
    {"email_1_4", "Awesome!", "Loader|wrote:"},
    {"email_1_5", "Here's what I've got|fourth bullet|on and on", ""},
    {"email_1_6", "proper rendering as well", "caching|wrote:"},
    {"email_1_7", ":+1:", "Steps|wrote:"},
    {"email_1_8", "reply under this one|and under this.", "okay|wrote:|my signature"},
    {"email_2_1", "Outlook with a reply", "From:|Dear Google|-----"},
    {"email_2_2", "directly above line", "From:|____|new comment"},
    {"email_2_3", "Outlook with a reply", "From:|____|new comment|New message"},
    {"email_BlackBerry", "Here is another email", "Sent from"},
    {"email_bullets", "second|how about bullets|and another", "Give us|Joe Smith|wrote:"},
    {"email_iPhone", "Here is another email", "Sent from"},
    {"email_multi_word_sent_from_my_mobile_device", "Here is another email", "Sent from"},
    {"email_one_is_not_on", "One outstanding question|when I run...", "good news|wrote:"},
    {"email_sent_from_my_not_signature", "Here is another email|Sent from my desk", ""},
    {"email_sig_delimiter_in_middle_of_line", "Stuff happened|not a signature|kthxbai", ""},
    {"greedy_on", "On your remote host|telnet|tunnel is not working", "odd issue|wrote:"},
    {"pathological", "back to a computer.", "shortening|wrote:"},
    {"email_gmail", "test for inbox", "outdated|wrote:"},
    {"email_partial_quote_header", "On your remote host|tunnel is not working", "odd issue|wrote:"},
    {"email_headers_no_delimiter", "And another reply!", "From:|A reply|This is a message"},
};

constexpr const char *replyWords = "Hi. I am fine. Thanks, Alex";

/// Of the signature collection: (mail, what is no signature, what is).
constexpr Expectation signatureMails[] = {
    {"P/102682_R_S", "ARHGGHRGHH", "doe@example.com|believed managers"},
    {"P/unicode_msg", "Добрый день|ответьте на это письмо", "С уважением"},
    {"stripped/camel_case_body", "Really cool shirts!", ""},
    {"stripped/jeff_body", "limited it to the", "via mobile|Stavros"},
    {"stripped/johndoeexamplecom_body", "YOUR INPUT|FOUR $100 gift certificates|Amazon.com", "Ph.D."},
    {"stripped/long_body", "Lorem ipsum|Sed non aliquam lacus.", "(555) 346-9947"},
    {"stripped/short_url_body", "Please let me know what you see.", "Noam"},
    {"stripped/sparse_body", "Lorem ipsum|Sed non aliquam lacus.", "AM_LOGO_CLR|skype"},
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Why the words are not those expected; empty when they are.
QString judged(const QString &words, const Expectation &expected)
{
    const QString text = words.simplified();
    for (const QString &phrase : QString::fromUtf8(expected.holds).split(QLatin1Char('|'), Qt::SkipEmptyParts)) {
        if (!text.contains(phrase))
            return QStringLiteral("lost \"%1\"").arg(phrase);
    }
    for (const QString &phrase : QString::fromUtf8(expected.lacks).split(QLatin1Char('|'), Qt::SkipEmptyParts)) {
        if (text.contains(phrase))
            return QStringLiteral("left \"%1\"").arg(phrase);
    }
    return {};
}

QString wordsOfText(const QByteArray &text)
{
    Body body = bodyFromText(QString::fromUtf8(text), false);
    markQuotedHistory(body);
    return ownWords(body);
}

QString wordsOfPage(const QByteArray &html)
{
    Body body = bodyFromHtml(QString::fromUtf8(html));
    markQuotedHistory(body);
    return ownWords(body);
}

/// Counts what is right and tells what is not.
struct Score {
    int right = 0;
    QStringList wrong = {};

    void add(const QString &name, const QString &fault)
    {
        if (fault.isEmpty())
            ++right;
        else
            wrong << name + QStringLiteral(": ") + fault;
    }
    int all() const { return right + int(wrong.size()); }
    QByteArray report() const
    {
        return QStringLiteral("%1 of %2 right%3%4")
            .arg(right)
            .arg(all())
            .arg(wrong.isEmpty() ? QString() : QStringLiteral("; wrong: "), wrong.join(QStringLiteral("; ")))
            .toUtf8();
    }
};

} // namespace

/// Quoted history against the fixtures of three open-source reply parsers. The floors are what was measured.
class QuoteFixtures : public QObject {
    Q_OBJECT

    QString m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/email_quotes");
        m_folder = sharedFolder() + QStringLiteral("/data/email_quotes/");
        if (!QDir(m_folder).exists())
            QSKIP("no vendors' material: data/email_quotes");
    }

    void ofTwoReplyParsersAreAllRight()
    {
        Score score;
        for (const QString &parser :
             {QStringLiteral("github+email_reply_parser"), QStringLiteral("zapier+email-reply-parser")}) {
            for (const Expectation &mail : replyParserMails) {
                const QString path =
                    m_folder + parser + QStringLiteral("/emails/") + QLatin1String(mail.file) + QStringLiteral(".txt");
                if (QFile::exists(path))
                    score.add(parser.section(QLatin1Char('+'), 0, 0) + QLatin1Char('/') + QLatin1String(mail.file),
                              judged(wordsOfText(contentOf(path)), mail));
            }
        }
        qInfo("%s", score.report().constData());
        QVERIFY(score.all() >= 44);
        QVERIFY2(score.wrong.isEmpty(), score.report().constData());
    }

    void ofMailProgramsAreAllRightAsTextAndAsHtml()
    {
        Score score;
        const QDir mails(m_folder + QStringLiteral("mailgun+talon/fixtures/standard_replies"));
        for (const QString &name : mails.entryList({QStringLiteral("*.eml")}, QDir::Files, QDir::Name)) {
            const Result<InboundMessage> message = parseMail(contentOf(mails.filePath(name)), QString());
            QVERIFY(message.ok());
            score.add(name + QStringLiteral(" text"),
                      message->text == QStringLiteral("Hello") ? QString() : message->text.left(80));
            const QString words = ownWords(message->body);
            const bool differs = name == QStringLiteral("outlook.eml"); // its HTML says something else than its text
            const QString expected = differs ? QStringLiteral("Allo! Follow up MIME!") : QStringLiteral("Hello");
            score.add(name + QStringLiteral(" body"), words == expected ? QString() : words.left(80));
        }
        const QDir pages(m_folder + QStringLiteral("mailgun+talon/fixtures/html_replies"));
        for (const QString &name : pages.entryList({QStringLiteral("*.html")}, QDir::Files, QDir::Name)) {
            const QString words = wordsOfPage(contentOf(pages.filePath(name))).simplified();
            score.add(name, words == QLatin1String(replyWords) ? QString() : words.left(80));
        }
        const QString fixtures = m_folder + QStringLiteral("mailgun+talon/fixtures/");
        score.add(QStringLiteral("hr"),
                  judged(wordsOfPage(contentOf(fixtures + QStringLiteral("reply-separated-by-hr.html"))),
                         {"", "Hi there|Bob", "Hello|From:"}));
        score.add(QStringLiteral("OLK_SRC_BODY_SECTION"),
                  judged(wordsOfPage(contentOf(fixtures + QStringLiteral("OLK_SRC_BODY_SECTION.html"))),
                         {"", "Reply", "Hi|From:"}));
        const Result<InboundMessage> shared =
            parseMail(contentOf(fixtures + QStringLiteral("reply-quotations-share-block.eml")), QString());
        score.add(QStringLiteral("share-block"), judged(shared->text, {"", "Hi Katharine", "wrote:|New Booking"}));
        score.add(QStringLiteral("share-block body"),
                  judged(ownWords(shared->body), {"", "Hi Katharine", "wrote:|New Booking"}));
        qInfo("%s", score.report().constData());
        QVERIFY(score.all() >= 35);
        QVERIFY2(score.wrong.isEmpty(), score.report().constData());
    }

    /// Talon learns signatures from the sender's name and a trained model. Ours are known by their form alone: a name
    /// or a telephone number below the text without any mark stays, because what a customer wrote must not be lost.
    void ofSignaturesAreRightWhereTheyAreMarked()
    {
        Score score;
        for (const Expectation &mail : signatureMails) {
            QByteArray text = contentOf(m_folder + QStringLiteral("mailgun+talon/fixtures/signature/emails/")
                                        + QLatin1String(mail.file));
            QVERIFY2(!text.isEmpty(), mail.file);
            while (text.startsWith("From: ") || text.startsWith("Subject: ") || text.startsWith("Date: "))
                text = text.mid(text.indexOf('\n') + 1);
            text.replace("#reply#", "").replace("#sig# ", "").replace("#sig#", "");
            score.add(QLatin1String(mail.file), judged(wordsOfText(text), mail));
        }
        qInfo("%s", score.report().constData());
        const QStringList accepted{QStringLiteral("stripped/jeff_body"), QStringLiteral("stripped/long_body"),
                                   QStringLiteral("stripped/short_url_body"), QStringLiteral("stripped/sparse_body"),
                                   QStringLiteral("stripped/johndoeexamplecom_body")};
        for (const QString &wrong : std::as_const(score.wrong))
            QVERIFY2(accepted.contains(wrong.section(QLatin1Char(':'), 0, 0))
                         && wrong.contains(QStringLiteral(": left")),
                     qPrintable(wrong));
        QVERIFY(score.right >= 3);
    }
};

PATCHBAY_TESTS(QuoteFixtures)

#include "tst_quote_fixtures.moc"
