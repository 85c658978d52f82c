#pragma once

#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "support/store_place.h"

#include <atomic>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

inline constexpr qint64 second = 1000000;

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

inline std::vector<qint64> ids(const std::vector<conversations::Ordered> &list)
{
    std::vector<qint64> out;
    for (const auto &each : list)
        out.push_back(each.id.value);
    return out;
}

} // namespace patchbay::tests
