#include "app/ctl/rules_output.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString outputSeverity(const RuleFinding &finding)
{
    return finding.severity == RuleFinding::Severity::Error ? u"error"_s : u"warning"_s;
}

/// Lines of `text`, each behind `mark`.
QString outputLines(const QByteArray &text, const QString &mark)
{
    QString lines;
    for (const QString &line : QString::fromUtf8(text).split(u'\n'))
        lines += mark + forTerminal(line) + u'\n';
    return lines;
}

} // namespace

CtlOutput lintOutput(const QString &file, const std::vector<RuleFinding> &findings)
{
    CtlOutput output;
    QJsonArray list;
    for (const RuleFinding &finding : findings) {
        list.append(QJsonObject{{u"severity"_s, outputSeverity(finding)},
                                {u"rule"_s, finding.rule},
                                {u"pointer"_s, finding.pointer},
                                {u"line"_s, finding.line},
                                {u"message"_s, finding.sentence}});
        const QString rule = finding.rule.isEmpty() ? QString() : u"Rule \"%1\": "_s.arg(finding.rule);
        output.text += forTerminal(u"%1:%2: %3: %4%5"_s.arg(file, QString::number(finding.line),
                                                            outputSeverity(finding), rule, finding.sentence));
        output.text += u'\n';
    }
    if (findings.empty())
        output.text = u"Nothing to object to.\n"_s;
    output.status = hasErrors(findings) ? 1 : 0;
    output.json = {{u"findings"_s, list}, {u"publishable"_s, output.status == 0}};
    return output;
}

CtlOutput diffOutput(const RuleDiff &diff)
{
    using Kind = RuleChange::Kind;
    CtlOutput output;
    QJsonArray list;
    for (const RuleChange &change : diff.rules) {
        const QString name = forTerminal(change.rule);
        const QString kind = QStringList{u"added"_s, u"removed"_s, u"changed"_s, u"moved"_s}.at(int(change.kind));
        list.append(QJsonObject{{u"rule"_s, change.rule},
                                {u"kind"_s, kind},
                                {u"from"_s, change.from + 1},
                                {u"to"_s, change.to + 1},
                                {u"before"_s, QString::fromUtf8(change.before)},
                                {u"after"_s, QString::fromUtf8(change.after)}});
        output.text += kind + u": "_s + name;
        if (change.kind == Kind::Moved)
            output.text += u" (from place %1 to %2)"_s.arg(change.from + 1).arg(change.to + 1);
        output.text += u'\n';
        if (!change.before.isEmpty())
            output.text += outputLines(change.before, u"- "_s);
        if (!change.after.isEmpty())
            output.text += outputLines(change.after, u"+ "_s);
    }
    for (const QString &setting : diff.settings)
        output.text += u"changed: %1\n"_s.arg(setting);
    if (diff.isEmpty())
        output.text = u"No difference.\n"_s;
    output.json = {{u"rules"_s, list}, {u"settings"_s, QJsonArray::fromStringList(diff.settings)}};
    return output;
}

} // namespace patchbay
