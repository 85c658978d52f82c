#include "chat_fixture.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::ChatFixture;
using tests::Exchange;

namespace {

bool hasFiles(const ChatFixture &fixture) { return fixture.isAccepted() && !fixture.message().files.empty(); }

/// How many of the dialogue's exchanges are uploads: all but who we are and the last one.
qsizetype uploadsIn(const ChatFixture &fixture) { return fixture.dialogue().size() - 2; }

/// Scripts the dialogue up to and with this exchange, which is returned.
Exchange &scriptUpTo(ChatBench &bench, const ChatFixture &fixture, qsizetype last)
{
    const QJsonArray dialogue = fixture.dialogue();
    for (qsizetype i = 0; i < last; ++i)
        script(bench, dialogue.at(i).toObject());
    return script(bench, dialogue.at(last).toObject());
}

} // namespace

/// The laws of every channel that sends files, held against what was recorded with files; those of every message are
/// TestChatConformance's.
class TestChatFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasOneRecordedForEachChannelThatTakesThem();
    void sendsNothingWhenAnUploadFails_data() { recorded(); }
    void sendsNothingWhenAnUploadFails();
    void uploadsWithoutCredentialsElsewhere_data() { recorded(); }
    void uploadsWithoutCredentialsElsewhere();
    void saysThatAContentIsGoneAndSendsNothing_data() { recorded(); }
    void saysThatAContentIsGoneAndSendsNothing();
    void takesNoMoreFilesThanItSays_data() { recorded(); }
    void takesNoMoreFilesThanItSays();
    void sendsTheBytesAsTheyAre_data() { recorded(); }
    void sendsTheBytesAsTheyAre();

private:
    void recorded();
    ChatFixture fixture() const;
};

void TestChatFiles::recorded() { tests::addChatFixtureRows(&hasFiles); }

ChatFixture TestChatFiles::fixture() const { return tests::chosenChatFixture(); }

void TestChatFiles::hasOneRecordedForEachChannelThatTakesThem()
{
    const Catalog &catalog = tests::wholeCatalog();
    for (const ChatConnectorInfo &chat : catalog.chats) {
        if (!chat.isChat)
            continue;
        const std::vector<ChatFixture> all = tests::chatFixtures(chat.id);
        QCOMPARE(std::any_of(all.begin(), all.end(), hasFiles), chat.abilities.files.most > 0);
        QVERIFY(chat.abilities.files.largest <= largestAttachedFile);
    }
}

void TestChatFiles::sendsNothingWhenAnUploadFails()
{
    const ChatFixture one = fixture();
    for (qsizetype at = 1; at <= uploadsIn(one); ++at) {
        for (const bool isLost : {true, false}) {
            ChatBench bench;
            prepare(bench, one);
            Exchange &upload = scriptUpTo(bench, one, at);
            if (isLost)
                upload.fails(makeAmbiguous(Error::Kind::Timeout, u"lost"_s));
            else
                upload.reply(500, "");
            int passes = 0;
            const Result<Receipt> result = bench.deliver(one.message(), one.key(), &passes);
            QVERIFY(!result.ok());
            QVERIFY2(!result.error().ambiguous && result.error().isTransient(), qPrintable(result.error().message));
            QVERIFY2(result.error().message.contains(u"could not be uploaded"_s), qPrintable(result.error().message));
            QCOMPARE(passes, 0);
            QCOMPARE(bench.far.complaints(), QString());
        }
    }
}

void TestChatFiles::uploadsWithoutCredentialsElsewhere()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    scriptUpTo(bench, one, one.dialogue().size() - 1);
    QVERIFY(bench.deliver(one.message(), one.key()).ok());
    const QString home = bench.far.seen().front().url().host();
    for (const Request &request : bench.far.seen()) {
        if (request.url().host() == home)
            continue;
        for (const auto &[name, value] : request.headers()) {
            for (const QString &secret : std::as_const(bench.account.secrets))
                QVERIFY2(!value.contains(secret.toUtf8()), name.constData());
        }
    }
}

void TestChatFiles::saysThatAContentIsGoneAndSendsNothing()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    scriptUpTo(bench, one, 0);
    OutboundMessage message = one.message();
    message.files.front().sha256 = QByteArray(64, 'f');
    int passes = 0;
    const Result<Receipt> result = bench.deliver(message, one.key(), &passes);
    QVERIFY(!result.ok() && result.error().kind == Error::Kind::Refused);
    QVERIFY2(result.error().message.contains(u"Attach it again"_s), qPrintable(result.error().message));
    QCOMPARE(passes, 0);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatFiles::takesNoMoreFilesThanItSays()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    const Catalog catalog = tests::wholeCatalog();
    OutboundMessage message = one.message();
    message.files.resize(size_t(catalog.chat(one.connector)->abilities.files.most) + 1, message.files.front());
    const Result<Receipt> result = bench.deliver(message, one.key());
    QVERIFY(!result.ok() && result.error().kind == Error::Kind::Refused && !result.error().ambiguous);
    QVERIFY(bench.far.seen().empty());
}

void TestChatFiles::sendsTheBytesAsTheyAre()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    scriptUpTo(bench, one, one.dialogue().size() - 1);
    QVERIFY(bench.deliver(one.message(), one.key()).ok());
    const QJsonObject contents = one.given().value(u"files"_s).toObject();
    for (const OutboundFile &file : one.message().files) {
        const QByteArray bytes = contents.value(QString::fromLatin1(file.sha256)).toString().toUtf8();
        const auto carries = [&bytes](const Request &request) {
            return request.bytes().contains(bytes) || request.bytes().contains(bytes.toBase64());
        };
        const std::vector<Request> &seen = bench.far.seen();
        QCOMPARE(std::count_if(seen.begin(), seen.end(), carries), 1);
    }
}

PATCHBAY_TESTS(TestChatFiles)
#include "tst_chat_files.moc"
