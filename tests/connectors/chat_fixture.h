#pragma once

#include "chat_bench.h"
#include "core/model/names.h"
#include "support/crm_fixture.h"

namespace patchbay::tests {

/// One recorded thing of a channel's folder. "do" says what:
/// - "parse": "given" has the raw "item" (or its text, "raw"), "expect" what it tells (only what is named there);
/// - "deliver": "given" has "message" (thread, text, marks, answers, quotes, answered_at, template, reply_handle, and
/// files, whose content stands in "given"."files" by their hash) and "key"; the dialogue; "expect" the receipt or the
/// error;
/// - "change": "given" has the "change" (thread, status, until; or assignee and mail; or label and on; or message, text
/// and marks), the dialogue; "expect" as for "deliver";
/// - "look": one look at an inbox that is asked, from "given"."cursor"; "expect" the source keys and the cursor;
/// - "test": the connection test and its sentence;
/// - "file": "given"."remote", and the "text" that the file has;
/// - "start": it is started, reached at "given"."place" where it is called; where it opens a socket, "given"."frames"
/// come over it. The dialogue is what it asks then.
struct ChatFixture {
    QString connector = {};
    QString name = {};
    QJsonObject json = {};

    QString action() const { return json.value(QLatin1String("do")).toString(); }
    QJsonObject given() const { return json.value(QLatin1String("given")).toObject(); }
    QJsonArray dialogue() const { return json.value(QLatin1String("dialogue")).toArray(); }
    QJsonObject expected() const { return json.value(QLatin1String("expect")).toObject(); }
    bool isAccepted() const
    {
        return action() == QLatin1String("deliver") && !expected().contains(QLatin1String("error"));
    }

    RawItem item() const
    {
        RawItem item;
        item.sourceKey = given().value(QLatin1String("source")).toString(QStringLiteral("test:1"));
        const QJsonValue whole = given().value(QLatin1String("item"));
        item.raw = whole.isObject() ? QJsonDocument(whole.toObject()).toJson(QJsonDocument::Compact)
                                    : given().value(QLatin1String("raw")).toString().toUtf8();
        return item;
    }
    /// As parsers have it: without secrets.
    AccountConfig account() const
    {
        AccountConfig account;
        account.settings = given().value(QLatin1String("settings")).toObject();
        return account;
    }
    OutboundMessage message() const
    {
        const QJsonObject told = given().value(QLatin1String("message")).toObject();
        OutboundMessage message =
            chatReplyTo(told.value(QLatin1String("thread")).toString(), told.value(QLatin1String("text")).toString(),
                        told.value(QLatin1String("answers")).toString());
        message.answeredAt = {told.value(QLatin1String("answered_at")).toInteger(0)};
        message.quotes = told.value(QLatin1String("quotes")).toBool();
        if (const auto marks = marksFromJson(told.value(QLatin1String("marks")).toArray(), message.text.size()))
            message.marks = *marks;
        message.replyHandle = told.value(QLatin1String("reply_handle")).toObject();
        if (const Result<TemplateUse> use = templateFromJson(told.value(QLatin1String("template")).toObject()))
            message.templated = *use;
        message.files = filesFrom(told.value(QLatin1String("files")).toArray());
        return message;
    }
    ChatChange change() const
    {
        const QJsonObject told = given().value(QLatin1String("change")).toObject();
        ChatChange change;
        change.threadKey = told.value(QLatin1String("thread")).toString();
        if (told.contains(QLatin1String("message"))) {
            change.what = ChatChange::What::Words;
            change.message = told.value(QLatin1String("message")).toString();
            change.words.text = told.value(QLatin1String("text")).toString();
            const auto marks = marksFromJson(told.value(QLatin1String("marks")).toArray(), change.words.text.size());
            change.words.marks = marks ? *marks : std::vector<MarkSpan>();
        } else if (told.contains(QLatin1String("assignee"))) {
            change.what = ChatChange::What::Assignee;
            change.name = told.value(QLatin1String("assignee")).toString();
            change.mail = told.value(QLatin1String("mail")).toString();
        } else if (told.contains(QLatin1String("label"))) {
            change.what = ChatChange::What::Label;
            change.label = told.value(QLatin1String("label")).toString();
            change.on = told.value(QLatin1String("on")).toBool();
        } else {
            change.status = conversationStatusFrom(told.value(QLatin1String("status")).toString());
            change.until = {told.value(QLatin1String("until")).toInteger() * 1000000};
        }
        return change;
    }
    QString key() const { return given().value(QLatin1String("key")).toString(); }
};

/// All of connectors/chat/<id>/fixtures. What a fixture's "given" lacks comes from given.json beside it.
inline std::vector<ChatFixture> chatFixtures(const QString &connector)
{
    std::vector<ChatFixture> all;
    const QDir folder(connectorsFolder() + QStringLiteral("/chat/%1/fixtures").arg(connector));
    const QJsonObject common = fixtureFile(folder.filePath(QStringLiteral("given.json")));
    for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        if (name == QLatin1String("given.json"))
            continue;
        QJsonObject json = fixtureFile(folder.filePath(name));
        QJsonObject given = json.value(QLatin1String("given")).toObject();
        for (auto it = common.begin(); it != common.end(); ++it) {
            if (!given.contains(it.key()))
                given.insert(it.key(), it.value());
        }
        json.insert(QLatin1String("given"), given);
        all.push_back({connector, QFileInfo(name).baseName(), json});
    }
    return all;
}

/// A row "id/name" for each recorded thing of a chat that is wanted.
inline void addChatFixtureRows(const std::function<bool(const ChatFixture &)> &wanted)
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const ChatConnectorInfo &chat : wholeCatalog().chats) {
        for (const ChatFixture &one : chat.isChat ? chatFixtures(chat.id) : std::vector<ChatFixture>()) {
            if (wanted(one))
                QTest::addRow("%s/%s", qPrintable(chat.id), qPrintable(one.name)) << chat.id << one.name;
        }
    }
}

/// That of the row.
inline ChatFixture chosenChatFixture()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    for (const ChatFixture &one : chatFixtures(id)) {
        if (one.name == name)
            return one;
    }
    QTest::qFail("no such fixture", __FILE__, __LINE__);
    return {};
}

/// A secret that has the form the platform's secrets have: "given"."secrets", else a made-up one.
inline QString chatSecret(const ChatFixture &fixture, const QString &field)
{
    const QJsonObject secrets = fixture.given().value(QLatin1String("secrets")).toObject();
    return secrets.value(field).toString(madeUpSecret(field));
}

/// The account of a fixture, and the script of its platform.
inline void prepare(ChatBench &bench, const ChatFixture &fixture)
{
    const Catalog &catalog = wholeCatalog();
    const ChatConnectorInfo *info = catalog.chat(fixture.connector);
    const QJsonObject settings = fixture.given().value(QLatin1String("settings")).toObject();
    for (auto it = settings.begin(); it != settings.end(); ++it)
        bench.account.settings.insert(it.key(), it.value());
    for (const FormField &field : info->form) {
        if (field.kind == FormField::Kind::Secret)
            bench.account.secrets.insert(field.key, chatSecret(fixture, field.key));
    }
    bench.services.readFile = [files = fixture.given().value(QLatin1String("files")).toObject()](QByteArray sha256) {
        return fileOf(files, std::move(sha256));
    };
    bench.open(fixture.connector);
}

/// Puts one recorded exchange into the script; "{secret:field}" stands for a secret.
inline Exchange &script(ChatBench &bench, const QJsonObject &recorded)
{
    QByteArray text = QJsonDocument(recorded).toJson(QJsonDocument::Compact);
    for (auto it = bench.account.secrets.begin(); it != bench.account.secrets.end(); ++it)
        text.replace("{secret:" + it.key().toUtf8() + '}', it.value().toUtf8());
    const QJsonObject whole = QJsonDocument::fromJson(text).object();
    const QJsonObject request = whole.value(QLatin1String("request")).toObject();
    const QJsonObject reply = whole.value(QLatin1String("reply")).toObject();
    Exchange &exchange = bench.far.expect(request.value(QLatin1String("method")).toString().toUtf8(),
                                          request.value(QLatin1String("path")).toString().toUtf8());
    const QJsonObject headers = request.value(QLatin1String("headers")).toObject();
    for (auto it = headers.begin(); it != headers.end(); ++it)
        exchange.hasHeader(it.key().toUtf8(), it.value().toString().toUtf8());
    if (request.contains(QLatin1String("body")))
        exchange.bodyIs(request.value(QLatin1String("body")));
    exchange.reply(reply.value(QLatin1String("status")).toInt(), CrmBench::bodyOf(reply),
                   reply.value(QLatin1String("type")).toString(QStringLiteral("application/json")).toUtf8());
    const QJsonObject answered = reply.value(QLatin1String("headers")).toObject();
    for (auto it = answered.begin(); it != answered.end(); ++it)
        exchange.withHeader(it.key().toUtf8(), it.value().toString().toUtf8());
    return exchange;
}

/// What an item told, with every field under its own name.
inline QJsonObject toldBy(const InboundMessage &message)
{
    static const QStringList kinds{QStringLiteral("message"),  QStringLiteral("edit"),    QStringLiteral("deletion"),
                                   QStringLiteral("reaction"), QStringLiteral("receipt"), QStringLiteral("event"),
                                   QStringLiteral("note"),     QStringLiteral("nothing")};
    static const QStringList fates{QStringLiteral("accepted"), QStringLiteral("delivered"), QStringLiteral("read"),
                                   QStringLiteral("failed")};
    QJsonArray files;
    for (const InboundAttachment &file : message.attachments) {
        files.append(QJsonObject{{QLatin1String("name"), file.name},
                                 {QLatin1String("type"), file.mediaType},
                                 {QLatin1String("size"), file.remoteSize},
                                 {QLatin1String("remote"), file.remote}});
    }
    return {
        {QLatin1String("kind"), kinds.value(int(message.kind))},
        {QLatin1String("id"), message.externalId},
        {QLatin1String("dedupe"), message.dedupeKey},
        {QLatin1String("thread"), message.threadKey},
        {QLatin1String("subject"), message.subject},
        {QLatin1String("name"), message.from.name},
        {QLatin1String("address"), message.from.address},
        {QLatin1String("also"), QJsonArray::fromStringList(message.alsoAt)},
        {QLatin1String("text"), message.text},
        {QLatin1String("notice"), message.body.notice},
        {QLatin1String("about"), message.about},
        {QLatin1String("answers"), message.answers},
        {QLatin1String("fate"), message.kind == InboundKind::Receipt ? fates.value(int(message.fate)) : QString()},
        {QLatin1String("status"), message.status ? nameOf(*message.status) : QString()},
        {QLatin1String("until"),
         message.snoozedUntil ? message.snoozedUntil.toDateTime().toString(Qt::ISODate) : QString()},
        {QLatin1String("assignee"), message.assignee.value_or(QStringLiteral("-"))},
        {QLatin1String("labelled"), QJsonArray::fromStringList(message.labelled)},
        {QLatin1String("unlabelled"), QJsonArray::fromStringList(message.unlabelled)},
        {QLatin1String("self"), message.fromSelf},
        {QLatin1String("automatic"), message.automatic},
        {QLatin1String("files"), files},
        {QLatin1String("at"), message.providerAt ? message.providerAt.toDateTime().toString(Qt::ISODate) : QString()}};
}

} // namespace patchbay::tests
