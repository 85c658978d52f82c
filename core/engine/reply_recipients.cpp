#include "core/engine/reply_recipients.h"

#include "core/mail/mail.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"

#include <QtCore/QSet>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// The address that the contact's newest message wants to be answered at; the contact's own when it says nothing, or
/// something that is not theirs to say.
Address replyAddress(Database &db, const Conversation &conversation, const Address &contact, const QString &own)
{
    const auto newest = messages::newestInboundFrom(db, conversation.id, contact.address);
    if (!newest || newest->replyTo.isEmpty() || repliesElsewhere(*newest))
        return contact;
    const QString wanted = normalAddress(newest->replyTo);
    return wanted.isEmpty() || wanted == own ? contact : Address{contact.name, wanted};
}

} // namespace

std::vector<Address> replyRecipients(Database &db, const Conversation &conversation, const Channel &channel)
{
    const QString own = normalAddress(channel.settings.value("address"_L1).toString());
    std::vector<Address> to;
    QSet<QString> known{own};
    const std::vector<Participant> participants = conversations::participants(db, conversation.id);
    for (const bool contact : {true, false}) {
        for (const Participant &p : participants) {
            if (p.isContact != contact || (!p.isContact && !p.included))
                continue;
            const Address address = contact ? replyAddress(db, conversation, p.address, own) : p.address;
            const QString normal = normalAddress(address.address);
            if (normal.isEmpty() || known.contains(normal))
                continue;
            known.insert(normal);
            to.push_back(address);
        }
    }
    return to;
}

bool repliesElsewhere(const Message &message)
{
    const auto host = [](const QString &address) {
        const QString normal = normalAddress(address);
        return (normal.isEmpty() ? address.trimmed().toLower() : normal).section(u'@', -1);
    };
    return !message.replyTo.isEmpty() && host(message.replyTo) != host(message.author.address);
}

} // namespace patchbay
