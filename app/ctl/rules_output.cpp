#include "app/ctl/rules_output.h"

#include <QtCore/QJsonArray>

#include <algorithm>

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

QString outputRoute(const ReplayResult &result, int number)
{
    const QString name = result.routes.value(number);
    return name.isEmpty() ? u"(no route)"_s : name;
}

QJsonArray outputKinds(quint8 kinds)
{
    QJsonArray names;
    constexpr std::array all{std::pair(ReplayChange::Category, u"category"), std::pair(ReplayChange::Route, u"route"),
                             std::pair(ReplayChange::Priority, u"priority"), std::pair(ReplayChange::Labels, u"labels"),
                             std::pair(ReplayChange::Other, u"other")};
    for (const auto &[kind, name] : all) {
        if (kinds & kind)
            names.append(QString::fromUtf16(name));
    }
    return names;
}

struct OutputMove {
    ReplayMove move = {};
    qint64 count = 0;
};

/// Those that lead somewhere else, the most frequent first.
std::vector<OutputMove> outputMoves(const ReplayResult &result)
{
    std::vector<OutputMove> moves;
    for (auto it = result.moves.cbegin(); it != result.moves.cend(); ++it) {
        if (it.key().fromCategory != it.key().toCategory || it.key().fromRoute != it.key().toRoute)
            moves.push_back({it.key(), it.value()});
    }
    std::stable_sort(moves.begin(), moves.end(),
                     [](const OutputMove &a, const OutputMove &b) { return a.count > b.count; });
    return moves;
}

QJsonObject outputJson(const ReplayResult &result, const QHash<CategoryId, QString> &categories,
                       const std::vector<ReplayNamed> &changes)
{
    const auto count = [](QJsonObject object, const ReplayCount &of) {
        object.insert(u"live"_s, of.live);
        object.insert(u"draft"_s, of.draft);
        return object;
    };
    QJsonArray byCategory;
    for (auto it = result.categories.cbegin(); it != result.categories.cend(); ++it)
        byCategory.append(count({{u"category"_s, categories.value(it.key())}}, it.value()));
    QJsonArray byRoute;
    for (auto it = result.byRoute.cbegin(); it != result.byRoute.cend(); ++it)
        byRoute.append(count({{u"route"_s, result.routes.value(it.key())}}, it.value()));
    QJsonArray byRule;
    for (auto it = result.rules.cbegin(); it != result.rules.cend(); ++it)
        byRule.append(count({{u"rule"_s, it.key()}}, it.value()));
    const auto side = [&](CategoryId category, int route) {
        return QJsonObject{{u"category"_s, categories.value(category)}, {u"route"_s, result.routes.value(route)}};
    };
    QJsonArray moves;
    for (const OutputMove &one : outputMoves(result))
        moves.append(QJsonObject{{u"from"_s, side(one.move.fromCategory, one.move.fromRoute)},
                                 {u"to"_s, side(one.move.toCategory, one.move.toRoute)},
                                 {u"messages"_s, one.count}});
    QJsonArray list;
    for (const ReplayNamed &one : changes)
        list.append(QJsonObject{{u"conversation"_s, one.conversation},
                                {u"subject"_s, one.subject},
                                {u"from"_s, side(one.change.fromCategory, one.change.fromRoute)},
                                {u"to"_s, side(one.change.toCategory, one.change.toRoute)},
                                {u"differs"_s, outputKinds(one.change.kinds)}});
    return {{u"conversations"_s, result.conversations},
            {u"messages"_s, result.messages},
            {u"changed_messages"_s, result.changedMessages},
            {u"changed_conversations"_s, result.changedConversations},
            {u"categories"_s, byCategory},
            {u"routes"_s, byRoute},
            {u"rules"_s, byRule},
            {u"moves"_s, moves},
            {u"accepted"_s, count({}, result.accepted)},
            {u"lessons"_s,
             QJsonObject{{u"better"_s, qint64(result.better.size())}, {u"worse"_s, qint64(result.worse.size())}}},
            {u"changes"_s, list}};
}

QString outputText(const ReplayResult &result, const QHash<CategoryId, QString> &categories,
                   const std::vector<ReplayNamed> &changes)
{
    QString text = u"%1 of %2 messages would change, in %3 of %4 conversations.\n"_s.arg(result.changedMessages)
                       .arg(result.messages)
                       .arg(result.changedConversations)
                       .arg(result.conversations);
    const auto line = [](const QString &name, const ReplayCount &count) {
        return u"  %1  %2 -> %3\n"_s.arg(forTerminal(name)).arg(count.live).arg(count.draft);
    };
    text += u"Routes:\n"_s;
    for (auto it = result.byRoute.cbegin(); it != result.byRoute.cend(); ++it)
        text += line(outputRoute(result, it.key()), it.value());
    text += u"Categories:\n"_s;
    for (auto it = result.categories.cbegin(); it != result.categories.cend(); ++it)
        text += line(categories.value(it.key(), u"(none)"_s), it.value());
    if (result.accepted.live + result.accepted.draft > 0)
        text += line(u"Accepted without asking:"_s, result.accepted);
    if (!result.better.empty() || !result.worse.empty())
        text += u"Lessons: %1 answered better, %2 worse.\n"_s.arg(result.better.size()).arg(result.worse.size());
    const auto side = [&](CategoryId category, int route) {
        return forTerminal(categories.value(category, u"(none)"_s) + u" / "_s + outputRoute(result, route));
    };
    for (const OutputMove &one : outputMoves(result))
        text += u"  %1  %2 -> %3\n"_s.arg(one.count, 6)
                    .arg(side(one.move.fromCategory, one.move.fromRoute), side(one.move.toCategory, one.move.toRoute));
    for (const ReplayNamed &one : changes) {
        QStringList kinds;
        for (const QJsonValue &kind : outputKinds(one.change.kinds))
            kinds << kind.toString();
        text += u"%1  %2  %3 -> %4 (%5)\n"_s.arg(one.conversation, forTerminal(one.subject),
                                                 side(one.change.fromCategory, one.change.fromRoute),
                                                 side(one.change.toCategory, one.change.toRoute), kinds.join(u", "_s));
    }
    return text;
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

CtlOutput replayOutput(const ReplayResult &result, const QHash<CategoryId, QString> &categories,
                       const std::vector<ReplayNamed> &changes)
{
    CtlOutput output;
    output.json = outputJson(result, categories, changes);
    output.text = outputText(result, categories, changes);
    return output;
}

} // namespace patchbay
