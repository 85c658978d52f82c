#pragma once

#include "connectors/kit/chat_progress.h"
#include "core/async/async.h"

namespace patchbay {

/// An inbox whose platform calls us: what comes goes its own way (chat_hook.h); here the platform learns where to send,
/// again and again until it has.
class ChatCalled final : public ChatInbox {
public:
    /// Sees to it that the platform sends to our address.
    using Place = std::function<Async<Result<Done>>()>;

    ChatCalled(QString title, ChatPatience patience, Place place, ChatNotes notes);

    void start(const QByteArray &cursor, IntakeSink sink) override;
    void fetchOnce(const QByteArray &cursor, IntakeSink sink) override;

private:
    Async<Result<Done>> placeForGood();

    QString m_title;
    ChatPatience m_patience;
    Place m_place;
    ChatNotes m_notes;
    AsyncScope m_scope; // last: its coroutine uses all of the above
};

} // namespace patchbay
