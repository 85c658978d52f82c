#include "core/mail/html_body.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/models/body_document.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/source_dialog.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/thread_pane.h"

#include <QtGui/QAccessible>
#include <QtGui/QTextBlock>
#include <QtTest/QtTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMessageBox>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What comes from outside is text and nothing else; what is ours can be read by everyone.
class HonestTextTest final : public QObject {
    Q_OBJECT

private:
    static double luminance(const QColor &color)
    {
        const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
    }
    static double contrast(const QColor &a, const QColor &b)
    {
        const double la = luminance(a);
        const double lb = luminance(b);
        return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
    }
    static ConsoleDesk::Mail hostile()
    {
        ConsoleDesk::Mail mail;
        mail.from = "\"<b>x</b><img src=file:///etc/passwd>\" <evil@example.org>";
        mail.subject = "<h1>Invoice</h1>";
        mail.text = "<script>alert(1)</script> refund my invoice";
        return mail;
    }

private Q_SLOTS:
    void namesEveryFocusableWidget()
    {
        ConsoleDesk desk;
        desk.receive({hostile()});
        MainWindow window(desk.context());
        window.show();
        window.showView(conversations::View::All);
        QTRY_VERIFY(window.triage().details());
        QTest::qWait(100);
        QStringList unnamed;
        for (QWidget *widget : window.findChildren<QWidget *>()) {
            if (widget->isHidden() || widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(u"qt_"_s))
                continue;
            QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
            if (!face || face->text(QAccessible::Name).trimmed().isEmpty())
                unnamed << QLatin1String(widget->metaObject()->className()) + u" in "_s
                        + QLatin1String(widget->parentWidget()->metaObject()->className());
        }
        QVERIFY2(unnamed.isEmpty(), qPrintable(unnamed.join(u"; "_s)));
    }

    void showsHostileNamesAsText()
    {
        ConsoleDesk desk;
        desk.receive({hostile()});
        MainWindow window(desk.context());
        window.show();
        window.showView(conversations::View::All);
        QTRY_VERIFY(window.triage().details());
        QTRY_VERIFY(window.threadPane()->view()->cardCount() == 1);
        bool seen = false;
        for (const QLabel *label : window.findChildren<QLabel *>()) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
            seen = seen || label->text().contains(u"<h1>Invoice</h1>"_s);
        }
        QVERIFY(seen);
        for (const QWidget *widget : window.findChildren<QWidget *>())
            QVERIFY2(!Qt::mightBeRichText(widget->toolTip()) || widget->toolTip().startsWith(u"<span>"_s),
                     qPrintable(widget->toolTip()));
        QVERIFY(window.threadPane()->view()->card(0)->body()->toPlainText().contains(u"<script>alert(1)</script>"_s));
    }

    void keepsBoxesPlain()
    {
        QWidget parent;
        ask(&parent, u"<b>Open?</b>"_s, u"<img src=x>"_s, u"Yes & no"_s, [] {});
        auto *box = parent.findChild<QMessageBox *>();
        QVERIFY(box);
        for (const QLabel *label : box->findChildren<QLabel *>())
            QVERIFY(label->textFormat() == Qt::PlainText || !label->text().contains(u'<'));
        box->reject();
    }

    void paintsBodiesWithoutMarkupOrResources()
    {
        Body body = bodyFromHtml(
            u"<p>Hello <b>you</b> <a href='javascript:x()'>bad</a> <a href='https://good.example/a'>good</a></p>"
            "<img src='https://spy.example/p.png'><img src='file:///etc/passwd'>"_s);
        BodyDocument document;
        document.show(body, true, {Qt::black, Qt::gray, Qt::blue, Qt::gray, Qt::white});
        QStringList links;
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                if (it.fragment().charFormat().isAnchor())
                    links << it.fragment().charFormat().anchorHref();
            }
        }
        QCOMPARE(links, QStringList{u"https://good.example/a"_s});
        QVERIFY(!document.resource(QTextDocument::ImageResource, QUrl(u"file:///etc/passwd"_s)).isValid());
        QVERIFY(!document.resource(QTextDocument::ImageResource, QUrl(u"https://spy.example/p.png"_s)).isValid());
    }

    void namesTheRealHostOfALink()
    {
        QCOMPARE(linkTarget(u"https://bank.example@evil.example/login"_s), u"evil.example"_s);
        QCOMPARE(linkTarget(u"javascript:alert(1)"_s), QString());
        QCOMPARE(linkTarget(u"file:///etc/passwd"_s), QString());
        QCOMPARE(linkTarget(u"mailto:ana@example.org"_s), u"ana@example.org"_s);
        QVERIFY(linkTarget(u"https://bаnk.example/"_s).startsWith(u"xn--"_s)); // a Cyrillic а
    }

    void decodesOnlySmallRasterPictures()
    {
        QImage picture(4, 4, QImage::Format_RGB32);
        picture.fill(Qt::red);
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        QVERIFY(picture.save(&buffer, "PNG"));
        QCOMPARE(decodePicture(png, 720).size(), QSize(4, 4));
        QVERIFY(decodePicture("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", 720).isNull());
        QVERIFY(decodePicture("garbage", 720).isNull());
        QByteArray bomb = png;
        bomb[18] = char(0x40); // says 16,388 pixels wide; and as high
        bomb[22] = char(0x40);
        QVERIFY(decodePicture(bomb, 720).isNull());
    }

    void countsInWordsOfTheLanguage()
    {
        ConsoleDesk desk(false);
        const MainWindow window(desk.context()); // installs the texts
        QCOMPARE(words::duration(std::chrono::minutes(1)), u"1 minute"_s);
        QCOMPARE(words::duration(std::chrono::minutes(12)), u"12 minutes"_s);
    }

    void stripsControlsFromOneLineTexts()
    {
        QCOMPARE(words::oneLine(u"a\u202Eb\nc\u200B\u0007d"_s), u"ab c d"_s);
        QCOMPARE(words::oneLine(QString(500, u'x'), 10).size(), 11);
    }

    void showsSourceWithoutRunningIt()
    {
        const QString shown = sourceText(QByteArray("a\x1b[31m\r\nb\0c", 11));
        QVERIFY(!shown.contains(QChar(0x1b)));
        QVERIFY(!shown.contains(QChar(0)));
        const QString longLine = sourceText(QByteArray(1'000'000, 'x'));
        for (const QString &line : longLine.split(u'\n'))
            QVERIFY(line.size() <= 2001);
    }

    void reachesTheContrastInBothSchemes()
    {
        for (const bool dark : {false, true}) {
            const ThemeColors &c = themeColors(dark);
            const std::pair<QColor, QList<QColor>> pairs[] = {
                {c.text,
                 {c.base, c.window, c.raised, c.rail, c.selected, c.hover, c.note, c.mine, c.goodSoft, c.dangerSoft}},
                {c.muted, {c.base, c.window, c.raised, c.rail, c.selected, c.hover, c.note, c.mine}},
                {c.accent, {c.base, c.raised, c.rail, c.selected, c.accentSoft}},
                {c.danger, {c.base, c.raised, c.rail, c.selected, c.hover, c.dangerSoft, c.mine}},
                {c.warning, {c.base, c.window, c.rail, c.selected, c.hover, c.warningSoft}},
                {c.good, {c.base, c.raised, c.selected, c.hover, c.goodSoft}},
                {c.onAccent, {c.accentFill}},
                {c.window, {c.text}},
            };
            for (const auto &[ink, papers] : pairs) {
                for (const QColor &paper : papers)
                    QVERIFY2(contrast(ink, paper) >= 4.5,
                             qPrintable(u"%1 on %2: %3"_s.arg(ink.name(), paper.name()).arg(contrast(ink, paper))));
            }
        }
    }

    void changesColoursWhileItRuns()
    {
        ConsoleDesk desk;
        desk.receive({hostile()});
        MainWindow window(desk.context());
        window.show();
        window.theme().set(Theme::Scheme::Dark);
        QVERIFY(window.palette().color(QPalette::Window).lightness() < 128);
        QVERIFY(themeOf(&window).dark);
        window.theme().set(Theme::Scheme::Light);
        QVERIFY(!themeOf(&window).dark);
        QVERIFY(window.palette().color(QPalette::Window).lightness() > 128);
    }

    void asksForWhatIsMissingBeforeItConnects()
    {
        ConsoleDesk desk;
        AccountDialog dialog(desk.context(), AccountDialog::Kind::Channel, u"mail"_s);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QAbstractButton *test = nullptr;
        for (QAbstractButton *button : dialog.findChildren<QAbstractButton *>()) {
            if (button->accessibleName() == u"Test connection"_s)
                test = button;
        }
        QVERIFY(test);
        test->click();
        QVERIFY2(dialog.answer().contains(u"Mail address"_s), qPrintable(dialog.answer()));
        for (const char *key : {"address", "password", "imap_host"})
            dialog.form()->findChild<QLineEdit *>(u"field."_s + QLatin1String(key))->setText(u"hunter2.example"_s);
        QCOMPARE(dialog.form()->missing(), QString());
        QVERIFY(!dialog.form()->settings().contains(u"password"_s)); // secrets never travel with settings
        QCOMPARE(dialog.form()->secrets().value(u"password"_s), u"hunter2.example"_s);
        QCOMPARE(dialog.form()->findChild<QLineEdit *>(u"field.password"_s)->echoMode(), QLineEdit::Password);
        test->click();
        QTRY_VERIFY2(dialog.answer().contains(u"Signed in"_s), qPrintable(dialog.answer()));
    }

    void keepsTheSecretOutOfTheDatabase()
    {
        ConsoleDesk desk;
        auto *dialog = new AccountDialog(desk.context(), AccountDialog::Kind::Channel, u"mail"_s);
        dialog->show();
        for (const char *key : {"address", "password", "imap_host"})
            dialog->form()->findChild<QLineEdit *>(u"field."_s + QLatin1String(key))->setText(u"hunter2.example"_s);
        dialog->form()->findChild<QLineEdit *>(u"field.password"_s)->setText(u"correct horse"_s);
        for (QAbstractButton *button : dialog->findChildren<QAbstractButton *>()) {
            if (button->accessibleName() == u"Add channel"_s)
                button->click();
        }
        QTRY_VERIFY(desk.secrets.values.values().contains(u"correct horse"_s));
        const auto stored =
            desk.read([](Database &db) -> Result<std::vector<Channel>> { return db.finish(channels::all(db)); });
        QVERIFY(stored.ok());
        QCOMPARE(stored->size(), size_t(2));
        for (const Channel &channel : *stored)
            QVERIFY(!QJsonDocument(channel.settings).toJson().contains("correct horse"));
    }
};

} // namespace patchbay::tests

using patchbay::tests::HonestTextTest;
PATCHBAY_TESTS(HonestTextTest)
#include "tst_honest_text.moc"
