#pragma once

#include "support/crm_fixture.h"

namespace patchbay::tests {

/// One recorded dialogue with a model's vendor.
struct AiFixture {
    QString connector = {};
    QString name = {};
    QJsonObject json = {};

    bool asks() const { return json.value(QLatin1String("do")).toString() == QLatin1String("ask"); }
    QJsonObject given() const { return json.value(QLatin1String("given")).toObject(); }
    QJsonArray dialogue() const { return json.value(QLatin1String("dialogue")).toArray(); }
    QJsonValue expected() const { return json.value(QLatin1String("expect")); }
    bool isAnswered() const { return asks() && !expected()[QLatin1String("error")].isString(); }

    ModelQuestion question() const
    {
        const QJsonObject q = given().value(QLatin1String("question")).toObject();
        ModelQuestion question;
        question.key = q.value(QLatin1String("key")).toString();
        question.instructions = q.value(QLatin1String("instructions")).toString();
        question.text = q.value(QLatin1String("text")).toString();
        question.schemaName = q.value(QLatin1String("schema_name")).toString();
        question.schema = q.value(QLatin1String("schema")).toObject();
        question.maxOutputTokens = q.value(QLatin1String("max_output_tokens")).toInt();
        return question;
    }
};

inline std::vector<AiFixture> aiFixtures(const QString &connector)
{
    std::vector<AiFixture> all;
    const QDir folder(connectorsFolder() + QStringLiteral("/ai/%1/fixtures").arg(connector));
    const QStringList names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        AiFixture fixture{connector, QFileInfo(name).baseName(), {}};
        if (file.open(QIODevice::ReadOnly))
            fixture.json = QJsonDocument::fromJson(file.readAll()).object();
        all.push_back(fixture);
    }
    return all;
}

/// A model's connector under test with everything it stands on.
struct AiBench {
    HandClock clock;
    ScriptedTransport far;
    std::unique_ptr<LanguageModel> model;

    void open(const AiFixture &fixture)
    {
        clock.at = Timestamp::from(QDateTime::fromString(QStringLiteral("2026-03-04T12:00:00Z"), Qt::ISODate));
        const Catalog catalog = makeCatalog({&far, {}, &clock, [] { return 0.5; }});
        const ModelConnectorInfo *info = catalog.model(fixture.connector);
        if (!info)
            qFatal("there is no connector \"%s\"", qPrintable(fixture.connector));
        AccountConfig account;
        account.name = fixture.connector;
        account.settings = fixture.given().value(QLatin1String("settings")).toObject();
        for (const FormField &field : info->form) {
            if (field.kind == FormField::Kind::Secret)
                account.secrets.insert(field.key, madeUpSecret(field.key));
        }
        const Result<Done> checked = info->check(account);
        if (!checked)
            qFatal("%s: %s", qPrintable(fixture.name), qPrintable(checked.error().message));
        model = info->create(account);
    }
    Exchange &script(const QJsonObject &recorded)
    {
        CrmBench bench;
        const QJsonObject reply = recorded.value(QLatin1String("reply")).toObject();
        const QJsonObject request = recorded.value(QLatin1String("request")).toObject();
        Exchange &exchange = far.expect(request.value(QLatin1String("method")).toString().toUtf8(),
                                        request.value(QLatin1String("path")).toString().toUtf8());
        const QJsonObject headers = request.value(QLatin1String("headers")).toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it)
            exchange.hasHeader(it.key().toUtf8(),
                               it.value()
                                   .toString()
                                   .replace(QLatin1String("{secret:api_key}"), madeUpSecret(QStringLiteral("api_key")))
                                   .toUtf8());
        if (request.value(QLatin1String("body")).isObject())
            exchange.bodyIs(request.value(QLatin1String("body")).toObject());
        exchange.reply(reply.value(QLatin1String("status")).toInt(), CrmBench::bodyOf(reply),
                       reply.value(QLatin1String("type")).toString().toUtf8());
        const QJsonObject more = reply.value(QLatin1String("headers")).toObject();
        for (auto it = more.begin(); it != more.end(); ++it)
            exchange.withHeader(it.key().toUtf8(), it.value().toString().toUtf8());
        return exchange;
    }
};

} // namespace patchbay::tests
