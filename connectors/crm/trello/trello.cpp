#include "connectors/kit/crm_spec.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QUuid>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit trelloTitleLimit{1000, TextLimit::Unit::Utf16};
constexpr TextLimit trelloTextLimit{16384, TextLimit::Unit::Utf16};
constexpr int trelloPage = 250; ///< cards in one answer: their descriptions stay below what is read at once

std::vector<FormField> trelloForm()
{
    FormField done = textField("done_lists", QT_TRANSLATE_NOOP("form", "Lists of finished cards (names)"), false,
                               QT_TRANSLATE_NOOP("form", "Separated by commas"));
    done.initial = u"Done"_s;
    return {
        textField("api_key", QT_TRANSLATE_NOOP("form", "API key"), true,
                  QT_TRANSLATE_NOOP("form", "Of a Power-Up of yours; it is no secret")),
        secretField("token", QT_TRANSLATE_NOOP("form", "Token"), true),
        textField("board", QT_TRANSLATE_NOOP("form", "Board (short link or id)"), true,
                  QT_TRANSLATE_NOOP("form", "What stands after trello.com/b/ in its address")),
        textField("list", QT_TRANSLATE_NOOP("form", "List of new cards (name or id)"), true),
        textField("priority_labels", QT_TRANSLATE_NOOP("form", "Labels for low, normal, high, urgent (names)"), false,
                  QT_TRANSLATE_NOOP("form", "Separated by commas, - for none. Empty: priorities are not shown")),
        done,
        apiAddressField("https://api.trello.com"),
    };
}

/// Trello takes both in a header too, which keeps them out of addresses and logs.
Credentials trelloAuth(const AccountConfig &account)
{
    const QString token = account.secrets.value(u"token"_s);
    Credentials made = Credentials::inHeader("Authorization", token);
    made.value =
        u"OAuth oauth_consumer_key=\"%1\", oauth_token=\"%2\""_s.arg(settingText(account.settings, u"api_key"_s), token)
            .toUtf8();
    return made;
}

/// Its limits count over 10 s, and no header says so.
std::optional<VendorFailure> trelloFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 429)
        return std::nullopt;
    return VendorFailure{Error::Kind::RateLimited, commonWords(reply.body), std::chrono::seconds(10)};
}

QString trelloBoard(const CrmContext &context)
{
    return u"/1/boards/"_s + pathPart(settingText(context.settings, u"board"_s));
}

QStringList trelloNames(const CrmContext &context, const char *setting, const QString &otherwise = {})
{
    const QString names = settingText(context.settings, QLatin1StringView(setting));
    QStringList list = (names.isEmpty() ? otherwise : names).split(u',');
    for (QString &name : list)
        name = name.trimmed();
    return list;
}

Result<Request> trelloListsRequest(const CrmContext &context)
{
    return getFrom(trelloBoard(context) + u"/lists"_s, {{u"filter"_s, u"open"_s}, {u"fields"_s, u"name"_s}});
}

/// "list" = the id of the list that new cards go to.
Result<QJsonObject> trelloLists(JsonReader &reply, const CrmContext &context)
{
    const QString wanted = settingText(context.settings, u"list"_s);
    QStringList names;
    QString found;
    for (JsonReader &list : reply.array({})) {
        const QString id = list.text(u"/id"_s);
        names.append(list.text(u"/name"_s));
        if (found.isEmpty() && (id == wanted || names.last().trimmed().compare(wanted, Qt::CaseInsensitive) == 0))
            found = id;
    }
    if (reply.ok() && found.isEmpty()) {
        return makeError(Error::Kind::Refused,
                         u"The board has no open list \"%1\". Its lists: %2."_s.arg(wanted, names.join(u", "_s)));
    }
    return reply.finish(QJsonObject{{u"list"_s, found}});
}

bool trelloWantsLabels(const CrmContext &context)
{
    return !settingText(context.settings, u"priority_labels"_s).isEmpty();
}

Result<Request> trelloLabelsRequest(const CrmContext &context)
{
    return getFrom(trelloBoard(context) + u"/labels"_s, {{u"fields"_s, u"name,color"_s}, {u"limit"_s, u"1000"_s}});
}

/// "labels" = the ids of the labels for the priorities, in their order.
Result<QJsonObject> trelloLabels(JsonReader &reply, const CrmContext &context)
{
    QHash<QString, QString> ids;
    for (JsonReader &label : reply.array({}))
        ids.insert(label.text(u"/name"_s).trimmed().toLower(), label.text(u"/id"_s));
    QJsonArray labels;
    for (const QString &name : trelloNames(context, "priority_labels")) {
        if (reply.ok() && name != u"-"_s && !name.isEmpty() && !ids.contains(name.toLower()))
            return makeError(Error::Kind::Refused, u"The board has no label \"%1\"."_s.arg(name));
        labels.append(ids.value(name.toLower()));
    }
    return reply.finish(QJsonObject{{u"labels"_s, labels}});
}

Result<Request> trelloCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, trelloTitleLimit);
    const QString list = context.known.value(u"list"_s).toString(settingText(context.settings, u"list"_s));
    QJsonObject card{{u"idList"_s, list},
                     {u"name"_s, title},
                     {u"desc"_s, taskMarkdown(context.task, context.key, trelloTextLimit, title)}};
    if (context.task.due)
        card.insert(u"due"_s, dueInstant(context.task));
    QJsonObject mapped = context.task.fields;
    const QString label = context.known.value(u"labels"_s).toArray().at(int(context.task.priority)).toString();
    const QString others = mapped.value(u"idLabels"_s).toString().trimmed();
    if (!label.isEmpty())
        mapped.insert(u"idLabels"_s, others.isEmpty() ? label : others + u',' + label);
    const QStringList ours{u"idList"_s, u"name"_s, u"desc"_s, u"idCardSource"_s, u"key"_s, u"token"_s};
    if (Result<Done> added = addFields(card, mapped, ours); !added)
        return added.error();
    return postTo(u"/1/cards"_s, card);
}

Receipt trelloReceipt(JsonReader &card) { return {card.text(u"/id"_s), card.text(u"/shortUrl"_s)}; }

Result<Receipt> trelloCreated(JsonReader &reply, const CrmContext &) { return reply.finish(trelloReceipt(reply)); }

/// When the delivery was made, in seconds, less a day for clocks that differ: no card with its key is older. Our keys
/// end in a UUID that begins with its time (RFC 9562, version 7); of any other key nothing is known.
qint64 trelloSince(const QString &key)
{
    const QString id = key.right(36);
    if (QUuid::fromString(id).isNull() || id.at(14) != u'7')
        return 0;
    return QString(id.left(13)).remove(u'-').toLongLong(nullptr, 16) / 1000 - 24 * 3600;
}

/// The board's cards themselves, archived ones too, newest first: its search may lag and knows no exact words.
Result<Request> trelloFind(const CrmContext &context)
{
    return getFrom(
        trelloBoard(context) + u"/cards/all"_s,
        {{u"fields"_s, u"desc,shortUrl"_s}, {u"limit"_s, QString::number(trelloPage)}, {u"before"_s, context.cursor}});
}

Result<std::optional<Receipt>> trelloFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &card : reply.array({})) {
        if (hasKeyLine(card.text(u"/desc"_s), context.key)) // the last one is the oldest: a copy is younger
            found = trelloReceipt(card);
    }
    return reply.finish(found);
}

/// The oldest card's id when the page was full and that card, whose id begins with its time in seconds, is not older
/// than the delivery.
QString trelloNextPage(JsonReader &reply, const CrmContext &context)
{
    QString oldest;
    int cards = 0;
    for (JsonReader &card : reply.array({})) {
        const QString id = card.text(u"/id"_s);
        if (++cards == 1 || id < oldest)
            oldest = id;
    }
    const bool older = oldest.left(8).toLongLong(nullptr, 16) < trelloSince(context.key);
    return cards < trelloPage || older ? QString() : oldest;
}

Result<Request> trelloCardRequest(const CrmContext &context)
{
    return getFrom(u"/1/cards/"_s + pathPart(context.externalId),
                   {{u"fields"_s, u"closed,dueComplete,shortUrl"_s}, {u"list"_s, u"true"_s}});
}

Result<RemoteTask> trelloStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.status = reply.text(u"/list/name"_s);
    task.url = reply.text(u"/shortUrl"_s);
    task.closed = trelloNames(context, "done_lists", u"Done"_s).contains(task.status.trimmed(), Qt::CaseInsensitive);
    if (reply.optionalBoolean(u"/dueComplete"_s).value_or(false))
        task.closed = true;
    if (reply.boolean(u"/closed"_s)) {
        task.closed = true;
        task.status += u" (archived)"_s;
    }
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> trelloLabelChoices(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"idLabels"_s, {{}, u"/id"_s, u"/name"_s, u"/color"_s}));
}

Result<Request> trelloMembersRequest(const CrmContext &context)
{
    return getFrom(trelloBoard(context) + u"/members"_s);
}

Result<std::vector<FieldChoice>> trelloMembers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"idMembers"_s, {{}, u"/id"_s, u"/fullName"_s, u"/username"_s}));
}

Result<Request> trelloMeRequest(const CrmContext &)
{
    return getFrom(u"/1/members/me"_s, {{u"fields"_s, u"fullName"_s}});
}

Result<CrmFinding> trelloMe(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{u"Signed in as %1."_s.arg(reply.text(u"/fullName"_s))});
}

Result<Request> trelloBoardRequest(const CrmContext &context)
{
    return getFrom(trelloBoard(context), {{u"fields"_s, u"name,closed"_s}});
}

Result<CrmFinding> trelloBoardFinding(JsonReader &reply, const CrmContext &)
{
    const QString name = reply.text(u"/name"_s);
    if (reply.boolean(u"/closed"_s))
        return makeError(Error::Kind::Refused, u"The board “%1” is closed."_s.arg(name));
    return reply.finish(CrmFinding{u"Tasks become cards of the board “%1”."_s.arg(name)});
}

/// A test's step out of a fact: its faults count, there is nothing more to say.
template <Result<QJsonObject> (*read)(JsonReader &, const CrmContext &)>
Result<CrmFinding> trelloChecked(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = read(reply, context);
    return known ? Result<CrmFinding>(CrmFinding{}) : Result<CrmFinding>(known.error());
}

CrmSpec trelloSpec()
{
    CrmSpec spec;
    spec.id = u"trello"_s;
    spec.title = u"Trello"_s;
    spec.form = trelloForm();
    spec.objects = {u"Card"_s};
    spec.contract = {false, u"Trello REST reference"_s, u"2026-01"_s};
    spec.auth = &trelloAuth;
    spec.limit = RateLimit{80, std::chrono::seconds(10)}; // 100 of a token
    spec.failure = &trelloFailure;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(10); // a list, not a search
    spec.facts = {{&trelloListsRequest, &trelloLists}, {&trelloLabelsRequest, &trelloLabels, &trelloWantsLabels}};
    spec.createTask = {&trelloCreate, &trelloCreated};
    spec.lookUps = {{&trelloFind, &trelloFound, nullptr, &trelloNextPage}};
    spec.attach = {{&attachAt<"/1/cards/{id}/attachments", "file">, &factAt<"file", "/id">}};
    spec.attached = {&getAt<"/1/cards/{id}/attachments?fields=name,bytes">, &filesAt<"", "/name", "/bytes">};
    spec.largestFile = 10'000'000; // of the free plan
    spec.status = {&trelloCardRequest, &trelloStatus};
    spec.fields = {{&trelloLabelsRequest, &trelloLabelChoices}, {&trelloMembersRequest, &trelloMembers}};
    spec.test = {{&trelloMeRequest, &trelloMe},
                 {&trelloBoardRequest, &trelloBoardFinding},
                 {&trelloListsRequest, &trelloChecked<&trelloLists>},
                 {&trelloLabelsRequest, &trelloChecked<&trelloLabels>, &trelloWantsLabels}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_trello(const ConnectorServices &services) { return makeCrmInfo<&trelloSpec>(services); }

} // namespace patchbay
