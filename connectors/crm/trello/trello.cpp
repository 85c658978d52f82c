#include "connectors/kit/coded_failures.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/records.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit trelloTitleLimit{1000, TextLimit::Unit::Utf16};
constexpr TextLimit trelloTextLimit{16384, TextLimit::Unit::Utf16};
constexpr int trelloPage = 250; ///< cards in one answer: their descriptions stay below what is read at once

std::vector<FormField> trelloForm()
{
    return {
        textField("api_key", QT_TRANSLATE_NOOP("form", "API key"), true,
                  QT_TRANSLATE_NOOP("form", "Of a Power-Up of yours; it is no secret")),
        secretField("token", QT_TRANSLATE_NOOP("form", "Token"), true),
        textField("board", QT_TRANSLATE_NOOP("form", "Board (short link or id)"), true,
                  QT_TRANSLATE_NOOP("form", "What stands after trello.com/b/ in its address")),
        textField("list", QT_TRANSLATE_NOOP("form", "List of new cards (name or id)"), true),
        textField("priority_labels", QT_TRANSLATE_NOOP("form", "Labels for low, normal, high, urgent (names)"), false,
                  QT_TRANSLATE_NOOP("form", "Separated by commas, - for none. Empty: priorities are not shown")),
        proposedField("done_lists", QT_TRANSLATE_NOOP("form", "Lists of finished cards (names)"), "Done",
                      QT_TRANSLATE_NOOP("form", "Separated by commas")),
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
    return tooMany(reply, std::chrono::seconds(10));
}

constexpr auto trelloListsRequest = &getAt<"/1/boards/{board}/lists?filter=open&fields=name">;
constexpr auto trelloLabelsRequest = &getAt<"/1/boards/{board}/labels?fields=name,color&limit=1000">;

/// "list" = the id of the list that new cards go to.
Result<QJsonObject> trelloLists(JsonReader &reply, const CrmContext &context)
{
    return factNamed(reply, u"list"_s, {}, settingOf(context, u"list"_s),
                     u"The board has no open list \"%1\". Its lists: %2."_s, context);
}

/// "labels" = the ids of the labels for the priorities, in their order.
Result<QJsonObject> trelloLabels(JsonReader &reply, const CrmContext &context)
{
    QHash<QString, QString> ids;
    for (JsonReader &label : reply.array({}))
        ids.insert(label.text(u"/name"_s).trimmed().toLower(), label.text(u"/id"_s));
    QJsonArray labels;
    for (const QString &word : settingOf(context, u"priority_labels"_s).split(u',')) {
        const QString name = word.trimmed();
        if (reply.ok() && name != u"-"_s && !name.isEmpty() && !ids.contains(name.toLower()))
            return makeError(Error::Kind::Refused, u"The board has no label \"%1\"."_s.arg(name));
        labels.append(ids.value(name.toLower()));
    }
    return reply.finish(QJsonObject{{u"labels"_s, labels}});
}

Result<Request> trelloCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, trelloTitleLimit);
    const QString list = context.known.value(u"list"_s).toString(settingOf(context, u"list"_s));
    QJsonObject card{{u"idList"_s, list},
                     {u"name"_s, title},
                     {u"desc"_s, taskMarkdown(context.task, context.key, trelloTextLimit, title)}};
    insertText(card, u"due"_s, dueInstant(context.task));
    QJsonObject mapped = context.task.fields;
    const QString label = context.known.value(u"labels"_s).toArray().at(int(context.task.priority)).toString();
    const QString others = mapped.value(u"idLabels"_s).toString().trimmed();
    if (!label.isEmpty())
        mapped.insert(u"idLabels"_s, others.isEmpty() ? label : others + u',' + label);
    return postWithFields(u"/1/cards"_s, card, mapped,
                          {u"idList"_s, u"name"_s, u"desc"_s, u"idCardSource"_s, u"key"_s, u"token"_s});
}

Receipt trelloReceipt(JsonReader &card, const CrmContext &) { return {card.text(u"/id"_s), card.text(u"/shortUrl"_s)}; }

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
    const Timestamp since = keySince(context.key).value_or(Timestamp());
    const bool older = oldest.left(8).toLongLong(nullptr, 16) < since.us / 1000000;
    return cards < trelloPage || older ? QString() : oldest;
}

Result<RemoteTask> trelloStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.status = reply.text(u"/list/name"_s);
    task.url = reply.text(u"/shortUrl"_s);
    task.externalId = reply.text(u"/id"_s); // asked for by the short one of its address, too
    task.closed = isAmong(settingOf(context, u"done_lists"_s, u"Done"_s), task.status);
    if (reply.optionalBoolean(u"/dueComplete"_s).value_or(false))
        task.closed = true;
    if (reply.boolean(u"/closed"_s)) {
        task.closed = true;
        task.status += u" (archived)"_s;
    }
    return reply.finish(task);
}

Result<CrmFinding> trelloBoardFinding(JsonReader &reply, const CrmContext &)
{
    const QString name = reply.text(u"/name"_s);
    if (reply.boolean(u"/closed"_s))
        return makeError(Error::Kind::Refused, u"The board “%1” is closed."_s.arg(name));
    return reply.finish(CrmFinding{u"Tasks become cards of the board “%1”."_s.arg(name)});
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
    spec.facts = {{trelloListsRequest, &trelloLists}, {trelloLabelsRequest, &trelloLabels, &isSet<"priority_labels">}};
    spec.createTask = {&trelloCreate, &receiptBy<&trelloReceipt>};
    // The board's cards themselves, archived ones too, newest first: its search may lag and knows no exact words. The
    // last one that is ours is the oldest: a copy is younger.
    spec.lookUps = {{&getAt<"/1/boards/{board}/cards/all?fields=desc,shortUrl&limit=250&before={cursor}">,
                     &lastWithKey<"", "/desc", &trelloReceipt>, nullptr, &trelloNextPage}};
    spec.attach = {{&attachAt<"/1/cards/{id}/attachments", "file">, &factAt<"file", "/id">}};
    spec.attached = {&getAt<"/1/cards/{id}/attachments?fields=name,bytes">, &filesAt<"", "/name", "/bytes">};
    spec.largestFile = 10'000'000; // of the free plan
    spec.status = {&getAt<"/1/cards/{id}?fields=closed,dueComplete,shortUrl&list=true">, &trelloStatus};
    spec.recordIn = &idBehind<"c">; // "/c/3CsPkqOF/12-refund"
    spec.fields = {{trelloLabelsRequest, &choicesAt<"idLabels", "", "/id", "/name", "/color">},
                   {&getAt<"/1/boards/{board}/members">, &choicesAt<"idMembers", "", "/id", "/fullName", "/username">}};
    spec.test = {{&getAt<"/1/members/me?fields=fullName">, &findingAt<"Signed in as %1.", "/fullName">},
                 {&getAt<"/1/boards/{board}?fields=name,closed">, &trelloBoardFinding},
                 {trelloListsRequest, &checkedBy<&trelloLists>},
                 {trelloLabelsRequest, &checkedBy<&trelloLabels>, &isSet<"priority_labels">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_trello(const ConnectorServices &services) { return makeCrmInfo<&trelloSpec>(services); }

} // namespace patchbay
