#include "core/store/retention_table.h"
#include "support/care_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr int longThread = 230; // more than two steps take

/// An old closed conversation of many messages, an old open one, an old closed one with a delivery, a fresh closed one.
void fillYears(CareDesk &desk)
{
    std::vector<TestMail> mails;
    for (int i = 0; i < longThread; ++i) {
        TestMail mail = CareDesk::mail(u"old%1@zoe"_s.arg(i), u"zoe@example.org"_s, u"Old"_s, u"Text %1"_s.arg(i));
        mail.references = {u"old0@zoe"_s};
        mail.at = 1500000000 + i;
        mail.attachment = "file " + QByteArray::number(i);
        mails.push_back(mail);
    }
    for (const QString &subject : {u"Old and open"_s, u"Old with a delivery"_s}) {
        TestMail mail = CareDesk::mail(subject.simplified() + u"@bob"_s, u"bob@example.org"_s, subject, subject);
        mail.at = 1500000000;
        mails.push_back(mail);
    }
    mails.push_back(CareDesk::mail(u"new@eve"_s, u"eve@example.org"_s, u"Fresh"_s, u"Fresh"_s));
    QVERIFY(desk.take(mails));
    for (const Conversation &one : desk.all()) {
        if (one.subject != u"Old and open"_s)
            desk.run([id = one.id](Database &db) {
                conversations::setStatus(db, id, ConversationStatus::Done, {});
                return Done{};
            });
        if (one.subject == u"Old with a delivery"_s)
            desk.deliver(one.id, DeliveryState::Unknown, u"k"_s);
    }
}

QStringList subjects(CareDesk &desk)
{
    return desk.run([](Database &db) {
        QStringList all;
        for (const Row &row : db.rows("SELECT subject FROM conversation ORDER BY subject"))
            all << row.text(0);
        return all;
    });
}

} // namespace

class Retention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void isOffInEveryNewWorkspace()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        QCOMPARE(desk.run([](Database &db) { return retention::months(db); }), 0);
    }

    void countsAndDeletesWhatIsOldAndClosed()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillYears(desk);
        const Timestamp before = monthsBefore(desk.clock.now(), 24);
        const auto preview = answer(desk.erasures->previewOlderThan(before));
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().message));
        QCOMPARE(preview->counts.conversations, 1);
        QCOMPARE(preview->counts.messages, longThread);
        QCOMPARE(preview->counts.attachments, longThread);
        QCOMPARE(preview->kept, 1);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM message"), longThread + 3);

        const auto erased = answer(desk.erasures->eraseOlderThan(before), 60000);
        QVERIFY2(erased, erased ? "" : qPrintable(erased.error().message));
        QCOMPARE(erased->removed.messages, longThread);
        QCOMPARE(erased->removed.conversations, 1);
        QCOMPARE(erased->removed.contacts, 1); // nothing is left of her
        QCOMPARE(erased->files, longThread);
        QCOMPARE(subjects(desk), (QStringList{u"Fresh"_s, u"Old and open"_s, u"Old with a delivery"_s}));
        QCOMPARE(desk.counters().visible, 3);
        QCOMPARE(desk.run([](Database &db) { return audit::newest(db, 1).front().action; }),
                 u"erase_old_conversations"_s);
    }

    void stopsBetweenStepsWhenAsked()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        fillYears(desk);
        QObject::connect(desk.erasures.get(), &Erasures::progressed, desk.erasures.get(), &Erasures::stop);
        const auto erased = answer(desk.erasures->eraseOlderThan(monthsBefore(desk.clock.now(), 24)));
        QVERIFY(erased);
        QVERIFY2(erased->removed.messages >= 100 && erased->removed.messages < longThread,
                 qPrintable(QString::number(erased->removed.messages)));
        desk.counters();
        const qint64 left = desk.rows("SELECT message_count FROM conversation WHERE subject = 'Old'");
        QCOMPARE(left, longThread - erased->removed.messages);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM erasure WHERE state <> 'done'"), 0);
    }

    void refusesAnAgeUnderAMonth()
    {
        PATCHBAY_STORE_PLACE(place);
        CareDesk desk(place);
        const auto refused = answer(desk.erasures->eraseOlderThan(desk.clock.now()));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Refused);
    }
};

PATCHBAY_TESTS(Retention)

#include "tst_retention.moc"
