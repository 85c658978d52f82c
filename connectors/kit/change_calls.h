#pragma once

#include "connectors/kit/chat_patterns.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// How a platform is told of a ChatChange, declared in a line: the reads and the bodies of a ChangeWay.

/// A platform's words for how a chat stands.
struct ChatStates {
    QString open = {};
    QString done = {};
    QString snoozed = {};

    QString of(const ChatChange &change) const;
};
/// Whether the text there is the state that the change sets. A chat that is to sleep never is: until when it does,
/// answers write in several ways, and to put it to sleep again does nothing.
Result<QJsonObject> isStateThere(JsonReader &reply, const QString &state, const ChatStates &states,
                                 const ChatContext &context);
/// {"status": "snoozed", "snoozed_until": seconds since 1970}
QJsonObject stateIn(const ChatContext &context, const ChatStates &states, const QString &name, const QString &until);

template <Literal state, ChatStates (*states)()>
Result<QJsonObject> isState(JsonReader &reply, const ChatContext &context)
{
    return isStateThere(reply, state.string(), states(), context);
}
template <Literal name, Literal until, ChatStates (*states)()> QJsonObject stateBody(const ChatContext &context)
{
    return stateIn(context, states(), name.string(), until.string());
}

inline bool assignsSomebody(const ChatContext &context) { return !context.change.name.isEmpty(); }
/// The "/id" of the list's element whose "/email" is that of the change's operator, as {"agent": id}. Refused, with
/// what to do, where there is none. To be asked when somebody is assigned.
Result<QJsonObject> agentThere(JsonReader &reply, const QString &list, const QString &title,
                               const ChatContext &context);
template <Literal list, Literal title> Result<QJsonObject> readAgent(JsonReader &reply, const ChatContext &context)
{
    return agentThere(reply, list.string(), title.string(), context);
}
/// Whether the id there is that agent's; where nothing stands, whether nobody is assigned.
template <Literal id> Result<QJsonObject> isAgent(JsonReader &reply, const ChatContext &context)
{
    const QString now = reply.optionalId(id.string()).value_or(QString());
    return reply.finish(
        QJsonObject{{QStringLiteral("is"), now == context.remote.value(QLatin1String("agent")).toString()}});
}
/// Its number, and 0 for nobody: Chatwoot looks the id up among the account's users, and assigns whom it finds or
/// nobody (app/services/conversations/assignment_service.rb); its OpenAPI knows numbers only.
template <Literal name> QJsonObject agentBody(const ChatContext &context)
{
    return {{name.string(), context.remote.value(QLatin1String("agent")).toString().toLongLong()}};
}

/// All labels of the chat, {"labels": [...]}, and whether the change's one is as it is to be, in any case of letters.
Result<QJsonObject> labelsThere(JsonReader &reply, const QString &list, const ChatContext &context);
/// Those labels with the change's, or without it.
QJsonArray labelsWanted(const ChatContext &context);
template <Literal list> Result<QJsonObject> readLabels(JsonReader &reply, const ChatContext &context)
{
    return labelsThere(reply, list.string(), context);
}
template <Literal name> QJsonObject labelsBody(const ChatContext &context)
{
    return {{name.string(), labelsWanted(context)}};
}

} // namespace patchbay
