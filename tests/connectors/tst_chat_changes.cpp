#include "chat_fixture.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::ChatFixture;

namespace {

const QString changeKey = u"0190b2c0-3333-7000-8000-000000000004"_s;

Async<Result<Done>> refusedGate() { co_return makeError(Error::Kind::Conflict, u"another console has it"_s); }

Result<std::optional<Receipt>> lookedUp(ChatBench &bench, const ChatChange &change)
{
    return tests::await(bench.connector->lookUp(DeliveryRequest{changeKey, toJson(change), 2, bench.clock.at}));
}

/// So many exchanges of the recorded dialogue.
void scriptReads(ChatBench &bench, const ChatFixture &fixture, qsizetype count)
{
    prepare(bench, fixture);
    for (qsizetype i = 0; i < count; ++i)
        script(bench, fixture.dialogue().at(i).toObject());
}

int written(const ChatBench &bench)
{
    int count = 0;
    for (const Request &request : bench.far.seen())
        count += request.changesSomething() ? 1 : 0;
    return count;
}

} // namespace

/// What every platform that is told of changes promises the Outbox, with the recorded calls.
class TestChatChanges : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void survivesThePayload();
    void isToldAsTheCatalogSays();
    void asksForLeaveJustBeforeItWrites_data() { recorded(); }
    void asksForLeaveJustBeforeItWrites();
    void callsALostAnswerOfAChangeAmbiguous_data() { recorded(); }
    void callsALostAnswerOfAChangeAmbiguous();
    void findsByReadingWhetherItCameToBe();
    void isLookedUpAndNeverFoldedBlindly();

private:
    static void recorded();
    static ChatFixture fixture();
};

void TestChatChanges::recorded()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const ChatConnectorInfo &chat : tests::wholeCatalog().chats) {
        for (const ChatFixture &one : tests::chatFixtures(chat.id)) {
            const QString last = one.dialogue().last()[u"request"_s][u"method"_s].toString();
            if (one.action() == u"change"_s && !one.expected().contains(u"error"_s) && last == u"POST"_s)
                QTest::addRow("%s/%s", qPrintable(chat.id), qPrintable(one.name)) << chat.id << one.name;
        }
    }
}

ChatFixture TestChatChanges::fixture()
{
    const QString id = *static_cast<QString *>(QTest::qData("id", QMetaType::QString));
    const QString name = *static_cast<QString *>(QTest::qData("name", QMetaType::QString));
    for (const ChatFixture &one : tests::chatFixtures(id)) {
        if (one.name == name)
            return one;
    }
    return {};
}

void TestChatChanges::survivesThePayload()
{
    ChatChange done;
    done.threadKey = u"12"_s;
    done.status = ConversationStatus::Done;
    ChatChange sleeps = done;
    sleeps.status = ConversationStatus::Snoozed;
    sleeps.until = {1760086400000000};
    ChatChange mine = done;
    mine.what = ChatChange::What::Assignee;
    mine.status = ConversationStatus::Open;
    mine.name = u"Ana"_s;
    mine.mail = u"ana@example.org"_s;
    ChatChange label = done;
    label.what = ChatChange::What::Label;
    label.status = ConversationStatus::Open;
    label.label = u"“status”, urgent"_s;
    label.on = false;
    for (const ChatChange &change : {done, sleeps, mine, label}) {
        const QByteArray stored = QJsonDocument(toJson(change)).toJson();
        const Result<ChatChange> read = chatChangeFromJson(QJsonDocument::fromJson(stored).object());
        QVERIFY2(read.ok(), stored.constData());
        QVERIFY(*read == change);
    }
    QJsonObject strange = toJson(done);
    strange.insert(u"status"_s, u"exploded"_s);
    QVERIFY(!chatChangeFromJson(strange));
    QVERIFY(!isChatChange(toJson(OutboundMessage())));
}

void TestChatChanges::isToldAsTheCatalogSays()
{
    const Catalog &catalog = tests::wholeCatalog();
    QCOMPARE(catalog.chat(u"chatwoot"_s)->takesChanges.size(), 3);
    QCOMPARE(catalog.chat(u"telegram"_s)->takesChanges, QList{ChatChange::What::Words});
    QVERIFY(catalog.chat(u"mail"_s)->takesChanges.isEmpty());
}

void TestChatChanges::asksForLeaveJustBeforeItWrites()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    scriptReads(bench, one, one.dialogue().size() - 1);
    const BeforeEffect gate = [] { return refusedGate(); };
    const DeliveryRequest request{changeKey, toJson(one.change()), 1, bench.clock.at};
    const Result<Receipt> result = tests::await(bench.connector->deliver(request, gate));
    QVERIFY(!result.ok() && !result.error().ambiguous);
    QCOMPARE(written(bench), 0);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatChanges::callsALostAnswerOfAChangeAmbiguous()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    scriptReads(bench, one, one.dialogue().size() - 1);
    script(bench, one.dialogue().last().toObject()).fails(makeAmbiguous(Error::Kind::Timeout, u"lost"_s));
    int passes = 0;
    const Result<Receipt> result = bench.tell(one.change(), changeKey, &passes);
    QVERIFY(!result.ok() && result.error().ambiguous);
    QCOMPARE(passes, 1);
    QCOMPARE(bench.far.complaints(), QString()); // no repeat
}

void TestChatChanges::findsByReadingWhetherItCameToBe()
{
    for (const bool isSo : {false, true}) {
        for (const ChatFixture &one : tests::chatFixtures(u"chatwoot"_s)) {
            if (one.name != (isSo ? u"change_done_already"_s : u"change_done"_s))
                continue;
            ChatBench bench;
            scriptReads(bench, one, 2);
            const auto found = lookedUp(bench, one.change());
            QVERIFY(found.ok());
            QCOMPARE(found->has_value(), isSo);
            QCOMPARE(written(bench), 0);
        }
    }
}

void TestChatChanges::isLookedUpAndNeverFoldedBlindly()
{
    ChatBench bench;
    bench.account.settings.insert(u"url"_s, u"https://chat.example.org"_s);
    bench.account.settings.insert(u"account_id"_s, 3);
    bench.open(u"chatwoot"_s);
    ChatChange change;
    change.threadKey = u"12"_s;
    QCOMPARE(int(bench.connector->factsOf(toJson(change), {}).idempotency), int(Idempotency::Lookup));
    QCOMPARE(int(bench.connector->facts().idempotency), int(Idempotency::None)); // an answer cannot be looked up
}

PATCHBAY_TESTS(TestChatChanges)
#include "tst_chat_changes.moc"
