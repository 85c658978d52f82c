#pragma once

#include "support/whole_request.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <deque>

namespace patchbay::tests {

/// A tracker that speaks as much of Redmine's interface as making and finding an issue needs, plays a script, and keeps
/// a ledger of what it took. Answers while the test's event loop turns.
class TrackerServer final : public QTcpServer {
public:
    enum class Answer {
        Take,
        Refuse, ///< 422
        Fail, ///< 503
        LoseAnswer, ///< taken, and the connection closed
        LoseRequest, ///< not taken, and the connection closed
    };

    TrackerServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
    }

    std::deque<Answer> script = {}; ///< of the creations; with none left it takes them
    QStringList taken = {}; ///< the key of each issue that was made
    QStringList subjects = {};
    int creations = 0; ///< asked for
    int searches = 0;

    QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }
    /// The settings of a target that leads here, for patchbayctl.
    QStringList settings() const
    {
        QStringList arguments;
        for (const QString &one :
             {QStringLiteral("url=") + url(), QStringLiteral("allow_http=true"), QStringLiteral("project=desk"),
              QStringLiteral("key_field=1"), QStringLiteral("deadline_ms=400"), QStringLiteral("index_lag_ms=50")})
            arguments << QStringLiteral("--set") << one;
        return arguments;
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &text = m_texts[socket];
        text += socket->readAll();
        const std::optional<WholeRequest> request = wholeRequest(text);
        if (!request)
            return;
        m_texts.remove(socket);
        const bool creates = request->method == "POST" && request->target.startsWith("/issues.json");
        creates ? create(socket, request->body) : find(socket, request->target);
    }

    void create(QTcpSocket *socket, const QByteArray &body)
    {
        ++creations;
        const Answer step = script.empty() ? Answer::Take : script.front();
        if (!script.empty())
            script.pop_front();
        const QJsonObject issue = QJsonDocument::fromJson(body).object().value(QLatin1String("issue")).toObject();
        if (step == Answer::Refuse)
            return answer(socket, "422 Unprocessable Entity", R"({"errors":["Subject is too long"]})");
        if (step == Answer::Fail)
            return answer(socket, "503 Service Unavailable", "{}");
        if (step != Answer::LoseRequest) {
            taken << issue.value(QLatin1String("custom_fields"))
                         .toArray()
                         .at(0)
                         .toObject()
                         .value(QLatin1String("value"))
                         .toString();
            subjects << issue.value(QLatin1String("subject")).toString();
        }
        if (step != Answer::Take)
            return socket->abort();
        answer(socket, "201 Created",
               QJsonDocument(QJsonObject{{QStringLiteral("issue"), issueJson(taken.size() - 1)}}).toJson());
    }

    void find(QTcpSocket *socket, const QByteArray &target)
    {
        ++searches;
        const QUrl url = QUrl::fromEncoded(target);
        // "=key" is Redmine's way to say that the whole value must be equal.
        const QString wanted = QUrlQuery(url).queryItemValue(QStringLiteral("cf_1"), QUrl::FullyDecoded).mid(1);
        QJsonArray found;
        for (qsizetype i = 0; i < taken.size(); ++i) {
            if (!wanted.isEmpty() && taken.at(i) == wanted)
                found.append(issueJson(i));
        }
        answer(socket, "200 OK",
               QJsonDocument(QJsonObject{{QStringLiteral("issues"), found},
                                         {QStringLiteral("total_count"), found.size()},
                                         {QStringLiteral("offset"), 0},
                                         {QStringLiteral("limit"), 100},
                                         {QStringLiteral("issue_priorities"), QJsonArray()}})
                   .toJson());
    }

    QJsonObject issueJson(qsizetype index) const
    {
        return {{QStringLiteral("id"), index + 1},
                {QStringLiteral("subject"), subjects.at(index)},
                {QStringLiteral("custom_fields"),
                 QJsonArray{QJsonObject{{QStringLiteral("id"), 1}, {QStringLiteral("value"), taken.at(index)}}}}};
    }

    static void answer(QTcpSocket *socket, const QByteArray &status, const QByteArray &body)
    {
        socket->write("HTTP/1.1 " + status
                      + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }

    QHash<QTcpSocket *, QByteArray> m_texts;
};

} // namespace patchbay::tests
