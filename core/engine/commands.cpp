#include "core/engine/commands.h"

#include "core/engine/chat_changes.h"
#include "core/engine/commands_detail.h"
#include "core/mail/html_body.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace commands {

Actor actorOf(const Operator &me, const Store &store) { return {me.id, me.name, store.workspaceUid(), me.isSystem}; }

Result<Conversation> conversationById(Database &db, ConversationId id)
{
    auto conversation = conversations::byId(db, id);
    if (db.error())
        return *db.error();
    if (!conversation)
        return makeError(Error::Kind::NotFound, u"This conversation is not in the workspace."_s);
    return *conversation;
}

void auditConversation(Database &db, const Actor &actor, const char *action, const Conversation &conversation,
                       const QJsonObject &detail)
{
    audit::add(db, actor.id, action, "conversation", conversation.uid, detail);
    db.changes().conversations.insert(conversation.id);
}

QString categoryName(Database &db, CategoryId id)
{
    for (const Category &category : categories::all(db)) {
        if (category.id == id)
            return category.name;
    }
    return {};
}

} // namespace commands

namespace {

constexpr qsizetype noteLimit = 100'000;
constexpr qsizetype labelLimit = 60;

bool isDraftKind(const QString &kind)
{
    return kind == "reply"_L1 || kind == "note"_L1 || kind == "template"_L1 || kind == "change"_L1
        || kind == draftedFiles;
}

} // namespace

Commands::Commands(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator me)
    : m_store(store)
    , m_catalog(catalog)
    , m_snapshots(snapshots)
    , m_me(std::move(me))
{
}

void Commands::setHoldTime(std::chrono::milliseconds hold) { m_hold = std::max(hold, std::chrono::milliseconds{0}); }

std::chrono::milliseconds Commands::holdTime() const { return m_hold; }

Operator Commands::me() const { return m_me; }

QFuture<Result<Done>> Commands::note(ConversationId conversation, QString text)
{
    const QString written = text.trimmed();
    return commands::changeConversation(
        m_store, commands::actorOf(m_me, m_store), conversation, "note",
        [written, me = m_me](Database &db, const Conversation &c) -> Result<QJsonObject> {
            if (written.isEmpty())
                return makeError(Error::Kind::Refused, u"The note is empty."_s);
            if (written.size() > noteLimit)
                return makeError(Error::Kind::Refused, u"The note is longer than 100,000 characters."_s);
            Message note;
            note.conversation = c.id;
            note.channel = c.channel;
            note.direction = Direction::Note;
            note.author.name = me.name;
            note.operatorId = me.id;
            note.text = written;
            note.body = bodyFromText(written, false);
            note.providerAt = note.arrivedAt = note.sortAt = db.now();
            messages::insert(db, note, {});
            conversations::messageAdded(db, c.id, note);
            drafts::remove(db, c.id, me.id, u"note"_s);
            return QJsonObject{};
        });
}

QFuture<Result<Done>> Commands::saveDraft(ConversationId conversation, QString kind, QString text)
{
    // No audit row: it is written while somebody types.
    return m_store.write([conversation, kind, text, me = m_me.id](Database &db) -> Result<Done> {
        if (!isDraftKind(kind))
            return makeError(
                Error::Kind::Refused,
                u"A draft is a \"reply\", a \"note\", a \"template\", a \"change\" or \"files\", not \"%1\"."_s.arg(
                    kind.left(40)));
        const Result<Conversation> known = commands::conversationById(db, conversation);
        if (!known)
            return known.error();
        if (text.trimmed().isEmpty())
            drafts::remove(db, conversation, me, kind);
        else
            drafts::save(db, conversation, me, kind, text);
        db.changes().conversations.insert(conversation);
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::markRead(ConversationId conversation, bool read)
{
    return m_store.write([conversation, read](Database &db) -> Result<Done> {
        const Result<Conversation> known = commands::conversationById(db, conversation);
        if (!known)
            return known.error();
        if (known->unread == read)
            conversations::setUnread(db, conversation, !read);
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::done(ConversationId conversation)
{
    const commands::Actor actor = commands::actorOf(m_me, m_store);
    return commands::changeConversation(
        m_store, actor, conversation, "done",
        [actor, teller = ChatTeller{&m_catalog, m_hold}](Database &db, const Conversation &c) -> Result<QJsonObject> {
            conversations::setStatus(db, c.id, ConversationStatus::Done, {});
            conversations::setUnread(db, c.id, false);
            teller.status(db, actor, c, ConversationStatus::Done);
            return QJsonObject{{u"was"_s, nameOf(c.status)}};
        });
}

QFuture<Result<Done>> Commands::reopen(ConversationId conversation)
{
    const commands::Actor actor = commands::actorOf(m_me, m_store);
    return commands::changeConversation(
        m_store, actor, conversation, "reopen",
        [actor, teller = ChatTeller{&m_catalog, m_hold}](Database &db, const Conversation &c) -> Result<QJsonObject> {
            conversations::setStatus(db, c.id, ConversationStatus::Open, {});
            teller.status(db, actor, c, ConversationStatus::Open);
            return QJsonObject{{u"was"_s, nameOf(c.status)}};
        });
}

QFuture<Result<Done>> Commands::snooze(ConversationId conversation, Timestamp until)
{
    const commands::Actor actor = commands::actorOf(m_me, m_store);
    return commands::changeConversation(
        m_store, actor, conversation, "snooze",
        [until, actor, teller = ChatTeller{&m_catalog, m_hold}](Database &db,
                                                                const Conversation &c) -> Result<QJsonObject> {
            if (until <= db.now())
                return makeError(Error::Kind::Refused, u"The time to wake the conversation has passed already."_s);
            conversations::setStatus(db, c.id, ConversationStatus::Snoozed, until);
            teller.status(db, actor, c, ConversationStatus::Snoozed, until);
            return QJsonObject{{u"until"_s, until.toDateTime().toString(Qt::ISODate)}};
        });
}

QFuture<Result<Done>> Commands::assign(ConversationId conversation, OperatorId to)
{
    const commands::Actor actor = commands::actorOf(m_me, m_store);
    return commands::changeConversation(
        m_store, actor, conversation, "assign",
        [to, actor, teller = ChatTeller{&m_catalog, m_hold}](Database &db,
                                                             const Conversation &c) -> Result<QJsonObject> {
            ChatChange change;
            change.what = ChatChange::What::Assignee;
            if (to) {
                const std::vector<Operator> known = operators::all(db);
                const auto found =
                    std::find_if(known.begin(), known.end(), [to](const Operator &o) { return o.id == to; });
                if (found == known.end())
                    return makeError(Error::Kind::NotFound, u"This operator is not in the workspace."_s);
                if (found->isSystem)
                    return makeError(Error::Kind::Refused, u"The system does not answer customers."_s);
                change.name = found->name;
                change.mail = found->mail;
            }
            conversations::setAssignee(db, c.id, to);
            teller.tell(db, actor, c, change);
            return QJsonObject{{u"to"_s, change.name}};
        });
}

QFuture<Result<Done>> Commands::setLabel(ConversationId conversation, QString label, bool on)
{
    const QString name = cleanLine(label, labelLimit + 1).trimmed();
    const commands::Actor actor = commands::actorOf(m_me, m_store);
    return commands::changeConversation(m_store, actor, conversation, "label",
                                        [name, on, actor, teller = ChatTeller{&m_catalog, m_hold}](
                                            Database &db, const Conversation &c) -> Result<QJsonObject> {
                                            if (name.isEmpty())
                                                return makeError(Error::Kind::Refused, u"The label has no name."_s);
                                            if (name.size() > labelLimit)
                                                return makeError(Error::Kind::Refused,
                                                                 u"A label's name has at most 60 characters."_s);
                                            labels::set(db, c.id, name, on);
                                            ChatChange change;
                                            change.what = ChatChange::What::Label;
                                            change.label = name;
                                            change.on = on;
                                            teller.tell(db, actor, c, change);
                                            return QJsonObject{{u"label"_s, name}, {u"on"_s, on}};
                                        });
}

QFuture<Result<Done>> Commands::includeParticipant(ConversationId conversation, QString address, bool included)
{
    return commands::changeConversation(
        m_store, commands::actorOf(m_me, m_store), conversation, "include_participant",
        [address, included](Database &db, const Conversation &c) -> Result<QJsonObject> {
            const std::vector<Participant> known = conversations::participants(db, c.id);
            const bool isThere = std::any_of(known.begin(), known.end(),
                                             [&](const Participant &p) { return p.address.address == address; });
            if (!isThere)
                return makeError(Error::Kind::NotFound,
                                 u"%1 does not take part in this conversation."_s.arg(cleanLine(address, 200)));
            conversations::includeParticipant(db, c.id, address, included);
            return QJsonObject{{u"address"_s, address}, {u"included"_s, included}};
        });
}

} // namespace patchbay
