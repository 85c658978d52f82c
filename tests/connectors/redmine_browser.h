#pragma once

#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QTimer>
#include <QtCore/QUrlQuery>
#include <QtCore/QUuid>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

namespace patchbay::tests {

/// The private Redmine of this test run, as an administrator with a browser sees it: rendered pages, cookies, forms.
class RedmineBrowser {
public:
    RedmineBrowser()
    {
        QFile file(qEnvironmentVariable("PATCHBAY_TEST_REDMINE"));
        if (!file.fileName().isEmpty() && file.open(QIODevice::ReadOnly))
            m_json = QJsonDocument::fromJson(file.readAll()).object();
    }
    bool isThere() const { return !m_json.isEmpty(); }
    QString text(const char *key) const { return m_json.value(QLatin1String(key)).toVariant().toString(); }

    /// A call of the REST API as the administrator; the answer's JSON.
    QJsonObject api(const QByteArray &method, const QString &path, const QJsonObject &body = {})
    {
        QNetworkRequest request(QUrl(text("url") + path));
        request.setRawHeader("X-Redmine-API-Key", text("admin_key").toUtf8());
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        const QByteArray bytes = body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson();
        return QJsonDocument::fromJson(wait(m_api.sendCustomRequest(request, method, bytes))).object();
    }

    /// Makes an administrator with a password and signs in as them. True when a page says so.
    bool signIn()
    {
        const QString name = QStringLiteral("b%1").arg(QUuid::createUuid().toString(QUuid::Id128).left(12));
        const QString password = QUuid::createUuid().toString(QUuid::Id128);
        const QJsonObject user{{QStringLiteral("login"), name},
                               {QStringLiteral("password"), password},
                               {QStringLiteral("firstname"), QStringLiteral("Test")},
                               {QStringLiteral("lastname"), QStringLiteral("Browser")},
                               {QStringLiteral("mail"), name + QStringLiteral("@example.test")},
                               {QStringLiteral("admin"), true}};
        api("POST", QStringLiteral("/users.json"), {{QStringLiteral("user"), user}});
        submit(QStringLiteral("/login"), QStringLiteral("/login"),
               {{QStringLiteral("username"), name}, {QStringLiteral("password"), password}});
        return page(QStringLiteral("/my/account")).contains(name.toUtf8());
    }

    /// "textile", "markdown" or "common_mark", for the whole server.
    bool formatWith(const QString &formatter)
    {
        submit(QStringLiteral("/settings"), QStringLiteral("/settings/edit?tab=general"),
               {{QStringLiteral("settings[text_formatting]"), formatter}});
        const QString settings = QString::fromUtf8(page(QStringLiteral("/settings?tab=general")));
        return settings.contains(QRegularExpression(
            QStringLiteral("<option selected=\"selected\" value=\"%1\">").arg(QRegularExpression::escape(formatter))));
    }

    QByteArray page(const QString &path) { return wait(m_web.get(QNetworkRequest(QUrl(text("url") + path)))); }

    /// The description of an issue as the page shows it: HTML.
    QString renderedDescription(const QString &issue)
    {
        const QString html = QString::fromUtf8(page(QStringLiteral("/issues/") + issue));
        const qsizetype block = html.indexOf(QStringLiteral("<div class=\"description\">"));
        const qsizetype from = html.indexOf(QStringLiteral("<div class=\"wiki\">"), block);
        const qsizetype to = html.indexOf(QStringLiteral("Patchbay-Key: "), from);
        if (block < 0 || from < 0 || to < 0)
            return {};
        return html.mid(from + 18, to - from - 18);
    }

private:
    void submit(const QString &formPage, const QString &action, const QList<QPair<QString, QString>> &fields)
    {
        const QString form = QString::fromUtf8(page(formPage));
        const QRegularExpression token(QStringLiteral("name=\"authenticity_token\" value=\"([^\"]+)\""));
        QByteArray body = "authenticity_token=" + QUrl::toPercentEncoding(token.match(form).captured(1));
        for (const auto &[name, value] : fields)
            body += '&' + QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
        QNetworkRequest request(QUrl(text("url") + action));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
        wait(m_web.post(request, body));
    }
    static QByteArray wait(QNetworkReply *reply)
    {
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        QTimer::singleShot(30000, reply, [reply] { reply->abort(); });
        if (!reply->isFinished())
            loop.exec();
        reply->deleteLater();
        return reply->readAll();
    }

    QJsonObject m_json;
    QNetworkAccessManager m_web; // keeps the session's cookie
    QNetworkAccessManager m_api;
};

} // namespace patchbay::tests
