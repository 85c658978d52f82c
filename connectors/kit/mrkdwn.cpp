#include "connectors/kit/mrkdwn.h"

#include "connectors/kit/chat_names.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString unescapedMrkdwn(QString text)
{
    return text.replace(u"&lt;"_s, u"<"_s).replace(u"&gt;"_s, u">"_s).replace(u"&amp;"_s, u"&"_s);
}

/// What stands between < and >.
void addMrkdwnMark(const QString &mark, const QJsonObject &names, QString &text, std::vector<ChatSpan> &spans)
{
    const QString target = mark.section(u'|', 0, 0);
    const QString label = unescapedMrkdwn(mark.section(u'|', 1));
    if (target.startsWith(u'@') || target.startsWith(u'#') || target.startsWith(u'!')) {
        const QString name = label.isEmpty() ? nameOr(names, u"user:"_s + target.mid(1), target.mid(1)) : label;
        text += (target.startsWith(u'#') ? u"#"_s : u"@"_s) + name;
        return;
    }
    const QString words = label.isEmpty() ? unescapedMrkdwn(target) : label;
    spans.push_back({text.size(), words.size(), ChatSpan::Kind::Link, unescapedMrkdwn(target)});
    text += words;
}

} // namespace

void setMrkdwnText(InboundMessage &message, const QString &written, const QJsonObject &names)
{
    QString text;
    std::vector<ChatSpan> spans;
    qsizetype at = 0;
    while (at < written.size()) {
        const qsizetype open = written.indexOf(u'<', at);
        const qsizetype close = open < 0 ? -1 : written.indexOf(u'>', open);
        if (close < 0)
            break;
        text += unescapedMrkdwn(written.mid(at, open - at));
        addMrkdwnMark(written.mid(open + 1, close - open - 1), names, text, spans);
        at = close + 1;
    }
    text += unescapedMrkdwn(written.mid(at));
    setChatText(message, text, spans);
}

QStringList calledInMrkdwn(const QString &written)
{
    static const QRegularExpression called(u"<@([A-Z0-9]{2,30})>"_s);
    constexpr int mostCalled = 5;
    QStringList ids;
    auto each = called.globalMatch(written);
    for (int i = 0; i < mostCalled && each.hasNext(); ++i)
        ids << each.next().captured(1);
    return ids;
}

QString escapedMrkdwn(const QString &text)
{
    QString escaped = text;
    return escaped.replace(u'&', u"&amp;"_s).replace(u'<', u"&lt;"_s).replace(u'>', u"&gt;"_s);
}

} // namespace patchbay
