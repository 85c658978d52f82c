#include "app/ctl/conversation_json.h"

#include "app/ctl/ctl.h"
#include "core/model/names.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostMessages = 1000;

const QList<std::pair<QString, conversations::View>> &viewTable()
{
    using conversations::View;
    static const QList<std::pair<QString, View>> table{
        {u"all"_s, View::All},         {u"my-queue"_s, View::MyQueue}, {u"awaiting-us"_s, View::AwaitingUs},
        {u"unassigned"_s, View::Unassigned}, {u"snoozed"_s, View::Snoozed},  {u"done"_s, View::Done}};
    return table;
}

QString percent(double share) { return QString::number(qRound(share * 100)); }

QJsonObject messageJson(const Message &message)
{
    QJsonArray files;
    for (const Attachment &file : message.attachments) {
        files.append(QJsonObject{{u"name"_s, file.name}, {u"media_type"_s, file.mediaType},
                                 {u"size"_s, file.size}, {u"sha256"_s, QString::fromLatin1(file.sha256)}});
    }
    return {{u"uid"_s, message.uid},
            {u"direction"_s, nameOf(message.direction)},
            {u"author"_s, QJsonObject{{u"name"_s, message.author.name}, {u"address"_s, message.author.address}}},
            {u"external_id"_s, message.externalId},
            {u"subject"_s, message.subject},
            {u"text"_s, message.text},
            {u"at"_s, isoTime(message.sortAt)},
            {u"automatic"_s, message.automatic},
            {u"new_participant"_s, message.newParticipant},
            {u"conflicting"_s, message.conflicting},
            {u"attachments"_s, files}};
}

QJsonObject suggestionJson(const Suggestion &suggestion, const QString &category, const QString &route)
{
    QJsonObject classification = toJson(suggestion.classification);
    classification.insert(u"category"_s, category);
    classification.remove(u"runner_up"_s);
    return {{u"version"_s, suggestion.version},
            {u"state"_s, nameOf(suggestion.state)},
            {u"classification"_s, classification},
            {u"route"_s, route},
            {u"task"_s, toJson(suggestion.draft)},
            {u"trace"_s, toJson(suggestion.trace)}};
}

QJsonObject deliveryJson(const Delivery &delivery)
{
    return {{u"uid"_s, delivery.uid},           {u"kind"_s, nameOf(delivery.kind)},
            {u"state"_s, nameOf(delivery.state)}, {u"key"_s, delivery.key},
            {u"external_id"_s, delivery.externalId}, {u"external_url"_s, delivery.externalUrl},
            {u"response"_s, delivery.response},
            {u"error"_s, delivery.notice().isEmpty() ? delivery.lastError : QString()},
            {u"notice"_s, delivery.notice()},
            {u"remote_status"_s, delivery.remoteStatus}, {u"moved_to_backup"_s, bool(delivery.replacedBy)},
            {u"linked"_s, delivery.isLinked()}};
}

} // namespace

QStringList viewNames()
{
    QStringList names;
    for (const auto &entry : viewTable())
        names << entry.first;
    return names;
}

std::optional<conversations::View> viewFrom(const QString &name)
{
    for (const auto &entry : viewTable()) {
        if (entry.first == name)
            return entry.second;
    }
    return std::nullopt;
}

QJsonObject summaryJson(const conversations::Summary &row)
{
    const Conversation &c = row.conversation;
    return {{u"uid"_s, c.uid},
            {u"channel"_s, row.channelName},
            {u"contact"_s, QJsonObject{{u"name"_s, row.contactName}, {u"address"_s, row.contactAddress}}},
            {u"subject"_s, c.subject},
            {u"snippet"_s, c.snippet},
            {u"status"_s, nameOf(c.status)},
            {u"awaiting_us"_s, c.awaitingUs},
            {u"unread"_s, c.unread},
            {u"category"_s, row.categoryName},
            {u"confidence"_s, c.confidence},
            {u"priority"_s, nameOf(c.priority)},
            {u"language"_s, c.language},
            {u"assignee"_s, row.assigneeName},
            {u"messages"_s, c.messageCount},
            {u"pending_suggestion"_s, row.hasPendingSuggestion},
            {u"at"_s, isoTime(c.sortAt)}};
}

QString summaryLine(const conversations::Summary &row)
{
    const Conversation &c = row.conversation;
    // One call with all of them: a second one would fill in what looks like a place in the customer's own text.
    return u"%1  %2  %3 <%4>  [%5 %6 %]  %7\n"_s.arg(c.uid, isoTime(c.sortAt), forTerminal(row.contactName),
                                                  forTerminal(row.contactAddress), forTerminal(row.categoryName),
                                                  percent(c.confidence), forTerminal(c.subject));
}

ConversationDetail readDetail(Database &db, ConversationId id, OperatorId me)
{
    ConversationDetail detail;
    const std::vector<conversations::Summary> rows = conversations::summaries(db, me, {id});
    if (!rows.empty())
        detail.summary = rows.front();
    detail.messages = messages::before(db, id, std::nullopt, mostMessages);
    detail.suggestion = suggestions::newest(db, id);
    if (detail.suggestion) {
        if (const std::optional<Route> route = routes::byId(db, detail.suggestion->route))
            detail.suggestedRoute = route->name;
    }
    detail.tasks = tasks::ofConversation(db, id);
    detail.deliveries = deliveries::ofConversation(db, id);
    return detail;
}

QJsonObject detailJson(const ConversationDetail &detail)
{
    QJsonObject json = summaryJson(detail.summary);
    QJsonArray timeline;
    for (const Message &message : detail.messages)
        timeline.append(messageJson(message));
    json.insert(u"timeline"_s, timeline);
    if (detail.suggestion)
        json.insert(u"suggestion"_s, suggestionJson(*detail.suggestion, detail.summary.categoryName, detail.suggestedRoute));
    QJsonArray tasks;
    for (const Task &task : detail.tasks) {
        tasks.append(QJsonObject{{u"uid"_s, task.uid}, {u"title"_s, task.payload.title},
                                 {u"remote_status"_s, task.remoteStatus}, {u"closed"_s, task.remoteClosed}});
    }
    json.insert(u"tasks"_s, tasks);
    QJsonArray deliveries;
    for (const Delivery &delivery : detail.deliveries)
        deliveries.append(deliveryJson(delivery));
    json.insert(u"deliveries"_s, deliveries);
    return json;
}

QString detailText(const ConversationDetail &detail)
{
    QString text = summaryLine(detail.summary) + u'\n';
    for (const Message &message : detail.messages) {
        text += u"%1  %2  %3 <%4>\n%5\n\n"_s.arg(isoTime(message.sortAt), nameOf(message.direction),
                                                forTerminal(message.author.name), forTerminal(message.author.address),
                                                forTerminal(message.text));
    }
    if (detail.suggestion) {
        const Suggestion &s = *detail.suggestion;
        text += u"Suggestion %1 (%2): %3 %4 %, route \"%5\", priority %6\n"_s.arg(
            QString::number(s.version), nameOf(s.state), forTerminal(detail.summary.categoryName),
            percent(s.classification.confidence), forTerminal(detail.suggestedRoute), nameOf(s.draft.priority));
        for (const Evidence &evidence : s.classification.because)
            text += u"  %1  %2\n"_s.arg(evidence.weight, 7, 'f', 3).arg(forTerminal(evidence.words));
        for (const RuleTrace &rule : s.trace.rules) {
            text += u"  rule \"%1\": %2\n"_s.arg(forTerminal(rule.rule), rule.matched ? u"matched"_s : u"did not match"_s);
            for (const ConditionTrace &condition : rule.conditions) {
                text += u"    %1 %2 (is: %3)\n"_s.arg(condition.holds ? u"true "_s : u"false"_s,
                                                      forTerminal(condition.text), forTerminal(condition.actual));
            }
        }
    }
    for (const Delivery &delivery : detail.deliveries) {
        text += u"Delivery %1: %2 %3 %4\n"_s.arg(delivery.uid, delivery.isLinked() && delivery.state == DeliveryState::Sent ? u"linked"_s : nameOf(delivery.state), forTerminal(delivery.externalUrl),
                                               forTerminal(delivery.lastError));
    }
    return text;
}

} // namespace patchbay
