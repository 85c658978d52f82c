#include "support/console_desk.h"
#include "support/import_formats.h"
#include "support/test_main.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/import_dialog.h"
#include "ui/widgets/import_strip.h"
#include "ui/widgets/imports_dialog.h"
#include "ui/widgets/main_window.h"

#include <QtCore/QMimeData>
#include <QtCore/QUrl>
#include <QtGui/QDropEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// From files that are chosen or dropped to the report.
class ImportWindow final : public QObject {
    Q_OBJECT

private:
    QString write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_desk->folder() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    std::unique_ptr<ImportDialog> dialog(const QStringList &paths) const
    {
        auto made = std::make_unique<ImportDialog>(m_desk->context(), paths);
        made->show();
        return made;
    }
    /// Keeps a picture for people, in both schemes, where PATCHBAY_SHOTS names a folder.
    static void keep(Theme &theme, QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, suffix] :
             {std::pair(Theme::Scheme::Light, u"light"_s), std::pair(Theme::Scheme::Dark, u"dark"_s)}) {
            if (folder.isEmpty())
                return;
            theme.set(scheme);
            QTest::qWait(250);
            QVERIFY(widget.grab().save(u"%1/%2_%3.png"_s.arg(folder, name, suffix)));
        }
    }

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        ChatConnectorInfo files = lineConnector();
        files.create = [](AccountConfig) { return std::make_unique<QuietChannel>(); };
        m_desk->addConnector(files);
    }
    void cleanup() { m_desk.reset(); }

    void recognisesTheFormatAndAsksForWhatOnlyAPersonKnows()
    {
        const auto asking = dialog({write(u"chat.txt"_s, "ana;hello\n")});
        QTRY_COMPARE(asking->formats()->currentData().toString(), u"whatsapp"_s);
        QVERIFY(asking->form());
        QVERIFY(asking->importButton()->isEnabled());
        asking->form()->findChild<QLineEdit *>(u"field.own"_s)->setText(u"Desk"_s);
        asking->channels()->setEditText(u"  Chats "_s);
        QSignalSpy wanted(asking.get(), &ImportDialog::wanted);
        asking->importButton()->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), u"Chats"_s);
        const auto request = wanted.at(0).at(1).value<ImportRequest>();
        QCOMPARE(request.format, u"whatsapp"_s);
        QCOMPARE(request.settings, (QJsonObject{{u"own"_s, u"Desk"_s}}));
    }

    void showsTheFirstRowsOfATableAndMapsItsColumns()
    {
        const auto asking = dialog({write(u"old.csv"_s, "ana;<b>hello</b>\nben;bye\n")});
        QTRY_VERIFY(asking->rows());
        QCOMPARE(asking->rows()->rowCount(), 2);
        QCOMPARE(asking->rows()->item(0, 1)->text(), u"<b>hello</b>"_s);
        QComboBox *text = asking->column(u"text"_s);
        QCOMPARE(text->currentText(), u"What"_s); // guessed
        QSignalSpy wanted(asking.get(), &ImportDialog::wanted);
        text->setCurrentIndex(0);
        asking->importButton()->click();
        QCOMPARE(wanted.size(), 0);
        QVERIFY2(asking->notice().contains(u"text"_s), qPrintable(asking->notice()));
        text->setCurrentIndex(2);
        asking->column(u"name"_s)->setCurrentIndex(1);
        asking->importButton()->click();
        QCOMPARE(wanted.size(), 1);
        const QJsonObject columns{{u"text"_s, u"2"_s}, {u"name"_s, u"1"_s}};
        QCOMPARE(wanted.at(0).at(1).value<ImportRequest>().settings.value(u"columns"_s).toObject(), columns);
    }

    void saysWhatItDoesNotKnow()
    {
        const auto asking = dialog({write(u"what.bin"_s, "??")});
        QTRY_VERIFY2(asking->notice().contains(u"what.bin"_s), qPrintable(asking->notice()));
        const auto empty = dialog({write(u"empty.csv"_s, QByteArray())});
        QTRY_VERIFY2(empty->notice().contains(u"empty"_s), qPrintable(empty->notice()));
        QVERIFY(!empty->importButton()->isEnabled());
        const auto mixed = dialog({write(u"a.txt"_s, "a;b\n"), write(u"b.csv"_s, "a;b\n")});
        QTRY_VERIFY(mixed->importButton()->isEnabled());
        QCOMPARE(mixed->formats()->currentData().toString(), QString()); // each by its own
    }

    void importsWithoutBlockingAndReportsWhatItDid()
    {
        MainWindow window(m_desk->context());
        window.show();
        QByteArray lines = "no text here\n";
        for (int i = 0; i < 500; ++i)
            lines += "ana;message " + QByteArray::number(i) + "\n";
        ImportRequest request;
        request.paths = QStringList{write(u"chat.txt"_s, lines)};
        QSignalSpy ended(&window.imports(), &ImportRunner::ended);
        QSignalSpy failed(&window.imports(), &ImportRunner::failed);
        window.imports().start(u"Chats"_s, request);
        QVERIFY(window.importStrip()->isVisible());
        window.imports().start(u"Chats"_s, request); // one at a time
        QCOMPARE(failed.size(), 1);
        failed.clear();
        QTRY_VERIFY_WITH_TIMEOUT(ended.size() + failed.size() == 1, 30000);
        QVERIFY2(failed.isEmpty(), qPrintable(failed.value(0).value(0).toString()));
        QVERIFY2(window.importStrip()->text().startsWith(u"501 messages read: 500 new, 0 here already, 1 could not"_s),
                 qPrintable(window.importStrip()->text()));
        keep(window.theme(), window, u"import_strip"_s);

        ImportsDialog report(m_desk->context(), window.imports());
        report.show();
        QTRY_COMPARE(report.table()->rowCount(), 1);
        QVERIFY2(report.report().contains(u"1 × This line has no text in it."_s), qPrintable(report.report()));
        QVERIFY(!report.resumeButton()->isEnabled());
        keep(window.theme(), report, u"import_report"_s);

        const auto asking = dialog({write(u"chat.csv"_s, "Ana;Where is my parcel?\nBen;It flickers\nAna;Thanks!\n")});
        QTRY_VERIFY(asking->rows());
        keep(window.theme(), *asking, u"import_table"_s);
        const auto chat = dialog(request.paths);
        QTRY_VERIFY(chat->form());
        keep(window.theme(), *chat, u"import_chat"_s);
    }

    void goesOnWithACancelledImportFromTheReport()
    {
        MainWindow window(m_desk->context());
        window.show();
        QByteArray lines;
        for (int i = 0; i < 3000; ++i)
            lines += "ana;message " + QByteArray::number(i) + "\n";
        ImportRequest request;
        request.paths = QStringList{write(u"chat.txt"_s, lines)};
        QSignalSpy ended(&window.imports(), &ImportRunner::ended);
        QSignalSpy told(&window.imports(), &ImportRunner::progressed);
        window.imports().start(u"Chats"_s, request);
        QVERIFY(!window.actions().byId(u"setup.imports"_s)->title.isEmpty());
        QVERIFY(told.wait(30000));
        window.actions().trigger(u"setup.import_cancel"_s); // by keyboard: an action of the palette
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 30000);
        QVERIFY(window.importStrip()->text().contains(u"cancelled"_s));
        ImportsDialog report(m_desk->context(), window.imports());
        report.show();
        QTRY_VERIFY(report.resumeButton()->isEnabled());
        report.resumeButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 2, 30000);
        QVERIFY2(window.importStrip()->text().startsWith(u"3,000 messages read: 3,000 new"_s)
                     || window.importStrip()->text().startsWith(u"3000 messages read: 3000 new"_s),
                 qPrintable(window.importStrip()->text()));
    }

    void asksAboutFilesThatAreDroppedOnTheWindow()
    {
        MainWindow window(m_desk->context());
        window.show();
        QMimeData files;
        files.setUrls({QUrl::fromLocalFile(write(u"chat.txt"_s, "ana;hello\n"))});
        QDragEnterEvent enter(QPoint(100, 100), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(100, 100), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &drop);
        QTRY_VERIFY(window.findChild<ImportDialog *>());
        QMimeData text;
        text.setText(u"words"_s);
        QDragEnterEvent words(QPoint(100, 100), Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
        words.ignore();
        QApplication::sendEvent(&window, &words);
        QVERIFY(!words.isAccepted());
    }

private:
    std::unique_ptr<ConsoleDesk> m_desk;
};

} // namespace patchbay::tests

using patchbay::tests::ImportWindow;
PATCHBAY_TESTS(ImportWindow)
#include "tst_import.moc"
