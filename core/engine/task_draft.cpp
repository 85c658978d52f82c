#include "core/engine/task_draft.h"

#include "core/model/names.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype draftTitleLimit = 200;
constexpr int draftPrefixRounds = 20;

/// Length of one reply or forward prefix at the start, 0 when there is none.
qsizetype draftPrefixLength(QStringView subject)
{
    static constexpr const char16_t *prefixes[] = {
        u"re",   u"fwd",  u"fw",   u"aw",   u"antw", u"antwort", u"wg",    u"sv",     u"vs",
        u"vl",   u"rv",   u"enc",  u"res",  u"tr",   u"odp",     u"pd",    u"ha",     u"r",
        u"回复", u"回覆", u"答复", u"转发", u"轉寄", u"отв",     u"ответ", u"пересл", u"на",
    };
    for (const char16_t *prefix : prefixes) {
        const QStringView word(prefix);
        if (!subject.startsWith(word, Qt::CaseInsensitive))
            continue;
        qsizetype at = word.size();
        if (at < subject.size() && (subject[at] == u'[' || subject[at] == u'(')) { // Re[2]:
            const qsizetype end = subject.indexOf(subject[at] == u'[' ? u']' : u')', at);
            if (end < 0 || end - at > 4)
                continue;
            at = end + 1;
        }
        while (at < subject.size() && subject[at] == u' ')
            ++at;
        if (at < subject.size() && (subject[at] == u':' || subject[at] == u'：'))
            return at + 1;
    }
    return 0;
}

/// At a word's end where possible.
QString draftShortened(const QString &line, qsizetype limit)
{
    if (line.size() <= limit)
        return line;
    qsizetype cut = line.lastIndexOf(u' ', limit - 1);
    if (cut < limit / 2)
        cut = limit - 1;
    if (line[cut - 1].isHighSurrogate())
        --cut;
    return line.left(cut) + u'…';
}

QString draftFirstSentence(const QString &text)
{
    const QString head = text.left(2000).trimmed();
    qsizetype end = 0;
    while (end < head.size()) {
        const QChar c = head[end++];
        const bool closes = c == u'。' || c == u'！' || c == u'？'
            || ((c == u'.' || c == u'!' || c == u'?') && (end == head.size() || head[end].isSpace()));
        if (c == u'\n' || (closes && end > 12)) // "Hi." alone says nothing
            break;
    }
    return head.left(end).simplified();
}

/// One pass: what a placeholder brings in is never looked at again.
QString draftFilled(const QString &text, const QHash<QString, QString> &values)
{
    QString out;
    qsizetype at = 0;
    while (at < text.size()) {
        const qsizetype open = text.indexOf(u'{', at);
        const qsizetype close = open < 0 ? -1 : text.indexOf(u'}', open);
        if (close < 0)
            break;
        const auto value = values.constFind(text.mid(open + 1, close - open - 1));
        if (value == values.constEnd()) {
            out += QStringView(text).mid(at, open + 1 - at);
            at = open + 1;
            continue;
        }
        out += QStringView(text).mid(at, open - at);
        out += *value;
        at = close + 1;
    }
    return out + text.mid(at);
}

QJsonValue draftFilled(const QJsonValue &value, const QHash<QString, QString> &values)
{
    if (value.isString())
        return draftFilled(value.toString(), values);
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue &each : value.toArray())
            list.append(draftFilled(each, values));
        return list;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        it.value() = draftFilled(QJsonValue(it.value()), values);
    return object;
}

} // namespace

QString withoutReplyPrefixes(const QString &subject)
{
    QStringView rest = QStringView(subject).trimmed();
    for (int i = 0; i < draftPrefixRounds; ++i) {
        const qsizetype length = draftPrefixLength(rest);
        if (length == 0)
            break;
        rest = rest.mid(length).trimmed();
    }
    return rest.toString();
}

QString boundedDescription(const QString &text)
{
    return text.size() > taskDescriptionLimit ? text.left(taskDescriptionLimit - 1) + u'…' : text;
}

TaskPayload draftTask(const TaskDraftSource &source)
{
    const Message &message = source.message;
    const QString text = message.text.trimmed().isEmpty() ? plainText(message.body).trimmed() : message.text.trimmed();
    const QString subject =
        withoutReplyPrefixes(message.subject.isEmpty() ? source.conversation.subject : message.subject);
    TaskPayload draft;
    draft.title = draftShortened(subject.isEmpty() ? draftFirstSentence(text) : subject.simplified(), draftTitleLimit);
    if (draft.title.isEmpty())
        draft.title = source.contact.name.isEmpty() ? source.contact.address : source.contact.name;
    draft.description = boundedDescription(text);
    draft.priority = source.priority;
    draft.category = source.category;
    draft.contact = source.contact;
    draft.backLink = u"patchbay://%1/conversation/%2"_s.arg(source.workspaceUid, source.conversation.uid);
    draft.fields = draftFilled(QJsonValue(source.fields),
                               {{u"category"_s, source.category},
                                {u"priority"_s, nameOf(source.priority)},
                                {u"contact.name"_s, source.contact.name},
                                {u"contact.address"_s, source.contact.address},
                                {u"subject"_s, subject},
                                {u"channel"_s, source.channel.name},
                                {u"language"_s, source.language},
                                {u"link"_s, draft.backLink}})
                       .toObject();
    return draft;
}

} // namespace patchbay
