#include "connectors/crm/redmine/redmine_text.h"

#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit redmineTitleLimit{255, TextLimit::Unit::Characters};
constexpr qsizetype redmineMostBytes = 60000; // MySQL's TEXT ends at 65,535
constexpr char16_t redmineZeroWidthSpace = 0x200b;

/// Textile ends our block at its own tags, and all three formatters know fences: an invisible space keeps a tag or a
/// fence of the customer's text from being one.
QString redmineNeutral(QString text)
{
    static const QRegularExpression tag(u"<(?=/?(?:pre|code|kbd|notextile))"_s,
                                        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression fence(u"^([ \\t]*)(?=```|~~~)"_s, QRegularExpression::MultilineOption);
    text.replace(tag, u"<"_s + QChar(redmineZeroWidthSpace));
    text.replace(fence, u"\\1"_s + QChar(redmineZeroWidthSpace));
    return text;
}

} // namespace

QString redmineSubject(const TaskPayload &task) { return taskTitle(task, redmineTitleLimit); }

QString redmineDescription(const TaskPayload &task, const QString &key)
{
    const QString quoted = redmineNeutral(taskWords(task, redmineSubject(task)));
    const QString end = taskEnd(task, key);
    if (quoted.isEmpty())
        return end;
    // Cut last: a server that cuts off the end loses the key, and with it the knowledge that the task is there.
    const QString head = u"```\n<pre>\n"_s;
    const QString foot = u"\n</pre>\n```\n\n"_s + end;
    const qsizetype room = redmineMostBytes - head.size() - foot.toUtf8().size();
    return head + cutText(quoted, {room, TextLimit::Unit::Bytes}) + foot;
}

bool redmineHasKey(const QString &description, const QString &key) { return hasKeyLine(description, key); }

} // namespace patchbay
