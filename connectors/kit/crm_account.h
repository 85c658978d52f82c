#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// What a spec and the settings of one account make together. Pure.

StatusRules crmStatusRules(const CrmSpec &spec);
HttpSettings crmHttpSettings(const CrmSpec &spec, const AccountConfig &account, const QUrl &base);
DeliveryFacts crmDeliveryFacts(const CrmSpec &spec, const QJsonObject &settings);
/// The account's address. Settings may have come from elsewhere than the form: the rule for addresses holds here, too.
/// Without a setting it is the address that the form proposes; empty when it is not usable.
QUrl crmBase(const CrmSpec &spec, const QJsonObject &settings);
/// The address with the spec's apiPath behind it.
QUrl crmBelow(const CrmSpec &spec, QUrl address, const QJsonObject &settings);
/// An answer to read. 204 is one without a body; an empty one with another status is none.
Result<JsonReader> crmReply(const Reply &reply, const QString &envelope = {});

} // namespace patchbay
