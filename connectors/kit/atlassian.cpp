#include "connectors/kit/atlassian.h"

#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/task_adf.h"
#include "connectors/kit/value_forms.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

ValueForm formOf(const QString &type, bool cloud, bool isList)
{
    static const QStringList plain{u"string"_s, u"date"_s, u"datetime"_s, u"any"_s, QString()};
    if (plain.contains(type))
        return {ValueForm::Kind::Text, {}, isList};
    if (type == u"number"_s)
        return {ValueForm::Kind::Number, {}, isList};
    if (type == u"user"_s)
        return {ValueForm::Kind::Member, cloud ? u"id"_s : u"name"_s, isList};
    if (type == u"project"_s || type == u"issuelink"_s)
        return {ValueForm::Kind::IdOrMember, u"key"_s, isList};
    return {ValueForm::Kind::IdOrMember, type.startsWith(u"option"_s) ? u"value"_s : u"name"_s, isList};
}

} // namespace

Result<QUrl> atlassianHome(JsonReader &reply, const CrmContext &context)
{
    const QUrl site(settingOf(context, u"url"_s));
    QUrl home;
    for (JsonReader &one : reply.array({})) {
        const QString id = one.id(u"/id"_s);
        if (originOf(QUrl(one.text(u"/url"_s))) == originOf(site))
            home = QUrl(originOf(context.base) + u"/ex/jira/"_s + pathPart(id));
    }
    if (reply.ok() && home.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"The sign-in does not reach %1. Sign in again and choose that site."_s.arg(site.host()));
    return reply.finish(home);
}

QString atlassianPage(const CrmContext &context, const QString &key)
{
    const QUrl site(settingOf(context, u"url"_s));
    if (site.host() == u"api.atlassian.com"_s)
        return {};
    return site.toString(QUrl::StripTrailingSlash) + u"/browse/"_s + pathPart(key);
}

QString atlassianList(const JsonReader &reply, const QString &cloudName)
{
    return reply.has(u"/values"_s) ? u"/values"_s : cloudName;
}

Result<QJsonObject> atlassianScreen(JsonReader &reply, const CrmContext &)
{
    QJsonObject known;
    for (JsonReader &field : reply.array(atlassianList(reply, u"/fields"_s)))
        known.insert(u"field:"_s + field.text(u"/fieldId"_s), atlassianField(field));
    return reply.finish(known);
}

QString atlassianScreenNext(JsonReader &reply, const CrmContext &)
{
    return nextStart(reply, atlassianList(reply, u"/fields"_s));
}

Result<std::vector<FieldChoice>> atlassianChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &field : reply.array(atlassianList(reply, u"/fields"_s))) {
        const QString id = field.text(u"/fieldId"_s);
        if (!field.has(u"/allowedValues"_s) || id == u"project"_s || id == u"issuetype"_s)
            continue;
        const auto some = readChoices(field, id, {u"/allowedValues"_s, u"/id"_s, u"/name"_s, u"/value"_s});
        choices.insert(choices.end(), some.begin(), some.end());
    }
    return reply.finish(choices);
}

bool hasAtlassianField(const CrmContext &context, const QString &id)
{
    return !context.known.contains(u"type"_s) || context.known.contains(u"field:"_s + id);
}

QJsonObject atlassianField(JsonReader &field)
{
    const QString custom = textOr(field, u"/schema/custom"_s);
    const QString system = textOr(field, u"/schema/system"_s);
    QJsonObject facts{{u"type"_s, field.text(u"/schema/type"_s)},
                      {u"items"_s, textOr(field, u"/schema/items"_s)},
                      {u"document"_s, custom.endsWith(u":textarea"_s) || system == u"environment"_s}};
    QJsonArray names;
    if (system == u"priority"_s) {
        for (JsonReader &one : field.optionalArray(u"/allowedValues"_s))
            names.append(one.text(u"/name"_s));
        facts.insert(u"names"_s, names);
    }
    return facts;
}

QJsonValue atlassianValue(const QJsonObject &field, const QJsonValue &value, bool cloud)
{
    const QString text = value.toString().trimmed();
    if (!value.isString() || field.isEmpty() || text.isEmpty())
        return value;
    if (cloud && field.value(u"document"_s).toBool())
        return adfDocument(cutText(cleanText(value.toString()), {atlassianTextMost, TextLimit::Unit::Utf16}));
    const QString type = field.value(u"type"_s).toString();
    const bool isList = type == u"array"_s;
    return inForm(text, formOf(isList ? field.value(u"items"_s).toString() : type, cloud, isList));
}

QJsonArray atlassianLabels(const QJsonValue &value)
{
    QJsonArray labels;
    for (const QJsonValue &word : listOf(value)) {
        const QString label = cleanText(word.toString()).simplified().replace(u' ', u'-').left(255);
        if (!label.isEmpty())
            labels.append(label);
    }
    return labels;
}

} // namespace patchbay
