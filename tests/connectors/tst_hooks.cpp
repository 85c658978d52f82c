#include "connectors/kit/chat_hook.h"
#include "connectors/kit/services.h"
#include "connectors/kit/signatures.h"
#include "core/base/log.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

constexpr auto vectorSecret = "made-up-secret-of-hooks";

QJsonArray vectorCases(const QString &name)
{
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/"_s + name + u".json"_s);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll())["cases"_L1].toArray()
                                          : QJsonArray();
}

/// A platform that signs body and time, and sends a list of texts.
Result<Done> verifyTexts(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const SignatureForm form{"x-sign", QCryptographicHash::Sha256, false, "v0="};
    const QByteArray time = request.header("x-time");
    const QByteArray bytes = time + '.' + request.body;
    if (Result<Done> is = checkSignature(request, form, account.secrets.value(u"secret"_s), bytes); !is)
        return is;
    return checkAge({time.toLongLong() * 1000000}, now, std::chrono::seconds(300));
}

std::vector<RawItem> readTexts(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    std::vector<RawItem> items;
    for (JsonReader &one : in.array({}))
        items.push_back(hookItem({}, one.value()));
    return in.ok() ? items : unreadableHook(request);
}

HookRequest signedTexts(const QByteArray &body, Timestamp sent)
{
    HookRequest request;
    request.method = "POST";
    request.body = body;
    const QByteArray time = QByteArray::number(sent.us / 1000000);
    const SignatureForm form{"x-sign", QCryptographicHash::Sha256, false, "v0="};
    request.headers = {{"x-time", time},
                       {"x-sign", signatureOf(time + '.' + body, QString::fromLatin1(vectorSecret), form)}};
    return request;
}

} // namespace

/// How a request becomes stored items, and what is refused before.
class TestHooks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithThePlatformsOwnSignatures_data();
    void agreesWithThePlatformsOwnSignatures();
    void letsNothingInWithoutASecret();
    void comparesTheWholeText();
    void answersOnlyWhenItIsStored();
    void asksToComeAgainWhenItCannotStore();
    void refusesWhatIsOldOrFromTheFuture();
    void storesABodyThatIsNoJsonAsOneItem();
    void refusesASecretThatIsTooShortAtSetUp();

private:
    HookReply receive(const HookRequest &request, const IntakeSink &sink)
    {
        AsyncScope scope;
        return tests::waitFor(scope.run(inbox().receive(request, sink))).value_or(HookReply{0, {}, {}});
    }
    HookInbox &inbox()
    {
        if (!m_inbox) {
            HookSpec spec;
            spec.verify = &verifyTexts;
            spec.read = &readTexts;
            AccountConfig account;
            account.name = u"Texts"_s;
            account.secrets.insert(u"secret"_s, QString::fromLatin1(vectorSecret));
            m_inbox.emplace(spec, account, m_clock);
        }
        return *m_inbox;
    }
    static QFuture<Result<Done>> ended(Result<Done> result)
    {
        QPromise<Result<Done>> promise;
        promise.start();
        promise.addResult(std::move(result));
        promise.finish();
        return promise.future();
    }

    tests::HandClock m_clock;
    std::optional<HookInbox> m_inbox;
};

void TestHooks::agreesWithThePlatformsOwnSignatures_data()
{
    QTest::addColumn<SignatureForm>("form");
    QTest::addColumn<QJsonObject>("in");
    QTest::addColumn<bool>("valid");
    const SignatureForm hex{"x", QCryptographicHash::Sha256, false, {}};
    const SignatureForm hub{"x", QCryptographicHash::Sha256, false, "sha256="};
    const SignatureForm base{"x", QCryptographicHash::Sha256, true, {}};
    const std::vector<std::pair<QString, SignatureForm>> files{{u"line_signature"_s, base},
                                                               {u"hub_signature_256"_s, hub},
                                                               {u"chatwoot_signature"_s, hub},
                                                               {u"notion_signature"_s, hub},
                                                               {u"linear_signature"_s, hex}};
    for (const auto &[file, form] : files) {
        for (const QJsonValue &one : vectorCases(file)) {
            if (one["id"_L1].toString() == "stale"_L1)
                continue; // its signature is right, and its time is not
            QTest::addRow("%s/%s", qPrintable(file), qPrintable(one["id"_L1].toString()))
                << form << one["in"_L1].toObject() << one["valid"_L1].toBool();
        }
    }
}

void TestHooks::agreesWithThePlatformsOwnSignatures()
{
    QFETCH(SignatureForm, form);
    QFETCH(QJsonObject, in);
    QFETCH(bool, valid);
    HookRequest request;
    request.body = in.value("body"_L1).toString().toUtf8();
    request.headers = {{"x", in.value("signature"_L1).toString().toUtf8()}};
    const QByteArray time = in.value("timestamp"_L1).toString().toUtf8();
    const QByteArray bytes = time.isEmpty() ? request.body : time + '.' + request.body;
    QCOMPARE(checkSignature(request, form, in.value("secret"_L1).toString(), bytes).ok(), valid);
}

void TestHooks::letsNothingInWithoutASecret()
{
    const SignatureForm form{"x", QCryptographicHash::Sha256, false, {}};
    HookRequest request;
    request.body = "{}";
    request.headers = {{"x", signatureOf("{}", QString(), form)}};
    const Result<Done> empty = checkSignature(request, form, {});
    QVERIFY(!empty);
    QCOMPARE(empty.error().kind, Error::Kind::Unauthorized);
    QVERIFY(!checkToken({}, {}));
    QVERIFY(!checkToken(u"anything"_s, {}));
    QVERIFY(!checkToken({}, u"something"_s));
}

void TestHooks::comparesTheWholeText()
{
    QVERIFY(isSameText("secret", "secret"));
    QVERIFY(!isSameText("secret", "secre"));
    QVERIFY(!isSameText("secret", "secret1"));
    QVERIFY(!isSameText("secret", QByteArray("secret\0", 7)));
    QVERIFY(!isSameText("secret", "Secret"));
    QVERIFY(!isSameText("", "s"));
}

void TestHooks::answersOnlyWhenItIsStored()
{
    QPromise<Result<Done>> storing;
    storing.start();
    Batch given;
    const IntakeSink sink = [&](Batch batch) {
        given = std::move(batch);
        return storing.future();
    };
    AsyncScope scope;
    const QFuture<HookReply> reply = scope.run(inbox().receive(signedTexts(R"(["a","b","a"])", m_clock.at), sink));
    QCoreApplication::processEvents();
    QCOMPARE(given.items.size(), size_t(3));
    QCOMPARE(given.items[0].sourceKey, given.items[2].sourceKey); // equal items without an id are one
    QVERIFY(!reply.isFinished());
    storing.addResult(Result<Done>(Done{}));
    storing.finish();
    const auto told = tests::waitFor(reply);
    QVERIFY(told);
    QCOMPARE(told->status, 200);
    QCOMPARE(QJsonDocument::fromJson(told->body)["stored"_L1].toArray().size(), 3);
}

void TestHooks::asksToComeAgainWhenItCannotStore()
{
    const HookRequest request = signedTexts(R"(["a"])", m_clock.at);
    const IntakeSink full = [](Batch) { return ended(makeError(Error::Kind::Storage, u"The disk is full."_s)); };
    QCOMPARE(receive(request, full).status, 503);
    QCOMPARE(receive(request, IntakeSink()).status, 503); // nobody has started it
    const IntakeSink good = [](Batch) { return ended(Done{}); };
    QCOMPARE(receive(request, good).status, 200);
}

void TestHooks::refusesWhatIsOldOrFromTheFuture()
{
    int stored = 0;
    const IntakeSink sink = [&stored](Batch) {
        ++stored;
        return ended(Done{});
    };
    for (const int seconds : {-301, 301}) {
        const HookReply reply = receive(signedTexts(R"(["a"])", m_clock.at + std::chrono::seconds(seconds)), sink);
        QCOMPARE(reply.status, 401);
    }
    QCOMPARE(stored, 0);
    HookRequest moved = signedTexts(R"(["a"])", m_clock.at - std::chrono::seconds(3000));
    moved.headers[0].second = QByteArray::number(m_clock.at.us / 1000000); // an old request with a new time
    QCOMPARE(receive(moved, sink).status, 401);
    QCOMPARE(receive(signedTexts(R"(["a"])", m_clock.at - std::chrono::seconds(299)), sink).status, 200);
}

void TestHooks::storesABodyThatIsNoJsonAsOneItem()
{
    Batch given;
    const IntakeSink sink = [&given](Batch batch) {
        given = std::move(batch);
        return ended(Done{});
    };
    const QByteArray body("[\"a\", \xff]");
    QCOMPARE(receive(signedTexts(body, m_clock.at), sink).status, 200);
    QCOMPARE(given.items.size(), size_t(1));
    QCOMPARE(given.items[0].raw, body);
    QCOMPARE(given.items[0].sourceKey, bytesKey(body));
}

void TestHooks::refusesASecretThatIsTooShortAtSetUp()
{
    FormField field;
    field.key = u"secret"_s;
    field.label = u"Secret"_s;
    AccountConfig account;
    QVERIFY(checkHookSecret(account, {field}, u"secret"_s)); // it may come later
    for (const QString &bad : {QString(), u"tiny"_s, u" with blanks around "_s}) {
        account.secrets.insert(u"secret"_s, bad);
        const Result<Done> checked = checkHookSecret(account, {field}, u"secret"_s);
        QVERIFY2(!checked, qPrintable(bad));
        QVERIFY2(checked.error().message.startsWith("Secret (secret): "_L1), qPrintable(checked.error().message));
        QVERIFY(bad.isEmpty() || !checked.error().message.contains(bad));
    }
    account.secrets.insert(u"secret"_s, u"long-enough"_s);
    QVERIFY(checkHookSecret(account, {field}, u"secret"_s));
}

Q_DECLARE_METATYPE(patchbay::SignatureForm)

PATCHBAY_TESTS(TestHooks)

#include "tst_hooks.moc"
