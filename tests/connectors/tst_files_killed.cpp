#include "chat_fixture.h"
#include "support/chat_desk.h"
#include "support/child.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatDesk;
using tests::ChatFixture;
using tests::StorePlace;

namespace {

constexpr char killedFolder[] = "PATCHBAY_KILLED_FILES";
constexpr char killedChannel[] = "PATCHBAY_KILLED_CHANNEL";

/// What was recorded of the channel with files.
ChatFixture withRecordedFiles(const QString &channel)
{
    for (const ChatFixture &one : tests::chatFixtures(channel)) {
        if (one.isAccepted() && !one.message().files.empty())
            return one;
    }
    return {};
}

/// Answers each recorded call whenever it is asked, and writes down what was asked, across the end of the process.
class WritingSide final : public Transport {
public:
    Async<Result<Reply>> perform(Request request) override
    {
        QFile log(path);
        const bool isOpen = log.open(QIODevice::Append);
        const QByteArray whole = request.url().toString(QUrl::FullyEncoded).toUtf8();
        for (const QJsonValue &one : dialogue) {
            QByteArray wanted = one[u"request"_s][u"path"_s].toString().toUtf8();
            for (auto it = secrets.begin(); it != secrets.end(); ++it)
                wanted.replace("{secret:" + it.key().toUtf8() + '}', it.value().toUtf8());
            if (!isOpen || !whole.endsWith(wanted))
                continue;
            log.write(one[u"request"_s][u"path"_s].toString().toUtf8() + '\n');
            const QJsonObject reply = one[u"reply"_s].toObject();
            co_return Reply{reply.value(u"status"_s).toInt(),
                            {{"content-type", reply.value(u"type"_s).toString(u"application/json"_s).toUtf8()}},
                            tests::CrmBench::bodyOf(reply)};
        }
        co_return makeError(Error::Kind::Refused, u"not recorded: "_s + QString::fromUtf8(whole));
    }

    QString path;
    QJsonArray dialogue;
    QMap<QString, QString> secrets;
};

/// A workspace whose one chat is the recorded one, and an Outbox that delivers to the channel under test.
class KilledDesk {
public:
    KilledDesk(const QString &folder, const QString &channel, int round)
        : recorded(withRecordedFiles(channel))
        , m_place(StorePlace::at(folder + u"/Desk.patchbay"_s))
        , desk(m_place)
    {
        desk.clock.us += round * 3600ll * 1000000;
        far.path = folder + u"/asked"_s;
        far.dialogue = recorded.dialogue();
        services.transport = &far;
        services.clock = &desk.clock;
        services.random = [] { return 0.0; };
        services.readFile = [this](QByteArray sha256) { return read(sha256); };
        const Catalog catalog = makeCatalog(services);
        const ChatConnectorInfo *info = catalog.chat(channel);
        AccountConfig account;
        account.uid = u"0190b2c0-0000-7000-8000-000000000001"_s;
        account.settings = recorded.given().value(u"settings"_s).toObject();
        for (const FormField &field : info->form) {
            if (field.kind == FormField::Kind::Secret)
                account.secrets.insert(field.key, tests::chatSecret(recorded, field.key));
        }
        for (auto it = account.secrets.begin(); it != account.secrets.end(); ++it)
            far.secrets.insert(it.key(), it.value());
        desk.info().abilities = info->abilities;
        connector = info->create(account);
        outbox = std::make_unique<Outbox>(
            *desk.store, [this](const Delivery &) -> Result<Destination *> { return connector.get(); },
            u"round %1"_s.arg(round), OutboxLimits{}, [] { return 0.5; });
    }

    /// The recorded message, queued; its files are in the workspace.
    bool reply()
    {
        tests::ChatItem item = tests::said(u"1"_s, u"The files, please"_s);
        item.chat = recorded.message().threadKey;
        if (!desk.tell({item}))
            return false;
        std::vector<OutboundFile> files;
        for (OutboundFile file : recorded.message().files) {
            const QJsonValue content = recorded.given().value(u"files"_s)[QString::fromLatin1(file.sha256)];
            if (!desk.store->files().put(content.toString().toUtf8()))
                return false;
            files.push_back(file);
        }
        return tests::answer(desk.commands->reply(desk.only().id, recorded.message().text, files)).ok();
    }
    Delivery delivery()
    {
        return desk.run([id = desk.only().id](Database &db) { return deliveries::ofConversation(db, id).front(); });
    }
    Async<Result<QByteArray>> read(QByteArray sha256) { co_return desk.store->files().get(sha256); }

    ChatFixture recorded;

private:
    StorePlace m_place;

public:
    ChatDesk desk;
    WritingSide far;
    ConnectorServices services;
    std::unique_ptr<ChatConnector> connector;
    std::unique_ptr<Outbox> outbox;
};

QStringList askedIn(const QString &folder)
{
    QFile log(folder + u"/asked"_s);
    return log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()).split(u'\n', Qt::SkipEmptyParts)
                                         : QStringList();
}

} // namespace

/// What is killed: a console that sends files.
class FilesKilledChild : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsUntilItIsKilled()
    {
        KilledDesk desk(qEnvironmentVariable(killedFolder), qEnvironmentVariable(killedChannel), 0);
        QVERIFY(desk.reply());
        QVERIFY(tests::answer(desk.outbox->runOnce()));
    }
};
PATCHBAY_CHILD_TESTS(FilesKilledChild, killedFolder)

/// A kill -9 on the way of a message with files: between the uploads and the call with the effect nothing was sent, and
/// it is sent once later; behind that call it is not sent again.
class TestFilesKilled : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsOnce_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("fault");
        const Catalog catalog = tests::wholeCatalog();
        for (const ChatConnectorInfo &chat : catalog.chats) {
            if (!chat.isChat || chat.abilities.files.most <= 0)
                continue;
            QTest::addRow("%s, between upload and effect", qPrintable(chat.id)) << chat.id << u"chat.after_uploads"_s;
            QTest::addRow("%s, behind the effect", qPrintable(chat.id))
                << chat.id << u"outbox.after_send_before_settle"_s;
        }
    }
    void sendsOnce()
    {
        QFETCH(QString, id);
        QFETCH(QString, fault);
        const QTemporaryDir folder;
        QProcess child;
        tests::startChild(child, "FilesKilledChild",
                          {{QString::fromLatin1(killedFolder), folder.path()},
                           {QString::fromLatin1(killedChannel), id},
                           {u"PATCHBAY_FAULT"_s, fault}});
        QVERIFY2(tests::wasKilled(child), child.readAll().constData());
        const bool isBefore = fault == u"chat.after_uploads"_s;
        const QJsonArray dialogue = withRecordedFiles(id).dialogue();
        const QString effect = dialogue.last()[u"request"_s][u"path"_s].toString();
        QStringList asked = askedIn(folder.path());
        QCOMPARE(asked.count(effect), isBefore ? 0 : 1);
        QCOMPARE(asked.size(), isBefore ? dialogue.size() - 1 : dialogue.size());

        KilledDesk again(folder.path(), id, 1);
        QVERIFY(tests::answer(again.outbox->runOnce()));
        asked = askedIn(folder.path());
        const bool isOpen = again.connector->facts().idempotency == Idempotency::None;
        if (isBefore || isOpen)
            QCOMPARE(asked.count(effect), 1);
        QCOMPARE(again.delivery().state, isBefore || !isOpen ? DeliveryState::Sent : DeliveryState::Unknown);
    }
};

PATCHBAY_TESTS(TestFilesKilled)
#include "tst_files_killed.moc"
