#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/raw_message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 second = 1000000;

/// A workspace with one channel and a clock that is turned by hand.
class Inbox {
public:
    class HandClock final : public Clock {
    public:
        Timestamp now() const override { return {at.load()}; }
        std::atomic<qint64> at{1700000000 * second};
    };

    /// Runs it in a transaction; a failure ends the test program's function through the returned default value.
    template <class F> auto run(F work)
    {
        using T = std::invoke_result_t<F &, Database &>;
        auto result = answer(store->write([work](Database &db) mutable -> Result<T> { return db.finish(work(db)); }));
        if (!result)
            QTest::qFail(qPrintable(result.error().message), __FILE__, __LINE__);
        return result ? *result : T{};
    }

    explicit Inbox(const StorePlace &place)
    {
        auto opened = place.open(&clock);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        store = std::move(*opened);
        channel = run([](Database &db) {
            Channel added;
            added.connector = u"mail"_s;
            added.name = u"Support"_s;
            return channels::insert(db, added);
        });
        me = run([](Database &db) { return operators::forOsUser(db, u"ann"_s, u"Ann"_s).id; });
    }

    ConversationId conversation(qint64 sortAt, ConversationStatus status = ConversationStatus::Open,
                                const QString &threadKey = {})
    {
        return run([&, this](Database &db) {
            Conversation c;
            c.channel = channel;
            c.contact = conversations::contactFor(db, u"mail"_s, {u"Zoe"_s, u"zoe@example.org"_s});
            c.subject = u"Parcel"_s;
            c.status = status;
            c.firstAt = {sortAt};
            c.sortAt = {sortAt};
            return conversations::insert(db, c, threadKey);
        });
    }

    Message message(ConversationId conversation, qint64 sortAt, Direction direction = Direction::Inbound) const
    {
        Message m;
        m.conversation = conversation;
        m.channel = channel;
        m.direction = direction;
        m.author = {u"Zoe"_s, u"zoe@example.org"_s};
        m.text = u"Text of %1"_s.arg(sortAt);
        m.sortAt = m.providerAt = m.arrivedAt = {sortAt};
        return m;
    }

    MessageId add(Message m, const QString &dedupeKey = {})
    {
        return run([&](Database &db) {
            const MessageId id = messages::insert(db, m, dedupeKey);
            m.id = id;
            conversations::messageAdded(db, m.conversation, m);
            return id;
        });
    }

    Conversation read(ConversationId id)
    {
        return run([id](Database &db) { return conversations::byId(db, id).value_or(Conversation{}); });
    }

    HandClock clock;
    std::unique_ptr<Store> store;
    ChannelId channel;
    OperatorId me;
};

std::vector<qint64> ids(const std::vector<conversations::Ordered> &list)
{
    std::vector<qint64> out;
    for (const auto &each : list)
        out.push_back(each.id.value);
    return out;
}

} // namespace

/// The tables that intake, timeline, list and suggestions stand on, on both databases.
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

    void listsEachViewInOrder()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId a = in.conversation(1 * second);
        const ConversationId b = in.conversation(3 * second);
        const ConversationId c = in.conversation(3 * second);
        const ConversationId done = in.conversation(4 * second, ConversationStatus::Done);
        const ConversationId snoozed = in.conversation(5 * second);
        in.run([&](Database &db) {
            conversations::setAssignee(db, b, in.me);
            conversations::setStatus(db, snoozed, ConversationStatus::Snoozed, {9 * second});
            return Done{};
        });
        in.add(in.message(a, 1 * second));
        using View = conversations::View;
        const auto list = [&](View view) {
            return ids(in.run([&](Database &db) { return conversations::ordered(db, view, in.me); }));
        };
        QCOMPARE(list(View::All), (std::vector<qint64>{snoozed.value, done.value, c.value, b.value, a.value}));
        QCOMPARE(list(View::MyQueue), std::vector<qint64>{b.value});
        QCOMPARE(list(View::Unassigned), (std::vector<qint64>{c.value, a.value}));
        QCOMPARE(list(View::AwaitingUs), std::vector<qint64>{a.value});
        QCOMPARE(list(View::Done), std::vector<qint64>{done.value});
        QCOMPARE(list(View::Snoozed), std::vector<qint64>{snoozed.value});
        for (const auto &count : in.run([&](Database &db) { return conversations::counts(db, in.me); }))
            QCOMPARE(size_t(count.count), list(count.view).size());
        QCOMPARE(ids(in.run([&](Database &db) {
                     return conversations::orderedAmong(db, View::Unassigned, in.me, {a, b, c, done, {999}});
                 })),
                 (std::vector<qint64>{c.value, a.value}));
        QCOMPARE(in.run([](Database &db) { return conversations::wakeSnoozed(db, {8 * second}); }), 0);
        QCOMPARE(in.run([](Database &db) { return conversations::wakeSnoozed(db, {9 * second}); }), 1);
        QCOMPARE(list(View::Snoozed), std::vector<qint64>{});
    }

    void paintsARowWithEverythingItShows()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId id = in.conversation(second);
        in.run([&](Database &db) {
            Category category;
            category.name = u"Delivery"_s;
            conversations::setCategory(db, id, categories::insert(db, category), 0.5, Priority::High, u"en"_s);
            conversations::setAssignee(db, id, in.me);
            conversations::addParticipant(db, {id, {u"Zoe"_s, u"zoe@example.org"_s}, true, false, {}});
            drafts::save(db, id, in.me, u"reply"_s, u"Dear"_s);
            return Done{};
        });
        const auto rows = in.run([&](Database &db) { return conversations::summaries(db, in.me, {id, {77}}); });
        QCOMPARE(rows.size(), size_t(1));
        const conversations::Summary &row = rows[0];
        QCOMPARE(row.contactName, u"Zoe"_s);
        QCOMPARE(row.contactAddress, u"zoe@example.org"_s);
        QCOMPARE(row.channelName, u"Support"_s);
        QCOMPARE(row.channelConnector, u"mail"_s);
        QCOMPARE(row.categoryName, u"Delivery"_s);
        QCOMPARE(row.assigneeName, u"Ann"_s);
        QVERIFY(row.hasDraft);
        QVERIFY(!row.hasPendingSuggestion);
        QCOMPARE(row.failedDeliveries, 0);
        QVERIFY(row.conversation.priority == Priority::High);
    }

    void findsAConversationByUidOrUniquePrefix()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const QString first = in.read(in.conversation(second)).uid;
        in.clock.at += 3600 * second; // another prefix
        const QString other = in.read(in.conversation(second)).uid;
        const auto find = [&](const QString &text) {
            return answer(in.store->read([text](Database &db) { return conversations::byUid(db, text); }));
        };
        QCOMPARE(find(first)->uid, first);
        QCOMPARE(find(other.left(13))->uid, other);
        QVERIFY(find(first.left(3)).error().kind == Error::Kind::Refused);
        QVERIFY(find(first.left(4)).error().kind == Error::Kind::Conflict);
        QVERIFY(find(u"ffff%"_s).error().kind == Error::Kind::NotFound);
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

    void keepsOnePendingSuggestionWithGrowingVersions()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId id = in.conversation(second);
        const MessageId message = in.add(in.message(id, second));
        Suggestion s;
        s.conversation = id;
        s.message = message;
        s.draft.title = u"Parcel"_s;
        s.trace.rules.push_back({u"Rule"_s, true, {{u"category is X"_s, u"X"_s, u"X"_s, true}}});
        s.classification.because = {{u"parcel"_s, 0.5}};
        s.classification.category = in.run([](Database &db) {
            Category category;
            category.name = u"X"_s;
            return categories::insert(db, category);
        });
        const SuggestionId first = in.run([&](Database &db) { return suggestions::replacePending(db, s); });
        const SuggestionId second = in.run([&](Database &db) { return suggestions::replacePending(db, s); });
        const auto pending = in.run([&](Database &db) { return suggestions::pending(db, id); });
        QCOMPARE(pending->id, second);
        QCOMPARE(pending->version, 2);
        QCOMPARE(pending->draft.title, u"Parcel"_s);
        QCOMPARE(pending->trace.rules[0].conditions[0].text, u"category is X"_s);
        QVERIFY(pending->classification.because == s.classification.because);
        QVERIFY(in.run([&](Database &db) { return suggestions::byId(db, first); })->state
                == Suggestion::State::Superseded);
        in.run([&](Database &db) {
            suggestions::decide(db, second, Suggestion::State::Accepted, in.me);
            return Done{};
        });
        QVERIFY(!in.run([&](Database &db) { return suggestions::pending(db, id); }));
        QVERIFY(in.run([&](Database &db) { return suggestions::reopen(db, second); }));
        QCOMPARE(in.run([&](Database &db) { return suggestions::pending(db, id); })->version, 2);
        in.run([&](Database &db) {
            suggestions::decide(db, second, Suggestion::State::Accepted, in.me);
            suggestions::replacePending(db, s);
            return Done{};
        });
        QVERIFY(!in.run([&](Database &db) { return suggestions::reopen(db, second); }));
        QCOMPARE(in.run([&](Database &db) { return suggestions::pending(db, id); })->version, 3);
    }

    void keepsTaxonomyLessonsRoutesAndRules()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        Category category;
        category.name = u"Доставка"_s;
        category.keywords = {u"посылка"_s, u"包裹"_s};
        category.defaultPriority = Priority::Urgent;
        const CategoryId id = in.run([&](Database &db) { return categories::insert(db, category); });
        const auto found = in.run([&](Database &db) { return categories::byName(db, category.name); });
        QCOMPARE(found->id, id);
        QCOMPARE(found->keywords, category.keywords);
        QVERIFY(found->defaultPriority == Priority::Urgent);
        const auto again =
            answer(in.store->write([&](Database &db) { return db.finish(categories::insert(db, category)); }));
        QVERIFY(!again && again.error().kind == Error::Kind::Conflict);

        const MessageId message = in.add(in.message(in.conversation(second), second));
        Lesson lesson;
        lesson.message = message;
        lesson.category = id;
        lesson.weight = 0.25;
        lesson.operatorId = in.me;
        lesson.text = u"где посылка"_s;
        const LessonId lessonId = in.run([&](Database &db) { return lessons::insert(db, lesson); });
        QCOMPARE(in.run([](Database &db) { return lessons::all(db, false); }).at(0).weight, 0.25);
        in.run([&](Database &db) {
            lessons::undo(db, lessonId);
            return Done{};
        });
        QVERIFY(in.run([](Database &db) { return lessons::all(db, false); }).empty());
        QVERIFY(bool(in.run([](Database &db) { return lessons::all(db, true); }).at(0).undoneAt));

        Route route;
        route.name = u"Tasks"_s;
        route.targets = {{7}, {9007199254740993}};
        route.fields = {{u"tracker"_s, u"{category}"_s}};
        route.id = in.run([&](Database &db) { return routes::insert(db, route); });
        const auto routeBack = in.run([&](Database &db) { return routes::byId(db, route.id); });
        QVERIFY(routeBack->targets == route.targets);
        QCOMPARE(routeBack->fields, route.fields);

        QCOMPARE(in.run([](Database &db) { return rule_sets::current(db).version; }), 0);
        QCOMPARE(in.run([&](Database &db) { return rule_sets::publish(db, "{}", in.me); }), 1);
        QCOMPARE(in.run([&](Database &db) { return rule_sets::publish(db, "{\"a\":1}", in.me); }), 2);
        QCOMPARE(in.run([](Database &db) { return rule_sets::current(db).document; }), QByteArray("{\"a\":1}"));
    }

    void settlesOnlyAReplyWhoseEndIsNotKnown_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("ambiguous");
        QTest::addColumn<bool>("settled");
        QTest::newRow("unknown") << u"unknown"_s << true << true;
        QTest::newRow("failed in doubt") << u"failed"_s << true << true;
        QTest::newRow("failed for sure") << u"failed"_s << false << false;
        QTest::newRow("queued") << u"queued"_s << false << false;
        QTest::newRow("sending") << u"sending"_s << true << false;
        QTest::newRow("cancelled") << u"cancelled"_s << false << false;
    }
    void settlesOnlyAReplyWhoseEndIsNotKnown()
    {
        QFETCH(QString, state);
        QFETCH(bool, ambiguous);
        QFETCH(bool, settled);
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId conversation = in.conversation(second);
        Delivery d;
        d.kind = DeliveryKind::Reply;
        d.conversation = conversation;
        d.message = in.add(in.message(conversation, second, Direction::Outbound));
        d.channel = in.channel;
        d.key = u"key@example.org"_s;
        d.operatorId = in.me;
        const DeliveryId id = in.run([&](Database &db) {
            const DeliveryId added = deliveries::insert(db, d);
            db.exec("UPDATE delivery SET state = ?, ever_ambiguous = ? WHERE id = ?", {state, ambiguous, added.value});
            return added;
        });
        QVERIFY(!in.run([&](Database &db) { return deliveries::foundInChannel(db, in.channel, u"other"_s, {}); }));
        const auto found =
            in.run([&](Database &db) { return deliveries::foundInChannel(db, in.channel, d.key, u"Found"_s); });
        QCOMPARE(found.has_value(), settled);
        const auto after = in.run([&](Database &db) { return deliveries::byId(db, id); });
        QCOMPARE(after->state == DeliveryState::Sent, settled);
        QCOMPARE(after->externalId.isEmpty(), !settled);
    }

    void answersListQuestionsThroughAnIndex()
    {
        QFETCH_GLOBAL(QString, dialect);
        if (dialect != u"sqlite"_s)
            QSKIP("plans of one database are enough");
        const StorePlace place(dialect);
        Inbox in(place);
        using View = conversations::View;
        const QList<std::pair<QByteArray, QVariantList>> questions{
            {"SELECT id, sort_at FROM conversation ORDER BY sort_at DESC, id DESC", {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND assignee_id = ? ORDER BY sort_at DESC, id "
             "DESC",
             {1}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND assignee_id IS NULL ORDER BY sort_at "
             "DESC, id DESC",
             {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND awaiting_us = 1 ORDER BY sort_at DESC, id "
             "DESC",
             {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'snoozed' ORDER BY sort_at DESC, id DESC", {}},
        };
        for (const auto &[sql, values] : questions) {
            QString plan;
            for (const Row &row : in.run([&, sql = sql, values = values](Database &db) {
                     return db.rows("EXPLAIN QUERY PLAN " + sql, values);
                 }))
                plan += row.text(3) + u'\n';
            QVERIFY2(plan.contains(u"USING COVERING INDEX"_s) || plan.contains(u"USING INDEX"_s), qPrintable(plan));
            QVERIFY2(!plan.contains(u"TEMP B-TREE"_s), qPrintable(plan));
        }
        in.run([&](Database &db) {
            db.exec(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO contact "
                "(uid, name, created_at) SELECT 'c' || i, 'n', 0 FROM n LIMIT 1");
            db.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO "
                    "conversation "
                    "(uid, channel_id, contact_id, subject, status, unread, awaiting_us, first_at, sort_at) SELECT 'u' "
                    "|| i, 1, "
                    "1, 's', CASE i % 10 WHEN 0 THEN 'open' ELSE 'done' END, 0, i % 2, i, i FROM n");
            return Done{};
        });
        QElapsedTimer timer;
        timer.start();
        const auto all = in.run([&](Database &db) { return conversations::ordered(db, View::All, in.me); });
        QCOMPARE(all.size(), size_t(100000));
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
        timer.restart();
        in.run([&](Database &db) {
            return conversations::summaries(db, in.me, {all[0].id, all[50000].id, all[99999].id});
        });
        QVERIFY2(timer.elapsed() < 300, qPrintable(QString::number(timer.elapsed())));
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
