#include "core/mail/html_body.h"
#include "support/console_desk.h"
#include "support/many_rows.h"
#include "support/test_main.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/find_bar.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/thread_view.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QToolButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Finding a text in the whole conversation, on a real workspace.
class FindTest final : public QObject {
    Q_OBJECT

private:
    ConversationId fill(int count, const std::function<QString(int)> &words, const std::optional<Body> &body = {})
    {
        auto made = m_desk->write([&](Database &db) -> Result<ConversationId> {
            return db.finish(addThread(db, m_desk->channel, m_desk->me.id, count, words, body));
        });
        return made ? *made : ConversationId();
    }
    void show(ConversationId id)
    {
        QSignalSpy opened(m_model.get(), &TimelineModel::opened);
        m_model->open(id);
        QTRY_COMPARE(opened.count(), 1);
        m_id = id;
    }
    void find(const QString &text)
    {
        if (!m_bar->isOpen())
            m_bar->open(m_id);
        m_bar->field()->setText(text);
        QTRY_VERIFY(!m_bar->find().isLoading() && m_bar->find().folded() == foldedText(text).text);
    }
    QString status() const { return m_bar->status()->text(); }
    int rowOf(MessageId id) const
    {
        for (int row = 0; row < m_model->rowCount(); ++row) {
            if (m_model->at(row)->messages.front().id == id)
                return row;
        }
        return -1;
    }
    /// The card of the current place, once that is on the screen.
    MessageCard *cardOfCurrent() const
    {
        const FindHit *hit = m_bar->find().current();
        const int row = hit ? rowOf(hit->message) : -1;
        MessageCard *card = row >= 0 ? m_view->card(row) : nullptr;
        if (!card || card->body()->currentPlace().isNull())
            return nullptr;
        const QPoint at = card->body()->mapTo(m_view->viewport(), card->body()->currentPlace().center());
        return m_view->viewport()->rect().contains(at) ? card : nullptr;
    }
    static QString coloured(const BodyView *body, bool current)
    {
        QStringList texts;
        for (const QTextEdit::ExtraSelection &one : body->extraSelections()) {
            if ((one.format.background().color() == themeOf(body).accentFill) == current)
                texts << one.cursor.selectedText();
        }
        return texts.join(u'|');
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<TimelineModel> m_model;
    std::unique_ptr<ThreadView> m_view;
    std::unique_ptr<FindBar> m_bar;
    ActionRegistry m_actions;
    ConversationId m_id;

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_model = std::make_unique<TimelineModel>(m_desk->store());
        m_view = std::make_unique<ThreadView>(*m_model, CardWishes(), m_desk->store().files());
        m_bar = std::make_unique<FindBar>(m_desk->store(), m_actions, *m_view, nullptr);
        m_view->resize(700, 600);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup()
    {
        m_bar.reset();
        m_view.reset();
        m_model.reset();
        m_desk.reset();
    }

    void countsInTheWholeConversationAndGoesToEachPlace()
    {
        show(fill(700, [](int i) { return i % 100 == 7 ? u"the NEEDLE %1 here"_s.arg(i) : u"straw"_s; }));
        find(u"needle"_s);
        QCOMPARE(status(), u"7 of 7"_s); // one reads the end: the last one is the nearest
        QTRY_VERIFY(cardOfCurrent());
        QCOMPARE(coloured(cardOfCurrent()->body(), true), u"NEEDLE"_s);
        m_bar->move(1);
        QCOMPARE(status(), u"1 of 7"_s);
        QTRY_VERIFY(cardOfCurrent());
        QVERIFY(cardOfCurrent()->body()->toPlainText().contains(u"NEEDLE 7 "_s));
        for (int i = 2; i <= 7; ++i) {
            m_bar->move(1);
            QTRY_VERIFY(cardOfCurrent());
            QCOMPARE(status(), u"%1 of 7"_s.arg(i));
        }
        m_bar->move(-1);
        QTRY_VERIFY(cardOfCurrent());
        QVERIFY(cardOfCurrent()->body()->toPlainText().contains(u"NEEDLE 507 "_s));
    }

    void findsInsideWordsWithCaseAndAccentsFolded_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<int>("places");
        QTest::newRow("inside a word") << u"unparceled parcels"_s << u"PARCEL"_s << 2;
        QTest::newRow("accents") << u"caf\u00e9 CAFE\u0301 cafes"_s << u"caf\u00e9"_s << 3;
        QTest::newRow("as the search folds") << u"Stra\u00dfe STRASSE \u00d8re"_s << u"stra\u00dfe"_s << 2;
        QTest::newRow("Russian") << u"\u0401\u0436\u0438\u043a \u0435\u0436"_s << u"\u0435\u0436"_s << 2;
        QTest::newRow("Chinese") << u"\u6211\u7684\u5305\u88f9\u5305\u88f9"_s << u"\u5305\u88f9"_s << 2;
        QTest::newRow("with blanks and signs") << u"order #48-121, order"_s << u"order #48-1"_s << 1;
        QTest::newRow("places do not overlap") << u"aaaa"_s << u"aa"_s << 2;
        QTest::newRow("not across lines") << u"one\ntwo"_s << u"one two"_s << 0;
    }
    void findsInsideWordsWithCaseAndAccentsFolded()
    {
        QFETCH(QString, text);
        QFETCH(QString, wanted);
        QFETCH(int, places);
        show(fill(1, [&](int) { return text; }));
        find(wanted);
        QCOMPARE(m_bar->find().count(), places);
        QCOMPARE(m_view->card(0)->body()->extraSelections().size(), places);
        if (places == 0)
            QCOMPARE(status(), u"Nothing found"_s);
    }

    void countsWhatTheCardsShowInAllTheirParts()
    {
        Body body =
            bodyFromHtml(u"<p>1 one</p><ol><li>1 two<li>three 1</ol><blockquote>1 q</blockquote><hr>"
                         u"<img src=cid:1 alt=1><pre>1\n\t1</pre><p>1 <b>1</b><a href=http://x.example/1>1</a>"_s);
        for (int i = 0; i < 200; ++i) {
            body.blocks.push_back({});
            body.blocks.back().runs.push_back({u"line 1 of many\n"_s.repeated(3)});
        }
        show(fill(
            1, [](int) { return QString(); }, body));
        find(u"1"_s);
        m_view->card(0)->body()->showAll();
        auto *document = qobject_cast<BodyDocument *>(m_view->card(0)->body()->document());
        QTRY_VERIFY(!document->hasMore());
        QCOMPARE(int(document->occurrences(u"1"_s).size()), m_bar->find().count());
    }

    void unfoldsWhatIsFoldedWhenItIsFoundThere()
    {
        Body body;
        for (const auto &[words, part] : {std::pair{u"needle first"_s, BodyBlock::Part::Text},
                                          {u"a needle quoted"_s, BodyBlock::Part::QuotedHistory},
                                          {u"the last needle"_s, BodyBlock::Part::Text}}) {
            body.blocks.push_back({});
            body.blocks.back().part = part;
            body.blocks.back().runs.push_back({words});
        }
        show(fill(
            1, [](int) { return QString(); }, body));
        find(u"needle"_s);
        QCOMPARE(status(), u"1 of 3"_s);
        m_bar->move(-1);
        QTRY_VERIFY(cardOfCurrent());
        QCOMPARE(status(), u"3 of 3"_s);
        QVERIFY(!m_view->card(0)->body()->toPlainText().contains(u"quoted"_s));
        QCOMPARE(coloured(m_view->card(0)->body(), false), u"needle"_s); // the first one; the third is current
        m_bar->move(-1);
        QTRY_VERIFY(cardOfCurrent());
        QVERIFY(m_view->card(0)->body()->toPlainText().contains(u"quoted"_s));
        QCOMPARE(coloured(m_view->card(0)->body(), false), u"needle|needle"_s);
    }

    void goesToAPlaceFarDownInALongMessage()
    {
        show(fill(1, [](int) { return u"word "_s.repeated(30'000) + u"\nneedle at the end"_s; }));
        find(u"needle"_s);
        QTRY_VERIFY(cardOfCurrent());
        QCOMPARE(coloured(m_view->card(0)->body(), true), u"needle"_s);
    }

    void countsNoFurtherThanAPersonReads()
    {
        show(fill(300, [](int) { return u"ab ab ab ab ab"_s; }));
        find(u"ab"_s);
        QVERIFY2(status().endsWith(u" of 999+"_s), qPrintable(status()));
        find(u"ab ab ab ab ab"_s);
        QVERIFY2(status().endsWith(u" of 300"_s), qPrintable(status()));
    }

    void takesInWhatArrivesAndStaysWhereItIs()
    {
        const ConversationId id = fill(3, [](int i) { return u"needle %1"_s.arg(i); });
        show(id);
        find(u"needle"_s);
        m_bar->move(-1);
        const FindHit at = *m_bar->find().current();
        const QString before = status();
        QVERIFY(before.endsWith(u"of 3"_s));
        const auto stored = m_desk->write([&](Database &db) -> Result<Done> {
            Message m = messages::before(db, id, std::nullopt, 1).front();
            m.uid.clear();
            m.sortAt.us += 1'000'000;
            messages::insert(db, m, u"another"_s);
            return db.finish(Done{});
        });
        QVERIFY(stored.ok());
        QTRY_COMPARE(m_bar->find().count(), 4);
        QCOMPARE(*m_bar->find().current(), at);
        QCOMPARE(status(), before.chopped(1) + u'4');
    }

    void countsAnewWhenSomethingIsRemoved()
    {
        const ConversationId id = fill(5, [](int i) { return u"needle %1"_s.arg(i); });
        show(id);
        find(u"needle"_s);
        const FindHit at = *m_bar->find().current();
        QSignalSpy moved(&m_bar->find(), &ConversationFind::currentChanged);
        const auto removed = m_desk->write([&](Database &db) -> Result<Done> {
            for (const Message &message : messages::before(db, id, std::nullopt, 5)) {
                if (message.id != at.message) {
                    db.exec("DELETE FROM message WHERE id = ?", {message.id.value});
                    break;
                }
            }
            db.changes().timelines.insert(id);
            return db.finish(Done{});
        });
        QVERIFY2(removed.ok(), qPrintable(removed.ok() ? QString() : removed.error().message));
        QTRY_COMPARE(m_bar->find().count(), 4);
        QTRY_VERIFY(!m_bar->find().isLoading());
        QCOMPARE(*m_bar->find().current(), at);
        QCOMPARE(moved.count(), 0);
    }

    void tellsThatItStillLooksAndLooksForWhatWasTypedLast()
    {
        show(fill(900, [](int i) { return u"alpha %1"_s.arg(i); }));
        m_bar->open(m_id);
        m_bar->field()->setText(u"alpha"_s);
        m_bar->move(1); // Enter before the pause of typing is over
        QVERIFY(m_bar->find().isLoading());
        QCOMPARE(status(), u"Looking…"_s);
        m_bar->field()->setText(u"alpha 12"_s);
        m_bar->move(1);
        QTRY_VERIFY(!m_bar->find().isLoading());
        QCOMPARE(m_bar->find().count(), 11);
        m_bar->field()->clear();
        QTRY_COMPARE(status(), QString());
        for (const BodyView *body : m_view->findChildren<BodyView *>())
            QVERIFY(body->extraSelections().isEmpty());
    }

    void looksInTheOtherConversationWhenOneGoesThere()
    {
        const ConversationId other = fill(100, [](int i) { return u"needle %1"_s.arg(i); });
        show(fill(3, [](int) { return u"needle"_s; }));
        find(u"needle"_s);
        QVERIFY(status().endsWith(u" of 3"_s));
        m_model->open(other);
        m_bar->follow(other);
        QTRY_COMPARE(status(), u"100 of 100"_s); // from its end, where one reads a conversation
        QTRY_VERIFY(cardOfCurrent());
        m_bar->close();
        QVERIFY(m_bar->find().folded().isEmpty());
        for (const BodyView *body : m_view->findChildren<BodyView *>())
            QVERIFY(body->extraSelections().isEmpty());
    }

    void opensOnItsKeyAndGivesTheFocusBack()
    {
        m_desk->receive({{.subject = "Parcel", .text = "Where is my parcel? The parcel is late."}});
        MainWindow window(m_desk->context());
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto *list = window.findChild<QListView *>();
        QVERIFY(list);
        ThreadPane *pane = window.threadPane();
        QTRY_COMPARE(pane->view()->cardCount() > 0, true);
        pane->view()->setFocus();
        QTest::keyClick(window.focusWidget(), Qt::Key_F, Qt::ControlModifier);
        FindBar *bar = pane->findBar();
        QTRY_COMPARE(window.focusWidget(), static_cast<QWidget *>(bar->field()));
        QVERIFY(bar->isVisible());
        QTest::keyClicks(bar->field(), u"parcel"_s);
        QTRY_COMPARE(bar->status()->text(), u"1 of 2"_s);
        QTest::keyClick(bar->field(), Qt::Key_Return);
        QCOMPARE(bar->status()->text(), u"2 of 2"_s);
        QTest::keyClick(bar->field(), Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(bar->status()->text(), u"1 of 2"_s);
        QTest::keyClick(bar->field(), Qt::Key_F3);
        QCOMPARE(bar->status()->text(), u"2 of 2"_s);
        QTest::keyClick(bar->field(), Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(bar->status()->text(), u"1 of 2"_s);
        QTest::keyClick(bar->field(), Qt::Key_Escape);
        QVERIFY(!bar->isVisible());
        QCOMPARE(window.focusWidget(), static_cast<QWidget *>(pane->view()));
        for (const QWidget *widget : bar->findChildren<QToolButton *>())
            QVERIFY(!widget->accessibleName().isEmpty() || widget->parent() == bar->field());
    }
};

} // namespace patchbay::tests

using patchbay::tests::FindTest;
PATCHBAY_TESTS(FindTest)
#include "tst_find.moc"
