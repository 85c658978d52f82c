#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/category_dialog.h"
#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/merge_dialog.h"
#include "ui/widgets/split_dialog.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/trial_page.h"

#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A lead tries a threshold or a change of categories on history before it holds.
class TrialPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive({{.subject = "Lost parcel", .text = "The parcel never arrived, the delivery is lost."},
                         {.from = "Bob <bob@example.org>",
                          .subject = "Damaged parcel",
                          .text = "The parcel of my delivery was damaged by the courier, the delivery is broken."},
                         {.from = "Cleo <cleo@example.org>",
                          .subject = "Invoice",
                          .text = "I was charged twice on my invoice, please refund the payment."}});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void aMergeIsTriedLookedIntoAndThenDone()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.merge"_s);
        auto *dialog = open<MergeDialog>();
        QVERIFY(dialog);
        dialog->into()->setCurrentIndex(dialog->into()->findText(u"Billing"_s));
        dialog->tryButton()->click();
        QTRY_VERIFY(m_window->trialPage());
        QVERIFY(!open<MergeDialog>()); // it waits
        TrialPage &page = *m_window->trialPage();
        QVERIFY(!page.canApply());
        const Watched<ChangedConversations> watch(page.panel()->runner().changes());
        QTest::keyClick(m_window->focusWidget(), Qt::Key_T);
        QTRY_COMPARE(page.panel()->runner().sentence(), u"2 of 3 conversations would change."_s);
        QVERIFY(shown(page, u"What was decided as Delivery counts as Billing, a person's word too."_s));
        auto &changes = page.panel()->runner().changes();
        QTRY_COMPARE(changes.rowCount(), 2);
        QVERIFY(changes.index(0, ChangedConversations::From).data().toString().startsWith(u"Delivery → "_s));
        QVERIFY(changes.index(0, ChangedConversations::To).data().toString().startsWith(u"Billing → "_s));
        QVERIFY(page.panel()->runner().counts().contains(u"Category Delivery: 2 ⇒ 0"_s));
        QVERIFY(page.panel()->runner().counts().contains(u"Category Billing: 1 ⇒ 3"_s));
        keepBoth(*m_window, u"trial-merge"_s);
        page.panel()->tabs()->setCurrentIndex(1);
        keepBoth(*m_window, u"trial-counts"_s);
        QVERIFY(category(u"Delivery"_s)); // nothing holds yet

        Q_EMIT page.panel()->changes()->activated(changes.index(0, 0));
        QTRY_VERIFY(m_window->triage().details());
        QVERIFY(m_window->pages()->currentWidget() != &page);
        m_window->actions().trigger(u"go.trial"_s);
        QCOMPARE(m_window->pages()->currentWidget(), &page);
        QVERIFY(page.canApply());
        QTest::keyClick(m_window->focusWidget(), Qt::Key_P);
        QTRY_VERIFY(!category(u"Delivery"_s));
        QTRY_VERIFY(!open<MergeDialog>());
        QVERIFY(!m_window->trialPage());
        QTRY_COMPARE(m_window->pages()->currentWidget(), static_cast<QWidget *>(m_window->categoriesPage()));
    }

    void whatIsGivenUpComesBackAsItWasFilledIn()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.split"_s);
        auto *dialog = open<SplitDialog>();
        QVERIFY(dialog);
        dialog->tryButton()->click(); // without names
        QTRY_VERIFY(m_window->trialPage());
        m_window->actions().trigger(u"trial.run"_s);
        QTRY_VERIFY(m_window->toast()->isVisible()); // the desk's refusal
        QVERIFY(!m_window->trialPage()->canApply());
        m_window->actions().trigger(u"trial.give_up"_s);
        QTRY_COMPARE(open<SplitDialog>(), dialog);
        dialog->parts()[0].name->setCurrentText(u"Lost parcels"_s);
        dialog->parts()[0].words->setText(u"lost, never arrived"_s);
        dialog->parts()[1].name->setCurrentText(u"Damage"_s);
        dialog->parts()[1].words->setText(u"damaged, broken"_s);
        dialog->tryButton()->click();
        QTRY_VERIFY(m_window->trialPage());
        m_window->actions().trigger(u"trial.run"_s);
        auto &runner = m_window->trialPage()->panel()->runner();
        QTRY_COMPARE(runner.sentence(), u"2 of 3 conversations would change."_s);
        QTRY_COMPARE(runner.changes().rowCount(), 2);
        QStringList to;
        for (int i = 0; i < 2; ++i)
            to << runner.changes().index(i, ChangedConversations::To).data().toString().section(u" → "_s, 0, 0);
        to.sort();
        QCOMPARE(to, (QStringList{u"Damage"_s, u"Lost parcels"_s}));
        keepBoth(*m_window, u"trial-split"_s);
        m_window->actions().trigger(u"trial.give_up"_s);
        QTRY_COMPARE(open<SplitDialog>(), dialog);
        QCOMPARE(dialog->parts()[1].name->currentText(), u"Damage"_s);
        QVERIFY(category(u"Delivery"_s));
        dialog->reject();
    }

    void aCategoryIsRetiredAfterItsTrial()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.try_retiring"_s);
        QVERIFY(m_window->trialPage());
        m_window->actions().trigger(u"trial.run"_s);
        auto &runner = m_window->trialPage()->panel()->runner();
        QTRY_COMPARE(runner.sentence(), u"2 of 3 conversations would change."_s);
        QVERIFY(shown(*m_window->trialPage(), u"was asked of a model that does not know it"_s));
        m_window->actions().trigger(u"trial.apply"_s);
        QTRY_VERIFY(category(u"Delivery"_s)->isRetired());
    }

    void anotherNameIsTriedWithTheModelAskedAnew()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.edit"_s);
        auto *dialog = open<CategoryDialog>();
        dialog->nameField()->setText(u"Parcels"_s);
        dialog->tryButton()->click();
        QTRY_VERIFY(m_window->trialPage());
        TrialPage &page = *m_window->trialPage();
        page.panel()->asksModels()->setChecked(true);
        m_window->actions().trigger(u"trial.run"_s);
        QTRY_VERIFY(page.panel()->runner().result());
        QVERIFY(page.panel()->assumed().contains(u"asked of the model anew"_s));
        m_window->actions().trigger(u"trial.apply"_s);
        QTRY_VERIFY(category(u"Parcels"_s));
    }

    void aThresholdIsTriedWithItsLessonsAndSet()
    {
        teach();
        m_window->actions().trigger(u"go.lessons"_s);
        QTRY_VERIFY(open<LessonsDialog>());
        open<LessonsDialog>()->tryButton()->click();
        QTRY_VERIFY(m_window->trialPage());
        TrialPage &page = *m_window->trialPage();
        page.chooser()->setCurrentIndex(page.chooser()->findData(0.99));
        const Watched<ChangedConversations> watch(page.panel()->runner().lessons());
        m_window->actions().trigger(u"trial.run"_s);
        QTRY_VERIFY(page.panel()->runner().result());
        QVERIFY(shown(page, u"On held-out lessons now it answers"_s));
        const auto &replay = page.panel()->runner().result()->replay;
        QVERIFY(replay.better.size() + replay.worse.size() > 0);
        QTRY_COMPARE(page.panel()->runner().lessons().rowCount(), int(replay.better.size() + replay.worse.size()));
        page.panel()->tabs()->setCurrentIndex(2);
        keepBoth(*m_window, u"trial-threshold"_s);
        QVERIFY(page.canApply());
        page.chooser()->setCurrentIndex(0); // another one, which was not tried
        QVERIFY(!page.canApply());
        page.chooser()->setCurrentIndex(page.chooser()->findData(0.99));
        m_window->actions().trigger(u"trial.apply"_s);
        const auto wanted = [this] {
            return m_desk->read([](Database &db) { return db.finish(wantedPrecision(db)); }).value();
        };
        QTRY_COMPARE(wanted(), 0.99);
        QVERIFY(!m_window->trialPage());
    }

    void saysWhereNoThresholdFollowsFromSoFewLessons()
    {
        m_window->actions().trigger(u"trial.threshold"_s);
        QVERIFY(m_window->trialPage());
        m_window->actions().trigger(u"trial.run"_s);
        QTRY_COMPARE(m_window->trialPage()->panel()->runner().sentence(), u"0 of 3 conversations would change."_s);
        QVERIFY(shown(*m_window->trialPage(), u"There are too few lessons to say"_s));
        m_window->actions().trigger(u"trial.threshold"_s); // another one takes its place
        QVERIFY(m_window->trialPage() && !m_window->trialPage()->panel()->runner().result());
    }

private:
    /// Enough lessons for a threshold to follow from them, some of them muddled.
    void teach()
    {
        const auto taught = m_desk->write([me = m_desk->me.id](Database &db) -> Result<Done> {
            const CategoryId delivery = categories::byName(db, u"Delivery"_s)->id;
            const CategoryId billing = categories::byName(db, u"Billing"_s)->id;
            for (int i = 0; i < 80; ++i) {
                Lesson lesson;
                lesson.operatorId = me;
                lesson.category = i % 2 ? delivery : billing;
                lesson.createdAt = db.now();
                lesson.source = u"examples.tsv"_s;
                lesson.text = i % 4 == 3 ? u"something about it %1"_s.arg(i / 8)
                    : i % 2              ? u"the parcel never arrived %1"_s.arg(i)
                                         : u"charged twice on my invoice %1"_s.arg(i);
                if (i % 8 == 7)
                    lesson.category = billing;
                lessons::insert(db, lesson);
            }
            return db.finish(Done{});
        });
        QVERIFY(taught);
        const auto built = m_desk->read([](Database &db) { return db.finish(Snapshots::build(db)); });
        m_desk->snapshots.replace(*built);
    }
    void select(const QString &name)
    {
        m_window->showCategories();
        QTRY_VERIFY(m_window->categoriesPage()->model().rowCount() > 0);
        m_window->categoriesPage()->selectNamed(name);
        QVERIFY(m_window->categoriesPage()->current() && m_window->categoriesPage()->current()->name == name);
    }
    std::optional<Category> category(const QString &name)
    {
        const auto found = m_desk->read([name](Database &db) { return db.finish(categories::byName(db, name)); });
        return found && *found && !(*found)->mergedInto ? *found : std::nullopt;
    }
    /// The newest one that is open.
    template <class T> T *open()
    {
        T *found = nullptr;
        for (T *one : m_window->findChildren<T *>()) {
            if (one->isVisible())
                found = one;
        }
        return found;
    }
    static bool shown(QWidget &in, const QString &text)
    {
        const auto labels = in.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](QLabel *label) {
            return label->isVisible() && label->text().remove(QChar(0x200B)).contains(text);
        });
    }
    void keepBoth(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, prefix] :
             {std::pair{Theme::Scheme::Dark, u"dark-"_s}, std::pair{Theme::Scheme::Light, u"light-"_s}}) {
            m_window->theme().set(scheme);
            QTest::qWait(200); // until what was painted has settled
            const QPixmap picture = widget.grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty())
                QVERIFY(picture.save(folder + u'/' + prefix + name + u".png"_s));
        }
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace patchbay::tests

using patchbay::tests::TrialPageTest;
PATCHBAY_TESTS(TrialPageTest)
#include "tst_trial.moc"
