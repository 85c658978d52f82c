#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// What the author wrote is told from what earlier mails said.
class QuotedHistory : public QObject {
    Q_OBJECT

    static QString wordsOf(const QString &text)
    {
        Body body = bodyFromText(text, false);
        markQuotedHistory(body);
        return ownWords(body);
    }

    static QString wordsOfHtml(const QString &html)
    {
        Body body = bodyFromHtml(html);
        markQuotedHistory(body);
        return ownWords(body);
    }

private Q_SLOTS:
    void beginsAtTheIntroductionOfAnyProgram_data()
    {
        QTest::addColumn<QString>("introduction");
        const auto row = [](const char *name, const char16_t *text) {
            QTest::newRow(name) << QString::fromUtf16(text);
        };
        row("gmail en", u"On Tue, Mar 12, 2024 at 10:11 AM Ana Silva <ana@example.org> wrote:");
        row("gmail en wrapped", u"On Tue, Mar 12, 2024 at 10:11 AM Ana Silva\n<ana@example.org> wrote:");
        row("gmail en wrapped twice", u"On Tue, Mar 12, 2024 at 10:11 AM Ana Maria\nSilva <ana@example.org>\nwrote:");
        row("apple en", u"On 12 Mar 2024, at 10:11, Ana Silva <ana@example.org> wrote:");
        row("thunderbird en", u"On 12/03/2024 10:11, Ana Silva wrote:");
        row("yahoo en", u"--- On Tue, 3/12/24, Ana <ana@example.org> wrote:");
        row("usenet", u"ana@example.org (Ana Silva) writes:");
        row("gmail de", u"Am Di., 12. März 2024 um 10:11 Uhr schrieb Ana Silva <ana@example.org>:");
        row("thunderbird de", u"Am 12.03.24 um 10:11 schrieb Ana Silva:");
        row("gmx de", u"Ana Silva <ana@example.org> schrieb am Di., 12. März 2024, 10:11:");
        row("gmail ru", u"вт, 12 мар. 2024 г. в 10:11, Ана Сильва <ana@example.org>:");
        row("yandex", u"12.03.2024, 10:11, \"Ана Сильва\" <ana@example.org>:");
        row("mail.ru", u"Вторник, 12 марта 2024, 10:11 +03:00 от Ана Сильва <ana@example.org>:");
        row("thunderbird ru", u"12.03.2024 10:11, Ана Сильва пишет:");
        row("apple ru", u"12 марта 2024 г., в 10:11, Ана Сильва <ana@example.org> написал(а):");
        row("android ru", u"12.03.2024 10:11 пользователь \"Ана\" <ana@example.org> написал:");
        row("gmail pt", u"Em ter., 12 de mar. de 2024 às 10:11, Ana Silva <ana@example.org> escreveu:");
        row("thunderbird pt", u"Em 12/03/2024 10:11, Ana Silva escreveu:");
        row("apple pt", u"No dia 12/03/2024, às 10:11, Ana Silva <ana@example.org> escreveu:");
        row("gmail zh", u"Ana <ana@example.org> 于2024年3月12日周二 10:11写道：");
        row("apple zh", u"在 2024年3月12日，10:11，Ana <ana@example.org> 写道：");
        row("netease zh", u"在 2024-03-12 10:11:12，\"Ana\" <ana@example.org> 写道：");
        row("qq zh", u"------------------ 原始邮件 ------------------");
        row("gmail es", u"El mar, 12 mar 2024 a las 10:11, Ana Silva (<ana@example.org>) escribió:");
        row("gmail fr", u"Le mar. 12 mars 2024 à 10:11, Ana Silva <ana@example.org> a écrit :");
        row("gmail it", u"Il giorno mar 12 mar 2024 alle ore 10:11 Ana Silva <ana@example.org> ha scritto:");
        row("outlook en", u"-----Original Message-----\nFrom: Ana");
        row("outlook de old", u"-----Ursprüngliche Nachricht-----");
        row("outlook pt old", u"-----Mensagem original-----");
        row("outlook ru old", u"-----Исходное сообщение-----");
        row("outlook en block",
            u"From: Ana Silva <ana@example.org>\nSent: Tuesday, March 12, 2024 10:11\nTo: Desk\nSubject: Order");
        row("outlook line block",
            u"________________________________\nFrom: Ana Silva\nSent: Tuesday\nTo: Desk\nSubject: Order");
        row("outlook de block",
            u"Von: Ana Silva <ana@example.org>\nGesendet: Dienstag, 12. März 2024 10:11\nAn: Desk\nBetreff: Auftrag");
        row("outlook ru block", u"От: Ана Сильва\nОтправлено: 12 марта 2024 г. 10:11\nКому: Desk\nТема: Заказ");
        row("outlook pt block",
            u"De: Ana Silva\nEnviado: terça-feira, 12 de março de 2024 10:11\nPara: Desk\nAssunto: Pedido");
        row("outlook es block", u"De: Ana Silva\nEnviado el: martes, 12 de marzo de 2024\nPara: Desk\nAsunto: Pedido");
        row("outlook fr block", u"De : Ana Silva\nEnvoyé : mardi 12 mars 2024\nÀ : Desk\nObjet : Commande");
        row("outlook zh block", u"发件人: Ana\n发送时间: 2024年3月12日 10:11\n收件人: Desk\n主题: 订单");
        row("outlook zh fullwidth", u"发件人：Ana\n日期：2024年3月12日\n收件人：Desk\n主题：订单");
        row("gmail plain of outlook",
            u"*From:* Ana Silva <ana@example.org>\n*Sent:* Tuesday\n*To:* Desk\n*Subject:* Order");
    }

    void beginsAtTheIntroductionOfAnyProgram()
    {
        QFETCH(QString, introduction);
        QCOMPARE(wordsOf(QStringLiteral("My own words.\n\n") + introduction + QStringLiteral("\n\nearlier words")),
                 QStringLiteral("My own words."));
        QString html = introduction.toHtmlEscaped();
        html.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
        QCOMPARE(
            wordsOfHtml(QStringLiteral("<div>My own words.</div><div><br></div><div>%1</div><div>earlier words</div>")
                            .arg(html)),
            QStringLiteral("My own words."));
    }

    void isNotSeenInOrdinaryWords_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const char16_t *text) {
            QTest::newRow(name) << QString::fromUtf16(text);
        };
        row("on", u"On your remote host you can run:\n\ntelnet 127.0.0.1 52698");
        row("wrote", u"As I wrote:\nit does not work");
        row("year", u"In 2019 my colleague wrote:\nit does not work");
        row("time", u"I can be reached at 10:30 or 12:00:\nby phone");
        row("form", u"From: Berlin\nTo: Paris\nDate: 12 May\nSeats: 2");
        row("labels", u"To: do\nSubject: maths");
        row("one label", u"From: me, with love\nand more");
        row("dashes", u"a\n-----\nb");
        row("original", u"The original message was lost.\nPlease send it again.");
        row("address", u"Please write to ana@example.org:\nshe knows");
        row("sent from", u"Sent from my desk, is much easier then my mobile phone.");
        row("two dashes in a line", u"And here is a fix -- this is not a signature.\nkthxbai");
        row("list", u"- one\n- two");
        row("closing in the middle", u"Best regards\nto your team! But why is my order late?");
    }

    void isNotSeenInOrdinaryWords()
    {
        QFETCH(QString, text);
        QCOMPARE(wordsOf(text),
                 text.simplified().isEmpty() ? QString()
                                             : QString(text).replace(QStringLiteral("\n\n"), QStringLiteral("\n")));
    }

    void leavesAnswersBetweenQuotesVisible()
    {
        QCOMPARE(
            wordsOf(QStringLiteral(
                "On Tue, Mar 12, 2024 at 10:11 AM Ana <ana@example.org> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n")),
            QStringLiteral("Yes.\nNo."));
        QCOMPARE(wordsOfHtml(QStringLiteral("<div class=gmail_quote><div class=gmail_attr>On Tue, Ana wrote:</div>"
                                            "<blockquote class=gmail_quote>one?</blockquote><div>Yes.</div>"
                                            "<blockquote class=gmail_quote>two?</blockquote><div>No.</div></div>")),
                 QStringLiteral("Yes.\nNo."));
        QCOMPARE(wordsOfHtml(QStringLiteral("<blockquote type=cite>one?</blockquote>Yes.")), QStringLiteral("Yes."));
    }

    void leavesAQuoteThatSomebodyWroteVisible()
    {
        QCOMPARE(wordsOfHtml(
                     QStringLiteral("<p>Your page says</p><blockquote>free of charge</blockquote><p>Is that so?</p>")),
                 QStringLiteral("Your page says\nfree of charge\nIs that so?"));
    }

    void leavesForwardedMailVisible()
    {
        const QString forwarded =
            QStringLiteral("See below.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.org>\n"
                           "Date: Tue, Mar 12, 2024\nSubject: Invoice\nTo: Ana\n\nThe invoice is wrong.");
        QVERIFY(wordsOf(forwarded).contains(QStringLiteral("The invoice is wrong.")));
        QVERIFY(
            wordsOf(
                QStringLiteral(
                    "Look\n\nBegin forwarded message:\n\nFrom: Bob <b@x.example>\nSubject: a\nDate: b\nTo: c\n\nwrong"))
                .contains(QStringLiteral("wrong")));
    }

    void marksNothingWhenEverythingWouldBeMarked()
    {
        const QString all =
            QStringLiteral("From: Bob <bob@example.org>\nSent: Monday\nTo: Ana\nSubject: Invoice\nIt is wrong.");
        QCOMPARE(wordsOf(all), all);
        QVERIFY(wordsOf(QStringLiteral("> only\n> quoted")).contains(QStringLiteral("only")));
        QCOMPARE(wordsOf(QString()), QString());
    }

    void countsAnImageAsOwnWords()
    {
        Body body = bodyFromHtml(QStringLiteral("<img src=cid:a><blockquote type=cite>old</blockquote>"));
        markQuotedHistory(body);
        QCOMPARE(outline(body), QStringList({QStringLiteral("img|a"), QStringLiteral("Q:q1|old")}));
    }

    void splitsABlockWhereTheHistoryBegins()
    {
        Body body = bodyFromText(
            QStringLiteral("soon\nOn Dec 8, 2013 2:10 PM, \"John\" <j@example.org> wrote:\n\n> old\n"), false);
        markQuotedHistory(body);
        QCOMPARE(outline(body),
                 QStringList({QStringLiteral("p|soon"),
                              QStringLiteral("Q:p|On Dec 8, 2013 2:10 PM, \"John\" <j@example.org> wrote:"),
                              QStringLiteral("Q:q1|old")}));
    }

    void keepsStylesAndLinksOfASplitBlock()
    {
        Body body = bodyFromHtml(QStringLiteral(
            "<b>new</b> <a href='http://x.example'>link</a><br>On 1 May 2020 at 10:10, Bob wrote:<br>old"));
        markQuotedHistory(body);
        QCOMPARE(body.blocks.size(), 2u);
        QVERIFY(body.blocks[0].runs.front().bold);
        QCOMPARE(body.blocks[0].runs.back().href, QStringLiteral("http://x.example"));
        QCOMPARE(body.blocks[1].part, BodyBlock::Part::QuotedHistory);
    }

    void changesNothingTheSecondTime()
    {
        Body body = bodyFromText(
            QStringLiteral("a\n\nOn 1 May 2020 at 10:10, Bob wrote:\n> b\n\nRegards,\nAna\n-- \nx\n"), false);
        markQuotedHistory(body);
        Body again = body;
        markQuotedHistory(again);
        QVERIFY(again == body);
    }

    void tellsSignatures_data()
    {
        QTest::addColumn<QString>("signature");
        const auto row = [](const char *name, const char16_t *text) {
            QTest::newRow(name) << QString::fromUtf16(text);
        };
        row("mark", u"-- \nAna Silva\nSilva Ltd");
        row("mark without blank", u"--\nAna Silva");
        row("iphone", u"Sent from my iPhone");
        row("android", u"Sent from my Verizon Wireless BlackBerry");
        row("outlook", u"Get Outlook for iOS<https://aka.ms/o0ukef>");
        row("samsung", u"Sent from Samsung Mobile");
        row("ru iphone", u"Отправлено с iPhone");
        row("ru yandex", u"Отправлено из мобильной Яндекс.Почты: http://m.ya.ru/ymail");
        row("pt", u"Enviado do meu iPhone");
        row("zh", u"发自我的 iPhone");
        row("zh tw", u"發自我的 iPhone");
        row("de", u"Von meinem iPhone gesendet");
        row("es", u"Enviado desde mi iPhone");
        row("fr", u"Envoyé de mon iPhone");
        row("closing", u"Best regards,\nAna Silva\n+49 30 1234");
        row("closing ru", u"С уважением,\nАна Сильва");
        row("closing de", u"Mit freundlichen Grüßen\nAna Silva");
        row("dashed name", u"-Ana Silva");
        row("list footer",
            u"_______________________________________________\nriak-users mailing list\nriak@example.org");
    }

    void tellsSignatures()
    {
        QFETCH(QString, signature);
        QCOMPARE(wordsOf(QStringLiteral("My own words.\n\n") + signature), QStringLiteral("My own words."));
        QCOMPARE(wordsOf(QStringLiteral("My own words.\n\n") + signature
                         + QStringLiteral("\n\nOn 1 May 2020 at 10:10, Bob wrote:\n> old")),
                 QStringLiteral("My own words."));
    }

    void trustsAMailProgramsOwnMarks()
    {
        QCOMPARE(wordsOfHtml(QStringLiteral("<div>hi</div><div class=\"gmail_signature\">Ana</div>")),
                 QStringLiteral("hi"));
        QCOMPARE(wordsOfHtml(QStringLiteral("<div>hi</div><div id=\"Signature\">Ana</div>")), QStringLiteral("hi"));
        QCOMPARE(wordsOfHtml(QStringLiteral("<div>hi</div><div class='yahoo_quoted'>old</div>")), QStringLiteral("hi"));
        QCOMPARE(wordsOfHtml(QStringLiteral(
                     "<div>hi</div><div class='moz-cite-prefix'>Kto to</div><blockquote type=cite>old</blockquote>")),
                 QStringLiteral("hi"));
    }
};

PATCHBAY_TESTS(QuotedHistory)

#include "tst_quoted_history.moc"
