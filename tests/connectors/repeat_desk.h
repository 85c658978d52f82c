#pragma once

#include "chat_bench.h"
#include "core/engine/intake.h"
#include "core/engine/workspace_setup.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/raw_message_table.h"
#include "repeating_sides.h"
#include "support/store_place.h"

#include <QtCore/QUrlQuery>

#include <atomic>

namespace patchbay::tests {

/// A real workspace with one channel, whose platform plays a RepeatingSide. Opened again at the same place it goes on
/// where the last one ended, however that was.
class RepeatDesk {
public:
    /// `round`: how often it was opened before.
    RepeatDesk(const QString &location, const RepeatingSide &side, int round)
        : m_side(side)
        , m_number(1000 * (round + 1))
    {
        StoreOptions options;
        options.location = location;
        options.create = true;
        options.clock = &m_clock;
        options.name = u"Desk"_s;
        auto opened = Store::open(options);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        m_store = std::move(*opened);
        ConnectorServices services;
        services.transport = &m_far;
        services.clock = &m_clock;
        services.random = [] { return 0.0; };
        services.makeWebSocket = [this] {
            auto socket = std::make_unique<ScriptedSocket>();
            m_sockets.push_back(socket.get());
            return socket;
        };
        m_catalog = makeCatalog(services);
        m_far.desk = this;
        const Channel channel = here();
        m_channel = channel.id;
        m_goesOn = !channel.cursor.isEmpty();
        m_intake = std::make_unique<Intake>(*m_store, m_catalog, m_snapshots);
        AccountConfig account;
        account.uid = u"0190b2c0-0000-7000-8000-000000000001"_s;
        account.name = u"Desk"_s;
        account.settings = side.settings;
        account.settings.insert(u"retry_ms"_s, 1);
        account.secrets = side.secrets;
        m_connector = m_catalog.chat(side.id)->create(account);
        QObject::connect(m_connector.get(), &ChatConnector::caughtUp, m_connector.get(), [this] { ++m_caughtUp; });
        QObject::connect(m_connector.get(), &ChatConnector::healthChanged, m_connector.get(),
                         [this](Health, const QString &detail) { m_sentence = detail; });
        if (!side.asked)
            m_connector->start(channel.cursor, sink());
    }

    /// Runs it in a transaction.
    template <class F> auto run(F work) -> std::invoke_result_t<F &, Database &>
    {
        using T = std::invoke_result_t<F &, Database &>;
        auto result = answer(m_store->write([work](Database &db) mutable -> Result<T> { return db.finish(work(db)); }));
        if (!result)
            QTest::qFail(qPrintable(result.error().message), __FILE__, __LINE__);
        return result ? *result : T{};
    }

    /// The platform tells all of this, in this order. Empty when it got through; else what went wrong.
    QString play(const QList<Told> &told)
    {
        m_told = told;
        return m_side.asked ? playAsked() : m_side.frame ? playOver() : playAtTheGateway();
    }
    /// Everything that is stored is read.
    bool settle() { return answer(m_intake->drain()).ok(); }

    /// What the operator sees, each conversation in its order.
    QStringList visible()
    {
        return run([](Database &db) {
            const OperatorId me = operators::forOsUser(db, u"ann"_s, u"Ann"_s).id;
            QStringList all;
            for (const auto &one : conversations::ordered(db, conversations::View::All, me)) {
                QStringList texts;
                for (const Message &message : messages::before(db, one.id, std::nullopt, 1000))
                    texts << message.text;
                all << texts.join(u" | "_s);
            }
            return all;
        });
    }
    bool addsUp()
    {
        return run([](Database &db) { return raw_messages::kept(db).addsUp(); });
    }
    qint64 now() const { return m_clock.now().us / 1000000; }

private:
    class TurnedByNobody final : public Clock {
    public:
        Timestamp now() const override { return Timestamp::from(QDateTime(QDate(2026, 3, 4), QTime(12, 0), Qt::UTC)); }
    };
    class Far final : public Transport {
    public:
        Async<Result<Reply>> perform(Request request) override { co_return desk->answered(request); }
        RepeatDesk *desk = nullptr;
    };

    Channel here()
    {
        return run([this](Database &db) {
            (void)setUpWorkspace(db);
            if (const auto known = channels::byName(db, u"Desk"_s))
                return *known;
            Channel added;
            added.connector = m_side.id;
            added.name = u"Desk"_s;
            added.settings = m_side.settings;
            added.id = channels::insert(db, added);
            return added;
        });
    }
    IntakeSink sink()
    {
        return [this](Batch batch) {
            m_taken += int(batch.items.size());
            return m_intake->accept(m_channel, std::move(batch));
        };
    }
    Reply answered(const Request &request) const
    {
        const QByteArray address = request.url().toEncoded();
        QByteArray body = m_side.asked ? m_side.asked(request.url(), m_told) : QByteArray();
        for (auto it = m_side.answers.begin(); body.isEmpty() && it != m_side.answers.end(); ++it) {
            if (address.contains(it->first))
                body = it->second;
        }
        Reply reply{body.isEmpty() ? 404 : 200, {}, body.isEmpty() ? "{}" : body};
        reply.headers.emplaceBack("content-type", "application/json");
        return reply;
    }
    QString complaint(const QString &what) const { return u"%1; the channel says: %2"_s.arg(what, m_sentence); }

    QString playAsked()
    {
        m_caughtUp = 0;
        m_connector->fetchOnce(here().cursor, sink());
        const bool isRead = QTest::qWaitFor([this] { return m_caughtUp > 0; }, 20000);
        return isRead ? QString() : complaint(u"not read to its end"_s);
    }
    QString playOver()
    {
        if (!QTest::qWaitFor([this] { return !m_sockets.empty() && m_sockets.back(); }, 10000))
            return complaint(u"no connection"_s);
        ScriptedSocket *socket = m_sockets.back();
        const size_t connections = m_sockets.size();
        if (!std::exchange(m_isGreeted, true)) {
            socket->greet();
            for (const QByteArray &frame : m_side.greeting ? m_side.greeting(m_goesOn) : QList<QByteArray>())
                socket->say(frame);
        }
        const int wanted = m_taken + int(m_told.size());
        for (const Told &one : std::as_const(m_told))
            sayTo(*socket, m_side.frame(one, numberOf(one)));
        const bool isTaken = QTest::qWaitFor([&] { return m_taken >= wanted; }, 10000);
        return isTaken && m_sockets.size() == connections ? QString() : complaint(u"not everything was taken"_s);
    }
    /// An event comes again as it was; the next time what it tells comes as another one.
    int numberOf(const Told &told)
    {
        const bool isFirst = !m_heard.contains(told.number);
        m_heard.insert(told.number);
        return isFirst ? told.number : ++m_number;
    }
    /// Feishu's frames are bytes, the others' are texts.
    void sayTo(ScriptedSocket &socket, const QByteArray &frame) const
    {
        if (frame.startsWith('{'))
            socket.say(frame);
        else
            socket.sayBytes(frame);
    }
    QString playAtTheGateway()
    {
        for (const Told &one : std::as_const(m_told)) {
            const WireRequest sent = m_side.request(one, now());
            HookRequest request;
            request.method = "POST";
            request.body = sent.body;
            for (const auto &[name, value] : sent.headers)
                request.headers.append({name.toLower(), value});
            request.query = QUrlQuery(QString::fromUtf8(sent.path.mid(1))).queryItems(QUrl::FullyDecoded);
            AsyncScope scope;
            const HookReply reply = waitFor(scope.run(m_connector->receive(request))).value_or(HookReply{0, {}, {}});
            if (reply.status != 200)
                return complaint(u"answered %1: %2"_s.arg(reply.status).arg(QString::fromUtf8(reply.body)));
        }
        return {};
    }

    RepeatingSide m_side;
    TurnedByNobody m_clock;
    Far m_far;
    std::unique_ptr<Store> m_store;
    Catalog m_catalog;
    Snapshots m_snapshots;
    ChannelId m_channel;
    std::vector<QPointer<ScriptedSocket>> m_sockets;
    QList<Told> m_told;
    QString m_sentence;
    bool m_goesOn = false;
    bool m_isGreeted = false;
    int m_number;
    QSet<int> m_heard;
    int m_taken = 0;
    int m_caughtUp = 0;
    std::unique_ptr<Intake> m_intake;
    std::unique_ptr<ChatConnector> m_connector; // last: it uses all of the above
};

} // namespace patchbay::tests
