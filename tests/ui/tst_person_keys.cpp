#include "dialog_keys.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/person_merge_dialog.h"
#include "ui/widgets/template_dialog.h"

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What is done with one conversation and its person, by the keyboard alone.
class PersonKeysTest final : public QObject, private DialogKeysRig {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void cleanup() { close(); }

    void aTemplate_data() { sizes(); }
    void aTemplate()
    {
        QFETCH(QSize, size);
        open(size);
        openChat();
        QWidget *before = m_window->focusWidget();
        press(m_window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        Picker *picker = shown<Picker>();
        QVERIFY(picker);
        look(picker, u"template_list"_s);
        QTest::keyClick(picker->field(), Qt::Key_Return);
        auto *dialog = shown<TemplateDialog>();
        QVERIFY(dialog);
        look(dialog, u"template"_s);
        press(dialog, Qt::Key_Return); // goes on to the next place
        QCOMPARE(walkName(dialog->focusWidget()), u"{{name}}"_s);
        QVERIFY(walkTo(dialog, u"Close"_s));
        press(dialog, Qt::Key_Return);
        QTRY_COMPARE(m_window->focusWidget(), before);
    }

    void mergingTwoPersons_data() { sizes(); }
    void mergingTwoPersons()
    {
        QFETCH(QSize, size);
        open(size);
        openChat();
        QWidget *before = m_window->focusWidget();
        command(u"merge with"_s);
        auto *dialog = shown<PersonMergeDialog>();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->list()->model()->rowCount(), 1);
        look(dialog, u"merge"_s);
        QTest::keyClick(dialog->field(), Qt::Key_Return);
        QVERIFY(dialog->list()->hasFocus());
        QTest::keyClick(dialog->list(), Qt::Key_Return); // merges nobody
        QVERIFY(dialog->isVisible());
        QVERIFY(walkTo(dialog, u"Cancel"_s));
        press(dialog, Qt::Key_Return);
        QTRY_COMPARE(m_window->focusWidget(), before);
        command(u"merge with"_s);
        dialog = shown<PersonMergeDialog>();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->list()->model()->rowCount(), 1);
        QVERIFY(walkTo(dialog, u"Merge"_s));
        press(dialog, Qt::Key_Return);
        QTRY_VERIFY(m_window->triage().details() && m_window->triage().details()->person
                    && m_window->triage().details()->person->parts.size() == 2);
        inBothSchemes(m_window->contextPanel(), u"person_card"_s, [] {});
    }

    void loadingAllFiles_data() { sizes(); }
    void loadingAllFiles()
    {
        QFETCH(QSize, size);
        open(size);
        openChat();
        command(u"load all files"_s);
        QTest::qWait(300);
        inBothSchemes(m_window.get(), u"files"_s, [] {});
    }
};

} // namespace patchbay::tests

using patchbay::tests::PersonKeysTest;
PATCHBAY_TESTS(PersonKeysTest)
#include "tst_person_keys.moc"
