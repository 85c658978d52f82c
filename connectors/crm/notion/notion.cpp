#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QTextBoundaryFinder>

#include <cmath>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype notionPartLimit = 2000; // of one text object, in UTF-16 units; at most 100 blocks
constexpr TextLimit notionTitleLimit{notionPartLimit, TextLimit::Unit::Utf16};
constexpr TextLimit notionTextLimit{100000, TextLimit::Unit::Utf16};

std::vector<FormField> notionForm()
{
    FormField key = textField("key_property", QT_TRANSLATE_NOOP("form", "Property for our key"), false,
                              QT_TRANSLATE_NOOP("form", "A property of the type Text"));
    key.initial = u"Patchbay key"_s;
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Integration secret"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with ntn_ or secret_")),
        textField("data_source", QT_TRANSLATE_NOOP("form", "Data source (id)"), true,
                  QT_TRANSLATE_NOOP("form", "In the database's settings: Manage data sources, Copy data source ID")),
        key,
        textField("priority_property", QT_TRANSLATE_NOOP("form", "Property for the priority"), false,
                  QT_TRANSLATE_NOOP("form", "A select with the options Low, Normal, High and Urgent. Empty: none")),
        textField("due_property", QT_TRANSLATE_NOOP("form", "Property for the due date"), false),
        textField("status_property", QT_TRANSLATE_NOOP("form", "Property that shows the status"), false,
                  QT_TRANSLATE_NOOP("form", "A status or a checkbox. Empty: the first status")),
        apiAddressField("https://api.notion.com"),
    };
}

Credentials notionAuth(const AccountConfig &account) { return Credentials::bearer(account.secrets.value(u"token"_s)); }

/// A collision inside Notion: nothing was written, and it may be tried again.
std::optional<VendorFailure> notionFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 409)
        return std::nullopt;
    return VendorFailure{Error::Kind::Remote, commonWords(reply.body)};
}

Request notionVersion(Request request) { return std::move(request).header("Notion-Version", "2025-09-03"); }

QString notionKeyProperty(const CrmContext &context)
{
    const QString name = settingText(context.settings, u"key_property"_s);
    return name.isEmpty() ? u"Patchbay key"_s : name;
}

QString notionSource(const CrmContext &context)
{
    return u"/v1/data_sources/"_s + pathPart(settingText(context.settings, u"data_source"_s));
}

Result<Request> notionSchemaRequest(const CrmContext &context) { return notionVersion(getFrom(notionSource(context))); }

/// The options that a status has in its last group, "Complete".
QJsonArray notionDone(const QJsonObject &status)
{
    const QJsonArray ids = status.value(u"groups"_s).toArray().last().toObject().value(u"option_ids"_s).toArray();
    QJsonArray done;
    for (const QJsonValue &option : status.value(u"options"_s).toArray()) {
        if (ids.contains(option[u"id"_s]))
            done.append(option[u"name"_s]);
    }
    return done;
}

/// "types" of the properties by name, the name of the one that is the "title", the one that is the "status", and the
/// status's options that are "done".
Result<QJsonObject> notionSchema(JsonReader &reply, const CrmContext &context)
{
    const QJsonObject properties = reply.value(u"/properties"_s).toObject();
    QString title;
    QString status = settingText(context.settings, u"status_property"_s);
    QJsonObject types;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QString type = it.value()[u"type"_s].toString();
        types.insert(it.key(), type);
        if (type == u"title"_s)
            title = it.key();
        if (type == u"status"_s && status.isEmpty())
            status = it.key();
    }
    if (title.isEmpty())
        reply.fault(u"/properties"_s, u"has no property of the type title"_s);
    return reply.finish(QJsonObject{{u"types"_s, types},
                                    {u"title"_s, title},
                                    {u"status"_s, status},
                                    {u"done"_s, notionDone(properties[status][u"status"_s].toObject())}});
}

/// What is wrong with the properties that the settings name.
Result<Done> notionChecked(const QJsonObject &known, const CrmContext &context)
{
    const QJsonObject types = known.value(u"types"_s).toObject();
    const QString due = settingText(context.settings, u"due_property"_s);
    const QString priority = settingText(context.settings, u"priority_property"_s);
    const QString status = known.value(u"status"_s).toString();
    const std::tuple<QString, QStringList, QString> wanted[] = {
        {notionKeyProperty(context), {u"rich_text"_s}, u"Text"_s},
        {due, {u"date"_s}, u"Date"_s},
        {priority, {u"select"_s, u"status"_s}, u"Select or Status"_s},
        {status, {u"status"_s, u"checkbox"_s}, u"Status or Checkbox"_s}};
    for (const auto &[name, good, shown] : wanted) {
        if (!name.isEmpty() && !good.contains(types.value(name).toString())) {
            return makeError(Error::Kind::Refused,
                             u"Notion's data source has no property \"%1\" of the type %2."_s.arg(name, shown));
        }
    }
    return Done{};
}

QJsonArray notionText(const QString &text)
{
    return {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, QJsonObject{{u"content"_s, text}}}}};
}

QJsonObject notionParagraph(const QString &text)
{
    return {{u"object"_s, u"block"_s},
            {u"type"_s, u"paragraph"_s},
            {u"paragraph"_s, QJsonObject{{u"rich_text"_s, notionText(text)}}}};
}

/// The words in paragraphs that Notion takes, the key's own last. Nothing in a text is markup there.
QJsonArray notionBlocks(const TaskPayload &task, const QString &key, const QString &shownTitle)
{
    const QString words = cutText(taskWords(task, shownTitle), notionTextLimit);
    QJsonArray blocks;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, words);
    for (qsizetype at = 0; at < words.size();) {
        finder.setPosition(qMin(at + notionPartLimit, words.size()));
        if (!finder.isAtBoundary())
            finder.toPreviousBoundary();
        const qsizetype end = finder.position() > at ? finder.position() : qMin(at + notionPartLimit, words.size());
        blocks.append(notionParagraph(words.mid(at, end - at)));
        at = end;
    }
    blocks.append(notionParagraph(taskEnd(task, key)));
    return blocks;
}

/// A text of the route in the form that a property of this type takes.
QJsonValue notionValue(const QString &type, const QString &text)
{
    static const QStringList plain{u"url"_s, u"email"_s, u"phone_number"_s};
    static const QStringList yes{u"true"_s, u"yes"_s, u"1"_s};
    static const QStringList no{u"false"_s, u"no"_s, u"0"_s};
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (plain.contains(type))
        return QJsonObject{{type, text}};
    // What is no number, or neither yes nor no, goes as it is, and Notion says that it does not fit.
    if (type == u"number"_s)
        return QJsonObject{{type, std::isfinite(number) && isNumber ? QJsonValue(number) : QJsonValue(text)}};
    if (type == u"checkbox"_s && (yes.contains(text.toLower()) || no.contains(text.toLower())))
        return QJsonObject{{type, yes.contains(text.toLower())}};
    if (type == u"checkbox"_s)
        return QJsonObject{{type, text}};
    if (type == u"date"_s)
        return QJsonObject{{type, QJsonObject{{u"start"_s, text}}}};
    if (type == u"select"_s || type == u"status"_s)
        return QJsonObject{{type, QJsonObject{{u"name"_s, text}}}};
    if (type == u"multi_select"_s || type == u"people"_s || type == u"relation"_s) {
        QJsonArray list;
        for (const QString &one : text.split(u',', Qt::SkipEmptyParts))
            list.append(QJsonObject{{type == u"multi_select"_s ? u"name"_s : u"id"_s, one.trimmed()}});
        return QJsonObject{{type, list}};
    }
    return QJsonObject{{u"rich_text"_s, notionText(cutText(cleanText(text), notionTitleLimit))}};
}

Result<Request> notionCreate(const CrmContext &context)
{
    const QJsonObject types = context.known.value(u"types"_s).toObject();
    if (Result<Done> good = types.isEmpty() ? Done{} : notionChecked(context.known, context); !good)
        return good.error();
    const QString titleName = context.known.value(u"title"_s).toString(u"title"_s);
    const QString keyName = notionKeyProperty(context);
    const QString title = taskTitle(context.task, notionTitleLimit);
    QJsonObject properties{{titleName, QJsonObject{{u"title"_s, notionText(title)}}},
                           {keyName, QJsonObject{{u"rich_text"_s, notionText(context.key)}}}};
    if (const QString name = settingText(context.settings, u"priority_property"_s); !name.isEmpty()) {
        QString word = priorityWord(context.task.priority);
        word[0] = word[0].toUpper();
        properties.insert(name, notionValue(types.value(name).toString(u"select"_s), word));
    }
    if (const QString name = settingText(context.settings, u"due_property"_s); !name.isEmpty() && context.task.due)
        properties.insert(name, notionValue(u"date"_s, dueDay(context.task)));
    QJsonObject mapped = context.task.fields;
    for (auto it = mapped.begin(); it != mapped.end(); ++it) {
        if (it.value().isString() && !it.value().toString().trimmed().isEmpty())
            it.value() = notionValue(types.value(it.key()).toString(), it.value().toString().trimmed());
    }
    if (Result<Done> added = addFields(properties, mapped, {titleName, keyName}); !added)
        return added.error();
    const QJsonObject parent{{u"type"_s, u"data_source_id"_s},
                             {u"data_source_id"_s, settingText(context.settings, u"data_source"_s)}};
    return notionVersion(postTo(u"/v1/pages"_s,
                                {{u"parent"_s, parent},
                                 {u"properties"_s, properties},
                                 {u"children"_s, notionBlocks(context.task, context.key, title)}}));
}

Receipt notionReceipt(JsonReader &page) { return {page.text(u"/id"_s), textOr(page, u"/url"_s)}; }

Result<Receipt> notionCreated(JsonReader &reply, const CrmContext &) { return reply.finish(notionReceipt(reply)); }

Result<Request> notionFind(const CrmContext &context)
{
    const QJsonObject filter{{u"property"_s, notionKeyProperty(context)},
                             {u"rich_text"_s, QJsonObject{{u"equals"_s, context.key}}}};
    QJsonObject body{{u"filter"_s, filter}, {u"page_size"_s, 100}};
    if (!context.cursor.isEmpty())
        body.insert(u"start_cursor"_s, context.cursor);
    return notionVersion(searchAt(notionSource(context) + u"/query"_s, body));
}

Result<std::optional<Receipt>> notionFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &page : reply.array(u"/results"_s)) {
        QString key;
        const QJsonValue property = page.value(u"/properties"_s)[notionKeyProperty(context)];
        for (const QJsonValue &part : property[u"rich_text"_s].toArray())
            key += part[u"plain_text"_s].toString();
        if (!found && key == context.key)
            found = notionReceipt(page);
    }
    return reply.finish(found);
}

QString notionNextPage(JsonReader &reply, const CrmContext &)
{
    const bool more = reply.optionalBoolean(u"/has_more"_s).value_or(false);
    return more ? textOr(reply, u"/next_cursor"_s) : QString();
}

Result<Request> notionPageRequest(const CrmContext &context)
{
    return notionVersion(getFrom(u"/v1/pages/"_s + pathPart(context.externalId)));
}

Result<RemoteTask> notionStatus(JsonReader &reply, const CrmContext &context)
{
    const QJsonValue status = reply.value(u"/properties"_s)[context.known.value(u"status"_s).toString()];
    const bool ticked = status[u"checkbox"_s].toBool();
    RemoteTask task;
    task.status = status[u"status"_s][u"name"_s].toString();
    if (status[u"checkbox"_s].isBool())
        task.status = ticked ? u"Done"_s : u"Open"_s;
    task.closed = ticked || context.known.value(u"done"_s).toArray().contains(task.status);
    if (reply.boolean(u"/in_trash"_s)) {
        task.status = u"In trash"_s;
        task.closed = true;
    }
    task.url = textOr(reply, u"/url"_s);
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> notionChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    const QJsonObject properties = reply.value(u"/properties"_s).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonValue options = it.value()[it.value()[u"type"_s].toString()][u"options"_s];
        for (const QJsonValue &option : options.toArray())
            choices.push_back({it.key(), option[u"name"_s].toString(), option[u"name"_s].toString()});
    }
    reply.text(u"/id"_s);
    return reply.finish(choices);
}

Result<Request> notionMeRequest(const CrmContext &) { return notionVersion(getFrom(u"/v1/users/me"_s)); }

Result<CrmFinding> notionMe(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{u"Signed in as %1."_s.arg(textOr(reply, u"/name"_s, reply.text(u"/id"_s)))});
}

Result<CrmFinding> notionFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = notionSchema(reply, context);
    if (!known)
        return known.error();
    if (Result<Done> good = notionChecked(*known, context); !good)
        return good.error();
    return reply.finish(CrmFinding{
        u"Tasks become pages in “%1”."_s.arg(textOr(reply, u"/title/0/plain_text"_s, reply.text(u"/id"_s)))});
}

CrmSpec notionSpec()
{
    CrmSpec spec;
    spec.id = u"notion"_s;
    spec.title = u"Notion"_s;
    spec.form = notionForm();
    spec.objects = {u"Page"_s};
    spec.contract = {true, u"Notion API (OpenAPI of Notion's own MCP server; pages and filters are open there)"_s,
                     u"2025-09-03"_s};
    spec.auth = &notionAuth;
    spec.limit = RateLimit{3, std::chrono::seconds(1)};
    spec.failure = &notionFailure;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // not written down
    spec.facts = {{&notionSchemaRequest, &notionSchema}};
    spec.createTask = {&notionCreate, &notionCreated};
    spec.lookUps = {{&notionFind, &notionFound, nullptr, &notionNextPage}};
    spec.statusFacts = {{&notionSchemaRequest, &notionSchema}};
    spec.status = {&notionPageRequest, &notionStatus};
    spec.fields = {{&notionSchemaRequest, &notionChoices}};
    spec.test = {{&notionMeRequest, &notionMe}, {&notionSchemaRequest, &notionFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_notion(const ConnectorServices &services) { return makeCrmInfo<&notionSpec>(services); }

} // namespace patchbay
