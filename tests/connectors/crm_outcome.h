#pragma once

#include "support/crm_fixture.h"
#include "support/await.h"

namespace patchbay::tests {

/// What a connector makes of a recorded dialogue, written as the fixture writes its expectation.

inline Async<Result<Done>> openGate(int *passes)
{
    ++*passes;
    co_return Done{};
}

/// Delivers the fixture's task; `passes` counts the steps that cannot be taken back.
inline Result<Receipt> delivered(CrmConnector &connector, const CrmFixture &fixture, int *passes)
{
    const BeforeEffect gate = [passes] { return openGate(passes); };
    return await(connector.deliver(fixture.request(), gate));
}

inline QJsonValue errorJson(const Error &error, const QJsonValue &expected)
{
    const QJsonValue says = expected[QLatin1String("says")];
    const bool asExpected = says.isString() && error.message.contains(says.toString());
    return QJsonObject{{QStringLiteral("error"), kindName(error.kind)},
                       {QStringLiteral("ambiguous"), error.ambiguous},
                       {QStringLiteral("says"), asExpected ? says.toString() : error.message}};
}

/// The sentence when it is not what the fixture expects; only the beginning of a preview is written there.
inline QJsonValue sentenceJson(const QString &text, const QJsonValue &expected)
{
    const QString says = expected[QLatin1String("says")].toString();
    return QJsonObject{{QStringLiteral("says"), text.startsWith(says) ? says : text}};
}

inline QJsonValue receiptJson(const Receipt &receipt)
{
    return QJsonObject{{QStringLiteral("id"), receipt.externalId}, {QStringLiteral("url"), receipt.url}};
}

/// With what the receipt says of the files.
inline QJsonValue attachedJson(const Receipt &receipt)
{
    return QJsonObject{{QStringLiteral("id"), receipt.externalId},
                       {QStringLiteral("url"), receipt.url},
                       {QStringLiteral("notice"), receipt.notice}};
}

inline QJsonValue choicesJson(const std::vector<FieldChoice> &choices)
{
    QJsonArray list;
    for (const FieldChoice &choice : choices)
        list.append(QJsonArray{choice.field, choice.value, choice.title});
    return list;
}

inline QJsonValue recordsJson(const std::vector<RemoteRecord> &records)
{
    QJsonArray list;
    for (const RemoteRecord &one : records) {
        const QString changed = one.changed ? one.changed.toDateTime().toUTC().toString(Qt::ISODate) : QString();
        list.append(QJsonObject{{QStringLiteral("id"), one.externalId},
                                {QStringLiteral("title"), one.title},
                                {QStringLiteral("status"), one.status},
                                {QStringLiteral("closed"), one.closed},
                                {QStringLiteral("url"), one.url},
                                {QStringLiteral("changed"), changed}});
    }
    return list;
}

/// Does what the fixture says.
inline QJsonValue outcome(CrmConnector &connector, const CrmFixture &fixture)
{
    const QJsonValue expected = fixture.expected();
    const QString action = fixture.action();
    const auto told = [&expected](const auto &result, const auto &write) {
        return result.ok() ? QJsonValue(write(*result)) : errorJson(result.error(), expected);
    };
    const auto sentence = [&expected](const QString &text) { return sentenceJson(text, expected); };
    if (action == QLatin1String("deliver")) {
        int passes = 0;
        return told(delivered(connector, fixture, &passes), receiptJson);
    }
    if (action == QLatin1String("attach")) { // a task with files
        int passes = 0;
        return told(delivered(connector, fixture, &passes), attachedJson);
    }
    if (action == QLatin1String("lookup")) {
        return told(await(connector.lookUp(fixture.request())),
                    [](const std::optional<Receipt> &found) { return found ? receiptJson(*found) : QJsonValue(); });
    }
    if (action == QLatin1String("status")) {
        const QString id = fixture.given().value(QLatin1String("external_id")).toString();
        return told(await(connector.status(id)), [](const RemoteTask &task) {
            return QJsonObject{{QStringLiteral("status"), task.status},
                               {QStringLiteral("closed"), task.closed},
                               {QStringLiteral("url"), task.url}};
        });
    }
    if (action == QLatin1String("records"))
        return told(await(connector.records(taskPayloadFromJson(fixture.request().payload))), recordsJson);
    if (action == QLatin1String("record_in"))
        return connector.recordIn(fixture.given().value(QLatin1String("typed")).toString());
    if (action == QLatin1String("fields"))
        return told(await(connector.fields()), choicesJson);
    if (action == QLatin1String("test"))
        return told(await(connector.test()), sentence);
    if (action == QLatin1String("preview"))
        return told(connector.preview(fixture.request()), sentence);
    return QStringLiteral("no such action: ") + action;
}

} // namespace patchbay::tests
