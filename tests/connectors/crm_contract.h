#pragma once

#include "support/contract_server.h"
#include "support/recorded_side.h"

namespace patchbay::tests {

/// connectors/crm/<id>/contract.json: which of the contract server's APIs a connector is held against.
///
/// "api": its name there; "prefix": what comes after it in the connector's "url"; "others": {"/v1": "name"} for paths
/// that another API of the same vendor has; "documented": {"<place of a violation>": "where the vendor's documentation
/// says otherwise"}. The place is the journal's "at", or, for a property that the contract lacks, "at" and its name:
/// "/fields/duedate". It may be a place of one call only: "POST /issue/1/attachments /".
struct CrmContract {
    QString api = {};
    QString prefix = {};
    QJsonObject others = {};
    QJsonObject documented = {};

    bool isThere() const { return !api.isEmpty(); }

    static CrmContract of(const QString &connector)
    {
        const QJsonObject json =
            fixtureFile(connectorsFolder() + QStringLiteral("/crm/%1/contract.json").arg(connector));
        return {json.value(QLatin1String("api")).toString(), json.value(QLatin1String("prefix")).toString(),
                json.value(QLatin1String("others")).toObject(), json.value(QLatin1String("documented")).toObject()};
    }

    QStringList apis() const
    {
        QStringList all{api};
        for (const QJsonValue &other : others)
            all.append(other.toString());
        return all;
    }

    QString apiOf(const QString &path) const
    {
        for (auto it = others.begin(); it != others.end(); ++it) {
            if (path.startsWith(it.key()))
                return it.value().toString();
        }
        return api;
    }

    bool isDocumented(const QJsonObject &violation) const
    {
        static const QRegularExpression name(QStringLiteral("\\(([^()]+)\\)$"));
        const QString at = violation.value(QLatin1String("at")).toString();
        const QString property = name.match(violation.value(QLatin1String("message")).toString()).captured(1);
        const QString place = at == QLatin1String("/") ? QString() : at;
        return documented.contains(at)
            || (!property.isEmpty() && documented.contains(place + QLatin1Char('/') + property));
    }
    /// Those that no documentation excuses, as sentences.
    QStringList complaints(const QString &about, const QJsonArray &violations) const
    {
        QStringList all;
        for (const QJsonValue &one : violations) {
            const QString at = one.toObject().value(QLatin1String("at")).toString();
            if (!isDocumented(one.toObject()) && !documented.contains(about + QLatin1Char(' ') + at))
                all << about + QStringLiteral(": ")
                        + QString::fromUtf8(QJsonDocument(one.toObject()).toJson(QJsonDocument::Compact));
        }
        return all;
    }
};

/// Takes a connector's requests over the network to the contract server, with the recorded reply queued there for each,
/// after the server has looked at that reply. A sign-in (an exchange with an absolute address and no "operation") is no
/// part of the contract: the recording answers it. So it does after a documented violation, because the server answers
/// those with a refusal; the server still sees and judges every request.
class ContractTransport final : public Transport {
public:
    ContractTransport(ContractServer &server, CrmContract contract, QJsonArray dialogue)
        : m_server(server)
        , m_contract(std::move(contract))
        , m_dialogue(std::move(dialogue))
    {
    }

    Async<Result<Reply>> perform(Request request) override
    {
        if (m_next >= m_dialogue.size()) {
            m_complaints << QStringLiteral("not recorded: ") + nameOf(request);
            co_return makeError(Error::Kind::Refused, QStringLiteral("not recorded"));
        }
        const QJsonObject exchange = m_dialogue.at(m_next++).toObject();
        const QJsonObject wanted = exchange.value(QLatin1String("request")).toObject();
        const Reply recorded = RecordedSide::replyOf(exchange);
        QString operation = wanted.value(QLatin1String("operation")).toString();
        if (operation.isEmpty() && wanted.value(QLatin1String("path")).toString().startsWith(QLatin1String("http")))
            co_return recorded;
        const QUrl address = addressAtServer(request.url());
        const QString path = address.path(QUrl::FullyEncoded).section(QLatin1Char('/'), 2).prepend(QLatin1Char('/'));
        const QString api = address.path().section(QLatin1Char('/'), 1, 1);
        const QString sent = QString::fromUtf8(request.method()) + QLatin1Char(' ') + path;
        operations << (operation.isEmpty() ? sent : operation);
        if (m_fromServer) {
            const QJsonObject reply = exchange.value(QLatin1String("reply")).toObject();
            auto queueing = queue(api, operations.last(), sent, reply);
            co_await std::move(queueing);
        }
        auto asking = m_server.transport().perform(Request(request).at(address));
        const Result<Reply> reply = co_await std::move(asking);
        m_fromServer = m_fromServer && (!reply || reply->header("x-contract") != "violation");
        co_return m_fromServer ? reply : Result<Reply>(recorded);
    }

    /// What went wrong, one line each; and what was recorded but never asked.
    QStringList complaints() const
    {
        QStringList all = m_complaints;
        for (qsizetype i = m_next; i < m_dialogue.size(); ++i)
            all << QStringLiteral("never asked: ")
                    + m_dialogue.at(i)[QLatin1String("request")][QLatin1String("path")].toString();
        return all;
    }

    QStringList operations; ///< what the server was asked, in order: "GET /items/{id}"

private:
    static QString nameOf(const Request &request)
    {
        return QString::fromUtf8(request.method()) + QLatin1Char(' ') + request.url().toString();
    }
    /// Where the address lies at the server: a sign-in may have named another host, and another API may have the path.
    QUrl addressAtServer(const QUrl &asked) const
    {
        const QString base = m_server.urlOf(m_contract.api);
        const QString whole = asked.toString(QUrl::FullyEncoded);
        const QString path = whole.startsWith(base)
            ? whole.mid(base.size())
            : asked.toString(QUrl::FullyEncoded | QUrl::RemoveScheme | QUrl::RemoveAuthority);
        return QUrl(m_server.urlOf(m_contract.apiOf(path)) + path);
    }
    Async<Result<Done>> queue(QString api, QString operation, QString sent, QJsonObject reply)
    {
        const int status = reply.value(QLatin1String("status")).toInt();
        const bool hasBody = reply.contains(QLatin1String("body"));
        if (hasBody && status < 400) {
            QJsonObject looked{{QStringLiteral("op"), operation}};
            looked.insert(QStringLiteral("status"), status);
            looked.insert(QStringLiteral("body"), reply.value(QLatin1String("body")));
            auto checking = m_server.control("POST", QStringLiteral("/__check/") + api, looked);
            const Result<Reply> verdict = co_await std::move(checking);
            // A GraphQL schema says what may be asked; its answers are not looked at.
            const bool knows = verdict && verdict->status == 200;
            const QJsonObject json = knows ? QJsonDocument::fromJson(verdict->body).object() : QJsonObject();
            m_complaints << m_contract.complaints(QStringLiteral("reply to ") + operation,
                                                  json.value(QLatin1String("errors")).toArray());
            if (verdict && verdict->status == 404 && !m_contract.documented.contains(sent.section(QLatin1Char(' '), 1)))
                m_complaints
                    << QStringLiteral("the contract has no \"%1\": name the exchange's operation").arg(operation);
        }
        QJsonObject queued{{QStringLiteral("api"), api}, {QStringLiteral("match"), sent}};
        queued.insert(QStringLiteral("status"), status);
        queued.insert(QStringLiteral("headers"), reply.value(QLatin1String("headers")).toObject());
        queued.insert(QStringLiteral("force"), true);
        if (hasBody) // as a text, which the server hands on as it is: its numbers end at 2^53
            queued.insert(QStringLiteral("body"), QString::fromUtf8(CrmBench::bodyOf(reply)));
        auto queueing = m_server.control("POST", QStringLiteral("/__ctl"), queued);
        const Result<Reply> ready = co_await std::move(queueing);
        if (!ready || ready->status != 200)
            m_complaints << QStringLiteral("the contract server does not take a reply for ") + sent;
        co_return Done{};
    }

    ContractServer &m_server;
    CrmContract m_contract;
    QJsonArray m_dialogue;
    qsizetype m_next = 0;
    bool m_fromServer = true;
    QStringList m_complaints;
};

} // namespace patchbay::tests
