#include "connectors/kit/form_fields.h"
#include "connectors/kit/meta_messaging.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/services.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> instagramMe(const ChatContext &context)
{
    const QString account = pathPart(settingText(context.settings, u"account_id"_s));
    return getFrom(metaPath(context, account), {{u"fields"_s, u"id,username"_s}});
}

Result<QJsonObject> instagramWho(JsonReader &reply, const ChatContext &context)
{
    return reply.finish(QJsonObject{{u"id"_s, settingText(context.settings, u"account_id"_s)},
                                    {u"name"_s, reply.text(u"/username"_s)}});
}

ChatSpec instagramSpec()
{
    ChatSpec spec = metaMessagingSpec();
    spec.id = u"instagram"_s;
    spec.title = u"Instagram"_s;
    spec.form = metaMessagingForm(
        textField("account_id", QT_TRANSLATE_NOOP("form", "Instagram account id"), true,
                  QT_TRANSLATE_NOOP("form", "A long number; of the professional account, not its name")));
    spec.me = {&instagramMe, &instagramWho};
    spec.names.call = {&askMetaName<"name,username">, &readMetaName};
    spec.abilities.longestText = 1000;
    spec.abilities.countsBytes = true;
    spec.limit = RateLimit{20, std::chrono::seconds(1)};
    return spec;
}

} // namespace

ChatConnectorInfo chat_instagram(const ConnectorServices &services) { return makeChatInfo<&instagramSpec>(services); }

} // namespace patchbay
