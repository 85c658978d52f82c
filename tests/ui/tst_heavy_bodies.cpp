#include "core/mail/limits.h"
#include "support/console_desk.h"
#include "support/hostile_bodies.h"
#include "support/many_rows.h"
#include "support/test_main.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/thread_view.h"

#include <QtGui/QAbstractTextDocumentLayout>
#include <QtGui/QTextBlock>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Messages that are made to freeze a window: what is laid out at once has bounds, and everything comes in the end.
class HeavyBodiesTest final : public QObject {
    Q_OBJECT

private:
    static BodyColors colors() { return {Qt::black, Qt::gray, Qt::blue, Qt::gray, Qt::white}; }
    static bool isOfParagraphs(const Body &body)
    {
        return std::all_of(body.blocks.begin(), body.blocks.end(),
                           [](const BodyBlock &block) { return block.kind == BodyBlock::Kind::Paragraph; });
    }
    /// A text without its line breaks; an own one stands for a long line's end, too.
    static QString joined(QString text) { return text.remove(u'\n').replace(QChar::Nbsp, u' '); }

    void show(const Body &body)
    {
        auto made = m_desk->write([&](Database &db) -> Result<ConversationId> {
            const auto none = [](int) { return QString(); };
            return db.finish(addThread(db, m_desk->channel, m_desk->me.id, 1, none, body));
        });
        QVERIFY(made.ok());
        QSignalSpy opened(m_model.get(), &TimelineModel::opened);
        m_model->open(*made);
        QTRY_COMPARE(opened.count(), 1);
        QTRY_VERIFY(m_view->card(0));
    }
    QPushButton *moreButton() const
    {
        for (QPushButton *button : m_view->card(0)->findChildren<QPushButton *>()) {
            if (button->text().startsWith(u"Show all"_s))
                return button;
        }
        return nullptr;
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

    void areLaidOutInBoundedSteps_data()
    {
        QTest::addColumn<Body>("body");
        for (const HostileBody &hostile : hostileBodies()) {
            QTest::newRow(qPrintable(QLatin1String(hostile.name) + u", received"_s)) << bodyOf(hostile);
            QTest::newRow(qPrintable(QLatin1String(hostile.name) + u", stored"_s)) << unboundedBodyOf(hostile);
        }
    }
    void areLaidOutInBoundedSteps()
    {
        QFETCH(Body, body);
        const Body shown = boundedBody(body);
        BodyDocument document;
        document.show(shown, false, colors());
        int before = 0;
        while (document.hasMore() && document.parts() < 1000) {
            QVERIFY2(document.characterCount() - before < 20'000, "a step lays out too much");
            QVERIFY2(document.characterCount() > before, "a step lays out nothing");
            before = document.characterCount();
            document.showMore();
        }
        QVERIFY(!document.hasMore());
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
            QVERIFY2(block.length() < mail::maxLineCost + mail::maxWordCost,
                     "a paragraph is long: Qt lays it out as a whole, each time");
        if (isOfParagraphs(shown))
            QVERIFY(joined(document.toPlainText()) == joined(plainText(shown)));
    }

    void sayWhatWasLeftOutAlsoWhenTheyAreOld()
    {
        const QString marks = u"\u0300\u0316"_s.repeated(20'000);
        show(unboundedBodyOf({"", u"Z"_s + marks + u" end"_s, {}}));
        QVERIFY(m_view->card(0)->body()->toPlainText().endsWith(u" end"_s));
        QVERIFY(m_view->card(0)->body()->toPlainText().size() < 20);
        bool said = false;
        for (const QLabel *label : m_view->card(0)->findChildren<QLabel *>())
            said = said || label->text().contains(u"more than 8 marks"_s);
        QVERIFY(said);
    }

    void comeBackInStepsWhenTheWindowIsMadeNarrower()
    {
        const QString words = u"word "_s.repeated(20'000) + u"the end"_s;
        show(bodyFromText(words, false));
        BodyView *body = m_view->card(0)->body();
        auto *document = qobject_cast<BodyDocument *>(body->document());
        QVERIFY(document && moreButton());
        moreButton()->click();
        QTRY_VERIFY(!document->hasMore());
        const int parts = document->parts();
        QVERIFY(parts > 3);
        const int height = m_view->card(0)->height();
        m_view->resize(500, 600);
        QVERIFY2(document->parts() <= 2, "all was laid out at once");
        QVERIFY2(m_view->card(0)->height() >= height, "the thread jumps");
        QTRY_COMPARE(document->parts(), parts);
        QTRY_VERIFY(m_view->card(0)->height() > height);
        QVERIFY(joined(body->toPlainText()) == words);
        QVERIFY(!moreButton() || !moreButton()->isVisible());
    }

    void areLaidOutForNoWidthButTheirOwn()
    {
        show(bodyFromText(u"word "_s.repeated(3000), false));
        QSignalSpy sizes(m_view->card(0)->body()->document()->documentLayout(),
                         &QAbstractTextDocumentLayout::documentSizeChanged);
        for (int i = 0; i < 3; ++i)
            (void)m_view->card(0)->sizeHint();
        QCOMPARE(sizes.count(), 0);
    }

    void showTallPicturesNoTallerThanTheWindowCanScroll()
    {
        QImage tall(2, 200'000, QImage::Format_RGB32);
        tall.fill(Qt::red);
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        QVERIFY(tall.save(&buffer, "PNG"));
        const QImage shown = decodePicture(png, 720);
        QVERIFY(!shown.isNull() && shown.height() <= 4000);
    }
};

} // namespace patchbay::tests

using patchbay::tests::HeavyBodiesTest;
PATCHBAY_TESTS(HeavyBodiesTest)
#include "tst_heavy_bodies.moc"
