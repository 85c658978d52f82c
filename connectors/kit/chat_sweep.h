#pragma once

#include "connectors/kit/chat_spec.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// How far an inbox is read whose platform lists chats by their newest activity, and each chat's messages apart: first
/// the list, page by page, down to what was read already; then the chats that have something new; then anew. It is the
/// inbox's cursor. A value.
class ChatSweep {
public:
    /// A chat that has something new.
    struct Wanted {
        QString chat = {};
        QString newest = {}; ///< its newest message, in the connector's words
        QString known = {}; ///< the newest that is stored; empty: its messages since from() are wanted
        QString before = {}; ///< of those that are read backwards: those before this one are still wanted
    };

    /// Begins anew where it cannot be read: what is stored already is recognised.
    static ChatSweep from(const QByteArray &cursor);
    QByteArray cursor() const;

    bool isFirst() const { return m_since == 0; }
    bool isListing() const { return m_page > 0; }
    int page() const { return m_page; } ///< of the list, from 1
    /// What was active before this second is read, with a minute to spare.
    qint64 since() const;

    /// The chat stands in the list; `newest` names its newest message and whatever else is news when it changes.
    void listed(const QString &chat, const QString &newest, qint64 activity);
    /// What is known of the chat's newest message; empty: nothing.
    QString known(const QString &chat) const;
    void keep(const QString &chat, const QString &newest);
    /// The list goes on, or all that is new in it was found.
    void listRead(bool goesOn);

    const Wanted &wanted() const { return m_wanted.front(); }
    bool isDone() const { return m_page == 0 && m_wanted.empty(); }
    void goOnAfter(const QString &known) { m_wanted.front().known = known; }
    void goOnBefore(const QString &before) { m_wanted.front().before = before; }
    /// The chat is read up to there; empty: to what the list said.
    void chatRead(const QString &newest = {});

    /// Whose a chat is over there, by mail address, and its labels.
    struct Marks {
        QString assignee = {};
        QStringList labels = {};

        bool operator==(const Marks &) const = default;
    };
    /// How a chat stands over there.
    struct Standing {
        ConversationStatus status = ConversationStatus::Open;
        Timestamp until = {}; ///< Snoozed, in whole seconds; none: until somebody writes

        bool operator==(const Standing &) const = default;
    };
    /// A chat that was closed, snoozed, or opened again, over there; or, with `was`, is another one's now, or labelled
    /// otherwise. To be told when its messages are read.
    struct Turn {
        QString chat = {};
        Standing standing = {};
        qint64 activity = 0;
        std::optional<Marks> was = {};
        Marks is = {};
    };
    /// Notes how a chat of the list stands. One that is not known was open.
    void stands(const QString &chat, const Standing &is, qint64 activity);
    /// Notes whose a chat of the list is, and its labels. A chat that is not known was nobody's, without any.
    void marked(const QString &chat, const Marks &is, qint64 activity);
    /// Everything was read: the next look begins with the list again. What turned meanwhile. `now`: for an inbox that
    /// is empty the first time.
    std::vector<Turn> begin(Timestamp now);
    /// Where the look leads to: into the page. Behind a whole round it begins anew, and says what turned.
    std::vector<Turn> leadOn(ChatPage &page, Timestamp now);
    /// The same with what turned as items of the page, which parseTurn() reads again.
    void lead(ChatPage &page, Timestamp now);
    static RawItem itemOf(const Turn &turn);

private:
    std::vector<std::pair<QString, QString>> m_known; ///< chat and newest message, the last read ones last
    std::vector<Wanted> m_wanted;
    std::vector<Turn> m_turns;
    std::vector<std::pair<QString, Standing>> m_standings; ///< of chats that are not open
    std::vector<std::pair<QString, Marks>> m_marks; ///< of chats that have some
    qint64 m_since = 0; ///< seconds since 1970
    qint64 m_top = 0; ///< the newest activity of this round
    int m_page = 1; ///< 0: the list is read
};

/// What such an item tells, as an Event; nothing where it is another item.
std::optional<Result<InboundMessage>> parseTurn(const RawItem &item);

/// PollSpec::gone of a swept inbox: the chat was deleted while its messages were about to be read.
ChatPage passSwept(const ChatContext &context);

} // namespace patchbay
