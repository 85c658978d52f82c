#include "support/hand_clock.h"
#include "support/target_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/target_words.h"
#include "ui/models/targets_model.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/target_gallery.h"
#include "ui/widgets/targets_dialog.h"

#include <QtCore/QDir>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The dialog of targets and the gallery of what a target can be.
class TargetsTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<TargetDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    void open()
    {
        m_window.reset();
        m_desk = std::make_unique<TargetDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_VERIFY(m_window->triage().details());
    }
    /// By its key, with the table filled.
    TargetsDialog *openDialog()
    {
        QWidget *focus = m_window->focusWidget() ? m_window->focusWidget() : m_window.get();
        QTest::keyClick(focus, Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = m_window->findChild<TargetsDialog *>();
        if (!dialog || !QTest::qWaitFor([dialog] { return dialog->table()->currentIndex().isValid(); }))
            return nullptr;
        return dialog;
    }
    static QString cell(const TargetsModel &model, const QString &name, int column)
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.at(row)->target.name == name)
                return model.index(row, column).data().toString();
        }
        return u"no such target"_s;
    }
    static void choose(TargetsDialog &dialog, const QString &name)
    {
        for (int row = 0; row < dialog.model().rowCount(); ++row) {
            if (dialog.model().at(row)->target.name == name)
                dialog.table()->selectRow(row);
        }
    }
    static QString chosen(const TargetsDialog &dialog)
    {
        const TargetRow *row = dialog.model().at(dialog.table()->currentIndex());
        return row ? row->target.name : QString();
    }
    static QPushButton *button(const QWidget &widget, const QString &text)
    {
        for (QPushButton *one : widget.findChildren<QPushButton *>()) {
            if (one->text() == text)
                return one;
        }
        return nullptr;
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
        words::followClock(nullptr);
        m_window.reset();
        m_desk.reset();
    }
    void tellsHowEachTargetFaresAndWhatIsOwedThere();
    void showsTheClassOfTheSettingsAndNotOfTheConnector();
    void saysUntilWhenABreakerIsOpenAndThenThatItIsHalfOpen();
    void keepsTheChosenTargetWhileOthersComeAndChange();
    void addsATargetFromTheGalleryByKeysAlone();
    void opensTheSettingsWithEnterWhereThereAreSome();
    void testsWithTheStoredSecretAndShowsTheirWords();
    void saysThatThereIsNoTargetYet();
    void saysWhyTheTargetsCouldNotBeReadAndTriesAgain();
    void isReachedFromATargetInTheRail();
    void namesEverythingThatTheKeyboardReaches();
    void looksRightInBothSchemes();
};

void TargetsTest::tellsHowEachTargetFaresAndWhatIsOwedThere()
{
    open();
    const TargetId desk = m_desk->add(u"tracker"_s, u"Desk"_s);
    const TargetId board = m_desk->add(u"board"_s, u"Cards"_s);
    m_desk->deliver(desk, DeliveryState::Sent);
    m_desk->deliver(desk, DeliveryState::Queued);
    m_desk->deliver(desk, DeliveryState::Queued);
    m_desk->deliver(desk, DeliveryState::Failed, u"HTTP 503"_s);
    m_desk->deliver(desk, DeliveryState::Unknown, u"No answer in time"_s);
    m_desk->deliver(desk, DeliveryState::Dead, u"HTTP 422: project\u202E is <b>closed</b>"_s);
    m_desk->setState(board, Health::Offline, u"Connection refused"_s);
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    const TargetsModel &model = dialog->model();
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::Connector), u"Tracker Cloud"_s);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::State), u"○ not tried yet"_s);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::Open),
             u"2 waiting; 1 failed, will retry; 1 failed, not sent; 1 unknown"_s);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::LastSent), u"now"_s);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::HeldAgainst), u"✓ verified: Tracker REST v3 (OpenAPI), of 2026-06"_s);
    QCOMPARE(cell(model, u"Desk"_s, TargetsModel::LastError), u"HTTP 422: project is <b>closed</b>"_s);
    QCOMPARE(cell(model, u"Cards"_s, TargetsModel::State), u"△ offline"_s);
    QCOMPARE(cell(model, u"Cards"_s, TargetsModel::Open), u"none"_s);
    QCOMPARE(cell(model, u"Cards"_s, TargetsModel::LastSent), u"never"_s);
    QCOMPARE(cell(model, u"Cards"_s, TargetsModel::HeldAgainst), u"unverified: Board reference"_s);
    QCOMPARE(cell(model, u"Cards"_s, TargetsModel::LastError), u"Connection refused"_s);
    QCOMPARE(cell(model, u"Local tasks"_s, TargetsModel::HeldAgainst), u"built in"_s);
    QCOMPARE(cell(model, u"Local tasks"_s, TargetsModel::LastError), QString());
    choose(*dialog, u"Desk"_s);
    QVERIFY2(dialog->details().contains(u"Tracker REST v3 (OpenAPI), of 2026-06"_s), qPrintable(dialog->details()));
    const QString read = dialog->table()->currentIndex().siblingAtColumn(0).data(Qt::AccessibleTextRole).toString();
    QVERIFY2(read.startsWith(u"Target Desk, Tracker Cloud, not tried yet, breaker closed"_s), qPrintable(read));
}

void TargetsTest::showsTheClassOfTheSettingsAndNotOfTheConnector()
{
    open();
    m_desk->add(u"tracker"_s, u"Plain"_s);
    m_desk->add(u"tracker"_s, u"Keyed"_s, {{u"key_field"_s, u"cf_12"_s}});
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    QCOMPARE(cell(dialog->model(), u"Plain"_s, TargetsModel::Repeats), u"D: a repeat needs you"_s);
    QCOMPARE(cell(dialog->model(), u"Keyed"_s, TargetsModel::Repeats), u"B: writes the same record"_s);
    QCOMPARE(cell(dialog->model(), u"Local tasks"_s, TargetsModel::Repeats), u"A: folds a repeat"_s);
    QCOMPARE(words::repeats(Idempotency::Lookup), u"C: searches for our key first"_s);
}

void TargetsTest::saysUntilWhenABreakerIsOpenAndThenThatItIsHalfOpen()
{
    open();
    HandClock clock;
    const TargetId desk = m_desk->add(u"tracker"_s, u"Desk"_s);
    m_desk->setState(desk, Health::Failed, u"HTTP 500"_s, clock.at + std::chrono::milliseconds(200));
    words::followClock(&clock);
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    const QString until = clock.at.toDateTime().toLocalTime().toString(u"HH:mm"_s);
    QCOMPARE(cell(dialog->model(), u"Desk"_s, TargetsModel::Breaker), u"open until "_s + until);
    QCOMPARE(cell(dialog->model(), u"Local tasks"_s, TargetsModel::Breaker), u"closed"_s);
    choose(*dialog, u"Desk"_s);
    QVERIFY2(dialog->details().contains(u"No task goes there until"_s), qPrintable(dialog->details()));
    clock.at = clock.at + std::chrono::minutes(1); // nothing is committed: it is noticed all the same
    QTRY_VERIFY2(dialog->details().contains(u"The next task tries"_s), qPrintable(dialog->details()));
    QCOMPARE(cell(dialog->model(), u"Desk"_s, TargetsModel::Breaker), u"half-open"_s);
}

void TargetsTest::keepsTheChosenTargetWhileOthersComeAndChange()
{
    open();
    const TargetId desk = m_desk->add(u"tracker"_s, u"Desk"_s);
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    const Watched<TargetsModel> watch(dialog->model());
    QSignalSpy reset(&dialog->model(), &QAbstractItemModel::modelReset);
    choose(*dialog, u"Desk"_s);
    const int row = dialog->table()->currentIndex().row();
    m_desk->add(u"board"_s, u"Another board"_s); // stands before it by name
    QTRY_COMPARE(dialog->model().rowCount(), 3);
    QCOMPARE(chosen(*dialog), u"Desk"_s);
    QCOMPARE(dialog->table()->currentIndex().row(), row + 1);
    m_desk->deliver(desk, DeliveryState::Queued);
    QTRY_COMPARE(cell(dialog->model(), u"Desk"_s, TargetsModel::Open), u"1 waiting"_s);
    m_desk->setState(desk, Health::Ok, {});
    QTRY_COMPARE(cell(dialog->model(), u"Desk"_s, TargetsModel::State), u"● connected"_s);
    QVERIFY(await(m_desk->commands->changeTarget(desk, u"A desk"_s, {})));
    QTRY_COMPARE(chosen(*dialog), u"A desk"_s); // and moved with its name
    QCOMPARE(dialog->table()->currentIndex().row(), 0);
    QCOMPARE(reset.count(), 0);
}

void TargetsTest::addsATargetFromTheGalleryByKeysAlone()
{
    open();
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    QVERIFY(dialog->table()->hasFocus());
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
    QCOMPARE(qobject_cast<QPushButton *>(dialog->focusWidget()), button(*dialog, u"Add target…"_s));
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Space);
    auto *gallery = dialog->findChild<TargetGallery *>();
    QVERIFY(gallery);
    QTRY_VERIFY(gallery->field()->hasFocus());
    QTest::keyClicks(gallery->field(), u"cloud"_s);
    QCOMPARE(gallery->table()->model()->rowCount(), 1);
    QTest::keyClick(gallery->field(), Qt::Key_Return);
    AccountDialog *account = nullptr;
    QTRY_VERIFY((account = dialog->findChild<AccountDialog *>()) != nullptr);
    account->form()->findChildren<QLineEdit *>().front()->setText(u"New desk"_s);
    account->form()->findChild<QLineEdit *>(u"field.token"_s)->setText(u"a secret"_s);
    button(*account, u"Add target"_s)->click();
    QTRY_VERIFY2(dialog->answer().contains(u"New desk is added"_s), qPrintable(dialog->answer()));
    QTRY_COMPARE(chosen(*dialog), u"New desk"_s);
    QCOMPARE(cell(dialog->model(), u"New desk"_s, TargetsModel::Connector), u"Tracker Cloud"_s);
}

void TargetsTest::opensTheSettingsWithEnterWhereThereAreSome()
{
    open();
    m_desk->add(u"tracker"_s, u"Desk"_s, {{u"key_field"_s, u"cf_12"_s}});
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    choose(*dialog, u"Local tasks"_s);
    QVERIFY(!button(*dialog, u"Settings…"_s)->isEnabled());
    QVERIFY(!dialog->edit());
    choose(*dialog, u"Desk"_s);
    QTest::keyClick(dialog->table(), Qt::Key_Return);
    AccountDialog *account = nullptr;
    QTRY_VERIFY((account = dialog->findChild<AccountDialog *>()) != nullptr);
    QCOMPARE(account->form()->name(), u"Desk"_s);
    account->form()->findChild<QLineEdit *>(u"field.key_field"_s)->clear();
    button(*account, u"Save"_s)->click();
    QTRY_VERIFY2(dialog->answer().contains(u"Desk is changed"_s), qPrintable(dialog->answer()));
    QTRY_COMPARE(cell(dialog->model(), u"Desk"_s, TargetsModel::Repeats), u"D: a repeat needs you"_s);
}

void TargetsTest::testsWithTheStoredSecretAndShowsTheirWords()
{
    open();
    const TargetId desk = m_desk->add(u"tracker"_s, u"Desk"_s);
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    choose(*dialog, u"Desk"_s);
    button(*dialog, u"Test connection"_s)->click();
    QTRY_COMPARE(dialog->answer(), u"✓ Desk: Signed in as desk@tracker.example"_s);
    const auto stored = m_desk->read([desk](Database &db) { return db.finish(*targets::byId(db, desk)); });
    m_desk->secrets.values.insert(stored->uid + u"token"_s, u"an old one"_s);
    (void)await(m_desk->targets_->load());
    dialog->test();
    QTRY_COMPARE(dialog->answer(), u"✕ Desk: HTTP 401: “Token revoked”"_s);
    QTRY_VERIFY(button(*dialog, u"Test connection"_s)->isEnabled());
}

void TargetsTest::saysThatThereIsNoTargetYet()
{
    open();
    QVERIFY(m_desk->write([](Database &db) -> Result<Done> {
        db.exec("DELETE FROM suggestion");
        db.exec("DELETE FROM route");
        db.exec("DELETE FROM target");
        return db.finish(Done{});
    }));
    TargetsDialog dialog(m_desk->context());
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    QCOMPARE(dialog.state()->sentence(), u"Reading the targets…"_s);
    dialog.show();
    QTRY_COMPARE(dialog.state()->sentence(), u"No target yet: add one"_s);
    QVERIFY(dialog.state()->isVisible());
    button(*dialog.state(), u"Add target…"_s)->click();
    QVERIFY(dialog.findChild<TargetGallery *>());
}

void TargetsTest::saysWhyTheTargetsCouldNotBeReadAndTriesAgain()
{
    open();
    const auto rename = [this](const char *sql) {
        return m_desk->write([sql](Database &db) -> Result<Done> {
            db.exec(sql);
            return db.finish(Done{});
        });
    };
    QVERIFY(rename("ALTER TABLE delivery RENAME TO elsewhere"));
    TargetsDialog dialog(m_desk->context());
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    QTRY_COMPARE(dialog.state()->sentence(), u"The targets could not be read"_s);
    QVERIFY(rename("ALTER TABLE elsewhere RENAME TO delivery"));
    button(*dialog.state(), u"Try again"_s)->click();
    QTRY_COMPARE(chosen(dialog), u"Local tasks"_s);
    QVERIFY(dialog.table()->isVisible());
}

void TargetsTest::isReachedFromATargetInTheRail()
{
    open();
    m_desk->add(u"tracker"_s, u"Desk"_s);
    QTRY_VERIFY(m_window->rail()->model().rowOfKind(RailRow::Kind::Target) >= 0);
    int row = m_window->rail()->model().rowOfKind(RailRow::Kind::Target);
    QTRY_VERIFY(m_window->rail()->model().at(row + 1) || m_window->rail()->model().at(row)->title == u"Desk"_s);
    if (m_window->rail()->model().at(row)->title != u"Local tasks"_s)
        ++row;
    m_window->rail()->select(row);
    QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
    QPushButton *all = button(*QApplication::activeModalWidget(), u"All targets…"_s);
    QVERIFY(all);
    all->click();
    TargetsDialog *dialog = nullptr;
    QTRY_VERIFY((dialog = m_window->findChild<TargetsDialog *>()) != nullptr);
    QTRY_COMPARE(chosen(*dialog), u"Local tasks"_s);
}

void TargetsTest::namesEverythingThatTheKeyboardReaches()
{
    open();
    QVERIFY(m_window->actions().conflicts().isEmpty());
    m_desk->add(u"tracker"_s, u"Desk"_s);
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    choose(*dialog, u"Desk"_s);
    QSet<QWidget *> seen;
    for (int i = 0; i < 10; ++i) {
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
        QWidget *focus = dialog->focusWidget();
        const auto *push = qobject_cast<QPushButton *>(focus);
        QVERIFY2(!focus->accessibleName().isEmpty() || (push && !push->text().isEmpty()),
                 focus->metaObject()->className());
        seen << focus;
    }
    QCOMPARE(seen.size(), 5); // the table, Add, Settings, Test, Close
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!m_window->findChild<TargetsDialog *>());
}

void TargetsTest::looksRightInBothSchemes()
{
    open();
    const TargetId desk = m_desk->add(u"tracker"_s, u"Support desk"_s, {{u"key_field"_s, u"cf_12"_s}});
    const TargetId board = m_desk->add(u"board"_s, u"Returns"_s);
    const TargetId well = m_desk->add(u"tracker"_s, u"Engineering"_s);
    m_desk->deliver(well, DeliveryState::Sent);
    m_desk->deliver(well, DeliveryState::Queued);
    m_desk->deliver(desk, DeliveryState::Failed, u"HTTP 503: Service Unavailable"_s);
    m_desk->deliver(desk, DeliveryState::Unknown, u"No answer in time"_s);
    m_desk->deliver(board, DeliveryState::Dead, u"HTTP 422: list is archived"_s);
    m_desk->setState(well, Health::Ok, {});
    m_desk->setState(desk, Health::Failed, u"HTTP 503: Service Unavailable"_s,
                     SystemClock().now() + std::chrono::minutes(5));
    m_desk->setState(board, Health::Offline, u"Connection refused"_s, SystemClock().now() - std::chrono::minutes(5));
    TargetsDialog *dialog = openDialog();
    QVERIFY(dialog);
    choose(*dialog, u"Support desk"_s);
    m_window->theme().set(Theme::Scheme::Light);
    keep(*dialog, u"light-targets"_s);
    m_window->theme().set(Theme::Scheme::Dark);
    keep(*dialog, u"dark-targets"_s);
    TargetGallery *gallery = dialog->add();
    QVERIFY(gallery);
    keep(*gallery, u"dark-target-gallery"_s);
    m_window->theme().set(Theme::Scheme::Light);
    keep(*gallery, u"light-target-gallery"_s);
    gallery->field()->setText(u"nothing like it"_s);
    keep(*gallery, u"light-target-gallery-empty"_s);
}

} // namespace patchbay::tests

using patchbay::tests::TargetsTest;
PATCHBAY_TESTS(TargetsTest)
#include "tst_targets.moc"
