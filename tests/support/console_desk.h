#pragma once

#include "core/engine/workspace_setup.h"
#include "core/mail/mail.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "support/await.h"
#include "ui/models/console_context.h"

#include <QtCore/QTemporaryDir>

namespace patchbay::tests {

/// A secret store that keeps values in memory: the keychain is the environment here.
class MemorySecrets final : public SecretStore {
public:
    Async<Result<std::optional<QString>>> read(SecretKey key) override
    {
        // Every account has a password here, as if a person had typed it in.
        const std::optional<QString> found = values.value(key.accountUid + key.field, QStringLiteral("a secret"));
        co_return Result<std::optional<QString>>(found);
    }
    Async<Result<Done>> write(SecretKey key, QString value) override
    {
        values.insert(key.accountUid + key.field, value);
        co_return Result<Done>(Done{});
    }
    Async<Result<Done>> remove(SecretKey key) override
    {
        values.remove(key.accountUid + key.field);
        co_return Result<Done>(Done{});
    }
    QString limitation() const override { return sentence; }

    QHash<QString, QString> values;
    QString sentence;
};

/// A mail channel without a network: it answers 250 to everything, or what a test told it.
class QuietChannel final : public ChatConnector {
public:
    void start(QByteArray, IntakeSink) override { Q_EMIT caughtUp(); }
    void fetchOnce(QByteArray, IntakeSink) override { Q_EMIT caughtUp(); }
    void stop() override { }
    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override
    {
        auto asking = beforeEffect();
        const Result<Done> allowed = co_await std::move(asking);
        if (!allowed)
            co_return allowed.error();
        Receipt receipt;
        receipt.externalId = request.key;
        receipt.response = QStringLiteral("250 2.0.0 Ok: queued");
        co_return Result<Receipt>(receipt);
    }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override
    {
        co_return Result<std::optional<Receipt>>(std::nullopt);
    }
    Async<Result<QString>> test() override
    {
        co_return Result<QString>(QStringLiteral("Signed in, INBOX has 12 messages"));
    }
};

inline Result<InboundMessage> parseDeskMail(const RawItem &item, const AccountConfig &)
{
    return parseMail(item.raw, QStringLiteral("support@desk.example"));
}

/// The console's whole engine on a real workspace in a folder of its own; only the network and the keychain are played.
/// Rows come in as mails through the real Intake.
class ConsoleDesk {
public:
    explicit ConsoleDesk(bool withChannel = true, bool sample = false)
    {
        m_catalog.chats.push_back(mailInfo());
        StoreOptions options;
        options.location = m_folder.filePath(QStringLiteral("Desk.patchbay"));
        options.create = true;
        options.clock = &m_clock;
        options.name = QStringLiteral("Northwind Support");
        options.sample = sample;
        m_store = std::move(Store::open(options)).value();
        m_catalog.crms.push_back(localTasksInfo(*m_store));
        auto ready = await(m_store->write([this, withChannel](Database &db) -> Result<Done> {
            me = operators::forOsUser(db, QStringLiteral("jonas"), QStringLiteral("Jonas Weber"));
            mila = operators::forOsUser(db, QStringLiteral("mila"), QStringLiteral("Mila Petrova"));
            Result<Done> set = setUpWorkspace(db);
            if (!set)
                return set;
            if (withChannel) {
                Channel mail;
                mail.connector = QStringLiteral("mail");
                mail.name = QStringLiteral("Support mail");
                mail.settings.insert(QStringLiteral("address"), QStringLiteral("support@desk.example"));
                channel = channels::insert(db, mail);
                channels::setHealth(db, channel, Health::Ok, QStringLiteral("Signed in as support@desk.example"));
                channels::setCaughtUp(db, channel, db.now());
            }
            snapshots.replace(Snapshots::build(db));
            return db.finish(Done{});
        }));
        failure = ready ? QString() : ready.error().message;
        intake = std::make_unique<Intake>(*m_store, m_catalog, snapshots);
        history = std::make_unique<HistoryIntake>(*m_store, m_catalog, snapshots);
        channels_ = std::make_unique<Channels>(*m_store, m_catalog, secrets, *intake);
        targets_ = std::make_unique<Targets>(*m_store, m_catalog, secrets);
        models_ = std::make_unique<Models>(*m_store, m_catalog, secrets, snapshots);
        modelCommands = std::make_unique<ModelCommands>(*m_store, m_catalog, snapshots, me);
        commands = std::make_unique<Commands>(*m_store, m_catalog, snapshots, me);
        outbox = std::make_unique<Outbox>(
            *m_store, [this](const Delivery &delivery) { return resolve(delivery); }, QStringLiteral("test"),
            OutboxLimits(), [] { return 0.5; });
        personData = std::make_unique<PersonData>(*m_store, me);
        erasures = std::make_unique<Erasures>(*m_store, snapshots, me);
        ruleDesk = std::make_unique<RuleDesk>(*m_store, snapshots, me);
        taxonomy = std::make_unique<TaxonomyDesk>(*m_store, snapshots, me);
        contacts = std::make_unique<ContactDesk>(*m_store, me);
        (void)await(channels_->load());
        (void)await(targets_->load());
        (void)await(models_->load());
    }

    Store &store() { return *m_store; }
    const Catalog &catalog() const { return m_catalog; }
    ConsoleContext context()
    {
        ConsoleContext made{*m_store, *commands, *outbox, *channels_, *targets_,        *intake,
                            *history, m_catalog, secrets, me,         personData.get(), erasures.get()};
        made.ruleDesk = ruleDesk.get();
        made.snapshots = &snapshots;
        made.models = models_.get();
        made.modelCommands = modelCommands.get();
        made.taxonomy = taxonomy.get();
        made.contacts = contacts.get();
        return made;
    }

    struct Mail {
        QByteArray from = "Ana Silva <ana@example.org>";
        QByteArray subject = "Hello";
        QByteArray text = "Hello";
        int minutesAgo = 5;
        QByteArray inReplyTo = {};
        QByteArray extraHeaders = {};
        QByteArray contentType = "text/plain; charset=utf-8";
        QByteArray messageId = {};
    };
    static QByteArray bytes(const Mail &mail)
    {
        static int number = 0;
        const QDateTime at = QDateTime::currentDateTimeUtc().addSecs(-60 * mail.minutesAgo);
        const QByteArray id =
            mail.messageId.isEmpty() ? "m" + QByteArray::number(++number) + "@example.org" : mail.messageId;
        QByteArray raw = "From: " + mail.from + "\r\nTo: support@desk.example\r\nSubject: " + mail.subject
            + "\r\nDate: " + QLocale::c().toString(at, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss +0000")).toLatin1()
            + "\r\nMessage-ID: <" + id + ">\r\n";
        if (!mail.inReplyTo.isEmpty())
            raw += "In-Reply-To: <" + mail.inReplyTo + ">\r\n";
        return raw + mail.extraHeaders + "MIME-Version: 1.0\r\nContent-Type: " + mail.contentType
            + "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + mail.text + "\r\n";
    }
    void receive(const std::vector<Mail> &mails)
    {
        std::vector<QByteArray> raws;
        for (const Mail &mail : mails)
            raws.push_back(bytes(mail));
        receiveRaw(raws);
    }
    void receiveRaw(const std::vector<QByteArray> &raws)
    {
        Batch batch;
        for (const QByteArray &raw : raws) {
            RawItem item;
            item.sourceKey = QStringLiteral("INBOX;1;%1").arg(++m_uid);
            item.raw = raw;
            batch.items.push_back(item);
        }
        auto stored = await(intake->accept(channel, batch));
        if (!stored)
            failure = stored.error().message;
        (void)await(intake->drain());
    }
    /// Before anything is read: one more kind of channel.
    void addConnector(const ChatConnectorInfo &info) { m_catalog.chats.push_back(info); }
    QString folder() const { return m_folder.path(); }
    void addTargetConnector(const CrmConnectorInfo &info) { m_catalog.crms.push_back(info); }
    void addModelConnector(const ModelConnectorInfo &info) { m_catalog.models.push_back(info); }
    /// From now on the mail channel is one that only holds what was imported.
    void makeChannelMute() { m_catalog.chats.front().canSend = false; }
    template <class F> auto write(F work) { return await(m_store->write(std::move(work))); }
    template <class F> auto read(F work) { return await(m_store->read(std::move(work))); }

    MemorySecrets secrets;
    Snapshots snapshots;
    Operator me;
    Operator mila;
    ChannelId channel;
    QString failure;

private:
    static ChatConnectorInfo mailInfo()
    {
        ChatConnectorInfo info;
        info.id = QStringLiteral("mail");
        info.title = QStringLiteral("Mail (IMAP and SMTP)");
        info.setupHelp = QStringLiteral(
            "Reads one folder of a mailbox and answers through its SMTP server. Nothing is marked or moved.");
        const auto field = [&](const char *key, const char *label, FormField::Kind kind, const char *initial,
                               bool required = true) {
            FormField made;
            made.key = QLatin1String(key);
            made.label = QLatin1String(label);
            made.kind = kind;
            made.initial = QLatin1String(initial);
            made.required = required;
            if (kind == FormField::Kind::Choice)
                made.choices = QStringList{QStringLiteral("tls"), QStringLiteral("starttls")};
            made.choiceLabels = QStringList{QStringLiteral("TLS"), QStringLiteral("STARTTLS")};
            info.form.push_back(made);
        };
        field("address", "Mail address", FormField::Kind::Text, "");
        field("password", "Password", FormField::Kind::Secret, "");
        field("imap_host", "IMAP server", FormField::Kind::Text, "");
        field("imap_port", "IMAP port", FormField::Kind::Number, "993");
        field("imap_security", "IMAP security", FormField::Kind::Choice, "tls");
        field("keep", "Keep a copy in Sent", FormField::Kind::Switch, "true", false);
        info.parse = parseDeskMail;
        info.create = [](AccountConfig) { return std::make_unique<QuietChannel>(); };
        return info;
    }
    Result<Destination *> resolve(const Delivery &delivery)
    {
        if (delivery.model)
            return models_->live(delivery);
        if (delivery.target) {
            auto live = targets_->live(delivery.target);
            return live ? Result<Destination *>(*live) : Result<Destination *>(live.error());
        }
        auto live = channels_->live(delivery.channel);
        return live ? Result<Destination *>(*live) : Result<Destination *>(live.error());
    }

    QTemporaryDir m_folder;
    SystemClock m_clock;
    Catalog m_catalog;
    std::unique_ptr<Store> m_store;
    int m_uid = 0;

public:
    std::unique_ptr<Intake> intake;
    std::unique_ptr<HistoryIntake> history;
    std::unique_ptr<Channels> channels_;
    std::unique_ptr<Targets> targets_;
    std::unique_ptr<Models> models_;
    std::unique_ptr<ModelCommands> modelCommands;
    std::unique_ptr<Commands> commands;
    std::unique_ptr<PersonData> personData;
    std::unique_ptr<Erasures> erasures;
    std::unique_ptr<RuleDesk> ruleDesk;
    std::unique_ptr<TaxonomyDesk> taxonomy;
    std::unique_ptr<ContactDesk> contacts;
    std::unique_ptr<Outbox> outbox;
};

} // namespace patchbay::tests
