#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A person corrects the model, sees what it learned, and takes it back.
class LearningTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void aCorrectionIsListedAppliedAndTakenBack()
    {
        const QByteArray words = "The zorbulator hums in the flumtank again, kindly advise.";
        m_desk->receive({{.from = "Ana Silva <ana@example.org>", .subject = "Zorbulator", .text = words}});
        const QString first = categoryOf(u"Ana Silva"_s);
        QVERIFY(first != u"Technical problem"_s);
        openConversationOf(u"Ana Silva"_s);

        QTest::keyClick(m_window->listPane()->list(), Qt::Key_C);
        QTRY_VERIFY(m_window->findChild<Picker *>());
        auto *picker = m_window->findChild<Picker *>();
        QTest::keyClicks(picker->field(), u"Technical"_s);
        QTest::keyClick(picker->field(), Qt::Key_Return);
        QTRY_COMPARE(categoryOf(u"Ana Silva"_s), u"Technical problem"_s);

        m_window->actions().trigger(u"go.lessons"_s);
        QTRY_VERIFY(m_window->findChild<LessonsDialog *>());
        auto *dialog = m_window->findChild<LessonsDialog *>();
        LessonsModel lessons(m_desk->store());
        const Watched<LessonsModel> watch(lessons);
        lessons.reload();
        QTRY_COMPARE(lessons.rowCount(), 1);
        QTRY_COMPARE(dialog->heading(), u"Learned today: 1 lesson"_s);
        QCOMPARE(cell(*dialog, LessonsModel::To), u"Technical problem"_s);
        QCOMPARE(cell(*dialog, LessonsModel::By), u"Jonas Weber"_s);
        QVERIFY(cell(*dialog, LessonsModel::Text).contains(u"zorbulator hums"_s));
        shoot(*dialog, u"lessons-light"_s, Theme::Scheme::Light);
        shoot(*dialog, u"lessons-dark"_s, Theme::Scheme::Dark);

        m_desk->receive({{.from = "Bob <bob@example.org>", .subject = "Zorbulator", .text = words}});
        QTRY_COMPARE(categoryOf(u"Bob"_s), u"Technical problem"_s);

        dialog->undoChosen();
        QTRY_COMPARE(dialog->answer(), u"The model has forgotten this lesson."_s);
        QTRY_COMPARE(cell(*dialog, LessonsModel::State), u"Undone"_s);
        QTRY_COMPARE(dialog->heading(), u"Learned today: 0 lessons"_s);
        m_desk->receive({{.from = "Cleo <cleo@example.org>", .subject = "Zorbulator", .text = words}});
        QTRY_COMPARE(categoryOf(u"Cleo"_s), first);
    }

    void aCorrectionThatIsTakenBackTeachesNothing()
    {
        const QByteArray words = "The zorbulator hums in the flumtank again, kindly advise.";
        m_desk->receive({{.from = "Ana Silva <ana@example.org>", .subject = "Zorbulator", .text = words}});
        const QString first = categoryOf(u"Ana Silva"_s);
        openConversationOf(u"Ana Silva"_s);
        QTest::keyClick(m_window->listPane()->list(), Qt::Key_C);
        QTRY_VERIFY(m_window->findChild<Picker *>());
        auto *picker = m_window->findChild<Picker *>();
        QTest::keyClicks(picker->field(), u"Technical"_s);
        QTest::keyClick(picker->field(), Qt::Key_Return);
        QTRY_COMPARE(categoryOf(u"Ana Silva"_s), u"Technical problem"_s);
        m_window->listPane()->list()->setFocus();
        QTest::keyClick(m_window->listPane()->list(), Qt::Key_Z);
        QTRY_COMPARE(categoryOf(u"Ana Silva"_s), first);
        LessonsModel lessons(m_desk->store());
        lessons.reload();
        QTRY_COMPARE(lessons.rowCount(), 1); // none that the old answer is right
        QCOMPARE(lessons.learnedToday(), 0);
        QTRY_VERIFY(m_desk->snapshots.current()->lessons.isEmpty());
        m_desk->receive({{.from = "Bob <bob@example.org>", .subject = "Zorbulator", .text = words}});
        QTRY_COMPARE(categoryOf(u"Bob"_s), first);
    }

    void saysThatThereAreTooFewLessonsToKnowHowSureItIs()
    {
        m_window->actions().trigger(u"go.lessons"_s);
        QTRY_VERIFY(m_window->findChild<LessonsDialog *>());
        auto *dialog = m_window->findChild<LessonsDialog *>();
        QTRY_COMPARE(dialog->heading(), u"Learned today: 0 lessons"_s);
        QVERIFY(dialog->coverage().startsWith(u"There are too few lessons"_s));
        dialog->wanted()->setCurrentIndex(2);
        Q_EMIT dialog->wanted()->activated(2);
        QTRY_COMPARE(dialog->answer(), u"It holds from the next message on."_s);
        const auto kept = m_desk->read([](Database &db) { return db.finish(wantedPrecision(db)); });
        QCOMPARE(*kept, 0.95);
        shoot(*dialog, u"lessons-empty"_s, Theme::Scheme::Light);
    }

private:
    static QString cell(LessonsDialog &dialog, int column)
    {
        return dialog.table()->model()->index(0, column).data().toString();
    }
    void openConversationOf(const QString &name)
    {
        m_window->showView(conversations::View::All);
        auto &list = m_window->listPane()->model();
        QTRY_VERIFY(list.rowCount() > 0 && list.summary(0) && list.summary(0)->contactName == name);
        m_window->listPane()->list()->setCurrentIndex(list.index(0));
        QTRY_VERIFY(m_window->triage().details());
        m_window->listPane()->list()->setFocus();
    }
    QString categoryOf(const QString &name)
    {
        const auto found = m_desk->read([name](Database &db) {
            const auto row = db.row("SELECT k.name FROM conversation v JOIN contact c ON c.id = v.contact_id "
                                    "JOIN category k ON k.id = v.category_id WHERE c.name = ?",
                                    {name});
            return db.finish(row ? row->text(0) : QString());
        });
        return found ? *found : found.error().message;
    }
    void shoot(QWidget &what, const QString &name, Theme::Scheme scheme)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        m_window->theme().set(scheme);
        QTest::qWait(200);
        QVERIFY(what.grab().save(folder + u'/' + name + u".png"_s));
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace patchbay::tests

using patchbay::tests::LearningTest;
PATCHBAY_TESTS(LearningTest)
#include "tst_learning.moc"
