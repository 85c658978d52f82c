#pragma once

#include "connectors/kit/services.h"
#include "core/ports/catalog.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>

#include <map>
#include <memory>

namespace patchbay::tests {

/// One recorded dialogue of a connector's folder: what is given, what is asked, what comes back, what we make of it.
struct CrmFixture {
    QString connector = {};
    QString name = {};
    QJsonObject json = {};

    QString action() const { return json.value(QLatin1String("do")).toString(); }
    QJsonObject given() const { return json.value(QLatin1String("given")).toObject(); }
    QJsonArray dialogue() const { return json.value(QLatin1String("dialogue")).toArray(); }
    QJsonValue expected() const { return json.value(QLatin1String("expect")); }
    /// Ends well over there: the last call is accepted.
    bool isAccepted() const
    {
        const bool isRead =
            dialogue().last()[QLatin1String("request")][QLatin1String("method")] == QLatin1String("GET");
        return action() == QLatin1String("deliver") && !isRead && !expected()[QLatin1String("error")].isString();
    }
    DeliveryRequest request() const
    {
        return {given().value(QLatin1String("key")).toString(), given().value(QLatin1String("task")).toObject(), 1};
    }
};

/// Fixtures hold no secrets; this stands for one.
inline QString madeUpSecret(const QString &field) { return QStringLiteral("made-up-%1-4f1c9a7e").arg(field); }

inline QString connectorsFolder() { return QStringLiteral(PATCHBAY_CONNECTORS); }

/// The catalog of this build, for looking at.
inline const Catalog &wholeCatalog()
{
    static HandClock clock;
    static ScriptedTransport far;
    static const Catalog catalog = makeCatalog({&far, {}, &clock, [] { return 0.5; }});
    return catalog;
}

inline QJsonObject fixtureFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

/// All fixtures of connectors/crm/<id>; a file that is no JSON object is one without an action. What a fixture's
/// "given" lacks comes from given.json beside it.
inline const std::vector<CrmFixture> &crmFixtures(const QString &connector)
{
    static std::map<QString, std::vector<CrmFixture>> read; // thousands of rows ask for them
    std::vector<CrmFixture> &all = read[connector];
    if (!all.empty())
        return all;
    const QDir folder(connectorsFolder() + QStringLiteral("/crm/%1/fixtures").arg(connector));
    const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    const QJsonObject common = fixtureFile(folder.filePath(QStringLiteral("given.json")));
    for (const QString &name : names) {
        if (name == QLatin1String("given.json"))
            continue;
        QJsonObject json = fixtureFile(folder.filePath(name));
        QJsonObject given = json.value(QLatin1String("given")).toObject();
        for (auto it = common.begin(); it != common.end(); ++it) {
            if (!given.contains(it.key()))
                given.insert(it.key(), it.value());
        }
        if (!json.isEmpty())
            json.insert(QLatin1String("given"), given);
        all.push_back({connector, QFileInfo(name).baseName(), json});
    }
    return all;
}

/// The fixture's account, with made-up secrets.
inline AccountConfig accountOf(const CrmFixture &fixture, const CrmConnectorInfo &info)
{
    AccountConfig account;
    account.name = fixture.connector;
    account.settings = fixture.given().value(QLatin1String("settings")).toObject();
    for (const FormField &field : info.form) {
        if (field.kind == FormField::Kind::Secret)
            account.secrets.insert(field.key, madeUpSecret(field.key));
    }
    return account;
}

inline Timestamp timeOf(const CrmFixture &fixture)
{
    return Timestamp::from(QDateTime::fromString(fixture.given().value(QLatin1String("now")).toString(), Qt::ISODate));
}

/// The files that a fixture is given, {"<sha256>": "content"}: what ConnectorServices::readFile reads.
inline Async<Result<QByteArray>> fileOf(QJsonObject files, QByteArray sha256)
{
    const QJsonValue text = files.value(QString::fromLatin1(sha256));
    if (!text.isString())
        co_return makeError(Error::Kind::NotFound, QStringLiteral("no such file"));
    co_return text.toString().toUtf8();
}

/// A connector under test with everything it stands on.
struct CrmBench {
    HandClock clock;
    ScriptedTransport far;
    ConnectorServices services;
    std::unique_ptr<CrmConnector> connector;
    QHash<QString, QString> stored; ///< secrets that were renewed

    CrmBench()
    {
        services = {&far, {}, &clock, [] { return 0.5; }};
        far.takesTime([this] { clock.at.us += 250'000; }); // else the vendor's rate limit is waited for in earnest
        services.storeSecret = [this](AccountConfig, QString field, QString value) {
            stored.insert(field, value);
            return storedNow();
        };
    }

    static Async<Result<Done>> storedNow() { co_return Done{}; }

    void open(const CrmFixture &fixture)
    {
        clock.at = timeOf(fixture);
        services.readFile = [files = fixture.given().value(QLatin1String("files")).toObject()](QByteArray sha256) {
            return fileOf(files, std::move(sha256));
        };
        const Catalog catalog = makeCatalog(services, fixture.connector);
        const CrmConnectorInfo *info = catalog.crm(fixture.connector);
        if (!info)
            qFatal("there is no connector \"%s\"", qPrintable(fixture.connector));
        connector = info->create(accountOf(fixture, *info));
    }

    /// Puts one recorded exchange into the script and returns it, so that a law can change the answer.
    Exchange &script(const QJsonObject &recorded)
    {
        const QJsonObject request = recorded.value(QLatin1String("request")).toObject();
        const QJsonObject reply = recorded.value(QLatin1String("reply")).toObject();
        Exchange &exchange = far.expect(request.value(QLatin1String("method")).toString().toUtf8(),
                                        withSecrets(request.value(QLatin1String("path"))).toString().toUtf8());
        const QJsonObject headers = request.value(QLatin1String("headers")).toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it) {
            const QString value = withSecrets(it.value()).toString();
            exchange.hasHeader(it.key().toUtf8(), value.toUtf8());
        }
        if (request.contains(QLatin1String("body")))
            exchange.bodyIs(withSecrets(request.value(QLatin1String("body"))));
        exchange.reply(reply.value(QLatin1String("status")).toInt(), bodyOf(reply),
                       reply.value(QLatin1String("type")).toString(QStringLiteral("application/json")).toUtf8());
        const QJsonObject answered = reply.value(QLatin1String("headers")).toObject();
        for (auto it = answered.begin(); it != answered.end(); ++it)
            exchange.withHeader(it.key().toUtf8(), it.value().toString().toUtf8());
        return exchange;
    }

    /// A body that is a text (a form) may carry secrets, as "{secret:field}".
    static QJsonValue withSecrets(const QJsonValue &body)
    {
        static const QRegularExpression mark(QStringLiteral("\\{secret:([a-z_]+)\\}"));
        if (!body.isString() && !body.isObject())
            return body;
        QString text = body.isString()
            ? body.toString()
            : QString::fromUtf8(QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact));
        for (auto match = mark.match(text); match.hasMatch(); match = mark.match(text))
            text.replace(match.captured(), madeUpSecret(match.captured(1)));
        if (body.isString())
            return text;
        return QJsonDocument::fromJson(text.toUtf8()).object();
    }

    static QByteArray bodyOf(const QJsonObject &reply)
    {
        const QJsonValue body = reply.value(QLatin1String("body"));
        if (body.isObject())
            return QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact);
        if (body.isArray())
            return QJsonDocument(body.toArray()).toJson(QJsonDocument::Compact);
        return body.toString().toUtf8();
    }
};

} // namespace patchbay::tests
