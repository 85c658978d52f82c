#include "core/engine/contact_matcher.h"
#include "support/chat_side.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/models/existing_model.h"
#include "ui/models/words.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/person_card.h"
#include "ui/widgets/person_merge_dialog.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/toast.h"

#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// One person over several channels in the window: who may be the same and why, and merging and splitting by hand.
class PeopleInTheWindow final : public QObject {
    Q_OBJECT

private:
    void addChat()
    {
        ChatConnectorInfo chat;
        chat.id = u"whatsapp"_s;
        chat.title = u"WhatsApp"_s;
        chat.parse = &parseChatItem;
        chat.isChat = true;
        chat.addresses = Addresses::Phones;
        chat.create = [](AccountConfig) { return std::make_unique<ScriptedChat>(); };
        m_desk->addConnector(chat);
        const auto added = m_desk->write([](Database &db) {
            Channel one;
            one.connector = u"whatsapp"_s;
            one.name = u"Shop on WhatsApp"_s;
            const ChannelId id = channels::insert(db, one);
            channels::setHealth(db, id, Health::Ok, {});
            return db.finish(id);
        });
        m_chat = *added;
        QVERIFY(await(m_desk->channels_->load()));
    }
    void chatFrom(const QString &phone, const QString &name, const QString &text)
    {
        ChatItem item;
        item.id = u"i%1"_s.arg(++m_items);
        item.chat = phone;
        item.from = phone;
        item.name = name;
        item.text = text;
        item.at = QDateTime::currentSecsSinceEpoch() - 3600 + m_items;
        QVERIFY(await(m_desk->intake->accept(m_chat, {{{u"u%1"_s.arg(m_items), item.raw()}}, {}})));
        QVERIFY(await(m_desk->intake->drain()));
    }
    void compare()
    {
        ContactMatcher matcher(m_desk->store(), m_desk->catalog());
        QVERIFY(await(matcher.drain()));
    }
    /// The conversation whose list row has this name or subject.
    void openNamed(const QString &subject)
    {
        const auto id = m_desk->read([&](Database &db) -> Result<ConversationId> {
            for (const auto &one : conversations::ordered(db, conversations::View::All, m_desk->me.id)) {
                const auto row = conversations::byId(db, one.id);
                if (row->subject == subject || row->snippet == subject)
                    return db.finish(one.id);
            }
            return makeError(Error::Kind::NotFound, subject);
        });
        QVERIFY2(id, id ? "" : qPrintable(id.error().message));
        m_window->openConversation(*id);
        QTRY_VERIFY(details() && details()->conversation.id == *id && details()->person);
    }
    const ConversationDetails *details() const { return m_window->triage().details(); }
    size_t parts() const { return details() && details()->person ? details()->person->parts.size() : 0; }
    size_t matches() const { return details() && details()->person ? details()->person->matches.size() : 99; }
    QString card() const { return m_window->contextPanel()->personCard()->text(); }
    QPushButton *cardButton(const QString &name) const
    {
        for (QPushButton *one : m_window->contextPanel()->findChildren<QPushButton *>()) {
            if (one->text().startsWith(name) || one->accessibleName().startsWith(name))
                return one;
        }
        return nullptr;
    }
    void press(const char *keys)
    {
        m_window->listPane()->setFocus();
        const QKeyCombination chord = QKeySequence::fromString(QLatin1String(keys), QKeySequence::PortableText)[0];
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), chord.key(),
                        chord.keyboardModifiers());
    }
    PersonMergeDialog *openMerge()
    {
        m_window->actions().trigger(u"person.merge"_s);
        PersonMergeDialog *dialog = nullptr;
        [&] { QTRY_VERIFY((dialog = qobject_cast<PersonMergeDialog *>(QApplication::activeModalWidget()))); }();
        return dialog;
    }
    void keepShots(QWidget *of, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const bool dark : {false, true}) {
            m_window->theme().set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
            QTest::qWait(100);
            const QPixmap shot = of->grab();
            QVERIFY(!shot.isNull());
            if (!folder.isEmpty())
                QVERIFY(shot.save(folder + u'/' + name + (dark ? u"_dark.png"_s : u"_light.png"_s)));
        }
        m_window->theme().set(Theme::Scheme::Light);
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    ChannelId m_chat;
    int m_items = 0;

private Q_SLOTS:
    void init()
    {
        m_items = 0;
        m_desk = std::make_unique<ConsoleDesk>();
        addChat();
        m_desk->receive({{.from = "Ana Silva <ana@example.org>",
                          .subject = "Lost parcel",
                          .text = "Where is my parcel?\r\n\r\n-- \r\nAna Silva\r\nTel. +49 (0)171 123-4567"},
                         {.from = "Bob <bob@example.org>", .subject = "Pears", .text = "Pears, please."}});
        chatFrom(u"491711234567"_s, u"Annie"_s, u"Any news?"_s);
        compare();
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->resize(1360, 860);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), 3);
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void showsWhereAPersonWritesFromAndWhoMayBeTheSameAndWhy()
    {
        openNamed(u"Lost parcel"_s);
        QTRY_VERIFY(card().contains(u"The same person as Annie?"_s));
        QVERIFY2(card().contains(u"Mail (IMAP and SMTP): ana@example.org"_s), qPrintable(card()));
        QVERIFY2(card().contains(u"Same phone +49 171 1234567: +49 (0)171 123-4567 in the signature of a mail, and "
                                 "491711234567 in WhatsApp."_s),
                 qPrintable(card()));
        QVERIFY(card().contains(u"anybody can write any number below a mail"_s));
        QVERIFY(cardButton(u"The same person (P)"_s));
        QVERIFY(cardButton(u"Not the same person (Shift+P)"_s));
        keepShots(m_window.get(), u"person_suggested"_s);
        openNamed(u"Pears"_s);
        QVERIFY(!card().contains(u"The same person"_s));
    }

    void mergesWithOneKeyAndTakesItBackWithAnother()
    {
        openNamed(u"Lost parcel"_s);
        QTRY_COMPARE(matches(), size_t(1));
        press("P");
        QTRY_COMPARE(parts(), size_t(2));
        QVERIFY(m_window->toast()->isVisible());
        QTRY_VERIFY(card().contains(u"WhatsApp: 491711234567"_s));
        QVERIFY(card().contains(u"by Jonas Weber: Annie"_s));
        QTRY_VERIFY(cardButton(u"Shop on WhatsApp · "_s)); // the conversation on the other channel
        for (int row = 0; row < 3; ++row) { // the inbox says one name
            const auto shown = [&] { return m_window->listPane()->model().index(row, 0).data().toString(); };
            QTRY_VERIFY2(shown() == u"Ana Silva"_s || shown() == u"Bob"_s, qPrintable(shown()));
        }
        keepShots(m_window.get(), u"person_merged"_s);
        press("Z");
        QTRY_COMPARE(parts(), size_t(1));
        QTRY_COMPARE(matches(), size_t(1));
    }

    void refusesASuggestionWithOneKeyAndTakesThatBack()
    {
        openNamed(u"Any news?"_s);
        QTRY_COMPARE(matches(), size_t(1));
        press("Shift+P");
        QTRY_COMPARE(matches(), size_t(0));
        press("P"); // nobody is suggested: nothing happens
        QCOMPARE(parts(), size_t(1));
        press("Z");
        QTRY_COMPARE(matches(), size_t(1));
    }

    void mergesWhomAPersonFindsAndShowsFirstWhatComesOfIt()
    {
        openNamed(u"Lost parcel"_s);
        PersonMergeDialog *dialog = openMerge();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->list()->model()->rowCount(), 2);
        QVERIFY(dialog->preview()->toPlainText().contains(u"Annie"_s)); // who may be the same is first
        keepShots(dialog, u"person_merge"_s);
        dialog->field()->setText(u"bob@"_s);
        QTRY_COMPARE(dialog->list()->model()->rowCount(), 1);
        dialog->keepOther()->setChecked(true);
        const QString preview = dialog->preview()->toPlainText();
        QVERIFY2(preview.startsWith(u"Stays:\nBob\n"_s), qPrintable(preview));
        QVERIFY(preview.contains(u"Joins:\nAna Silva\n   Mail (IMAP and SMTP): ana@example.org"_s));
        QVERIFY(preview.contains(u"under the name “Bob”"_s));
        dialog->goButton()->click();
        QTRY_COMPARE(parts(), size_t(2));
        QCOMPARE(details()->contact.name, u"Bob"_s);
    }

    void saysInTheDialogThatSomebodyElseWasFaster()
    {
        openNamed(u"Lost parcel"_s);
        PersonMergeDialog *dialog = openMerge();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->list()->model()->rowCount(), 2);
        const auto both = details()->person->matches.front();
        QVERIFY(await(m_desk->contacts->merge(both.otherPerson.id, both.onePerson.id)));
        dialog->goButton()->click();
        QTRY_VERIFY2(dialog->answer().contains(u"one person already"_s), qPrintable(dialog->answer()));
        QVERIFY(dialog->isVisible());
        dialog->reject();
    }

    void splitsOffByAButtonAndByTheListOfParts()
    {
        openNamed(u"Lost parcel"_s);
        QTRY_COMPARE(matches(), size_t(1));
        press("P");
        QTRY_COMPARE(parts(), size_t(2));
        QTRY_VERIFY(cardButton(u"Split off Annie"_s));
        cardButton(u"Split off Annie"_s)->click();
        QTRY_COMPARE(parts(), size_t(1));
        QCOMPARE(matches(), size_t(0)); // they are not one person: a person said so
        press("Z");
        QTRY_COMPARE(parts(), size_t(2));
        m_window->actions().trigger(u"person.split"_s);
        QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
        QTest::keyClick(qobject_cast<Picker *>(QApplication::activeModalWidget())->field(), Qt::Key_Return);
        QTRY_COMPARE(parts(), size_t(1));
    }

    void showsHostileNamesAsText()
    {
        chatFrom(u"4930123456"_s, u"<b>Mallory</b>\u202Egpj"_s, u"Hostile"_s);
        m_desk->receive(
            {{.from = "Eve <eve@example.org>", .subject = "Eve", .text = "Hello\r\n\r\n-- \r\n+49 30 123456"}});
        compare();
        openNamed(u"Eve"_s);
        QTRY_VERIFY(card().contains(u"<b>Mallory</b>"_s));
        QVERIFY(!card().contains(QChar(0x202e)));
    }
};
PATCHBAY_TESTS(PeopleInTheWindow)

} // namespace patchbay::tests

#include "tst_people.moc"
