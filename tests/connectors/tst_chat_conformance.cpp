#include "chat_fixture.h"
#include "core/base/log.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::ChatFixture;
using tests::Exchange;
using tests::wholeCatalog;

namespace {

Async<Result<Done>> closedGate() { co_return makeError(Error::Kind::Conflict, u"another console has it"_s); }

int effectsOf(const ChatBench &bench)
{
    const std::vector<Request> &seen = bench.far.seen();
    return int(std::count_if(seen.begin(), seen.end(), [](const Request &r) { return r.changesSomething(); }));
}

/// Scripts a dialogue up to its last step and returns that step.
Exchange &scriptLast(ChatBench &bench, const ChatFixture &fixture)
{
    const QJsonArray dialogue = fixture.dialogue();
    for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
        script(bench, dialogue.at(i).toObject());
    return script(bench, dialogue.last().toObject());
}

/// The part of the chat's key that the recorded request names; empty where it names none (a reply token, an address).
QString namedChat(const ChatFixture &fixture)
{
    const QJsonObject asked = fixture.dialogue().last().toObject().value(u"request"_s).toObject();
    const QString whole = asked.value(u"path"_s).toString()
        + QString::fromUtf8(QJsonDocument(asked.value(u"body"_s).toObject()).toJson(QJsonDocument::Compact));
    QString named;
    for (const QString &part : fixture.message().threadKey.split(u':')) {
        if (part.size() > named.size() && whole.contains(part))
            named = part;
    }
    return named;
}

bool showsASecret(const QString &text, const ChatBench &bench)
{
    return std::any_of(bench.account.secrets.begin(), bench.account.secrets.end(),
                       [&text](const QString &secret) { return text.contains(secret); });
}

QByteArray inLines(const QJsonObject &value) { return QJsonDocument(value).toJson(QJsonDocument::Indented); }

/// Every field that is not as it is wanted, with both values; empty: all are.
QString difference(const QJsonObject &got, const QJsonObject &wanted)
{
    QString wrong;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (got.value(it.key()) != it.value()) {
            wrong +=
                u"%1 is %2 instead of %3"_s.arg(it.key(), QString::fromUtf8(inLines({{u"_"_s, got.value(it.key())}})),
                                                QString::fromUtf8(inLines({{u"_"_s, it.value()}})));
        }
    }
    return wrong;
}

QJsonObject receiptOf(const Result<Receipt> &receipt)
{
    if (!receipt) {
        return {{u"error"_s, kindName(receipt.error().kind)},
                {u"ambiguous"_s, receipt.error().ambiguous},
                {u"retryAfter"_s, qint64(receipt.error().retryAfter.count())},
                {u"message"_s, receipt.error().message}};
    }
    return {{u"id"_s, receipt->externalId}, {u"url"_s, receipt->url}};
}

QJsonObject lookedAt(ChatBench &bench, const ChatFixture &fixture)
{
    const QByteArray own = fixture.given().value(u"cursor"_s).toString().toUtf8();
    const QByteArray stored = own.isEmpty() ? own : QByteArray::number(bench.clock.at.us / 1000) + ';' + own;
    bench.connector->fetchOnce(stored, bench.sink());
    const bool ended = QTest::qWaitFor([&bench] { return bench.caughtUp > 0 || bench.health == Health::Failed; }, 5000);
    return {{u"ended"_s, ended},
            {u"cursor"_s, QString::fromUtf8(bench.ownCursor())},
            {u"items"_s, QJsonArray::fromStringList(bench.keys())},
            {u"health"_s, bench.health == Health::Ok ? u"ok"_s : u"failed"_s},
            {u"sentence"_s, bench.sentences.value(bench.sentences.size() - 1)}};
}

QJsonObject outcomeOf(ChatBench &bench, const ChatFixture &fixture)
{
    if (fixture.action() == u"deliver"_s)
        return receiptOf(bench.deliver(fixture.message(), fixture.key()));
    if (fixture.action() == u"change"_s)
        return receiptOf(bench.tell(fixture.change(), fixture.key()));
    if (fixture.action() == u"look"_s)
        return lookedAt(bench, fixture);
    if (fixture.action() == u"test"_s) {
        const Result<QString> tested = tests::await(bench.connector->test());
        return {{u"sentence"_s, tested ? *tested : tested.error().message}};
    }
    if (fixture.action() == u"file"_s) {
        const QJsonObject remote = fixture.given().value(u"remote"_s).toObject();
        const Result<QByteArray> file = tests::await(bench.connector->fetchFile(remote));
        return {{u"text"_s, file ? QString::fromUtf8(*file) : file.error().message}};
    }
    return {{u"error"_s, u"nothing is called "_s + fixture.action()}};
}

} // namespace

/// The laws of every channel that is a ChatSpec, held against what was recorded in its folder.
class TestChatConformance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasRecorded_data() { fixtures({u"parse"_s}); }
    void readsWhatWasRecorded();
    void readsARepeatAsTheSame_data() { fixtures({u"parse"_s}); }
    void readsARepeatAsTheSame();
    void survivesAnythingInAnItem_data() { fixtures({u"parse"_s}); }
    void survivesAnythingInAnItem();
    void saysWhatWasRecorded_data() { fixtures({u"deliver"_s, u"change"_s, u"look"_s, u"test"_s, u"file"_s}); }
    void saysWhatWasRecorded();
    void showsNoSecret_data() { fixtures({u"deliver"_s, u"change"_s, u"look"_s, u"test"_s, u"file"_s}); }
    void showsNoSecret();
    void movesTheCursorOnlyForward_data() { fixtures({u"look"_s}); }
    void movesTheCursorOnlyForward();
    void callsALostAnswerAmbiguous_data() { accepted(); }
    void callsALostAnswerAmbiguous();
    void callsAnUnreachablePlatformNotSent_data() { accepted(); }
    void callsAnUnreachablePlatformNotSent();
    void doesNotTakeAStrangeAnswerForSuccess_data() { accepted(); }
    void doesNotTakeAStrangeAnswerForSuccess();
    void asksBeforeTheEffectAndStopsWhenTold_data() { accepted(); }
    void asksBeforeTheEffectAndStopsWhenTold();
    void namesTheChatByItsWholeId_data() { accepted(&namedChat); }
    void namesTheChatByItsWholeId();

private:
    void fixtures(const QStringList &actions);
    /// Answers that arrived; with `has`: those of which it finds something.
    void accepted(QString (*has)(const ChatFixture &fixture) = nullptr);
    ChatFixture fixture() const;
};

void TestChatConformance::fixtures(const QStringList &actions)
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = wholeCatalog();
    for (const ChatConnectorInfo &chat : catalog.chats) {
        if (!chat.isChat)
            continue;
        const std::vector<ChatFixture> all = tests::chatFixtures(chat.id);
        if (all.empty()) // a channel without anything recorded fails every law
            QTest::qFail(qPrintable(chat.id + u" has no fixtures"_s), __FILE__, __LINE__);
        for (const ChatFixture &one : all) {
            if (actions.contains(one.action()))
                QTest::addRow("%s/%s", qPrintable(chat.id), qPrintable(one.name)) << chat.id << one.name;
        }
    }
}

void TestChatConformance::accepted(QString (*has)(const ChatFixture &fixture))
{
    tests::addChatFixtureRows(
        [has](const ChatFixture &one) { return one.isAccepted() && (!has || !has(one).isEmpty()); });
}

ChatFixture TestChatConformance::fixture() const { return tests::chosenChatFixture(); }

void TestChatConformance::readsWhatWasRecorded()
{
    const ChatFixture one = fixture();
    const Catalog &catalog = wholeCatalog();
    const Result<InboundMessage> read = catalog.chat(one.connector)->parse(one.item(), one.account());
    if (one.expected().contains(u"error"_s)) {
        QVERIFY(!read.ok());
        QVERIFY2(read.error().message.contains(one.expected().value(u"error"_s).toString()),
                 qPrintable(read.error().message));
        return;
    }
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    const QString wrong = difference(tests::toldBy(*read), one.expected());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(!read->dedupeKey.isEmpty());
    if (read->kind == InboundKind::Message) {
        QVERIFY(!read->externalId.isEmpty() && !read->threadKey.isEmpty());
        QVERIFY(!read->text.isEmpty() || !read->attachments.empty());
    } else if (read->kind == InboundKind::Event || read->kind == InboundKind::Note) {
        QVERIFY(!read->threadKey.isEmpty());
        QVERIFY(!read->text.isEmpty() || !read->attachments.empty() || read->status || read->assignee
                || !read->labelled.isEmpty() || !read->unlabelled.isEmpty());
    } else if (read->kind != InboundKind::Nothing) {
        QVERIFY(!read->about.isEmpty());
        QVERIFY(read->dedupeKey != read->about); // it must not fold into the message
    }
}

void TestChatConformance::readsARepeatAsTheSame()
{
    const ChatFixture one = fixture();
    const Catalog &catalog = wholeCatalog();
    const ParseInbound parse = catalog.chat(one.connector)->parse;
    const Result<InboundMessage> first = parse(one.item(), one.account());
    const Result<InboundMessage> again = parse(one.item(), one.account());
    QCOMPARE(first.ok(), again.ok());
    if (first.ok())
        QCOMPARE(inLines(tests::toldBy(*first)), inLines(tests::toldBy(*again)));
}

void TestChatConformance::survivesAnythingInAnItem()
{
    const ChatFixture one = fixture();
    const Catalog &catalog = wholeCatalog();
    const ParseInbound parse = catalog.chat(one.connector)->parse;
    RawItem item = one.item();
    const QByteArray whole = item.raw;
    const qsizetype step = qMax<qsizetype>(1, whole.size() / 200);
    for (qsizetype size = 0; size < whole.size(); size += step) {
        item.raw = whole.left(size);
        QVERIFY2(!parse(item, one.account()).ok(), item.raw.constData());
        item.raw = whole;
        item.raw[size] = char(item.raw.at(size) ^ 0x15); // must end, whatever it says
        const Result<InboundMessage> read = parse(item, one.account());
        QVERIFY(!read.ok() || !read->dedupeKey.isEmpty());
    }
    item.raw = QByteArray(3000, '[');
    QVERIFY(!parse(item, one.account()).ok());
}

void TestChatConformance::saysWhatWasRecorded()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    for (const QJsonValue &exchange : one.dialogue())
        script(bench, exchange.toObject());
    const QJsonObject got = outcomeOf(bench, one);
    QVERIFY2(bench.far.complaints().isEmpty(), qPrintable(bench.far.complaints()));
    const QString wrong = difference(got, one.expected());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestChatConformance::showsNoSecret()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    scriptLast(bench, one);
    outcomeOf(bench, one);
    for (const Request &request : bench.far.seen()) // where the platform takes it nowhere but in the path
        QVERIFY(!showsASecret(redacted(request.url().toString(QUrl::FullyEncoded)), bench));
    QVERIFY2(!showsASecret(bench.said(), bench), qPrintable(bench.said()));

    for (const int status : {400, 401, 500}) {
        ChatBench echo;
        prepare(echo, one);
        const QStringList secrets = echo.account.secrets.values();
        const QJsonObject body{{u"ok"_s, false},
                               {u"description"_s, secrets.join(u' ')},
                               {u"message"_s, secrets.join(u' ')},
                               {u"error"_s, secrets.join(u' ')}};
        scriptLast(echo, one).reply(status, QJsonDocument(body).toJson());
        const QByteArray got = inLines(outcomeOf(echo, one));
        QVERIFY2(!showsASecret(QString::fromUtf8(got) + echo.said(), echo), got.constData());
    }
}

void TestChatConformance::movesTheCursorOnlyForward()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    bench.refusals = 1;
    for (const QJsonValue &exchange : one.dialogue())
        script(bench, exchange.toObject());
    outcomeOf(bench, one);
    QVERIFY(bench.cursor.isEmpty()); // what could not be stored is not passed
    QVERIFY(bench.items.empty());
}

void TestChatConformance::callsALostAnswerAmbiguous()
{
    const ChatFixture one = fixture();
    for (const Error::Kind kind : {Error::Kind::Timeout, Error::Kind::Offline, Error::Kind::Protocol}) {
        ChatBench bench;
        prepare(bench, one);
        scriptLast(bench, one).fails(makeAmbiguous(kind, u"lost"_s));
        int passes = 0;
        const Result<Receipt> result = bench.deliver(one.message(), one.key(), &passes);
        QVERIFY(!result.ok() && result.error().ambiguous);
        QCOMPARE(passes, effectsOf(bench));
        QCOMPARE(bench.far.complaints(), QString()); // no repeat
    }
}

void TestChatConformance::callsAnUnreachablePlatformNotSent()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    scriptLast(bench, one).fails(makeError(Error::Kind::Offline, u"refused"_s));
    const Result<Receipt> result = bench.deliver(one.message(), one.key());
    QVERIFY(!result.ok());
    QVERIFY(!result.error().ambiguous);
    QVERIFY(result.error().isTransient());
}

void TestChatConformance::doesNotTakeAStrangeAnswerForSuccess()
{
    const ChatFixture one = fixture();
    const QByteArray whole = tests::CrmBench::bodyOf(one.dialogue().last().toObject().value(u"reply"_s).toObject());
    QList<QByteArray> answers{"<html>Welcome</html>", "", "{}", "[]", "null", "{\"queued\":true}"};
    for (qsizetype size = 1; size < whole.size(); size += qMax<qsizetype>(1, whole.size() / 40))
        answers << whole.left(size);
    for (const QByteArray &answer : answers) {
        ChatBench bench;
        prepare(bench, one);
        scriptLast(bench, one).reply(200, answer);
        const Result<Receipt> result = bench.deliver(one.message(), one.key());
        QVERIFY2(!result.ok(), answer.constData());
        QVERIFY2(result.error().ambiguous, qPrintable(result.error().message));
        QCOMPARE(bench.far.complaints(), QString());
    }
    ChatBench failed;
    prepare(failed, one);
    scriptLast(failed, one).reply(503, "");
    const Result<Receipt> result = failed.deliver(one.message(), one.key());
    QVERIFY(!result.ok() && result.error().ambiguous);
}

void TestChatConformance::asksBeforeTheEffectAndStopsWhenTold()
{
    const ChatFixture one = fixture();
    ChatBench bench;
    prepare(bench, one);
    const QJsonArray dialogue = one.dialogue();
    for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
        script(bench, dialogue.at(i).toObject());
    const BeforeEffect gate = [] { return closedGate(); };
    const DeliveryRequest request{one.key(), toJson(one.message()), 1};
    const Result<Receipt> result = tests::await(bench.connector->deliver(request, gate));
    QVERIFY(!result.ok());
    QVERIFY(!result.error().ambiguous);
    QCOMPARE(effectsOf(bench), 0);
}

void TestChatConformance::namesTheChatByItsWholeId()
{
    const ChatFixture one = fixture();
    const QString named = namedChat(one);
    for (const QString &id : {u"9007199254740993"_s, u"9223372036854775807"_s, u"9223372036854775808"_s,
                              u"18446744073709551617"_s, u"some.name_4f1c"_s}) {
        ChatBench bench;
        prepare(bench, one);
        scriptLast(bench, one);
        OutboundMessage message = one.message();
        QStringList parts = message.threadKey.split(u':');
        parts[parts.indexOf(named)] = id;
        message.threadKey = parts.join(u':');
        const Result<Receipt> sent = bench.deliver(message, one.key());
        QVERIFY2(sent.ok() || sent.error().kind != Error::Kind::Refused, qPrintable(one.name));
        QVERIFY(int(bench.far.seen().size()) >= one.dialogue().size());
        const Request &said = bench.far.seen()[size_t(one.dialogue().size() - 1)];
        const QString whole = QString::fromUtf8(said.url().toEncoded() + ' ' + said.bytes());
        const QRegularExpression wholeId(u"(?<![0-9a-z])"_s + QRegularExpression::escape(id) + u"(?![0-9a-z])"_s);
        QVERIFY2(whole.contains(wholeId), qPrintable(whole));
    }
}

PATCHBAY_TESTS(TestChatConformance)
#include "tst_chat_conformance.moc"
