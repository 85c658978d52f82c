#pragma once

#include "support/chat_side.h"
#include "support/console_desk.h"

namespace patchbay::tests {

/// The catalog entry of a scripted platform; `live` is what it made last.
inline ChatConnectorInfo scriptedChatInfo(ScriptedChat *&live)
{
    ChatConnectorInfo chat;
    chat.id = QStringLiteral("chatter");
    chat.title = QStringLiteral("Chatter");
    chat.parse = &parseChatItem;
    chat.isChat = true;
    chat.create = [&live](AccountConfig) {
        auto made = std::make_unique<ScriptedChat>();
        live = made.get();
        return made;
    };
    return chat;
}

/// Adds its channel "Shop chat", and what is sent goes out at once. No id: it could not be loaded.
inline ChannelId addShopChat(ConsoleDesk &desk, const ChatConnectorInfo &chat, Health health = Health::Ok)
{
    desk.addConnector(chat);
    const ChannelId channel = desk.write([health](Database &db) {
                                      Channel added;
                                      added.connector = QStringLiteral("chatter");
                                      added.name = QStringLiteral("Shop chat");
                                      const ChannelId id = channels::insert(db, added);
                                      channels::setHealth(db, id, health, {});
                                      return db.finish(id);
                                  })
                                  .value();
    desk.commands->setHoldTime(std::chrono::milliseconds(0));
    return await(desk.channels_->load()) ? channel : ChannelId{};
}

/// The customer wrote this a minute ago, in the conversation "c1". False: it could not be taken in.
inline bool customerWrites(ConsoleDesk &desk, ChannelId channel, const QString &id, const QString &text)
{
    ChatItem item = said(id, text);
    item.at = QDateTime::currentSecsSinceEpoch() - 60;
    Batch batch;
    batch.items.push_back({QLatin1Char('u') + id, item.raw()});
    return await(desk.intake->accept(channel, batch)).ok() && await(desk.intake->drain()).ok();
}

} // namespace patchbay::tests
