#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/route_card.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QDir>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The words that counted, marked in the message while the reasons are open.
class EvidenceTest final : public QObject {
    Q_OBJECT

    void open(const std::vector<ConsoleDesk::Mail> &mails)
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive(mails);
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_VERIFY(m_window->triage().details());
        QTRY_VERIFY(view()->cardCount() == int(mails.size()) && view()->card(view()->cardCount() - 1));
        m_window->listPane()->list()->setFocus();
    }
    ThreadView *view() const { return m_window->threadPane()->view(); }
    BodyView *body(int row) const { return view()->card(row)->body(); }
    void pressW() { QTest::keyClick(m_window->listPane()->list(), Qt::Key_W); }
    QStringList marked(int row, QTextCharFormat::UnderlineStyle style) const
    {
        QStringList words;
        for (const QTextEdit::ExtraSelection &one : body(row)->extraSelections()) {
            if (one.format.underlineStyle() == style)
                words << one.cursor.selectedText();
        }
        return words;
    }
    bool says(const QString &text) const
    {
        const auto labels = m_window->contextPanel()->routeCard()->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
    }
    void shoot(const QString &name, Theme::Scheme scheme)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        m_window->theme().set(scheme);
        QTest::qWait(250);
        QDir().mkpath(folder);
        QVERIFY(m_window->grab().save(u"%1/%2.png"_s.arg(folder, name)));
    }
    static ConsoleDesk::Mail charged()
    {
        return {.from = "Ana Silva <ana@example.org>",
                .subject = "Charged twice",
                .text = "Hello,\r\n\r\nmy card was charged twice, please refund one payment. The second payment is "
                        "wrong and the delivery is fine.\r\n\r\nOn Mon, 1 Jun 2026 at 10:00, Desk wrote:\r\n"
                        "> The refund of your payment comes soon.\r\n",
                .minutesAgo = 9,
                .messageId = "charged@example.org"};
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

private Q_SLOTS:
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void marksTheWordsWhileTheReasonsAreOpen()
    {
        open({charged()});
        QVERIFY(body(0)->extraSelections().isEmpty());
        pressW();
        const QStringList words = marked(0, QTextCharFormat::SingleUnderline);
        QVERIFY2(!words.isEmpty(), "nothing is marked");
        const Suggestion &suggestion = *m_window->triage().details()->suggestion;
        for (const QString &word : words)
            QVERIFY2(std::any_of(suggestion.classification.because.begin(), suggestion.classification.because.end(),
                                 [&](const Evidence &one) {
                                     return one.weight > 0 && one.words.compare(word, Qt::CaseInsensitive) == 0;
                                 }),
                     qPrintable(word));
        QTRY_VERIFY(says(u"Marked in the message"_s));
        QVERIFY(body(0)->accessibleDescription().contains(u"counted"_s));
        shoot(u"evidence-light"_s, Theme::Scheme::Light);
        shoot(u"evidence-dark"_s, Theme::Scheme::Dark);
        pressW();
        QVERIFY(body(0)->extraSelections().isEmpty());
        QVERIFY(body(0)->accessibleDescription().isEmpty());
    }

    void marksNothingInTheQuotedHistoryWhenItIsUnfolded()
    {
        open({charged()});
        pressW();
        const qsizetype before = body(0)->extraSelections().size();
        QVERIFY(before > 0);
        view()->card(0)->setFolded(false);
        QVERIFY(body(0)->toPlainText().contains(u"comes soon"_s));
        const int quoted = int(body(0)->toPlainText().indexOf(u"wrote:"_s));
        QCOMPARE(body(0)->extraSelections().size(), before);
        for (const QTextEdit::ExtraSelection &one : body(0)->extraSelections())
            QVERIFY(one.cursor.selectionEnd() < quoted);
    }

    void marksWhatSpokeAgainstWithDots()
    {
        open({charged()});
        EvidencePlaces found = m_window->triage().details()->evidence;
        QCOMPARE(found.state, EvidencePlaces::State::Placed);
        QVERIFY(!found.places.empty());
        for (EvidencePlace &place : found.places)
            place.weight = 0.1;
        found.places.front().weight = -0.1;
        view()->setEvidence(found);
        QCOMPARE(marked(0, QTextCharFormat::DotLine).size(), 1);
    }

    void marksTheEarlierMessageThatTheReasonsWereReadIn()
    {
        open({charged(),
              {.from = "Ana Silva <ana@example.org>",
               .subject = "Hm",
               .text = "Hm?",
               .minutesAgo = 1,
               .inReplyTo = "charged@example.org"}});
        pressW();
        QVERIFY2(body(1)->extraSelections().isEmpty(), "the wrong message is marked");
        QVERIFY(!marked(0, QTextCharFormat::SingleUnderline).isEmpty());
    }

    void saysWhyNothingIsMarked()
    {
        open(
            {{.from = "Ana Silva <ana@example.org>",
              .subject = "Hello",
              .text = "--b\r\nContent-Type: text/plain\r\n\r\nMy card was charged twice, please refund the payment. I "
                      "have waited for days.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Refund refund refund! My card "
                      "was charged twice, please refund the payment. I have waited for days.</p>\r\n--b--",
              .contentType = "multipart/alternative; boundary=b"}});
        pressW();
        QVERIFY(body(0)->extraSelections().isEmpty());
        QCOMPARE(m_window->triage().details()->evidence.state, EvidencePlaces::State::ShownOtherwise);
        QTRY_VERIFY(says(u"shown otherwise than it was read"_s));
    }

    void followsThePanelAndTheConversation()
    {
        open({charged()});
        pressW();
        QVERIFY(!body(0)->extraSelections().isEmpty());
        m_window->actions().trigger(u"view.context"_s);
        QVERIFY(body(0)->extraSelections().isEmpty());
        pressW(); // opens the panel with its reasons
        QVERIFY(m_window->contextPanel()->isVisible());
        QVERIFY(!body(0)->extraSelections().isEmpty());
    }

    void showsAWordThatIsLookedForOverTheMarks()
    {
        open({charged()});
        pressW();
        const qsizetype marks = body(0)->extraSelections().size();
        body(0)->setFind(u"refund"_s, 0);
        QVERIFY(body(0)->extraSelections().size() > marks);
        QCOMPARE(body(0)->extraSelections().last().cursor.selectedText(), u"refund"_s);
    }
};

} // namespace patchbay::tests

using patchbay::tests::EvidenceTest;
PATCHBAY_TESTS(EvidenceTest)
#include "tst_evidence.moc"
