#include "connectors/kit/task_fenced.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr char16_t fenceBreaker = 0x200b;

/// Textile ends our block at its own tags, and all three formatters know fences: an invisible space keeps a tag or a
/// fence of the customer's text from being one.
QString neutralised(QString text)
{
    static const QRegularExpression tag(u"<(?=/?(?:pre|code|kbd|notextile))"_s,
                                        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression fence(u"^([ \\t]*)(?=```|~~~)"_s, QRegularExpression::MultilineOption);
    text.replace(tag, u"<"_s + QChar(fenceBreaker));
    text.replace(fence, u"\\1"_s + QChar(fenceBreaker));
    return text;
}

} // namespace

QString taskFenced(const TaskPayload &task, const QString &key, qsizetype mostBytes, const QString &shownTitle)
{
    const QString quoted = neutralised(taskWords(task, shownTitle));
    const QString end = taskEnd(task, key);
    if (quoted.isEmpty())
        return end;
    const QString head = u"```\n<pre>\n"_s;
    const QString foot = u"\n</pre>\n```\n\n"_s + end;
    const qsizetype room = mostBytes - head.size() - foot.toUtf8().size();
    return head + cutText(quoted, {room, TextLimit::Unit::Bytes}) + foot;
}

} // namespace patchbay
