#include "core/store/compaction.h"
#include "support/care_desk.h"
#include "support/child.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QString zoe = u"zoe@example.org"_s;
const QString bob = u"bob@elsewhere.example"_s;

/// Zoe writes alone, with a file; Zoe and Bob write in one thread; Bob writes alone, with the same file and another.
void fillDesk(CareDesk &desk)
{
    TestMail alone = CareDesk::mail(u"z1@zoe"_s, zoe, u"Lost parcel"_s, u"Where is my marmalade?"_s);
    alone.attachment = "the same in both";
    TestMail photo = CareDesk::mail(u"z2@zoe"_s, zoe, u"Photo"_s, u"Here it is."_s);
    photo.references = {alone.id};
    photo.attachment = "only zoe has it";
    TestMail shared = CareDesk::mail(u"z3@zoe"_s, zoe, u"Joint order"_s, u"Bob and I ordered pears."_s);
    shared.cc = {bob};
    TestMail answer = CareDesk::mail(u"b1@bob"_s, bob, u"Re: Joint order"_s, u"Yes, pears."_s);
    answer.references = {shared.id};
    TestMail other = CareDesk::mail(u"b2@bob"_s, bob, u"Invoice"_s, u"The invoice is wrong."_s);
    other.attachment = "the same in both";
    QVERIFY(desk.take({alone, photo, shared, answer, other}));
    QCOMPARE(desk.all().size(), size_t(3));
}

Conversation conversationOn(CareDesk &desk, const QString &subject)
{
    for (const Conversation &one : desk.all()) {
        if (one.subject == subject)
            return one;
    }
    return {};
}

QJsonObject jsonIn(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

/// Everything that a folder's files hold, as bytes.
QByteArray allBytes(const QString &folder)
{
    QByteArray all;
    QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        if (file.open(QIODevice::ReadOnly))
            all += file.readAll();
    }
    return all;
}

} // namespace

class PersonsData : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void saysWhatADeletionWouldTakeAndChangesNothing()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        const auto preview = desk.preview(u"ZOE@example.org"_s);
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().message));
        QCOMPARE(preview->counts.messages, 3);
        QCOMPARE(preview->counts.items, 3);
        QCOMPARE(preview->counts.attachments, 2);
        QCOMPARE(preview->counts.conversations, 1);
        QCOMPARE(preview->files, 1); // the other one Bob has too
        QCOMPARE(preview->fileBytes, qint64(qstrlen("only zoe has it")));
        QCOMPARE(preview->shared.size(), size_t(1));
        QCOMPARE(preview->shared.front().subject, u"Joint order"_s);
        QCOMPARE(preview->shared.front().theirs, 1);
        QCOMPARE(preview->shared.front().left, 1);
        QCOMPARE(preview->refusal(), QString());
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM message"), 5);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM erasure"), 0);
        QCOMPARE(desk.preview(u"nobody@example.org"_s).error().kind, Error::Kind::NotFound);
    }

    void deletesAPersonAndKeepsWhatOthersWrote()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        const auto erased = desk.erase(zoe);
        QVERIFY2(erased, erased ? "" : qPrintable(erased.error().message));
        QCOMPARE(erased->removed.messages, 3);
        QCOMPARE(erased->removed.contacts, 1);
        QCOMPARE(erased->files, 1);
        QCOMPARE(erased->filesWait, false);
        QCOMPARE(desk.preview(zoe).error().kind, Error::Kind::NotFound);
        QCOMPARE(conversationOn(desk, u"Lost parcel"_s).id, ConversationId{});
        const Conversation shared = conversationOn(desk, u"Joint order"_s);
        QCOMPARE(desk.timeline(shared.id).size(), size_t(1));
        QCOMPARE(shared.messageCount, 1);
        QCOMPARE(shared.snippet, u"Yes, pears."_s);
        QCOMPARE(shared.contact, desk.contact(bob)); // whose it is from now on
        QCOMPARE(desk.counters().visible, 2); // and they add up
        QCOMPARE(desk.rows("SELECT value FROM counter WHERE name = 'erased'"), 3);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM loose_file"), 0);
        // Bob's copy of the file is whole.
        for (const Message &message : desk.timeline(conversationOn(desk, u"Invoice"_s).id)) {
            for (const Attachment &file : message.attachments)
                QCOMPARE(*desk.store->files().get(file.sha256), QByteArray("the same in both"));
        }
    }

    void keepsThatADeletionHappenedAndNothingAboutThePerson()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        const Conversation alone = conversationOn(desk, u"Lost parcel"_s);
        const Conversation shared = conversationOn(desk, u"Joint order"_s);
        desk.run([&](Database &db) {
            audit::add(db, desk.me, "reply", "conversation", alone.uid, {{u"to"_s, zoe}});
            audit::add(db, desk.me, "include_participant", "conversation", shared.uid, {{u"address"_s, zoe}});
            audit::add(db, desk.me, "label", "conversation", shared.uid, {{u"label"_s, u"fruit"_s}});
            return Done{};
        });
        QVERIFY(desk.erase(zoe));
        const auto audits = desk.run([](Database &db) { return audit::newest(db, 10); });
        QCOMPARE(audits.size(), size_t(4));
        QCOMPARE(audits[0].action, u"erase_person"_s);
        QCOMPARE(audits[0].operatorId, desk.me);
        QCOMPARE(audits[0].detail.value("messages"_L1).toInt(), 3);
        QCOMPARE(audits[1].detail.value("label"_L1).toString(), u"fruit"_s); // about others
        QCOMPARE(audits[2].subjectUid, shared.uid);
        QCOMPARE(audits[2].detail, QJsonObject());
        QCOMPARE(audits[3].action, u"reply"_s); // who did what, no more to whom
        QCOMPARE(audits[3].subjectUid, QString());
        QCOMPARE(audits[3].detail, QJsonObject());
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM erasure WHERE contact_id IS NOT NULL OR state <> 'done'"), 0);
    }

    void leavesOutWhatWasDeletedWhenItComesAgain()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        TestMail mail = CareDesk::mail(u"z1@zoe"_s, zoe, u"Lost parcel"_s, u"Where is my marmalade?"_s);
        mail.at = 1600000000;
        QVERIFY(desk.take({mail}, false, u"INBOX;1;"_s));
        QVERIFY(desk.erase(zoe));
        QVERIFY(desk.take({mail}, false, u"INBOX;1;"_s)); // the same place in the mailbox
        QVERIFY(desk.take({mail}, false, u"INBOX;2;"_s)); // a mailbox that was numbered anew
        Batch file{{RawItem{u"file:x"_s, mail.raw() + "\r\n", true}}, {}};
        QVERIFY(answer(desk.intake->accept(desk.channel, file)));
        QVERIFY(answer(desk.intake->drain()));
        QCOMPARE(desk.all().size(), size_t(0));
        QCOMPARE(desk.counters().received, 0);
        // What the person writes from now on is received.
        QVERIFY(desk.take(CareDesk::mail(u"z9@zoe"_s, zoe, u"Hello again"_s, u"It is me."_s)));
        QCOMPARE(desk.only().subject, u"Hello again"_s);
    }

    void cancelsWhatWaitsAndRefusesWhatMayHaveBeenSent()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        const ConversationId alone = conversationOn(desk, u"Lost parcel"_s).id;
        desk.deliver(alone, DeliveryState::Queued, u"k1"_s);
        const DeliveryId unknown = desk.deliver(alone, DeliveryState::Unknown, u"k2"_s);
        const auto refused = desk.erase(zoe);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY2(refused.error().message.contains(u"Outbox"_s), qPrintable(refused.error().message));
        QVERIFY(!desk.preview(zoe)->refusal().isEmpty());
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM message"), 5);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM delivery WHERE state = 'queued'"), 1); // nothing was cancelled either
        desk.run([&](Database &db) { return deliveries::settleByPerson(db, unknown, Settlement::Sent, desk.me); });
        QCOMPARE(desk.preview(zoe)->toCancel, 1);
        QVERIFY(desk.erase(zoe));
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM delivery"), 0);
    }

    void forgetsWhatTheModelLearnedFromThem()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        const Conversation alone = conversationOn(desk, u"Lost parcel"_s);
        const MessageId message = desk.timeline(alone.id).front().id;
        desk.run([&](Database &db) {
            Lesson lesson;
            lesson.message = message;
            lesson.category = categories::all(db).front().id;
            lesson.weight = 1;
            lesson.text = u"Where is my marmalade?"_s;
            lesson.operatorId = desk.me;
            lessons::insert(db, lesson);
            return Done{};
        });
        desk.snapshots.replace(desk.run([](Database &db) { return Snapshots::build(db); }));
        QCOMPARE(desk.snapshots.current()->lessons.size(), 1);
        QVERIFY(desk.erase(zoe));
        QCOMPARE(desk.snapshots.current()->lessons.size(), 0);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM lesson"), 0);
    }

    void exportsEverythingAboutOnePersonAndNothingOfOthers()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        desk.deliver(conversationOn(desk, u"Lost parcel"_s).id, DeliveryState::Queued, u"k1"_s);
        const QString folder = place.beside(u"zoe"_s);
        const auto done = answer(desk.data->exportTo(desk.contact(zoe), folder));
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QCOMPARE(done->messages, 3);
        const QJsonObject data = jsonIn(folder + u"/data.json"_s);
        QCOMPARE(data.value("format"_L1).toString(), u"patchbay-person"_s);
        QCOMPARE(data.value("version"_L1).toInt(), 1);
        const QJsonArray handles = data.value("contact"_L1)["handles"_L1].toArray();
        QCOMPARE(handles.at(0)["address"_L1].toString(), zoe);
        QCOMPARE(data.value("conversations"_L1).toArray().size(), 2);
        QCOMPARE(data.value("deliveries"_L1).toArray().size(), 1);
        QCOMPARE(data.value("deliveries"_L1).toArray().at(0)["payload"_L1]["title"_L1].toString(), u"Call Zoe"_s);
        const QJsonArray messages = data.value("messages"_L1).toArray();
        QCOMPARE(messages.size(), 3);
        QSet<QString> texts;
        for (const QJsonValue &message : messages) {
            texts.insert(message["text"_L1].toString());
            QCOMPARE(message["author_address"_L1].toString(), zoe);
            QCOMPARE(message["raw"_L1].toArray().size(), 1);
            QVERIFY(QFileInfo::exists(folder + u'/' + message["raw"_L1].toArray().at(0)["file"_L1].toString()));
            QCOMPARE(message["classifications"_L1].toArray().size(), 1);
            for (const QJsonValue &attachment : message["attachments"_L1].toArray()) {
                QFile file(folder + u'/' + attachment["file"_L1].toString());
                QVERIFY(file.open(QIODevice::ReadOnly));
                QCOMPARE(file.size(), attachment["size"_L1].toInteger());
            }
        }
        QCOMPARE(texts, (QSet<QString>{u"Where is my marmalade?"_s, u"Here it is."_s, u"Bob and I ordered pears."_s}));
        QVERIFY(!allBytes(folder).contains("Yes, pears."));
        QCOMPARE(desk.run([](Database &db) { return audit::newest(db, 1).front().action; }), u"export_person"_s);
        QCOMPARE(answer(desk.data->exportTo(desk.contact(zoe), folder)).error().kind, Error::Kind::Conflict);
    }

    void leavesNothingOfAnExportThatWasCancelled()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillDesk(desk);
        auto exporting = desk.data->exportTo(desk.contact(zoe), place.beside(u"zoe"_s));
        desk.data->cancelExport();
        QCOMPARE(answer(exporting).error().kind, Error::Kind::Cancelled);
        QVERIFY(!QFileInfo::exists(place.beside(u"zoe"_s)));
        QVERIFY(!QFileInfo::exists(place.beside(u"zoe.part"_s)));
    }
};

/// What only a file on this machine can show.
class PersonsDataInAFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsAFileWhileSomethingIsBeingRead()
    {
        const StorePlace place;
        CareDesk desk(place);
        fillDesk(desk);
        // Its file may be stored already, and its row is not: nobody can tell what it will refer to.
        desk.run([&](Database &db) {
            return raw_messages::insert(db, desk.channel, RawItem{u"waits"_s, "x", false}).has_value();
        });
        const auto erased = desk.erase(zoe);
        QVERIFY2(erased, erased ? "" : qPrintable(erased.error().message));
        QVERIFY(erased->filesWait);
        QCOMPARE(erased->files, 0);
        QVERIFY(answer(desk.intake->drain()));
        const auto resumed = answer(desk.erasures->resume());
        QVERIFY(resumed);
        QCOMPARE(resumed->files, 1);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM erasure WHERE state <> 'done'"), 0);
    }

    void leavesNoTraceInTheFiles()
    {
        const StorePlace place;
        CareDesk desk(place);
        QString longText;
        for (int i = 0; i < 3000; ++i)
            longText += u"marmalade %1 "_s.arg(i);
        std::vector<TestMail> mails;
        for (int i = 0; i < 30; ++i) {
            mails.push_back(CareDesk::mail(u"z%1@zoe"_s.arg(i), zoe, u"Lost marmalade %1"_s.arg(i), longText));
            mails.push_back(CareDesk::mail(u"b%1@bob"_s.arg(i), bob, u"Pears %1"_s.arg(i), u"pears"_s.repeated(300)));
        }
        QVERIFY(desk.take(mails));
        QVERIFY(allBytes(place.location()).contains("marmalade 2999"));
        QVERIFY(desk.erase(zoe));
        // Whole pages are overwritten. Of short texts something may be left between rows of a page in use...
        QCOMPARE(allBytes(place.location()).count("marmalade 2999"), 0);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM filler"), 0);
        // ... until the file is made anew.
        QVERIFY(answer(compact(*desk.store)));
        const QByteArray left = allBytes(place.location());
        QVERIFY(left.contains("pears"));
        QCOMPARE(left.count("marmalade"), 0);
        QCOMPARE(left.count("zoe@example.org"), 0);
    }

    void goesOnAfterItWasKilledInTheMiddle()
    {
        const StorePlace place;
        {
            CareDesk desk(place);
            std::vector<TestMail> mails;
            for (int i = 0; i < 250; ++i) {
                TestMail mail = CareDesk::mail(u"z%1@zoe"_s.arg(i), zoe, u"Lost"_s, u"Text %1"_s.arg(i));
                mail.references = {u"z0@zoe"_s};
                mail.attachment = "file " + QByteArray::number(i);
                mails.push_back(mail);
            }
            QVERIFY(desk.take(mails));
            QVERIFY(desk.take(CareDesk::mail(u"b@bob"_s, bob, u"Pears"_s, u"Pears."_s)));
        }
        QProcess child;
        startChild(child, "ErasureVictim",
                   {{u"PATCHBAY_TEST_ERASURE"_s, place.location()}, {u"PATCHBAY_FAULT"_s, u"erasure.middle:2"_s}});
        QVERIFY(wasKilled(child));
        CareDesk desk(place);
        desk.counters(); // they add up in the middle
        QCOMPARE(desk.preview(zoe)->unfinished, true);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM message"), 51);
        const auto resumed = answer(desk.erasures->resume());
        QVERIFY2(resumed, resumed ? "" : qPrintable(resumed.error().message));
        QCOMPARE(resumed->removed.messages, 250);
        QCOMPARE(resumed->files, 250);
        QCOMPARE(desk.only().subject, u"Pears"_s);
        QCOMPARE(desk.counters().visible, 1);
        QCOMPARE(desk.preview(zoe).error().kind, Error::Kind::NotFound);
        QDirIterator files(place.location() + u"/files"_s, QDir::Files, QDirIterator::Subdirectories);
        QVERIFY(!files.hasNext());
        const auto again = answer(desk.erasures->resume());
        QVERIFY(again);
        QCOMPARE(again->removed.messages, 0);
    }
};

/// Runs in a process of its own, which the fault point ends.
class ErasureVictim : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void deletes()
    {
        StoreOptions options;
        options.location = qEnvironmentVariable("PATCHBAY_TEST_ERASURE");
        const auto store = Store::open(options);
        QVERIFY(store);
        Snapshots snapshots;
        Operator me;
        me.id = answer((*store)->write([](Database &db) {
                    return db.finish(operators::forOsUser(db, u"ann"_s, u"Ann"_s).id);
                })).value();
        PersonData data(**store, me);
        Erasures erasures(**store, snapshots, me);
        const auto found = answer(data.preview(zoe));
        QVERIFY(found);
        (void)answer(erasures.erasePerson(found->person.contact.id));
    }
};

PATCHBAY_TESTS(PersonsData)
PATCHBAY_TESTS(PersonsDataInAFile)
PATCHBAY_CHILD_TESTS(ErasureVictim, "PATCHBAY_TEST_ERASURE")

#include "tst_person_data.moc"
