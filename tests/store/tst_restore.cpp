#include "core/model/names.h"
#include "core/model/routing.h"
#include "core/store/backup.h"
#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/inbox.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

const QStringList allStates{u"queued"_s, u"sending"_s, u"sent"_s, u"failed"_s, u"unknown"_s, u"dead"_s, u"cancelled"_s};

/// A workspace with a delivery of each kind in each state (its key says which), and a suggestion that waits.
class Outgoing : public Inbox {
public:
    explicit Outgoing(const StorePlace &place)
        : Inbox(place)
    {
        const ConversationId id = conversation(second);
        const MessageId message = add(Inbox::message(id, second));
        run([&, this](Database &db) {
            Target target;
            target.name = u"Tracker"_s;
            const TargetId tracker = targets::insert(db, target);
            for (const QString &state : allStates) {
                for (const DeliveryKind kind : {DeliveryKind::Reply, DeliveryKind::Task}) {
                    Delivery d;
                    d.kind = kind;
                    d.conversation = id;
                    d.key = (kind == DeliveryKind::Task ? u"task "_s : u"reply "_s) + state;
                    d.operatorId = me;
                    if (kind == DeliveryKind::Task)
                        d.target = tracker;
                    else
                        d.channel = channel;
                    db.exec("UPDATE delivery SET state = ?, last_error = ? WHERE id = ?",
                            {state, state == u"dead"_s ? u"422 no"_s : u""_s, deliveries::insert(db, d).value});
                }
            }
            Suggestion s;
            s.conversation = id;
            s.message = message;
            Category category;
            category.name = u"Billing"_s;
            s.classification.category = categories::insert(db, category);
            suggestions::replacePending(db, s);
            return Done{};
        });
    }
};

} // namespace

/// After a restore nothing goes out by itself: a person says what becomes of each thing that may have gone out since.
class Restores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void leavesEveryOpenDeliveryToAPerson()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto restored = restore(place);
        QVERIFY(restored);
        for (const QString &state : allStates) {
            for (const QString &kind : {u"reply "_s, u"task "_s}) {
                const Delivery d = delivery(*restored, kind + state);
                const bool settled = state == u"sent"_s || state == u"cancelled"_s;
                QVERIFY2(settled ? d.state != DeliveryState::Unknown : d.state == DeliveryState::Unknown,
                         qPrintable(d.key));
                if (settled || state == u"unknown"_s)
                    continue;
                QVERIFY2(d.lastError.contains(u"restored from a backup"_s), qPrintable(d.lastError));
                QVERIFY2(state != u"dead"_s || d.lastError.contains(u"422 no"_s), qPrintable(d.lastError));
            }
        }
        const auto due = answer(restored->read([](Database &db) -> Result<bool> {
            return db.finish(deliveries::nextDueAt(db) == Timestamp{}
                             && deliveries::due(db, {db.now().us + 1000000 * second}, 100).empty());
        }));
        QVERIFY(due && *due);
    }

    void letsAPersonGiveUpWhatWasInTheBackup()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto restored = restore(place);
        QVERIFY(restored);
        for (const QString &state : {u"queued"_s, u"sending"_s, u"failed"_s, u"dead"_s, u"unknown"_s}) {
            for (const QString &kind : {u"reply "_s, u"task "_s}) {
                const DeliveryId id = delivery(*restored, kind + state).id;
                QVERIFY(!decide(*restored, id, deliveries::cancel)); // nobody can say that it surely was not sent
                QVERIFY2(settle(*restored, id, Settlement::GiveUp), qPrintable(kind + state));
                QCOMPARE(delivery(*restored, kind + state).state, DeliveryState::Cancelled);
            }
        }
    }

    void looksATaskUpBeforeAPersonsRepeat()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto restored = restore(place);
        QVERIFY(restored);
        for (const QString &state : {u"queued"_s, u"sending"_s, u"failed"_s, u"dead"_s}) {
            QVERIFY(decide(*restored, delivery(*restored, u"task "_s + state).id, deliveries::retry));
            const Delivery d = delivery(*restored, u"task "_s + state);
            QCOMPARE(d.state, DeliveryState::Queued);
            QVERIFY(d.everAmbiguous && d.effectStartedAt);
            // A reply has no look-up: a person says whether it arrived.
            const DeliveryId reply = delivery(*restored, u"reply "_s + state).id;
            QVERIFY(!decide(*restored, reply, deliveries::retry));
            QVERIFY(settle(*restored, reply, state == u"dead"_s ? Settlement::Sent : Settlement::SendAgain));
        }
        QCOMPARE(delivery(*restored, u"reply queued"_s).state, DeliveryState::Queued);
        QCOMPARE(delivery(*restored, u"reply dead"_s).state, DeliveryState::Sent);
    }

    void offersNoSuggestionThatMayHaveBeenAccepted()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto restored = restore(place);
        QVERIFY(restored);
        const auto seen = answer(restored->read([](Database &db) -> Result<QStringList> {
            const auto row = db.row("SELECT conversation_id FROM suggestion");
            const auto s = suggestions::newest(db, row->id<ConversationId>(0));
            const audit::Entry entry = audit::newest(db, 1).at(0);
            return db.finish(QStringList{nameOf(s->state),
                                         s->decidedBy == operators::system(db).id ? u"system"_s : u""_s, entry.action,
                                         QString::number(entry.detail.value(u"deliveries"_s).toInt()),
                                         QString::number(entry.detail.value(u"suggestions"_s).toInt())});
        }));
        QVERIFY(seen);
        QCOMPARE(*seen, (QStringList{u"dismissed"_s, u"system"_s, u"restore"_s, u"8"_s, u"1"_s}));
    }

private:
    std::unique_ptr<Store> restore(const StorePlace &place)
    {
        const Outgoing before(place);
        const QString path = place.beside(u"copy.patchbay"_s);
        if (const auto made = answer(backup(*before.store, path)); !made)
            qFatal("%s", qPrintable(made.error().message));
        m_target = std::make_unique<StorePlace>(place.isPostgres() ? u"postgres"_s : u"sqlite"_s);
        const auto restored = restoreBackup(path, m_target->location());
        auto opened = restored ? m_target->open() : Result<std::unique_ptr<Store>>(restored.error());
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        return std::move(*opened);
    }

    static Delivery delivery(Store &store, const QString &key)
    {
        return answer(store.read([key](Database &db) -> Result<Delivery> {
                   return db.finish(deliveries::byKey(db, key).value_or(Delivery{}));
               }))
            .value();
    }

    static bool decide(Store &store, DeliveryId id, bool (*decision)(Database &, DeliveryId, OperatorId))
    {
        return written(
            store, [=](Database &db) -> Result<bool> { return db.finish(decision(db, id, operators::system(db).id)); });
    }

    static bool settle(Store &store, DeliveryId id, Settlement as)
    {
        return written(store, [=](Database &db) -> Result<bool> {
            return db.finish(deliveries::settleByPerson(db, id, as, operators::system(db).id));
        });
    }

    std::unique_ptr<StorePlace> m_target;
};
PATCHBAY_TESTS(Restores)

#include "tst_restore.moc"
