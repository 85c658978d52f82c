#pragma once

#include "connectors/kit/chat_progress.h"
#include "connectors/kit/chat_spec.h"
#include "core/async/async.h"

#include <QtCore/QPromise>

#include <memory>

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
    /// The pause ends now, or is left out when it is just being read.
    void wake() override;

private:
    Async<Result<Done>> readForEver();
    Async<Result<Done>> pause();
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
    bool m_isWoken = false; ///< since the last look began
    std::shared_ptr<QPromise<Result<Done>>> m_pausing; ///< null: it is no pause
    AsyncScope m_scope; // last: its coroutines use all of the above
};

} // namespace patchbay
