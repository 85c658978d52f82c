#pragma once

#include "ui/models/key_chord.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <functional>
#include <vector>

namespace patchbay {

/// Where an action's keys count.
enum class ActionScope {
    Everywhere, ///< in text fields too; never a key that types
    OutsideComposer, ///< everywhere but while writing: there the key means something else
    OutsideText, ///< on every page, outside text fields
    Conversations, ///< list or thread on screen, outside text fields
    List, ///< the conversation list has the focus
    Outbox, ///< the Outbox table is on screen, outside text fields
    Rules, ///< the page of rules is on screen, outside text fields
    Composer, ///< while writing
    Rail, ///< the rail has the focus
    Find, ///< the line that finds in the conversation has the focus
    Categories, ///< the list of categories is on screen, outside text fields
    Trial, ///< the page of a trial is on screen, outside text fields
    Tasks, ///< the page of tasks is on screen, outside text fields
};

/// Something the operator can do: one entry in menu, palette, cheat sheet and tooltips.
struct ConsoleAction {
    QString id = {}; ///< "conversation.accept"; stable, for settings
    QString title = {}; ///< translated
    QString group = {}; ///< translated heading of menu and cheat sheet
    QStringList keys = {}; ///< portable text, the first one is shown
    ActionScope scope = ActionScope::Conversations;
    std::function<void()> run = {};
    std::function<bool()> enabled = {}; ///< none: always
};

/// Where the focus is when a key comes.
struct FocusPlace {
    bool inText = false;
    bool inComposer = false;
    bool inList = false;
    bool inRail = false;
    bool inFind = false;
    bool onConversations = false;
    bool onOutbox = false;
    bool onRules = false;
    bool onCategories = false;
    bool onTrial = false;
    bool onTasks = false;
};

/// The one list of what can be done and on which keys. Owned by the window; GUI thread.
class ActionRegistry final : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Keys that type letters on some layout (Alt+letter, Ctrl+Alt) and ids already there are refused.
    bool add(ConsoleAction action);
    const std::vector<ConsoleAction> &all() const { return m_actions; }
    const ConsoleAction *byId(const QString &id) const;
    /// Replaces the keys; false, and nothing changes, when one is forbidden or taken where it would count.
    bool rebind(const QString &id, const QStringList &keys);
    /// What the chord means at this place, enabled or not; none when nothing.
    const ConsoleAction *match(const KeyChord &chord, const FocusPlace &place) const;
    /// Runs it when it is enabled.
    bool trigger(const QString &id) const;
    /// Its first key as a person reads it.
    QString keyText(const QString &id) const;
    /// "Accept (Y)", for tooltips.
    QString titleWithKey(const QString &id) const;
    /// Pairs of ids that share a key at one place.
    QStringList conflicts() const;

Q_SIGNALS:
    void rebound();

private:
    static bool countsAt(ActionScope scope, const FocusPlace &place);
    std::vector<ConsoleAction> m_actions;
};

bool isEnabled(const ConsoleAction &action);

} // namespace patchbay
