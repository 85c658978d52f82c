#pragma once

#include "connectors/kit/chat_progress.h"
#include "connectors/kit/chat_spec.h"
#include "core/async/async.h"

namespace patchbay {

/// An inbox that is asked, again and again: sink first, then the next look, so that what could not be stored comes
/// again.
class ChatPoll final : public ChatInbox {
public:
    /// One look from the platform's cursor on; `patient`: the answer may be held back until something comes.
    using Look = std::function<Async<Result<ChatPage>>(QByteArray cursor, bool patient)>;

    ChatPoll(const ChatSpec &spec, const Clock &clock, ChatPatience patience, Look look, ChatNotes notes);

    void start(const QByteArray &cursor, IntakeSink sink) override;
    void fetchOnce(const QByteArray &cursor, IntakeSink sink) override;

private:
    Async<Result<Done>> readForEver();
    Async<Result<Done>> readOnce();
    /// Until a page says that there is no more.
    Async<Result<Done>> catchUp(bool patient);
    Async<Result<bool>> readPage(bool patient);
    QString sentence() const;

    QString m_title;
    std::chrono::milliseconds m_pause;
    const Clock &m_clock;
    ChatPatience m_patience;
    Look m_look;
    ChatNotes m_notes;
    ChatProgress m_progress;
    IntakeSink m_sink;
    AsyncScope m_scope; // last: its coroutines use all of the above
};

} // namespace patchbay
