#include "core/store/identity_table.h"
#include "core/store/message_removal.h"
#include "support/inbox.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// An inbox whose contacts stand for themselves at first.
class PeopleBox : public Inbox {
public:
    using Inbox::Inbox;

    ContactId contact(const QString &kind, const QString &address, const QString &name)
    {
        return run([&](Database &db) { return conversations::contactFor(db, kind, {name, address}); });
    }
    ConversationId write(ContactId from, qint64 sortAt)
    {
        return run([&](Database &db) {
            Conversation c;
            c.channel = channel;
            c.contact = from;
            c.firstAt = c.sortAt = {sortAt};
            return conversations::insert(db, c, {});
        });
    }
    void merge(ContactId into, ContactId joins)
    {
        run([&](Database &db) {
            identity::merge(db, into, joins, me, {7 * second});
            return Done{};
        });
    }
    void split(ContactId person, ContactId part)
    {
        run([&](Database &db) {
            identity::split(db, person, part);
            return Done{};
        });
    }
    QString name(ContactId id)
    {
        return run([id](Database &db) { return conversations::contact(db, id).name; });
    }
    std::vector<ConversationId> conversationsOf(ContactId id)
    {
        std::vector<ConversationId> all;
        for (const Conversation &one : run([id](Database &db) { return conversations::ofPerson(db, id, 10); }))
            all.push_back(one.id);
        return all;
    }
    std::vector<ContactId> contacts(ContactId id)
    {
        return run([id](Database &db) { return identity::contactsOf(db, id); });
    }
    ContactMatch match(ContactId one, ContactId other, ContactMatch::Kind kind = ContactMatch::Kind::Phone)
    {
        ContactMatch match;
        match.kind = kind;
        match.value = u"+491711234567"_s;
        match.one = {one, u"whatsapp_cloud"_s, u"491711234567"_s};
        match.other = {other, evidenceSignature, u"+49 171 1234567"_s};
        return match;
    }
    void suggest(const ContactMatch &match)
    {
        run([&](Database &db) {
            identity::addMatch(db, match);
            return Done{};
        });
    }
    std::vector<ContactMatch> open(ContactId person)
    {
        return run([person](Database &db) { return identity::openOf(db, person, 10); });
    }
};

} // namespace

/// One person over several contacts, as it is stored; on both databases.
class IdentityTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void showsOnePersonForContactsThatWereMerged()
    {
        PATCHBAY_STORE_PLACE(place);
        PeopleBox in(place);
        const ContactId ana = in.contact(u"mail"_s, u"ana@example.org"_s, u"Ana Silva"_s);
        const ContactId phone = in.contact(u"whatsapp_cloud"_s, u"491711234567"_s, u"A."_s);
        const ConversationId mail = in.write(ana, 1 * second);
        const ConversationId chat = in.write(phone, 2 * second);
        QCOMPARE(in.conversationsOf(ana), std::vector{mail});
        in.merge(ana, phone);
        QCOMPARE(in.name(phone), u"Ana Silva"_s);
        QCOMPARE(in.conversationsOf(ana), (std::vector{chat, mail}));
        QCOMPARE(in.conversationsOf(phone), (std::vector{chat, mail}));
        for (const auto &row : in.run([&](Database &db) { return conversations::summaries(db, in.me, {mail, chat}); }))
            QCOMPARE(row.contactName, u"Ana Silva"_s);
        const auto parts = in.run([&](Database &db) { return identity::partsOf(db, phone); });
        QCOMPARE(parts.size(), size_t(2));
        QCOMPARE(parts[0].contact.id, ana);
        QCOMPARE(parts[1].contact.name, u"A."_s); // its own
        QCOMPARE(parts[1].handles.at(0).address, u"491711234567"_s);
        QCOMPARE(parts[1].mergedAt, Timestamp{7 * second});
    }

    void givesBackExactlyWhatWasMergedAndWhatCameSince()
    {
        PATCHBAY_STORE_PLACE(place);
        PeopleBox in(place);
        const ContactId ana = in.contact(u"mail"_s, u"ana@example.org"_s, u"Ana"_s);
        const ContactId phone = in.contact(u"whatsapp_cloud"_s, u"491711234567"_s, u"A."_s);
        const ContactId other = in.contact(u"telegram"_s, u"77"_s, u"Annie"_s);
        const ConversationId mail = in.write(ana, 1 * second);
        const ConversationId chat = in.write(phone, 2 * second);
        in.merge(phone, other);
        in.merge(ana, phone); // with what was merged into it
        QCOMPARE(in.contacts(other), (std::vector{ana, phone, other}));
        QCOMPARE(in.contact(u"whatsapp_cloud"_s, u"491711234567"_s, u"A."_s), phone);
        const ConversationId since = in.write(phone, 3 * second);
        const ConversationId annie = in.write(other, 4 * second);
        QCOMPARE(in.conversationsOf(ana), (std::vector{annie, since, chat, mail}));
        in.split(ana, phone);
        QCOMPARE(in.conversationsOf(ana), std::vector{mail});
        QCOMPARE(in.conversationsOf(phone), (std::vector{annie, since, chat}));
        QCOMPARE(in.name(other), u"A."_s);
        in.split(phone, other);
        QCOMPARE(in.conversationsOf(other), std::vector{annie});
        QCOMPARE(in.name(other), u"Annie"_s);
    }

    void suggestsTwoOnceAndNotAgainWhatWasRefused()
    {
        PATCHBAY_STORE_PLACE(place);
        PeopleBox in(place);
        const ContactId ana = in.contact(u"mail"_s, u"ana@example.org"_s, u"Ana"_s);
        const ContactId phone = in.contact(u"whatsapp_cloud"_s, u"491711234567"_s, u"A."_s);
        in.suggest(in.match(ana, phone));
        in.suggest(in.match(phone, ana));
        QCOMPARE(in.open(ana).size(), size_t(1));
        const ContactMatch seen = in.open(phone).at(0);
        QCOMPARE(seen.onePerson.id, phone);
        QCOMPARE(seen.otherPerson.name, u"Ana"_s);
        QCOMPARE(seen.one.contact, phone);
        QCOMPARE(seen.isWeak(), true);
        in.run([&](Database &db) {
            using State = ContactMatch::State;
            return identity::moveMatches(db, {ana}, {phone}, State::Open, State::Refused, in.me);
        });
        QVERIFY(in.open(ana).empty());
        ContactMatch again = in.match(ana, phone, ContactMatch::Kind::Mail);
        in.suggest(again); // another reason for the same two
        QVERIFY(in.open(ana).empty());
        QVERIFY(in.run([](Database &db) { return identity::open(db, 0, 10); }).empty());
    }

    void keepsAPersonWhileOneOfItsContactsIsInAConversation()
    {
        PATCHBAY_STORE_PLACE(place);
        PeopleBox in(place);
        const ContactId ana = in.contact(u"mail"_s, u"ana@example.org"_s, u"Ana"_s);
        const ContactId phone = in.contact(u"whatsapp_cloud"_s, u"491711234567"_s, u"A."_s);
        const ConversationId chat = in.write(phone, 2 * second);
        in.merge(ana, phone);
        in.suggest(in.match(ana, phone));
        in.run([&](Database &db) {
            identity::addPhone(db, {phone, u"+491711234567"_s, {phone, u"whatsapp_cloud"_s, u"491711234567"_s}});
            return Done{};
        });
        const auto remove = [&] {
            return in.run([&](Database &db) { return conversations::removeContactsWithout(db, {ana}); });
        };
        QCOMPARE(remove(), 0);
        in.run([&](Database &db) { return conversations::remove(db, chat); });
        QCOMPARE(remove(), 2);
        for (const char *table : {"contact", "handle", "contact_match", "contact_phone", "contact_backlog"}) {
            QCOMPARE(in.run([&](Database &db) {
                return db.row(QByteArray("SELECT COUNT(*) FROM ").append(table).constData())->integer(0);
            }),
                     0);
        }
    }

    void findsPersonsAndSuggestionsThroughIndexes()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        if (in.store->isShared())
            QSKIP("PostgreSQL plans by what it has measured");
        const QList<std::pair<QByteArray, QVariantList>> questions{
            {"SELECT id FROM contact WHERE person_id = ? ORDER BY merged_at, id", {1}},
            {"SELECT id FROM contact WHERE person_id IS NULL AND id < ? ORDER BY id DESC LIMIT ?", {9, 9}},
            {"SELECT m.id FROM contact_match m JOIN contact a ON a.id = " PATCHBAY_PERSON_OF(
                 "m.one_id") " WHERE m.one_id = ? AND m.state = 'open' ORDER BY m.id DESC LIMIT ?",
             {1, 9}},
            {"SELECT m.id FROM contact_match m JOIN contact a ON a.id = " PATCHBAY_PERSON_OF(
                 "m.one_id") " WHERE m.other_id = ? AND m.state = 'open' ORDER BY m.id DESC LIMIT ?",
             {1, 9}},
            {"SELECT m.id FROM contact_match m WHERE m.state = 'open' AND m.id < ? ORDER BY m.id DESC LIMIT ?", {9, 9}},
            {"SELECT contact_id, source, written FROM contact_phone WHERE phone = ? AND contact_id <> ? ORDER BY "
             "contact_id LIMIT ?",
             {u"+49"_s, 1, 9}},
            {"SELECT contact_id, kind, address FROM handle WHERE address = ? AND contact_id <> ? ORDER BY contact_id "
             "LIMIT ?",
             {u"a@b.c"_s, 1, 9}},
            {"SELECT contact_id FROM contact_backlog ORDER BY contact_id DESC LIMIT ?", {9}},
            {"SELECT COUNT(*), MAX(sort_at) FROM conversation WHERE contact_id = ?", {1}},
            {"DELETE FROM contact_match WHERE other_id IN (?, ?)", {1, 2}},
        };
        for (const auto &[sql, values] : questions) {
            QString plan;
            for (const Row &row : in.run([&, sql = sql, values = values](Database &db) {
                     return db.rows("EXPLAIN QUERY PLAN " + sql, values);
                 }))
                plan += row.text(3) + u'\n';
            const bool inOrder = plan == u"SCAN contact_backlog\n"_s; // a few of them, from one end
            QVERIFY2(inOrder || !plan.contains(u"SCAN"_s), qPrintable(plan));
        }
    }
};
PATCHBAY_TESTS(IdentityTables)

#include "tst_identity_tables.moc"
