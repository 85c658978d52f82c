#pragma once

#include "core/base/json_reader.h"
#include "core/engine/history_intake.h"
#include "core/engine/intake.h"
#include "core/engine/workspace_setup.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/raw_message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/store_place.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QSemaphore>

#include <atomic>

namespace patchbay::tests {

/// A clock that is turned by hand. Any thread.
class TurnedClock final : public Clock {
public:
    Timestamp now() const override { return {us.load()}; }
    std::atomic<qint64> us{1700000000ll * 1000000};
};

/// A mail as the test's connector reads it: JSON instead of MIME.
struct TestMail {
    QString id = {};
    QString from = QStringLiteral("zoe@example.org");
    QString subject = {};
    QString text = {};
    QStringList references = {};
    QStringList to = {QStringLiteral("support@example.org")};
    QStringList cc = {};
    QString replyTo = {};
    QString special = {}; ///< "fail", "throw", "block"
    QByteArray attachment = {};
    qint64 at = 0; ///< seconds; 0: a minute before arrival
    bool automatic = false;
    bool self = false;

    QByteArray raw() const
    {
        return QJsonDocument(QJsonObject{{QStringLiteral("id"), id},
                                         {QStringLiteral("from"), from},
                                         {QStringLiteral("subject"), subject},
                                         {QStringLiteral("text"), text},
                                         {QStringLiteral("references"), QJsonArray::fromStringList(references)},
                                         {QStringLiteral("to"), QJsonArray::fromStringList(to)},
                                         {QStringLiteral("cc"), QJsonArray::fromStringList(cc)},
                                         {QStringLiteral("reply_to"), replyTo},
                                         {QStringLiteral("special"), special},
                                         {QStringLiteral("attachment"), QString::fromLatin1(attachment.toHex())},
                                         {QStringLiteral("at"), at},
                                         {QStringLiteral("automatic"), automatic},
                                         {QStringLiteral("self"), self}})
            .toJson(QJsonDocument::Compact);
    }
};

/// Lets a parser that met "block" go on.
inline QSemaphore &blockedParser()
{
    static QSemaphore semaphore;
    return semaphore;
}
inline std::atomic<int> &parserCalls()
{
    static std::atomic<int> calls{0};
    return calls;
}

inline Result<InboundMessage> parseTestMail(const RawItem &item, const AccountConfig &)
{
    ++parserCalls();
    JsonReader in = JsonReader::parse(item.raw, QStringLiteral("mail"));
    const QString special = in.text(QStringLiteral("/special"));
    if (special == QLatin1String("throw"))
        throw std::runtime_error("a parser's exception");
    if (special == QLatin1String("block"))
        blockedParser().acquire();
    if (special == QLatin1String("fail"))
        in.fault(QStringLiteral("/special"), QStringLiteral("nothing readable"));
    InboundMessage m;
    m.externalId = in.text(QStringLiteral("/id"));
    m.from.address = in.text(QStringLiteral("/from"));
    m.subject = in.text(QStringLiteral("/subject"));
    m.text = in.text(QStringLiteral("/text"));
    m.body.blocks.push_back({.runs = {{.text = m.text}}});
    for (const QJsonValue &each : in.value(QStringLiteral("/references")).toArray())
        m.references << each.toString();
    for (const QJsonValue &each : in.value(QStringLiteral("/to")).toArray())
        m.to << each.toString();
    for (const QJsonValue &each : in.value(QStringLiteral("/cc")).toArray())
        m.cc << each.toString();
    m.replyTo = in.text(QStringLiteral("/reply_to"));
    const QByteArray attachment = QByteArray::fromHex(in.text(QStringLiteral("/attachment")).toLatin1());
    if (!attachment.isEmpty())
        m.attachments.push_back(
            {QStringLiteral("file.bin"), QStringLiteral("application/octet-stream"), attachment, {}, false});
    m.automatic = in.boolean(QStringLiteral("/automatic"));
    m.fromSelf = in.boolean(QStringLiteral("/self"));
    m.providerAt = {in.integer(QStringLiteral("/at")) * 1000000};
    m.dedupeKey = m.externalId + QLatin1Char(';') + QString::number(qHash(m.text + m.subject, 7));
    return in.finish(std::move(m));
}

/// A workspace with one mail channel and an Intake whose connector reads TestMail.
class IntakeDesk {
public:
    explicit IntakeDesk(const StorePlace &place)
    {
        auto opened = place.open(&clock);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        store = std::move(*opened);
        ChatConnectorInfo info;
        info.id = QStringLiteral("mail");
        info.parse = &parseTestMail;
        catalog.chats.push_back(info);
        channel = run([](Database &db) {
            (void)setUpWorkspace(db);
            if (const auto known = channels::byName(db, QStringLiteral("Support")))
                return known->id; // a desk that is opened again
            Channel added;
            added.connector = QStringLiteral("mail");
            added.name = QStringLiteral("Support");
            added.settings = {{QStringLiteral("address"), QStringLiteral("support@example.org")}};
            return channels::insert(db, added);
        });
        me =
            run([](Database &db) { return operators::forOsUser(db, QStringLiteral("ann"), QStringLiteral("Ann")).id; });
        restart();
    }

    /// As if the program had ended and was started again.
    void restart()
    {
        intake.reset();
        snapshots.replace(nullptr);
        intake = std::make_unique<Intake>(*store, catalog, snapshots);
        history = std::make_unique<HistoryIntake>(*store, catalog, snapshots);
    }

    template <class F> auto run(F work) -> std::invoke_result_t<F &, Database &>
    {
        using T = std::invoke_result_t<F &, Database &>;
        auto result = answer(store->write([work](Database &db) mutable -> Result<T> { return db.finish(work(db)); }));
        if (!result)
            QTest::qFail(qPrintable(result.error().message), __FILE__, __LINE__);
        return result ? *result : T{};
    }

    /// Accepts and works off; source keys are numbered unless given.
    Result<Done> take(const std::vector<TestMail> &mails, bool historical = false, const QString &keys = {})
    {
        Batch batch;
        int n = 0;
        for (TestMail mail : mails) {
            clock.us += 60 * 1000000;
            if (mail.at == 0)
                mail.at = clock.us / 1000000 - 60;
            batch.items.push_back({keys.isEmpty() ? QStringLiteral("k%1").arg(++m_key) : keys + QString::number(++n),
                                   mail.raw(), historical});
        }
        const auto accepted = answer(intake->accept(channel, std::move(batch)));
        if (!accepted)
            return accepted;
        return answer(intake->drain());
    }
    Result<Done> take(const TestMail &mail) { return take(std::vector<TestMail>{mail}); }

    raw_messages::Counters counters()
    {
        raw_messages::Counters counted;
        const auto kept = run([&counted](Database &db) {
            counted = raw_messages::counted(db);
            return raw_messages::kept(db);
        });
        if (!(kept == counted) || !kept.addsUp())
            QTest::qFail("the counters do not add up", __FILE__, __LINE__);
        return kept;
    }

    std::vector<Conversation> all()
    {
        return run([this](Database &db) {
            std::vector<Conversation> list;
            for (const auto &each : conversations::ordered(db, conversations::View::All, me))
                list.push_back(*conversations::byId(db, each.id));
            return list;
        });
    }
    Conversation only()
    {
        const auto list = all();
        if (list.size() != 1)
            QTest::qFail(qPrintable(QStringLiteral("%1 conversations instead of one").arg(list.size())), __FILE__,
                         __LINE__);
        return list.empty() ? Conversation{} : list.front();
    }
    std::vector<Message> timeline(ConversationId id)
    {
        return run([id](Database &db) { return messages::before(db, id, std::nullopt, 1000); });
    }
    std::optional<Suggestion> suggestion(ConversationId id)
    {
        return run([id](Database &db) { return suggestions::newest(db, id); });
    }
    void decide(ConversationId id, Suggestion::State state)
    {
        run([id, state, this](Database &db) {
            suggestions::decide(db, suggestions::pending(db, id)->id, state, me);
            return Done{};
        });
    }
    QString categoryName(CategoryId id)
    {
        for (const Category &category : run([](Database &db) { return categories::all(db); })) {
            if (category.id == id)
                return category.name;
        }
        return {};
    }

    TurnedClock clock;
    std::unique_ptr<Store> store;
    Catalog catalog;
    Snapshots snapshots;
    ChannelId channel;
    OperatorId me;
    std::unique_ptr<Intake> intake;
    std::unique_ptr<HistoryIntake> history;

private:
    int m_key = 0;
};

/// A customer's mail about a late parcel; answerTo() is the next one of that thread.
inline TestMail parcel(const QString &id = QStringLiteral("m1@example.org"))
{
    TestMail mail;
    mail.id = id;
    mail.subject = QStringLiteral("Re: Parcel 12");
    mail.text = QStringLiteral("Where is my parcel? The tracking number does not move, the delivery is late.");
    return mail;
}

inline TestMail answerTo(const TestMail &mail, const QString &id, const QString &text)
{
    TestMail next = mail;
    next.id = id;
    next.references = {mail.id};
    next.text = text;
    return next;
}

} // namespace patchbay::tests
