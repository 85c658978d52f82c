#include "core/store/guidance_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/words.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/category_dialog.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/merge_dialog.h"
#include "ui/widgets/pack_dialog.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/split_dialog.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtCore/QFile>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The page of categories, its dialogs, and what packs bring to a reply.
class CategoriesPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive({{.subject = "Lost parcel", .text = "The parcel never arrived, the delivery is lost."},
                         {.from = "Bob <bob@example.org>",
                          .subject = "Broken cup",
                          .text = "The delivery came damaged: the cup in the parcel is broken."}});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void isReachedByKeysAndFromTheRail()
    {
        QTest::keyClick(m_window->focusWidget(), Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(m_window->categoriesPage());
        QTRY_VERIFY(page().model().rowCount() > 5);
        QCOMPARE(m_window->focusWidget(), page().table());
        QCOMPARE(m_window->rail()->list()->currentIndex().row(),
                 m_window->rail()->model().rowOfKind(RailRow::Kind::Categories));
        QTest::keyClick(m_window->focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(open<CategoryDialog>());
        open<CategoryDialog>()->reject();
        QTRY_VERIFY(!open<CategoryDialog>());
        QTest::keyClick(page().table(), Qt::Key_M);
        QTRY_VERIFY(open<MergeDialog>());
        open<MergeDialog>()->reject();
        QTRY_VERIFY(!open<MergeDialog>());
        QTest::keyClick(page().table(), Qt::Key_Escape);
        QVERIFY(m_window->pages()->currentWidget() != &page());
    }

    void addsACategoryAndRefusesTheSameNameInItsDialog()
    {
        const Watched<CategoryListModel> watch(page().model());
        m_window->actions().trigger(u"category.add"_s);
        auto *dialog = open<CategoryDialog>();
        QVERIFY(dialog);
        dialog->nameField()->setText(u"bILLING"_s);
        dialog->wordsField()->setPlainText(u"ribbon, gift wrap"_s);
        dialog->goButton()->click();
        QTRY_VERIFY(dialog->problem().contains(u"already"_s));
        dialog->nameField()->setText(u"Gifts"_s);
        dialog->goButton()->click();
        QTRY_VERIFY(row(u"Gifts"_s) >= 0);
        QTRY_VERIFY(m_window->toast()->isVisible());
        QCOMPARE(page().model().at(row(u"Gifts"_s))->category.keywords, (QStringList{u"ribbon"_s, u"gift wrap"_s}));
    }

    void saysThatSomebodyElseWasFaster()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.edit"_s);
        auto *dialog = open<CategoryDialog>();
        QVERIFY(m_desk->write([](Database &db) {
            Category other = *categories::byName(db, u"Delivery"_s);
            other.description = u"Changed elsewhere"_s;
            categories::change(db, other);
            return db.finish(Done{});
        }));
        dialog->nameField()->setText(u"Parcels"_s);
        dialog->goButton()->click();
        QTRY_VERIFY(dialog->problem().contains(u"Somebody has changed"_s));
        QVERIFY(row(u"Parcels"_s) < 0);
        dialog->reject();
    }

    void mergesAfterShowingWhatFollows()
    {
        select(u"Delivery"_s);
        const qint64 count = page().model().at(row(u"Delivery"_s))->counts.conversations;
        QVERIFY(count > 0);
        m_window->actions().trigger(u"category.merge"_s);
        auto *dialog = open<MergeDialog>();
        QVERIFY(dialog->into()->findText(u"Unsorted"_s) < 0);
        dialog->into()->setCurrentIndex(dialog->into()->findText(u"Billing"_s));
        QTRY_VERIFY(dialog->preview()->toPlainText().contains(u"Conversations: %1"_s.arg(count)));
        QTRY_VERIFY(dialog->goButton()->isEnabled());
        dialog->goButton()->click();
        QTRY_VERIFY(row(u"Delivery"_s) < 0);
        QTRY_COMPARE(page().model().at(row(u"Billing"_s))->counts.conversations, count);
    }

    void splitsOnlyWhatWasLookedAt()
    {
        select(u"Delivery"_s);
        m_window->actions().trigger(u"category.split"_s);
        auto *dialog = open<SplitDialog>();
        QVERIFY(!dialog->goButton()->isEnabled());
        dialog->look(); // without names
        QTRY_VERIFY(!dialog->problem().isEmpty());
        QVERIFY(!dialog->goButton()->isEnabled());
        dialog->parts()[0].name->setCurrentText(u"Lost parcels"_s);
        dialog->parts()[0].words->setText(u"lost, never arrived"_s);
        dialog->parts()[1].name->setCurrentText(u"Damaged parcels"_s);
        dialog->parts()[1].words->setText(u"broken, damaged"_s);
        dialog->look();
        QTRY_VERIFY(dialog->goButton()->isEnabled());
        QVERIFY(dialog->preview()->toPlainText().contains(u"Lost parcels: conversations 1"_s));
        QVERIFY(dialog->preview()->toPlainText().contains(u"· Lost parcel"_s));
        dialog->parts()[1].words->setText(u"broken"_s); // another plan than the one that was shown
        QVERIFY(!dialog->goButton()->isEnabled());
        dialog->look();
        QTRY_VERIFY(dialog->goButton()->isEnabled());
        keepBoth(*dialog, u"split-category"_s);
        dialog->goButton()->click();
        QTRY_VERIFY(row(u"Lost parcels"_s) >= 0 && row(u"Damaged parcels"_s) >= 0);
        QTRY_COMPARE(page().model().at(row(u"Lost parcels"_s))->counts.conversations, 1);
        QTRY_VERIFY(page().model().at(row(u"Delivery"_s))->category.isRetired());
    }

    void retiresAndBringsBack()
    {
        select(u"Delivery"_s);
        QVERIFY(m_window->actions().byId(u"category.bring_back"_s)->enabled() == false);
        m_window->actions().trigger(u"category.retire"_s);
        QTRY_VERIFY(QApplication::activeModalWidget());
        for (QPushButton *button : QApplication::activeModalWidget()->findChildren<QPushButton *>()) {
            if (button->text() == "Retire"_L1)
                button->click();
        }
        QTRY_COMPARE(row(u"Delivery"_s), page().model().rowCount() - 1);
        QTRY_VERIFY(page().model().at(row(u"Delivery"_s))->category.isRetired());
        page().selectNamed(u"Delivery"_s);
        QVERIFY(shown(page(), u"Retired"_s));
        keepBoth(*m_window, u"category-retired"_s);
        QTest::keyClick(page().table(), Qt::Key_B);
        QTRY_VERIFY(!page().model().at(row(u"Delivery"_s))->category.isRetired());
    }

    void offersNothingThatMayNotBeDone()
    {
        m_window.reset();
        ConsoleContext context = m_desk->context();
        context.taxonomy = nullptr;
        m_window = std::make_unique<MainWindow>(context);
        m_window->show();
        page();
        QTRY_VERIFY(shown(page(), u"reading only"_s));
        for (const char *id : {"category.add", "category.edit", "category.merge", "category.new_pack"}) {
            const ConsoleAction *action = m_window->actions().byId(QLatin1String(id));
            QVERIFY2(action && !patchbay::isEnabled(*action), id);
        }
        for (QPushButton *button : page().findChildren<QPushButton *>(u"category.edit"_s))
            QVERIFY(!button->isEnabled());
        keepBoth(*m_window, u"categories-read-only"_s);
    }

    void importsAPackAfterShowingItsDiff()
    {
        page();
        m_window->actions().trigger(u"category.new_pack"_s);
        auto *dialog = open<PackDialog>();
        QVERIFY(!dialog->goButton()->isEnabled());
        dialog->choice()->setCurrentIndex(dialog->choice()->findData(u"retail"_s));
        QTRY_VERIFY(dialog->goButton()->isEnabled());
        QVERIFY(dialog->diff()->toPlainText().contains(u"+  new category: Faulty goods"_s));
        QVERIFY(dialog->diff()->toPlainText().contains(u"~  changed category: Delivery"_s));
        keepBoth(*dialog, u"new-pack"_s);
        dialog->goButton()->click();
        QTRY_VERIFY(row(u"Faulty goods"_s) >= 0);
        keepBoth(*m_window, u"categories"_s);
        m_window->actions().trigger(u"category.new_pack"_s);
        QTRY_VERIFY(open<PackDialog>() && open<PackDialog>() != dialog);
        auto *again = open<PackDialog>();
        again->choice()->setCurrentIndex(again->choice()->findData(u"retail"_s));
        QTRY_VERIFY(again->diff()->toPlainText().contains(u"Nothing to change"_s));
        QVERIFY(!again->goButton()->isEnabled());
        again->reject();
    }

    void refusesABadFileWithItsPlace()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"<b>bad<b>.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\n\"format\": 1,\n\"name\": 5}");
        file.close();
        page();
        m_window->actions().trigger(u"category.new_pack"_s);
        auto *dialog = open<PackDialog>();
        dialog->openFile(file.fileName());
        QTRY_VERIFY2(dialog->problem().contains(u"line 3: /name has no string"_s), qPrintable(dialog->problem()));
        QVERIFY(!dialog->goButton()->isEnabled());
        keepBoth(*dialog, u"bad-pack"_s);
        dialog->openFile(folder.filePath(u"nowhere.json"_s));
        QTRY_VERIFY(dialog->problem().contains(u"cannot be read"_s));
        dialog->reject();
    }

    void insertsACannedReplyAndShowsWhatHoldsToday()
    {
        const QDate today = QDate::currentDate();
        QVERIFY(m_desk->write([today](Database &db) {
            const CategoryId delivery = categories::byName(db, u"Delivery"_s)->id;
            const auto reply = [&](const QString &title, CategoryId category, ValidDays valid) {
                CannedReply one;
                one.title = title;
                one.category = category;
                one.text = u"Dear {{contact.name}}, about {{conversation.subject}}."_s;
                one.valid = valid;
                canned_replies::put(db, one);
            };
            reply(u"A general one"_s, {}, {});
            reply(u"Parcel is late"_s, delivery, {});
            reply(u"Last year's"_s, delivery, {{}, today.addDays(-1)});
            BusinessRule rule;
            rule.title = u"Returns"_s;
            rule.text = u"returns accepted within 60 days"_s;
            rule.category = delivery;
            rule.valid.until = today;
            business_rules::put(db, rule);
            rule.title = u"Over"_s;
            rule.valid.until = today.addDays(-1);
            business_rules::put(db, rule);
            return db.finish(Done{});
        }));
        auto &list = m_window->listPane()->model();
        QTRY_COMPARE(list.rowCount(), 2);
        QTRY_VERIFY(list.summary(0) && list.summary(1));
        const int lost = list.summary(0)->conversation.subject == u"Lost parcel"_s ? 0 : 1;
        m_window->openConversation(list.summary(lost)->conversation.id);
        QTRY_VERIFY(m_window->triage().details()
                    && m_window->triage().details()->conversation.subject == u"Lost parcel"_s);
        QCOMPARE(m_window->triage().details()->categoryName(m_window->triage().details()->conversation.category),
                 u"Delivery"_s);
        const QString until = u"until %1: returns accepted"_s.arg(QLocale().toString(today, u"d MMM"_s));
        QTRY_VERIFY(shown(*m_window->contextPanel(), until));
        QVERIFY(!shown(*m_window->contextPanel(), u"Over"_s));
        m_window->actions().trigger(u"compose.canned"_s);
        auto *picker = open<Picker>();
        QVERIFY(picker);
        QCOMPARE(picker->list()->model()->rowCount(), 2);
        QCOMPARE(picker->list()->model()->index(0, 0).data().toString(), u"Parcel is late"_s);
        QVERIFY(picker->windowTitle().contains(u"not valid today: 1"_s) || shown(*picker, u"not valid today: 1"_s));
        keepBoth(*picker, u"canned-replies"_s);
        QTest::keyClick(picker->field(), Qt::Key_Return);
        const Composer *composer = m_window->threadPane()->composer();
        const QString name = words::oneLine(m_window->triage().details()->contact.name);
        QTRY_VERIFY2(composer->editor()->toPlainText().startsWith(u"Dear %1, about "_s.arg(name)),
                     qPrintable(composer->editor()->toPlainText()));
        QVERIFY(!composer->editor()->toPlainText().contains(u"{{"_s));
        keepBoth(*m_window, u"canned-reply"_s);
    }

private:
    CategoriesPage &page()
    {
        if (!m_window->categoriesPage() || m_window->pages()->currentWidget() != m_window->categoriesPage())
            m_window->showCategories();
        (void)QTest::qWaitFor([this] { return m_window->categoriesPage()->model().rowCount() > 0; });
        return *m_window->categoriesPage();
    }
    int row(const QString &name)
    {
        for (int i = 0; i < page().model().rowCount(); ++i) {
            if (page().model().at(i)->category.name == name)
                return i;
        }
        return -1;
    }
    void select(const QString &name)
    {
        page().selectNamed(name);
        QVERIFY(page().current() && page().current()->name == name);
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

using patchbay::tests::CategoriesPageTest;
PATCHBAY_TESTS(CategoriesPageTest)
#include "tst_categories.moc"
