#include "connectors/crm/redmine/redmine_calls.h"
#include "connectors/kit/settings.h"

#include <QtCore/QJsonArray>
#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString redmineProject(const CrmContext &context) { return settingText(context.settings, u"project"_s); }

std::vector<FieldChoice> redmineChoices(JsonReader &reply, const QString &path, const QString &field)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &one : reply.optionalArray(path))
        choices.push_back({field, one.id(u"/id"_s), one.text(u"/name"_s)});
    return choices;
}

Error redmineUnusable(const QString &what) { return makeError(Error::Kind::Refused, what); }

} // namespace

Result<Request> redmineProjectRequest(const CrmContext &context)
{
    const QByteArray project = QUrl::toPercentEncoding(redmineProject(context));
    if (project.isEmpty() || project == "." || project == "..")
        return redmineUnusable(u"No project is set for this target."_s);
    return Request(
        QByteArrayLiteral("GET"),
        QUrl::fromEncoded("/projects/" + project + ".json?include=trackers,issue_categories,enabled_modules"));
}

Result<std::vector<FieldChoice>> redmineProjectChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices = redmineChoices(reply, u"/project/trackers"_s, u"tracker_id"_s);
    const std::vector<FieldChoice> categories = redmineChoices(reply, u"/project/issue_categories"_s, u"category_id"_s);
    choices.insert(choices.end(), categories.begin(), categories.end());
    return reply.finish(choices);
}

Result<std::vector<FieldChoice>> redminePriorityChoices(JsonReader &reply, const CrmContext &)
{
    return reply.finish(redmineChoices(reply, u"/issue_priorities"_s, u"priority_id"_s));
}

Result<Request> redmineProjectsRequest(const CrmContext &)
{
    return Request(QByteArrayLiteral("GET"), QUrl(u"/projects.json?limit=100"_s));
}

Result<std::vector<FieldChoice>> redmineProjectsChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &one : reply.array(u"/projects"_s))
        choices.push_back({u"project_id"_s, one.id(u"/id"_s), one.text(u"/name"_s)});
    return reply.finish(choices);
}

Result<Request> redmineUserRequest(const CrmContext &)
{
    return Request(QByteArrayLiteral("GET"), QUrl(u"/users/current.json?include=memberships"_s));
}

Result<CrmFinding> redmineUserFinding(JsonReader &reply, const CrmContext &)
{
    CrmFinding finding;
    finding.sentence = u"Signed in as %1."_s.arg(reply.text(u"/user/login"_s));
    QJsonArray memberships;
    for (JsonReader &one : reply.optionalArray(u"/user/memberships"_s)) {
        for (JsonReader &role : one.optionalArray(u"/roles"_s)) {
            memberships.append(QJsonObject{{u"project"_s, one.id(u"/project/id"_s)}, {u"role"_s, role.id(u"/id"_s)}});
        }
    }
    finding.known = {{u"memberships"_s, memberships},
                     {u"admin"_s, reply.optionalBoolean(u"/user/admin"_s).value_or(false)}};
    return reply.finish(finding);
}

Result<CrmFinding> redmineProjectFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/project/name"_s);
    const QString id = reply.id(u"/project/id"_s);
    if (reply.optionalInteger(u"/project/status"_s).value_or(1) != 1)
        return redmineUnusable(u"The project %1 is closed or archived: it takes no new issues."_s.arg(name));
    QStringList modules;
    for (JsonReader &module : reply.optionalArray(u"/project/enabled_modules"_s))
        modules.append(module.text(u"/name"_s));
    if (!modules.isEmpty() && !modules.contains(u"issue_tracking"_s))
        return redmineUnusable(u"The project %1 has issue tracking switched off."_s.arg(name));
    const QString tracker = settingText(context.settings, u"tracker"_s);
    QStringList trackers;
    for (const FieldChoice &choice : redmineChoices(reply, u"/project/trackers"_s, u"tracker_id"_s))
        trackers.append(choice.value);
    if (!reply.ok())
        return reply.error();
    if (!tracker.isEmpty() && !trackers.contains(tracker))
        return redmineUnusable(u"The project %1 has no tracker with number %2."_s.arg(name, tracker));

    CrmFinding finding;
    finding.sentence = u"Project %1 can be read."_s.arg(name);
    const QJsonArray memberships = context.known.value(u"memberships"_s).toArray();
    for (const QJsonValue &membership : memberships) {
        if (membership.toObject().value(u"project"_s).toString() == id)
            finding.known.insert(u"role"_s, membership.toObject().value(u"role"_s));
    }
    if (!context.known.value(u"admin"_s).toBool() && finding.known.isEmpty())
        finding.sentence += u" Whether it may create issues there will show with the first task."_s;
    return finding;
}

bool redmineKnowsRole(const CrmContext &context)
{
    return context.known.contains(u"role"_s) && !context.known.value(u"admin"_s).toBool();
}

Result<Request> redmineRoleRequest(const CrmContext &context)
{
    return Request(QByteArrayLiteral("GET"), QUrl(u"/roles/%1.json"_s.arg(context.known.value(u"role"_s).toString())));
}

Result<CrmFinding> redmineRoleFinding(JsonReader &reply, const CrmContext &context)
{
    const QString role = reply.text(u"/role/name"_s);
    const QJsonArray permissions = reply.value(u"/role/permissions"_s).toArray();
    if (!reply.ok())
        return reply.error();
    if (permissions.contains(u"add_issues"_s))
        return CrmFinding{u"Its role %1 may create issues."_s.arg(role), {}};
    int roles = 0;
    const QJsonArray memberships = context.known.value(u"memberships"_s).toArray();
    for (const QJsonValue &membership : memberships)
        roles += membership.toObject().value(u"role"_s).isUndefined() ? 0 : 1;
    if (roles > 1)
        return CrmFinding{u"Whether it may create issues there will show with the first task."_s, {}};
    return makeError(Error::Kind::Unauthorized, u"Its role %1 may not create issues in this project."_s.arg(role));
}

Result<Request> redmineProbeRequest(const CrmContext &context)
{
    QUrlQuery query;
    query.addQueryItem(u"project_id"_s, redmineProject(context));
    query.addQueryItem(u"status_id"_s, u"*"_s);
    query.addQueryItem(u"limit"_s, u"1"_s);
    query.addQueryItem(u"cf_"_s + settingText(context.settings, u"key_field"_s), u"=patchbay-probe"_s);
    QUrl url(u"/issues.json"_s);
    url.setQuery(query);
    return Request(QByteArrayLiteral("GET"), url);
}

Result<CrmFinding> redmineProbeFinding(JsonReader &reply, const CrmContext &context)
{
    // An unknown filter is ignored, and then all issues are the answer.
    if (reply.integer(u"/total_count"_s) == 0)
        return reply.finish(CrmFinding{});
    if (!reply.ok())
        return reply.error();
    return redmineUnusable(u"Redmine cannot search the custom field %1: give it to this project's trackers and mark it "
                           "\"Used as a filter\"."_s.arg(settingText(context.settings, u"key_field"_s)));
}

} // namespace patchbay
