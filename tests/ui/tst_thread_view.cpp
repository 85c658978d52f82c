#include "core/mail/html_body.h"
#include "support/console_desk.h"
#include "support/many_rows.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/folded_text.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/thread_view.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A long thread on a real workspace: few widgets, and what is read stays where it is.
class ThreadViewTest final : public QObject {
    Q_OBJECT

private:
    static QString text(int i)
    {
        return u"Message %1. "_s.arg(i) + u"Where is my parcel? "_s.repeated(1 + (i * 7) % 40);
    }
    ConversationId fill(int count, const std::function<QString(int)> &words = text,
                        const std::optional<Body> &body = {})
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
        settle();
    }
    /// Until no row is made ahead any more.
    void settle()
    {
        QTest::qWait(50);
        int before = -1;
        while (before != widgets()) {
            before = widgets();
            QTest::qWait(60);
        }
    }
    int widgets() const { return int(m_view->findChildren<MessageCard *>().size()); }
    int rowOf(MessageId id) const
    {
        for (int row = 0; row < m_model->rowCount(); ++row) {
            if (m_model->at(row)->messages.front().id == id)
                return row;
        }
        return -1;
    }
    /// A row in the middle of what is on screen, and where it stands.
    std::pair<MessageId, int> middle() const
    {
        for (int row = 0; row < m_model->rowCount(); ++row) {
            if (m_view->topOf(row) > m_view->viewport()->height() / 3)
                return {m_model->at(row)->messages.front().id, m_view->topOf(row)};
        }
        return {};
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<TimelineModel> m_model;
    std::unique_ptr<ThreadView> m_view;

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_model = std::make_unique<TimelineModel>(m_desk->store());
        m_view = std::make_unique<ThreadView>(*m_model, CardWishes(), m_desk->store().files());
        m_view->resize(700, 600);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup()
    {
        m_view.reset();
        m_model.reset();
        m_desk.reset();
    }

    void showsTheEndOfAThreadAtOnce()
    {
        show(fill(300));
        QVERIFY(m_view->isAtEnd());
        QVERIFY(m_view->card(m_view->cardCount() - 1));
        QVERIFY(m_view->card(m_view->cardCount() - 1)->body()->toPlainText().startsWith(u"Message 299."_s));
        QVERIFY(m_view->topOf(m_view->cardCount() - 1) > 0);
    }

    void makesWidgetsOnlyForWhatIsNearTheScreen()
    {
        show(fill(300));
        for (int i = 0; i < 60; ++i) {
            m_view->page(-1);
            QTest::qWait(5);
        }
        settle();
        QVERIFY(m_model->rowCount() > 100);
        QVERIFY2(widgets() < 60, qPrintable(QString::number(widgets())));
        const int from = -m_view->viewport()->height();
        for (int row = 0; row + 1 < m_view->cardCount(); ++row) {
            if (m_view->topOf(row) < m_view->viewport()->height() && m_view->topOf(row + 1) > 0)
                QVERIFY2(m_view->card(row), "a row on screen has no card");
            if (m_view->topOf(row + 1) < 4 * from)
                QVERIFY2(!m_view->card(row), "a row far away has a card");
        }
    }

    void keepsWhatIsReadInItsPlaceWhenOlderPagesLoad()
    {
        show(fill(300));
        m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum() / 2);
        settle();
        const auto [id, top] = middle();
        const int before = m_model->rowCount();
        m_model->loadOlder();
        QTRY_VERIFY(m_model->rowCount() > before);
        settle();
        QCOMPARE(m_view->topOf(rowOf(id)), top);
    }

    void keepsWhatIsReadInItsPlaceWhenTheWindowIsMadeNarrower()
    {
        show(fill(100));
        m_view->page(-1);
        m_view->page(-1);
        settle();
        int first = 0;
        while (m_view->topOf(first + 1) <= 0)
            ++first;
        const MessageId id = m_model->at(first)->messages.front().id;
        const int top = m_view->topOf(first);
        m_view->resize(420, 600);
        settle();
        QCOMPARE(m_view->topOf(rowOf(id)), top);
    }

    void staysAtTheEndWhenTheWindowIsMadeNarrower()
    {
        show(fill(100));
        m_view->resize(420, 400);
        settle();
        QVERIFY(m_view->isAtEnd());
        QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
    }

    void opensAroundAMessageAndMarksIt()
    {
        const ConversationId id = fill(300);
        show(id);
        const auto wanted = m_desk->read([&](Database &db) -> Result<MessageId> {
            return db.finish(messages::before(db, id, std::nullopt, 200).front().id);
        });
        const Watched<TimelineModel> watch(*m_model);
        m_view->showMessage(*wanted);
        QTRY_COMPARE(m_view->marked(), *wanted);
        settle();
        const int row = rowOf(*wanted);
        QVERIFY(row > 0 && row < m_model->rowCount() - 1);
        QVERIFY(m_model->hasOlder() && m_model->hasNewer());
        QVERIFY(m_view->topOf(row) >= 0 && m_view->topOf(row) < m_view->viewport()->height());
        QCOMPARE(m_view->card(row)->property("marked").toString(), u"yes"_s);
        QVERIFY(!m_view->isAtEnd());
        const int before = m_model->rowCount();
        m_model->loadNewer();
        QTRY_VERIFY(m_model->rowCount() > before);
        m_view->toEnd();
        QTRY_VERIFY(!m_model->hasNewer() && m_view->isAtEnd());
        QVERIFY(!m_view->marked());
    }

    void opensTheEndWhenTheMessageIsNotThere()
    {
        const ConversationId id = fill(50);
        show(id);
        QSignalSpy opened(m_model.get(), &TimelineModel::opened);
        m_model->openAt(id, MessageId{999'999});
        QTRY_COMPARE(opened.count(), 1);
        settle();
        QVERIFY(m_view->isAtEnd());
        QVERIFY(!m_view->marked());
    }

    void showsTheBeginningOfALongMessageAndAllOnRequest()
    {
        const QString longText = u"word "_s.repeated(20'000) + u"the end"_s;
        show(fill(1, [&](int) { return longText; }));
        BodyView *body = m_view->card(0)->body();
        QVERIFY(body->toPlainText().size() < 20'000);
        QPushButton *more = nullptr;
        for (QPushButton *button : m_view->card(0)->findChildren<QPushButton *>()) {
            if (button->text().startsWith(u"Show all"_s))
                more = button;
        }
        QVERIFY(more && more->isVisible());
        QVERIFY2(more->text().contains(u"97.7 kB"_s), qPrintable(more->text()));
        const int before = m_view->card(0)->height();
        more->click();
        QTRY_VERIFY(body->toPlainText().remove(u'\n') == longText); // a line so long has breaks at some blanks
        QVERIFY(!more->isVisible());
        QTRY_VERIFY(m_view->card(0)->height() > 2 * before);
    }

    void keepsOpenWhatAPersonOpenedWhenOneScrollsAwayAndComesBack()
    {
        Body body = bodyFromText(u"An answer.\n\n> the question\n\n"_s + u"word "_s.repeated(4'000), false);
        markQuotedHistory(body);
        body.blocks[1].part = BodyBlock::Part::QuotedHistory;
        const ConversationId id = fill(60, text, body);
        show(id);
        MessageCard *card = m_view->card(m_view->cardCount() - 1);
        const MessageId message = card->item().messages.front().id;
        card->setFolded(false);
        for (QPushButton *button : card->findChildren<QPushButton *>()) {
            if (button->text().startsWith(u"Show all"_s))
                button->click();
        }
        QTRY_VERIFY(card->body()->toPlainText().count(u"word"_s) == 4'000);
        const int height = card->height();
        for (int i = 0; i < 60 && m_view->card(rowOf(message)); ++i) {
            m_view->page(-1);
            QTest::qWait(5);
        }
        QVERIFY(!m_view->card(rowOf(message)));
        m_view->toEnd();
        QTRY_VERIFY(m_view->card(rowOf(message)));
        card = m_view->card(rowOf(message));
        QVERIFY2(card->height() >= height - 4, "what is read would jump when the rest comes");
        QVERIFY(card->body()->toPlainText().contains(u"the question"_s));
        QTRY_VERIFY(card->body()->toPlainText().count(u"word"_s) == 4'000);
        m_view->showMessage(message); // the same conversation, read anew
        QTRY_COMPARE(m_view->marked(), message);
        QVERIFY(m_view->card(rowOf(message))->body()->toPlainText().contains(u"the question"_s));
        show(fill(3));
        show(id);
        QVERIFY2(!m_view->card(rowOf(message))->body()->toPlainText().contains(u"the question"_s),
                 "another conversation was looked at in between");
    }

    void coloursTheWordsThatWereLookedFor()
    {
        show(fill(3, [](int) { return u"Un caf\u00e9, deux CAFE\u0301S, decaf"_s; }));
        m_view->setHighlights({u"cafe"_s});
        BodyView *body = m_view->card(0)->body();
        QCOMPARE(body->extraSelections().size(), 2);
        QCOMPARE(body->extraSelections().at(0).cursor.selectedText(), u"caf\u00e9"_s);
        m_view->setHighlights({});
        QVERIFY(body->extraSelections().isEmpty());
    }

    void findsFoldedTermsWhereWordsBegin_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("term");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("case") << u"Parcel PARCELS"_s << u"parcel"_s << QStringList{u"Parcel"_s, u"PARCEL"_s};
        QTest::newRow("inside a word") << u"unparcel"_s << u"parcel"_s << QStringList{};
        QTest::newRow("marks") << u"\u0415\u0308\u043b\u043a\u0430"_s << u"\u0435\u043b"_s
                               << QStringList{u"\u0415\u0308\u043b"_s};
        QTest::newRow("no blanks") << u"\u6211\u7684\u5305\u88f9"_s << u"\u5305\u88f9"_s
                                   << QStringList{u"\u5305\u88f9"_s};
        QTest::newRow("two units") << u"\U0001F4E6 parcel"_s << u"parcel"_s << QStringList{u"parcel"_s};
        QTest::newRow("none") << u"text"_s << QString() << QStringList{};
    }
    void findsFoldedTermsWhereWordsBegin()
    {
        QFETCH(QString, text);
        QFETCH(QString, term);
        QStringList found;
        for (const TextMatch &match : matchesOf({term}, text, 10))
            found << text.mid(match.start, match.length);
        QTEST(found, "found");
    }
};

} // namespace patchbay::tests

using patchbay::tests::ThreadViewTest;
PATCHBAY_TESTS(ThreadViewTest)
#include "tst_thread_view.moc"
