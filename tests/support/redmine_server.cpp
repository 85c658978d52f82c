#include "support/servers.h"

#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QTimer>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

RedmineServer::RedmineServer()
{
    QFile file(qEnvironmentVariable("PATCHBAY_TEST_REDMINE"));
    if (!file.fileName().isEmpty() && file.open(QIODevice::ReadOnly))
        m_json = QJsonDocument::fromJson(file.readAll()).object();
}

QByteArray RedmineServer::get(const QString &path) const
{
    return send("GET", path, {});
}

QByteArray RedmineServer::send(const QByteArray &method, const QString &path, const QJsonObject &body) const
{
    QNetworkAccessManager manager;
    QNetworkRequest request(QUrl(text("url") + path));
    request.setRawHeader("X-Redmine-API-Key", text("admin_key").toUtf8());
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(20000);
    QNetworkReply *reply = manager.sendCustomRequest(request, method, body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson());
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    const QByteArray bytes = reply->readAll();
    delete reply;
    return bytes;
}

QList<QJsonObject> RedmineServer::issues() const
{
    QList<QJsonObject> all;
    for (int offset = 0; offset < 5000; offset += 100) { // Redmine gives at most 100 a page
        const QByteArray page = get(u"/issues.json?project_id=%1&status_id=*&limit=100&offset=%2"_s.arg(text("project")).arg(offset));
        const QJsonArray rows = QJsonDocument::fromJson(page).object().value("issues"_L1).toArray();
        for (const QJsonValue &row : rows)
            all << row.toObject();
        if (rows.size() < 100)
            break;
    }
    return all;
}

QList<QJsonObject> RedmineServer::issuesWith(const QString &textInSubject) const
{
    QList<QJsonObject> matching;
    for (const QJsonObject &issue : issues()) {
        if (issue.value("subject"_L1).toString().contains(textInSubject))
            matching << issue;
    }
    return matching;
}

CtlResult runCtl(const QStringList &arguments, const QString &fault, int seconds)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!fault.isEmpty())
        environment.insert(u"PATCHBAY_FAULT"_s, fault);
    process.setProcessEnvironment(environment);
    QEventLoop loop; // turns, so that servers inside the test can answer
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
    process.start(QString::fromUtf8(PATCHBAYCTL), arguments);
    process.closeWriteChannel();
    loop.exec();
    CtlResult result;
    if (process.state() != QProcess::NotRunning && !process.waitForFinished(100)) {
        process.kill();
        process.waitForFinished();
        result.err = "took too long\n";
    }
    result.crashed = process.exitStatus() == QProcess::CrashExit;
    result.status = result.crashed ? -1 : process.exitCode();
    result.out = process.readAllStandardOutput();
    result.err += process.readAllStandardError();
    result.json = QJsonDocument::fromJson(result.out).object();
    return result;
}

} // namespace patchbay::tests
