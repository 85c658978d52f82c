#include "core/store/delivery_table.h"
#include "core/store/message_removal.h"
#include "core/store/misc_tables.h"
#include "core/store/raw_message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/inbox.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The tables that intake and timeline stand on, on both databases.
class InboxTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void keepsARawItemOncePerSourceKeyAndCountsIt()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const RawItem item{u"INBOX;1;7"_s, QByteArray("From: x\0y\r\n\r\nhi", 15), false};
        const auto first = in.run([&](Database &db) { return raw_messages::insert(db, in.channel, item); });
        QVERIFY(first.has_value());
        const auto again = in.run([&](Database &db) { return raw_messages::insert(db, in.channel, item); });
        QVERIFY(!again.has_value());
        const auto pending = in.run([](Database &db) { return raw_messages::pending(db, 10); });
        QCOMPARE(pending.size(), size_t(1));
        QCOMPARE(pending[0].item.raw, item.raw);
        QCOMPARE(pending[0].item.sourceKey, item.sourceKey);
        const auto kept = in.run([](Database &db) { return raw_messages::kept(db); });
        QCOMPARE(kept.received, 1);
        QCOMPARE(kept.pending, 1);
        QVERIFY(kept.addsUp());
        QVERIFY(kept == in.run([](Database &db) { return raw_messages::counted(db); }));
    }

    void movesCountersWithEachEndState()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId conversation = in.conversation(second);
        const MessageId message = in.add(in.message(conversation, second), u"key"_s);
        std::vector<RawMessageId> raw;
        for (int i = 0; i < 4; ++i)
            raw.push_back(*in.run([&](Database &db) {
                return raw_messages::insert(db, in.channel, {u"k%1"_s.arg(i), "same bytes", false});
            }));
        using State = raw_messages::State;
        const auto settle = [&](int i, State state, MessageId to) {
            in.run([&](Database &db) {
                raw_messages::settle(db, raw[size_t(i)], state, to, u"why"_s);
                return Done{};
            });
        };
        settle(0, State::Visible, message);
        settle(1, State::Duplicate, message);
        settle(2, State::Quarantined, {});
        settle(2, State::Visible, message); // settled already: nothing may change
        const auto kept = in.run([](Database &db) { return raw_messages::kept(db); });
        QVERIFY(kept == in.run([](Database &db) { return raw_messages::counted(db); }));
        QCOMPARE(kept.visible, 1);
        QCOMPARE(kept.duplicate, 1);
        QCOMPARE(kept.quarantined, 1);
        QCOMPARE(kept.pending, 1);
        QVERIFY(kept.addsUp());
        QVERIFY(in.run([&](Database &db) { return raw_messages::byId(db, raw[1]); })->item.raw.isEmpty());
        QCOMPARE(in.run([&](Database &db) { return messages::raw(db, message); }),
                 std::optional(QByteArray("same bytes")));

        in.run([&](Database &db) {
            raw_messages::requeue(db, raw[2]);
            raw_messages::requeue(db, raw[0]); // visible: not to be had
            return Done{};
        });
        const auto after = in.run([](Database &db) { return raw_messages::kept(db); });
        QCOMPARE(after.pending, 2);
        QCOMPARE(after.quarantined, 0);
        QCOMPARE(after.visible, 1);
        QVERIFY(after.addsUp());
    }

    void keepsTheBytesOfADuplicateThatDiffers()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const MessageId message = in.add(in.message(in.conversation(second), second), u"key"_s);
        for (const auto &[key, bytes, state] :
             {std::tuple(u"a"_s, QByteArray("Received: one\n\nx"), raw_messages::State::Visible),
              std::tuple(u"b"_s, QByteArray("Received: two\n\nx"), raw_messages::State::Duplicate)}) {
            in.run([&, key = key, bytes = bytes, state = state](Database &db) {
                raw_messages::settle(db, *raw_messages::insert(db, in.channel, {key, bytes, false}), state, message,
                                     {});
                return Done{};
            });
        }
        const auto second = in.run([](Database &db) { return raw_messages::byId(db, {2}); });
        QVERIFY(second);
        QVERIFY(second->item.raw.contains("two"));
    }

    void givesAMessageBackAsItWasStored()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        Message m = in.message(in.conversation(second), 5 * second);
        m.externalId = u"id-1@example.org"_s;
        m.subject = u"Überraschung 包裹 \U0001F4E6"_s;
        m.body.blocks.push_back({.kind = BodyBlock::Kind::Quote, .runs = {{.text = u"a"_s, .bold = true}}});
        m.to = {u"support@example.org"_s, u"x, \"y\" <z@example.org>"_s};
        m.cc = {u"c@example.org"_s};
        m.replyTo = u"other@example.org"_s;
        m.automatic = m.newParticipant = m.conflicting = true;
        m.providerAt = {4 * second};
        m.attachments = {{{}, u"a.pdf"_s, u"application/pdf"_s, QByteArray(64, 'a'), 12, u"cid1"_s, true},
                         {{}, u"b.txt"_s, u"text/plain"_s, QByteArray(64, 'b'), 0, {}, false}};
        const MessageId id = in.add(m, u"dedupe"_s);
        const auto back = in.run([id](Database &db) { return messages::byId(db, id); });
        QVERIFY(back);
        QCOMPARE(back->subject, m.subject);
        QVERIFY(back->body == m.body);
        QCOMPARE(back->to, m.to);
        QCOMPARE(back->cc, m.cc);
        QCOMPARE(back->replyTo, m.replyTo);
        QVERIFY(back->automatic && back->newParticipant && back->conflicting);
        QCOMPARE(back->providerAt.us, m.providerAt.us);
        QCOMPARE(back->sortAt.us, m.sortAt.us);
        QCOMPARE(back->attachments.size(), size_t(2));
        QCOMPARE(back->attachments[0].name, u"a.pdf"_s);
        QVERIFY(back->attachments[0].isInline);
        QCOMPARE(back->attachments[1].sha256, QByteArray(64, 'b'));
        QVERIFY(isUid(back->uid));
        QVERIFY(!in.run([&](Database &db) { return messages::insert(db, m, u"dedupe"_s); }));
        QCOMPARE(in.run([&](Database &db) { return messages::byDedupeKey(db, in.channel, u"dedupe"_s); }),
                 std::optional(id));
        QCOMPARE(in.run([&](Database &db) { return messages::byExternalId(db, in.channel, m.externalId); })->id, id);
    }

    void pagesATimelineBothWaysWithEqualTimes()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId conversation = in.conversation(second);
        std::vector<qint64> all;
        for (int i = 0; i < 7; ++i)
            all.push_back(in.add(in.message(conversation, (i / 3) * second)).value);
        std::vector<qint64> seen;
        std::optional<messages::Position> from;
        for (;;) {
            const auto page = in.run([&](Database &db) { return messages::before(db, conversation, from, 2); });
            if (page.empty())
                break;
            for (auto it = page.rbegin(); it != page.rend(); ++it)
                seen.insert(seen.begin(), it->id.value);
            from = messages::Position{page.front().sortAt, page.front().id};
        }
        QCOMPARE(seen, all);
        const auto later = in.run([&](Database &db) { return messages::after(db, conversation, {{0}, {all[1]}}, 3); });
        QCOMPARE(later.size(), size_t(3));
        QCOMPARE(later[0].id.value, all[2]);
        QCOMPARE(later[2].id.value, all[4]);
    }

    void knowsWhoWaitsForWhom()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId id = in.conversation(0);
        in.add(in.message(id, 10 * second));
        in.add(in.message(id, 20 * second));
        QVERIFY(in.read(id).awaitingUs);
        QCOMPARE(in.read(id).awaitingSince.us, 10 * second);
        Message reply = in.message(id, 30 * second, Direction::Outbound);
        reply.operatorId = in.me;
        in.add(reply);
        QVERIFY(!in.read(id).awaitingUs);
        // Their clock is behind: dated before our reply, but it arrived after it.
        in.add(in.message(id, 25 * second));
        QVERIFY(in.read(id).awaitingUs);
        QCOMPARE(in.read(id).sortAt.us, 30 * second);
        in.add(in.message(id, 40 * second, Direction::Outbound)); // from another program
        QVERIFY(!in.read(id).awaitingUs);
        in.add(in.message(id, 35 * second)); // an older one that arrives late: that reply answered it
        QVERIFY(!in.read(id).awaitingUs);
        Message automatic = in.message(id, 50 * second);
        automatic.automatic = true;
        in.add(automatic);
        QVERIFY(!in.read(id).awaitingUs);
        QCOMPARE(in.read(id).messageCount, 7);
        QCOMPARE(in.read(id).snippet, automatic.text);
        Message note = in.message(id, 60 * second, Direction::Note);
        in.add(note);
        QCOMPARE(in.read(id).snippet, automatic.text);
        QCOMPARE(in.read(id).sortAt.us, 50 * second);
    }

    void doesNotStealAReferenceOrAContact()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId a = in.conversation(second);
        const ConversationId b = in.conversation(second);
        in.run([&](Database &db) {
            conversations::addReference(db, in.channel, u"m1"_s, a);
            conversations::addReference(db, in.channel, u"m1"_s, b);
            conversations::addReference(db, in.channel, u"m2"_s, b);
            return Done{};
        });
        const auto find = [&](const QStringList &references) {
            return in.run([&](Database &db) { return conversations::byReferences(db, in.channel, references); });
        };
        QCOMPARE(find({u"none"_s, u"m1"_s, u"m2"_s}), std::optional(a));
        QCOMPARE(find({u"m2"_s, u"m1"_s}), std::optional(b));
        const auto contact = [&](const QString &name, const QString &address) {
            return in.run([&](Database &db) { return conversations::contactFor(db, u"mail"_s, {name, address}); });
        };
        const ContactId bare = contact({}, u"kim@example.org"_s);
        QCOMPARE(contact(u"Kim"_s, u"kim@example.org"_s), bare);
        QCOMPARE(in.run([&](Database &db) { return conversations::contact(db, bare); }).name, u"Kim"_s);
        QCOMPARE(contact(u"Mallory"_s, u"kim@example.org"_s), bare);
        QCOMPARE(in.run([&](Database &db) { return conversations::contact(db, bare); }).name, u"Kim"_s);
        QVERIFY(contact(u"Nobody"_s, {}) != contact(u"Nobody"_s, {}));
    }

    void knowsAConversationByTheIdsOfItsMessages()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId a = in.conversation(second);
        const ConversationId b = in.conversation(second);
        const auto add = [&](ConversationId conversation, const QString &externalId) {
            Message m = in.message(conversation, second);
            m.externalId = externalId;
            return in.add(m);
        };
        const auto find = [&](const QStringList &references) {
            return in.run([&](Database &db) { return conversations::byReferences(db, in.channel, references); });
        };
        const MessageId first = add(a, u"m1"_s);
        const MessageId twin = add(b, u"m1"_s);
        const MessageId other = add(b, u"m2"_s);
        QCOMPARE(find({u"none"_s, u"m1"_s, u"m2"_s}), std::optional(a)); // of two with one id the first counts
        QCOMPARE(find({u"m2"_s, u"m1"_s}), std::optional(b));
        // What answers a message that was deleted since still belongs to its conversation.
        in.run([&](Database &db) { return messages::remove(db, {twin, first, other}).messages; });
        QCOMPARE(find({u"m1"_s}), std::optional(a));
        QCOMPARE(find({u"m2"_s}), std::optional(b));
        in.run([&](Database &db) { return conversations::remove(db, b).conversations; });
        QCOMPARE(find({u"m2"_s}), std::optional<ConversationId>());
    }

    void tellsWhatChanged()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        ChangeSet seen;
        QObject::connect(in.store.get(), &Store::changed, in.store.get(),
                         [&](const ChangeSet &changes) { seen.unite(changes); });
        const ConversationId id = in.conversation(second);
        in.add(in.message(id, second));
        in.run([&](Database &db) {
            Category category;
            category.name = u"X"_s;
            categories::insert(db, category);
            raw_messages::insert(db, in.channel, {u"k"_s, "x", false});
            rule_sets::publish(db, "{}", in.me);
            return Done{};
        });
        QTRY_VERIFY(seen.taxonomy && seen.counters && seen.rules);
        QVERIFY(seen.conversations.contains(id));
        QVERIFY(seen.timelines.contains(id));
        QVERIFY(!seen.lessons);
    }
};
PATCHBAY_TESTS(InboxTables)

#include "tst_tables_inbox.moc"
