#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// Approved templates of a WhatsApp Business Account, whose id is the setting "business_account_id"
/// (developers.facebook.com, WhatsApp Business Account, Message Templates). Pure.

/// One page of the approved ones.
Result<Request> askMetaTemplates(const ChatContext &context);
/// Those that want texts only; the others are counted.
Result<TemplatePage> readMetaTemplates(JsonReader &reply, const ChatContext &context);
/// What stands under "template" in a message.
QJsonObject metaTemplateBody(const TemplateUse &use);

} // namespace patchbay
