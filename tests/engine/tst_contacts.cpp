#include "core/engine/contact_desk.h"
#include "core/engine/contact_matcher.h"
#include "core/engine/erasure.h"
#include "core/engine/person_data.h"
#include "core/engine/phone_number.h"
#include "core/engine/task_form.h"
#include "core/store/misc_tables.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QSemaphore>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// A mail whose signature begins at a line "-- ".
Result<InboundMessage> parseSignedMail(const RawItem &item, const AccountConfig &account)
{
    Result<InboundMessage> mail = parseTestMail(item, account);
    if (!mail)
        return mail;
    const QStringList parts = mail->text.split(u"\n-- \n"_s);
    mail->text = parts.first();
    mail->body.blocks.clear();
    mail->body.blocks.push_back({.runs = {{.text = parts.first()}}});
    if (parts.size() > 1)
        mail->body.blocks.push_back({.part = BodyBlock::Part::Signature, .runs = {{.text = parts.at(1)}}});
    return mail;
}

/// A workspace with a mailbox, a chat whose addresses are phone numbers, and two others.
class ContactsRig : public ChatDesk {
public:
    explicit ContactsRig(const StorePlace &place)
        : ChatDesk(place)
    {
        catalog.chats.front().parse = &parseSignedMail;
        info().addresses = Addresses::Phones;
        addChat(u"hook"_s, Addresses::Written);
        addChat(u"ids"_s, Addresses::Opaque);
        restartAll();
        Operator ann;
        ann.id = me;
        ann.name = u"Ann"_s;
        contacts = std::make_unique<ContactDesk>(*store, ann);
        data = std::make_unique<PersonData>(*store, ann);
        erasures = std::make_unique<Erasures>(*store, snapshots, ann);
    }

    /// A person writes in a chat of this kind; what waits is compared afterwards.
    void chatFrom(const QString &connector, const QString &from, const QString &name, const QString &text = u"Hello"_s)
    {
        ChatItem item;
        item.id = u"i%1"_s.arg(++m_items);
        item.chat = u"of "_s + from;
        item.from = from;
        item.name = name;
        item.text = text;
        const ChannelId own = connector == u"chatter"_s ? this->ChatDesk::channel : m_channels.value(connector);
        QVERIFY(answer(intake->accept(own, batch({item}))));
        QVERIFY(answer(intake->drain()));
        compare();
    }
    void mailFrom(const QString &from, const QString &text = u"Hello"_s)
    {
        TestMail mail;
        mail.id = u"m%1@example.org"_s.arg(++m_items);
        mail.from = from;
        mail.subject = u"Mail %1"_s.arg(m_items);
        mail.text = text;
        Batch batch;
        clock.us += 60 * 1000000;
        mail.at = clock.us / 1000000 - 60;
        batch.items.push_back({mail.id, mail.raw(), false});
        const ChannelId box = run([](Database &db) { return channels::byName(db, u"Support"_s)->id; });
        QVERIFY(answer(intake->accept(box, batch)));
        QVERIFY(answer(intake->drain()));
        compare();
    }
    void compare()
    {
        ContactMatcher matcher(*store, catalog);
        QVERIFY(answer(matcher.drain()));
    }
    PersonShown person(const QString &whom)
    {
        const auto shown = answer(contacts->show(whom));
        if (!shown)
            QTest::qFail(qPrintable(shown.error().message), __FILE__, __LINE__);
        return shown ? *shown : PersonShown{};
    }
    ContactId part(const QString &address)
    {
        return run([address](Database &db) { return *persons::findContact(db, address); });
    }
    std::vector<ContactMatch> suggested() { return *answer(contacts->suggestions(10)); }
    Result<ContactDesk::Merged> merge(const QString &stays, const QString &joins)
    {
        return answer(contacts->merge(person(stays).contact.id, person(joins).contact.id));
    }
    QStringList subjects(const QString &whom)
    {
        const ContactId id = part(whom);
        QStringList all;
        for (const Conversation &one : run([id](Database &db) { return conversations::ofPerson(db, id, 20); }))
            all << (one.subject.isEmpty() ? one.snippet : one.subject);
        all.sort();
        return all;
    }

    std::unique_ptr<ContactDesk> contacts;
    std::unique_ptr<PersonData> data;
    std::unique_ptr<Erasures> erasures;

private:
    void addChat(const QString &connector, Addresses addresses)
    {
        ChatConnectorInfo more = info();
        more.id = connector;
        more.addresses = addresses;
        catalog.chats.insert(catalog.chats.end() - 1, more);
        m_channels.insert(connector, run([&](Database &db) {
                              Channel added;
                              added.connector = connector;
                              added.name = connector;
                              return channels::insert(db, added);
                          }));
    }

    QHash<QString, ChannelId> m_channels;
    int m_items = 0;
};

const QString ana = u"ana@example.org"_s;
const QString phone = u"491711234567"_s;

} // namespace

/// Who is one person over several channels: why it is suggested, and what operators make of it.
class ContactsOfOnePerson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void readsOnlyNumbersThatCanExistAndSayTheirCountry_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("number");
        QTest::newRow("plain") << u"+491711234567"_s << u"+491711234567"_s;
        QTest::newRow("as a person writes it") << u"+49 (0)171 123-4567"_s << u"+491711234567"_s;
        QTest::newRow("Mexico, with the digit of mobiles") << u"+5215512345678"_s << u"+525512345678"_s;
        QTest::newRow("without its country") << u"0171 1234567"_s << QString();
        QTest::newRow("too short") << u"+4912"_s << QString();
        QTest::newRow("no such country") << u"+999123456789"_s << QString();
        QTest::newRow("an extension is somebody else's") << u"+49 30 1234567 ext. 5"_s << QString();
        QTest::newRow("text") << u"+<b>49</b>"_s << QString();
        QTest::newRow("endless") << u'+' + QString(1000, u'1') << QString();
    }
    void readsOnlyNumbersThatCanExistAndSayTheirCountry()
    {
        QFETCH(QString, written);
        QTEST(e164(written), "number");
    }

    void suggestsTheSamePhoneAndTheSameMailAddress()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.chatFrom(u"chatter"_s, phone, u"Ana"_s);
        desk.chatFrom(u"hook"_s, u"+49 171 1234567"_s, u"A. Silva"_s);
        desk.mailFrom(ana);
        QCOMPARE(desk.suggested().size(), size_t(1));
        const ContactMatch match = desk.person(phone).matches.at(0);
        QCOMPARE(match.kind, ContactMatch::Kind::Phone);
        QCOMPARE(match.value, u"+491711234567"_s);
        QCOMPARE(match.one.written, phone);
        QCOMPARE(match.one.source, u"chatter"_s);
        QCOMPARE(match.other.written, u"+49 171 1234567"_s);
        QCOMPARE(match.isWeak(), false);
        desk.chatFrom(u"hook"_s, u"ANA@example.org"_s, u"Ana"_s);
        QCOMPARE(desk.suggested().size(), size_t(2));
        const ContactMatch mail = desk.suggested().at(0); // the newest
        QCOMPARE(mail.kind, ContactMatch::Kind::Mail);
        QCOMPARE(mail.value, ana);
    }

    void takesNamesAndIdsThatLookLikeNumbersForNothing()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.chatFrom(u"chatter"_s, phone, u"ana@example.org"_s); // a name
        desk.mailFrom(ana);
        desk.chatFrom(u"ids"_s, phone, u"+49 171 1234567"_s); // a platform's own number, and a name
        desk.chatFrom(u"ids"_s, u"+491711234567"_s, u"x"_s);
        desk.chatFrom(u"ids"_s, u"ana@example.org"_s, u"x"_s);
        desk.chatFrom(u"hook"_s, u"491711234567"_s, u"x"_s); // no plus sign: any number
        desk.chatFrom(u"hook"_s, u"ana@hook"_s, u"x"_s);
        desk.chatFrom(u"hook"_s, u"+491711234567@elsewhere.example"_s, u"x"_s); // a mail address
        QVERIFY(desk.suggested().empty());
    }

    void countsANumberBelowAMailAsWeakerEvidence()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.chatFrom(u"chatter"_s, phone, u"Ana"_s);
        desk.mailFrom(u"bob@example.org"_s, u"Call her at +49 171 1234567."_s); // in the text: no evidence
        QVERIFY(desk.suggested().empty());
        desk.mailFrom(ana, u"Hello\n-- \nAna Silva\nTel. +49 (0)171 123-4567"_s);
        const ContactMatch match = desk.person(ana).matches.at(0);
        QCOMPARE(match.isWeak(), true);
        QCOMPARE(match.one.source, evidenceSignature);
        QCOMPARE(match.one.written, u"+49 (0)171 123-4567"_s);
        QCOMPARE(match.other.written, phone);
        desk.mailFrom(u"colleague@example.org"_s, u"Hello\n-- \nBen\nTel. +49 (0)171 123-4567"_s);
        QCOMPARE(desk.suggested().size(), size_t(2)); // with the chat, and not with each other
    }

    void leavesANumberOfManyAlone()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        for (int i = 0; i < 25; ++i)
            desk.mailFrom(u"p%1@example.org"_s.arg(i), u"Hello\n-- \n+49 30 1234567"_s);
        desk.chatFrom(u"chatter"_s, u"49301234567"_s, u"Switchboard"_s);
        QVERIFY(desk.suggested().empty());
    }

    void mergesInEitherDirectionAndTakesItBackExactly()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.mailFrom(ana, u"Hello\n-- \n+49 171 1234567"_s);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s);
        const QString mailUid = desk.person(ana).contact.uid;
        const auto merged = desk.merge(phone, ana);
        QVERIFY2(merged, merged ? "" : qPrintable(merged.error().message));
        QCOMPARE(desk.person(ana).contact.name, u"Annie"_s);
        QCOMPARE(desk.person(mailUid).parts.size(), size_t(2)); // an old uid leads there still
        QVERIFY(desk.suggested().empty());
        QCOMPARE(answer(desk.contacts->merge(desk.part(phone), desk.part(ana))).error().kind, Error::Kind::Conflict);
        QVERIFY(answer(desk.contacts->undoMerge(*merged)));
        QCOMPARE(desk.person(ana).contact.uid, mailUid);
        QCOMPARE(desk.suggested().size(), size_t(1)); // as before
        QVERIFY(desk.merge(ana, phone));
        QCOMPARE(desk.person(phone).contact.uid, mailUid);
        QCOMPARE(answer(desk.contacts->undoMerge(*merged)).error().kind, Error::Kind::Refused);
    }

    void splitsOffWhatWasMergedWithWhatCameSince()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.mailFrom(ana, u"Hello\n-- \n+49 171 1234567"_s);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s, u"in the chat"_s);
        QVERIFY(desk.merge(ana, phone));
        desk.mailFrom(ana);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s, u"in the chat again"_s);
        QCOMPARE(desk.subjects(ana), (QStringList{u"Mail 1"_s, u"Mail 3"_s, u"in the chat again"_s}));
        QCOMPARE(answer(desk.contacts->split(desk.part(ana))).error().kind, Error::Kind::Refused);
        const auto split = answer(desk.contacts->split(desk.part(phone)));
        QVERIFY2(split, split ? "" : qPrintable(split.error().message));
        QCOMPARE(desk.subjects(ana), (QStringList{u"Mail 1"_s, u"Mail 3"_s}));
        QCOMPARE(desk.subjects(phone), QStringList{u"in the chat again"_s});
        QCOMPARE(desk.person(phone).contact.name, u"Annie"_s);
        QVERIFY(desk.suggested().empty()); // it is not suggested again
        QVERIFY(answer(desk.contacts->undoSplit(*split)));
        QCOMPARE(desk.person(phone).contact.name, desk.person(ana).contact.name);
        QCOMPARE(desk.person(phone).parts.at(1).mergedAt, split->mergedAt);
        QCOMPARE(answer(desk.contacts->undoSplit(*split)).error().kind, Error::Kind::Conflict);
    }

    void refusesASuggestionForGoodAndTakesThatBack()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.chatFrom(u"chatter"_s, phone, u"Ana"_s);
        desk.chatFrom(u"hook"_s, u"+491711234567"_s, u"Ana"_s);
        const QString uid = desk.suggested().at(0).uid;
        const auto refused = answer(desk.contacts->refuse(uid));
        QVERIFY(refused);
        QVERIFY(desk.suggested().empty());
        QCOMPARE(answer(desk.contacts->refuse(uid)).error().kind, Error::Kind::Conflict);
        desk.run([](Database &db) { // as if everybody was compared anew
            db.exec("INSERT INTO contact_backlog (contact_id) SELECT contact_id FROM handle");
            return Done{};
        });
        desk.compare();
        QVERIFY(desk.suggested().empty());
        QVERIFY(answer(desk.contacts->undoRefuse(*refused)));
        QCOMPARE(desk.suggested().size(), size_t(1));
    }

    void tellsTheSecondOfTwoWhoMergeAtOnce()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        if (!desk.store->isShared())
            QSKIP("one process owns a folder");
        desk.mailFrom(ana);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s);
        const ContactId mail = desk.part(ana);
        const ContactId chat = desk.part(phone);
        const auto other = place.open(&desk.clock);
        QVERIFY(other);
        Operator bea;
        bea.id = desk.me;
        ContactDesk second(**other, bea);
        QSemaphore holds;
        auto slow = desk.store->write([&, me = desk.me](Database &db) -> Result<Done> {
            identity::holdAll(db);
            holds.release();
            QThread::msleep(300);
            identity::merge(db, mail, chat, me, db.now());
            return db.finish(Done{});
        });
        QVERIFY(holds.tryAcquire(1, 10000));
        const auto told = answer(second.merge(chat, mail));
        QVERIFY(answer(slow));
        QVERIFY(!told);
        QCOMPARE(told.error().kind, Error::Kind::Conflict);
        QCOMPARE(desk.person(phone).contact.id, mail);
        QCOMPARE(desk.person(phone).parts.size(), size_t(2));
    }

    void exportsAndDeletesThePersonOverAllChannels()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.mailFrom(ana, u"By mail\n-- \n+49 171 1234567"_s);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s, u"By chat"_s);
        desk.chatFrom(u"hook"_s, u"+491711234567"_s, u"Else"_s, u"Somebody else"_s);
        const auto before = answer(desk.data->preview(ana));
        QVERIFY(desk.merge(ana, phone));
        QTemporaryDir folder;
        const QString to = folder.filePath(u"ana"_s);
        QVERIFY(answer(desk.data->exportTo(desk.part(phone), to)));
        QFile file(to + u"/data.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray exported = file.readAll();
        for (const char *text : {"By mail", "By chat", "\"merged\"", "\"phones\"", "merge_contacts", "491711234567"})
            QVERIFY2(exported.contains(text), text);
        QVERIFY(!exported.contains("Somebody else"));
        // What was shown before the merge is another person than the one that would go now.
        const auto stale = answer(desk.erasures->erasePerson(before->person.contact.id, before->person.contacts));
        QVERIFY(!stale);
        QCOMPARE(stale.error().kind, Error::Kind::Conflict);
        QVERIFY(answer(desk.erasures->erasePerson(desk.part(phone))));
        QCOMPARE(answer(desk.contacts->show(phone)).error().kind, Error::Kind::NotFound);
        QCOMPARE(answer(desk.contacts->show(ana)).error().kind, Error::Kind::NotFound);
        QCOMPARE(desk.all().size(), size_t(1));
        const auto rows = [&](const char *sql) {
            return desk.run([sql](Database &db) { return db.row(sql)->integer(0); });
        };
        QCOMPARE(rows("SELECT COUNT(*) FROM contact_match"), 0);
        QCOMPARE(rows("SELECT COUNT(*) FROM contact_phone"), 1);
        QCOMPARE(rows("SELECT COUNT(*) FROM audit WHERE action = 'merge_contacts' AND (subject_uid <> '' OR detail <> "
                      "'{}')"),
                 0);
    }

    void knowsTheTasksOfThePersonOverAllChannels()
    {
        PATCHBAY_STORE_PLACE(place);
        ContactsRig desk(place);
        desk.mailFrom(ana);
        desk.chatFrom(u"chatter"_s, phone, u"Annie"_s);
        QVERIFY(desk.merge(phone, ana));
        const ConversationId chat = desk.inChat(u"of "_s + phone).id;
        QCOMPARE(desk.run([chat](Database &db) { return mailAddressesOf(db, chat); }), QStringList{ana});
    }
};
PATCHBAY_TESTS(ContactsOfOnePerson)

#include "tst_contacts.moc"
