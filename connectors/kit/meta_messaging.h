#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"
#include "connectors/kit/meta_platform.h"

namespace patchbay {

/// What Messenger and Instagram have in common: their events (developers.facebook.com, Messenger Platform, Webhook
/// Events), and the Send API. Pure.

/// The whole spec but for id, title, form, `me`, names, and what one message takes. Its send asks "/me/messages", where
/// the token says whose account it is.
ChatSpec metaMessagingSpec();
/// FileWaySpec::uploads of a page: it answers with an "attachment_id", which the spec's send takes (Attachment Upload
/// API).
Result<Request> uploadToMeta(const ChatContext &context);
/// The account's own id ("account_id") under the platform's word for it, the switch for the tag HUMAN_AGENT
/// ("human_agent"), and metaForm().
std::vector<FormField> metaMessagingForm(const FormField &account);

/// The items of a request: {"account", "event", "standby"}, each with the key that a repeat has, too.
std::vector<RawItem> readMetaEvents(const HookRequest &request, const AccountConfig &account);
/// A thread is the person over there, by the id that they have for this account.
Result<InboundMessage> parseMetaEvent(const RawItem &item, const AccountConfig &account);
/// Whose name an event lacks: "person:17".
QStringList namesLackingInMeta(const RawItem &item);

/// The person's profile, with these fields.
Result<Request> askMetaProfile(const ChatContext &context, const QString &fields);
template <Literal fields> Result<Request> askMetaName(const ChatContext &context)
{
    return askMetaProfile(context, fields.string());
}
/// "name", else "username".
Result<QString> readMetaName(JsonReader &reply, const ChatContext &context);

} // namespace patchbay
