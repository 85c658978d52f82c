#include "support/test_main.h"
#include "ui/models/action_registry.h"
#include "ui/models/choice_filter.h"

#include <QtGui/QKeyEvent>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

class KeysTest final : public QObject {
    Q_OBJECT

private:
    static ConsoleAction action(const char *id, const QStringList &keys, ActionScope scope)
    {
        ConsoleAction made;
        made.id = QLatin1String(id);
        made.title = made.id;
        made.keys = keys;
        made.scope = scope;
        made.run = [] {};
        return made;
    }
    static FocusPlace inList()
    {
        FocusPlace place;
        place.inList = place.onConversations = true;
        return place;
    }

private Q_SLOTS:
    void readsALatinLetterAsItself()
    {
        const QKeyEvent event(QEvent::KeyPress, Qt::Key_Y, Qt::NoModifier, u"y"_s);
        QCOMPARE(chordOf(event), chordFromText(u"Y"_s));
    }

    void followsTheLatinKeyOnACyrillicLayout()
    {
#if defined(Q_OS_LINUX)
        // The key that types "н" is the Y key of a Latin layout: X11 key code 29.
        const QKeyEvent event(QEvent::KeyPress, 0x041d, Qt::NoModifier, 29, 0, 0, u"н"_s);
        QCOMPARE(chordOf(event), chordFromText(u"Y"_s));
        const QKeyEvent palette(QEvent::KeyPress, 0x041b, Qt::ControlModifier, 45, 0, 0, QString());
        QCOMPARE(chordOf(palette), chordFromText(u"Ctrl+K"_s));
#else
        QSKIP("native codes of X11");
#endif
    }

    void leavesLettersOfLatinLayoutsAlone()
    {
        // "é" on the 2 key of a French keyboard is not the letter of another key.
        const QKeyEvent event(QEvent::KeyPress, 0x00c9, Qt::NoModifier, 11, 0, 0, u"é"_s);
        QCOMPARE(chordOf(event).key, 0x00c9);
    }

    void takesASignWhereverItsKeyIs()
    {
        const QKeyEvent english(QEvent::KeyPress, Qt::Key_Question, Qt::ShiftModifier, u"?"_s);
        QCOMPARE(chordOf(english), chordFromText(u"?"_s));
    }

    void refusesKeysThatTypeLettersSomewhere()
    {
        ActionRegistry registry;
        QVERIFY(!registry.add(action("a", {u"Alt+A"_s}, ActionScope::Conversations)));
        QVERIFY(!registry.add(action("b", {u"Ctrl+Alt+Q"_s}, ActionScope::Everywhere)));
        QVERIFY(!registry.add(action("c", {u"Y"_s}, ActionScope::Everywhere)));
        QVERIFY(registry.add(action("d", {u"Alt+Down"_s}, ActionScope::Everywhere)));
    }

    void keepsLettersOutOfTextFields()
    {
        ActionRegistry registry;
        QVERIFY(registry.add(action("accept", {u"Y"_s}, ActionScope::Conversations)));
        FocusPlace place = inList();
        QVERIFY(registry.match(chordFromText(u"Y"_s), place));
        place.inText = true;
        QVERIFY(!registry.match(chordFromText(u"Y"_s), place));
    }

    void tellsSameKeysApartByWhereTheyCount()
    {
        ActionRegistry registry;
        QVERIFY(registry.add(action("reply", {u"R"_s}, ActionScope::Conversations)));
        QVERIFY(registry.add(action("retry", {u"R"_s}, ActionScope::Outbox)));
        QVERIFY(registry.conflicts().isEmpty());
        FocusPlace outbox;
        outbox.onOutbox = true;
        QCOMPARE(registry.match(chordFromText(u"R"_s), outbox)->id, u"retry"_s);
        QCOMPARE(registry.match(chordFromText(u"R"_s), inList())->id, u"reply"_s);
    }

    void refusesToRebindOntoATakenKey()
    {
        ActionRegistry registry;
        QVERIFY(registry.add(action("reply", {u"R"_s}, ActionScope::Conversations)));
        QVERIFY(registry.add(action("done", {u"E"_s}, ActionScope::Conversations)));
        QVERIFY(!registry.rebind(u"done"_s, {u"R"_s}));
        QCOMPARE(registry.byId(u"done"_s)->keys, QStringList{u"E"_s});
        QVERIFY(registry.rebind(u"done"_s, {u"D"_s}));
        QCOMPARE(registry.keyText(u"done"_s), u"D"_s);
    }

    void runsOnlyWhatIsEnabled()
    {
        ActionRegistry registry;
        int ran = 0;
        bool possible = false;
        ConsoleAction made = action("a", {}, ActionScope::Everywhere);
        made.run = [&] { ++ran; };
        made.enabled = [&] { return possible; };
        QVERIFY(registry.add(made));
        QVERIFY(!registry.trigger(u"a"_s));
        possible = true;
        QVERIFY(registry.trigger(u"a"_s));
        QCOMPARE(ran, 1);
    }

    void findsWhatWasTyped()
    {
        std::vector<Choice> choices;
        for (const QString &text : {u"Change category"_s, u"Add channel"_s, u"Über uns"_s})
            choices.push_back({text});
        QCOMPARE(fitting(choices, u"chan"_s).front().text, u"Change category"_s);
        QCOMPARE(fitting(choices, u"uber"_s).size(), size_t(1));
        QCOMPARE(fitting(choices, u"adch"_s).front().text, u"Add channel"_s);
        QVERIFY(fitting(choices, u"zzz"_s).empty());
    }
};

} // namespace patchbay::tests

using patchbay::tests::KeysTest;
PATCHBAY_TESTS(KeysTest)
#include "tst_keys.moc"
