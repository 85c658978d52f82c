#include "core/engine/task_draft.h"

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
    return draft;
}

} // namespace patchbay
