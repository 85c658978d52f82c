#include "ui/models/action_registry.h"

#include <algorithm>

namespace patchbay {

namespace {

bool registryKeysAreFine(const QStringList &keys, ActionScope scope)
{
    return std::all_of(keys.begin(), keys.end(), [scope](const QString &text) {
        const KeyChord chord = chordFromText(text);
        const bool typesWhereOneWrites = (scope == ActionScope::Everywhere || scope == ActionScope::OutsideComposer
                                          || scope == ActionScope::Composer)
            && chord.editsText();
        return chord.key && !chord.isForbidden() && !typesWhereOneWrites;
    });
}

bool registryScopesMeet(ActionScope a, ActionScope b)
{
    if (a == ActionScope::OutsideComposer || b == ActionScope::OutsideComposer)
        return a != ActionScope::Composer && b != ActionScope::Composer;
    if (a == b || a == ActionScope::Everywhere || b == ActionScope::Everywhere)
        return true;
    if (a == ActionScope::Find || b == ActionScope::Find)
        return false;
    if (a == ActionScope::OutsideText || b == ActionScope::OutsideText)
        return a != ActionScope::Composer && b != ActionScope::Composer;
    if (a == ActionScope::Rail || b == ActionScope::Rail)
        return a == ActionScope::Conversations || b == ActionScope::Conversations;
    const auto isTriage = [](ActionScope scope) {
        return scope == ActionScope::Conversations || scope == ActionScope::List;
    };
    return isTriage(a) && isTriage(b);
}

} // namespace

bool isEnabled(const ConsoleAction &action) { return !action.enabled || action.enabled(); }

bool ActionRegistry::add(ConsoleAction action)
{
    if (action.id.isEmpty() || byId(action.id) || !registryKeysAreFine(action.keys, action.scope))
        return false;
    m_actions.push_back(std::move(action));
    return true;
}

const ConsoleAction *ActionRegistry::byId(const QString &id) const
{
    const auto found =
        std::find_if(m_actions.begin(), m_actions.end(), [&](const ConsoleAction &a) { return a.id == id; });
    return found == m_actions.end() ? nullptr : &*found;
}

bool ActionRegistry::rebind(const QString &id, const QStringList &keys)
{
    const auto found =
        std::find_if(m_actions.begin(), m_actions.end(), [&](const ConsoleAction &a) { return a.id == id; });
    if (found == m_actions.end() || !registryKeysAreFine(keys, found->scope))
        return false;
    const QStringList before = std::exchange(found->keys, keys);
    const QStringList clashes = conflicts();
    const bool clash = std::any_of(clashes.begin(), clashes.end(),
                                   [&](const QString &pair) { return pair.split(QLatin1Char(' ')).contains(id); });
    if (clash) {
        found->keys = before;
        return false;
    }
    Q_EMIT rebound();
    return true;
}

bool ActionRegistry::countsAt(ActionScope scope, const FocusPlace &place)
{
    switch (scope) {
    case ActionScope::Everywhere: return true;
    case ActionScope::OutsideComposer: return !place.inComposer;
    case ActionScope::OutsideText: return !place.inText;
    case ActionScope::Conversations: return place.onConversations && !place.inText;
    case ActionScope::List: return place.inList && !place.inText;
    case ActionScope::Outbox: return place.onOutbox && !place.inText && !place.inRail;
    case ActionScope::Rules: return place.onRules && !place.inText && !place.inRail;
    case ActionScope::Rail: return place.inRail;
    case ActionScope::Categories: return place.onCategories && !place.inText && !place.inRail;
    case ActionScope::Trial: return place.onTrial && !place.inText && !place.inRail;
    case ActionScope::Tasks: return place.onTasks && !place.inText && !place.inRail;
    case ActionScope::Composer: return place.inComposer;
    case ActionScope::Find: return place.inFind;
    }
    return false;
}

const ConsoleAction *ActionRegistry::match(const KeyChord &chord, const FocusPlace &place) const
{
    if (!chord.key)
        return nullptr;
    const bool types = place.inText && chord.editsText();
    for (const ConsoleAction &action : m_actions) {
        if (!countsAt(action.scope, place) || (types && action.scope != ActionScope::Find))
            continue;
        for (const QString &key : action.keys) {
            if (chordFromText(key) == chord)
                return &action;
        }
    }
    return nullptr;
}

bool ActionRegistry::trigger(const QString &id) const
{
    const ConsoleAction *action = byId(id);
    if (!action || !isEnabled(*action))
        return false;
    // A copy: the handler may rebind, and so replace, what it came from.
    const auto run = action->run;
    run();
    return true;
}

QString ActionRegistry::keyText(const QString &id) const
{
    const ConsoleAction *action = byId(id);
    return action && !action->keys.isEmpty() ? chordText(chordFromText(action->keys.first())) : QString();
}

QString ActionRegistry::titleWithKey(const QString &id) const
{
    const ConsoleAction *action = byId(id);
    if (!action)
        return {};
    const QString key = keyText(id);
    return key.isEmpty() ? action->title : QStringLiteral("%1 (%2)").arg(action->title, key);
}

QStringList ActionRegistry::conflicts() const
{
    QStringList found;
    for (size_t i = 0; i < m_actions.size(); ++i) {
        for (size_t j = i + 1; j < m_actions.size(); ++j) {
            const ConsoleAction &a = m_actions[i];
            const ConsoleAction &b = m_actions[j];
            const bool share =
                std::any_of(a.keys.begin(), a.keys.end(), [&](const QString &key) { return b.keys.contains(key); });
            if (share && registryScopesMeet(a.scope, b.scope))
                found << a.id + QLatin1Char(' ') + b.id;
        }
    }
    return found;
}

} // namespace patchbay
