#include "support/console_desk.h"
#include "support/import_formats.h"
#include "support/test_main.h"
#include "ui/models/import_runner.h"
#include "ui/models/rule_editor.h"
#include "ui/widgets/guidance_dialog.h"
#include "ui/widgets/import_dialog.h"
#include "ui/widgets/imports_dialog.h"
#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/models_dialog.h"
#include "ui/widgets/routes_dialog.h"
#include "ui/widgets/rule_versions_dialog.h"
#include "ui/widgets/targets_dialog.h"

#include <QtCore/QFile>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Enter in the rows of a dialog. Where it takes the row and closes (the pickers, the gallery of targets), their own
/// tests say so.
class DialogEnterTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pressesNoButtonOfTheDialog_data();
    void pressesNoButtonOfTheDialog();

private:
    std::unique_ptr<QDialog> make(const QString &which);
    static QList<QAbstractItemView *> rowsOf(const QDialog &dialog);

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<ImportRunner> m_imports;
    std::unique_ptr<RuleEditor> m_rules;
};

void DialogEnterTest::pressesNoButtonOfTheDialog_data()
{
    QTest::addColumn<QString>("which");
    for (const char *one :
         {"lessons", "models", "routes", "imports", "import", "rule versions", "targets", "canned replies"})
        QTest::newRow(one) << QString::fromLatin1(one);
}

std::unique_ptr<QDialog> DialogEnterTest::make(const QString &which)
{
    const ConsoleContext context = m_desk->context();
    if (which == u"lessons"_s)
        return std::make_unique<LessonsDialog>(context);
    if (which == u"models"_s)
        return std::make_unique<ModelsDialog>(context);
    if (which == u"routes"_s)
        return std::make_unique<RoutesDialog>(context, ConversationId{});
    if (which == u"imports"_s) {
        m_imports = std::make_unique<ImportRunner>(context);
        return std::make_unique<ImportsDialog>(context, *m_imports);
    }
    if (which == u"import"_s) {
        QFile file(m_desk->folder() + u"/tickets.csv"_s);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write("ana;It flickers\n");
        file.close();
        return std::make_unique<ImportDialog>(context, QStringList{file.fileName()});
    }
    if (which == u"rule versions"_s) {
        m_rules = std::make_unique<RuleEditor>(context);
        return std::make_unique<RuleVersionsDialog>(context, *m_rules);
    }
    if (which == u"targets"_s)
        return std::make_unique<TargetsDialog>(context);
    return std::make_unique<GuidanceDialog>(context, GuidanceKind::Replies, ReplyExample{});
}

/// Without what a combo box unfolds, which is a window of its own.
QList<QAbstractItemView *> DialogEnterTest::rowsOf(const QDialog &dialog)
{
    QList<QAbstractItemView *> all;
    for (QAbstractItemView *view : dialog.findChildren<QAbstractItemView *>()) {
        if (view->window() == &dialog)
            all << view;
    }
    return all;
}

void DialogEnterTest::pressesNoButtonOfTheDialog()
{
    QFETCH(QString, which);
    m_desk = std::make_unique<ConsoleDesk>();
    if (which == u"import"_s) {
        ChatConnectorInfo files = lineConnector();
        files.create = [](AccountConfig) { return std::make_unique<QuietChannel>(); };
        m_desk->addConnector(files);
    }
    const std::unique_ptr<QDialog> dialog = make(which);
    QVERIFY(dialog);
    dialog->setAttribute(Qt::WA_DeleteOnClose, false);
    dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    QTRY_VERIFY(!rowsOf(*dialog).isEmpty());
    QStringList pressed;
    for (QPushButton *button : dialog->findChildren<QPushButton *>())
        connect(button, &QPushButton::clicked, dialog.get(), [&pressed, button] { pressed << button->text(); });
    for (QAbstractItemView *rows : rowsOf(*dialog)) {
        rows->setFocus();
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
            // Handed to the rows themselves: they may be hidden while there are none.
            QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier);
            QCoreApplication::sendEvent(rows, &press);
            QTest::qWait(20);
        }
    }
    QCOMPARE(pressed, QStringList());
    QVERIFY(dialog->isVisible());
}

} // namespace patchbay::tests

using patchbay::tests::DialogEnterTest;
PATCHBAY_TESTS(DialogEnterTest)
#include "tst_dialog_enter.moc"
