#include "connectors/kit/change_calls.h"

#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Platforms write labels in small letters.
bool isSameLabel(const QString &one, const QString &other) { return one.compare(other, Qt::CaseInsensitive) == 0; }

} // namespace

QString ChatStates::of(const ChatChange &change) const
{
    switch (change.status) {
    case ConversationStatus::Done: return done;
    case ConversationStatus::Snoozed: return snoozed;
    case ConversationStatus::Open: break;
    }
    return open;
}

Result<QJsonObject> isStateThere(JsonReader &reply, const QString &state, const ChatStates &states,
                                 const ChatContext &context)
{
    const bool isSame = reply.text(state) == states.of(context.change);
    return reply.finish(QJsonObject{{u"is"_s, isSame && context.change.status != ConversationStatus::Snoozed}});
}

QJsonObject stateIn(const ChatContext &context, const ChatStates &states, const QString &name, const QString &until)
{
    QJsonObject body{{name, states.of(context.change)}};
    if (context.change.status == ConversationStatus::Snoozed)
        body.insert(until, context.change.until.us / 1000000);
    return body;
}

Result<QJsonObject> agentThere(JsonReader &reply, const QString &list, const QString &title, const ChatContext &context)
{
    const ChatChange &change = context.change;
    if (change.mail.isEmpty()) {
        return makeError(Error::Kind::Refused,
                         u"%1 has no mail address in Patchbay by which an agent of %2 could be found, so nothing was "
                         "sent. Enter the address (My mail address…), then assign again."_s.arg(change.name, title));
    }
    QString agent;
    for (JsonReader &one : reply.array(list)) {
        if (textOr(one, u"/email"_s).trimmed().compare(change.mail, Qt::CaseInsensitive) == 0)
            agent = one.id(u"/id"_s);
    }
    if (agent.isEmpty() && reply.ok()) {
        return makeError(Error::Kind::Refused,
                         u"%1 has no agent with the mail address %2, so %3 was not assigned there."_s.arg(
                             title, change.mail, change.name));
    }
    return reply.finish(QJsonObject{{u"agent"_s, agent}});
}

Result<QJsonObject> labelsThere(JsonReader &reply, const QString &list, const ChatContext &context)
{
    QJsonArray labels;
    bool isOn = false;
    for (JsonReader &one : reply.array(list)) {
        const QString label = one.text({});
        isOn = isOn || isSameLabel(label, context.change.label);
        labels.append(label);
    }
    return reply.finish(QJsonObject{{u"labels"_s, labels}, {u"is"_s, isOn == context.change.on}});
}

QJsonArray labelsWanted(const ChatContext &context)
{
    QJsonArray wanted;
    for (const QJsonValue &one : context.remote.value("labels"_L1).toArray()) {
        if (!isSameLabel(one.toString(), context.change.label))
            wanted.append(one);
    }
    if (context.change.on)
        wanted.append(context.change.label);
    return wanted;
}

} // namespace patchbay
