#include "connectors/crm/redmine/redmine_calls.h"
#include "connectors/kit/files.h"
#include "connectors/kit/settings.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

FormField redmineField(const QString &key, const QString &label, FormField::Kind kind, bool required,
                       const QString &help = {})
{
    FormField field;
    field.key = key;
    field.label = label;
    field.kind = kind;
    field.required = required;
    field.help = help;
    if (kind == FormField::Kind::Number)
        field.minimum = 1;
    return field;
}

std::vector<FormField> redmineForm()
{
    using Kind = FormField::Kind;
    std::vector<FormField> form{
        redmineField(
            u"url"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Address")), Kind::Text, true,
            QStringLiteral(QT_TRANSLATE_NOOP("form", "As in the browser, for example https://redmine.example.org"))),
        redmineField(u"api_key"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "API key")), Kind::Secret, true,
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "On the page \"My account\", right-hand side"))),
        redmineField(u"project"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Project identifier")), Kind::Text, true,
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "The last part of the project's address"))),
        redmineField(u"tracker"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Tracker (number)")), Kind::Number, false),
        redmineField(u"key_field"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Custom field for our key (number)")),
                     Kind::Number, false,
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A text field for issues, used as a filter"))),
        redmineField(
            u"closed_statuses"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Statuses that mean closed")), Kind::Text,
            false, QStringLiteral(QT_TRANSLATE_NOOP("form", "Only asked of servers before 5.0; separated by commas"))),
    };
    form.back().initial = u"Closed, Rejected"_s;
    const QString priorityHelp =
        QStringLiteral(QT_TRANSLATE_NOOP("form", "Number of Redmine's priority; empty: by its name or position"));
    for (const auto &[key, label] :
         {std::pair{u"priority_low"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Low is"))},
          std::pair{u"priority_normal"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Normal is"))},
          std::pair{u"priority_high"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "High is"))},
          std::pair{u"priority_urgent"_s, QStringLiteral(QT_TRANSLATE_NOOP("form", "Urgent is"))}})
        form.push_back(redmineField(key, label, FormField::Kind::Number, false, priorityHelp));
    return form;
}

Credentials redmineAuth(const AccountConfig &account)
{
    return Credentials::inHeader(QByteArrayLiteral("X-Redmine-API-Key"), account.secrets.value(u"api_key"_s));
}

Result<Request> redmineUpload(const CrmContext &context)
{
    return bytesTo(u"/uploads.json"_s, context, {{u"filename"_s, context.file.name}});
}

Result<QJsonObject> redmineUploaded(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"token"_s, reply.text(u"/upload/token"_s)}});
}

/// An upload that no issue takes is removed by Redmine after a day.
Result<Request> redmineAttach(const CrmContext &context)
{
    const QJsonObject upload{{u"token"_s, context.known.value(u"token"_s)},
                             {u"filename"_s, context.file.name},
                             {u"content_type"_s, QString::fromLatin1(mediaTypeOf(context.file))}};
    return putAt(u"/issues/%1.json"_s.arg(pathPart(context.externalId)),
                 {{u"issue"_s, QJsonObject{{u"uploads"_s, QJsonArray{upload}}}}});
}

CrmSpec redmineSpec()
{
    CrmSpec spec;
    spec.id = u"redmine"_s;
    spec.title = u"Redmine"_s;
    spec.form = redmineForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {false, u"No contract; a real Redmine runs in the tests"_s, u"5.0"_s};
    spec.auth = &redmineAuth;
    spec.limit = RateLimit{20, std::chrono::seconds(2)};
    spec.idempotency = Idempotency::Lookup; // its search reads the same database: no lag of its own
    spec.facts = {{&redminePrioritiesRequest, &redminePriorities, &redmineNeedsPriorities}};
    spec.createTask = {&redmineCreate, &redmineCreated};
    spec.lookUps = {{&redmineFindByField, &redmineFoundByField, &redmineHasKeyField},
                    {&redmineFindByText, &redmineFoundByText}};
    spec.attach = {{&redmineUpload, &redmineUploaded}, {&redmineAttach, &acceptedFile}};
    spec.attached = {&getAt<"/issues/{id}.json?include=attachments">,
                     &filesAt<"/issue/attachments", "/filename", "/filesize">};
    spec.largestFile = largestAttachedFile; // an administrator may have set less
    spec.status = {&redmineIssueRequest, &redmineStatus};
    spec.fields = {{&redmineProjectRequest, &redmineProjectChoices},
                   {&redminePrioritiesRequest, &redminePriorityChoices},
                   {&redmineProjectsRequest, &redmineProjectsChoices}};
    spec.test = {{&redmineUserRequest, &redmineUserFinding},
                 {&redmineProjectRequest, &redmineProjectFinding},
                 {&redmineRoleRequest, &redmineRoleFinding, &redmineKnowsRole},
                 {&redmineProbeRequest, &redmineProbeFinding, &redmineHasKeyField}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_redmine(const ConnectorServices &services) { return makeCrmInfo<&redmineSpec>(services); }

} // namespace patchbay
