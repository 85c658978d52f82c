#include "app/ctl/trial_output.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString trialRoute(const ReplayResult &result, int number)
{
    const QString name = result.routes.value(number);
    return name.isEmpty() ? u"(no route)"_s : name;
}

QString trialName(const QString &category) { return category.isEmpty() ? u"(none)"_s : category; }

QStringList trialKinds(quint8 kinds)
{
    QStringList names;
    constexpr std::array all{std::pair(ReplayChange::Category, u"category"), std::pair(ReplayChange::Route, u"route"),
                             std::pair(ReplayChange::Priority, u"priority"), std::pair(ReplayChange::Labels, u"labels"),
                             std::pair(ReplayChange::Other, u"other")};
    for (const auto &[kind, name] : all) {
        if (kinds & kind)
            names << QString::fromUtf16(name);
    }
    return names;
}

/// Those that lead somewhere else, the most frequent first.
std::vector<std::pair<ReplayMove, qint64>> trialMoves(const ReplayResult &result)
{
    std::vector<std::pair<ReplayMove, qint64>> moves;
    for (auto it = result.moves.cbegin(); it != result.moves.cend(); ++it) {
        if (it.key().fromCategory != it.key().toCategory || it.key().fromRoute != it.key().toRoute)
            moves.emplace_back(it.key(), it.value());
    }
    std::stable_sort(moves.begin(), moves.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
    return moves;
}

QString trialPercent(double share) { return u"%1 %"_s.arg(share * 100, 0, 'f', 1); }

QJsonObject trialThresholdJson(const Classifier &classifier)
{
    QJsonObject object{{u"threshold"_s, classifier.threshold()}};
    if (const auto point = TrialResult::reached(classifier)) {
        object.insert(u"precision"_s, point->precision);
        object.insert(u"coverage"_s, point->coverage);
    }
    return object;
}

QString trialThresholdText(const Classifier &classifier)
{
    const auto point = TrialResult::reached(classifier);
    return point
        ? u"%1 answered, %2 of the answers right"_s.arg(trialPercent(point->coverage), trialPercent(point->precision))
        : u"no threshold reaches what is wanted: it abstains from everything"_s;
}

/// What the result stands on; sentences.
QStringList trialAssumed(const TrialDraft &draft, const TrialResult &result)
{
    QStringList said;
    if (std::holds_alternative<ThresholdDraft>(draft)) {
        said << u"Today's model was asked anew with both thresholds; a person's word was kept."_s;
        if (result.live->classifier->thresholds().empty())
            return said << u"There are too few lessons to say which threshold reaches that: it stays as it is."_s;
        return said << u"On held-out lessons now: %1."_s.arg(trialThresholdText(*result.live->classifier))
                    << u"With the draft: %1."_s.arg(trialThresholdText(*result.draft->classifier));
    }
    const auto *taxonomy = std::get_if<TaxonomyDraft>(&draft);
    if (taxonomy && taxonomy->kind == TaxonomyDraft::Kind::Retire)
        said << u"What was decided as the category, by a person too, was asked of a model that does not know it."_s;
    else if (taxonomy && taxonomy->kind == TaxonomyDraft::Kind::Split)
        said << u"What was decided as the category goes to the part that fits best by name and key words."_s;
    else if (taxonomy && taxonomy->kind == TaxonomyDraft::Kind::Merge)
        said << u"What was decided as the one category counts as the other, a person's word too."_s;
    said << (result.askedModels ? u"The models were asked anew; a person's word was kept."_s
                                : u"All else was taken as it was decided then."_s);
    if (!result.named.rules.isEmpty())
        said << (taxonomy && taxonomy->kind == TaxonomyDraft::Kind::Retire
                     ? u"Live rules that name it no longer hold: %1."_s
                     : u"Live rules that name it follow: %1."_s)
                    .arg(forTerminal(result.named.rules.join(u", "_s)));
    if (!result.named.routes.isEmpty())
        said << u"Routes, not their targets, are counted; these choose the target by it: %1."_s.arg(
            forTerminal(result.named.routes.join(u", "_s)));
    return said;
}

QJsonObject trialSide(const TrialResult &result, CategoryId category, int route, bool draft)
{
    return {{u"category"_s, draft ? result.draftName(category) : result.liveName(category)},
            {u"route"_s, result.replay.routes.value(route)}};
}

QJsonObject trialCount(QJsonObject object, const ReplayCount &of)
{
    object.insert(u"live"_s, of.live);
    object.insert(u"draft"_s, of.draft);
    return object;
}

QJsonArray trialChangesJson(const TrialReport &report)
{
    QJsonArray list;
    for (const TrialReport::Change &one : report.changes) {
        const ReplayChange &change = one.change;
        list.append(QJsonObject{{u"conversation"_s, one.conversation},
                                {u"subject"_s, one.subject},
                                {u"from"_s, trialSide(report.result, change.fromCategory, change.fromRoute, false)},
                                {u"to"_s, trialSide(report.result, change.toCategory, change.toRoute, true)},
                                {u"differs"_s, QJsonArray::fromStringList(trialKinds(change.kinds))}});
    }
    return list;
}

QJsonObject trialLessonsJson(const TrialReport &report)
{
    QJsonArray list;
    for (const TrialReport::TriedLesson &one : report.lessons)
        list.append(QJsonObject{
            {u"lesson"_s, one.uid}, {u"category"_s, one.category}, {u"text"_s, one.text}, {u"better"_s, one.better}});
    const ReplayResult &replay = report.result.replay;
    return {{u"asked"_s, replay.lessons},
            {u"better"_s, qint64(replay.better.size())},
            {u"worse"_s, qint64(replay.worse.size())},
            {u"listed"_s, list}};
}

QJsonObject trialJson(const TrialDraft &draft, const TrialReport &report)
{
    const TrialResult &result = report.result;
    const ReplayResult &replay = result.replay;
    QJsonArray byCategory;
    for (auto it = replay.categories.cbegin(); it != replay.categories.cend(); ++it) {
        const QString name = it->draft > 0 ? result.draftName(it.key()) : result.liveName(it.key());
        byCategory.append(trialCount({{u"category"_s, name}}, it.value()));
    }
    QJsonArray byRoute;
    for (auto it = replay.byRoute.cbegin(); it != replay.byRoute.cend(); ++it)
        byRoute.append(trialCount({{u"route"_s, replay.routes.value(it.key())}}, it.value()));
    QJsonArray byRule;
    for (auto it = replay.rules.cbegin(); it != replay.rules.cend(); ++it)
        byRule.append(trialCount({{u"rule"_s, it.key()}}, it.value()));
    QJsonArray moves;
    for (const auto &[move, count] : trialMoves(replay))
        moves.append(QJsonObject{{u"from"_s, trialSide(result, move.fromCategory, move.fromRoute, false)},
                                 {u"to"_s, trialSide(result, move.toCategory, move.toRoute, true)},
                                 {u"messages"_s, count}});
    QJsonObject json{{u"conversations"_s, replay.conversations},
                     {u"messages"_s, replay.messages},
                     {u"changed_messages"_s, replay.changedMessages},
                     {u"changed_conversations"_s, replay.changedConversations},
                     {u"categories"_s, byCategory},
                     {u"routes"_s, byRoute},
                     {u"rules"_s, byRule},
                     {u"moves"_s, moves},
                     {u"accepted"_s, trialCount({}, replay.accepted)},
                     {u"lessons"_s, trialLessonsJson(report)},
                     {u"assumed"_s, QJsonArray::fromStringList(trialAssumed(draft, result))},
                     {u"changes"_s, trialChangesJson(report)}};
    if (std::holds_alternative<ThresholdDraft>(draft))
        json.insert(u"thresholds"_s,
                    QJsonObject{{u"live"_s, trialThresholdJson(*result.live->classifier)},
                                {u"draft"_s, trialThresholdJson(*result.draft->classifier)}});
    return json;
}

QString trialCounts(const TrialResult &result)
{
    const ReplayResult &replay = result.replay;
    const auto line = [](const QString &name, const ReplayCount &count) {
        return u"  %1  %2 -> %3\n"_s.arg(forTerminal(name)).arg(count.live).arg(count.draft);
    };
    QString text = u"Routes:\n"_s;
    for (auto it = replay.byRoute.cbegin(); it != replay.byRoute.cend(); ++it)
        text += line(trialRoute(replay, it.key()), it.value());
    text += u"Categories:\n"_s;
    for (auto it = replay.categories.cbegin(); it != replay.categories.cend(); ++it)
        text += line(trialName(it->draft > 0 ? result.draftName(it.key()) : result.liveName(it.key())), it.value());
    if (replay.accepted.live + replay.accepted.draft > 0)
        text += line(u"Accepted without asking:"_s, replay.accepted);
    return text;
}

QString trialText(const TrialDraft &draft, const TrialReport &report)
{
    const TrialResult &result = report.result;
    const ReplayResult &replay = result.replay;
    QString text = u"%1 of %2 messages would change, in %3 of %4 conversations.\n"_s.arg(replay.changedMessages)
                       .arg(replay.messages)
                       .arg(replay.changedConversations)
                       .arg(replay.conversations);
    for (const QString &sentence : trialAssumed(draft, result))
        text += sentence + u'\n';
    text += trialCounts(result);
    if (!replay.better.empty() || !replay.worse.empty())
        text += u"Lessons: %1 answered better, %2 worse.\n"_s.arg(replay.better.size()).arg(replay.worse.size());
    for (const TrialReport::TriedLesson &one : report.lessons)
        text += u"  %1  %2 (%3)  %4\n"_s.arg(one.better ? u"better"_s : u"worse "_s, one.uid, forTerminal(one.category),
                                             forTerminal(one.text.simplified().left(80)));
    const auto side = [&](CategoryId category, int route, bool isDraft) {
        return forTerminal(trialName(isDraft ? result.draftName(category) : result.liveName(category)) + u" / "_s
                           + trialRoute(replay, route));
    };
    for (const auto &[move, count] : trialMoves(replay))
        text += u"  %1  %2 -> %3\n"_s.arg(count, 6).arg(side(move.fromCategory, move.fromRoute, false),
                                                        side(move.toCategory, move.toRoute, true));
    for (const TrialReport::Change &one : report.changes)
        text += u"%1  %2  %3 -> %4 (%5)\n"_s.arg(
            one.conversation, forTerminal(one.subject), side(one.change.fromCategory, one.change.fromRoute, false),
            side(one.change.toCategory, one.change.toRoute, true), trialKinds(one.change.kinds).join(u", "_s));
    return text;
}

} // namespace

CtlOutput trialOutput(const TrialDraft &draft, const TrialReport &report)
{
    CtlOutput output;
    output.json = trialJson(draft, report);
    output.text = trialText(draft, report);
    return output;
}

} // namespace patchbay
