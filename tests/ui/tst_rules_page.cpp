#include "core/store/rule_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/condition_tree.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/rule_form.h"
#include "ui/widgets/rule_versions_dialog.h"
#include "ui/widgets/rules_page.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/trial_panel.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The page where a lead changes rules, tries them on history, publishes and goes back.
class RulesPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive({{.subject = "Invoice", .text = "I was charged twice for the marmalade, please refund."},
                         {.from = "Bob <bob@example.org>", .subject = "Pears", .text = "URGENT: where are my pears?"},
                         {.from = "Cleo <cleo@example.org>", .subject = "Plums", .text = "Where is my parcel?"}});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->actions().trigger(u"go.rules"_s);
        QTRY_VERIFY(page().editor().isLoaded());
        QTRY_COMPARE(page().table()->model()->rowCount(), 1);
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void showsTheLiveRulesInWords()
    {
        QCOMPARE(cell(0, RuleListModel::Name), u"Urgent words raise the priority"_s);
        QVERIFY(cell(0, RuleListModel::When).contains(u"text contains urgent"_s));
        QCOMPARE(cell(0, RuleListModel::Then), u"set priority high"_s);
        QVERIFY(says(u"Version 1 holds."_s));
    }

    void saysOfEachConditionWhetherItHoldsForTheOpenConversation()
    {
        openConversationOf(u"Bob"_s);
        m_window->actions().trigger(u"go.rules"_s);
        QTRY_COMPARE(cell(0, RuleListModel::Holds), u"✓ holds"_s);
        QTRY_VERIFY(says(u"It holds for the open conversation."_s));
        QTRY_VERIFY(says(u"✗ false: Pears"_s)); // the subject says nothing of the kind
        shoot(u"rules-light"_s, Theme::Scheme::Light);
        shoot(u"rules-dark"_s, Theme::Scheme::Dark);
    }

    void aLeadAddsARuleTriesItPublishesItAndGoesBack()
    {
        const Watched<RuleListModel> rules(*qobject_cast<RuleListModel *>(page().table()->model()));
        const Watched<ChangedConversations> trial(page().trial().changes());
        m_window->actions().trigger(u"rules.add"_s);
        QTRY_COMPARE(page().table()->model()->rowCount(), 2);
        QTRY_VERIFY(page().form()->nameField()->hasFocus());
        QTest::keyClicks(page().form()->nameField(), u"Refunds are urgent"_s);
        QTest::keyClick(page().form()->nameField(), Qt::Key_Tab);
        QTRY_COMPARE(cell(1, RuleListModel::Name), u"Refunds are urgent"_s);
        choose(u"What is asked"_s, u"text"_s);
        choose(u"How it is compared"_s, u"contains"_s);
        QTRY_VERIFY(named<QLineEdit>(u"What it is compared with"_s));
        auto *value = named<QLineEdit>(u"What it is compared with"_s);
        value->setText(u"refund, money back"_s);
        QTest::keyClick(value, Qt::Key_Return);
        QTRY_VERIFY(cell(1, RuleListModel::When).contains(u"text contains refund, money back"_s));
        QVERIFY(says(u"A draft on version 1. Nothing of it holds before it is published."_s));
        QTRY_VERIFY(page().editor().draft());

        m_window->actions().trigger(u"rules.try"_s);
        QTRY_COMPARE(page().trial().sentence(), u"1 of 3 conversations would change."_s);
        auto &changes = page().trial().changes();
        QTRY_COMPARE(changes.rowCount(), 1);
        QCOMPARE(changes.index(0, ChangedConversations::What).data().toString(), u"priority"_s);
        QVERIFY(page().trialPanel()->assumed().startsWith(u"Categories were taken as they were decided then"_s));
        shoot(u"rules-trial-light"_s, Theme::Scheme::Light);
        shoot(u"rules-trial-dark"_s, Theme::Scheme::Dark);
        page().trialPanel()->changes()->setCurrentIndex(changes.index(0, 0));
        Q_EMIT page().trialPanel()->changes()->activated(changes.index(0, 0));
        QTRY_VERIFY(m_window->triage().details());
        QCOMPARE(m_window->triage().details()->contact.name, u"Ana Silva"_s);

        m_window->actions().trigger(u"go.rules"_s);
        m_window->actions().trigger(u"rules.publish"_s);
        answer(u"Publish"_s);
        QTRY_COMPARE(m_desk->snapshots.current()->rules.version, 2);
        QTRY_VERIFY(says(u"Version 2 holds."_s));
        m_desk->receive({{.from = "Dora <dora@example.org>", .subject = "Jam", .text = "I want a refund."}});
        QCOMPARE(priorityOf(u"Dora"_s), u"high"_s);

        m_window->actions().trigger(u"rules.versions"_s);
        QTRY_VERIFY(m_window->findChild<RuleVersionsDialog *>());
        auto *versions = m_window->findChild<RuleVersionsDialog *>();
        QTRY_COMPARE(versions->list()->count(), 2);
        versions->list()->setCurrentRow(1);
        QTRY_VERIFY(versions->back()->isEnabled());
        versions->back()->click();
        QTRY_COMPARE(m_desk->snapshots.current()->rules.version, 3);
        QTRY_COMPARE(page().table()->model()->rowCount(), 1);
        m_desk->receive({{.from = "Emil <emil@example.org>", .subject = "Jam", .text = "I want a refund."}});
        QCOMPARE(priorityOf(u"Emil"_s), u"normal"_s);
    }

    void keepsAnUnfinishedRuleOnTheScreenAndOutOfTheWorkspace()
    {
        m_window->actions().trigger(u"rules.add"_s);
        QTRY_COMPARE(page().table()->model()->rowCount(), 2);
        QTRY_VERIFY(page().editor().draft());
        choose(u"What is asked"_s, u"text"_s);
        choose(u"How it is compared"_s, u"matches expression"_s);
        QTRY_VERIFY(named<QLineEdit>(u"What it is compared with"_s));
        auto *value = named<QLineEdit>(u"What it is compared with"_s);
        value->setText(u"(refund"_s);
        QTest::keyClick(value, Qt::Key_Return);
        QTRY_VERIFY(!page().editor().fault().isEmpty());
        QVERIFY(says(u"Not complete yet, and not saved: "_s, true));
        QTest::qWait(900); // longer than the draft waits to be saved
        const auto drafts = m_desk->read([](Database &db) { return db.finish(rule_drafts::all(db)); });
        QCOMPARE(drafts->size(), 1u);
        QVERIFY(!drafts->front().document.contains("(refund"));
        for (int i = 0; i < 3; ++i) // the value, the operator, the field
            m_window->actions().trigger(u"rules.undo"_s);
        QTRY_VERIFY(page().editor().fault().isEmpty());
    }

    void tellsWhatTheLinterFinds()
    {
        m_window->actions().trigger(u"rules.add"_s);
        QTRY_COMPARE(page().table()->model()->rowCount(), 2);
        choose(u"What it is compared with"_s, u"Billing"_s);
        QTRY_VERIFY(named<QToolButton>(u"Add a condition here"_s));
        named<QToolButton>(u"Add a condition here"_s)->click();
        QList<QComboBox *> values;
        const auto shown = [&] {
            values.clear();
            for (QComboBox *box : page().findChildren<QComboBox *>()) {
                if (box->accessibleName() == u"What it is compared with"_s && box->isVisible())
                    values << box;
            }
            return int(values.size());
        };
        QTRY_COMPARE(shown(), 2);
        const int other = values[1]->findText(u"Delivery"_s);
        values[1]->setCurrentIndex(other);
        Q_EMIT values[1]->activated(other); // Billing and Delivery at once: never
        QTRY_VERIFY(!page().editor().findings().empty());
        QVERIFY(cell(1, RuleListModel::Checks) != u"✓"_s);
        shoot(u"rules-checks"_s, Theme::Scheme::Light);
    }

    void listsWhatADraftBesideTheLiveRulesWouldHaveDecidedOtherwise()
    {
        page().tabs()->setCurrentIndex(3);
        QVERIFY(says(u"No draft was asked beside the live rules yet."_s, true));
        const QByteArray draft = R"({"rules": [{"name": "Pears", "when": {"field": "text", "contains": "pears"},
            "then": [{"set_priority": "low"}]}], "default_route": "Tasks"})";
        const auto saved = await(m_desk->ruleDesk->saveDraft({}, draft, u"Pears"_s));
        QVERIFY(saved);
        QVERIFY(await(m_desk->ruleDesk->startShadow(*saved, 7)));
        m_desk->receive({{.from = "Dora <dora@example.org>", .subject = "More pears", .text = "Are there pears?"},
                         {.from = "Emil <emil@example.org>", .subject = "Jam", .text = "Is there jam?"}});
        auto &list = page().shadow().list();
        QTRY_COMPARE(list.rowCount(), 1);
        QTRY_VERIFY(says(u"Beside the live rules until"_s, true));
        QVERIFY(page().shadow().sentence().contains(u"1 of 2 messages otherwise"_s));
        QCOMPARE(list.index(0, ChangedConversations::Contact).data().toString(), u"Dora"_s);
        QVERIFY(list.index(0, ChangedConversations::To).data().toString().contains(u"low"_s));
        QVERIFY(!list.index(0, ChangedConversations::From).data().toString().isEmpty());
        shoot(u"rules-shadow-light"_s, Theme::Scheme::Light);
        shoot(u"rules-shadow-dark"_s, Theme::Scheme::Dark);
        Q_EMIT page().shadowList()->activated(list.index(0, 0));
        QTRY_VERIFY(m_window->triage().details());
        QTRY_COMPARE(m_window->triage().details()->contact.name, u"Dora"_s);
    }

    void leavesADraftToASecondPersonWhereTheWorkspaceWantsOne()
    {
        QVERIFY(m_window->actions().trigger(u"rules.second_person"_s));
        answer(u"Somebody else"_s);
        QTRY_VERIFY(page().editor().wantsSecondPerson());
        m_window->actions().trigger(u"rules.remove"_s);
        QTRY_VERIFY(page().editor().waitsForSecondPerson());
        QTRY_VERIFY(page().editor().draft() && page().editor().draft()->id);
        m_window->actions().trigger(u"rules.publish"_s);
        answer(u"Publish"_s);
        QTRY_VERIFY(m_window->toast()->text().contains(u"wants a second person"_s));
        QCOMPARE(m_desk->snapshots.current()->rules.version, 1);

        ConsoleContext hers = m_desk->context();
        RuleDesk desk(m_desk->store(), m_desk->snapshots, m_desk->mila);
        hers.me = m_desk->mila;
        hers.ruleDesk = &desk;
        RuleEditor editor(hers);
        editor.reload();
        QTRY_VERIFY(editor.draft());
        QVERIFY(!editor.waitsForSecondPerson());
        editor.publish();
        QTRY_COMPARE(m_desk->snapshots.current()->rules.version, 2);
    }

    void discardsADraft()
    {
        m_window->actions().trigger(u"rules.add"_s);
        QTRY_VERIFY(page().editor().draft());
        m_window->actions().trigger(u"rules.discard"_s);
        answer(u"Discard"_s);
        QTRY_COMPARE(page().table()->model()->rowCount(), 1);
        QTRY_VERIFY(says(u"Version 1 holds."_s));
    }

    void saysSoWhereThereIsNoRule()
    {
        m_window->actions().trigger(u"rules.remove"_s);
        QTRY_VERIFY(says(u"No rule yet"_s));
    }

private:
    RulesPage &page() { return *m_window->rulesPage(); }
    QString cell(int row, int column) { return page().table()->model()->index(row, column).data().toString(); }
    bool says(const QString &text, bool begins = false)
    {
        const auto labels = page().findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            QString shown = label->text();
            shown.remove(QChar(0x200b));
            return label->isVisible() && (begins ? shown.startsWith(text) : shown == text);
        });
    }
    template <class WidgetType> WidgetType *named(const QString &name)
    {
        for (WidgetType *widget : page().findChildren<WidgetType *>()) {
            if (widget->accessibleName() == name && widget->isVisible())
                return widget;
        }
        return nullptr;
    }
    void choose(const QString &box, const QString &text)
    {
        QTRY_VERIFY(named<QComboBox>(box)); // rows that were made just now are shown in a moment
        auto *combo = named<QComboBox>(box);
        const int index = combo->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        combo->setCurrentIndex(index);
        Q_EMIT combo->activated(index);
        QCoreApplication::processEvents();
    }
    void answer(const QString &text)
    {
        QTRY_VERIFY(QApplication::activeModalWidget());
        for (QPushButton *button : QApplication::activeModalWidget()->findChildren<QPushButton *>()) {
            if (button->text() == text)
                return button->click();
        }
        QFAIL(qPrintable(text));
    }
    void openConversationOf(const QString &name)
    {
        m_window->showView(conversations::View::All);
        auto &list = m_window->listPane()->model();
        const auto row = [&] {
            for (int i = 0; i < list.rowCount(); ++i) {
                if (list.summary(i) && list.summary(i)->contactName == name)
                    return i;
            }
            return -1;
        };
        QTRY_VERIFY(row() >= 0);
        m_window->listPane()->list()->setCurrentIndex(list.index(row()));
        QTRY_VERIFY(m_window->triage().details() && m_window->triage().details()->contact.name == name);
    }
    QString priorityOf(const QString &name)
    {
        const auto found = m_desk->read([name](Database &db) {
            const auto row = db.row("SELECT v.priority FROM conversation v JOIN contact c ON c.id = v.contact_id "
                                    "WHERE c.name = ?",
                                    {name});
            return db.finish(row ? row->text(0) : QString());
        });
        return found ? *found : found.error().message;
    }
    void shoot(const QString &name, Theme::Scheme scheme)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        m_window->theme().set(scheme);
        QTest::qWait(200);
        QVERIFY(m_window->grab().save(folder + u'/' + name + u".png"_s));
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace patchbay::tests

using patchbay::tests::RulesPageTest;
PATCHBAY_TESTS(RulesPageTest)
#include "tst_rules_page.moc"
