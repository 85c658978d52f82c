#pragma once

#include "core/net/network_transport.h"
#include "support/await.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>

namespace patchbay::tests {

/// The server in PATCHBAY_SHARED that refuses what breaks a vendor's own specification, on loopback. Ends with this.
class ContractServer {
public:
    ~ContractServer() { stop(); }

    /// Why it cannot be started here; empty: it can.
    static QString missing()
    {
        if (!QFile::exists(folder() + QStringLiteral("/contractd.cjs")))
            return QStringLiteral("the contract server is not there");
        if (qEnvironmentVariable("PATCHBAY_CONTRACT_MODULES").isEmpty())
            return QStringLiteral("the contract server's modules (PATCHBAY_CONTRACT_MODULES) are not there");
        return {};
    }

    /// The first line that it says has its address. `manifest`: which specifications it has; empty: those of all calls.
    bool start(const QString &manifest = {})
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("CONTRACT_MODULES"), qEnvironmentVariable("PATCHBAY_CONTRACT_MODULES"));
        m_process.setProcessEnvironment(environment);
        m_process.start(QStringLiteral("node"),
                        {folder() + QStringLiteral("/contractd.cjs"), QStringLiteral("--manifest"),
                         manifest.isEmpty() ? folder() + QStringLiteral("/manifest.json") : manifest,
                         QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--strict")});
        if (!m_process.waitForStarted() || !m_process.waitForReadyRead(60000))
            return false;
        const QString line = QString::fromUtf8(m_process.readLine());
        m_address =
            QStringLiteral("http://") + line.section(QStringLiteral("http://"), 1).section(QStringLiteral("/<"), 0, 0);
        return m_address.startsWith(QLatin1String("http://127.0.0.1:"));
    }
    void stop()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished();
    }

    QString address() const { return m_address; }
    /// Where this API is: what stands in a connector's "url".
    QString urlOf(const QString &api) const { return m_address + QLatin1Char('/') + api; }

    /// A specification is read at its first call, and large ones take their time: that is none of a test's own waiting.
    bool hasLoaded(const QString &api)
    {
        if (m_loaded.contains(api))
            return true;
        const Request first = Request("GET", QUrl(urlOf(api) + QLatin1Char('/'))).deadline(std::chrono::minutes(2));
        if (!await(m_transport.perform(first), std::chrono::minutes(3)).ok())
            return false;
        m_loaded.append(api);
        return true;
    }

    /// Forgets what was asked and what was queued.
    bool clear()
    {
        const Result<Reply> cleared = await(control("DELETE", QStringLiteral("/__journal")));
        return cleared.ok() && cleared->status == 200;
    }
    /// What was asked since, in order, each with its "violations".
    QJsonArray journal()
    {
        const Result<Reply> journal = await(control("GET", QStringLiteral("/__journal")));
        return journal.ok() ? QJsonDocument::fromJson(journal->body).array() : QJsonArray();
    }
    /// One call of the server's own: "/__ctl" queues an answer, "/__check/<api>" looks at one.
    Async<Result<Reply>> control(QByteArray method, QString path, QJsonObject body = {})
    {
        Request request(std::move(method), QUrl(m_address + path));
        if (!body.isEmpty())
            request = Request(request).json(body);
        auto answering = m_transport.perform(request);
        co_return co_await std::move(answering);
    }
    Transport &transport() { return m_transport; }

private:
    static QString folder() { return QStringLiteral(PATCHBAY_SHARED "/contracts/harness"); }

    QProcess m_process;
    QString m_address;
    QStringList m_loaded;
    NetworkTransport m_transport;
};

} // namespace patchbay::tests
