#include "chat_fixture.h"
#include "repeat_desk.h"
#include "support/child.h"

#include <QtCore/QTemporaryDir>

#include <algorithm>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::RepeatDesk;
using tests::RepeatingSide;
using tests::Told;

namespace {

constexpr auto repeatedSide = "PATCHBAY_REPEATED_SIDE";
constexpr auto repeatedPlace = "PATCHBAY_REPEATED_PLACE";
constexpr qint64 repeatedSince = 1772625000; // ten minutes before the desk's now
const QString repeatedChat = u"5511900000041"_s;
const QString otherRepeatedChat = u"5511900000042"_s;

const RepeatingSide *repeatingSide(const QString &id)
{
    static const std::vector<RepeatingSide> all = tests::repeatingSides();
    const auto found = std::find_if(all.begin(), all.end(), [&id](const RepeatingSide &one) { return one.id == id; });
    return found == all.end() ? nullptr : &*found;
}

/// Four messages in one chat and one in another, which has the first one's id where that can be.
struct RepeatedTalk {
    explicit RepeatedTalk(const RepeatingSide &side)
    {
        const QStringList words{u"alpha"_s, u"bravo"_s, u"charlie"_s, u"delta"_s, u"echo"_s};
        for (int i = 0; i < 5; ++i)
            one[i] = {repeatedChat, QString::number(7001 + i), words[i], repeatedSince + 10 * i, i + 1};
        other = {otherRepeatedChat, side.idsCountPerChat ? one[0].id : u"7101"_s, u"other"_s, repeatedSince + 5, 6};
        if (side.id == "slack"_L1)
            other.at = one[0].at; // its ids are times
    }
    /// Each twice, and none in its turn.
    QList<Told> jumbled() const
    {
        return {one[2], one[0], other, one[2], one[1], one[0], one[3], other, one[1], one[3]};
    }
    /// The same backwards, with one that is new.
    QList<Told> afterTheRestart() const
    {
        QList<Told> all = jumbled();
        std::reverse(all.begin(), all.end());
        all.insert(3, one[4]);
        all.append(one[4]);
        return all;
    }

    Told one[5];
    Told other;
};

} // namespace

/// What is killed: a console that its platform tells everything to, again and again.
class RepeatsChild : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hearsEverythingUntilItIsKilled()
    {
        const RepeatingSide *side = repeatingSide(qEnvironmentVariable(repeatedSide));
        QVERIFY(side);
        RepeatDesk desk(qEnvironmentVariable(repeatedPlace), *side, 0);
        const RepeatedTalk talk(*side);
        for (int i = 0; i < 3; ++i) {
            const QString failure = desk.play(talk.jumbled());
            QVERIFY2(failure.isEmpty(), qPrintable(failure));
            QVERIFY(desk.settle());
        }
    }
};
PATCHBAY_CHILD_TESTS(RepeatsChild, repeatedSide)

/// One law for every chat: everything told twice, out of order, across a kill -9 and a restart, is there once.
class TestChatRepeats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsEachMessageOnce_data();
    void showsEachMessageOnce();
};

void TestChatRepeats::showsEachMessageOnce_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("fault");
    const Catalog &catalog = tests::wholeCatalog();
    for (const ChatConnectorInfo &chat : catalog.chats) {
        if (!chat.isChat)
            continue;
        if (!repeatingSide(chat.id)) // a chat without a far side fails the law
            QTest::qFail(qPrintable(chat.id + u" has no repeating side"_s), __FILE__, __LINE__);
        QTest::addRow("%s, killed when it is stored", qPrintable(chat.id))
            << chat.id << u"intake.after_commit_before_ack"_s;
        QTest::addRow("%s, killed while it is read", qPrintable(chat.id)) << chat.id << u"intake.before_commit"_s;
    }
}

void TestChatRepeats::showsEachMessageOnce()
{
    QFETCH(QString, id);
    QFETCH(QString, fault);
    const RepeatingSide *side = repeatingSide(id);
    QVERIFY(side);
    QTemporaryDir folder;
    const QString place = folder.filePath(u"Desk.patchbay"_s);
    QProcess child;
    tests::startChild(child, "RepeatsChild",
                      {{QString::fromLatin1(repeatedSide), id},
                       {QString::fromLatin1(repeatedPlace), place},
                       {u"PATCHBAY_FAULT"_s, fault}});
    QVERIFY2(tests::wasKilled(child), child.readAll().constData());

    const RepeatedTalk talk(*side);
    int round = 0;
    for (const QList<Told> &told : {talk.jumbled(), talk.afterTheRestart()}) {
        RepeatDesk desk(place, *side, ++round);
        const QString failure = desk.play(told);
        QVERIFY2(failure.isEmpty(), qPrintable(failure));
        QVERIFY(desk.settle());
    }
    RepeatDesk desk(place, *side, ++round);
    QVERIFY(desk.addsUp());
    const QStringList chats = desk.visible();
    const QString shown = chats.join(u'\n');
    QVERIFY2(chats.size() == 2, qPrintable(shown));
    for (const Told &one : talk.one)
        QVERIFY2(shown.count(one.text) == 1, qPrintable(shown));
    QVERIFY2(shown.count(talk.other.text) == 1, qPrintable(shown));
    QStringList order; // as they were written, whenever they came
    for (const Told &one : talk.one)
        order << QString::number(shown.indexOf(one.text)).rightJustified(6, u'0');
    QVERIFY2(std::is_sorted(order.begin(), order.end()), qPrintable(shown));
}

PATCHBAY_TESTS(TestChatRepeats)
#include "tst_chat_repeats.moc"
