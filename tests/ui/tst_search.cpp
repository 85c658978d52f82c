#include "support/search_console.h"
#include "support/test_main.h"
#include "support/watched.h"

namespace patchbay::tests {

/// The search as one uses it, by keys alone, on a real workspace.
class SearchTest final : public QObject, private SearchConsole {
    Q_OBJECT

private Q_SLOTS:
    void init() { open(); }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void findsWhileOneTypesAndMarksTheWords()
    {
        const Watched<SearchListModel> watch(hits());
        press("/");
        QVERIFY(field()->hasFocus());
        QCOMPARE(field()->text(), QString());
        type("refu"); // not yet a word
        ready(2);
        QCOMPARE(nameAt(0), u"Ana"_s);
        QCOMPARE(nameAt(1), u"Cleo"_s);
        const Snippet &snippet = hits().hit(0)->snippet;
        QCOMPARE(int(snippet.marks.size()), 1);
        QCOMPARE(snippet.text.mid(snippet.marks[0].from, snippet.marks[0].length), u"refund"_s);
        QVERIFY(hits().data(hits().index(0), Qt::AccessibleTextRole).toString().contains(u"Please refund"_s));
        QTRY_VERIFY2(pane()->line().contains(u"All 4 messages, newest first"_s), qPrintable(pane()->line()));
        type("nd late");
        ready(1);
        QCOMPARE(nameAt(0), u"Cleo"_s);
        QVERIFY(field()->hasFocus());
    }

    void opensHitsAndComesBackByKeysAlone()
    {
        press("J");
        QTRY_COMPARE(name(), u"Bea"_s);
        press("/");
        type("refund");
        ready(2);
        QCOMPARE(name(), u"Bea"_s); // typing opens nothing
        press("Return");
        QTRY_VERIFY(pane()->list()->hasFocus());
        QTRY_COMPARE(name(), u"Ana"_s);
        press("J");
        QTRY_COMPARE(name(), u"Cleo"_s);
        press("K");
        press("Down");
        QTRY_COMPARE(name(), u"Cleo"_s);
        press("Return");
        QVERIFY(m_window->threadPane()->view()->hasFocus());
        press("Esc");
        QVERIFY(pane()->list()->hasFocus());
        press("Esc");
        QVERIFY(!pane()->isActive());
        QVERIFY(m_window->listPane()->list()->hasFocus());
        QCOMPARE(field()->text(), QString());
        QTRY_COMPARE(name(), u"Bea"_s);
        QCOMPARE(m_window->listPane()->list()->currentIndex().row(), 1);
    }

    void comesBackToThePageOneWasOn()
    {
        m_window->showPage(RailRow::Kind::Outbox);
        QWidget *outbox = m_window->pages()->currentWidget();
        press("Ctrl+Shift+F");
        QVERIFY(field()->hasFocus());
        type("parcel");
        ready(1);
        press("Esc");
        QCOMPARE(m_window->pages()->currentWidget(), outbox);
        QVERIFY(!pane()->isActive());
    }

    void saysWhatIsWrongAndWhere()
    {
        press("/");
        type("refund is:un");
        ready(2); // half a word is no mistake yet
        QVERIFY(!pane()->line().contains(u"There is no"_s));
        press("Esc"); // the list of completions
        press("Return");
        QTRY_VERIFY2(pane()->line().startsWith(u"There is no is:un"_s), qPrintable(pane()->line()));
        ready(2); // what is right is searched for all the same
        field()->setFocus();
        field()->clear();
        type("refund form:ana ");
        QTRY_VERIFY2(pane()->line().contains(u"Did you mean from:"_s), qPrintable(pane()->line()));
        ready(2);
        field()->clear();
        type("refund channel:Post ");
        QTRY_VERIFY2(pane()->line().contains(u"There is no channel named \"Post\""_s), qPrintable(pane()->line()));
        ready(0);
    }

    void completesWithoutStealingWhatIsTyped()
    {
        press("/");
        QTRY_VERIFY(pane()->isVisible());
        type("ch");
        QTRY_VERIFY(field()->isOffering());
        QVERIFY(field()->hasFocus());
        QCOMPARE(field()->text(), u"ch"_s);
        press("Tab");
        QCOMPARE(field()->text(), u"channel:"_s);
        QVERIFY(field()->hasFocus());
        QTRY_VERIFY(field()->isOffering()); // the workspace's channels
        press("Down");
        press("Return");
        QCOMPARE(field()->text(), u"channel:\"Support mail\" "_s);
        QVERIFY(!field()->isOffering());
        ready(4);
        type("is:");
        QTRY_VERIFY(field()->isOffering());
        press("Esc");
        QVERIFY(!field()->isOffering());
        QCOMPARE(field()->text(), u"channel:\"Support mail\" is:"_s); // Esc closed the list alone
        type("open");
        press("Return"); // nothing is chosen in the list: it searches
        QTRY_VERIFY(pane()->list()->hasFocus());
        QCOMPARE(field()->text(), u"channel:\"Support mail\" is:open"_s);
        ready(4);
    }

    void offersPeopleBehindFrom()
    {
        press("/");
        type("from:cl");
        QTRY_VERIFY(field()->isOffering());
        press("Down");
        press("Return");
        QCOMPARE(field()->text(), u"from:Cleo "_s);
        ready(1);
        QCOMPARE(nameAt(0), u"Cleo"_s);
    }

    void showsAllOperatorsOnRequest()
    {
        press("/");
        QVERIFY(!field()->isOffering());
        press("Down");
        QVERIFY(field()->isOffering());
        QVERIFY(field()->offers()->model()->rowCount() >= 10);
    }

    void offersToAskForLessWhereNothingIsFound()
    {
        press("/");
        type("refund zebra is:open ");
        ready(0);
        QPushButton *button = nullptr;
        QTRY_VERIFY([&] {
            for (QPushButton *one : pane()->findChildren<QPushButton *>()) {
                if (one->isVisible() && one->accessibleName().contains(u"zebra"_s))
                    button = one;
            }
            return button != nullptr;
        }());
        QVERIFY(button->focusPolicy() & Qt::TabFocus);
        button->setFocus();
        press("Return");
        QCOMPARE(field()->text(), u"refund is:open"_s);
        ready(2);
        QTRY_VERIFY(pane()->list()->hasFocus());
    }

    void ordersByBestOnRequest()
    {
        receive({mail("Emil", "refund refund refund refund", 600)});
        press("/");
        type("refund");
        ready(3);
        QCOMPARE(nameAt(0), u"Ana"_s);
        press("Ctrl+B");
        QVERIFY(pane()->isBest());
        ready(3);
        QTRY_VERIFY2(pane()->line().contains(u"best of the newest hits first"_s), qPrintable(pane()->line()));
        QTRY_COMPARE(nameAt(0), u"Emil"_s);
        press("Ctrl+B");
        QTRY_COMPARE(nameAt(0), u"Ana"_s);
    }

    void keepsRowsInPlaceAndCountsWhatComesIn()
    {
        press("/");
        type("refund");
        ready(2);
        receive({mail("Fay", "one more refund", 1), mail("Gus", "nothing of the kind", 1)});
        QTRY_COMPARE(hits().arrivedCount(), 1);
        QCOMPARE(hits().rowCount(), 2);
        hits().again();
        ready(3);
        QCOMPARE(nameAt(0), u"Fay"_s);
        QCOMPARE(hits().arrivedCount(), 0);
        field()->selectAll();
        type("refund is:open");
        press("Return"); // at once: what is compared below are its rows
        ready(3);
        const ConversationId closed = hits().idAt(1);
        QVERIFY(await(m_desk->commands->done(closed)));
        QTRY_VERIFY(hits().hasLeft(closed));
        QCOMPARE(hits().rowCount(), 3);
    }

    void readsFurtherPagesAsOneScrolls()
    {
        std::vector<ConsoleDesk::Mail> many;
        for (int i = 0; i < 150; ++i)
            many.push_back(mail("P" + QByteArray::number(i), "zebra crossing", 60 + i));
        receive(many);
        press("/");
        type("zebra");
        QTRY_COMPARE(hits().state(), SearchListModel::State::Ready);
        QTRY_VERIFY(hits().rowCount() >= 60 && hits().rowCount() < 150);
        QTRY_VERIFY2(pane()->line().contains(u'+'), qPrintable(pane()->line()));
        press("Return");
        QTRY_VERIFY(pane()->list()->hasFocus());
        for (int i = 0; i < 149; ++i) {
            QTRY_VERIFY(hits().rowCount() > i + 1);
            press("J");
        }
        QTRY_COMPARE(name(), u"P149"_s);
        QCOMPARE(hits().rowCount(), 150);
        QSet<ConversationId> all;
        for (int i = 0; i < 150; ++i)
            all.insert(hits().idAt(i));
        QCOMPARE(all.size(), 150);
    }

    void saysWhatTheIndexHasNotSeenYet()
    {
        receive({mail("Hal", "refund of last year", 1)}, false);
        press("/");
        type("refund");
        ready(2);
        QTRY_VERIFY2(pane()->line().contains(u"4 of 5 messages: the index is catching up"_s),
                     qPrintable(pane()->line()));
        m_window->actions().trigger(u"search.details"_s);
        QTRY_VERIFY([&] {
            for (const QLabel *label : pane()->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text().startsWith(u"Support mail from "_s))
                    return true;
            }
            return false;
        }());
    }

    void tellsAFailureAndTriesAgain()
    {
        const auto broken = m_desk->write([](Database &db) -> Result<Done> {
            db.exec("ALTER TABLE conversation_label RENAME TO gone");
            return db.finish(Done{});
        });
        QVERIFY2(broken, broken ? "" : qPrintable(broken.error().message));
        press("/");
        type("label:x y");
        QTRY_COMPARE(hits().state(), SearchListModel::State::Failed);
        QVERIFY(!hits().failure().isEmpty());
        (void)m_desk->write([](Database &db) -> Result<Done> {
            db.exec("ALTER TABLE gone RENAME TO conversation_label");
            return db.finish(Done{});
        });
        hits().again();
        ready(0);
    }

    void tellsWhatIsWrongBesideTheOffersThatHideTheLine()
    {
        press("/");
        type("is:wrong is:o");
        QTRY_VERIFY(field()->isOffering());
        QTRY_VERIFY(field()->problem()->isVisible());
        QVERIFY2(field()->problem()->text().contains(u"wrong"_s), qPrintable(field()->problem()->text()));
        keep(u"wrong"_s);
        field()->selectAll();
        type("is:o");
        QTRY_VERIFY(!field()->problem()->isVisible());
    }

    void isPaintedLightAndDark()
    {
        press("/");
        type("refund");
        ready(2);
        press("Return");
        QTRY_COMPARE(name(), u"Ana"_s);
        keep(u"hits"_s);
        press("/");
        type("nowhere is:open");
        press("Return");
        ready(0);
        keep(u"nothing"_s);
    }

    void registersNoKeyTwice() { QCOMPARE(m_window->actions().conflicts(), QStringList()); }

private:
    /// In both schemes; with PATCHBAY_SHOTS set to a folder, keeps the pictures for people.
    void keep(const QString &what)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, name] :
             {std::pair(Theme::Scheme::Light, u"light"_s), std::pair(Theme::Scheme::Dark, u"dark"_s)}) {
            m_window->theme().set(scheme);
            QTest::qWait(200); // until what was painted has settled
            const QPixmap picture = m_window->grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty())
                QVERIFY(picture.save(u"%1/%2-search-%3.png"_s.arg(folder, name, what)));
        }
    }
};

} // namespace patchbay::tests

using patchbay::tests::SearchTest;
PATCHBAY_TESTS(SearchTest)
#include "tst_search.moc"
