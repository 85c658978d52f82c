#include "support/shop_chat.h"
#include "support/test_main.h"
#include "ui/widgets/attachment_strip.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/language.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QMimeData>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Files in the composer: attached, shown, taken off, kept with the conversation, sent along.
class AttachmentsTest final : public QObject {
    Q_OBJECT

private:
    void tell(const QString &chat)
    {
        ChatItem item = said(u"1"_s, u"My invoice, please"_s);
        item.chat = chat;
        item.title = u"Chat "_s + chat;
        item.at = QDateTime::currentSecsSinceEpoch() - 600;
        Batch batch;
        batch.items.push_back({u"u"_s + chat, item.raw()});
        QVERIFY(await(m_desk->intake->accept(m_channel, batch)));
        QVERIFY(await(m_desk->intake->drain()));
    }
    void makePane()
    {
        m_pane.reset();
        m_triage = std::make_unique<Triage>(m_desk->context());
        connect(m_triage.get(), &Triage::failed, this, [this](const QString &sentence) { m_said << sentence; });
        m_pane = std::make_unique<ThreadPane>(*m_triage, *m_actions);
        m_pane->resize(760, 640);
        m_pane->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
    }
    void open(const QString &chat)
    {
        const auto id = m_desk->read([&](Database &db) {
            return db.finish(conversations::byThreadKey(db, m_channel, chat).value_or(ConversationId{}));
        });
        m_triage->open(*id);
        QTRY_VERIFY(m_triage->details());
    }
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("the test's file cannot be written");
        return file.fileName();
    }
    AttachmentStrip *strip() const { return m_pane->composer()->files(); }
    QList<QPushButton *> chips() const { return strip()->findChildren<QPushButton *>(); }
    QString names() const
    {
        QStringList all;
        for (const OutboundFile &file : m_triage->files().of(m_triage->current()))
            all << file.name;
        return all.join(u", "_s);
    }
    ChatConnectorInfo &info() { return const_cast<ChatConnectorInfo &>(m_desk->catalog().chats.back()); }
    void keepShots(const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const bool dark : {false, true}) {
            m_theme->set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
            QTest::qWait(100);
            const QPixmap shot = m_pane->grab();
            QVERIFY(!shot.isNull());
            if (!folder.isEmpty())
                QVERIFY(shot.save(folder + u'/' + name + (dark ? u"_dark.png"_s : u"_light.png"_s)));
        }
        m_theme->set(Theme::Scheme::Light);
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ActionRegistry> m_actions;
    std::unique_ptr<Triage> m_triage;
    std::unique_ptr<ThreadPane> m_pane;
    ChannelId m_channel;
    ScriptedChat *m_chat = nullptr;
    QTemporaryDir m_folder;
    QStringList m_said;

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void init()
    {
        m_said.clear();
        m_desk = std::make_unique<ConsoleDesk>();
        ChatConnectorInfo chat = scriptedChatInfo(m_chat);
        chat.abilities.files = {.most = 1, .largest = 1'000'000, .longestCaption = 1000};
        m_channel = addShopChat(*m_desk, chat);
        QVERIFY(m_channel);
        m_theme = std::make_unique<Theme>(*qApp);
        m_theme->set(Theme::Scheme::Light);
        m_theme->apply();
        m_actions = std::make_unique<ActionRegistry>();
        tell(u"c1"_s);
        tell(u"c2"_s);
        makePane();
        open(u"c1"_s);
    }
    void cleanup()
    {
        m_pane.reset();
        m_triage.reset();
        m_desk.reset();
    }

    void goAlongWithTheReply()
    {
        QVERIFY(strip()->isHidden());
        m_triage->attachFiles({write(u"invoice 7.pdf"_s, "%PDF-1.4 x"), write(u"terms & <b>more.txt"_s, "t")});
        QTRY_COMPARE(chips().size(), 2);
        QVERIFY(strip()->isVisible());
        QCOMPARE(chips()[0]->accessibleName(), u"Take off invoice 7.pdf, 10 bytes"_s);
        QVERIFY(m_pane->composer()->sendButton()->isEnabled()); // a file may be all that there is to say
        m_pane->composer()->editor()->setPlainText(u"Here they are."_s);
        keepShots(u"attachments"_s);
        m_pane->composer()->send(false);
        QTRY_VERIFY(strip()->isHidden());
        QVERIFY(m_pane->composer()->editor()->toPlainText().isEmpty());
        QTRY_COMPARE(m_pane->timeline().rowCount(), 3); // each file is a message of its own here
        QVERIFY(await(m_desk->outbox->runOnce()));
        QVERIFY(await(m_desk->outbox->runOnce()));
        QCOMPARE(m_chat->sent.size(), size_t(2));
        QCOMPARE(m_chat->sent[0].text, u"Here they are."_s);
        QCOMPARE(m_chat->sent[0].files.at(0).name, u"invoice 7.pdf"_s);
        QVERIFY(m_chat->sent[1].text.isEmpty());
        QTRY_VERIFY(m_pane->view()->card(2));
        QVERIFY(!m_pane->view()->card(1)->findChild<BodyView *>()->isHidden());
        QVERIFY(m_pane->view()->card(2)->findChild<BodyView *>()->isHidden()); // no room for words that are not there
        const QList<QPushButton *> buttons = m_pane->view()->card(1)->findChildren<QPushButton *>();
        QVERIFY(std::any_of(buttons.begin(), buttons.end(),
                            [](const QPushButton *one) { return one->text().contains(u"invoice 7.pdf"_s); }));
        keepShots(u"attachments_sent"_s);
    }

    void areTakenOffByKeyboard()
    {
        m_triage->attachFiles({write(u"a.txt"_s, "a")});
        QTRY_COMPARE(chips().size(), 1);
        m_triage->attachFiles({write(u"b.txt"_s, "b")});
        QTRY_COMPARE(chips().size(), 2);
        QTRY_VERIFY(chips()[1]->isVisible());
        m_pane->activateWindow();
        m_pane->composer()->beginReply();
        QTRY_VERIFY(m_pane->composer()->editor()->hasFocus());
        QTest::keyClick(m_pane->composer()->editor(), Qt::Key_Tab);
        const auto *at = qobject_cast<QPushButton *>(QApplication::focusWidget());
        QVERIFY2(chips()[0]->hasFocus(), at ? qPrintable(at->text()) : "no button");
        QTest::keyClick(chips()[0], Qt::Key_Delete);
        QTRY_COMPARE(names(), u"b.txt"_s);
        QTRY_VERIFY(chips().size() == 1 && chips()[0]->hasFocus());
        QTest::keyClick(chips()[0], Qt::Key_Space);
        QTRY_VERIFY(strip()->isHidden());
        QTRY_VERIFY(m_pane->composer()->editor()->hasFocus());
        QVERIFY(!m_pane->composer()->sendButton()->isEnabled());
    }

    void belongToTheirConversationAndOutliveTheProgram()
    {
        m_triage->attachFiles({write(u"a.txt"_s, "a")});
        open(u"c2"_s); // while it is being read
        QTRY_COMPARE(m_triage->files().reading(m_triage->current()), 0);
        QVERIFY(strip()->isHidden());
        QVERIFY(names().isEmpty());
        open(u"c1"_s);
        QTRY_COMPARE(chips().size(), 1);
        QTRY_VERIFY(!m_triage->drafts().isSaving());
        m_pane.reset();
        makePane();
        open(u"c1"_s);
        QTRY_COMPARE(names(), u"a.txt"_s);
        QTRY_VERIFY(strip()->isVisible());
        m_pane->composer()->beginNote(); // the team reads files elsewhere
        QVERIFY(strip()->isHidden());
        QVERIFY(!m_pane->composer()->sendButton()->isEnabled());
    }

    void areRefusedInASentence()
    {
        const auto said = [this](const QString &words) {
            return QTest::qWaitFor([&] { return !m_said.isEmpty() && m_said.last().contains(words); }, 5000);
        };
        m_triage->attachFiles({write(u"empty.txt"_s, {})});
        QVERIFY2(said(u"“empty.txt” is empty"_s), qPrintable(m_said.join(u'|')));
        m_triage->attachFiles({write(u"large.bin"_s, QByteArray(1'000'001, 'x'))});
        QVERIFY2(said(u"Chatter takes at most"_s), qPrintable(m_said.join(u'|')));
        m_triage->attachFiles({m_folder.filePath(u"gone.txt"_s)});
        QVERIFY2(said(u"is not there any more"_s), qPrintable(m_said.join(u'|')));
        QVERIFY(names().isEmpty());
        m_triage->attachFiles({write(u"a.txt"_s, "a")});
        QTRY_COMPARE(names(), u"a.txt"_s);
        m_triage->attachFiles({write(u"a.txt"_s, "a")});
        QVERIFY2(said(u"“a.txt” is attached already"_s), qPrintable(m_said.join(u'|')));

        info().abilities.files = {}; // the channel was set up anew
        m_triage->reload();
        QTRY_VERIFY(!m_pane->composer()->sendButton()->isEnabled());
        QVERIFY(strip()->obstacle().contains(u"Chatter takes no files from here"_s));
        m_triage->attachFiles({write(u"b.txt"_s, "b")});
        QVERIFY2(said(u"Chatter takes no files from here"_s), qPrintable(m_said.join(u'|')));
        keepShots(u"attachments_refused"_s);
    }

    void arePastedAndDropped()
    {
        QImage picture(20, 10, QImage::Format_RGB32);
        picture.fill(Qt::red);
        QPlainTextEdit *edit = m_pane->composer()->editor();
        QGuiApplication::clipboard()->setImage(picture);
        QTest::keyClick(edit, Qt::Key_V, Qt::ControlModifier);
        QTRY_COMPARE(chips().size(), 1);
        const OutboundFile file = m_triage->files().of(m_triage->current()).front();
        QCOMPARE(file.mediaType, u"image/png"_s);
        QVERIFY(file.name.startsWith(u"Picture "_s) && file.name.endsWith(u".png"_s));
        QVERIFY(QImage::fromData(m_desk->store().files().get(file.sha256).value()) == picture);

        QGuiApplication::clipboard()->setText(u"words"_s);
        QTest::keyClick(edit, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(edit->toPlainText(), u"words"_s);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(write(u"dropped.txt"_s, "d"))});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(edit->viewport(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(edit->viewport(), &drop);
        QTRY_COMPARE(chips().size(), 2);
        QCOMPARE(edit->toPlainText(), u"words"_s); // and not its address
        QMimeData web;
        web.setUrls({QUrl(u"https://example.org/x"_s)});
        QDropEvent link(QPointF(5, 5), Qt::CopyAction, &web, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(!strip()->eventFilter(edit->viewport(), &link)); // a link is a text
    }

    void comeBackWhenTheReplyIsTakenBack()
    {
        m_desk->commands->setHoldTime(std::chrono::seconds(60));
        m_triage->attachFiles({write(u"a.txt"_s, "a")});
        QTRY_COMPARE(chips().size(), 1);
        m_pane->composer()->editor()->setPlainText(u"Here."_s);
        m_pane->composer()->send(false);
        QTRY_VERIFY(strip()->isHidden() && m_triage->canUndo());
        m_triage->undo();
        QTRY_COMPARE(names(), u"a.txt"_s);
        QTRY_COMPARE(m_pane->composer()->editor()->toPlainText(), u"Here."_s);
    }
};

} // namespace patchbay::tests

using patchbay::tests::AttachmentsTest;
PATCHBAY_TESTS(AttachmentsTest)
#include "tst_attachments.moc"
