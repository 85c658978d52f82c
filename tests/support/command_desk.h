#pragma once

#include "core/engine/commands.h"
#include "core/engine/evaluation.h"
#include "core/engine/workspace_setup.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"
#include "support/await.h"
#include "support/manual_clock.h"

#include <QtCore/QTemporaryDir>

#include <algorithm>

namespace patchbay::tests {

/// A workspace as a new one is, with a mailbox, and an operator at it.
struct CommandDesk {
    ManualClock clock = ManualClock();
    QTemporaryDir folder = {};
    std::unique_ptr<Store> store = {};
    Catalog catalog = {};
    Snapshots snapshots = {};
    Operator me = {};
    ChannelId mail = {};
    std::unique_ptr<Commands> commands = {};
    QString failure = {}; ///< why it could not be made
    std::vector<Attachment> arriving = {}; ///< the files of the mails that come in from now on

    /// In a folder of its own unless a place is named; a server's time is `clock` too when that is asked for.
    explicit CommandDesk(const QString &location = {}, bool turnsServerTime = false)
    {
        StoreOptions options;
        options.location = location.isEmpty() ? folder.filePath(QStringLiteral("desk.patchbay")) : location;
        options.create = true;
        options.clock = &clock;
        if (turnsServerTime)
            options.serverClock = &clock;
        options.name = QStringLiteral("Desk");
        auto opened = Store::open(options);
        if (!opened) {
            failure = opened.error().message;
            return;
        }
        store = std::move(*opened);
        ChatConnectorInfo mailInfo;
        mailInfo.id = QStringLiteral("mail");
        FormField password;
        password.key = QStringLiteral("password");
        password.label = QStringLiteral("Password");
        password.kind = FormField::Kind::Secret;
        mailInfo.form = {password};
        ChatConnectorInfo fileInfo;
        fileInfo.id = QStringLiteral("file");
        fileInfo.canSend = false;
        catalog.chats = {mailInfo, fileInfo};
        CrmConnectorInfo tracker;
        tracker.id = QStringLiteral("tracker");
        catalog.crms = {tracker};

        const auto made = change([this](Database &db) {
            (void)setUpWorkspace(db);
            me = operators::forOsUser(db, QStringLiteral("ana"), QStringLiteral("Ana"));
            Channel channel;
            channel.connector = QStringLiteral("mail");
            channel.name = QStringLiteral("Support");
            channel.settings = QJsonObject{{QStringLiteral("address"), QStringLiteral("support@desk.example")},
                                           {QStringLiteral("display_name"), QStringLiteral("Desk support")}};
            mail = channels::insert(db, channel);
            snapshots.replace(Snapshots::build(db));
        });
        if (!made)
            failure = made.error().message;
        commands = std::make_unique<Commands>(*store, catalog, snapshots, me);
    }

    Result<Done> change(std::function<void(Database &)> what)
    {
        return await(store->write([what](Database &db) -> Result<Done> {
            what(db);
            return db.finish(Done{});
        }));
    }
    template <class F> auto get(F what)
    {
        using T = std::invoke_result_t<F &, Database &>;
        return await(store->read([what](Database &db) -> Result<T> { return db.finish(what(db)); })).value();
    }

    /// A new conversation with one mail from a customer, classified and with a suggestion.
    ConversationId receive(const QString &subject, const QString &text, ChannelId channel = {})
    {
        ConversationId id;
        const auto received = change([&](Database &db) {
            const Address zoe{QStringLiteral("Zoë"), QStringLiteral("zoe@customer.example")};
            Conversation conversation;
            conversation.channel = channel ? channel : mail;
            conversation.contact = conversations::contactFor(db, QStringLiteral("mail"), zoe);
            conversation.subject = subject;
            conversation.unread = true;
            conversation.firstAt = conversation.sortAt = db.now();
            id = conversations::insert(db, conversation, {});
            Participant participant;
            participant.conversation = id;
            participant.address = zoe;
            participant.isContact = true;
            participant.firstSeenAt = db.now();
            conversations::addParticipant(db, participant);
            receiveIn(db, id, conversation.channel, subject, text);
        });
        if (!received)
            failure = received.error().message;
        return id;
    }
    /// One more mail from the customer.
    void receiveMore(ConversationId id, const QString &text)
    {
        const auto received = change([&](Database &db) {
            const Conversation c = *conversations::byId(db, id);
            receiveIn(db, id, c.channel, QStringLiteral("Re: ") + c.subject, text);
        });
        if (!received)
            failure = received.error().message;
    }

    Conversation conversation(ConversationId id)
    {
        return get([id](Database &db) { return conversations::byId(db, id).value_or(Conversation{}); });
    }
    std::optional<Suggestion> pending(ConversationId id)
    {
        return get([id](Database &db) { return suggestions::pending(db, id); });
    }
    Delivery delivery(DeliveryId id)
    {
        return get([id](Database &db) { return deliveries::byId(db, id).value_or(Delivery{}); });
    }
    std::vector<Message> messages(ConversationId id)
    {
        return get([id](Database &db) { return messages::before(db, id, std::nullopt, 100); });
    }
    std::vector<Lesson> lessons()
    {
        return get([](Database &db) { return lessons::all(db, false); });
    }
    QString draft(ConversationId id, const QString &kind)
    {
        for (const drafts::Draft &draft : get([&](Database &db) { return drafts::of(db, id, me.id); })) {
            if (draft.kind == kind)
                return draft.text;
        }
        return {};
    }
    CategoryId category(const QString &name)
    {
        const auto found = get([&](Database &db) { return categories::byName(db, name); });
        return found ? found->id : CategoryId{};
    }
    /// A category that is neither the given one nor Unsorted.
    Category otherCategory(CategoryId than)
    {
        const Taxonomy all = get([](Database &db) { return categories::all(db); });
        return *std::find_if(all.begin(), all.end(),
                             [than](const Category &c) { return c.id != than && !c.isUnsorted; });
    }
    QStringList auditActions()
    {
        QStringList actions;
        for (const audit::Entry &entry : get([](Database &db) { return audit::newest(db, 50); }))
            actions.prepend(entry.action);
        return actions;
    }

private:
    void receiveIn(Database &db, ConversationId id, ChannelId channel, const QString &subject, const QString &text)
    {
        Message message;
        message.conversation = id;
        message.channel = channel;
        message.author = {QStringLiteral("Zoë"), QStringLiteral("zoe@customer.example")};
        message.externalId = newUid(db.clock()) + QStringLiteral("@customer.example");
        message.subject = subject;
        message.text = text;
        message.attachments = arriving;
        message.providerAt = message.arrivedAt = message.sortAt = db.now();
        message.id = messages::insert(db, message, message.externalId);
        conversations::messageAdded(db, id, message);
        EvaluationRequest request;
        request.conversation = id;
        request.message = message;
        request.workspaceUid = store->workspaceUid();
        evaluateMessage(db, *snapshots.current(), request);
    }
};

} // namespace patchbay::tests
