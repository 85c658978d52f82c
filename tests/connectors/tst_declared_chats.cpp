// What the kit lets channels declare: calls with values of ours, sockets, searches by time, proofs, codes to scan.
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_patterns.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/envelope_socket.h"
#include "connectors/kit/hook_proofs.h"
#include "connectors/kit/mrkdwn.h"
#include "connectors/kit/pairing_form.h"
#include "connectors/kit/socket_io.h"
#include "connectors/kit/timed_rounds.h"
#include "support/test_main.h"

#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

ChatContext ofBranch()
{
    ChatContext context;
    context.settings.insert(u"branch"_s, u"north/2?"_s);
    context.known.insert(u"id"_s, u"71"_s);
    context.message.threadKey = u"C1:17.5"_s;
    context.message.text = u"2 < 3 \"}, {key}"_s;
    context.key = u"key-1"_s;
    context.now = {1'000'000'000'000'000};
    return context;
}

QJsonObject branchBody(const Result<Request> &request) { return QJsonDocument::fromJson(request->bytes()).object(); }

JsonReader branchReply(const QByteArray &json) { return JsonReader::parse(json, u"reply"_s); }

void keepBranchEvent(SocketStep &step, const QString &name, const QByteArray &argument, const ChatContext &)
{
    step.items.push_back({name, argument});
}

const PairingForm branchPairing{.title = u"Branch"_s,
                                .state = u"/state"_s,
                                .paired = u"open"_s,
                                .joining = u"soon"_s,
                                .failed = u"/error"_s,
                                .words = u"/why"_s,
                                .scan = u"/code"_s,
                                .saysJoining = u"Wait."_s,
                                .saysLost = u"It is %1. Scan the code."_s};

void addBranchMessage(ChatPage &page, JsonReader &message, const QByteArray &raw)
{
    page.items.push_back({message.id(u"/id"_s), raw});
}

const TimedSearch branchSearch{.address = u"/branches/{branch}/find"_s,
                               .body = uR"({"after": "{from}", "page": "#{page}"})"_s,
                               .list = u"/found"_s,
                               .time = u"/at"_s,
                               .page = 2,
                               .overlap = std::chrono::minutes(1),
                               .overlapAtStart = std::chrono::hours(1),
                               .add = &addBranchMessage,
                               .whole = {&filledGet<"/state">, &checkPaired<branchPairing>}};

const TimedSignature branchSignature{{"x-sign", QCryptographicHash::Sha256, false, "v1="}, "x-time", "v1:", ":"};

HookRequest branchRequest(const QByteArray &time, const QByteArray &signedTime)
{
    HookRequest request;
    request.body = R"({"type":"look","echo":"abc"})";
    request.headers = {
        {"x-time", time},
        {"x-sign", signatureOf("v1:" + signedTime + ':' + request.body, u"s3cret-word"_s, branchSignature.form)}};
    return request;
}

} // namespace

class TestDeclaredChats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsValuesIntoAddressesEscaped();
    void leavesOutWhatAMessageDoesNotHave();
    void changesTheWordsOfAMessageOnly();
    void sendsTheFieldsOfAForm();
    void hearsTheMainNamespaceAlone();
    void tellsWhyAnEnvelopesConnectionEnded();
    void searchesRoundByRound();
    void readsARoundOnceMoreWhenItHadToWait();
    void tellsHowAScannedAccountStands();
    void takesASignatureOfItsOwnTimeOnly();
    void echoesOnlyWhatIsAskedFor();
    void tellsAFailureByItsWord();
    void showsMarksAsTheyAreMeant();
    void takesNoFileThatIsNone();
};

void TestDeclaredChats::putsValuesIntoAddressesEscaped()
{
    ChatContext context = ofBranch();
    const Result<Request> request = filledGet<"/b/{branch}/x?topic={topic}&quoted={answered}">(context);
    QVERIFY(request.ok());
    QCOMPARE(request->url().toEncoded(), QByteArray("/b/north%2F2%3F/x?topic=17.5"));
    context.settings = {};
    const Result<Request> shorter = filledGet<"/b/{branch}/x">(context);
    QVERIFY(!shorter.ok());
    QCOMPARE(int(shorter.error().kind), int(Error::Kind::Refused));
    QVERIFY2(shorter.error().message.contains(u"\"branch\""), qPrintable(shorter.error().message));
}

void TestDeclaredChats::leavesOutWhatAMessageDoesNotHave()
{
    ChatContext context = ofBranch();
    const auto post =
        &filledPost<"/send", R"({"to": "{chat}", "under": "{topic}", "text": "{text}", "as": "#{known.id}",
                                               "quoted": {"key": {"id": "{answered}"}}, "none": {}})">;
    QCOMPARE(branchBody(post(context)),
             (QJsonObject{{u"to"_s, u"C1"_s},
                          {u"under"_s, u"17.5"_s},
                          {u"text"_s, context.message.text}, // nothing in it is read
                          {u"as"_s, 71},
                          {u"none"_s, QJsonObject()}}));
    context.message.threadKey = u"C1"_s;
    context.message.inReplyTo = u"9"_s;
    const QJsonObject answer = branchBody(post(context));
    QVERIFY(!answer.contains(u"under"_s));
    QCOMPARE(answer[u"quoted"_s][u"key"_s][u"id"_s], QJsonValue(u"9"_s));
    QVERIFY(post(context)->changesSomething());
    QVERIFY(!(filledSearch<"/find", "{}">(context)->changesSomething()));
}

void TestDeclaredChats::changesTheWordsOfAMessageOnly()
{
    ChatContext context = ofBranch();
    context.message.threadKey = u"a&b"_s;
    const QJsonObject body =
        branchBody(filledPost<"/send", R"({"to": "{thread}", "text": "{text}"})", &escapedMrkdwn>(context));
    QCOMPARE(body[u"text"_s], QJsonValue(u"2 &lt; 3 \"}, {key}"_s));
    QCOMPARE(body[u"to"_s], QJsonValue(u"a&b"_s));
}

void TestDeclaredChats::sendsTheFieldsOfAForm()
{
    ChatContext context = ofBranch();
    context.remote.insert(u"id"_s, u"user:U&1"_s);
    const Result<Request> request = filledForm<"/users", "user={named}&other={answered}&limit=1">(context);
    QCOMPARE(request->bytes(), QByteArray("user=U%261&limit=1"));
    QVERIFY(!request->changesSomething());
}

void TestDeclaredChats::hearsTheMainNamespaceAlone()
{
    const auto dialogue = makeSocketIoDialogue({u"Branch"_s, nullptr, &keepBranchEvent}, {});
    const SocketStep begun = dialogue->received(R"(0{"pingInterval":1000,"pingTimeout":500})", true, {});
    QCOMPARE(begun.send, std::vector<QByteArray>{"40"});
    QCOMPARE(begun.wake.value_or(std::chrono::milliseconds(0)).count(), 1500);
    QVERIFY(dialogue->received("40{}", true, {}).ready);
    QVERIFY(dialogue->received(R"(42/other,["said",{"a":1}])", true, {}).items.empty());
    const SocketStep said = dialogue->received(R"(42["said",{ "a":1}])", true, {});
    QCOMPARE(said.items.size(), size_t(1));
    QCOMPARE(said.items[0].sourceKey, u"said"_s);
    QCOMPARE(said.items[0].raw, QByteArray(R"({ "a":1})")); // as it came
    const SocketStep refused = dialogue->received(R"(44{"message":"no"})", true, {});
    QVERIFY(refused.end && refused.end->kind == Error::Kind::Unauthorized);
}

void TestDeclaredChats::tellsWhyAnEnvelopesConnectionEnded()
{
    const auto dialogue = makeEnvelopeDialogue({.title = u"Branch"_s,
                                                .type = u"/is"_s,
                                                .greets = u"hi"_s,
                                                .ends = u"bye"_s,
                                                .reason = u"/why"_s,
                                                .usual = {u"moved"_s},
                                                .refusals = {{u"off"_s, u"Switch it on."_s}},
                                                .envelope = u"number"_s,
                                                .payload = u"/in"_s,
                                                .id = u"/in/id"_s});
    QVERIFY(dialogue->received(R"({"is":"hi"})", true, {}).ready);
    const SocketStep moved = dialogue->received(R"({"is":"bye","why":"moved"})", true, {});
    QVERIFY(moved.atOnce && moved.end->kind == Error::Kind::Offline);
    const SocketStep off = dialogue->received(R"({"is":"bye","why":"off"})", true, {});
    QVERIFY(!off.atOnce);
    QCOMPARE(off.end->message, u"Switch it on."_s);
    const SocketStep event = dialogue->received(R"({"number":"n1","in":{"id":"e1"}})", true, {});
    QCOMPARE(event.items.at(0).sourceKey, u"event:e1"_s);
    QCOMPARE(event.acknowledge, std::vector<QByteArray>{R"({"number":"n1"})"});
}

void TestDeclaredChats::searchesRoundByRound()
{
    ChatContext context = ofBranch();
    const Result<Request> first = askTimed<branchSearch>(context);
    QCOMPARE(first->url().toEncoded(), QByteArray("/branches/north%2F2%3F/find"));
    QCOMPARE(branchBody(first), (QJsonObject{{u"after"_s, u"2001-09-09T00:46:40.000Z"_s}, {u"page"_s, 1}}));
    Result<ChatPage> page =
        readTimed<branchSearch>(R"({"found":[{"id":2,"at":999999999},{"id":1,"at":999999000}]})", context);
    QVERIFY(page.ok() && page->more);
    QCOMPARE(page->items.at(0).sourceKey, u"1"_s); // the oldest first
    context.cursor = page->cursor;
    QCOMPARE(branchBody(askTimed<branchSearch>(context)).value(u"page"_s), QJsonValue(2));
    page = readTimed<branchSearch>(R"({"found":[{"id":0,"at":999996401},{"id":9,"at":1}]})", context);
    QCOMPARE(page->items.size(), size_t(1)); // a server that filters nothing gives older ones
    context.cursor = page->cursor;
    QCOMPARE(askTimed<branchSearch>(context)->url().toEncoded(), QByteArray("/state"));
    QVERIFY(!readTimed<branchSearch>(R"({"state":"lost"})", context).ok()); // the round has not ended
    page = readTimed<branchSearch>(R"({"state":"open"})", context);
    QVERIFY(page.ok() && !page->more);
    QCOMPARE(page->cursor, QByteArray(R"({"since":1000000000})"));
}

void TestDeclaredChats::readsARoundOnceMoreWhenItHadToWait()
{
    ChatContext context = ofBranch();
    context.cursor = R"({"since":999999000,"from":999998940,"now":999999500,"page":0})";
    const Result<ChatPage> page = readTimed<branchSearch>(R"({"state":"open"})", context);
    QCOMPARE(page->cursor, QByteArray(R"({"since":999998940})"));
}

void TestDeclaredChats::tellsHowAScannedAccountStands()
{
    const auto stands = [](const QByteArray &json) {
        JsonReader in = branchReply(json);
        return checkPaired<branchPairing>(in, {});
    };
    QVERIFY(stands(R"({"state":"open"})").ok());
    QCOMPARE(int(stands(R"({"state":"soon"})").error().kind), int(Error::Kind::Offline));
    QCOMPARE(int(stands(R"({"state":"lost"})").error().kind), int(Error::Kind::Conflict));
    QCOMPARE(stands(R"({"state":"lost"})").error().message, u"It is lost. Scan the code."_s);
    QCOMPARE(int(stands("{}").error().kind), int(Error::Kind::Protocol));
    JsonReader failed = branchReply(R"({"error":true,"why":"full"})");
    QCOMPARE(readPairing<branchPairing>(failed, {}).error().message, u"Branch: full"_s);
}

void TestDeclaredChats::takesASignatureOfItsOwnTimeOnly()
{
    AccountConfig account;
    account.secrets.insert(u"word"_s, u"s3cret-word"_s);
    const auto proved = [&account](const HookRequest &request, qint64 now) {
        return isSignedWith<branchSignature, "word">(request, account, {now * 1000000}).ok();
    };
    QVERIFY(proved(branchRequest("1760000000", "1760000000"), 1760000299));
    QVERIFY(!proved(branchRequest("1760000000", "1760000000"), 1760000301));
    QVERIFY(!proved(branchRequest("1760000300", "1760000000"), 1760000301)); // the time is signed, too
    account.secrets.clear();
    QVERIFY(!proved(branchRequest("1760000000", "1760000000"), 1760000000));
}

void TestDeclaredChats::echoesOnlyWhatIsAskedFor()
{
    HookRequest request = branchRequest("1", "1");
    const auto echo = echoesAt<"/type", "look", "/echo">(request, {});
    QVERIFY(echo && echo->body == "abc");
    QVERIFY(!(echoesAt<"/type", "other", "/echo">(request, {})));
    request.body = R"({"type":"look","echo":")" + QByteArray(5000, 'x') + R"("})";
    QCOMPARE(echoed(request, u"/type"_s, u"look"_s, u"/echo"_s)->body.size(), 200);
    request.body = "no JSON";
    QVERIFY(!echoed(request, u"/type"_s, u"look"_s, u"/echo"_s));
}

void TestDeclaredChats::tellsAFailureByItsWord()
{
    const ToldWord places{u"/ok"_s,
                          u"/error"_s,
                          u"/needed"_s,
                          {{{u"no_scope"_s}, Error::Kind::Unauthorized}, {{u"slow"_s}, Error::Kind::RateLimited}}};
    const auto told = [&places](int status, const QByteArray &body, const QByteArray &wait = {}) {
        Reply reply;
        reply.status = status;
        reply.body = body;
        if (!wait.isEmpty())
            reply.headers = {{"retry-after", wait}};
        return toldFailure(reply, places, {});
    };
    const auto scope = told(200, R"({"ok":false,"error":"no_scope","needed":"users:read"})");
    QVERIFY(scope && scope->kind == Error::Kind::Unauthorized);
    QCOMPARE(scope->words, u"no_scope (needed: users:read)"_s);
    QCOMPARE(int(told(200, R"({"ok":false,"error":"odd"})")->kind), int(Error::Kind::Refused));
    QCOMPARE(told(200, R"({"ok":false,"error":"slow"})")->retryAfter.count(), 60000);
    QCOMPARE(told(200, R"({"ok":false,"error":"slow"})", "7")->retryAfter.count(), 7000);
    QCOMPARE(told(429, "no JSON")->retryAfter.count(), 60000);
    QVERIFY(!told(200, R"({"ok":true,"error":"no_scope"})"));
    QVERIFY(!told(500, "no JSON"));
}

void TestDeclaredChats::showsMarksAsTheyAreMeant()
{
    InboundMessage message;
    setMrkdwnText(message, u"<@U1>, <@U2>: <#C1|desk> <!here> <https://a.example|b.example> 1 &lt; 2 &amp; <"_s,
                  {{u"user:U1"_s, u"Ana"_s}});
    QCOMPARE(message.text, u"@Ana, @U2: #desk @here b.example [a.example] 1 < 2 & <"_s);
    QCOMPARE(calledInMrkdwn(u"<@U1> <@U2> <@u3> <@U4> <@U5> <@U6> <@U7>"_s),
             QStringList({u"U1"_s, u"U2"_s, u"U4"_s, u"U5"_s, u"U6"_s}));
}

void TestDeclaredChats::takesNoFileThatIsNone()
{
    QCOMPARE(base64FileAt<"/file">(R"({"file":"aGk="})").value(), QByteArray("hi"));
    for (const char *none : {R"({"file":""})", R"({"file":"a*b"})", R"({})", "no JSON"})
        QVERIFY(!base64FileAt<"/file">(none).ok());
}

PATCHBAY_TESTS(TestDeclaredChats)
#include "tst_declared_chats.moc"
