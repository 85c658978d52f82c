#pragma once

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

namespace patchbay::tests {

/// A vendor of models that speaks as much of OpenAI's interface for batches as making one and reading it needs, and
/// keeps what it took: each file of questions is a batch. Answers while the test's event loop turns.
class BatchServer final : public QTcpServer {
public:
    BatchServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
    }

    QList<QByteArray> files = {}; ///< uploads, as they came
    int batches = 0; ///< made of the last file
    bool hasEnded = false;

    QString url() const { return QStringLiteral("http://127.0.0.1:%1/v1").arg(serverPort()); }
    /// Of the last file.
    QJsonArray questions() const
    {
        QJsonArray all;
        for (const QByteArray &line : files.isEmpty() ? QList<QByteArray>() : files.last().split('\n')) {
            if (line.startsWith('{'))
                all.append(QJsonDocument::fromJson(line).object());
        }
        return all;
    }
    /// The first category that may be answered.
    QString firstCategory() const
    {
        return questions()[0][QLatin1String("body")][QLatin1String("text")][QLatin1String("format")][QLatin1String(
            "schema")][QLatin1String("properties")][QLatin1String("category")][QLatin1String("enum")][0]
            .toString();
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &text = m_texts[socket];
        text += socket->readAll();
        const qsizetype head = text.indexOf("\r\n\r\n");
        const qsizetype at = text.toLower().indexOf("content-length:");
        const qsizetype length = at < 0 || at > head ? 0 : text.mid(at + 15, 12).split('\r').first().trimmed().toInt();
        if (head < 0 || text.size() < head + 4 + length)
            return;
        const QByteArray request = text.left(text.indexOf('\r'));
        const QByteArray body = text.mid(head + 4, length);
        m_texts.remove(socket);
        if (request.startsWith("POST /v1/files ")) {
            files << body;
            return answer(socket, R"({"id": "file-in", "object": "file"})");
        }
        if (request.contains("/v1/files/file-out/content "))
            return answer(socket, results());
        batches += request.startsWith("POST /v1/batches ") ? 1 : 0;
        answer(socket,
               hasEnded ? R"({"id": "batch_1", "status": "completed", "output_file_id": "file-out"})"
                        : R"({"id": "batch_1", "status": "in_progress", "output_file_id": null})");
    }

    QByteArray results() const
    {
        const auto text = [](const char *value) { return QLatin1String(value); };
        const QJsonObject said{{text("category"), firstCategory()}, {text("reason"), text("It asks for that.")}};
        const QJsonObject part{{text("type"), text("output_text")},
                               {text("text"), QString::fromUtf8(QJsonDocument(said).toJson(QJsonDocument::Compact))}};
        const QJsonObject output{{text("type"), text("message")}, {text("content"), QJsonArray{part}}};
        const QJsonObject reply{{text("id"), text("resp_1")},
                                {text("status"), text("completed")},
                                {text("model"), text("small")},
                                {text("output"), QJsonArray{output}},
                                {text("usage"), QJsonObject{{text("input_tokens"), 200}, {text("output_tokens"), 20}}}};
        QByteArray lines;
        for (const QJsonValue &one : questions()) {
            const QJsonObject response{{text("status_code"), 200}, {text("body"), reply}};
            const QJsonObject line{{text("custom_id"), one[text("custom_id")]}, {text("response"), response}};
            lines += QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
        }
        return lines;
    }

    static void answer(QTcpSocket *socket, const QByteArray &body)
    {
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }

    QHash<QTcpSocket *, QByteArray> m_texts;
};

} // namespace patchbay::tests
