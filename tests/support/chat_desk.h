#pragma once

#include "core/engine/commands.h"
#include "core/engine/outbox.h"
#include "core/store/delivery_table.h"
#include "core/store/message_event_table.h"
#include "support/chat_side.h"
#include "support/intake_desk.h"

namespace patchbay::tests {

/// A workspace with one chat channel, its Intake, Commands and Outbox.
class ChatDesk : public IntakeDesk {
public:
    explicit ChatDesk(const StorePlace &place)
        : IntakeDesk(place)
    {
        ChatConnectorInfo info;
        info.id = QStringLiteral("chatter");
        info.title = QStringLiteral("Chatter");
        info.parse = &parseChatItem;
        info.isChat = true;
        catalog.chats.push_back(info);
        channel = run([](Database &db) {
            if (const auto known = channels::byName(db, QStringLiteral("Chat")))
                return known->id;
            Channel added;
            added.connector = QStringLiteral("chatter");
            added.name = QStringLiteral("Chat");
            return channels::insert(db, added);
        });
        run([this](Database &db) {
            snapshots.replace(Snapshots::build(db));
            return Done{};
        });
        Operator ann;
        ann.id = me;
        ann.name = QStringLiteral("Ann");
        commands = std::make_unique<Commands>(*store, catalog, snapshots, ann);
        commands->setHoldTime(std::chrono::milliseconds(0));
        restartAll();
    }

    ChatConnectorInfo &info() { return catalog.chats.back(); }

    void restartAll()
    {
        outbox.reset();
        restart();
        chat.hanging = 0;
        chat.mayAnswer = [this] { return intake->isIdle(); };
        outbox = std::make_unique<Outbox>(
            *store, [this](const Delivery &) -> Result<Destination *> { return static_cast<Destination *>(&chat); },
            QStringLiteral("test"), OutboxLimits{}, [] { return 0.5; });
    }

    /// Accepts and works off; source keys are numbered.
    Result<Done> tell(const std::vector<ChatItem> &items, bool historical = false)
    {
        const auto accepted = answer(intake->accept(channel, batch(items, historical)));
        return accepted ? answer(intake->drain()) : accepted;
    }
    Batch batch(const std::vector<ChatItem> &items, bool historical = false)
    {
        Batch batch;
        for (ChatItem item : items) {
            clock.us += 60 * 1000000;
            if (item.at == 0)
                item.at = clock.us / 1000000 - 60;
            batch.items.push_back({QStringLiteral("u%1").arg(++m_update), item.raw(), historical});
        }
        return batch;
    }
    Result<Commands::Reply> reply(ConversationId id, const QString &text) { return answer(commands->reply(id, text)); }
    Result<Done> work() { return answer(outbox->runOnce()); }
    Delivery delivery(DeliveryId id)
    {
        return run([id](Database &db) { return deliveries::byId(db, id).value_or(Delivery{}); });
    }
    MessageStory story(MessageId id)
    {
        return run([id](Database &db) { return storyOf(message_events::of(db, id)); });
    }
    Conversation inChat(const QString &chat)
    {
        return run([&](Database &db) {
            const auto id = conversations::byThreadKey(db, channel, chat);
            return id ? *conversations::byId(db, *id) : Conversation{};
        });
    }

    ScriptedChat chat;
    std::unique_ptr<Commands> commands;
    std::unique_ptr<Outbox> outbox;

private:
    int m_update = 0;
};

} // namespace patchbay::tests
