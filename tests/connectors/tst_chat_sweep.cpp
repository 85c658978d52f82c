#include "connectors/kit/chat_sweep.h"
#include "support/test_main.h"

#include <QtTest/QtTest>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

constexpr Timestamp sweepNow{1760000000 * qint64(1000000)};

constexpr ChatSweep::Standing sweptDone{ConversationStatus::Done, {}};

ChatSweep again(const ChatSweep &sweep) { return ChatSweep::from(sweep.cursor()); }

/// One round that finds these chats and reads them.
ChatSweep rounded(ChatSweep sweep, const std::vector<std::pair<QString, qint64>> &chats)
{
    for (const auto &[chat, at] : chats)
        sweep.listed(chat, QString::number(at), at);
    sweep.listRead(false);
    while (!sweep.isDone())
        sweep.chatRead();
    sweep.begin(sweepNow);
    return sweep;
}

} // namespace

/// How far an inbox is read that is a list of chats.
class TestChatSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheListAndThenWhatIsNewInIt();
    void goesOnWhereItWasAfterARestart();
    void readsAgainAMinuteSoThatNothingFallsBetween();
    void leavesOutWhatIsRead();
    void tellsOnceThatAChatWasClosedAndOpened();
    void tellsUntilWhenAChatSleeps();
    void tellsOnceWhoseAChatIsNowAndItsLabels();
    void beginsAnewWhereItCannotBeRead();
    void keepsOnlyTheLastChatsInMind();
};

void TestChatSweep::readsTheListAndThenWhatIsNewInIt()
{
    ChatSweep sweep = ChatSweep::from({});
    QVERIFY(sweep.isFirst() && sweep.isListing());
    QCOMPARE(sweep.page(), 1);
    sweep.listed(u"a"_s, u"7"_s, 100);
    sweep.listRead(true);
    QCOMPARE(sweep.page(), 2);
    sweep.listed(u"a"_s, u"8"_s, 101); // it moved while pages were read
    sweep.listed(u"b"_s, u"5"_s, 50);
    sweep.listRead(false);
    QVERIFY(!sweep.isListing() && !sweep.isDone());
    QCOMPARE(sweep.wanted().chat, u"a"_s);
    QCOMPARE(sweep.wanted().newest, u"7"_s);
    sweep.chatRead(u"9"_s);
    QCOMPARE(sweep.known(u"a"_s), u"9"_s);
    QCOMPARE(sweep.wanted().chat, u"b"_s);
    sweep.chatRead();
    QVERIFY(sweep.isDone());
    sweep.begin(sweepNow);
    QVERIFY(sweep.isListing() && !sweep.isFirst());
    QCOMPARE(sweep.since(), 101 - 60);
}

void TestChatSweep::goesOnWhereItWasAfterARestart()
{
    ChatSweep sweep = ChatSweep::from({});
    sweep.listed(u"a"_s, u"7"_s, 100);
    sweep.listed(u"b"_s, u"5"_s, 50);
    sweep.stands(u"b"_s, sweptDone, 50);
    sweep.listRead(false);
    sweep.goOnBefore(u"3"_s);
    sweep = again(sweep);
    QCOMPARE(sweep.wanted().before, u"3"_s);
    sweep.chatRead();
    sweep = again(sweep);
    QCOMPARE(sweep.wanted().chat, u"b"_s);
    sweep.goOnAfter(u"4"_s);
    sweep = again(sweep);
    QCOMPARE(sweep.wanted().known, u"4"_s);
    sweep.chatRead();
    const auto turns = sweep.begin(sweepNow);
    QCOMPARE(turns.size(), size_t(1));
    QCOMPARE(turns[0].chat, u"b"_s);
    QCOMPARE(int(turns[0].standing.status), int(ConversationStatus::Done));
    QCOMPARE(again(sweep).known(u"a"_s), u"7"_s);
}

void TestChatSweep::readsAgainAMinuteSoThatNothingFallsBetween()
{
    ChatSweep sweep = rounded(ChatSweep::from({}), {{u"a"_s, 1000}});
    sweep.listed(u"late"_s, u"1"_s, 941); // was written before, and seen after
    sweep.listed(u"old"_s, u"1"_s, 939);
    sweep.listRead(false);
    QCOMPARE(sweep.wanted().chat, u"late"_s);
    sweep.chatRead();
    QVERIFY(sweep.isDone());
}

void TestChatSweep::leavesOutWhatIsRead()
{
    ChatSweep sweep = rounded(ChatSweep::from({}), {{u"a"_s, 1000}});
    sweep.listed(u"a"_s, u"1000"_s, 1000);
    sweep.listRead(false);
    QVERIFY(sweep.isDone());
    const QByteArray before = sweep.cursor();
    sweep.begin(sweepNow);
    sweep.listed(u"a"_s, u"1000"_s, 1000);
    sweep.listRead(false);
    QCOMPARE(sweep.cursor(), before); // nothing has to be stored
}

void TestChatSweep::tellsOnceThatAChatWasClosedAndOpened()
{
    ChatSweep sweep = rounded(ChatSweep::from({}), {{u"a"_s, 1000}});
    sweep.stands(u"a"_s, {}, 1000); // never was anything else
    sweep.stands(u"long ago"_s, sweptDone, 5);
    QVERIFY(sweep.begin(sweepNow).empty());
    sweep.stands(u"a"_s, sweptDone, 1010);
    sweep.stands(u"a"_s, sweptDone, 1010);
    QCOMPARE(sweep.begin(sweepNow).size(), size_t(1));
    sweep = again(sweep);
    sweep.stands(u"a"_s, sweptDone, 1010);
    QVERIFY(sweep.begin(sweepNow).empty());
    sweep.stands(u"a"_s, {}, 1020);
    const auto opened = sweep.begin(sweepNow);
    QCOMPARE(opened.size(), size_t(1));
    QCOMPARE(int(opened[0].standing.status), int(ConversationStatus::Open));
}

void TestChatSweep::tellsUntilWhenAChatSleeps()
{
    const ChatSweep::Standing evening{ConversationStatus::Snoozed, {1760003600 * qint64(1000000)}};
    const ChatSweep::Standing morning{ConversationStatus::Snoozed, {1760050000 * qint64(1000000)}};
    const ChatSweep::Standing untilTheyWrite{ConversationStatus::Snoozed, {}};
    ChatSweep sweep = rounded(ChatSweep::from({}), {{u"a"_s, 1000}});
    QStringList keys;
    for (const auto &is : {sweptDone, evening, evening, morning, untilTheyWrite, untilTheyWrite}) {
        sweep = again(sweep);
        sweep.stands(u"a"_s, is, 1010);
        sweep = again(sweep); // a restart in the middle of a round
        for (const ChatSweep::Turn &turn : sweep.begin(sweepNow)) {
            QVERIFY(turn.standing == is);
            const Result<InboundMessage> told = *parseTurn(ChatSweep::itemOf(turn));
            QVERIFY(told.ok());
            QCOMPARE(told->status.value_or(ConversationStatus::Open), is.status);
            QCOMPARE(told->snoozedUntil, is.until);
            keys << ChatSweep::itemOf(turn).sourceKey;
        }
    }
    QCOMPARE(keys,
             QStringList({u"state:a:done:1010"_s, u"state:a:snoozed:1010:1760003600"_s,
                          u"state:a:snoozed:1010:1760050000"_s, u"state:a:snoozed:1010"_s}));
    sweep.stands(u"a"_s, {}, 1020);
    QCOMPARE(sweep.begin(sweepNow).size(), size_t(1));
    ChatSweep older = ChatSweep::from(R"({"closed":["b"],"page":1,"since":1000,"top":1000})"); // as it was kept before
    older.stands(u"b"_s, sweptDone, 1010);
    QVERIFY(older.begin(sweepNow).empty());
}

void TestChatSweep::tellsOnceWhoseAChatIsNowAndItsLabels()
{
    ChatSweep sweep = rounded(ChatSweep::from({}), {{u"a"_s, 1000}});
    sweep.marked(u"a"_s, {}, 1000); // never was anybody's
    sweep.marked(u"long ago"_s, {u"ana@example.org"_s, {}}, 5);
    QVERIFY(sweep.begin(sweepNow).empty());
    const ChatSweep::Marks anas{u"ana@example.org"_s, {u"vip"_s, u"urgent"_s}};
    sweep.marked(u"a"_s, anas, 1010);
    sweep = again(sweep); // a restart in the middle of a round
    sweep.marked(u"a"_s, anas, 1010);
    const auto given = sweep.begin(sweepNow);
    QCOMPARE(given.size(), size_t(1));
    QVERIFY(given[0].was == ChatSweep::Marks() && given[0].is == anas);
    sweep = again(sweep);
    sweep.marked(u"a"_s, anas, 1015);
    sweep.marked(u"a"_s, {u"ana@example.org"_s, {u"vip"_s}}, 1020);
    const auto unlabelled = sweep.begin(sweepNow);
    QCOMPARE(unlabelled.size(), size_t(1));
    const Result<InboundMessage> told = *parseTurn(ChatSweep::itemOf(unlabelled[0]));
    QVERIFY(told.ok());
    QCOMPARE(told->threadKey, u"a"_s);
    QVERIFY(!told->assignee && !told->status); // that did not change
    QCOMPARE(told->unlabelled, QStringList{u"urgent"_s});
    QVERIFY(told->labelled.isEmpty());
    sweep.marked(u"a"_s, {}, 1030);
    const auto taken = sweep.begin(sweepNow);
    const Result<InboundMessage> nobodys = *parseTurn(ChatSweep::itemOf(taken[0]));
    QVERIFY(nobodys->assignee && nobodys->assignee->isEmpty());
    QVERIFY(!parseTurn({u"message:5"_s, "{}"}));
    QVERIFY(!(*parseTurn({u"marks:5"_s, "{"}))); // and no crash
}

void TestChatSweep::beginsAnewWhereItCannotBeRead()
{
    for (const QByteArray &cursor :
         {QByteArray("{"), QByteArray("[]"), QByteArray("7"), QByteArray("{\"page\":\"x\"}"),
          QByteArray("{\"page\":0}"), QByteArray("{\"known\":{},\"wanted\":[7],\"page\":1}")}) {
        ChatSweep sweep = ChatSweep::from(cursor);
        QVERIFY(sweep.isFirst());
        QVERIFY(sweep.isListing() && !sweep.isDone());
    }
    ChatSweep empty = ChatSweep::from({});
    empty.listRead(false);
    empty.begin(sweepNow);
    QCOMPARE(empty.since(), sweepNow.us / 1000000 - 60); // an empty inbox is read up to now
}

void TestChatSweep::keepsOnlyTheLastChatsInMind()
{
    ChatSweep sweep = ChatSweep::from({});
    for (int i = 0; i < 400; ++i)
        sweep.keep(QString::number(i), u"1"_s);
    QVERIFY(sweep.known(u"0"_s).isEmpty());
    QCOMPARE(sweep.known(u"399"_s), u"1"_s);
    QCOMPARE(sweep.known(u"100"_s), u"1"_s);
    QVERIFY(sweep.cursor().size() < 10000);
}

PATCHBAY_TESTS(TestChatSweep)
#include "tst_chat_sweep.moc"
