#include "connectors/crm/redmine/redmine_calls.h"
#include "connectors/crm/redmine/redmine_text.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrlQuery>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int redmineMostFound = 100; // Redmine's largest page

/// The number of Redmine's priority for ours: the setting, else what was read; nothing leaves it to Redmine's default.
std::optional<qint64> redminePriorityId(const CrmContext &context)
{
    const QString word = priorityWord(context.task.priority);
    if (const auto chosen = settingNumber(context.settings, u"priority_"_s + word))
        return chosen;
    const QJsonValue known = context.known.value(u"priorities"_s).toObject().value(word);
    return known.isUndefined() ? std::nullopt : std::optional(known.toInteger());
}

QString redmineIssueUrl(const CrmContext &context, const QString &id)
{
    QString base = context.base.toString(QUrl::FullyEncoded);
    while (base.endsWith(u'/'))
        base.chop(1);
    return u"%1/issues/%2"_s.arg(base, id);
}

bool isRedmineNumber(const QString &text)
{
    static const QRegularExpression digits(u"^[1-9][0-9]{0,17}\\z"_s);
    return digits.match(text).hasMatch();
}

/// The route's mapping: only fields that are listed here, numbers where Redmine wants numbers.
Result<Done> addRedmineMapping(QJsonObject &issue, QJsonArray &custom, const QJsonObject &fields)
{
    static const QStringList numbers{u"tracker_id"_s,     u"priority_id"_s,      u"category_id"_s,
                                     u"assigned_to_id"_s, u"fixed_version_id"_s, u"parent_issue_id"_s};
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it) {
        const QString key = it.key();
        const QString value = settingText(fields, key);
        if (value.isEmpty() && !it.value().isBool())
            continue;
        if (numbers.contains(key)) {
            if (!isRedmineNumber(value))
                return makeError(Error::Kind::Refused,
                                 u"The field %1 needs a number, not \"%2\"."_s.arg(key, value.left(40)));
            issue.insert(key, value.toLongLong());
        } else if (key == u"project_id"_s) {
            issue.insert(key, value);
        } else if (key == u"is_private"_s) {
            issue.insert(key, settingSwitch(fields, key));
        } else if (key.startsWith(u"cf_"_s) && isRedmineNumber(key.mid(3))) {
            custom.append(QJsonObject{{u"id"_s, key.mid(3).toLongLong()}, {u"value"_s, value}});
        } else {
            return makeError(Error::Kind::Refused,
                             u"Redmine has no field \"%1\". Known: %2, project_id, is_private, cf_<number>."_s.arg(
                                 key.left(40), numbers.join(u", "_s)));
        }
    }
    return Done{};
}

void addRedmineDates(QJsonObject &issue, const CrmContext &context)
{
    if (!context.task.due)
        return;
    const QDate due = context.task.due.toDateTime().toLocalTime().date();
    issue.insert(u"due_date"_s, due.toString(Qt::ISODate));
    // Redmine starts issues today and refuses a due date before the start.
    if (due < context.now.toDateTime().toLocalTime().date())
        issue.insert(u"start_date"_s, due.toString(Qt::ISODate));
}

Receipt redmineReceipt(const CrmContext &context, const QString &id, const QString &subject)
{
    return {id, redmineIssueUrl(context, id), u"#%1 %2"_s.arg(id, subject).left(2000)};
}

Result<Request> redmineSearch(const CrmContext &context, const QString &filter, const QString &value)
{
    if (Result<Done> key = checkedKey(context.key); !key)
        return key.error();
    QUrlQuery query;
    query.addQueryItem(u"status_id"_s, u"*"_s);
    query.addQueryItem(u"limit"_s, QString::number(redmineMostFound));
    query.addQueryItem(u"sort"_s, u"id"_s);
    query.addQueryItem(filter, value);
    QUrl url(u"/issues.json"_s);
    url.setQuery(query);
    return Request(QByteArrayLiteral("GET"), url);
}

} // namespace

bool redmineNeedsPriorities(const CrmContext &context)
{
    const Priority priority = context.task.priority;
    return priority != Priority::Normal && !context.known.contains(u"priorities"_s)
        && !context.task.fields.contains(u"priority_id"_s)
        && !settingNumber(context.settings, u"priority_"_s + priorityWord(priority));
}

Result<Request> redminePrioritiesRequest(const CrmContext &)
{
    return Request(QByteArrayLiteral("GET"), QUrl(u"/enumerations/issue_priorities.json"_s));
}

Result<QJsonObject> redminePriorities(JsonReader &reply, const CrmContext &)
{
    struct Known {
        qint64 id = 0;
        QString name = {};
        bool isDefault = false;
    };
    std::vector<Known> all;
    for (JsonReader &one : reply.array(u"/issue_priorities"_s)) {
        if (one.optionalBoolean(u"/active"_s).value_or(true))
            all.push_back({one.integer(u"/id"_s), one.text(u"/name"_s).toLower(),
                           one.optionalBoolean(u"/is_default"_s).value_or(false)});
    }
    QJsonObject ids;
    if (all.empty())
        return reply.finish(QJsonObject{{u"priorities"_s, ids}});
    // By position, which is the order of the list: lowest, one above the default, highest. Names know better.
    const auto byDefault = std::find_if(all.begin(), all.end(), [](const Known &one) { return one.isDefault; });
    const size_t normal = byDefault == all.end() ? (all.size() - 1) / 2 : size_t(byDefault - all.begin());
    ids.insert(u"low"_s, all.front().id);
    ids.insert(u"high"_s, all[std::min(normal + 1, all.size() - 1)].id);
    ids.insert(u"urgent"_s, all.back().id);
    for (const Known &one : all) {
        if (ids.contains(one.name))
            ids.insert(one.name, one.id);
    }
    return reply.finish(QJsonObject{{u"priorities"_s, ids}});
}

Result<Request> redmineCreate(const CrmContext &context)
{
    if (Result<Done> key = checkedKey(context.key); !key)
        return key.error();
    QJsonObject issue{{u"project_id"_s, settingText(context.settings, u"project"_s)},
                      {u"subject"_s, redmineSubject(context.task)},
                      {u"description"_s, redmineDescription(context.task, context.key)}};
    if (const auto tracker = settingNumber(context.settings, u"tracker"_s))
        issue.insert(u"tracker_id"_s, *tracker);
    if (const auto priority = redminePriorityId(context))
        issue.insert(u"priority_id"_s, *priority);
    addRedmineDates(issue, context);
    QJsonArray custom;
    if (const auto field = settingNumber(context.settings, u"key_field"_s))
        custom.append(QJsonObject{{u"id"_s, *field}, {u"value"_s, context.key}});
    if (Result<Done> mapped = addRedmineMapping(issue, custom, context.task.fields); !mapped)
        return mapped.error();
    if (!custom.isEmpty())
        issue.insert(u"custom_fields"_s, custom);
    return Request(QByteArrayLiteral("POST"), QUrl(u"/issues.json"_s)).json({{u"issue"_s, issue}});
}

Result<Receipt> redmineCreated(JsonReader &reply, const CrmContext &context)
{
    const QString id = reply.id(u"/issue/id"_s);
    return reply.finish(redmineReceipt(context, id, reply.optionalText(u"/issue/subject"_s).value_or(QString())));
}

bool redmineHasKeyField(const CrmContext &context)
{
    return settingNumber(context.settings, u"key_field"_s).has_value();
}

Result<Request> redmineFindByField(const CrmContext &context)
{
    const qint64 field = settingNumber(context.settings, u"key_field"_s).value_or(0);
    return redmineSearch(context, u"cf_%1"_s.arg(field), u"="_s + context.key);
}

Result<std::optional<Receipt>> redmineFoundByField(JsonReader &reply, const CrmContext &context)
{
    const qint64 field = settingNumber(context.settings, u"key_field"_s).value_or(0);
    std::optional<Receipt> found;
    for (JsonReader &issue : reply.array(u"/issues"_s)) {
        for (JsonReader &custom : issue.optionalArray(u"/custom_fields"_s)) {
            const QJsonValue value = custom.value(u"/value"_s);
            if (!found && custom.integer(u"/id"_s) == field && value.toString() == context.key)
                found = redmineReceipt(context, issue.id(u"/id"_s), issue.text(u"/subject"_s));
        }
    }
    return reply.finish(found);
}

Result<Request> redmineFindByText(const CrmContext &context)
{
    return redmineSearch(context, u"description"_s, u"~"_s + context.key);
}

Result<std::optional<Receipt>> redmineFoundByText(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    bool filtered = true;
    std::vector<JsonReader> issues = reply.array(u"/issues"_s);
    for (JsonReader &issue : issues) {
        const QString description = issue.optionalText(u"/description"_s).value_or(QString());
        filtered = filtered && description.contains(context.key, Qt::CaseInsensitive);
        if (!found && redmineHasKey(description, context.key))
            found = redmineReceipt(context, issue.id(u"/id"_s), issue.text(u"/subject"_s));
    }
    // Redmine answers a filter that it does not know with all issues: then "not among them" would mean nothing.
    if (!found && !filtered)
        reply.fault(u"/issues"_s, u"has issues without our key, so this Redmine did not search"_s);
    if (!found && reply.integer(u"/total_count"_s) > qint64(issues.size()))
        reply.fault(u"/total_count"_s, u"has more issues than one page"_s);
    return reply.finish(found);
}

Result<Request> redmineIssueRequest(const CrmContext &context)
{
    if (!isRedmineNumber(context.externalId))
        return makeError(Error::Kind::Refused, u"\"%1\" is no issue number."_s.arg(context.externalId.left(40)));
    return Request(QByteArrayLiteral("GET"), QUrl(u"/issues/%1.json"_s.arg(context.externalId)));
}

static bool isRedmineClosed(const CrmContext &context, const QString &status, std::optional<bool> said)
{
    const QStringList names = settingText(context.settings, u"closed_statuses"_s).split(u',');
    return said.value_or(std::any_of(names.begin(), names.end(), [&status](const QString &name) {
        return name.trimmed().compare(status, Qt::CaseInsensitive) == 0;
    }));
}

Result<RemoteTask> redmineStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.status = reply.text(u"/issue/status/name"_s);
    task.url = redmineIssueUrl(context, reply.id(u"/issue/id"_s));
    task.title = textOr(reply, u"/issue/subject"_s);
    task.closed =
        isRedmineClosed(context, task.status, reply.optionalBoolean(u"/issue/status/is_closed"_s)); // since 5.0
    return reply.finish(task);
}

/// An issue has no contact: those of the project whose description has the person's address.
Result<Request> redmineRecordsRequest(const CrmContext &context)
{
    const QString mail = taskPerson(context.task).mail;
    if (mail.isEmpty())
        return nobodyToAskFor();
    return getFrom(u"/issues.json"_s,
                   {{u"project_id"_s, settingText(context.settings, u"project"_s)},
                    {u"status_id"_s, u"*"_s},
                    {u"description"_s, u"~"_s + mail},
                    {u"sort"_s, u"updated_on:desc"_s},
                    {u"limit"_s, QString::number(recordsAskedFor)}});
}

Result<std::vector<RemoteRecord>> redmineRecords(JsonReader &reply, const CrmContext &context)
{
    const QString mail = taskPerson(context.task).mail;
    std::vector<RemoteRecord> records;
    for (JsonReader &issue : reply.array(u"/issues"_s)) {
        // Redmine answers a filter that it does not know with all issues.
        if (!textOr(issue, u"/description"_s).contains(mail, Qt::CaseInsensitive))
            reply.fault(u"/issues"_s, u"has issues without the address, so this Redmine did not search"_s);
        RemoteTask state{issue.text(u"/status/name"_s), false, redmineIssueUrl(context, issue.id(u"/id"_s))};
        state.closed = isRedmineClosed(context, state.status, issue.optionalBoolean(u"/status/is_closed"_s));
        records.push_back(readRecord(issue, {u"/id"_s, u"/subject"_s, u"/updated_on"_s}, state));
    }
    return reply.finish(std::move(records));
}

} // namespace patchbay
