#include "core/ports/chat_change.h"

#include "core/model/names.h"

#include <QtCore/QDateTime>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestTitle = 80;

QString statusTitle(const ChatChange &change)
{
    switch (change.status) {
    case ConversationStatus::Done: return u"Done"_s;
    case ConversationStatus::Snoozed:
        return u"Snoozed until %1 UTC"_s.arg(change.until.toDateTime().toUTC().toString(u"yyyy-MM-dd HH:mm"_s));
    case ConversationStatus::Open: break;
    }
    return u"Open again"_s;
}

} // namespace

QString ChatChange::subjectOfWords(const QString &message) { return u"words:"_s + message; }

QString ChatChange::subject() const
{
    switch (what) {
    case What::Status: return u"status"_s;
    case What::Assignee: return u"assignee"_s;
    case What::Words: return subjectOfWords(message);
    case What::Label: break;
    }
    return u"label:"_s + label;
}

QString ChatChange::title() const
{
    switch (what) {
    case What::Status: return statusTitle(*this);
    case What::Assignee: return name.isEmpty() ? u"Assigned to nobody"_s : u"Assigned to %1"_s.arg(name);
    case What::Words: return u"Message changed: “%1”"_s.arg(words.text.simplified().left(longestTitle));
    case What::Label: break;
    }
    return (on ? u"Label “%1”"_s : u"Label “%1” taken away"_s).arg(label);
}

QJsonObject toJson(const ChatChange &change)
{
    QJsonObject json{
        {u"change"_s, change.subject()}, {u"title"_s, change.title()}, {u"thread_key"_s, change.threadKey}};
    switch (change.what) {
    case ChatChange::What::Status:
        json.insert(u"status"_s, nameOf(change.status));
        if (change.status == ConversationStatus::Snoozed)
            json.insert(u"until"_s, change.until.us);
        break;
    case ChatChange::What::Assignee:
        json.insert(u"name"_s, change.name);
        json.insert(u"mail"_s, change.mail);
        break;
    case ChatChange::What::Label:
        json.insert(u"label"_s, change.label);
        json.insert(u"on"_s, change.on);
        break;
    case ChatChange::What::Words:
        json.insert(u"message"_s, change.message);
        json.insert(u"text"_s, change.words.text);
        json.insert(u"marks"_s, toJson(change.words.marks));
        break;
    }
    return json;
}

bool isChatChange(const QJsonObject &payload) { return payload.contains("change"_L1); }

Result<ChatChange> chatChangeFromJson(const QJsonObject &payload)
{
    ChatChange change;
    const QString subject = payload.value("change"_L1).toString();
    change.threadKey = payload.value("thread_key"_L1).toString();
    if (subject == u"status"_s) {
        change.status = conversationStatusFrom(payload.value("status"_L1).toString());
        change.until = {payload.value("until"_L1).toInteger()};
    } else if (subject == u"assignee"_s) {
        change.what = ChatChange::What::Assignee;
        change.name = payload.value("name"_L1).toString();
        change.mail = payload.value("mail"_L1).toString();
    } else if (subject.startsWith(ChatChange::subjectOfWords({}))) {
        change.what = ChatChange::What::Words;
        change.message = payload.value("message"_L1).toString();
        change.words.text = payload.value("text"_L1).toString();
        const auto marks = marksFromJson(payload.value("marks"_L1).toArray(), change.words.text.size());
        if (!marks)
            return marks.error();
        change.words.marks = *marks;
    } else {
        change.what = ChatChange::What::Label;
        change.label = payload.value("label"_L1).toString();
        change.on = payload.value("on"_L1).toBool(true);
    }
    // What does not come out as it went in is not ours, and nothing may be sent for it.
    if (change.threadKey.isEmpty() || toJson(change) != payload)
        return makeError(Error::Kind::Protocol, u"The stored change of a chat cannot be read."_s);
    return change;
}

} // namespace patchbay
