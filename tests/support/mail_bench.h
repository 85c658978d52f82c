#pragma once

#include "connectors/kit/services.h"
#include "support/await.h"
#include "support/scripted_stream.h"

#include <QtCore/QJsonDocument>

#include <memory>
#include <vector>

namespace patchbay::tests {

/// A mail channel whose servers are scripts, with a sink that keeps what it is given.
class MailBench {
public:
    MailBench()
    {
        m_services.makeStream = [this] { return server.make(); };
        m_services.clock = &m_clock;
        m_services.random = [] { return 0.0; };
        account.uid = QStringLiteral("0190b2c0-0000-7000-8000-000000000001");
        account.name = QStringLiteral("Support");
        account.addedAt = Timestamp::from(QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC));
        account.secrets.insert(QStringLiteral("password"), QStringLiteral("geheim"));
        account.settings = QJsonObject{{QStringLiteral("address"), QStringLiteral("support@example.org")},
                                       {QStringLiteral("user"), QStringLiteral("ana")},
                                       {QStringLiteral("imap_host"), QStringLiteral("imap.example.org")},
                                       {QStringLiteral("smtp_host"), QStringLiteral("smtp.example.org")},
                                       {QStringLiteral("days_back"), QStringLiteral("30")},
                                       {QStringLiteral("retry_ms"), QStringLiteral("10")},
                                       {QStringLiteral("timeout_ms"), 2000}};
    }

    /// What connectors are made with from now on.
    ConnectorServices &services() { return m_services; }
    void set(const char *field, const QJsonValue &value) { account.settings.insert(QLatin1String(field), value); }

    /// The connector under test, made on first use.
    ChatConnector &connector()
    {
        if (!m_connector) {
            const Catalog catalog = makeCatalog(m_services);
            m_connector = catalog.chat(QStringLiteral("mail"))->create(account);
            QObject::connect(m_connector.get(), &ChatConnector::healthChanged, m_connector.get(),
                             [this](Health health, const QString &detail) {
                                 this->health = health;
                                 sentences << detail;
                             });
            QObject::connect(m_connector.get(), &ChatConnector::caughtUp, m_connector.get(), [this] { ++caughtUp; });
        }
        return *m_connector;
    }
    void dropConnector() { m_connector.reset(); }
    ChatConnectorInfo info() { return *makeCatalog(m_services).chat(QStringLiteral("mail")); }

    IntakeSink sink()
    {
        return [this](Batch batch) {
            QPromise<Result<Done>> promise;
            QFuture<Result<Done>> future = promise.future();
            promise.start();
            if (refusals > 0) {
                --refusals;
                promise.addResult(makeError(Error::Kind::Storage, QStringLiteral("The disk is full.")));
                promise.finish();
                return future;
            }
            batches.push_back(batch);
            for (const RawItem &item : batch.items)
                items.push_back(item);
            if (!batch.cursor.isEmpty())
                cursor = batch.cursor;
            if (hold) {
                held = std::move(promise);
                return future;
            }
            promise.addResult(Done{});
            promise.finish();
            return future;
        };
    }

    QStringList keys() const
    {
        QStringList all;
        for (const RawItem &item : items)
            all << item.sourceKey;
        return all;
    }
    qint64 cursorField(const char *name) const
    {
        return QJsonDocument::fromJson(cursor).object().value(QLatin1String(name)).toInteger(-1);
    }

    ScriptedServer server;
    AccountConfig account;
    Health health = Health::Unknown;
    QStringList sentences;
    int caughtUp = 0;
    int refusals = 0; ///< so many batches cannot be stored
    bool hold = false; ///< the next batches stay unanswered in `held`
    QPromise<Result<Done>> held;
    std::vector<Batch> batches;
    std::vector<RawItem> items;
    QByteArray cursor;

private:
    SystemClock m_clock;
    ConnectorServices m_services;
    std::unique_ptr<ChatConnector> m_connector;
};

/// Greeting and sign-in as "ana"; commands go on with P3.
inline QByteArray imapSignedIn(const QByteArray &capabilities = "IMAP4rev1 IDLE")
{
    return "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\nS: P1 OK done\n"
           "C: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\nS: P2 OK [CAPABILITY "
        + capabilities + "] in\n";
}

/// The folder is opened; commands go on with P4.
inline QByteArray imapOpened(int exists, int uidNext, int uidValidity = 7)
{
    return "C: P3 EXAMINE \"INBOX\"\nS: * " + QByteArray::number(exists) + " EXISTS\nS: * OK [UIDVALIDITY "
        + QByteArray::number(uidValidity) + "]\nS: * OK [UIDNEXT " + QByteArray::number(uidNext)
        + "]\nS: P3 OK [READ-ONLY] done\n";
}

inline const QByteArray fetchSizes = " (UID INTERNALDATE RFC822.SIZE)\n";
inline const QByteArray fetchTexts = " (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])\n";

/// What a server says about one message: its size, or its text as well.
inline QByteArray told(int uid, const QByteArray &text, bool withText, const QByteArray &day = "02-Mar-2026")
{
    QByteArray line = "S: * 1 FETCH (UID " + QByteArray::number(uid) + " INTERNALDATE \"" + day
        + " 10:00:00 +0000\" RFC822.SIZE " + QByteArray::number(text.size());
    if (withText)
        line += " BODY[] \"" + text + '"';
    return line + ")\n";
}

inline QByteArray storedCursor(int lastUid, int windowEnd = 0, int uidValidity = 7)
{
    return QByteArray("{\"folder\":\"INBOX\",\"uidvalidity\":%1,\"lastUid\":%2,\"windowEnd\":%3}")
        .replace("%1", QByteArray::number(uidValidity))
        .replace("%2", QByteArray::number(lastUid))
        .replace("%3", QByteArray::number(windowEnd));
}

} // namespace patchbay::tests

/// Waits until the scripts are played to their end; says where they stand otherwise.
#define PATCHBAY_PLAYED(bench)                                                                                         \
    do {                                                                                                               \
        const bool allPlayed = QTest::qWaitFor([&] { return (bench).server.isPlayed(); }, 5000);                       \
        QVERIFY2(allPlayed, qPrintable((bench).server.state()));                                                       \
    } while (false)
