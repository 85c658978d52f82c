#include "connectors/kit/chat_files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/meta_messaging.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/services.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> messengerMe(const ChatContext &context)
{
    return getFrom(metaPath(context, u"me"_s), {{u"fields"_s, u"id,name"_s}});
}

/// A token of a person, or of another page, would answer as somebody else.
Result<QJsonObject> messengerWho(JsonReader &reply, const ChatContext &context)
{
    const QString id = reply.id(u"/id"_s);
    const QString name = textOr(reply, u"/name"_s);
    if (!reply.ok())
        return reply.error();
    if (id != settingText(context.settings, u"account_id"_s))
        return makeError(Error::Kind::Unauthorized,
                         u"The access token is of “%1” (%2), not of the page in the settings."_s.arg(name, id));
    return QJsonObject{{u"id"_s, id}, {u"name"_s, name}};
}

ChatSpec messengerSpec()
{
    ChatSpec spec = metaMessagingSpec();
    spec.id = u"messenger"_s;
    spec.title = u"Messenger"_s;
    spec.form = metaMessagingForm(textField("account_id", QT_TRANSLATE_NOOP("form", "Page id"), true,
                                            QT_TRANSLATE_NOOP("form", "A number; of the Facebook page")));
    spec.me = {&messengerMe, &messengerWho};
    spec.names.call = {&askMetaName<"name">, &readMetaName};
    spec.abilities.longestText = 2000;
    spec.abilities.files = {.most = 1, .largest = largestAttachedFile};
    spec.files = {{{&uploadToMeta, &readMembers<"attachment_id">}}, spec.send};
    spec.limit = RateLimit{40, std::chrono::seconds(1)};
    return spec;
}

} // namespace

ChatConnectorInfo chat_messenger(const ConnectorServices &services) { return makeChatInfo<&messengerSpec>(services); }

} // namespace patchbay
