#include "support/shop_chat.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/words.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/catch_up_guard.h"
#include "ui/widgets/language.h"
#include "ui/widgets/template_dialog.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/thread_pane.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A chat in the window: who wrote, what was changed, how our answer fares, and what the platform would not take.
class ChatThreadTest final : public QObject {
    Q_OBJECT

private:
    void tell(std::vector<ChatItem> items)
    {
        Batch batch;
        for (ChatItem &item : items) {
            item.title = u"Parcel service"_s;
            item.at = item.at ? item.at : QDateTime::currentSecsSinceEpoch() - 3000 + m_update * 60;
            batch.items.push_back({u"u%1"_s.arg(++m_update), item.raw()});
        }
        QVERIFY(await(m_desk->intake->accept(m_channel, batch)));
        QVERIFY(await(m_desk->intake->drain()));
    }
    void setHealth(Health health)
    {
        QVERIFY(m_desk->write([this, health](Database &db) {
            channels::setHealth(db, m_channel, health, {});
            return db.finish(Done{});
        }));
        m_triage->reload();
    }
    ConversationId conversation()
    {
        return m_desk
            ->read([&](Database &db) {
                return db.finish(conversations::byThreadKey(db, m_channel, u"c1"_s).value_or(ConversationId{}));
            })
            .value();
    }
    MessageCard *card(int row) { return m_pane->view()->card(row); }
    void open()
    {
        QSignalSpy opened(&m_pane->timeline(), &TimelineModel::opened);
        m_triage->open(conversation());
        QTRY_COMPARE(opened.count(), 1);
        QTRY_VERIFY(m_triage->details() && card(0));
    }
    template <class Widget> Widget *named(MessageCard *in, const QString &words)
    {
        for (Widget *one : in->findChildren<Widget *>()) {
            if (!one->isHidden() && (one->text().contains(words) || one->accessibleName().contains(words)))
                return one;
        }
        return nullptr;
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
    int m_update = 0;

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void init()
    {
        m_update = 0;
        m_desk = std::make_unique<ConsoleDesk>();
        m_channel = addShopChat(*m_desk, scriptedChatInfo(m_chat));
        QVERIFY(m_channel);
        m_theme = std::make_unique<Theme>(*qApp);
        m_theme->set(Theme::Scheme::Light);
        m_actions = std::make_unique<ActionRegistry>();
        m_triage = std::make_unique<Triage>(m_desk->context());
        m_pane = std::make_unique<ThreadPane>(*m_triage, *m_actions);
        m_pane->resize(760, 900);
        m_theme->apply();
        m_pane->show();
    }
    void cleanup()
    {
        m_pane.reset();
        m_triage.reset();
        m_actions.reset();
        m_theme.reset();
        m_desk.reset();
    }

    void showsWhoWroteInAGroupAndWhatWasChanged()
    {
        ChatItem second = said(u"2"_s, u"Mine is late, too. Number 4711."_s);
        second.from = u"u2"_s;
        second.name = u"Max Brandt"_s;
        second.answers = u"1"_s;
        ChatItem third = said(u"3"_s, u"This was a mistake"_s);
        ChatItem picture = said(u"4"_s, u"Here is the label"_s);
        picture.file = u"label.png"_s;
        tell({said(u"1"_s, u"Where is my parcel?"_s), second, third, picture});
        tell({told(u"edit"_s, u"1"_s, u"Where is my parcel? It should have come on Monday."_s),
              told(u"deletion"_s, u"3"_s), told(u"reaction"_s, u"2"_s, u"👍"_s)});
        open();
        QCOMPARE(m_pane->timeline().rowCount(), 4);
        QVERIFY(named<QLabel>(card(0), u"Zoë"_s));
        QVERIFY(named<QLabel>(card(1), u"Max Brandt"_s));
        auto *edited = named<QPushButton>(card(0), u"edited"_s);
        QVERIFY(edited);
        edited->click();
        QVERIFY(named<QLabel>(card(0), u"Where is my parcel?"_s)); // what stood there before
        QVERIFY(named<QLabel>(card(2), u"deleted by the sender"_s));
        QVERIFY(card(2)->body()->isHidden());
        named<QPushButton>(card(2), u"Show the deleted text"_s)->click();
        QVERIFY(!card(2)->body()->isHidden());
        QVERIFY(named<QLabel>(card(1), u"👍 Zoë"_s));
        const QString sentence = m_pane->timeline().index(2, 0).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(sentence.contains(u"Deleted by the sender"_s), qPrintable(sentence));
        auto *quote = named<QPushButton>(card(1), u"Zoë: Where is my parcel?"_s);
        QVERIFY(quote);
        const MessageId first = m_pane->timeline().at(0)->messages.front().id;
        quote->click();
        QTRY_COMPARE(m_pane->view()->marked(), first);
        keepShots(u"chat_group"_s);
    }

    void loadsAFileWhenItIsWantedAndSaysWhyNot()
    {
        ChatItem picture = said(u"1"_s, u"Here is the label"_s);
        picture.file = u"label.png"_s;
        tell({picture});
        open();
        QPushButton *load = named<QPushButton>(card(0), u"not loaded yet"_s);
        QVERIFY(load);
        QVERIFY(load->text().contains(words::size(348160)));
        QSignalSpy failed(m_triage.get(), &Triage::failed);
        load->click();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains(u"no route to host"_s));
        QVERIFY(load->isEnabled());
        int fails = 1;
        for (const QByteArray &lie : {QByteArray("\n<!DOCTYPE html><title>Sign in</title>"), QByteArray("<HTML>"),
                                      QByteArray(), QByteArray(25 * 1024 * 1024 + 1, 'x')}) {
            m_chat->files.insert(u"label.png"_s, lie);
            load->click();
            ++fails;
            QTRY_COMPARE(failed.count(), fails);
            QVERIFY(!named<QPushButton>(card(0), u"Save as"_s)); // nothing is kept
        }
        QVERIFY2(failed[1][0].toString().contains(u"A web page came instead of “label.png” (image/png)"_s),
                 qPrintable(failed[1][0].toString()));
        m_chat->files.insert(u"label.png"_s, QByteArray("the bytes"));
        load->click();
        QTRY_VERIFY(card(0) && named<QPushButton>(card(0), u"Save as"_s));
        QVERIFY(!named<QPushButton>(card(0), u"not loaded yet"_s));
        const Attachment file = m_pane->timeline().at(0)->messages.front().attachments.at(0);
        QCOMPARE(m_desk->store().files().get(file.sha256).value(), QByteArray("the bytes"));
        QCOMPARE(file.size, 9);
    }

    void loadsAllFilesOfAConversation()
    {
        ChatItem first = said(u"1"_s, u"The label"_s);
        first.file = u"label.png"_s;
        ChatItem second = said(u"2"_s, u"The box"_s);
        second.file = u"box.png"_s;
        tell({first, second});
        open();
        m_chat->files.insert(u"label.png"_s, QByteArray("the label"));
        QSignalSpy failed(m_triage.get(), &Triage::failed);
        QSignalSpy done(m_triage.get(), &Triage::said);
        m_pane->loadFiles();
        QTRY_COMPARE(failed.count(), 1); // the other one is loaded all the same
        QVERIFY(failed[0][0].toString().contains(u"box.png could not be loaded: no route to host"_s));
        QTRY_VERIFY(named<QPushButton>(card(0), u"Save as"_s));
        m_chat->files.insert(u"box.png"_s, QByteArray("the box"));
        m_pane->loadFiles();
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(done[0][0].value<Said>().text, u"Loaded 1 file"_s);
        m_pane->loadFiles();
        QTRY_COMPARE(done.count(), 2);
        QVERIFY(done[1][0].value<Said>().text.startsWith(u"Every file"_s));
    }

    void tellsInWordsHowAnAnswerFares()
    {
        tell({said(u"1"_s, u"Where is my parcel?"_s)});
        open();
        QVERIFY(await(m_desk->commands->reply(conversation(), u"It comes tomorrow."_s)));
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY(m_pane->timeline().rowCount() == 2 && card(1));
        ChatItem read = told(u"receipt"_s, u"100"_s);
        read.fate = u"read"_s;
        tell({read});
        QTRY_VERIFY(named<QLabel>(card(1), u"✓✓ Read"_s));
        QVERIFY(m_pane->timeline().index(1, 0).data(Qt::AccessibleTextRole).toString().contains(u"Read"_s));
        QVERIFY(await(m_desk->commands->reply(conversation(), u"Until noon."_s)));
        QVERIFY(await(m_desk->outbox->runOnce()));
        ChatItem lost = told(u"receipt"_s, u"101"_s, u"The number is blocked."_s);
        lost.fate = u"failed"_s;
        tell({lost});
        QTRY_VERIFY(m_pane->timeline().rowCount() == 3 && card(2)
                    && named<QLabel>(card(2), u"did not arrive: The number is blocked."_s));
        QVERIFY(named<QPushButton>(card(2), u"Try again"_s));
        keepShots(u"chat_fates"_s);
    }

    void asksForWhatThePlatformTakes()
    {
        info().abilities.longestText = 100;
        info().abilities.answerWindow = std::chrono::hours(24);
        ChatItem now = said(u"1"_s, u"Where is my parcel?"_s);
        now.at = QDateTime::currentSecsSinceEpoch() - 3600;
        tell({now});
        open();
        Composer *composer = m_pane->composer();
        const auto shows = [composer](const QString &words) {
            for (const QLabel *label : composer->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text().contains(words))
                    return true;
            }
            return false;
        };
        QCOMPARE(composer->sendButton()->text(), u"Reply to Parcel service"_s);
        QVERIFY(shows(u"free answers until"_s));
        QVERIFY(shows(u"(22 h 59 min)"_s) || shows(u"(23 h 0 min)"_s)); // it counts down
        setHealth(Health::CatchingUp);
        QTRY_VERIFY(shows(u"Shop chat is catching up: newer messages may still come in"_s));
        setHealth(Health::Ok);
        QTRY_VERIFY(!shows(u"is catching up"_s));
        composer->editor()->setPlainText(u"x"_s.repeated(90));
        QVERIFY(shows(u"90 of 100"_s));
        QVERIFY(composer->sendButton()->isEnabled());
        composer->editor()->setPlainText(u"x"_s.repeated(101));
        QVERIFY(shows(u"at most 100"_s));
        QVERIFY(!composer->sendButton()->isEnabled());
        keepShots(u"chat_too_long"_s);
        composer->editor()->setPlainText(u"short"_s);
        QVERIFY(composer->sendButton()->isEnabled());
        QVERIFY(m_desk->write([&](Database &db) {
            db.exec("UPDATE message SET sort_at = sort_at - 86400000000 WHERE channel_id = ?", {m_channel.value});
            return db.finish(Done{});
        }));
        m_triage->reload();
        QTRY_VERIFY(shows(u"that time is over"_s));
        QVERIFY(!composer->sendButton()->isEnabled());
        QVERIFY(!composer->templateButton()->isVisible()); // this platform has none
    }

    void asksOnceMoreWhileTheChannelCatchesUp()
    {
        tell({said(u"1"_s, u"Where is my parcel?"_s)});
        open();
        Composer *composer = m_pane->composer();
        auto *guard = composer->findChild<CatchUpGuard *>();
        QVERIFY(guard && !guard->isVisible());
        setHealth(Health::CatchingUp);
        QVERIFY(m_desk->write([this](Database &db) {
            channels::setCaughtUp(db, m_channel, {1760000000 * qint64(1000000)});
            return db.finish(Done{});
        }));
        QTRY_VERIFY(guard->accessibleName().contains(u"Everything up to "_s)); // as far as it was read
        QVERIFY(guard->isVisible());
        auto *anyway = guard->findChild<QPushButton *>();
        QVERIFY(!anyway->isVisible());
        composer->beginReply();
        composer->editor()->setPlainText(u"It left today."_s);
        composer->send(false);
        QVERIFY(guard->accessibleName().contains(u"Not sent yet"_s));
        QCOMPARE(anyway->text(), u"Send all the same"_s);
        QVERIFY(anyway->isVisible());
        keepShots(u"chat_catching_up"_s);
        QCOMPARE(composer->editor()->toPlainText(), u"It left today."_s);
        tell({said(u"2"_s, u"It is here, thank you!"_s)});
        QTRY_VERIFY(!anyway->isVisible()); // that is to be read first
        composer->send(false);
        QVERIFY(anyway->isVisible());
        QVERIFY(await(m_desk->outbox->runOnce()));
        QVERIFY(m_chat->sent.empty());
        anyway->click();
        QTRY_VERIFY(composer->editor()->toPlainText().isEmpty());
        QVERIFY(await(m_desk->outbox->runOnce()));
        QCOMPARE(m_chat->sent.size(), size_t(1));
        composer->editor()->setPlainText(u"By the way"_s);
        composer->send(false);
        composer->send(false); // the same key once more
        QTRY_VERIFY(composer->editor()->toPlainText().isEmpty());
        composer->beginNote();
        QVERIFY(!guard->isVisible());
        composer->editor()->setPlainText(u"Asked the warehouse."_s);
        composer->send(false); // nobody out there reads it
        QTRY_VERIFY(composer->editor()->toPlainText().isEmpty());
        composer->beginReply();
        composer->editor()->setPlainText(u"And now"_s);
        setHealth(Health::Ok);
        QTRY_VERIFY(!guard->isVisible());
        composer->send(false);
        QTRY_VERIFY(composer->editor()->toPlainText().isEmpty());
    }

    void fillsATemplateInAndSendsItByKeyboardAlone()
    {
        info().abilities.answerWindow = std::chrono::hours(24);
        info().abilities.templates = true;
        ChatItem late = said(u"1"_s, u"Where is my parcel?"_s);
        late.at = QDateTime::currentSecsSinceEpoch() - 25 * 3600;
        tell({late});
        open();
        Composer *composer = m_pane->composer();
        QVERIFY(composer->templateButton()->isVisible());
        QSignalSpy wanted(composer, &Composer::templateWanted);
        composer->templateButton()->click();
        QCOMPARE(wanted.count(), 1);
        keepShots(u"chat_template_wanted"_s);

        TemplateUse use;
        use.chosen = {
            u"order_left"_s,     u"en_US"_s,   u"UTILITY"_s, u"About your {{1}}"_s, u"Hello {{name}}, it left today."_s,
            u"Parcel service"_s, {u"Thanks"_s}};
        QPointer<TemplateDialog> dialog = new TemplateDialog(*m_triage, use, m_pane.get());
        dialog->show();
        QVERIFY(!dialog->sendButton()->isEnabled());
        const QList<QLineEdit *> fields = dialog->findChildren<QLineEdit *>();
        QCOMPARE(fields.size(), 2);
        QCOMPARE(fields[0]->accessibleName(), u"{{1}} in the heading"_s);
        QTest::keyClicks(fields[0], u"parcel"_s);
        QTest::keyClick(fields[0], Qt::Key_Return, Qt::ControlModifier); // not whole yet
        QVERIFY(dialog && dialog->isVisible());
        QTest::keyClicks(fields[1], u"Zo <b>e</b>"_s);
        QCOMPARE(dialog->preview()->toPlainText(),
                 u"About your parcel\n\nHello Zo <b>e</b>, it left today.\n\nParcel service\n\n[Thanks]"_s);
        const std::optional<TemplateUse> draft = m_triage->templateDraft();
        QVERIFY(draft && draft->values == dialog->use().values);
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty())
            QVERIFY(dialog->grab().save(folder + u"/chat_template_light.png"_s));
        QTest::keyClick(fields[1], Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(!dialog);
        QTRY_COMPARE(m_pane->timeline().rowCount(), 2);
        QVERIFY(await(m_desk->outbox->runOnce()));
        QCOMPARE(m_chat->sent.size(), size_t(1));
        QVERIFY(m_chat->sent[0].templated && m_chat->sent[0].templated->chosen == use.chosen);
        QVERIFY(!m_triage->templateDraft());
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChatThreadTest;
PATCHBAY_TESTS(ChatThreadTest)
#include "tst_chats.moc"
