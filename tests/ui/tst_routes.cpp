#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/words.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/own_fields_form.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/route_card.h"
#include "ui/widgets/route_editor.h"
#include "ui/widgets/routes_dialog.h"

#include <QtCore/QDir>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Routes in the window: the dialog with its live requests, and the open task that is shown before a second one.
class RoutesTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    /// With a file of 10 bytes beside the text.
    static void addFile(ConsoleDesk::Mail &mail)
    {
        mail.contentType = "multipart/mixed; boundary=part";
        mail.text = "--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + mail.text
            + "\r\n--part\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
              "filename=\"invoice <b>1<b>.pdf\"\r\n\r\n0123456789\r\n--part--";
    }
    void open(bool withFile = false)
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        ConsoleDesk::Mail mail;
        mail.from = "\"Ana <b>Silva</b>\" <ana@example.org>";
        mail.subject = "Charged twice";
        mail.text = "My card was charged twice for the same invoice. {{operator.name}} please refund one payment.";
        if (withFile)
            addFile(mail);
        m_desk->receive({mail});
        QVERIFY(await(m_desk->commands->addTarget(u"local"_s, u"Second desk"_s, {})));
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), 1);
        QTRY_VERIFY(m_window->triage().canAccept());
    }
    RoutesDialog *openDialog()
    {
        m_window->actions().trigger(u"setup.routes"_s);
        auto *dialog = m_window->findChild<RoutesDialog *>();
        if (!dialog || !QTest::qWaitFor([dialog] {
                return !dialog->editor()->nameField()->text().isEmpty() && dialog->preview() != u"Loading…"_s;
            }))
            return nullptr;
        return dialog;
    }
    Route route(const QString &name)
    {
        return *m_desk->read(
            [name](Database &db) -> Result<Route> { return db.finish(routes::byName(db, name).value_or(Route{})); });
    }
    void press(Qt::Key key, Qt::KeyboardModifiers with = Qt::NoModifier)
    {
        QWidget *focus = m_window->focusWidget() ? m_window->focusWidget() : m_window.get();
        QTest::keyClick(focus, key, with);
    }
    /// Letters come with their shift: the picker takes what is chosen in its list.
    void answerPicker(int row)
    {
        Picker *picker = nullptr;
        QTRY_VERIFY((picker = qobject_cast<Picker *>(QApplication::activeModalWidget())) != nullptr);
        QTRY_COMPARE(picker->list()->model()->rowCount(), 2);
        for (int i = 0; i < row; ++i)
            QTest::keyClick(picker->field(), Qt::Key_Down);
        QTest::keyClick(picker->field(), Qt::Key_Return);
    }
    static void keep(QWidget &widget, const QString &name)
    {
        QTest::qWait(250);
        const QPixmap picture = widget.grab();
        QVERIFY(!picture.isNull());
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            QVERIFY(picture.save(QStringLiteral("%1/%2.png").arg(folder, name)));
        }
    }

private Q_SLOTS:
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void showsTheExactRequestWhileAMappingIsTyped()
    {
        open();
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        QVERIFY2(dialog->preview().contains(u"\"title\": \"Charged twice\""_s), qPrintable(dialog->preview()));
        dialog->editor()->titleTemplate()->setText(u"{{contact.name | upper}}: {{message.text | truncate: 60}}"_s);
        // A name with markup and a text with a placeholder stay what they are.
        QTRY_VERIFY2(dialog->preview().contains(u"ANA <B>SILVA</B>: My card"_s), qPrintable(dialog->preview()));
        QCOMPARE(dialog->findChild<QLabel *>()->textFormat(), Qt::PlainText);
        dialog->editor()->titleTemplate()->setText(u"{{contact.nam}}"_s);
        QTRY_VERIFY2(dialog->preview().contains(u"no placeholder “contact.nam”"_s), qPrintable(dialog->preview()));
        dialog->save();
        QTRY_VERIFY2(dialog->answer().contains(u"at character 3"_s), qPrintable(dialog->answer()));
        QVERIFY(route(u"Tasks"_s).mappings.empty());
        dialog->editor()->titleTemplate()->setText(u"{{contact.name}}"_s);
        dialog->editor()->ownFields()->addRow({u"cf_1"_s, OwnField::Kind::Text, u"{{contact.address}}"_s});
        OwnFieldRow *plain = dialog->editor()->ownFields()->addRow();
        plain->nameField()->setEditText(u"plain"_s);
        plain->valueField()->setEditText(u"x = y"_s);
        dialog->save();
        QTRY_VERIFY(dialog->answer().startsWith(u"Saved"_s));
        const Route saved = route(u"Tasks"_s);
        QCOMPARE(saved.mappings.size(), size_t(1));
        QCOMPARE(saved.mappings.front().title, u"{{contact.name}}"_s);
        QCOMPARE(saved.mappings.front().fields.value("plain"_L1).toString(), u"x = y"_s);
    }

    void showsTheFilesThatGoAlong()
    {
        open(true);
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        QVERIFY(!dialog->preview().contains(u".pdf"_s)); // none, unless the lead says so
        QComboBox *files = dialog->editor()->filesField();
        files->setFocus();
        QTest::keyClick(files, Qt::Key_Down);
        QTRY_VERIFY2(dialog->preview().contains(u"invoice _b_1_b_.pdf"_s), qPrintable(dialog->preview()));
        keep(*dialog, u"light-routes-files"_s);
        dialog->save();
        QTRY_VERIFY(dialog->answer().startsWith(u"Saved"_s));
        QVERIFY(route(u"Tasks"_s).files == Route::Files::LastMessage);
        dialog->close();
        const auto says = [this](const QString &text) {
            const QList<QLabel *> labels = m_window->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
                return label->isVisible() && label->textFormat() == Qt::PlainText && label->text().contains(text);
            });
        };
        QTRY_VERIFY(says(u"Files that go along: invoice _b_1_b_.pdf (10 bytes)"_s));
        keep(*m_window, u"light-files-go-along"_s);
        m_window->theme().set(Theme::Scheme::Dark);
        keep(*m_window, u"dark-files-go-along"_s);
    }

    void saysThatNotEverythingWentAlong()
    {
        Delivery delivery;
        delivery.state = DeliveryState::Sent;
        delivery.externalId = u"17"_s;
        const Timestamp now = Timestamp::from(QDateTime::currentDateTime());
        delivery.settledAt = now;
        QVERIFY(words::deliverySentence(delivery, now).endsWith(u": 17"_s));
        delivery.lastError = u"Attached 1 of 2. x.zip: refused."_s;
        QVERIFY2(words::deliverySentence(delivery, now).endsWith(u"not all of it. Attached 1 of 2. x.zip: refused."_s),
                 qPrintable(words::deliverySentence(delivery, now)));
        delivery.settledBy = OperatorId{1}; // then it is what went wrong before
        QVERIFY(delivery.notice().isEmpty());
        QVERIFY(!words::deliverySentence(delivery, now).contains(u"x.zip"_s));

        std::vector<OutboundFile> files(11, OutboundFile{"ab", u"a.txt"_s, {}, 5});
        QVERIFY2(words::files(files).endsWith(u" and 3 more"_s), qPrintable(words::files(files)));
        files.resize(1);
        QCOMPARE(words::files(files), u"a.txt (5 bytes)"_s);
    }

    void makesARouteWithABackupAndRemovesIt()
    {
        open();
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        dialog->begin();
        dialog->editor()->nameField()->setText(u"Escalations"_s);
        QComboBox *strategy = dialog->editor()->strategyField();
        strategy->setCurrentIndex(strategy->findData(int(Route::Strategy::PrimaryBackup)));
        dialog->save();
        QTRY_VERIFY2(dialog->answer().contains(u"at least two"_s), qPrintable(dialog->answer()));
        dialog->editor()->targetFields().at(0)->setCurrentText(u"Local tasks"_s);
        dialog->editor()->targetFields().at(1)->setCurrentText(u"Second desk"_s);
        QTRY_VERIFY2(dialog->preview().contains(u"Second desk, as the backup"_s), qPrintable(dialog->preview()));
        dialog->save();
        QTRY_COMPARE(dialog->table()->model()->rowCount(), 2);
        QCOMPARE(route(u"Escalations"_s).targets.size(), size_t(2));
        QTRY_COMPARE(dialog->table()->currentIndex().row(), 1);
        dialog->removeChosen();
        QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape); // asked first
        QCOMPARE(dialog->table()->model()->rowCount(), 2);
        QTRY_VERIFY(!qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        dialog->removeChosen();
        QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        for (QPushButton *button : QApplication::activeModalWidget()->findChildren<QPushButton *>()) {
            if (button->text() == u"Remove"_s)
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QTRY_COMPARE(dialog->table()->model()->rowCount(), 1);
    }

    void goesByCategoryWithAMandatoryDefault()
    {
        open();
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        QComboBox *strategy = dialog->editor()->strategyField();
        strategy->setCurrentIndex(strategy->findData(int(Route::Strategy::ByCategory)));
        const size_t categories = dialog->editor()->targetFields().size() - 1;
        QVERIFY(categories > 3);
        dialog->editor()->targetFields().at(0)->setCurrentIndex(0);
        dialog->save();
        QTRY_VERIFY2(dialog->answer().contains(u"default target"_s), qPrintable(dialog->answer()));
        dialog->editor()->targetFields().at(0)->setCurrentText(u"Local tasks"_s);
        dialog->editor()->targetFields().at(1)->setCurrentText(u"Second desk"_s);
        dialog->save();
        QTRY_VERIFY(dialog->answer().startsWith(u"Saved"_s));
        QCOMPARE(route(u"Tasks"_s).byCategory.size(), size_t(1));
    }

    void canBeWorkedByKeysAlone()
    {
        open();
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        QVERIFY(dialog->table()->hasFocus());
        // Tab reaches the form and the buttons, and nothing on the way has no name.
        QSet<QWidget *> seen;
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
            QWidget *focus = dialog->focusWidget();
            const auto *button = qobject_cast<QPushButton *>(focus);
            QVERIFY2(!focus->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     focus->metaObject()->className());
            seen << focus;
        }
        QVERIFY(seen.contains(dialog->editor()->nameField()));
        QVERIFY(seen.contains(dialog->editor()->titleTemplate()));
        QVERIFY(seen.contains(dialog->editor()->targetFields().front()));
        QVERIFY(seen.contains(dialog->conversation()));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<RoutesDialog *>());
    }

    void offersTheOpenTaskBeforeASecondOne()
    {
        open();
        m_desk->commands->setHoldTime(std::chrono::milliseconds(0));
        press(Qt::Key_Y);
        QTRY_VERIFY(m_window->triage().details() && !m_window->triage().details()->isPending());
        (void)await(m_desk->outbox->runOnce());
        press(Qt::Key_X, Qt::ShiftModifier);
        QTRY_VERIFY(m_window->triage().details() && m_window->triage().details()->isPending());
        QTRY_VERIFY(m_window->triage().canAccept());
        bool warned = false;
        for (const QLabel *label : m_window->findChildren<QLabel *>())
            warned = warned || (label->isVisible() && label->text().contains(u"An open task is here already"_s));
        QVERIFY(warned);
        press(Qt::Key_Y);
        answerPicker(0);
        QTRY_VERIFY(m_window->triage().details() && !m_window->triage().details()->isPending());
        QVERIFY(m_window->triage().details()->suggestion->linkedTask);
        QCOMPARE(m_window->triage().details()->tasks.size(), size_t(1));
        press(Qt::Key_Z); // and back
        QTRY_VERIFY(m_window->triage().details() && m_window->triage().details()->isPending());
        QTRY_VERIFY(m_window->triage().canAccept());
        press(Qt::Key_Y);
        answerPicker(1);
        QTRY_VERIFY(m_window->triage().details() && m_window->triage().details()->tasks.size() == 2);
    }

    void looksRightInBothSchemes()
    {
        open();
        Route tasks = route(u"Tasks"_s);
        const Target second = *m_desk->read([](Database &db) -> Result<Target> {
            return db.finish(targets::byName(db, u"Second desk"_s).value_or(Target{}));
        });
        tasks.strategy = Route::Strategy::PrimaryBackup;
        tasks.targets.push_back(second.id);
        FieldMapping mapping;
        mapping.target = tasks.targets.front();
        mapping.title = u"[{{task.category | upper}}] {{contact.name}}"_s;
        mapping.due = u"+3d"_s;
        tasks.mappings = {mapping};
        QVERIFY(await(m_desk->commands->changeRoute(tasks)));
        (void)m_desk->write([&](Database &db) -> Result<Done> {
            targets::setHealth(db, tasks.targets.front(), Health::Offline, u"Connection refused"_s);
            targets::setBreaker(db, tasks.targets.front(), 5, db.now() + std::chrono::seconds(300));
            return db.finish(Done{});
        });
        m_window->theme().set(Theme::Scheme::Light);
        RoutesDialog *dialog = openDialog();
        QVERIFY(dialog);
        keep(*dialog, u"light-routes"_s);
        m_window->theme().set(Theme::Scheme::Dark);
        keep(*dialog, u"dark-routes"_s);
        dialog->editor()->titleTemplate()->setText(u"{{contact.nam}}"_s);
        QTRY_VERIFY(dialog->preview().contains(u"contact.nam"_s));
        keep(*dialog, u"dark-routes-refused"_s);
        dialog->reject();
        m_window->theme().set(Theme::Scheme::Light);
        keep(*m_window, u"light-route-card"_s);
        m_window->triage().accept(false);
        QTRY_VERIFY(m_window->triage().details() && !m_window->triage().details()->isPending());
        m_desk->commands->setHoldTime(std::chrono::milliseconds(0));
        m_window->triage().suggestAgain();
        QTRY_VERIFY(m_window->triage().canAccept());
        m_window->triage().accept(false);
        QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
        keep(*QApplication::activeModalWidget(), u"light-open-task"_s);
        QApplication::activeModalWidget()->close();
        keep(*m_window, u"light-open-task-card"_s);
    }

    void keepsItsRowsInOrderWhileRoutesChange()
    {
        open();
        RoutesModel model(m_desk->store());
        const Watched<RoutesModel> watch(model);
        QSignalSpy loaded(&model, &RoutesModel::loaded);
        model.reload();
        QTRY_COMPARE(loaded.size(), 1);
        Route other = *model.at(0);
        other.id = {};
        other.uid.clear();
        other.name = u"Other"_s;
        const auto added = await(m_desk->commands->addRoute(other));
        QVERIFY(added);
        QTRY_COMPARE(model.rowCount(), 2);
        QVERIFY(await(m_desk->commands->removeRoute(added->id)));
        QTRY_COMPARE(model.rowCount(), 1);
    }
};

} // namespace patchbay::tests

using patchbay::tests::RoutesTest;
PATCHBAY_TESTS(RoutesTest)
#include "tst_routes.moc"
