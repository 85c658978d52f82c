#include "support/search_console.h"
#include "support/test_main.h"

#include <QtCore/QDir>

namespace patchbay::tests {

/// Saved searches in the rail, and how the search looks.
class SavedSearchTest final : public QObject, private SearchConsole {
    Q_OBJECT

private Q_SLOTS:
    void init() { open(); }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void savesASearchAndFindsItInTheRail()
    {
        press("/");
        type("refund is:open");
        ready(2);
        press("Ctrl+S");
        QTRY_VERIFY(picker());
        QTest::keyClicks(picker()->field(), u"Refunds"_s);
        QTest::keyClick(picker()->field(), Qt::Key_Return);
        QTRY_COMPARE(saved(), QStringList{u"Refunds: refund is:open"_s});
        m_window->showView(conversations::View::All);
        QVERIFY(!pane()->isActive());
        // With the keys of the rail.
        const SavedSearchId id = m_window->rail()->model().searches().front().id;
        QListView *rail = m_window->rail()->list();
        rail->setFocus();
        rail->setCurrentIndex(m_window->rail()->model().index(m_window->rail()->model().rowOfSearch(id), 0));
        press("Return");
        QCOMPARE(field()->text(), u"refund is:open"_s);
        ready(2);
        QTRY_COMPARE(m_window->focusWidget(), pane()->list());
        QCOMPARE(rail->currentIndex().row(), m_window->rail()->model().rowOfSearch(id));
        rail->setFocus();
        press("F2");
        QTRY_VERIFY(picker());
        QCOMPARE(picker()->field()->text(), u"Refunds"_s);
        picker()->field()->clear();
        QTest::keyClicks(picker()->field(), u"Money back"_s);
        QTest::keyClick(picker()->field(), Qt::Key_Return);
        QTRY_COMPARE(saved(), QStringList{u"Money back: refund is:open"_s});
        rail->setFocus();
        press("Del");
        QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        qobject_cast<QMessageBox *>(QApplication::activeModalWidget())->buttons().first()->click();
        QTRY_COMPARE(saved(), QStringList());
    }

    void replacesAndOrdersSavedSearches()
    {
        QVERIFY(await(m_desk->commands->saveSearch(u"One"_s, u"refund"_s)));
        QVERIFY(await(m_desk->commands->saveSearch(u"Two"_s, u"parcel"_s)));
        QTRY_COMPARE(saved().size(), 2);
        press("/");
        type("hello");
        ready(1);
        press("Ctrl+S");
        QTRY_VERIFY(picker());
        QTest::keyClicks(picker()->field(), u"Two"_s);
        QTest::keyClick(picker()->field(), Qt::Key_Return);
        QTRY_COMPARE(saved(), (QStringList{u"One: refund"_s, u"Two: hello"_s}));
        QListView *rail = m_window->rail()->list();
        rail->setFocus();
        const RailModel &model = m_window->rail()->model();
        rail->setCurrentIndex(model.index(model.rowOfSearch(model.searches().back().id), 0));
        press("Ctrl+Shift+Up");
        QTRY_COMPARE(saved(), (QStringList{u"Two: hello"_s, u"One: refund"_s}));
    }

    void paintsItselfInBothSchemes()
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        const auto keep = [&](const QString &name) {
            QTest::qWait(250);
            const QPixmap picture = m_window->grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty()) {
                QDir().mkpath(folder);
                QVERIFY(picture.save(QStringLiteral("%1/%2.png").arg(folder, name)));
            }
        };
        QVERIFY(await(m_desk->commands->saveSearch(u"Refunds this week"_s, u"refund after:7d"_s)));
        QTRY_COMPARE(saved().size(), 1);
        for (const auto &[scheme, look] :
             {std::pair(Theme::Scheme::Light, u"light"_s), std::pair(Theme::Scheme::Dark, u"dark"_s)}) {
            m_window->theme().set(scheme);
            press("/");
            type("refund");
            press("Return");
            ready(2);
            QTRY_VERIFY(pane()->list()->hasFocus());
            keep(u"search-hits-"_s + look);
            press("/");
            type("refund is:closed late c");
            keep(u"search-wrong-"_s + look);
            field()->clear();
            type("refund zebra is:open");
            press("Return");
            ready(0);
            keep(u"search-nothing-"_s + look);
            press("Esc");
            if (pane()->isActive())
                pane()->leave();
            m_window->listPane()->list()->setFocus();
        }
    }
};

} // namespace patchbay::tests

using patchbay::tests::SavedSearchTest;
PATCHBAY_TESTS(SavedSearchTest)
#include "tst_saved_search.moc"
