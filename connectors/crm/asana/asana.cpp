#include "connectors/kit/calls.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit asanaTitleLimit{1000, TextLimit::Unit::Utf16};
constexpr TextLimit asanaTextLimit{60000, TextLimit::Unit::Utf16};

std::vector<FormField> asanaForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Personal access token"), true),
        textField("project", QT_TRANSLATE_NOOP("form", "Project (number)"), true,
                  QT_TRANSLATE_NOOP("form", "The long number in the address of the project")),
        textField("section", QT_TRANSLATE_NOOP("form", "Section of a new task (number)"), false),
        textField("priority_field", QT_TRANSLATE_NOOP("form", "Custom field for the priority (number)"), false,
                  QT_TRANSLATE_NOOP("form", "One with options such as Low, Medium, High; empty: none")),
        apiAddressField("https://app.asana.com/api/1.0"),
    };
}

QString asanaProject(const CrmContext &context) { return settingText(context.settings, u"project"_s); }
QString asanaPriorityField(const CrmContext &context) { return settingText(context.settings, u"priority_field"_s); }
constexpr auto asanaPriorityRequest =
    &getAt<"/custom_fields/{priority_field}?opt_fields=name,enum_options.name,enum_options.enabled">;
constexpr auto asanaProjectRequest = &getAt<"/projects/{project}?opt_fields=name,archived,members.name">;
constexpr auto asanaFieldsRequest = &getAt<"/projects/{project}/custom_field_settings?"
                                           "opt_fields=custom_field.name,custom_field.enum_options.name&"
                                           "limit=100&offset={cursor}">;
constexpr auto asanaNextPage = &nextAt<"/next_page/offset">;

/// The route's, else the setting's.
QString asanaSection(const CrmContext &context)
{
    const QString mapped = context.task.fields.value(u"section"_s).toString();
    return mapped.isEmpty() ? settingText(context.settings, u"section"_s) : mapped;
}

/// The options of the field by their names in small letters.
Result<QJsonObject> asanaPriorities(JsonReader &reply, const CrmContext &)
{
    QJsonObject options;
    for (JsonReader &option : reply.array(u"/data/enum_options"_s)) {
        if (option.optionalBoolean(u"/enabled"_s).value_or(true))
            options.insert(option.text(u"/name"_s).toLower(), option.id(u"/gid"_s));
    }
    if (reply.ok() && options.isEmpty())
        reply.fault(u"/data/enum_options"_s, u"has no option"_s);
    return reply.finish(QJsonObject{{u"priorities"_s, options}});
}

/// The option that is nearest to the priority; empty: there is none like it.
QString asanaPriority(const CrmContext &context)
{
    static const QHash<Priority, QStringList> names{{Priority::Low, {u"low"_s}},
                                                    {Priority::Normal, {u"normal"_s, u"medium"_s}},
                                                    {Priority::High, {u"high"_s}},
                                                    {Priority::Urgent, {u"urgent"_s, u"critical"_s, u"high"_s}}};
    const QJsonObject options = context.known.value(u"priorities"_s).toObject();
    for (const QString &name : names.value(context.task.priority)) {
        if (options.contains(name))
            return options.value(name).toString();
    }
    return {};
}

/// Mapped fields under a number are custom fields.
QJsonObject asanaCustomFields(const CrmContext &context, QJsonObject *others)
{
    static const QRegularExpression number(u"^[0-9]{1,30}$"_s);
    QJsonObject custom;
    if (const QString priority = asanaPriority(context); !priority.isEmpty())
        custom.insert(asanaPriorityField(context), priority);
    const QJsonObject &fields = context.task.fields;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (number.match(it.key()).hasMatch())
            custom.insert(it.key(), it.value());
        else if (it.key() != u"section"_s)
            others->insert(it.key(), it.value());
    }
    return custom;
}

Result<Request> asanaCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, asanaTitleLimit);
    QJsonObject task{{u"name"_s, title}, {u"notes"_s, taskText(context.task, context.key, asanaTextLimit, title)}};
    if (const QString section = asanaSection(context); section.isEmpty())
        task.insert(u"projects"_s, QJsonArray{asanaProject(context)});
    else
        task.insert(u"memberships"_s,
                    QJsonArray{QJsonObject{{u"project"_s, asanaProject(context)}, {u"section"_s, section}}});
    if (const QString due = dueInstant(context.task); !due.isEmpty())
        task.insert(u"due_at"_s, due);
    QJsonObject others;
    if (const QJsonObject custom = asanaCustomFields(context, &others); !custom.isEmpty())
        task.insert(u"custom_fields"_s, custom);
    const QStringList ours{u"name"_s,        u"notes"_s,     u"html_notes"_s, u"projects"_s,
                           u"memberships"_s, u"workspace"_s, u"external"_s,   u"custom_fields"_s};
    if (Result<Done> mapped = addFields(task, others, ours); !mapped)
        return mapped.error();
    return postTo(u"/tasks"_s, {{u"data"_s, task}}, {{u"opt_fields"_s, u"permalink_url"_s}});
}

Receipt asanaReceipt(JsonReader &task, const CrmContext &)
{
    return {task.id(u"/gid"_s), webPage(textOr(task, u"/permalink_url"_s))};
}

/// The project's tasks that were touched since the key was made: no search index stands in between.
Result<Request> asanaFind(const CrmContext &context)
{
    return getFrom(u"/tasks"_s,
                   {{u"project"_s, asanaProject(context)},
                    {u"modified_since"_s, keySinceText(context.key)},
                    {u"opt_fields"_s, u"notes,permalink_url"_s},
                    {u"limit"_s, u"100"_s},
                    {u"offset"_s, context.cursor}});
}

/// The section that it stands in, as on the board; "Completed" when it is.
Result<RemoteTask> asanaStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.closed = reply.boolean(u"/data/completed"_s);
    task.url = webPage(textOr(reply, u"/data/permalink_url"_s));
    task.status = task.closed ? u"Completed"_s : u"Incomplete"_s;
    for (JsonReader &place : reply.optionalArray(u"/data/memberships"_s)) {
        const QString section = textOr(place, u"/section/name"_s);
        if (!task.closed && !section.isEmpty() && textOr(place, u"/project/gid"_s) == asanaProject(context))
            task.status = section;
    }
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> asanaFields(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &setting : reply.array(u"/data"_s)) {
        const QString gid = setting.id(u"/custom_field/gid"_s);
        const QString name = setting.text(u"/custom_field/name"_s);
        for (JsonReader &option : setting.optionalArray(u"/custom_field/enum_options"_s))
            choices.push_back({gid, option.id(u"/gid"_s), name + u": "_s + option.text(u"/name"_s)});
    }
    return reply.finish(choices);
}

Result<CrmFinding> asanaProjectFinding(JsonReader &reply, const CrmContext &)
{
    const QString name = reply.text(u"/data/name"_s);
    if (reply.ok() && reply.optionalBoolean(u"/data/archived"_s).value_or(false))
        return makeError(Error::Kind::Refused, u"The project “%1” is archived. Choose another one."_s.arg(name));
    return reply.finish(CrmFinding{u"Tasks go to the project “%1”."_s.arg(name)});
}

bool asanaHasSection(const CrmContext &context) { return !asanaSection(context).isEmpty(); }

Result<Request> asanaSectionRequest(const CrmContext &context)
{
    return getFrom(u"/sections/"_s + pathPart(asanaSection(context)), {{u"opt_fields"_s, u"name,project"_s}});
}

Result<CrmFinding> asanaSectionFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/data/name"_s);
    if (reply.ok() && textOr(reply, u"/data/project/gid"_s) != asanaProject(context))
        return makeError(Error::Kind::Refused, u"The section “%1” belongs to another project."_s.arg(name));
    return reply.finish(CrmFinding{u"They begin in the section “%1”."_s.arg(name)});
}

Result<CrmFinding> asanaPriorityFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = asanaPriorities(reply, context);
    if (!known)
        return known.error();
    return CrmFinding{u"Priorities go into the field “%1”."_s.arg(textOr(reply, u"/data/name"_s))};
}

Result<Request> asanaAttach(const CrmContext &context)
{
    return multipartTo(QUrl(u"/attachments"_s), context, u"file"_s, {{u"parent"_s, context.externalId}});
}

CrmSpec asanaSpec()
{
    CrmSpec spec;
    spec.id = u"asana"_s;
    spec.title = u"Asana"_s;
    spec.form = asanaForm();
    spec.objects = {u"Task"_s};
    spec.contract = {true, u"Asana REST API 1.0 (OpenAPI)"_s, u"2026-06"_s};
    spec.auth = &bearerOf<"token">;
    spec.limit = RateLimit{150, std::chrono::minutes(1)}; // of a free workspace
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(10); // a list, no search; its copies may be a moment behind
    spec.facts = {{asanaPriorityRequest, &asanaPriorities, &isSet<"priority_field">}};
    spec.createTask = {&asanaCreate, &receiptAt<"/data/gid", "/data/permalink_url">};
    spec.lookUps = {{&asanaFind, &firstWithKey<"/data", "/notes", &asanaReceipt>, nullptr, asanaNextPage}};
    spec.attach = {{&asanaAttach, &factAt<"file", "/data/gid">}};
    spec.attached = {&getAt<"/attachments?parent={id}&opt_fields=name,size&limit=100&offset={cursor}">,
                     &filesAt<"/data", "/name", "/size">, nullptr, asanaNextPage};
    spec.largestFile = largestAttachedFile;
    spec.status = {
        &getAt<"/tasks/{id}?opt_fields=completed,permalink_url,memberships.project,memberships.section.name">,
        &asanaStatus};
    spec.fields = {{&getAt<"/projects/{project}/sections?limit=100&offset={cursor}">,
                    &choicesAt<"section", "/data", "/gid", "/name">, nullptr, asanaNextPage},
                   {asanaProjectRequest, &choicesAt<"assignee", "/data/members", "/gid", "/name">},
                   {asanaFieldsRequest, &asanaFields, nullptr, asanaNextPage}};
    spec.test = {{&getAt<"/users/me?opt_fields=name">, &findingAt<"Signed in as %1.", "/data/name">},
                 {asanaProjectRequest, &asanaProjectFinding},
                 {&asanaSectionRequest, &asanaSectionFinding, &asanaHasSection},
                 {asanaPriorityRequest, &asanaPriorityFinding, &isSet<"priority_field">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_asana(const ConnectorServices &services) { return makeCrmInfo<&asanaSpec>(services); }

} // namespace patchbay
