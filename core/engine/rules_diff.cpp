#include "core/engine/rules_diff.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Which of these numbers belong to a longest rising row of them.
std::vector<bool> diffKeepsOrder(const std::vector<int> &places)
{
    std::vector<int> ends; // index of the least end of a rising row of each length
    std::vector<int> previous(places.size(), -1);
    for (int i = 0; i < int(places.size()); ++i) {
        const auto at = std::lower_bound(ends.begin(), ends.end(), places[size_t(i)],
                                         [&](int index, int place) { return places[size_t(index)] < place; });
        if (at != ends.begin())
            previous[size_t(i)] = *std::prev(at);
        if (at == ends.end())
            ends.push_back(i);
        else
            *at = i;
    }
    std::vector<bool> keeps(places.size(), false);
    for (int i = ends.empty() ? -1 : ends.back(); i >= 0; i = previous[size_t(i)])
        keeps[size_t(i)] = true;
    return keeps;
}

} // namespace

RuleDiff diffRules(const RuleSet &from, const RuleSet &to)
{
    QHash<QString, int> old;
    for (int i = 0; i < int(from.rules.size()); ++i)
        old.insert(from.rules[size_t(i)].name, i);
    std::vector<int> places;
    for (const Rule &rule : to.rules) {
        if (old.contains(rule.name))
            places.push_back(old.value(rule.name));
    }
    const std::vector<bool> keeps = diffKeepsOrder(places);

    RuleDiff diff;
    size_t common = 0;
    for (int i = 0; i < int(to.rules.size()); ++i) {
        const Rule &rule = to.rules[size_t(i)];
        const auto was = old.constFind(rule.name);
        if (was == old.cend()) {
            diff.rules.push_back({RuleChange::Kind::Added, rule.name, -1, i, {}, ruleDocument(rule)});
            continue;
        }
        const QByteArray before = ruleDocument(from.rules[size_t(*was)]);
        const QByteArray after = ruleDocument(rule);
        if (before != after)
            diff.rules.push_back({RuleChange::Kind::Changed, rule.name, *was, i, before, after});
        if (!keeps[common++])
            diff.rules.push_back({RuleChange::Kind::Moved, rule.name, *was, i, {}, {}});
        old.erase(was);
    }
    for (int i = 0; i < int(from.rules.size()); ++i) {
        const Rule &rule = from.rules[size_t(i)];
        if (old.contains(rule.name))
            diff.rules.push_back({RuleChange::Kind::Removed, rule.name, i, -1, ruleDocument(rule), {}});
    }
    if (from.defaultRoute != to.defaultRoute)
        diff.settings << u"default_route"_s;
    if (from.timeZone != to.timeZone)
        diff.settings << u"time_zone"_s;
    if (from.businessHours != to.businessHours)
        diff.settings << u"business_hours"_s;
    return diff;
}

} // namespace patchbay
