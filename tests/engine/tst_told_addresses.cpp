#include "core/engine/contact_matcher.h"
#include "core/store/identity_table.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// A workspace with two kinds of chats: one whose addresses are numbers, and a helpdesk with records of its people.
class RecordsRig : public ChatDesk {
public:
    explicit RecordsRig(const StorePlace &place)
        : ChatDesk(place)
    {
        info().addresses = Addresses::Phones;
        ChatConnectorInfo helpdesk = info();
        helpdesk.id = u"helpdesk"_s;
        helpdesk.addresses = Addresses::Written;
        catalog.chats.push_back(helpdesk);
        restartAll();
        m_helpdesk = run([](Database &db) {
            Channel added;
            added.connector = added.name = u"helpdesk"_s;
            return channels::insert(db, added);
        });
    }

    /// Somebody writes, and who is new is compared.
    void chatFrom(const QString &from) { take(channel, from, {}); }
    void helpdeskFrom(const QString &from, const QStringList &also) { take(m_helpdesk, from, also); }
    std::vector<ContactMatch> suggested()
    {
        return run([](Database &db) { return identity::open(db, 0, 10); });
    }
    qint64 count(const char *sql)
    {
        return run([sql](Database &db) { return db.row(sql)->integer(0); });
    }

private:
    void take(ChannelId into, const QString &from, const QStringList &also)
    {
        ChatItem item;
        item.id = u"i%1"_s.arg(++m_items);
        item.chat = u"of "_s + from;
        item.from = from;
        item.also = also;
        item.text = u"Hello"_s;
        QVERIFY(answer(intake->accept(into, batch({item}))));
        QVERIFY(answer(intake->drain()));
        ContactMatcher matcher(*store, catalog);
        QVERIFY(answer(matcher.drain()));
    }

    ChannelId m_helpdesk = {};
    int m_items = 0;
};

const QString zoe = u"zoe@example.net"_s;
const QString zoePhone = u"+5511987654321"_s;

} // namespace

/// What a platform has in its records of who writes is evidence of who may be the same person.
class AddressesInRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void suggestsWhoHasTheSameNumberOrMailInTheRecords()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        desk.chatFrom(u"5511987654321"_s);
        desk.helpdeskFrom(u"contact:41"_s, {zoe, zoePhone});
        QCOMPARE(desk.suggested().size(), size_t(1));
        const ContactMatch match = desk.suggested().at(0);
        QCOMPARE(match.kind, ContactMatch::Kind::Phone);
        QCOMPARE(match.value, zoePhone);
        QCOMPARE(match.one.written, u"5511987654321"_s);
        QCOMPARE(match.other.source, u"helpdesk"_s);
        QCOMPARE(match.other.written, zoePhone);
    }

    void learnsAnAddressThatTheRecordsGetLater()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        desk.helpdeskFrom(u"contact:41"_s, {});
        desk.chatFrom(u"5511987654321"_s);
        QVERIFY(desk.suggested().empty());
        desk.helpdeskFrom(u"contact:41"_s, {zoePhone});
        desk.helpdeskFrom(u"contact:41"_s, {zoePhone});
        QCOMPARE(desk.suggested().size(), size_t(1));
        QCOMPARE(desk.count("SELECT COUNT(*) FROM contact"), 2);
        QCOMPARE(desk.count("SELECT COUNT(*) FROM contact_backlog"), 0);
    }

    void suggestsTwoRecordsWithOneAddress()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        desk.helpdeskFrom(u"contact:41"_s, {zoe});
        desk.helpdeskFrom(u"contact:42"_s, {zoe});
        desk.helpdeskFrom(u"contact:42"_s, {zoe});
        QCOMPARE(desk.suggested().size(), size_t(1));
        const ContactMatch match = desk.suggested().at(0);
        QCOMPARE(match.kind, ContactMatch::Kind::Mail);
        QCOMPARE(match.value, zoe);
        QVERIFY(match.one.contact != match.other.contact);
    }

    void keepsAFewAddressesHoweverOftenTheRecordsChange()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        for (int i = 0; i < 30; ++i)
            desk.helpdeskFrom(u"contact:41"_s, {u"z%1@example.net"_s.arg(i)});
        QCOMPARE(desk.count("SELECT COUNT(*) FROM handle"), 20);
        QCOMPARE(desk.count("SELECT COUNT(*) FROM message"), 30);
    }

    void neverTakesAPersonForAnotherByARecord()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        desk.chatFrom(u"5511987654321"_s);
        desk.helpdeskFrom(u"contact:41"_s, {zoePhone}); // whoever has the number is not merged by itself
        QCOMPARE(desk.count("SELECT COUNT(*) FROM contact WHERE person_id IS NOT NULL"), 0);
        QCOMPARE(desk.count("SELECT COUNT(*) FROM conversation"), 2);
    }

    void takesAHiddenNumberForNoTelephone()
    {
        PATCHBAY_STORE_PLACE(place);
        RecordsRig desk(place);
        desk.helpdeskFrom(u"contact:41"_s, {zoePhone});
        for (const QString &hidden : {u"5511987654321@lid"_s, u"+5511987654321@lid"_s, u"5511987654321@g.us"_s,
                                      u"5511987654321@s.whatsapp.net@lid"_s, u"member:5511987654321"_s})
            desk.chatFrom(hidden);
        QVERIFY(desk.suggested().empty());
        desk.chatFrom(u"5511987654321"_s);
        QCOMPARE(desk.suggested().size(), size_t(1));
    }
};
PATCHBAY_TESTS(AddressesInRecords)

#include "tst_told_addresses.moc"
