#include "connectors/crm/jira/jira_text.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit jiraTitleLimit{255, TextLimit::Unit::Utf16};

std::vector<FormField> jiraForm()
{
    FormField type = textField("issue_type", QT_TRANSLATE_NOOP("form", "Issue type (name or id)"), false);
    type.initial = u"Task"_s;
    FormField priorities = textField("priorities", QT_TRANSLATE_NOOP("form", "Priorities (low, normal, high, urgent)"),
                                     false, QT_TRANSLATE_NOOP("form", "Their names in Jira; - sets none"));
    priorities.initial = u"Low, Medium, High, Highest"_s;
    return {
        choiceField("edition", QT_TRANSLATE_NOOP("form", "Edition"), {u"cloud"_s, u"server"_s},
                    {u"Cloud"_s, u"Data Center, Server"_s}),
        ownAddressField("https://team.atlassian.net"),
        textField("email", QT_TRANSLATE_NOOP("form", "Mail address of the account"), false,
                  QT_TRANSLATE_NOOP("form", "Cloud: whose API token it is. Empty for a personal access token")),
        secretField("token", QT_TRANSLATE_NOOP("form", "API token or personal access token"), true),
        textField("project", QT_TRANSLATE_NOOP("form", "Project (key)"), true,
                  QT_TRANSLATE_NOOP("form", "What stands before the number of its issues: SUP")),
        type,
        priorities,
    };
}

Credentials jiraAuth(const AccountConfig &account)
{
    const QString mail = settingText(account.settings, u"email"_s);
    const QString token = account.secrets.value(u"token"_s);
    return mail.isEmpty() ? Credentials::bearer(token) : Credentials::basic(mail, token);
}

bool jiraIsCloud(const CrmContext &context) { return settingText(context.settings, u"edition"_s) != u"server"_s; }

/// Cloud has version 3 with documents as texts, Data Center version 2 with wiki markup.
QString jiraPath(const CrmContext &context, const QString &rest)
{
    return (jiraIsCloud(context) ? u"/rest/api/3"_s : u"/rest/api/2"_s) + rest;
}

QString jiraProject(const CrmContext &context) { return settingText(context.settings, u"project"_s); }

QString jiraType(const CrmContext &context)
{
    const QString type = settingText(context.settings, u"issue_type"_s);
    return type.isEmpty() ? u"Task"_s : type;
}

/// A scoped token goes through Atlassian's gateway, whose address has no pages.
QString jiraPage(const CrmContext &context, const QString &key)
{
    if (context.base.host() == u"api.atlassian.com"_s)
        return {};
    return context.base.toString(QUrl::StripTrailingSlash) + u"/browse/"_s + pathPart(key);
}

/// Jira names what it refuses in "errors" by field, the rest in "errorMessages".
QString jiraWords(const QByteArray &body)
{
    JsonReader in = JsonReader::parse(body, u"answer"_s);
    const QJsonObject fields = in.ok() ? in.value(u"/errors"_s).toObject() : QJsonObject();
    QStringList words;
    for (auto it = fields.begin(); it != fields.end() && words.size() < 5; ++it)
        words.append(it.key() + u": "_s + it.value().toString());
    if (words.isEmpty())
        return commonWords(body);
    return commonWords(QJsonDocument(QJsonObject{{u"message"_s, words.join(u"; "_s)}}).toJson());
}

/// Pages by number, of Data Center and of the create screen; `at` is the list.
QString jiraNextStart(JsonReader &reply, const QString &at)
{
    const qint64 next = reply.optionalInteger(u"/startAt"_s).value_or(0) + qint64(reply.optionalArray(at).size());
    const bool more = next < reply.optionalInteger(u"/total"_s).value_or(0) && !reply.optionalArray(at).empty();
    return more ? QString::number(next) : QString();
}

/// Data Center calls every list "values".
QString jiraListAt(const JsonReader &reply, const QString &cloudName)
{
    return reply.has(u"/values"_s) ? u"/values"_s : cloudName;
}

/// The create screen in pages: the issue types first, then the fields of ours; the cursor is "<type>@<start>".
Result<Request> jiraScreenRequest(const CrmContext &context)
{
    const QString types = u"/issue/createmeta/%1/issuetypes"_s.arg(pathPart(jiraProject(context)));
    if (context.cursor.isEmpty())
        return getFrom(jiraPath(context, types), {{u"maxResults"_s, u"200"_s}});
    const QString start = context.cursor.section(u'@', 1);
    return getFrom(jiraPath(context, types + u'/' + pathPart(context.cursor.section(u'@', 0, 0))),
                   {{u"startAt"_s, start == u"0"_s ? QString() : start}, {u"maxResults"_s, u"200"_s}});
}

Result<QString> jiraTypeId(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = jiraType(context);
    QStringList names;
    QString found;
    for (JsonReader &type : reply.array(jiraListAt(reply, u"/issueTypes"_s))) {
        const QString id = type.id(u"/id"_s);
        names.append(type.text(u"/name"_s));
        if (found.isEmpty() && (id == wanted || names.last().compare(wanted, Qt::CaseInsensitive) == 0))
            found = id;
    }
    if (reply.ok() && found.isEmpty()) {
        return makeError(Error::Kind::Refused,
                         u"Jira lets this account create no \"%1\" in project %2. It may create: %3."_s.arg(
                             wanted, jiraProject(context), names.isEmpty() ? u"nothing"_s : names.join(u", "_s)));
    }
    return reply.finish(found);
}

QString jiraScreenNext(JsonReader &reply, const CrmContext &context)
{
    if (context.cursor.isEmpty())
        return jiraTypeId(reply, context).ok() ? *jiraTypeId(reply, context) + u"@0"_s : QString();
    const QString start = jiraNextStart(reply, jiraListAt(reply, u"/fields"_s));
    return start.isEmpty() ? QString() : context.cursor.section(u'@', 0, 0) + u'@' + start;
}

/// "type" = the issue type's id, then "field:<id>" for each field of its create screen.
Result<QJsonObject> jiraScreen(JsonReader &reply, const CrmContext &context)
{
    if (context.cursor.isEmpty()) {
        const Result<QString> type = jiraTypeId(reply, context);
        return type ? Result<QJsonObject>(QJsonObject{{u"type"_s, *type}}) : Result<QJsonObject>(type.error());
    }
    QJsonObject known;
    for (JsonReader &field : reply.array(jiraListAt(reply, u"/fields"_s)))
        known.insert(u"field:"_s + field.text(u"/fieldId"_s), jiraFieldFacts(field));
    return reply.finish(known);
}

/// True while the screen is not known: in a preview.
bool jiraHasField(const CrmContext &context, const QString &id)
{
    return !context.known.contains(u"type"_s) || context.known.contains(u"field:"_s + id);
}

Error jiraNoLabels(const CrmContext &context)
{
    return makeError(Error::Kind::Refused,
                     u"In project %1 the create screen of \"%2\" has no field Labels. Patchbay finds its issues by a "
                     "label: put the field on that screen."_s.arg(jiraProject(context), jiraType(context)));
}

QString jiraPriority(const QJsonObject &settings, Priority priority)
{
    QString names = settingText(settings, u"priorities"_s);
    names = names.isEmpty() ? u"Low, Medium, High, Highest"_s : names;
    const QString name = names.split(u',').value(int(priority)).trimmed();
    return name == u"-"_s ? QString() : name;
}

QString jiraLabel(const CrmContext &context)
{
    return context.key.startsWith(u"patchbay-"_s) ? context.key : u"patchbay-"_s + context.key;
}

/// The route's values in the form that the screen's field takes, and our label among those of the route.
Result<Done> jiraMap(QJsonObject &fields, const CrmContext &context)
{
    QJsonObject mapped;
    for (auto it = context.task.fields.begin(); it != context.task.fields.end(); ++it) {
        const QJsonObject facts = context.known.value(u"field:"_s + it.key()).toObject();
        mapped.insert(it.key(),
                      it.key() == u"labels"_s ? it.value() : jiraValue(facts, it.value(), jiraIsCloud(context)));
    }
    QJsonArray labels = jiraLabels(mapped.take(u"labels"_s));
    labels.append(jiraLabel(context));
    fields.insert(u"labels"_s, labels);
    return addFields(fields, mapped, {u"project"_s, u"issuetype"_s, u"summary"_s, u"description"_s});
}

Result<Request> jiraCreate(const CrmContext &context)
{
    if (!jiraHasField(context, u"labels"_s))
        return jiraNoLabels(context);
    const QString type = context.known.value(u"type"_s).toString();
    const QString title = taskTitle(context.task, jiraTitleLimit);
    QJsonObject fields{
        {u"project"_s, QJsonObject{{u"key"_s, jiraProject(context)}}},
        {u"issuetype"_s, type.isEmpty() ? QJsonObject{{u"name"_s, jiraType(context)}} : QJsonObject{{u"id"_s, type}}},
        {u"summary"_s, title},
        {u"description"_s, jiraDescription(context.task, context.key, title, jiraIsCloud(context))}};
    const QString priority = jiraPriority(context.settings, context.task.priority);
    if (!priority.isEmpty() && jiraHasField(context, u"priority"_s))
        fields.insert(u"priority"_s, QJsonObject{{u"name"_s, priority}});
    if (context.task.due && jiraHasField(context, u"duedate"_s))
        fields.insert(u"duedate"_s, dueDay(context.task));
    if (Result<Done> mapped = jiraMap(fields, context); !mapped)
        return mapped.error();
    return postTo(jiraPath(context, u"/issue"_s), {{u"fields"_s, fields}});
}

Receipt jiraReceipt(JsonReader &issue, const CrmContext &context)
{
    return {issue.id(u"/id"_s), jiraPage(context, issue.text(u"/key"_s))};
}

Result<Receipt> jiraCreated(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(jiraReceipt(reply, context));
}

/// Oldest first: a copy that somebody makes of an issue has its labels too.
Result<Request> jiraFind(const CrmContext &context)
{
    QJsonObject body{{u"jql"_s, u"labels = \"%1\" ORDER BY created ASC"_s.arg(jiraLabel(context))},
                     {u"fields"_s, QJsonArray{u"labels"_s}},
                     {u"maxResults"_s, 50}};
    if (!context.cursor.isEmpty() && jiraIsCloud(context))
        body.insert(u"nextPageToken"_s, context.cursor);
    else if (!context.cursor.isEmpty())
        body.insert(u"startAt"_s, context.cursor.toLongLong());
    return searchAt(jiraPath(context, jiraIsCloud(context) ? u"/search/jql"_s : u"/search"_s), body);
}

Result<std::optional<Receipt>> jiraFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &issue : reply.array(u"/issues"_s)) {
        if (!found && issue.value(u"/fields/labels"_s).toArray().contains(jiraLabel(context)))
            found = jiraReceipt(issue, context);
    }
    return reply.finish(found);
}

QString jiraFindNext(JsonReader &reply, const CrmContext &context)
{
    return jiraIsCloud(context) ? textOr(reply, u"/nextPageToken"_s) : jiraNextStart(reply, u"/issues"_s);
}

Result<Request> jiraStatusRequest(const CrmContext &context)
{
    return getFrom(jiraPath(context, u"/issue/"_s + pathPart(context.externalId)), {{u"fields"_s, u"status"_s}});
}

Result<RemoteTask> jiraStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.status = reply.text(u"/fields/status/name"_s);
    task.closed = reply.text(u"/fields/status/statusCategory/key"_s) == u"done"_s;
    task.url = jiraPage(context, reply.text(u"/key"_s));
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> jiraChoices(JsonReader &reply, const CrmContext &context)
{
    std::vector<FieldChoice> choices;
    if (context.cursor.isEmpty())
        return choices;
    for (JsonReader &field : reply.array(jiraListAt(reply, u"/fields"_s))) {
        const QString id = field.text(u"/fieldId"_s);
        if (!field.has(u"/allowedValues"_s) || id == u"project"_s || id == u"issuetype"_s)
            continue;
        const auto some = readChoices(field, id, {u"/allowedValues"_s, u"/id"_s, u"/name"_s, u"/value"_s});
        choices.insert(choices.end(), some.begin(), some.end());
    }
    return reply.finish(choices);
}

Result<Request> jiraMyselfRequest(const CrmContext &context) { return getFrom(jiraPath(context, u"/myself"_s)); }

Result<CrmFinding> jiraMyself(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{u"Signed in as %1."_s.arg(reply.text(u"/displayName"_s))});
}

Result<CrmFinding> jiraTypeFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QString> type = jiraTypeId(reply, context);
    if (!type)
        return type.error();
    return CrmFinding{
        u"Tasks become issues of the type \"%1\" in project %2."_s.arg(jiraType(context), jiraProject(context)),
        {{u"type"_s, *type}}};
}

Result<Request> jiraFieldsRequest(CrmContext const &context)
{
    CrmContext page = context;
    page.cursor = context.known.value(u"type"_s).toString() + u"@0"_s;
    return jiraScreenRequest(page);
}

/// What the create screen lacks, and names of priorities that it does not know.
Result<CrmFinding> jiraFieldsFinding(JsonReader &reply, const CrmContext &context)
{
    CrmContext page = context;
    page.cursor = u"type@0"_s;
    const Result<QJsonObject> screen = jiraScreen(reply, page);
    if (!screen)
        return screen.error();
    if (!screen->contains(u"field:labels"_s))
        return jiraNoLabels(context);
    QStringList missing;
    for (const QString &field : {u"priority"_s, u"duedate"_s}) {
        if (!screen->contains(u"field:"_s + field))
            missing.append(field);
    }
    const QJsonArray names = screen->value(u"field:priority"_s).toObject().value(u"names"_s).toArray();
    for (const Priority one : {Priority::Low, Priority::Normal, Priority::High, Priority::Urgent}) {
        const QString name = jiraPriority(context.settings, one);
        if (!names.isEmpty() && !name.isEmpty() && !names.contains(name)) {
            return makeError(Error::Kind::Refused,
                             u"Project %1 has no priority \"%2\". Set the names of its priorities."_s.arg(
                                 jiraProject(context), name));
        }
    }
    return CrmFinding{missing.isEmpty() ? QString()
                                        : u"Not on its create screen, so not set: %1."_s.arg(missing.join(u", "_s))};
}

/// Without this header Jira takes a form for one of somebody else's page.
Result<Request> jiraAttach(const CrmContext &context)
{
    const QString path = u"/issue/%1/attachments"_s.arg(pathPart(context.externalId));
    return multipartTo(QUrl(jiraPath(context, path)), context, u"file"_s).header("X-Atlassian-Token", "no-check");
}

Result<Request> jiraAttached(const CrmContext &context)
{
    return getFrom(jiraPath(context, u"/issue/"_s + pathPart(context.externalId)), {{u"fields"_s, u"attachment"_s}});
}

CrmSpec jiraSpec()
{
    CrmSpec spec;
    spec.id = u"jira"_s;
    spec.title = u"Jira"_s;
    spec.form = jiraForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {true, u"Jira Cloud REST v3 (OpenAPI); Data Center: unverified"_s, u"2025"_s};
    spec.auth = &jiraAuth;
    spec.limit = RateLimit{10, std::chrono::seconds(1)};
    spec.words = &jiraWords;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(60); // its search is "eventually consistent", without a figure
    spec.facts = {{&jiraScreenRequest, &jiraScreen, nullptr, &jiraScreenNext}};
    spec.createTask = {&jiraCreate, &jiraCreated};
    spec.lookUps = {{&jiraFind, &jiraFound, nullptr, &jiraFindNext}};
    spec.attach = {{&jiraAttach, &factAt<"file", "/0/id">}};
    spec.attached = {&jiraAttached, &filesAt<"/fields/attachment", "/filename", "/size">};
    spec.largestFile = largestAttachedFile; // an administrator may have set less
    spec.status = {&jiraStatusRequest, &jiraStatus};
    spec.fields = {{&jiraScreenRequest, &jiraChoices, nullptr, &jiraScreenNext}};
    spec.test = {{&jiraMyselfRequest, &jiraMyself},
                 {&jiraScreenRequest, &jiraTypeFinding},
                 {&jiraFieldsRequest, &jiraFieldsFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_jira(const ConnectorServices &services) { return makeCrmInfo<&jiraSpec>(services); }

} // namespace patchbay
