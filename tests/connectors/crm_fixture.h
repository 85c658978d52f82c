#pragma once

#include "connectors/kit/services.h"
#include "core/ports/catalog.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>

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
    /// Ends well over there: something is accepted.
    bool isAccepted() const
    {
        return action() == QLatin1String("deliver") && !expected()[QLatin1String("error")].isString();
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
inline Catalog wholeCatalog()
{
    static HandClock clock;
    static ScriptedTransport far;
    return makeCatalog({&far, {}, &clock, [] { return 0.5; }});
}

/// All fixtures of connectors/crm/<id>; a file that is no JSON object is one without an action.
inline std::vector<CrmFixture> crmFixtures(const QString &connector)
{
    std::vector<CrmFixture> all;
    const QDir folder(connectorsFolder() + QStringLiteral("/crm/%1/fixtures").arg(connector));
    const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        CrmFixture fixture{connector, QFileInfo(name).baseName(), {}};
        if (file.open(QIODevice::ReadOnly))
            fixture.json = QJsonDocument::fromJson(file.readAll()).object();
        all.push_back(fixture);
    }
    return all;
}

/// A connector under test with everything it stands on.
struct CrmBench {
    HandClock clock;
    ScriptedTransport far;
    ConnectorServices services;
    std::unique_ptr<CrmConnector> connector;

    CrmBench()
    {
        services = {&far, {}, &clock, [] { return 0.5; }};
    }

    void open(const CrmFixture &fixture)
    {
        clock.at =
            Timestamp::from(QDateTime::fromString(fixture.given().value(QLatin1String("now")).toString(), Qt::ISODate));
        const Catalog catalog = makeCatalog(services);
        const CrmConnectorInfo *info = catalog.crm(fixture.connector);
        if (!info)
            qFatal("there is no connector \"%s\"", qPrintable(fixture.connector));
        AccountConfig account;
        account.name = fixture.connector;
        account.settings = fixture.given().value(QLatin1String("settings")).toObject();
        for (const FormField &field : info->form) {
            if (field.kind == FormField::Kind::Secret)
                account.secrets.insert(field.key, madeUpSecret(field.key));
        }
        connector = info->create(account);
    }

    /// Puts one recorded exchange into the script and returns it, so that a law can change the answer.
    Exchange &script(const QJsonObject &recorded)
    {
        const QJsonObject request = recorded.value(QLatin1String("request")).toObject();
        const QJsonObject reply = recorded.value(QLatin1String("reply")).toObject();
        Exchange &exchange = far.expect(request.value(QLatin1String("method")).toString().toUtf8(),
                                        request.value(QLatin1String("path")).toString().toUtf8());
        const QJsonObject headers = request.value(QLatin1String("headers")).toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it) {
            QString value = it.value().toString();
            if (value.startsWith(QLatin1String("{secret:")))
                value = madeUpSecret(value.mid(8).chopped(1));
            exchange.hasHeader(it.key().toUtf8(), value.toUtf8());
        }
        if (request.contains(QLatin1String("body")))
            exchange.bodyIs(request.value(QLatin1String("body")).toObject());
        return exchange.reply(reply.value(QLatin1String("status")).toInt(), bodyOf(reply),
                              reply.value(QLatin1String("type")).toString().toUtf8());
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
