#pragma once

#include "connectors/kit/crm_spec.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// Atlassian's gateway, and a project's create screen: the fields as its "schema" describes them and the values that
/// they take. Cloud takes texts of several lines as documents (task_adf.h). Pure.

/// Where the gateway has the site of the setting "url", for CrmSpec::home: among those that the person allowed in the
/// browser.
Result<QUrl> atlassianHome(JsonReader &reply, const CrmContext &context);
/// The page of an issue at the setting "url". The gateway's own address, which a scoped token goes through, has none.
QString atlassianPage(const CrmContext &context, const QString &key);

/// Data Center calls every list "values".
QString atlassianList(const JsonReader &reply, const QString &cloudName);
/// A page of the create screen: "field:<id>" = atlassianField for each field, the next page, and the values that a
/// person can choose.
Result<QJsonObject> atlassianScreen(JsonReader &reply, const CrmContext &context);
QString atlassianScreenNext(JsonReader &reply, const CrmContext &context);
Result<std::vector<FieldChoice>> atlassianChoices(JsonReader &reply, const CrmContext &context);
/// Is on the screen; true while the screen is not known ("type"): in a preview.
bool hasAtlassianField(const CrmContext &context, const QString &id);

/// What a field of the create screen takes: {"type", "items", "document"}, and for the priority its "names".
QJsonObject atlassianField(JsonReader &field);
/// A value of the route's mapping in the form of the field with these facts; without facts, or when it is no text, as
/// it is. A choice is an id when it consists of digits, else a name; lists are separated by commas.
QJsonValue atlassianValue(const QJsonObject &field, const QJsonValue &value, bool cloud);
/// Labels cannot hold spaces: they become hyphens.
QJsonArray atlassianLabels(const QJsonValue &value);
/// A text field holds 32,767 characters. Whether Cloud counts the words or the document is not written down, so the
/// document stays below it.
constexpr qsizetype atlassianTextMost = 32000;

} // namespace patchbay
