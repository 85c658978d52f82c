#pragma once

#include "connectors/kit/chat_poll.h"
#include "connectors/kit/chat_socket.h"

namespace patchbay {

/// The address of a socket at the same server, below the account's base.
QUrl pushAddress(const QUrl &base, const QString &path);

/// An inbox that is asked, beside a socket that says when to ask: everything in order comes from the asking, whose
/// cursor it is, so a loss of the socket costs minutes and no messages. What the socket itself hands over (news of a
/// message that is long here) is stored beside it, without a cursor.
class ChatPushed final : public ChatInbox {
public:
    using MakePoll = std::function<std::unique_ptr<ChatPoll>(ChatNotes notes)>;
    using MakeSocket = std::function<std::unique_ptr<ChatSocket>(ChatNotes notes, std::function<void()> news)>;

    ChatPushed(QString title, ChatNotes notes, const MakePoll &makePoll, MakeSocket makeSocket);

    void start(const QByteArray &cursor, IntakeSink sink) override;
    void fetchOnce(const QByteArray &cursor, IntakeSink sink) override;

private:
    void connectOnce();
    void tell();

    QString m_title;
    ChatNotes m_notes;
    MakeSocket m_makeSocket;
    IntakeSink m_sink; ///< null: nothing is pushed
    Health m_health = Health::Unknown; ///< of the asking
    QString m_detail;
    QString m_pushFault; ///< why nothing is pushed at the moment; empty: it is, or was not tried yet
    std::unique_ptr<ChatPoll> m_poll;
    std::unique_ptr<ChatSocket> m_socket; // last: it wakes the other
};

} // namespace patchbay
