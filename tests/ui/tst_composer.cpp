#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/thread_pane.h"

#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What the composer says and refuses.
class ComposerTest final : public QObject {
    Q_OBJECT

private:
    static bool says(const QWidget &where, const QString &text)
    {
        const QList<QLabel *> labels = where.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisibleTo(&where) && label->text().contains(text);
        });
    }
    static QPushButton *sendButton(const QWidget &composer)
    {
        for (QPushButton *button : composer.findChildren<QPushButton *>()) {
            if (button->property("kind") == u"primary"_s)
                return button;
        }
        return nullptr;
    }

private Q_SLOTS:
    void saysWhereNothingCanBeSentAndKeepsNotes();
};

void ComposerTest::saysWhereNothingCanBeSentAndKeepsNotes()
{
    ConsoleDesk desk;
    desk.makeChannelMute();
    desk.receive({{.subject = "An imported question"}});
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showView(conversations::View::All);
    QTRY_VERIFY(window.triage().details());
    Composer *composer = window.threadPane()->composer();
    QPushButton *send = sendButton(*composer);
    QVERIFY(send);

    composer->beginReply();
    composer->editor()->setPlainText(u"An answer"_s);
    QVERIFY(says(*composer, u"Support mail holds imported messages only"_s));
    QVERIFY(!send->isEnabled());

    composer->beginNote();
    composer->editor()->setPlainText(u"A note"_s);
    QVERIFY(!says(*composer, u"imported messages only"_s));
    QVERIFY(send->isEnabled());
}

} // namespace patchbay::tests

using patchbay::tests::ComposerTest;
PATCHBAY_TESTS(ComposerTest)
#include "tst_composer.moc"
